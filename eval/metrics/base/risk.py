"""Tell how often shown answers are wrong at each evidence threshold, and choose one for a given risk."""

import math
from collections.abc import Callable, Sequence
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


def risk_coverage(
    outcomes: Sequence[Outcome], coverages: Sequence[float] = COVERAGES
) -> list[tuple[float, Point | None]]:
    """Return, for each coverage, the highest threshold that reaches it; None where none does."""
    ladder = points(outcomes)
    return [
        (wanted, next((point for point in ladder if point.coverage >= wanted - 1e-9), None))
        for wanted in coverages
    ]


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


def clopper_pearson(wrong: int, shown: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the exact interval of a share (Clopper and Pearson 1934); (0, 1) where nothing was seen."""
    if not shown:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = 0.0 if wrong == 0 else _solve(lambda p: 1 - _at_most(wrong - 1, shown, p) >= tail)
    high = 1.0 if wrong == shown else _solve(lambda p: _at_most(wrong, shown, p) <= tail)
    return low, high


def enough(risk: float, confidence: float = CONFIDENCE) -> int:
    """Return how many shown answers, none of them wrong, it takes to promise a risk."""
    return math.ceil(math.log((1 - confidence) / 2) / math.log(1 - risk))


def _at_most(k: int, n: int, p: float) -> float:
    """Return the chance of at most k successes in n trials of chance p, 0 < p < 1."""
    logs = (
        math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
        + i * math.log(p) + (n - i) * math.log1p(-p)
        for i in range(k + 1)
    )  # fmt: skip
    return sum(math.exp(value) for value in logs)


def _solve(reached: Callable[[float], bool]) -> float:
    """Return the smallest chance at which `reached` turns true, by halving."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
