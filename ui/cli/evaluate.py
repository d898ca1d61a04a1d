"""Run `bpo-kpo eval ...`: the evaluation harness from the command line."""

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.errors import InputError
from assistant.core.settings import EMBEDDED_MODEL, Settings
from ingest.progress import steps

if TYPE_CHECKING:
    from eval.run.types import Measure, Run

Command = Callable[[argparse.Namespace, Settings], int]


def run_eval(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run one command of the harness; return its exit code. Raises AssistantError."""
    commands: dict[str, Command] = {
        "run": run,
        "compare": compare,
        "report": report,
        "build": build,
        "label": label,
        "gate": gate,
        "locate": locate,
    }
    return commands[arguments.action](arguments, settings)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Ask the cases, judge, measure and write the run folder."""
    from eval.run.harness import Plan
    from eval.run.harness import run as run_plan
    from ui.library.prepare import prepare

    plain = arguments.pipeline == "plain"
    if plain and not settings.drafts and "model" not in settings.model_fields_set:
        settings = settings.model_copy(update={"model": EMBEDDED_MODEL})
    plan = Plan(
        cases=Path(arguments.cases),
        corpus=arguments.corpus,
        index_chosen=arguments.index is not None,
        pipeline=arguments.pipeline,
        judges=tuple(arguments.judge or ["reader"]),
        count=arguments.sample,
        ids=read_ids(arguments.ids) if arguments.ids else None,
        seed=arguments.seed,
        out=Path(arguments.out) if arguments.out else None,
        afresh=arguments.afresh,
    )
    prepare(settings, corpus=False)
    with steps() as step:
        path, found = run_plan(plan, settings, step)
    if arguments.json:
        print(json.dumps({"run": str(path), "measures": [vars(item) for item in found.measures]}, indent=2))
        return 0
    print("\n".join(table(found.measures)))
    print(f"\nReport: {path / 'report.html'}")
    return 0


def compare(arguments: argparse.Namespace, settings: Settings) -> int:
    """Tell whether the second run is better or worse than the first, and in which cases they differ."""
    from eval.compare import compare as compare_runs
    from eval.compare import to_dict, to_html, to_markdown, to_text

    found = compare_runs(
        _load(arguments.first, settings),
        _load(arguments.second, settings),
        seed=arguments.seed,
        names=(arguments.first, arguments.second),
    )
    if arguments.out:
        from eval.run.folder import write

        out = Path(arguments.out)
        made = {".html": to_html, ".md": to_markdown}.get(out.suffix)
        if made is None:
            raise InputError(f"--out is {out}: needed is a file that ends in .html or .md.")
        write(out, made(found))
    print(json.dumps(to_dict(found), indent=2) if arguments.json else to_text(found))
    return 0


def report(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure a finished run again, with the labels there are now, and write its report anew."""
    from eval.report.export import records, to_jsonl
    from eval.run.folder import find_run
    from eval.run.harness import renew

    path = find_run(arguments.run, settings.data_dir)
    with steps() as step:
        found = renew(path, step)
    if arguments.export:
        print(to_jsonl(records(found, arguments.export)), end="")
        return 0
    print("\n".join(table(found.measures)))
    print(f"\nReport: {path / 'report.html'}")
    return 0


def build(arguments: argparse.Namespace, settings: Settings) -> int:
    """Make cases from a folder of articles, or from the index; a chat model that is named writes them."""
    from eval.cases.prepare import build_cases
    from ui.library.prepare import prepare

    out = arguments.out
    if out is not None and Path(out).exists():  # told before the work, which may be long
        raise InputError(f"--out {out} is there already: give another name, or remove it.")
    prepare(settings, corpus=False)
    with steps() as step:
        lines, report_lines = build_cases(
            settings,
            arguments.corpus,
            chosen=arguments.index is not None,
            seed=arguments.seed,
            limit=arguments.limit,
            step=step,
        )
    _put(lines, out)
    print("\n".join(report_lines), file=sys.stderr)
    return 0


def label(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show claims beside what they cite, and answers under their questions; keep a person's verdicts."""
    from eval.judges.label import answered
    from eval.judges.label import label as label_claims
    from eval.run.folder import append_label, find_run
    from eval.run.harness import renew

    path = find_run(arguments.run, settings.data_dir)
    found = _load(arguments.run, settings)
    if not any(row.answer and row.answer.claims for row in found.rows):
        raise InputError(f"{path} shows no claim that could be labelled.")
    width = shutil.get_terminal_size().columns
    done = label_claims(
        found,
        arguments.count,
        arguments.seed,
        input,
        print,
        lambda item: append_label(path, item),
        width=width,
    )
    with steps() as step:
        renew(path, step)
    if said := answered(_load(arguments.run, settings).labels):
        print(said)
    print(f"{done} kept in {path / 'labels.jsonl'}; report: {path / 'report.html'}")
    return 0


def gate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Hold a run against thresholds; exit code 1 with the lines that fail."""
    from eval.report.publish import note_gate
    from eval.run.folder import find_run
    from eval.run.gate import gate as hold
    from eval.run.gate import read_thresholds

    path = find_run(arguments.run, settings.data_dir)
    lines = hold(_load(arguments.run, settings), read_thresholds(Path(arguments.thresholds)))
    failing = [line for line in lines if not line.ok]
    note_gate(path, [line.text for line in failing])
    if arguments.json:
        print(json.dumps([vars(line) for line in lines], indent=2))
    else:
        print("\n".join(f"{'ok  ' if line.ok else 'FAIL'} {line.text}" for line in lines))
        print(f"{len(failing)} of {len(lines)} thresholds not kept." if failing else "All thresholds kept.")
    return int(bool(failing))


def locate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the offsets of the gold texts of a case file, as they stand in the index."""
    from eval.cases.prepare import locate_cases
    from eval.run.folder import write

    with steps() as step:
        path, lines, problems = locate_cases(
            Path(arguments.cases), settings, arguments.corpus, arguments.index is not None, step
        )
    if not any(line.strip() for line in lines):
        raise InputError(f"{path} is empty: give a file of JSON lines with gold texts.")
    if problems:
        raise InputError(f"{path} is left as it was: {'; '.join(problems[:5])}.")
    write(path, "\n".join(lines))
    print(f"{path}: every gold text found.")
    return 0


def read_ids(name: str) -> tuple[str, ...]:
    """Read case ids, one a line. Raises InputError for a file that cannot be read or holds none."""
    try:
        ids = tuple(
            line.strip() for line in Path(name).read_text(encoding="utf-8").split("\n") if line.strip()
        )
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"--ids {name} cannot be read ({error}): give a text file of case ids, one a line."
        ) from None
    if not ids:
        raise InputError(f"--ids {name} is empty: give case ids, one a line.")
    return ids


def table(measures: "Sequence[Measure]") -> list[str]:
    """Return the measures of a run as lines of text, a group at a time."""
    lines: list[str] = []
    width = max((len(item.label) for item in measures), default=0)
    for at, item in enumerate(measures):
        if at == 0 or measures[at - 1].group != item.group:
            lines += ["", item.group.upper()] if lines else [item.group.upper()]
        unjudged = f", {item.unjudged} could not be judged" if item.unjudged else ""
        lines.append(f"  {item.label:{width}}  {figure(item):>24}  n = {item.count}{unjudged}")
    return lines


def figure(item: "Measure") -> str:
    """Return the value of a measure with its interval, "-" where there was nothing to count."""
    if item.value is None:
        return "-"
    digits = {"share": 3, "seconds": 2, "count": 0}[item.unit]
    ends = (
        "" if item.low is None or item.high is None else f" [{item.low:.{digits}f}, {item.high:.{digits}f}]"
    )
    return f"{item.value:.{digits}f}{ends}"


def _load(name: str, settings: Settings) -> "Run":
    from eval.run.folder import find_run, load_run

    return load_run(find_run(name, settings.data_dir))


def _put(lines: Sequence[str], out: str | None) -> None:
    text = "".join(f"{line}\n" for line in lines)
    if out is None:
        sys.stdout.write(text)
        return
    from eval.run.folder import write

    write(Path(out), text)
