"""The shapes of a comparison: figures, settings and cases of two runs, A before and B after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from eval.report.outcome import Outcome
from eval.run.types import Better, Case, Opinion, Row

Finding = Literal["better", "worse", "different", "no difference shown"]
Unit = Literal["share", "seconds", "count"]
Sort = Literal["worse", "better", "changed"]
LEVEL = 0.05  # a corrected p below it shows a difference


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measure over what both runs counted: the means, B less A with its 95 % interval, and the test.

    `count` pairs, of which `differ` are not the same in both. `p` is McNemar's exact one where each score is 0 or
    1, else the paired bootstrap's; `corrected` is Holm's over the figures that can show anything, and 1 for the
    others. `paired` tells what was paired.
    """

    name: str
    label: str
    group: str
    better: Better
    unit: Unit
    count: int
    differ: int
    a: float
    b: float
    difference: float
    low: float | None
    high: float | None
    test: Literal["McNemar", "bootstrap"]
    p: float
    corrected: float
    finding: Finding
    paired: Literal["cases", "mutants"] = "cases"


@dataclass(frozen=True, kw_only=True)
class Beside:
    """One measure that cannot be paired: as each run gives it, with its own interval, and no test."""

    name: str
    label: str
    group: str
    unit: Unit
    a: tuple[float | None, float | None, float | None]  # value, low, high
    b: tuple[float | None, float | None, float | None]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Something in run.json that differs, each side as JSON; None where the run does not state it."""

    name: str
    a: str | None
    b: str | None


@dataclass(frozen=True, kw_only=True)
class Side:
    """One case in one run."""

    row: Row
    outcome: Outcome
    opinions: Sequence[Opinion] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """A case that came out otherwise; `what` names the parts that differ."""

    case: Case
    sort: Sort
    what: tuple[str, ...]
    a: Side
    b: Side


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two runs side by side.

    `warnings` come first wherever it is shown. `only_a`, `only_b` and `asked_otherwise` (the same id with another
    question) name the cases that could not be paired. `same` counts the paired cases without a change, `identical`
    those whose whole row is equal but for times. `identical_rows`: all are, in the same order.
    """

    name_a: str
    name_b: str
    warnings: tuple[str, ...]
    settings: tuple[Setting, ...]
    figures: tuple[Figure, ...]
    beside: tuple[Beside, ...]
    shared: int
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    asked_otherwise: tuple[str, ...]
    changes: tuple[Change, ...]
    same: int
    identical: int
    identical_rows: bool
