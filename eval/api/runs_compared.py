"""Compare two runs from Python: `from eval import compare_runs`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer.opened import settings_of
from assistant.core.errors import InputError
from assistant.show.escape import html_text
from eval.api.arguments import path_of
from eval.api.evaluation import Evaluation
from eval.api.html import html_table
from eval.compare import Comparison, compare, to_text
from eval.compare.show.words import cells, headline, moving, what_changed
from eval.run.folder import find_run, load_run

if TYPE_CHECKING:
    from pandas import DataFrame

Place = Evaluation | str | Path
SHOWN = 12  # figures in the short table


@dataclass(frozen=True, repr=False)
class RunsCompared:
    """Two runs side by side, A before and B now. Shows itself as a short table of the figures that differ."""

    comparison: Comparison  # as eval/compare made it

    def to_dataframe(self) -> "DataFrame":
        """Return one row a figure of both runs: group, name, a, b, difference (B less A), low, high, p, n, finding.

        `low` and `high` are the ends of the difference's 95 % interval; `p` is corrected over all figures (Holm);
        `n` counts the pairs; `finding` is "better", "worse", "different" or "no difference shown".
        """
        import pandas as pd

        columns = ["group", "name", "a", "b", "difference", "low", "high", "p", "n", "finding"]
        rows = [
            (one.group, one.name, one.a, one.b, one.difference, one.low, one.high, one.corrected, one.count, one.finding)
            for one in self.comparison.figures
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def changes(self) -> "DataFrame":
        """Return one row a case that came out otherwise, worse first: id, question, sort, what."""
        import pandas as pd

        rows = [
            (one.case.id, one.case.question, one.sort, what_changed(one)) for one in self.comparison.changes
        ]
        return pd.DataFrame(rows, columns=["id", "question", "sort", "what"])

    def __str__(self) -> str:
        return to_text(self.comparison).rstrip()

    def __repr__(self) -> str:
        return f"<RunsCompared {self.comparison.name_a}, {self.comparison.name_b}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        told = self.comparison
        lines = [f"A, before: {told.name_a}. B, now: {told.name_b}.", *told.warnings, headline(told)]
        paragraphs = "".join(f"<p>{html_text(one)}</p>" for one in lines)
        shown = moving(told)[:SHOWN]
        heads = ("figure", "A", "B", "B less A [95 %]", "p", "n", "finding")
        return paragraphs + (html_table(heads, ((one.label, *cells(one)) for one in shown)) if shown else "")


def compare_runs(a: Place, b: Place, *, seed: int = 7, **values: Any) -> RunsCompared:
    """Tell whether run `b` is better or worse than run `a`, and in which cases they differ.

    Each is an `Evaluation`, a run folder, or the name of one in the data folder. `values` are fields of `Settings`
    (`data_dir`). Raises InputError for a folder that holds no finished run.
    """
    if not isinstance(seed, int):
        raise InputError(f"seed is {seed!r}: give a whole number.")
    data_dir = settings_of(**values).data_dir
    places = [
        find_run(one.path if isinstance(one, Evaluation) else path_of("A run", one), data_dir)
        for one in (a, b)
    ]
    runs = [load_run(place) for place in places]
    return RunsCompared(compare(*runs, seed=seed, names=(places[0].name, places[1].name)))
