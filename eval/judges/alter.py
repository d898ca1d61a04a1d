"""Alter single words of true sentences so that they are wrong for sure: exchanged sides, other content words."""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from assistant.text.lexicon.lexicon import word_set
from assistant.text.lexicon.synonyms import fillers, held, holds
from assistant.text.words import STOP, sense, stem
from eval.judges.mutate import swap_subjects, turn

PAIRS = (  # forms of one side, forms of the other
    (("client", "clients"), ("provider", "providers")),
    (("onshore",), ("offshore",)),
    (("front office", "front-office"), ("back office", "back-office")),
    (("captive",), ("third-party",)),
    (("inbound",), ("outbound",)),
)
SYMMETRIC = frozenset(stem(word) for word in word_set("symmetric"))
ENDINGS = (3, 2, 1)  # letters that a word shares with the one put in its place, the most there are words for
NEAR = 50  # characters between two sides within which "and", "both" and the like join them
_WORD = re.compile(r"(?<![\w'’-])[a-z]{5,}(?![\w'’-])")
_SIDE = re.compile(r"\b(?:BPO|KPO|(?i:(?:business|knowledge) process outsourcing))\b")
_JOINED = re.compile(r"\b(?:and|or|nor|as|with|between|both|each|versus|vs)\b|[/&]")
_BROKEN = re.compile(r"\b(?:can|could|may|might|must|should|will|would|to) (?:higher|lower|more|less)\b")


def exchange_sides(text: str, rng: random.Random) -> str | None:
    """Exchange BPO and KPO, or else the sides of another pair; None where the sentence treats both alike."""
    if _SIDE.search(text):
        both = {match.group()[0].lower() for match in _SIDE.finditer(text)} == {"b", "k"}
        return None if both and symmetric(text) else swap_subjects(text, rng)
    return next((changed for pair in PAIRS if (changed := _exchange(text, *pair))), None)


def _exchange(text: str, one: Sequence[str], other: Sequence[str]) -> str | None:
    """Exchange two sides, each given in its forms, where a sentence names one or sets both apart."""
    swap = dict(zip(one, other, strict=True)) | dict(zip(other, one, strict=True))
    swap |= {word.capitalize(): to.capitalize() for word, to in swap.items()}
    either = "|".join(map(re.escape, sorted(swap, key=len, reverse=True)))
    spots = list(re.finditer(rf"\b(?:{either})\b(?!-)", text))
    sides = [spot.group().lower() in one for spot in spots]
    if not spots or (len(set(sides)) == 2 and (symmetric(text) or _joined(text, spots, sides))):
        return None
    return re.sub(rf"\b(?:{either})\b(?!-)", lambda match: swap[match.group()], text)


def symmetric(text: str) -> bool:
    """Tell whether a sentence says how two things compare or go together, so that their order says little."""
    return any(stem(word) in SYMMETRIC for word in re.findall(r"[a-z]+", text.lower()))


def _joined(text: str, spots: Sequence[re.Match[str]], sides: Sequence[bool]) -> bool:
    """Tell whether "and", "both" and the like stand by two sides named close together, as in one subject."""
    return any(
        one != other
        and right.start() - left.end() <= NEAR
        and _JOINED.search(text[max(0, left.start() - 12) : right.start()]) is not None
        for (left, one), (right, other) in pairwise(zip(spots, sides, strict=True))
    )


def turn_direction(text: str, rng: random.Random) -> str | None:
    """Turn one word of direction into its opposite, where the sentence stays English."""
    changed = turn(text, rng)
    if changed is None or set(_BROKEN.findall(changed)) - set(_BROKEN.findall(text)):
        return None
    for word in ("over", "under"):  # "takes under" says nothing, "under 40 per cent" does
        new = re.findall(rf"\b{word}\b(?! (?:\d|half|a \w+ed))", changed)
        if len(new) > len(re.findall(rf"\b{word}\b(?! (?:\d|half|a \w+ed))", text)):
            return None
    return changed


def word_pool(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the content words of some texts in lower case, sorted, by their last three, two and one letters."""
    words = sorted({match.group() for text in texts for match in _WORD.finditer(text)})
    table: dict[str, list[str]] = {}
    for word in filter(_heavy, words):
        for size in ENDINGS:
            table.setdefault(word[-size:], []).append(word)
    return {ending: tuple(found) for ending, found in table.items()}


def alter_word(
    text: str, evidence: str, pool: Mapping[str, Sequence[str]], rng: random.Random
) -> tuple[str, str] | None:
    """Choose a content word of a text, and one of the same ending that the evidence does not hold in any form.

    The other word is no filler, no synonym and no other form of it; both begin with a vowel or neither does.
    Returns (word, replacement), None where there is no such pair.
    """
    known = held(evidence)
    spots = sorted({match.group() for match in _WORD.finditer(text) if _heavy(match.group())})
    rng.shuffle(spots)
    for size in ENDINGS:
        for word in spots:
            others = list(pool.get(word[-size:], ()))
            rng.shuffle(others)
            for other in others:
                if (other[0] in "aeiou") == (word[0] in "aeiou") and not (
                    holds(known, other) or holds(held(word), other)
                ):
                    return word, other
    return None


def put(text: str, word: str, other: str) -> str:
    """Put another word in the place of each of a whole word."""
    return re.sub(rf"(?<![\w'’-]){re.escape(word)}(?![\w'’-])", other, text)


def _heavy(word: str) -> bool:
    plain = word not in STOP and stem(word) not in fillers() and sense(word) not in fillers()
    return plain and not word.endswith("ly")  # "mainly" and "usually" add caution, not content
