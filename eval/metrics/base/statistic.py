"""A metric of a run as a whole: a median, an area, a rate at a threshold."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eval.metrics.base.intervals import Interval, interval, wilson
from eval.metrics.base.metric import first_line
from eval.run.types import Better, Measure, Row


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """A metric that takes the values of all cases: `values` reads them off the rows, `of` is the figure.

    `of` returns None or NaN where the values do not determine it. `trials` gives the number of things a share was
    counted over where that is not the number of values.
    """

    name: str
    label: str
    group: str
    better: Better
    values: Callable[[Sequence[Row]], list[Any]]
    of: Callable[[Sequence[Any]], float | None]
    trials: Callable[[Sequence[Any]], int] | None = None
    unit: Literal["share", "seconds", "count"] = "share"

    def measure(self, rows: Sequence[Row], seed: int) -> Measure:
        """Return the figure of a run with its bootstrap interval over cases (eval.metrics.base.intervals.interval)."""
        values = self.values(rows)
        found = self.of(values) if values else None
        value = None if found is None or math.isnan(found) else float(found)
        ends = None if value is None else self._interval(values, value, seed)
        return Measure(
            name=self.name,
            label=self.label,
            group=self.group,
            value=value,
            low=ends[0] if ends else None,
            high=ends[1] if ends else None,
            count=self.trials(values) if self.trials else len(values),
            better=self.better,
            unit=self.unit,
            about=first_line(self.of),
        )

    def _interval(self, values: Sequence[Any], value: float, seed: int) -> Interval:
        """Return the interval; a share of 0 or 1 without any spread is no certainty, so Wilson's or none."""
        ends = interval(values, self.of, seed)
        if self.unit != "share" or value not in (0.0, 1.0) or not ends or ends[0] < ends[1]:
            return ends
        trials = self.trials(values) if self.trials else 0
        return wilson(round(value * trials), trials) if trials > 1 else None
