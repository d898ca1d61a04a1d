"""How long the reader waits."""

from collections.abc import Sequence
from functools import partial

from eval.metrics.base.statistic import Statistic
from eval.run.types import Row


def median(seconds: Sequence[float]) -> float:
    """Take the median over cases, in seconds.

    Above 0. Cases without that time are left out: a declined question has no first sentence.
    """
    return _percentile(seconds, 50)


def percentile_95(seconds: Sequence[float]) -> float:
    """Take the 95th percentile over cases, in seconds, between the two nearest.

    Above 0; left out as for `median`.
    """
    return _percentile(seconds, 95)


def seconds_of(rows: Sequence[Row], step: str) -> list[float]:
    """Return the time of a step ("first_sentence", "total") of each answer that has it."""
    return [row.answer.timings_s[step] for row in rows if row.answer and step in row.answer.timings_s]


METRICS = tuple(
    Statistic(
        name=f"{step}_{name}",
        label=f"{label}, {short}",
        group="time",
        better="lower",
        values=partial(seconds_of, step=step),
        of=of,
        unit="seconds",
    )
    for step, label in (("first_sentence", "First checked sentence"), ("total", "Whole answer"))
    for name, short, of in (("median", "median", median), ("p95", "95th percentile", percentile_95))
)


def _percentile(seconds: Sequence[float], at: float) -> float:
    import numpy as np

    return float(np.percentile(seconds, at))
