"""Tell the words of a request that wish for a form of the answer from those of the question itself.

"Explain vendor lock-in to my grandma" asks "vendor lock-in", simply told. A linear model over words and their neighbours
scores each word, and the words before or behind the question that gain most are taken; another tells from the words of the wish
which shape is meant. Both were fitted by `eval/train/fit/wish.py`.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).with_name("wish.npz")
Shape = Literal["plain", "bullets", "sentences", "paragraph", "table", "simple"]
SHAPES: tuple[Shape, ...] = ("bullets", "paragraph", "plain", "sentences", "simple", "table")
SIZE = 1 << 15  # places that features are hashed to
STRETCH = 4.0  # log odds that words before or behind the question cost
UNKNOWN = 4.0  # and each that is not of the words of several wishes: what a question is about, mostly
CAUTION = 1.0  # and each of their words: to lose a word of the question is worse than to keep one of the wish
REACH = 3  # neighbours a word is seen with, on each side
_UNIT = re.compile(r"\w+(?:['’-]\w+)*|[^\w\s]")
ASKS = frozenset(
    ["what", "whats", "what's", "how", "why", "when", "who", "whom", "whose", "which", "where", "does", "do", "did", "is", "are", "was", "were", "can", "could", "should", "will", "whether", "if", "has", "have", "must", "may"]
)  # fmt: skip
_MARKS = frozenset(":,.?!")
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A request parted: the words of the question, those of the wish, and the shape it means ("plain" without one)."""

    question: str
    wish: str
    shape: Shape


def read_wish(text: str) -> Wish:
    """Part a request; one without a wish keeps its words."""
    spans, weights = units(text), _weights()
    wished = likeliest(scores_of([text[a:b].lower() for a, b in spans], weights))
    wish = " ".join(text[a:b] for (a, b), is_wish in zip(spans, wished, strict=True) if is_wish)
    if not re.search(r"\w", wish):
        return Wish(question=text, wish="", shape="plain")
    return Wish(question=_left(text, spans, wished), wish=wish, shape=shape_of(wish, weights))


def shape_of(wish: str, weights: Mapping[str, Any]) -> Shape:
    """Return the shape that the words of a wish mean."""
    totals = weights["shapes"][:, wish_features(wish)].sum(axis=1) + weights["shape_bias"]
    return SHAPES[int(np.argmax(totals))]


def units(text: str) -> list[Span]:
    """Return where the words and marks of a request stand."""
    return [match.span() for match in _UNIT.finditer(text)]


def word_features(words: Sequence[str]) -> list[list[int]]:
    """Return for each of the words (lower case, marks among them) the places of its features, each once."""
    count = len(words)
    first = next((number for number, word in enumerate(words) if word in ASKS), count)
    before, after = _marks_before(words), _marks_before(words[::-1])[::-1]
    shared = [f"count={min(count // 4, 6)}", f"any={first < count}"]
    shared += [f"first={words[0]}", f"second={words[:2]}", f"last={words[-2:]}"] if words else []
    framed = ["<"] * REACH + list(words) + [">"] * REACH
    found = []
    for at, word in enumerate(words):
        near = framed[at : at + 2 * REACH + 1]
        own = [f"w{by - REACH}={near[by]}" for by in range(2 * REACH + 1)]
        own += [f"b{by}={near[REACH + by]} {near[REACH + by + 1]}" for by in range(-2, 2)]
        own += [
            f"t{by}={near[REACH + by]} {near[REACH + by + 1]} {near[REACH + by + 2]}" for by in range(-2, 1)
        ]
        own += [f"end={word[-3:]}", f"digit={word.isdigit()}", f"asks={max(-6, min(6, at - first))}"]
        own += [f"from={min(at, 8)}", f"to={min(count - 1 - at, 8)}"]
        own += [f"before={before[at]}", f"after={after[at]}"]
        found.append(hashed([*own, *shared]))
    return found


def _marks_before(words: Sequence[str]) -> list[list[str]]:
    """Return for each word the marks that stand before it, each once."""
    seen: set[str] = set()
    found = []
    for word in words:
        found.append(sorted(seen))
        seen |= _MARKS & {word}
    return found


def wish_features(wish: str) -> list[int]:
    """Return the places of the features of a wish."""
    words = [wish[a:b].lower() for a, b in units(wish)]
    pairs = [f"{one} {two}" for one, two in zip(words, words[1:], strict=False)]
    return hashed([*(f"u={word}" for word in words), *pairs, f"f={words[0]}", f"l={words[-1]}"])


def hashed(features: Sequence[str]) -> list[int]:
    """Return the places that features are hashed to, in order, each once (Weinberger et al. 2009)."""
    return sorted({zlib.crc32(feature.encode()) % SIZE for feature in features})


def likeliest(scores: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which words are of the wish, for log odds (n,) of each: words before the question, behind it, or both.

    Each of both stretches costs STRETCH and each of their words CAUTION; one word is left at least.
    """
    count, scores = len(scores), scores - CAUTION
    found = np.zeros(count, dtype=bool)
    if not count:
        return found
    before = np.concatenate([[0.0], np.cumsum(scores) - STRETCH])  # gained by so many words at the beginning
    behind = np.concatenate([np.cumsum(scores[::-1])[::-1] - STRETCH, [0.0]])  # by those from here to the end
    best = np.maximum.accumulate(before[:count])  # by as many as end before each word
    last = count - int(np.argmax((best + behind[1:])[::-1]))
    found[: int(np.argmax(before[:last]))] = found[last:] = True
    return found


def scores_of(words: Sequence[str], weights: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return the log odds of each word (in small letters) and mark being of the wish."""
    rows = [float(weights["words"][places].sum(dtype=np.float64)) for places in word_features(words)]
    strange = np.array([zlib.crc32(word.encode()) not in weights["known"] for word in words], dtype=bool)
    return np.array(rows) + float(weights["word_bias"]) - UNKNOWN * strange


def _left(text: str, spans: Sequence[Span], wished: NDArray[np.bool_]) -> str:
    """Return a request without the words of its wish, and without the marks that parted it from the question."""
    kept, last = "", 0
    for (begin, end), is_wish in zip(spans, wished, strict=True):
        kept += text[last:begin] + ("" if is_wish else text[begin:end])
        last = end
    kept = re.sub(r"\s+([,.:;?!])", r"\1", " ".join(kept.split()))
    return re.sub(r"[\s,;:.\u2013\u2014-]+(?=\?*$)", "", kept.lstrip(" ,;:.?!\u2013\u2014-"))


def unpacked(kept: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Return weights as they are kept in the form in which they are used."""
    weights: dict[str, Any] = {
        name: value.astype(np.float32) for name, value in kept.items() if name != "known"
    }
    return weights | {"known": frozenset(kept["known"].tolist())}


@lru_cache(maxsize=1)
def _weights() -> dict[str, Any]:
    with np.load(WEIGHTS) as kept:
        return unpacked(kept)
