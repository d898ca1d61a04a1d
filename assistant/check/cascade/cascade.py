"""Put what the judge is not sure of to a stronger checker, many pairs in one call; what a rule decided stands."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.check.pairs import Checker, Pair
from assistant.core.types import Judgement

REMEMBERED = 1000  # judgements of the stronger checker


class CascadeChecker:
    """The embedded judge first; a stronger checker decides, both ways, where it is not sure.

    It is sure only of quotations, of what a veto refuses, and of what it supports with a score from `sure` on. Where
    the stronger one cannot tell, the verdict of the first stands.
    """

    def __init__(self, first: Checker, second: Checker, *, sure: float) -> None:
        self.first = first
        self.second = second
        self.sure = sure
        self.name = f"{first.name}+{second.name}"
        self._known: dict[Pair, Judgement] = {}

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order, those in doubt together."""
        return self.reconsider(pairs, self.first.check(pairs))

    def unsure(self, judgement: Judgement) -> bool:
        """Tell whether the stronger checker is to be asked."""
        sure = judgement.verdict == "supported" and judgement.score >= self.sure
        return not (judgement.final or judgement.verdict == "unjudged" or sure)

    def reconsider(self, pairs: Sequence[Pair], found: Sequence[Judgement]) -> list[Judgement]:
        """Return the judgements with those in doubt replaced by the stronger checker's, asked for in one call."""
        known = self._known  # replaced whole, never changed, so that threads can share it
        asked = [at for at, judgement in enumerate(found) if self.unsure(judgement)]
        new = list(dict.fromkeys(pairs[at] for at in asked if pairs[at] not in known))
        told = dict(zip(new, self.second.check(new) if new else [], strict=True))
        kept = {pair: item for pair, item in told.items() if item.verdict != "unjudged"}
        self._known = kept if len(known) > REMEMBERED else known | kept
        settled = list(found)
        for at in asked:
            said = told[pairs[at]] if pairs[at] in told else known[pairs[at]]
            settled[at] = _joined(found[at], said)
        return settled


def first_of(checker: Checker) -> Checker:
    """Return the checker that answers at once: of a cascade the embedded judge."""
    return checker.first if isinstance(checker, CascadeChecker) else checker


def _joined(first: Judgement, second: Judgement) -> Judgement:
    """Return the stronger checker's verdict; where it has none the first one's, with the reason that none came."""
    if second.verdict == "unjudged":
        verdict = first.verdict if first.verdict != "supported" else "unverified"
        return replace(first, verdict=verdict, reasons=(*first.reasons, *second.reasons))
    weak = () if second.verdict == "supported" else first.weak
    return replace(second, weak=weak, reasons=second.reasons)


class AbsentChecker:
    """Stands where a judge could not be had: it judges nothing."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Return "unjudged" with the reason for each pair."""
        return [Judgement(verdict="unjudged", score=0.0, reasons=(self.reason,)) for _ in pairs]
