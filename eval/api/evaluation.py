"""Evaluate from Python: `from eval import evaluate` runs the harness and returns a run to look at."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer.opened import settings_of
from assistant.core.errors import InputError
from assistant.core.settings import EMBEDDED_MODEL, Settings, silence_libraries
from assistant.show.escape import html_text, visible
from eval.api.arguments import count_of, names_of, path_of, python_names
from eval.api.html import html_table
from eval.cases.read import dump_case
from eval.report.figures import counted, interval_words, value_words
from eval.report.headline import Figure, headline
from eval.report.outcome import outcome
from eval.run.types import Case, Measure, Row, Run
from ingest.progress import Step, steps

if TYPE_CHECKING:
    from pandas import DataFrame

Cases = str | Path | Iterable[Case | Mapping[str, Any]]
MAIN = (
    "ndcg@10",
    "right",
    "groundedness[",
    "citation_precision",
    "citation_recall",
    "exact",
    "abstain_precision",
    "abstain_recall",
    "withheld_rate",
    "invented_marker_rate",
    "first_sentence_median",
    "total_median",
)  # measures of the short table; the others are in `measures` and in the report


@dataclass(frozen=True, repr=False)
class Evaluation:
    """A finished run: the folder it lies in, and what it holds. Shows itself as a short table of the main measures."""

    path: Path  # of the run folder
    run: Run  # rows, opinions, labels and measures

    @property
    def report(self) -> Path:
        """The page with every figure and every case: open it in a browser."""
        return self.path / "report.html"

    @property
    def rows(self) -> list[Row]:
        """What became of each case, in their order: its `case`, `answer` (None where asking failed) and `error`."""
        return list(self.run.rows)

    @property
    def measures(self) -> "DataFrame":
        """Every figure: group, name, value, the ends of its 95 % interval (low, high), and n, what it counts over.

        Shares are 0 to 1, times in seconds; value, low and high are missing (NaN) where there was nothing to count.
        """
        import pandas as pd

        rows = [
            (item.group, item.name, item.value, item.low, item.high, item.count) for item in self.run.measures
        ]
        frame = pd.DataFrame(rows, columns=["group", "name", "value", "low", "high", "n"])
        return frame.astype({"value": float, "low": float, "high": float})

    def to_dataframe(self) -> "DataFrame":
        """Return one row a case: id, question, kind, status, right, declined, text, seconds.

        `status`, `right`, `declined`, `text` and `seconds` are missing where asking failed.
        """
        import pandas as pd

        columns = ["id", "question", "kind", "status", "right", "declined", "text", "seconds"]
        return pd.DataFrame([_told(row) for row in self.run.rows], columns=columns)

    def __str__(self) -> str:
        return self._told(self.report)

    def __repr__(self) -> str:
        return f"<Evaluation {self.path.name}: {counted(len(self.run.rows), 'case')}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self._told(self._short))

    def _told(self, report: Path) -> str:
        items = _main(self.run.measures)
        width = max((len(item.label) for item in items), default=0)
        lines = [visible(_sentence(figure)) for figure in headline(self.run)]
        lines += ["", *(f"{visible(item.label):{width}}  {_figure(item)}" for item in items)] if items else []
        return "\n".join([*lines, "", f"Report: {report}"])

    @property
    def _short(self) -> Path:
        """The report without the folders above: a notebook may be handed on."""
        return Path(self.path.name, self.report.name)

    def _repr_html_(self) -> str:
        said = "".join(f"<li>{html_text(_sentence(figure))}</li>" for figure in headline(self.run))
        rows = [
            (item.label, value_words(item), interval_words(item), str(item.count))
            for item in _main(self.run.measures)
        ]
        table = html_table(("measure", "value", "95 % interval", "n"), rows) if rows else ""
        report = html_text(self._short.as_posix())
        return f"<ul>{said}</ul>{table}<p>Report: <code>{report}</code></p>"


def evaluate(
    cases: Cases,
    *,
    corpus: str | Path | None = None,
    pipeline: str = "own",
    judges: str | Sequence[str] = ("reader",),
    count: int | None = None,
    out: str | Path | None = None,
    afresh: bool = False,
    progress: bool = True,
    **values: Any,
) -> Evaluation:
    """Ask every case, judge what is shown, measure, and return the run.

    `cases`: a file or folder as `bpo-kpo eval run --cases` takes it, "golden" for the bundled ones, or a list of
    cases; in a list a gold span needs no offsets where its words stand once in their document. They are asked on the
    index that `index` names, or on `corpus`, a folder that is indexed for it. `pipeline`: "own", or "plain", the
    usual chain without any check. `judges`: "reader", "llm:PROVIDER:NAME", "none". `count`: a fixed sample of that
    many cases. `out`: the run folder; by default one in the data folder, named after what decides the answers. A
    folder of the same run is gone on with, or replaced where `afresh`. `values` are fields of `Settings`.
    Raises InputError for cases that cannot be used, SettingsError, IndexMissing, IndexMismatch, ModelError.
    """
    from eval.run.harness import PIPELINES, Plan, run

    if pipeline not in PIPELINES:
        raise InputError(f"pipeline is {pipeline!r}: give one of {', '.join(PIPELINES)}.")
    named, size = names_of("judges", judges), count_of("count", count)
    silence_libraries()
    settings = settings_of(**values)
    if pipeline == "plain" and not settings.drafts and "model" not in settings.model_fields_set:
        settings = settings.model_copy(update={"model": EMBEDDED_MODEL})
    chosen = values.get("index") is not None
    folder = None if corpus is None else str(path_of("corpus", corpus))
    with python_names(), steps(progress) as step:
        plan = Plan(
            cases=_file(cases, settings, folder, chosen, step),
            corpus=folder,
            index_chosen=chosen,
            pipeline=pipeline,
            judges=named,
            count=size,
            out=None if out is None else path_of("out", out),
            afresh=afresh,
        )
        return Evaluation(*run(plan, settings, step))


def _file(cases: Cases, settings: Settings, corpus: str | None, chosen: bool, step: Step) -> Path:
    """Return a file of the cases; a list is written below the data folder, where it keeps its place."""
    from eval.cases.prepare import locate_cases
    from eval.run.folder import write

    if isinstance(cases, str | Path):
        return Path(cases)
    if isinstance(cases, bytes | Mapping) or not isinstance(cases, Iterable):
        raise InputError(
            f"The cases are of type {type(cases).__name__}: give a file, a folder or a list of cases."
        )
    cases = list(cases)
    text = "".join(f"{_line(case)}\n" for case in cases)
    folder = settings.data_dir / "runs" / "scratch" / "lists"
    path = folder / f"cases-{sha256(text.encode()).hexdigest()[:8]}.jsonl"
    write(path, text)
    if any(_lacks_offsets(case) for case in cases):
        _, lines, problems = locate_cases(path, settings, corpus, chosen, step)
        if problems:
            raise InputError(f"The cases cannot be used: {'; '.join(problems[:5])}.")
        write(path, "\n".join(lines))
    return path


def _line(case: Case | Mapping[str, Any]) -> str:
    if isinstance(case, Case):
        return json.dumps(dump_case(case), ensure_ascii=False)
    if not isinstance(case, Mapping):
        raise InputError(f"A case is {case!r}: give a mapping with 'question' and 'answerable', or a Case.")
    try:
        return json.dumps(dict(case), ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"A case is not JSON ({error}): give texts, numbers, lists and mappings.") from None


def _lacks_offsets(case: Case | Mapping[str, Any]) -> bool:
    gold = case.get("gold") if isinstance(case, Mapping) else None
    return isinstance(gold, list) and any(isinstance(item, dict) and "start" not in item for item in gold)


def _main(measures: Sequence[Measure]) -> list[Measure]:
    """Return the main measures that have a value, in their order."""
    return [
        item
        for name in MAIN
        for item in measures
        if item.value is not None and (item.name == name or (name[-1] == "[" and item.name.startswith(name)))
    ]


def _figure(item: Measure) -> str:
    return f"{value_words(item)} {interval_words(item)}".rstrip() + f", n = {item.count}"


def _sentence(figure: Figure) -> str:
    return f"{figure.value} {figure.words}" + (f" ({figure.note})" if figure.note else "")


def _told(row: Row) -> tuple[Any, ...]:
    case, answer = row.case, row.answer
    if answer is None:
        return case.id, case.question, case.kind, *[None] * 5
    right = outcome(row) in ("right", "declined rightly")
    seconds = answer.timings_s.get("total")
    declined = answer.status == "declined"
    return case.id, case.question, case.kind, answer.status, right, declined, answer.text, seconds
