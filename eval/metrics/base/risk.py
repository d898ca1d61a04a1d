"""Tell how often shown answers are wrong at each evidence threshold, and choose one for a given risk."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
COVERAGES = tuple(step / 10 for step in range(1, 11))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one question when nothing was declined for its score."""

    score: float  # of the evidence, 0 to 1
    answerable: bool
    shown: bool  # False where it was declined whatever the threshold
    right: bool


@dataclass(frozen=True, kw_only=True)
class Point:
    """One threshold: what is shown there, and the share of it that is wrong."""

    threshold: float
    coverage: float  # share of the answerable questions that are answered
    shown: int  # answers shown, the unanswerable ones among them
    wrong: int

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the risk."""
        return clopper_pearson(self.wrong, self.shown)

    @property
    def risk(self) -> float:
        """Return the share of shown answers that are wrong; 0 where none is shown."""
        return self.wrong / self.shown if self.shown else 0.0


def points(outcomes: Sequence[Outcome]) -> list[Point]:
    """Return one point for every score of a shown answer, highest threshold first.

    An unanswerable question answered is wrong.
    """
    answerable = sum(item.answerable for item in outcomes)
    ranked = sorted((item for item in outcomes if item.shown), key=lambda item: -item.score)
    found: list[Point] = []
    met = wrong = 0
    for at, item in enumerate(ranked, 1):
        met += item.answerable
        wrong += not (item.answerable and item.right)
        if at == len(ranked) or ranked[at].score < item.score:
            coverage = met / answerable if answerable else 0.0
            found.append(Point(threshold=item.score, coverage=coverage, shown=at, wrong=wrong))
    return found


def reached(ladder: Sequence[Point], coverage: float) -> Point | None:
    """Return the highest threshold of `points` that reaches a coverage, rounding aside; None where none does."""
    return next((point for point in ladder if point.coverage >= coverage - 1e-9), None)


def risk_coverage(outcomes: Sequence[Outcome]) -> list[tuple[float, Point | None]]:
    """Return, for each of COVERAGES, the highest threshold that reaches it; None where none does."""
    ladder = points(outcomes)
    return [(wanted, reached(ladder, wanted)) for wanted in COVERAGES]


def area(outcomes: Sequence[Outcome]) -> float:
    """Return the mean risk over the coverages from the first answerable question shown to the last, 0 to 1.

    Lower is better (Geifman and El-Yaniv 2017, with coverage counted on the answerable questions).
    """
    risks: list[float] = []
    answerable = sum(item.answerable for item in outcomes)
    for point in points(outcomes):
        steps = round(point.coverage * answerable) - len(risks)
        risks += [point.risk] * steps
    return sum(risks) / len(risks) if risks else math.nan


def fitting(outcomes: Sequence[Outcome], risk: float) -> list[Point]:
    """Return the points whose risk is at most `risk`, smallest threshold first."""
    return [point for point in reversed(points(outcomes)) if point.risk <= risk]


def clopper_pearson(wrong: int, shown: int) -> tuple[float, float]:
    """Return the exact interval of a share (Clopper and Pearson 1934); (0, 1) where nothing was seen."""
    from scipy.stats import binomtest

    if not shown:
        return 0.0, 1.0
    found = binomtest(wrong, shown).proportion_ci(confidence_level=CONFIDENCE, method="exact")
    return float(found.low), float(found.high)


def enough(risk: float) -> int:
    """Return how many shown answers, none of them wrong, it takes to promise a risk."""
    return math.ceil(math.log((1 - CONFIDENCE) / 2) / math.log(1 - risk))
