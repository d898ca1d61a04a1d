"""Write the report: one HTML file that needs nothing else, and runs no script."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.show.phrases import place
from assistant.show.templates import style_hash, templates
from eval.metrics.abstention import COVERAGES, risk_curve
from eval.metrics.base.risk import reached
from eval.metrics.timing import seconds_of
from eval.report import figures, foreign
from eval.report.headline import headline
from eval.report.outcome import NOT_RIGHT, reason_words, worst_first
from eval.report.page import plots
from eval.report.page.case_view import Views
from eval.report.verdict import verdict
from eval.run.types import Measure, Row, Run

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
GROUPS = {
    "answers": "Answers", "citations": "Citations", "grounding": "Grounding", "abstention": "Declining",
    "drafts": "Drafts of the model", "retrieval": "Retrieval", "time": "Time",
}  # fmt: skip
BY_KIND = "right:"  # name of a measure, before the kind
STAGES = {"first_sentence": "First checked sentence", "total": "Whole answer"}
SECTIONS = {
    "groups": ("measures", "Measures"),
    "kinds_measured": ("kinds", "By kind"),
    "curve": ("risk", "Risk and coverage"),
    "histograms": ("times", "Time"),
    "mutation": ("mutation", "Mutation score"),
    "labels": ("labels", "Agreement"),
    "bad": ("not-right", "Not right"),
    "others": ("others", "All other cases"),
}
USED = {"model": "Model", "embedder": "Embedder", "checker": "Checker", "index_id": "Index"}
TWICE = "fingerprint_of"  # holds again what stands beside it


@dataclass(frozen=True, kw_only=True)
class Line:
    """A measure, and its bar."""

    measure: Measure
    label: str
    bar: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """Measures that stand together."""

    name: str
    title: str
    lines: tuple[Line, ...]


def to_html(run: Run, before: Run | None = None) -> str:
    """Return the report of a run: whether it will do, its figures with intervals, plots, and every case.

    `before` is the last run of the same cases, to compare with. All text of the run is escaped. The same run gives the same bytes.
    """
    kinds = list(dict.fromkeys(row.case.kind for row in run.rows))
    css = (HERE / "page.css").read_text(encoding="utf-8") + _kind_rules(len(kinds))
    shown: dict[str, Any] = {
        "groups": groups(run.measures, _general(run.measures)),
        "kinds_measured": lines([item for item in run.measures if item.name.startswith(BY_KIND)]),
        "curve": curve(run.rows),
        "histograms": histograms(run.rows),
        "mutation": groups(run.measures, ["mutation"]),
        "labels": agreement(run),
    }
    views = Views(run.opinions, run.labels)
    cases = {id(row): views.view(at, row) for at, row in enumerate(run.rows, 1)}
    others = [view for view in cases.values() if view.became not in NOT_RIGHT]
    shown["others"] = sorted(others, key=lambda view: (kinds.index(view.case.kind), view.at))
    page = _environment().get_template("page.html.j2")
    return page.render(
        **shown,
        css=css,
        css_hash=style_hash(css),
        name=str(run.about.get("name") or "a run"),
        facts=facts(run),
        settings=flattened({name: run.about[name] for name in run.about if name != TWICE}),
        figures_told=headline(run),
        verdict=verdict(run, before),
        sections=[place for name, place in SECTIONS.items() if name == "bad" or shown[name]],
        times=groups(run.measures, ["time"]),
        kinds=kinds,
        numbers={kind: at for at, kind in enumerate(kinds, 1)},
        bad=[cases[id(row)] for row in worst_first(run.rows)],
    )


def facts(run: Run) -> list[tuple[str, str]]:
    """Return what was run, as pairs of name and words; the rest is in all the settings."""
    about = run.about
    answer = next((row.answer for row in run.rows if row.answer), None)
    found = [("Cases", _cases(run))]
    found += [(title, _short(str(getattr(answer, name, "")))) for name, title in USED.items()]
    found += [("Judges", ", ".join(item for _, item in flattened({"": about.get("judges")})))]
    found += [
        (name.capitalize(), _short(str(about.get(name, "")))) for name in ("pipeline", "seed", "started")
    ]
    machine = flattened({"": about.get("machine")})
    found.append(
        ("Machine", ", ".join(f"{value} cores" if name == "cores" else value for name, value in machine))
    )
    stages = about.get("seconds")
    if isinstance(stages, Mapping):
        found.append(
            ("Took", ", ".join(f"{name} {figures.seconds(float(value))} s" for name, value in stages.items()))
        )
    return [(name, value) for name, value in found if value not in ("", "-")]


def _short(value: str) -> str:
    """Cut a hash, and write a time without its signs."""
    value = re.sub(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}", r"\1…", value)
    return re.sub(r"^(\d{4}-\d\d-\d\d)T([\d:]+)\+00:00$", r"\1 \2 UTC", value)


def _cases(run: Run) -> str:
    about = run.about.get("cases")
    file = f" of {about['file']}" if isinstance(about, Mapping) and about.get("file") else ""
    return f"{len(run.rows)}{file}"


def flattened(about: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Return a nested mapping as pairs of dotted name and words, in its own order."""
    found: list[tuple[str, str]] = []
    for key, value in about.items():
        name = f"{before}.{key}" if before else str(key)
        if isinstance(value, Mapping):
            found += flattened(value, name)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            found.append((name, ", ".join(map(str, value)) or "-"))
        else:
            found.append((name, "-" if value is None else str(value)))
    return found


