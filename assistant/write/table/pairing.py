"""Pair sentences about one side with sentences about the other that speak of the same aspect."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from assistant.text.lexicon.contrasts import Contrast, masked, named
from assistant.text.words import tokens
from assistant.write.table.cells import Alone, Pair

LIKE = 0.5  # share of the rarer sentence's words that two sentences must have in common, to be of one topic
NEAR = 0.2  # the same, for neighbouring sentences
_DEFINES = frozenset(["mean", "refer", "denot", "defin", "cover"])
_SIDE = "\u00a7"  # stands for the side in a masked text


def pair_up(alone: Sequence[Alone], contrast: Contrast, sides: tuple[str, str]) -> list[Pair]:
    """Return the pairs, surest first: neighbours, sentences built alike, like headings, shared words.

    A sentence is used once. Sentences that say the same of both sides make no pair.
    """
    firsts = [item for item in alone if item.side == sides[0]]
    seconds = [item for item in alone if item.side == sides[1]]
    graded = [
        (grade, at, one, other)
        for at, (one, other) in enumerate(product(firsts, seconds))
        if (grade := _grade(one, other, contrast)) > 0
    ]
    used: set[int] = set()
    found = []
    for _, _, one, other in sorted(graded, key=lambda item: (-item[0], item[1])):
        if id(one) not in used and id(other) not in used:
            used |= {id(one), id(other)}
            found.append(Pair(first=one.cell, second=other.cell, kind="alone", section=one.section))
    return found


def _grade(one: Alone, other: Alone, contrast: Contrast) -> float:
    """Return how sure it is that two sentences speak of one aspect; 0 where it is not."""
    mine, theirs = content(one.cell.text, contrast), content(other.cell.text, contrast)
    if not mine or not theirs or mine == theirs:
        return 0.0
    alike = len(mine & theirs) / min(len(mine), len(theirs))
    neighbours = one.cell.position == other.cell.position and abs(one.number - other.number) == 1
    built = _built_alike(one, other)
    headed = one.section != other.section and heading_frame(one.section, contrast) == heading_frame(
        other.section, contrast
    )
    opening = one.number == 0 and other.number == 0
    open_both = max(len(item.cell.text[: item.mention.start].split()) for item in (one, other)) <= 1
    if neighbours and (open_both or built or alike >= NEAR):
        return 3.0 + built + alike
    if built:
        return 2.0 + built + alike
    if headed and opening and heading_frame(one.section, contrast):
        return 1.5 + alike
    return alike if alike >= LIKE and len(mine & theirs) >= 2 else 0.0


def _built_alike(one: Alone, other: Alone) -> float:
    """Return 1 where two sentences begin alike but for their sides ("Typical X services are ..."), else 0."""
    before, after = _frame(one)
    other_before, other_after = _frame(other)
    if before != other_before:
        return 0.0
    if _DEFINES.issuperset([*after[:1], *other_after[:1]]):
        return 1.0
    same = 0
    while same < min(len(after), len(other_after)) and after[same] == other_after[same]:
        same += 1
    matched = [*before, *after[:same]]
    heavy = sum(len(word) > 3 for word in matched)
    return float((len(matched) >= 3 and heavy >= 2) or len(matched) >= 4)


@lru_cache(maxsize=4096)
def _frame(item: Alone) -> tuple[tuple[str, ...], tuple[str, ...]]:
    text = item.cell.text
    rest = re.sub(r"^\s*\([^()]{1,40}\)", "", text[item.mention.end :])
    before = tuple(token.stem for token in tokens(text[: item.mention.start]) if token.low not in _SMALL)
    return tuple(word for word in before if word not in _NAMING), tuple(
        token.stem for token in tokens(rest)[:6]
    )


_SMALL = frozenset(["a", "an", "the", "-"])
_NAMING = frozenset(["letter", "abbrevi", "term", "word"])


@lru_cache(maxsize=4096)
def heading_frame(section: str, contrast: Contrast) -> str:
    """Return the last heading of a section with its side masked; empty where it names none."""
    heading = section.rsplit(" > ", 1)[-1]
    found = named(heading, contrast)
    if len({item.term for item in found}) != 1:
        return ""
    return f"{heading[: found[0].start]}{_SIDE}{heading[found[-1].end :]}".lower()


@lru_cache(maxsize=20_000)
def content(text: str, contrast: Contrast) -> frozenset[str]:
    """Return the senses of the content words and numbers of a text, the sides' own words left out."""
    return frozenset(token.sense for token in tokens(masked(text, contrast)) if token.content or token.number)
