"""Judge claims on this machine: quotations by their words, the rest by rules, few vetoes and the learned judge.

What the rules let through with the words of its evidence in another order is put to the judge as well: words tell little
of who does what to whom.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from assistant.check.pairs import Checker, Pair, unjudged
from assistant.check.quotation import plain, quoted
from assistant.check.rules.order.inverted import reordered
from assistant.check.vetoes import Objection, objections
from assistant.core.types import Judgement, Verdict
from assistant.models.judge.judge import Case, Opinion, card
from assistant.models.reader.tokens import narrow
from assistant.text.disclaimers.kept import unframed
from assistant.text.terms import stems

QUOTED = "The claim is quoted word for word."
FRAMED = "The evidence says this only below a line that takes it back or limits it."
ASKED = "The evidence only asks this."
REORDERED = "The claim holds the words of the evidence in another order; they may not say the same."
SHARED_WORDS, SHARED = 3, 0.3  # words of a claim that its evidence must hold for a judgement to mean anything
NEAR = 0.8  # share of a claim's words in its evidence from which what the rules say of it counts
LATIN = "\u024f"  # the last of its letters
WORDS = 4  # runs of words without support that a reason names
VETOED = 0.05  # the score of what a rule refuses


class Opinions(Protocol):
    """What has opinions on cases, or `missing` says why it has none."""

    @property
    def missing(self) -> str:
        """Why it has none, "" where it has."""

    def opinions(self, cases: Sequence[Case]) -> Sequence[Opinion] | None:
        """Judge each case, in order; None where it cannot."""


class EvidenceChecker:
    """Judges what this machine can judge by itself: quotations, claims near their evidence's wording, freely worded ones.

    Vetoes come first and are final. What the rules let through, near the wording, is supported. The rest is put to the
    learned judge: it is supported, or likely ("unverified"), or neither; a stronger checker may turn that.
    """

    def __init__(self, rules: Checker, judge: Opinions | None, *, wary: bool = False) -> None:
        self.rules = rules
        self.judge = judge  # None: what the rules do not let through is not supported
        self.needed = "certain" if wary else "supported"  # name of the threshold
        self.likely = "supported" if wary else "unverified"  # of what the rules let through
        self.name = f"{rules.name}+judge-{card()['version']}"  # changes when its verdicts may
        self.thresholds: dict[str, float] = card()["thresholds"]

    @property
    def quick(self) -> Checker:
        """The same without the learned judge."""
        return self if self.judge is None else EvidenceChecker(self.rules, None)

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order."""
        found: list[Judgement | None] = [_quoted(pair) for pair in pairs]
        against = {at: objections(pairs[at]) for at, told in enumerate(found) if told is None}
        for at, held in against.items():
            found[at] = _vetoed(held)
        asked = [at for at, judgement in enumerate(found) if judgement is None]
        ruled = dict(zip(asked, self.rules.check([pairs[at] for at in asked]), strict=True))
        free = [at for at in asked if _open(pairs[at], ruled[at])]
        opinions = dict(zip(free, self._opinions([pairs[at] for at in free]), strict=True))
        for at in asked:
            found[at] = (
                self._verdict(pairs[at], ruled[at], opinions[at], against[at])
                if at in opinions
                else ruled[at]
            )
        return [judgement for judgement in found if judgement is not None]

    def _opinions(self, pairs: Sequence[Pair]) -> Sequence[Opinion | None]:
        told = (
            self.judge.opinions([(pair.claim, _read(pair), pair.question) for pair in pairs])
            if self.judge and pairs
            else None
        )
        return [None] * len(pairs) if told is None else told

    def _verdict(
        self, pair: Pair, rule: Judgement, opinion: Opinion | None, against: Sequence[Objection]
    ) -> Judgement:
        """Give the verdict on what the rules leave open, as far as the judge holds it to be supported.

        Near the wording of the evidence, where a word makes the difference, what the rules do not let through is at best likely.
        """
        doubts = [item.reason for item in against]
        if rule.verdict == "supported":
            return self._seconded(rule, opinion)
        if opinion is None:
            missing = (self.judge.missing,) if self.judge and self.judge.missing else ()
            reasons = tuple(dict.fromkeys((*doubts, *rule.reasons, *missing)))
            return replace(rule, score=min(rule.score, self.thresholds["unverified"]), reasons=reasons)
        score, weak = opinion.support, opinion.weak
        shared, share = shared_words(pair.claim, pair.evidence)
        readable = other_letters(pair.claim) <= other_letters(pair.evidence)
        meant = readable and not doubts and shared >= SHARED_WORDS and share >= SHARED
        if meant and share < NEAR and score >= self.thresholds[self.needed]:
            return Judgement(verdict="supported", score=score)
        said = rule.reasons if rule.verdict == "unsupported" else (_unheld(pair.claim, weak),)
        reasons = tuple(dict.fromkeys((*doubts, *said)))
        if meant and score >= self.thresholds["unverified"]:
            return Judgement(verdict="unverified", score=score, reasons=reasons, weak=weak)
        score = min(score, self.thresholds["unverified"])
        return Judgement(verdict="unsupported", score=score, reasons=reasons, weak=weak)

    def _seconded(self, rule: Judgement, opinion: Opinion | None) -> Judgement:
        """Give the verdict on what the rules let through in another order: supported if the judge holds it likely too."""
        if opinion is None or opinion.support >= self.thresholds[self.likely]:
            return rule
        verdict: Verdict = (
            "unverified" if opinion.support >= self.thresholds["unverified"] / 2 else "unsupported"
        )
        return Judgement(verdict=verdict, score=opinion.support, reasons=(REORDERED,), weak=opinion.weak)


def _open(pair: Pair, rule: Judgement) -> bool:
    """Tell whether the rules leave a claim to the judge.

    What they let through goes there too if its words stand in another order. What they hold to be contradicted stays so
    where the wording is near: they compare word by word, and what they say of free wording tells nothing (as often of
    true claims as of false ones).
    """
    if rule.verdict == "supported":
        return reordered(pair.claim, pair.evidence)
    denied = rule.verdict == "contradicted" and shared_words(pair.claim, pair.evidence)[1] >= NEAR
    return rule.verdict != "unjudged" and not denied


def _unheld(claim: str, weak: Sequence[tuple[int, int]]) -> str:
    """Say which words of a claim the judge finds no support for."""
    words = ", ".join(f"“{claim[a:b]}”" for a, b in weak[:WORDS])
    return f"The evidence does not clearly support {words or 'this'}."


def _vetoed(against: Sequence[Objection]) -> Judgement | None:
    """Refuse what a veto refuses."""
    if not any(item.veto for item in against):
        return None
    verdict: Verdict = "contradicted" if any(item.contradicts for item in against) else "unsupported"
    return Judgement(
        verdict=verdict, score=VETOED, reasons=tuple(item.reason for item in against), final=True
    )


def shared_words(claim: str, evidence: str) -> tuple[int, float]:
    """Return how many words of a claim its evidence holds, and which share of them."""
    own, other = (stems(text) for text in (claim, evidence))
    return len(own & other), len(own & other) / max(1, len(own))


def other_letters(text: str) -> set[str]:
    """Return the words in letters that English does without, which the judge cannot read."""
    return {
        word
        for word in re.findall(r"\w+", text.casefold())
        if any(char.isalpha() and char > LATIN for char in word)
    }


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