def _general(measures: Sequence[Measure]) -> list[str]:
    """Return the names of the groups that have no section of their own."""
    known = dict.fromkeys([*GROUPS, *(item.group for item in measures)])
    return [name for name in known if name not in ("time", "mutation")]


def groups(measures: Sequence[Measure], names: Sequence[str]) -> list[Group]:
    """Return the measures of these groups (right by kind left out), each with its bar; empty groups left out."""
    found = []
    for name in names:
        of = [item for item in measures if item.group == name and not item.name.startswith(BY_KIND)]
        if of:
            found.append(Group(name=name, title=GROUPS.get(name, name.capitalize()), lines=tuple(lines(of))))
    return found


def curve(rows: Sequence[Row]) -> dict[str, Any] | None:
    """Return the risk-coverage curve, and the risk where each coverage is first reached; None without points."""
    points = risk_curve(rows)
    if not points:
        return None
    return {
        "svg": plots.risk_curve(points),
        "table": [(wanted, reached(points, wanted)) for wanted in COVERAGES],
    }


def histograms(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Return a title and a plot for each stage that was timed, on one axis."""
    found = {name: seconds_of(rows, name) for name in STAGES}
    top = plots.axis_top([value for values in found.values() for value in values])
    return [
        (STAGES[name], plots.histogram(values, top, STAGES[name])) for name, values in found.items() if values
    ]


def agreement(run: Run) -> list[list[str]]:
    """Return whether answers answer, and how far each judge agrees with a person on what a model wrote.

    None without labels.
    """
    if not run.labels:
        return []
    from eval.judges.agreement import agree
    from eval.judges.agreement import lines as told
    from eval.judges.label import answered, written_in

    written = {(row.case.id, at) for row in run.rows if row.answer for at in written_in(row.answer)}
    opinions = [item for item in run.opinions if (item.case_id, item.claim) in written]
    judges = dict.fromkeys(item.judge for item in opinions)
    found = [agree(opinions, run.labels, judge) for judge in judges]
    said = answered(run.labels)
    return [*([[said]] if said else []), *(list(told(item)) for item in found if item is not None)]


def lines(measures: Sequence[Measure]) -> list[Line]:
    """Return each measure with its bar; seconds share one axis, counts have none."""
    slow = plots.axis_top([item.high or item.value or 0.0 for item in measures if item.unit == "seconds"])
    tops = {"share": 1.0, "seconds": slow, "count": 0.0}
    return [Line(measure=item, label=_label(item), bar=plots.bar(item, tops[item.unit])) for item in measures]


def _label(measure: Measure) -> str:
    if measure.name.startswith(BY_KIND):
        return measure.name.removeprefix(BY_KIND).replace("_", " ")
    return measure.label


def _kind_rules(count: int) -> str:
    """Return the rules that hide the cases of other kinds when one is chosen."""
    return "".join(
        f"\nbody:has(#kind-{n}:checked) .case:not(.k{n}) {{ display: none; }}" for n in range(1, count + 1)
    )


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    made = templates(HERE, foreign.html)
    made.filters["plain"] = lambda text: foreign.line(str(text))
    made.globals.update(figures=figures, reason_words=reason_words, place=place)
    return made
