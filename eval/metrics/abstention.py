"""Does it decline what cannot be answered, and only that? Does its confidence tell?"""

from collections.abc import Sequence
from functools import partial

from eval.metrics.answers import is_right
from eval.metrics.base import risk
from eval.metrics.base.metric import Count, Share, share
from eval.metrics.base.risk import Outcome, Point
from eval.metrics.base.statistic import Statistic
from eval.run.types import Row

COVERAGES = (0.5, 0.7, 0.9)


def precision(row: Row) -> Count | None:
    """Count the share of declined questions that are unanswerable.

    0 to 1, over the declined ones.
    """
    return Count(part=not row.case.answerable) if _declined(row) else None


def recall(row: Row) -> Count | None:
    """Count the share of unanswerable questions that are declined.

    0 to 1, over the unanswerable ones.
    """
    return Count(part=_declined(row)) if row.answer and not row.case.answerable else None


def false_refusal(row: Row) -> Count | None:
    """Count the share of answerable questions that are declined.

    0 to 1, over the answerable ones.
    """
    return Count(part=_declined(row)) if row.answer and row.case.answerable else None


def declining_f1(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Take the harmonic mean of the precision and the recall of declining.

    0 to 1, over the cases (declined, unanswerable) that are either; None of none.
    """
    both = sum(declined and unanswerable for declined, unanswerable in pairs)
    one = sum(declined != unanswerable for declined, unanswerable in pairs)
    return 2 * both / (2 * both + one) if both or one else None


def auroc(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Take the chance that an answerable question has a higher confidence than an unanswerable one.

    0 to 1, 0.5 for no better than chance; equal confidence counts half. The area under the ROC curve of
    (confidence, answerable) over all cases, declined ones among them (Hanley and McNeil 1982, by ranks). None
    where all are answerable or none is.
    """
    from scipy.stats import rankdata

    known = [at for at, (_, answerable) in enumerate(pairs) if answerable]
    others = len(pairs) - len(known)
    if not known or not others:
        return None
    ranks = rankdata([confidence for confidence, _ in pairs])
    above = float(ranks[known].sum()) - len(known) * (len(known) + 1) / 2
    return above / (len(known) * others)


def aurc(outcomes: Sequence[Outcome]) -> float | None:
    """Take the mean risk over all coverages reached, as the threshold of confidence falls.

    0 to 1 (area under the risk-coverage curve, Geifman and El-Yaniv 2017). Risk: the share of the answers shown
    that are not right (`is_right`; any answer to an unanswerable question is not). Coverage: the share of the
    answerable questions that are answered. What was declined is at no threshold shown, so a right abstention
    costs nothing. Not a number where no answerable question was answered.
    """
    return risk.area(outcomes)


def risk_at(outcomes: Sequence[Outcome], coverage: float) -> float | None:
    """Take the share of the answers shown that are wrong, at the highest threshold that reaches a coverage.

    0 to 1, over the answers shown there; risk and coverage as for `aurc`. None where the coverage is not reached.
    """
    point = risk.reached(risk.points(outcomes), coverage)
    return point.risk if point else None


def shown_at(outcomes: Sequence[Outcome], coverage: float) -> int:
    """Return how many answers are shown at the highest threshold that reaches a coverage; 0 where none does."""
    point = risk.reached(risk.points(outcomes), coverage)
    return point.shown if point else 0


def risk_curve(rows: Sequence[Row]) -> list[Point]:
    """Return the risk-coverage curve, highest threshold first: one point for each confidence of a shown answer."""
    return risk.points(_outcomes([row for row in rows if not row.error]))


def _declined(row: Row) -> bool:
    return row.answer is not None and not row.answer.claims


def _outcomes(rows: Sequence[Row]) -> list[Outcome]:
    return [
        Outcome(
            score=row.answer.confidence,
            answerable=row.case.answerable,
            shown=bool(row.answer.claims),
            right=is_right(row),
        )
        for row in rows
        if row.answer
    ]


def _declining(rows: Sequence[Row]) -> list[tuple[bool, bool]]:
    pairs = [(_declined(row), not row.case.answerable) for row in rows if row.answer]
    return [pair for pair in pairs if any(pair)]


def _confidences(rows: Sequence[Row]) -> list[tuple[float, bool]]:
    return [(row.answer.confidence, row.case.answerable) for row in rows if row.answer]


_Statistic = partial(Statistic, group="abstention")
METRICS: tuple[Share | Statistic, ...] = (
    share("abstain_precision", "Abstention precision", "abstention", "higher", precision, paired=False),
    share("abstain_recall", "Abstention recall", "abstention", "higher", recall),
    _Statistic(name="abstain_f1", label="Abstention F1", better="higher", values=_declining, of=declining_f1),
    share("false_refusal", "False refusals", "abstention", "lower", false_refusal),
    _Statistic(name="auroc", label="AUROC of confidence", better="higher", values=_confidences, of=auroc),
    _Statistic(name="aurc", label="Area under risk and coverage", better="lower", values=_outcomes, of=aurc),
    *(
        _Statistic(
            name=f"risk@{coverage}",
            label=f"Risk at coverage {coverage}",
            better="lower",
            values=_outcomes,
            of=partial(risk_at, coverage=coverage),
            trials=partial(shown_at, coverage=coverage),
        )
        for coverage in COVERAGES
    ),
)
