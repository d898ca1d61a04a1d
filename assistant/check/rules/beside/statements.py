"""Part sentences into the statements they set beside each other, each with the subject it speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.check.rules.beside.preamble import frame, others, without_marks
from assistant.check.rules.beside.subject_phrase import (
    ARTICLES,
    DEFINITE,
    OPENS_WITH,
    PREPOSITIONS,
    clause_of,
    opening_end,
)
from assistant.check.rules.order.inverted import BE
from assistant.text.words import Token, tokens

HARD = frozenset(["whereas", "while", "whilst", "but", "yet", "though", "although", ";"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What a sentence says of one subject; without a `lead` the subject is not known."""

    lead: tuple[Token, ...]
    rest: tuple[Token, ...]
    sentence: int = 0
    against: bool = False  # a word such as "by contrast" sets it against the sentence before
    takes_up: bool = False  # its subject may be one named before: "the firm", "they"


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """The parts of a text, and the words that belong to all of them."""

    parts: tuple[Part, ...]
    shared: tuple[Token, ...]


@lru_cache(maxsize=20_000)
def beside(sentences: tuple[str, ...]) -> Beside:
    """Part neighbouring sentences; table rows are one part without a subject."""
    parts: list[Part] = []
    shared: list[Token] = []
    for number, sentence in enumerate(sentences):
        found = _sentence(sentence)
        parts += [replace(part, sentence=number) for part in found.parts]
        shared += found.shared
    return Beside(parts=tuple(parts), shared=tuple(shared))


def _sentence(sentence: str) -> Beside:
    words = list(tokens(sentence))
    while words and words[-1].low in (".", "!", "?", ";"):
        words.pop()
    if any(token.low in ("|", ":") for token in words):
        return Beside(parts=(Part(lead=(), rest=tuple(words)),), shared=())
    words, against = without_marks(words)
    paired = _respectively(words)
    if paired is not None:
        return paired
    shared, words = frame(words)
    words, other = others(words)
    segments = _segments(words)
    opened = [opening_end(segment) for segment in segments]
    same = [segments[at][0].low for at, end in enumerate(opened) if end]
    topical = len(same) > 1 and len(set(same)) == 1 and same[0] in PREPOSITIONS
    if opened and opened[0] and not topical:
        shared += segments[0][: opened[0]]
        segments[0] = segments[0][opened[0] :]
        opened[0] = 0
    parts: list[Part] = []
    for segment, end in zip(segments, opened, strict=True):
        if topical and end:
            parts.append(Part(lead=tuple(segment[1:end]), rest=tuple(segment[end:])))
        else:
            _append(parts, segment, shared)
    if parts and other is not None:
        parts.append(Part(lead=other[0], rest=other[1]))
    if parts and against:
        parts[0] = replace(parts[0], against=True)
    return Beside(parts=tuple(parts), shared=tuple(shared))


def _append(parts: list[Part], segment: list[Token], shared: list[Token]) -> None:
    """Add a segment as a part of its own, or as the end of the part before where it has no subject."""
    clause = clause_of(segment)
    if clause is None and parts and parts[-1].lead:
        gapped = _gapped(parts[-1], segment)
        if gapped is not None:
            before, part, common = gapped
            parts[-1:] = [before, part]
            shared += common
            return
    if clause is None and parts:
        parts[-1] = replace(parts[-1], rest=(*parts[-1].rest, *segment))
        return
    at = clause or 0
    first = next((token.low for token in segment), "")
    takes_up = first in DEFINITE
    parts.append(Part(lead=tuple(segment[:at]), rest=tuple(segment[at:]), takes_up=takes_up))


def _segments(words: list[Token]) -> list[list[Token]]:
    """Cut at words of contrast, and at commas and "and" where a subject and its verb follow."""
    pieces: list[list[Token]] = [[]]
    opened = bool(words) and words[0].low in OPENS_WITH
    at = 1 if opened else 0
    while at < len(words):
        token = words[at]
        step = 0
        if token.low in HARD:
            step = 1
        elif token.low in (",", "and", "or"):
            step = 1
            while at + step < len(words) and words[at + step].low in (",", "and", "but", *HARD):
                step += 1
            if not (opened and token.low == ",") and not _begins_part(pieces[-1], words[at + step :]):
                step = 0
        if step and pieces[-1]:
            opened = False
            pieces.append([])
        elif not step:
            pieces[-1].append(token)
        at += max(step, 1)
    return [piece for piece in pieces if piece]


def _begins_part(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Tell whether both what stands before a comma or "and" and what follows have subject and verb."""
    start = opening_end(before)
    if clause_of(before[start:]) is None:
        return False
    if clause_of(after) is not None:
        return True
    found = _gap_at(after)
    return found is not None and any(token.low == after[found].low for token in before)


def _gap_at(words: Sequence[Token]) -> int | None:
    """Return the place of the preposition in "coffee in Brazil", a statement that leaves its verb out."""
    lead = 0
    for at, token in enumerate(words[:5]):
        if token.low in PREPOSITIONS:
            return at if lead else None
        if not (token.content or token.number or token.low in ARTICLES):
            return None
        lead += token.content
    return None


def _gapped(before: Part, segment: list[Token]) -> tuple[Part, Part, tuple[Token, ...]] | None:
    """Part "tea is grown in Assam" and "coffee in Brazil"; the verb belongs to both."""
    at = _gap_at(segment)
    if at is None:
        return None
    words = before.rest
    places = [n for n, token in enumerate(words) if token.low == segment[at].low and n]
    if not places:
        return None
    there = places[-1]
    start = there
    while start > 1 and (words[start - 1].content or words[start - 1].low in ARTICLES):
        start -= 1
    said = [token.low for token in words[1:there]]
    verbal = words[0].low in BE and not any(low.endswith("ing") for low in said)
    part = Part(lead=tuple(segment[:at]), rest=tuple(segment[at:]))
    if start == there or verbal:
        return (
            Part(lead=before.lead, rest=words[there:], sentence=before.sentence),
            part,
            words[:there],
        )
    lead = words[start:there]
    return Part(lead=lead, rest=words[there:]), part, (*before.lead, *words[:start])


def _respectively(words: Sequence[Token]) -> Beside | None:
    """Part "A and B do x and y respectively": the words beside the two "and" belong together in pairs."""
    lows = [token.low for token in words]
    joints = [at for at, low in enumerate(lows) if low == "and"]
    if "respectively" not in lows or len(joints) != 2:
        return None
    taken: list[list[int]] = []
    for at in joints:
        right = at + 1
        while right < len(words) and words[right].low in ARTICLES | PREPOSITIONS:
            right += 1
        if not at or right >= len(words):
            return None
        taken.append([at - 1, right])
    inside = {at for pair in taken for at in pair}
    parts = tuple(Part(lead=(words[taken[0][n]],), rest=(words[taken[1][n]],)) for n in (0, 1))
    shared = tuple(token for at, token in enumerate(words) if at not in inside)
    return Beside(parts=parts, shared=shared)
