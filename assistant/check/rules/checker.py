"""Judge by rules whether a sentence near the wording of its evidence is supported by it."""

from collections.abc import Sequence

from assistant.check.pairs import Pair, unjudged
from assistant.check.quotation import quoted, split
from assistant.check.rules.rules import Objection, objections
from assistant.check.rules.windows import windows
from assistant.core.types import Judgement
from assistant.text.disclaimers.kept import unframed
from assistant.text.lexicon.contrasts import BUILT_IN, Contrast
from assistant.text.words import content_senses

CANDIDATES = 4  # windows looked at for one claim


class RuleChecker:
    """Holds each sentence of a claim against the sentences of the evidence that hold its words.

    It is supported where no rule objects; the score is the share of its words that the evidence holds.
    """

    name = "rules-5"  # changes when its verdicts may

    def __init__(self, *, min_support: float = 0.5, contrasts: Sequence[Contrast] = BUILT_IN) -> None:
        """Take the score needed (0 to 1), and the subjects not to be exchanged."""
        self.min_support = min_support  # score needed, 0 to 1
        self.contrasts = tuple(contrasts)  # subjects that may not be exchanged

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order."""
        return [self._judge(pair) for pair in pairs]

    def _judge(self, pair: Pair) -> Judgement:
        evidence = unframed(pair.claim, pair.evidence)
        return _join(
            [
                _framed(sentence, pair.evidence, evidence)
                or _early(sentence, evidence)
                or self._decide(*self._best(sentence, evidence))
                for sentence in _sentences(pair.claim)
            ]
        )

    def _best(self, claim: str, evidence: str) -> tuple[float, tuple[Objection, ...]]:
        """Return how much of the claim a window covers and what is held against it there.

        It is the window that no rule objects to, or else the one that covers most of the claim. Where the closest window contradicts the claim, one that covers less does not clear it.
        """
        ranked = windows(claim, evidence)
        near = [window for window in ranked[:CANDIDATES] if window.coverage >= 0.75 * ranked[0].coverage]
        judged = [(window, tuple(objections(claim, window, self.contrasts))) for window in near]
        denied = any(item.contradicts for item in judged[0][1])
        least = judged[0][0].coverage if denied else 0.0
        best = next((item for item in judged if not item[1] and item[0].coverage >= least), judged[0])
        return best[0].coverage, best[1]

    def _decide(self, score: float, against: tuple[Objection, ...]) -> Judgement:
        reasons = tuple(dict.fromkeys(item.reason for item in against))
        if any(item.contradicts for item in against):
            return Judgement(verdict="contradicted", score=0.05 * score, reasons=reasons)
        if against:
            return Judgement(verdict="unsupported", score=0.3 * score, reasons=reasons)
        if score < self.min_support:
            reason = "The evidence is too far from the wording of the claim to be sure."
            return Judgement(verdict="unsupported", score=score, reasons=(reason,))
        return Judgement(verdict="supported", score=score)


def _sentences(claim: str) -> list[str]:
    return [sentence for line in split(claim) for sentence in line] or [claim]


def _early(claim: str, evidence: str) -> Judgement | None:
    """Judge what needs no rules: nothing to judge, or a quotation."""
    if not content_senses(claim):
        return unjudged("The claim has no English words to check.")
    if not content_senses(evidence):
        return unjudged("There is no English evidence to check against.")
    if quoted(claim, evidence):
        return Judgement(verdict="supported", score=1.0, reasons=("The claim is quoted word for word.",))
    return None


def _framed(claim: str, evidence: str, standing: str) -> Judgement | None:
    """Refuse what the evidence says only below a lead-in or heading that takes it back."""
    if standing == evidence or not content_senses(claim):
        return None
    if quoted(claim, evidence) and not quoted(claim, standing) or not content_senses(standing):
        reason = "The evidence says this only below a line that takes it back or limits it."
        return Judgement(verdict="unsupported", score=0.3, reasons=(reason,))
    return None


def _join(parts: Sequence[Judgement]) -> Judgement:
    """Judge a claim of several sentences by the worst of them."""
    order = ("contradicted", "unsupported", "unjudged", "supported")
    worst = min(parts, key=lambda part: (order.index(part.verdict), part.score))
    equal = [part for part in parts if part.verdict == worst.verdict]
    reasons = dict.fromkeys(reason for part in equal for reason in part.reasons)
    return Judgement(verdict=worst.verdict, score=min(part.score for part in parts), reasons=tuple(reasons))
