"""Judge claims on this machine: quotations by their words, the rest by rules, few vetoes and the learned judge."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.check.pairs import Checker, Pair, unjudged
from assistant.check.quotation import plain, quoted
from assistant.check.vetoes import Objection, objections
from assistant.core.types import Judgement, Verdict
from assistant.models.judge.judge import Judge, Opinion, card
from assistant.models.reader.tokens import narrow
from assistant.text.disclaimers.kept import unframed
from assistant.text.terms import tokens

QUOTED = "The claim is quoted word for word."
FRAMED = "The evidence says this only below a line that takes it back or limits it."
ASKED = "The evidence only asks this."
SHARED_WORDS, SHARED = 3, 0.3  # words of a claim that its evidence must hold to be likely, and their share
VETOED = 0.05  # the highest score of what a rule refuses


class EvidenceChecker:
    """Judges what this machine can judge by itself: quotations, claims near their evidence's wording, likely ones.

    "supported" is said of a quotation, and of what the rules let through: they refuse nearly all that is worded freely.
    What they do not let through is "unverified" where the learned judge finds it likely and no veto refuses it. Only a
    veto is final; all else a stronger checker may turn.
    """

    def __init__(self, rules: Checker, judge: Judge) -> None:
        self.rules = rules
        self.judge = judge
        self.name = f"{rules.name}+judge-{card()['version']}"  # changes when its verdicts may
        self.likely = card()["thresholds"]["unverified"]

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order."""
        found: list[Judgement | None] = [_quoted(pair) for pair in pairs]
        asked = [at for at, judgement in enumerate(found) if judgement is None]
        ruled = self.rules.check([pairs[at] for at in asked])
        cases = [(pairs[at].claim, _read(pairs[at]), pairs[at].question) for at in asked]
        for at, rule, opinion in zip(asked, ruled, self.judge.opinions(cases), strict=True):
            found[at] = self._verdict(pairs[at], rule, opinion, objections(pairs[at]))
        return [judgement for judgement in found if judgement is not None]

    def _verdict(
        self, pair: Pair, rule: Judgement, opinion: Opinion, against: Sequence[Objection]
    ) -> Judgement:
        """Give the verdict: a veto refuses, what the rules let through is supported, else it is likely or not.

        What the rules hold to be contradicted is never called likely: they are mostly right where the wording is near.
        """
        if rule.verdict == "unjudged":
            return rule
        reasons = tuple(item.reason for item in against)
        score, weak = opinion.support, opinion.weak
        if any(item.veto for item in against):
            verdict: Verdict = "contradicted" if any(item.contradicts for item in against) else "unsupported"
            return Judgement(
                verdict=verdict, score=min(score, VETOED), reasons=reasons, weak=weak, final=True
            )
        if rule.verdict == "supported":
            return replace(rule, score=max(score, rule.score))
        reasons = tuple(dict.fromkeys((*reasons, *rule.reasons)))
        likely = score >= self.likely and rule.verdict == "unsupported" and not against
        if likely and shares_words(pair.claim, pair.evidence):
            return Judgement(verdict="unverified", score=score, reasons=reasons, weak=weak)
        return Judgement(verdict=rule.verdict, score=min(score, self.likely), reasons=reasons, weak=weak)


def shares_words(claim: str, evidence: str) -> bool:
    """Tell whether enough words of a claim stand in its evidence for a judgement of the two to mean anything."""
    own, other = (set(tokens([text])[0]) for text in (claim, evidence))
    return len(own & other) >= max(SHARED_WORDS, SHARED * len(own))


def _quoted(pair: Pair) -> Judgement | None:
    """Judge what needs neither rules nor a model: a quotation, or what stands only below words that take it back."""
    if not any(char.isalpha() for char in pair.claim):
        return unjudged("The claim has no words to check.")
    if not any(char.isalpha() for char in pair.evidence):
        return unjudged("There is no evidence to check against.")
    standing = unframed(pair.claim, pair.evidence)
    if quoted(pair.claim, standing):
        return Judgement(verdict="supported", score=1.0, reasons=(QUOTED,), final=True)
    if quoted(pair.claim, pair.evidence) or not standing.strip():
        return Judgement(verdict="unsupported", score=0.3, reasons=(FRAMED,), final=True)
    if pair.evidence.rstrip().endswith("?") and plain(pair.claim).rstrip("?") in plain(pair.evidence):
        return Judgement(verdict="unsupported", score=0.0, reasons=(ASKED,), final=True)
    return None


def _read(pair: Pair) -> str:
    """Return the evidence as the judge reads it: without lines that are taken back, cut to what is near the claim."""
    return narrow(pair.claim, unframed(pair.claim, pair.evidence))
