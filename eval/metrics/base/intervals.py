"""Intervals of a measure over cases, and tests of two runs on the same cases."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000  # for an interval
PAIRED_RESAMPLES = (
    10_000  # for a p-value: a few dozen are corrected together, so each must be able to be small
)
LEVELS = (2.5, 97.5)
_BLOCK = 2_000_000  # draws held in memory at once
Item = TypeVar("Item")
Interval = tuple[float, float] | None
Floats = NDArray[np.float64]


def interval(values: Sequence[Item], of: Callable[[Sequence[Item]], float | None], seed: int) -> Interval:
    """Return the 95 % percentile bootstrap interval of a statistic of cases (Efron and Tibshirani 1993).

    Draws as many cases as there are, with replacement, 1,000 times. Resamples on which `of` is None or not a
    number are left out. None for fewer than two cases, and where half of the resamples or more have no value.
    """
    if len(values) < 2:
        return None
    rng = np.random.default_rng(seed)
    found: list[float] = []
    for _ in range(RESAMPLES):
        value = of([values[at] for at in rng.integers(0, len(values), len(values))])
        if value is not None and np.isfinite(value):
            found.append(value)
    return _ends(np.asarray(found)) if len(found) > RESAMPLES / 2 else None


def share_interval(parts: Sequence[float], wholes: Sequence[float], seed: int) -> Interval:
    """Return the 95 % percentile bootstrap interval of sum(parts) / sum(wholes), each 0 <= part <= whole a case.

    With wholes of 1 that is the interval of a mean. Where every case is all wrong or all right, resampling sees
    no spread and would promise certainty: Wilson's interval of as many cases is returned instead. None for fewer
    than two cases with a whole above 0.
    """
    part, whole = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    counted = int((whole > 0).sum())
    if counted < 2:
        return None
    if not part.any() or bool((part == whole).all()):
        return wilson(counted if part.any() else 0, counted)
    sums = _resampled(np.stack([part, whole]), RESAMPLES, seed)
    met = sums[1] > 0
    return _ends(sums[0][met] / sums[1][met])


def wilson(part: int, whole: int) -> Interval:
    """Return the 95 % score interval of a share of independent trials (Wilson 1927); None of nothing."""
    from scipy.stats import binomtest

    if not whole:
        return None
    found = binomtest(part, whole).proportion_ci(confidence_level=0.95, method="wilson")
    return float(found.low), float(found.high)


def paired_bootstrap(a: Sequence[float], b: Sequence[float], seed: int) -> tuple[float, float, float, float]:
    """Return (difference, low, high, p) of the mean of b less that of a, on the same cases in the same order.

    The interval is the 95 % percentile bootstrap over cases (10,000 resamples); p, two-sided, is twice the share
    of resamples on the other side of 0. It is never below 2 ** (1 - m) for m cases that differ, the least that an
    exact test of signs could give, as few cases resample too well. (0, 0, 0, 1) for no cases.
    Raises ValueError for unequal lengths.
    """
    if len(a) != len(b):
        raise ValueError(f"paired values differ in number: {len(a)} and {len(b)}")
    gaps = np.asarray(b, dtype=np.float64) - np.asarray(a, dtype=np.float64)
    if not gaps.any():
        return 0.0, 0.0, 0.0, 1.0
    means = _resampled(gaps[None, :], PAIRED_RESAMPLES, seed)[0] / len(gaps)
    beyond = min(int((means <= 0).sum()), int((means >= 0).sum()))
    p = 2 * (beyond + 1) / (PAIRED_RESAMPLES + 1)
    least = 2.0 ** (1 - int(np.count_nonzero(gaps)))
    low, high = _ends(means)
    return float(gaps.mean()), low, high, min(1.0, max(p, least))


def mcnemar(only_a: int, only_b: int) -> float:
    """Return the two-sided p of McNemar's test, exact: cases right in one run alone fall either way like coins."""
    from scipy.stats import binomtest

    if not only_a + only_b:
        return 1.0
    return float(binomtest(only_a, only_a + only_b, 0.5).pvalue)


def holm(ps: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number, in the order given (Holm 1979)."""
    found = [0.0] * len(ps)
    least = 0.0
    for rank, at in enumerate(sorted(range(len(ps)), key=lambda at: ps[at])):
        least = max(least, min(1.0, (len(ps) - rank) * ps[at]))
        found[at] = least
    return found


def _resampled(values: Floats, count: int, seed: int) -> Floats:
    """Return the sums (rows, count) of resampled columns of values (rows, cases)."""
    rng = np.random.default_rng(seed)
    cases = values.shape[1]
    step = max(1, _BLOCK // cases)
    sums = [
        values[:, rng.integers(0, cases, (min(step, count - done), cases))].sum(axis=2)
        for done in range(0, count, step)
    ]
    return np.concatenate(sums, axis=1)


def _ends(found: Floats) -> tuple[float, float]:
    low, high = np.percentile(found, LEVELS)
    return float(low), float(high)
