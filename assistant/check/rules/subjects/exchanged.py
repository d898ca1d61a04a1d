"""Find names that stand in each other's place, or in the place of a name the claim does not hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.check.rules.hedging import PLAIN_SAYING, SAYING
from assistant.check.rules.names import names
from assistant.check.rules.words.nearby import common, near
from assistant.check.rules.words.passive import voice_differs
from assistant.text.lexicon.lexicon import word_set
from assistant.text.lexicon.synonyms import held, stands_for
from assistant.text.words import Token

ALSO_DOING = PLAIN_SAYING | word_set("also_doing")
COPIED = 3  # words beside a name that make a near copy
Sides = Mapping[tuple[int, str], float]


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name of one or more words; start and end count tokens."""

    text: str
    words: frozenset[str]
    start: int
    end: int


def exchanged_names(claim: Sequence[Token], evidence: Sequence[Token]) -> tuple[str, str] | None:
    """Return a name of the claim and the one that stands in its place in the evidence, or None.

    Either two names of the claim each fit the words around the other better, or one is followed or preceded
    by the very words that stand beside a name the claim does not hold. Words in brackets are left out;
    passive and active sentences are held against each other.
    """
    whole = claim, evidence
    claim, evidence = _without_brackets(claim), _without_brackets(evidence)
    own, known = _units(claim), _units(evidence)
    spelt = held(" ".join(token.text for token in claim)).initials
    known = [unit for unit in known if not _is_spelt(unit, spelt)]
    flip = voice_differs(claim, evidence)
    place = {unit: _place(unit, claim, evidence, known, flip=flip) for unit in own}
    for unit, rival in place.items():
        again = next((other for other in own if rival and other.words & rival.words), None)
        if rival and again is not None and place[again] is not None:
            return unit.text, rival.text
    for unit, other in ((a, b) for a in own for b in own if a.start < b.start and not a.words & b.words):
        if _traded(unit, other, claim, evidence, known):
            return unit.text, other.text
    speaker = _other_speaker(claim, evidence, own, known)
    if speaker is not None:
        return speaker
    all_known = [unit for unit in _units(whole[1]) if not _is_spelt(unit, spelt)]
    return _replacement(claim, evidence, own, known) or _replacement(*whole, _units(whole[0]), all_known)


def _replacement(
    claim: Sequence[Token], evidence: Sequence[Token], own: Sequence[Name], known: Sequence[Name]
) -> tuple[str, str] | None:
    """Return a name that stands in the place of one the claim does not hold, or that joins parts of two."""
    present = frozenset().union(*(other.words for other in known))
    for unit in own:
        rival = _replaced(unit, claim, evidence, known)
        if rival and not any(other.words & rival.words for other in own):
            return unit.text, rival.text
        if len(unit.words) > 1 and unit.words <= present:
            for word in unit.words:
                holders = [other for other in known if word in other.words]
                if all(len(other.words) > 1 and other.words & unit.words == {word} for other in holders):
                    return unit.text, holders[0].text
    return None


def _without_brackets(words: Sequence[Token]) -> list[Token]:
    kept: list[Token] = []
    depth = 0
    for token in words:
        depth += token.low in ("(", "lrb", "lsb")
        if depth == 0 and token.low not in ("rrb", "rsb", ")"):
            kept.append(token)
        depth = max(0, depth - (token.low in (")", "rrb", "rsb")))
    return kept


def _place(
    unit: Name, claim: Sequence[Token], evidence: Sequence[Token], known: Sequence[Name], *, flip: bool
) -> Name | None:
    """Return the other name of the evidence that fits the words around a claim's name better than it does."""
    same = [other for other in known if other.words & unit.words]
    rivals = [other for other in known if not other.words & unit.words]
    if not same or not rivals:
        return None
    beside = near(claim, unit.start, unit.end)
    both = _speaks(claim, unit)

    def fit(other: Name) -> float:
        there = near(evidence, other.start, other.end)
        plain = common(_flipped(beside) if flip else beside, there)
        return max(plain, common(beside, there), common(_flipped(beside), there)) if both else plain

    best = max(rivals, key=fit)
    return best if fit(best) > 1.25 * max(fit(other) for other in same) + 0.05 else None


