"""Find the evidence sentences a claim needs: one that carries it, or one for each of its halves."""

import re
from collections.abc import Sequence

from assistant.types import Judgement
from assistant.verify import Checker, Pair

_JOINT = re.compile(r",?\s+(?:while|whereas|whilst)\s+|;\s+(?:while\s+|whereas\s+|but\s+|and\s+)?", re.I)
_OPENER = re.compile(r"^(?:while|whereas|whilst)\s+([^,]+),\s+(.+)$", re.I | re.S)
MIN_WORDS = 4  # of a half that can be checked by itself


def necessary(checker: Checker, claim: str, evidence: Sequence[str]) -> list[int]:
    """Return the places of the sentences that support a claim, none of which can be left out; [] for none.

    One sentence is enough where it carries the claim; of several such the first is taken. Else all together
    are tried and those that can be spared are dropped, the last first (citation precision by leaving one
    out: ALCE, Gao and others 2023). Else each half of "..., while ..." may rest on a sentence of its own.
    """
    alone = [[at] for at in range(len(evidence))]
    enough = next(
        (one for one, good in zip(alone, _supported(checker, claim, evidence, alone), strict=True) if good),
        None,
    )
    if enough is not None or len(evidence) < 2:
        return enough or []
    kept = list(range(len(evidence)))
    if _supported(checker, claim, evidence, [kept])[0]:
        for at in reversed(range(len(evidence))):
            rest = [other for other in kept if other != at]
            if rest and _supported(checker, claim, evidence, [rest])[0]:
                kept = rest
        return kept
    return _by_halves(checker, claim, evidence)


def _by_halves(checker: Checker, claim: str, evidence: Sequence[str]) -> list[int]:
    found: list[int] = []
    pieces = halves(claim)
    for piece in pieces:
        alone = [[at] for at in range(len(evidence))]
        good = _supported(checker, piece, evidence, alone)
        if not any(good):
            return []
        found.append(good.index(True))
    return sorted(set(found))


def halves(claim: str) -> list[str]:
    """Split "A is ..., while B is ..." and "While A is ..., B is ..." in two sentences; [] where it is one."""
    opened = _OPENER.match(claim.strip())
    pieces = list(opened.groups()) if opened else _JOINT.split(claim.strip().rstrip("."))
    if len(pieces) < 2 or any(len(piece.split()) < MIN_WORDS for piece in pieces):
        return []
    return [piece[:1].upper() + piece[1:].rstrip(". ") + "." for piece in pieces]


def _supported(
    checker: Checker, claim: str, evidence: Sequence[str], choices: Sequence[Sequence[int]]
) -> list[bool]:
    pairs = [Pair(claim=claim, evidence="\n".join(evidence[at] for at in choice)) for choice in choices]
    return [judgement.verdict == "supported" for judgement in checker.check(pairs)]


def judged(checker: Checker, claim: str, evidence: Sequence[str]) -> Judgement:
    """Judge a claim against the sentences it cites: as a whole, or else half by half, the weaker half counting."""
    whole = checker.check([Pair(claim=claim, evidence="\n".join(evidence))])[0]
    pieces = halves(claim)
    if whole.verdict == "supported" or len(evidence) < 2 or not pieces:
        return whole
    best = []
    for piece in pieces:
        found = checker.check([Pair(claim=piece, evidence=text) for text in evidence])
        best.append(max(found, key=lambda one: (one.verdict == "supported", one.score)))
    good = all(one.verdict == "supported" for one in best)
    return min(best, key=lambda one: one.score) if good else whole
