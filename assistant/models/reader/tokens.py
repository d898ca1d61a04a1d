"""Write a question or claim and a text as one row of tokens, with a mark for the words both sides share."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import Stemmer
from numpy.typing import NDArray

from assistant.core.settings import DEFAULT_EMBEDDER
from assistant.models.embedder.files import find_model
from assistant.text.sentences import sentence_spans

MAX_TOKENS = 224
NARROW_WORDS = 130  # longer evidence is cut to its sentences nearest to the claim
MARKS = 6  # side (0 or 1) * 3 + 0 plain, 1 found on the other side, 2 missing there
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+")
_STEMMER = Stemmer.Stemmer("english")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One encoded pair: four arrays of the same length, one value a token.

    `sentence` counts the sentences of the text from 0, and is -1 for the first side, the heading and the special
    tokens; `start` and `end` are characters of the side the token stands on, below 0 in the heading.
    """

    ids: NDArray[np.int32]
    marks: NDArray[np.int8]
    sentence: NDArray[np.int16]
    start: NDArray[np.int32]
    end: NDArray[np.int32]


@lru_cache(maxsize=1)
def tokenizer() -> Any:
    """Load the tokenizer of the packaged MiniLM."""
    from tokenizers import Tokenizer

    loaded = Tokenizer.from_file(str(Path(find_model(DEFAULT_EMBEDDER)) / "tokenizer.json"))
    loaded.no_padding()
    loaded.enable_truncation(MAX_TOKENS, strategy="only_second")
    return loaded


@lru_cache(maxsize=1)
def card() -> dict[str, Any]:
    """Load what belongs to the reader's weights: their hash, and the words left unmarked."""
    loaded: dict[str, Any] = json.loads(
        files("assistant.models.reader").joinpath("reader.json").read_text("utf-8")
    )
    return loaded


@lru_cache(maxsize=1)
def unmarked() -> frozenset[str]:
    """Return the words left without a mark: those of the day of training, whatever the rules use now."""
    return frozenset(card()["unmarked"].split())


@lru_cache(maxsize=50_000)
def stems(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return (start, end, stem) of each content word and number."""
    found = [(m.start(), m.end(), m.group().lower()) for m in _WORD.finditer(text)]
    return tuple((a, b, _STEMMER.stemWord(word)) for a, b, word in found if word not in unmarked())


def encode(first: str, text: str, head: str = "") -> Row:
    """Encode a question or claim and a text, with the heading it stands under before it, cut at MAX_TOKENS."""
    before = len(head) + 1 if head else 0
    text = f"{head}\n{text}" if head else text
    words = first.split()[:60]  # so that the text keeps its room
    first = first if len(words) == len(first.split()) else " ".join(words)
    pair = tokenizer().encode(first, text)
    own, other = stems(first), stems(text)
    shared = {stem for *_, stem in own} & {stem for *_, stem in other}
    places = [_mark_places(first, own, shared), _mark_places(text, other, shared)]
    belongs = np.full(len(text) + 1, -1, dtype=np.int16)
    for number, (a, b) in enumerate(sentence_spans(text[before:])):
        belongs[before + a : before + b] = number
    side = np.array([-1 if value is None else value for value in pair.sequence_ids])
    start = np.array([a for a, _ in pair.offsets], dtype=np.int32)
    end = np.array([b for _, b in pair.offsets], dtype=np.int32)
    marks = np.zeros(len(side), dtype=np.int8)
    for value in (0, 1):
        marks[side == value] = places[value][start[side == value]] + 3 * value
    sentence = np.where(side == 1, belongs[np.minimum(start, len(text))], -1).astype(np.int16)
    start, end = (np.where(side == 1, place - before, place).astype(np.int32) for place in (start, end))
    return Row(ids=np.array(pair.ids, dtype=np.int32), marks=marks, sentence=sentence, start=start, end=end)


def first_side(row: Row) -> NDArray[np.bool_]:
    """Return which tokens belong to the question or claim."""
    side: NDArray[np.bool_] = (row.marks < 3) & (row.end > 0) & (np.cumsum(row.ids == 102) == 0)
    return side


def _mark_places(text: str, words: Sequence[tuple[int, int, str]], shared: set[str]) -> NDArray[np.int8]:
    places = np.zeros(len(text) + 1, dtype=np.int8)
    for a, b, stem in words:
        places[a:b] = 1 if stem in shared else 2
    return places


def narrow(claim: str, evidence: str, limit: int = NARROW_WORDS) -> str:
    """Cut evidence beyond `limit` words to the sentences that share the rarest words with the claim, in their order."""
    if len(evidence.split()) <= limit:
        return evidence
    wanted = {stem for *_, stem in stems(claim)}
    spans = sentence_spans(evidence)
    held = [{stem for *_, stem in stems(evidence[a:b])} for a, b in spans]
    count = Counter(stem for one in held for stem in one)
    worth = [sum(1 / (1 + np.log(count[stem])) for stem in one & wanted) for one in held]
    kept: list[int] = []
    room = limit
    for at in sorted(range(len(spans)), key=lambda at: (-worth[at], at)):
        length = len(evidence[spans[at][0] : spans[at][1]].split())
        if length <= room or not kept:
            kept.append(at)
            room -= length
    return " ".join(evidence[slice(*spans[at])] for at in sorted(kept))
