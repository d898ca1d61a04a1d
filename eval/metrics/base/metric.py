"""What a metric is: a name, how it is shown, and a function of rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from eval.metrics.base.intervals import share_interval
from eval.run.types import Better, Measure, Row


@dataclass(frozen=True, kw_only=True)
class Count:
    """What one case adds to a share: a part of a whole, and what could not be judged.

    The share of a run is the sum of the parts over the sum of the wholes; where each whole is 1, a mean over cases.
    """

    part: float
    whole: float = 1.0
    unjudged: int = 0


Counts = list[Count | None]  # one for each row; None where the metric does not apply


@dataclass(frozen=True, kw_only=True)
class Share:
    """A metric that is a share over cases or over what is counted within them, 0 to 1.

    `paired`: a figure of a single case means something, so that two runs can be compared case by case.
    """

    name: str
    label: str
    group: str
    better: Better
    about: str
    of: Callable[[Sequence[Row]], Counts]
    paired: bool = True

    def measure(self, rows: Sequence[Row], seed: int) -> Measure:
        """Return the figure of a run with its interval over cases (eval.metrics.base.intervals.share_interval)."""
        found = [count for count in self.of(rows) if count]
        whole = sum(count.whole for count in found)
        ends = share_interval([count.part for count in found], [count.whole for count in found], seed)
        return Measure(
            name=self.name,
            label=self.label,
            group=self.group,
            value=sum(count.part for count in found) / whole if whole else None,
            low=ends[0] if ends else None,
            high=ends[1] if ends else None,
            count=round(whole),
            better=self.better,
            unjudged=sum(count.unjudged for count in found),
            about=self.about,
        )

    def score(self, row: Row) -> float | None:
        """Return the figure of one case; None where it does not apply or nothing could be judged."""
        count = self.of([row])[0]
        return count.part / count.whole if count and count.whole else None


def share(
    name: str,
    label: str,
    group: str,
    better: Better,
    of: Callable[[Row], Count | None],
    *,
    paired: bool = True,
) -> Share:
    """Return the metric of a function of one row; its docstring's first line says what it is."""
    return Share(
        name=name,
        label=label,
        group=group,
        better=better,
        about=first_line(of),
        of=lambda rows: [of(row) for row in rows],
        paired=paired,
    )


def first_line(function: Callable[..., Any]) -> str:
    """Return the first line of a function's docstring; of a partial one, its function's."""
    inner = function.func if isinstance(function, partial) else function
    return (inner.__doc__ or "").strip().split("\n")[0]


def mean(values: Iterable[float]) -> Count | None:
    """Return the mean of an answer's values as one count; None of nothing."""
    found = list(values)
    return Count(part=sum(found) / len(found)) if found else None
