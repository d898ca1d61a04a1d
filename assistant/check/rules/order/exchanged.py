"""Find names and contrasted subjects that stand in each other's place, or in the place of one that the claim lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.check.rules.names import names
from assistant.check.rules.order.inverted import voice_differs
from assistant.check.rules.order.nearby import alike, common, near, place_of
from assistant.text.lexicon.contrasts import Contrast, named
from assistant.text.words import Token, tokens

COPIED = 3  # words beside a name that make a near copy
LINKS = frozenset(["and", "or", "&", "/", "the", "between", "both"])  # may stand between names in any order


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name of one or more words, or a subject of a contrast; start and end count tokens."""

    text: str
    keys: frozenset[str]  # stems of its words, or the term of the subject
    start: int
    end: int
    contrast: str = ""  # of a subject


def exchanged(claim: str, evidence: str, contrasts: tuple[Contrast, ...]) -> tuple[str, str] | None:
    """Return a name of the claim and the one that stands in its place in the evidence, or None.

    Two names of the claim each fit the words around the other better, a subject those around another side of its contrast
    (or only that side is named), or a name is followed or preceded by the very words that stand beside one that the claim does not hold.
    """
    words, known = tokens(claim), tokens(evidence)
    own, theirs = units(claim, contrasts), units(evidence, contrasts)
    flip = (_done(own, words) or _done(theirs, known)) and voice_differs(words, known)
    place = {unit: _better(unit, words, theirs, known, flip=flip) for unit in own}
    for unit, rival in place.items():
        again = next((other for other in own if rival and other.keys & rival.keys), None)
        if rival and again is not None and place[again] is not None:
            return unit.text, rival.text
    for unit in own:
        sides = [other for other in theirs if unit.contrast and other.contrast == unit.contrast]
        unnamed = sides and not any(other.keys & unit.keys for other in sides)
        rival = sides[0] if unnamed else _better(unit, words, sides, known, flip=flip)
        if rival:
            return unit.text, rival.text
    for unit, other in ((a, b) for a in own for b in own if a.start < b.start and not a.keys & b.keys):
        if _traded(unit, other, words, theirs, known):
            return unit.text, other.text
    return _replacement(own, words, theirs, known)


def _better(
    unit: Name, words: Sequence[Token], theirs: Sequence[Name], known: Sequence[Token], *, flip: bool
) -> Name | None:
    """Return the other name of the evidence that fits the words around a claim's name better than it does."""
    same = [other for other in theirs if other.keys & unit.keys]
    rivals = [
        other
        for other in theirs
        if not other.keys & unit.keys
        and not any(_joined(one, other, known) for one in same)
        and _measured(other, known) == _measured(unit, words)  # "dearer than BPO" calls BPO nothing
    ]
    if not same or not rivals:
        return None
    beside = near(words, unit.start, unit.end)
    if flip:
        beside = {(-side, word): weight for (side, word), weight in beside.items()}
    fit = {other: common(beside, near(known, other.start, other.end)) for other in theirs}
    best = max(rivals, key=lambda other: fit[other])
    return best if fit[best] > 1.25 * max(fit[other] for other in same) + 0.05 else None


def _done(units: Sequence[Name], words: Sequence[Token]) -> bool:
    """Tell whether something is done by one of some names ("bought by IBM")."""
    return any(_behind("by", unit, words) for unit in units)


def _measured(unit: Name, words: Sequence[Token]) -> bool:
    """Tell whether a name is what something is measured against ("than IBM")."""
    return _behind("than", unit, words)


def _behind(word: str, unit: Name, words: Sequence[Token]) -> bool:
    """Tell whether a name stands right behind a word, an article between them or not."""
    return any(token.low == word for token in words[max(0, unit.start - 2) : unit.start])


def _joined(one: Name, other: Name, words: Sequence[Token]) -> bool:
    """Tell whether two names stand beside each other ("A and B"), so that their order says nothing."""
    left, right = (one, other) if one.start < other.start else (other, one)
    gap = [token.low for token in words[left.end : right.start]]
    return bool(gap) and set(gap) <= LINKS