def _other_speaker(
    claim: Sequence[Token], evidence: Sequence[Token], own: Sequence[Name], known: Sequence[Name]
) -> tuple[str, str] | None:
    """Return a name that the claim makes say what another one says in the evidence ("promised that")."""
    for at, token in enumerate(claim):
        unit = _speaker(claim, at, own) if token.low in SAYING - ALSO_DOING else None
        if unit is None or not any(unit.words & other.words for other in known):
            continue
        places = [i for i, word in enumerate(evidence) if word.low in SAYING and word.stem == token.stem]
        said = [_speaker(evidence, i, known) for i in places]
        if said and all(other is not None and not other.words & unit.words for other in said):
            return unit.text, next(other.text for other in said if other)
    return None


def _speaker(words: Sequence[Token], at: int, units: Sequence[Name]) -> Name | None:
    """Return the nearest name before a verb, at most eight words away in its clause."""
    near_by = [
        unit for unit in units if at - 8 <= unit.end <= at and words[unit.end - 1].clause == words[at].clause
    ]
    return (
        near_by[-1] if near_by and "that" not in [word.low for word in words[near_by[-1].end : at]] else None
    )


def _traded(
    one: Name, two: Name, claim: Sequence[Token], evidence: Sequence[Token], known: Sequence[Name]
) -> bool:
    """Tell whether two names of a near copy stand beside the words that stand beside the other one."""
    places = [[unit for unit in known if unit.words & name.words] for name in (one, two)]
    if len(places[0]) != 1 or len(places[1]) != 1:
        return False
    own = [_alike(claim, name, evidence, unit) for name, (unit,) in zip((one, two), places, strict=True)]
    crossed = [_alike(claim, name, evidence, unit) for name, (unit,) in zip((two, one), places, strict=True)]
    return sum(crossed) > COPIED and all(crossed) and sum(crossed) > 2 + sum(own)


def _replaced(
    unit: Name, claim: Sequence[Token], evidence: Sequence[Token], known: Sequence[Name]
) -> Name | None:
    """Return the name whose place in a near copy of the evidence a claim's name has taken."""
    same = [_alike(claim, unit, evidence, other) for other in known if other.words & unit.words]
    rivals = [other for other in known if not other.words & unit.words]
    best = max(rivals, key=lambda other: _alike(claim, unit, evidence, other), default=None)
    if best is None or not same:
        return None
    count = _alike(claim, unit, evidence, best)
    return best if count >= COPIED and count >= 2 + max(same) else None


def _alike(claim: Sequence[Token], here: Name, evidence: Sequence[Token], there: Name) -> int:
    """Count the words beside two names that are the same, up to the first that is not, at most three a side."""
    total = 0
    for step, at, other in ((-1, here.start - 1, there.start - 1), (1, here.end, there.end)):
        for _ in range(3):
            if not (
                0 <= at < len(claim) and 0 <= other < len(evidence) and claim[at].low == evidence[other].low
            ):
                break
            total, at, other = total + 1, at + step, other + step
    return total


def _is_spelt(name: Name, initials: str) -> bool:
    """Tell whether a name is an acronym that the claim spells out."""
    return name.text.isupper() and stands_for(name.text, initials)


def _flipped(sides: Sides) -> Sides:
    return {(-side, word): weight for (side, word), weight in sides.items()}


def _units(words: Sequence[Token]) -> list[Name]:
    """Join neighbouring name words ("Oak Hill") into one name each."""
    named = {id(token) for token in names(words)}
    found: list[Name] = []
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and id(words[end]) in named:
            end += 1
        if end > at:
            part = words[at:end]
            found.append(
                Name(
                    text=" ".join(token.text for token in part),
                    words=frozenset(token.stem for token in part),
                    start=at,
                    end=end,
                )
            )
        at = end + 1
    return found


def _speaks(words: Sequence[Token], unit: Name) -> bool:
    """Tell whether a name is given as the source of a statement; it may stand before or after it."""
    before = [token.low for token in words[max(0, unit.start - 7) : unit.start]]
    after = [token.low for token in words[unit.end : unit.end + 3]]
    return "according" in before or any(low in SAYING for low in after)
