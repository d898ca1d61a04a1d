"""Judge claims: a quotation by its words, any other sentence by few vetoes and the learned judge."""

from collections.abc import Sequence

from assistant.check.pairs import Pair, unjudged
from assistant.check.quotation import plain, quoted
from assistant.check.vetoes import Objection, objections
from assistant.judge.judge import Judge, Opinion, card
from assistant.reader_input import narrow
from assistant.standing import unframed
from assistant.types import Judgement, Verdict

QUOTED = "The claim is quoted word for word."
FRAMED = "The evidence says this only below a line that takes it back or limits it."
ASKED = "The evidence only asks this."
VETOED = 0.05  # the highest score of what a rule refuses
_REASONS: dict[Verdict, str] = {
    "unverified": "The evidence may say this, but not surely enough.",
    "contradicted": "The evidence says otherwise.",
    "unsupported": "The evidence does not say this.",
}


class EvidenceChecker:
    """The one way to "supported": quoted, or free of objections and sure to the judge."""

    def __init__(self, judge: Judge, *, min_support: float | None = None) -> None:
        """Take the judge, and the score from which a claim counts as supported; the card's where there is none."""
        self.judge = judge
        self.name = f"judge-{card()['version']}"  # changes when its verdicts may
        self.sure = card()["thresholds"]["supported"] if min_support is None else min_support
        self.certain = card()["thresholds"]["certain"]
        self.likely = min(card()["thresholds"]["unverified"], self.sure)

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order."""
        found: list[Judgement | None] = [_without_judge(pair) for pair in pairs]
        asked = [at for at, judgement in enumerate(found) if judgement is None]
        cases = [(pairs[at].claim, _read(pairs[at]), pairs[at].question) for at in asked]
        for at, opinion in zip(asked, self.judge.opinions(cases), strict=True):
            found[at] = self._verdict(opinion, objections(pairs[at]))
        return [judgement for judgement in found if judgement is not None]

    def _verdict(self, opinion: Opinion, against: Sequence[Objection]) -> Judgement:
        """Give the verdict: a veto refuses, a doubt leaves unverified, a caution asks for more, else the score decides."""
        reasons = tuple(item.reason for item in against)
        gravest = against[0].weight if against else None
        score, weak = opinion.support, opinion.weak
        verdict: Verdict
        if gravest == "veto":
            verdict = "contradicted" if any(item.contradicts for item in against) else "unsupported"
            return Judgement(
                verdict=verdict, score=min(score, VETOED), reasons=reasons, weak=weak, final=True
            )
        needed = {None: self.sure, "caution": max(self.sure, self.certain), "doubt": 2.0}[gravest]
        if score >= needed:
            return Judgement(verdict="supported", score=score)
        if score >= self.likely:
            verdict = "unverified"
        else:
            verdict = "contradicted" if opinion.denial > 0.5 else "unsupported"
        score = min(score, self.sure - 0.001) if against else score
        return Judgement(verdict=verdict, score=score, reasons=reasons or (_REASONS[verdict],), weak=weak)


def _without_judge(pair: Pair) -> Judgement | None:
    """Judge what needs no model: nothing to judge, a quotation, or what stands only below words that take it back."""
    if not any(char.isalpha() for char in pair.claim):
        return unjudged("The claim has no words to check.")
    if not any(char.isalpha() for char in pair.evidence):
        return unjudged("There is no evidence to check against.")
    standing = unframed(pair.claim, pair.evidence)
    if quoted(pair.claim, standing):
        return Judgement(verdict="supported", score=1.0, reasons=(QUOTED,), final=True)
    if quoted(pair.claim, pair.evidence) or not standing.strip():
        return Judgement(verdict="unsupported", score=0.0, reasons=(FRAMED,), final=True)
    if pair.evidence.rstrip().endswith("?") and plain(pair.claim).rstrip("?") in plain(pair.evidence):
        return Judgement(verdict="unsupported", score=0.0, reasons=(ASKED,), final=True)
    return None


def _read(pair: Pair) -> str:
    """Return the evidence as the judge reads it: without lines that are taken back, cut to what is near the claim."""
    return narrow(pair.claim, unframed(pair.claim, pair.evidence))