def _traded(
    one: Name, two: Name, words: Sequence[Token], theirs: Sequence[Name], known: Sequence[Token]
) -> bool:
    """Tell whether two names of a near copy stand beside the words that stand beside the other one."""
    places = [[unit for unit in theirs if unit.keys & name.keys] for name in (one, two)]
    if len(places[0]) != 1 or len(places[1]) != 1:
        return False
    if _joined(places[0][0], places[1][0], known):
        return False
    own = [_copied(name, words, unit, known) for name, (unit,) in zip((one, two), places, strict=True)]
    crossed = [_copied(name, words, unit, known) for name, (unit,) in zip((two, one), places, strict=True)]
    return sum(crossed) > COPIED and all(crossed) and sum(crossed) > 2 + sum(own)


def _replacement(
    own: Sequence[Name], words: Sequence[Token], theirs: Sequence[Name], known: Sequence[Token]
) -> tuple[str, str] | None:
    """Return a name in the place of one the claim does not hold, or one that joins parts of two."""
    present = frozenset().union(*(other.keys for other in theirs))
    for unit in own:
        rival = _replaced(unit, words, theirs, known)
        if rival and not any(other.keys & rival.keys for other in own):
            return unit.text, rival.text
        if len(unit.keys) > 1 and unit.keys <= present:
            for word in unit.keys:
                holders = [other for other in theirs if word in other.keys]
                if all(len(other.keys) > 1 and other.keys & unit.keys == {word} for other in holders):
                    return unit.text, holders[0].text
    return None


def _replaced(
    unit: Name, words: Sequence[Token], theirs: Sequence[Name], known: Sequence[Token]
) -> Name | None:
    """Return the name whose place in a near copy of the evidence a claim's name has taken."""
    count = {other: _copied(unit, words, other, known) for other in theirs}
    same = [count[other] for other in theirs if other.keys & unit.keys]
    rivals = [other for other in theirs if not other.keys & unit.keys]
    best = max(rivals, key=lambda other: count[other], default=None)
    if best is None or not same:
        return None
    return best if count[best] >= COPIED and count[best] >= 2 + max(same) else None


def _copied(here: Name, words: Sequence[Token], there: Name, known: Sequence[Token]) -> int:
    """Count the words beside two names that are the same, up to the first that is not, at most three a side."""
    before = alike(words[: here.start][::-1], known[: there.start][::-1])
    return min(3, before) + min(3, alike(words[here.end :], known[there.end :]))


@lru_cache(maxsize=20_000)
def units(text: str, contrasts: tuple[Contrast, ...]) -> tuple[Name, ...]:
    """Return the names of a text, neighbouring words joined ("Oak Hill"), and the subjects it names, in order."""
    words = tokens(text)
    single = {id(token) for token in names(words)}
    found: list[Name] = []
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and id(words[end]) in single:
            end += 1
        if end > at:
            found.append(_name(words, at, end))
        at = end + 1
    for contrast in contrasts:
        for subject in _subjects(text, contrast):
            found = [other for other in found if other.end <= subject.start or other.start >= subject.end]
            found.append(subject)
    return tuple(sorted(found, key=lambda unit: unit.start))


def _name(words: Sequence[Token], start: int, end: int) -> Name:
    part = words[start:end]
    keys = frozenset(token.stem for token in part)
    return Name(text=" ".join(token.text for token in part), keys=keys, start=start, end=end)


def _subjects(text: str, contrast: Contrast) -> list[Name]:
    """Return the subjects of a contrast that a text names; a long form and its acronym in brackets are one."""
    words = tokens(text)
    found: list[Name] = []
    for item in named(text, contrast):
        start, end = place_of(text, item.start, item.end)
        keys = frozenset([f"{contrast.name}: {item.term}"])
        if (
            found
            and found[-1].keys == keys
            and all(token.low in "(-" for token in words[found[-1].end : start])
        ):
            start = found.pop().start
            end += end < len(words) and words[end].low == ")"
        shown = " ".join(token.text for token in words[start:end])
        found.append(Name(text=shown, keys=keys, start=start, end=end, contrast=contrast.name))
    return found
