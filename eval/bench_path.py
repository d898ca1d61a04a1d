"""Measure the whole path: what is shown, is it right, and what is declined that should be?

    python -m eval.bench_path --data DIR [--model none|embedded|plain|...] [--sets squad2 ...] [--work DIR]

DIR holds folders with docs/*.txt and questions.jsonl, as eval.bench.evidence reads them. `--model plain` is the plain
chain (the top four chunks into --plain-model, nothing checked); give several models to see them side by side.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from assistant.risk import Outcome, Point, area, points
from assistant.settings import EMBEDDED_MODEL, Settings, load_settings, silence_libraries
from eval.path import Row, ask_all, ask_plainly, open_set, read_questions

SETS = {"squad2": 200, "clapnq": 100, "stici": 60, "hotpotqa": 100}  # questions asked of each
COVERAGES = (0.5, 0.7, 0.9)
RESAMPLES = 500
SEED = 7


def main() -> None:
    """Ask the questions of each set with each model and print the measures."""
    given = parse()
    silence_libraries()
    with tempfile.TemporaryDirectory() as scratch:
        settings = load_settings(data_dir=given.work or Path(scratch), checker=given.checker)
        for name in given.sets:
            folder = given.data / name
            store = open_set(folder, name, settings)
            questions = read_questions(folder, name, store, given.limit or SETS.get(name, 100))
            count = sum(question.answerable for question in questions)
            print(f"\n{name}: {len(questions)} questions, {count} answerable", flush=True)
            for model in given.model:
                chosen = named(settings, given.plain_model if model == "plain" else model)
                began = time.perf_counter()
                ask = ask_plainly if model == "plain" else ask_all
                rows = list(ask(chosen, store, questions))
                if given.rows:
                    keep(given.rows / f"{name}-{model.replace(':', '-').replace('/', '-')}.jsonl", rows)
                print(f"  {model} ({(time.perf_counter() - began) / len(rows):.2f} s a question)")
                lines = report_plain(rows) if model == "plain" else report(rows, settings.min_evidence)
                print("\n".join(f"    {line}" for line in lines), flush=True)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", nargs="+", default=["none"], help="none, embedded, plain, PROVIDER:NAME")
    parser.add_argument("--plain-model", default="embedded", help="the model behind the plain chain")
    parser.add_argument("--checker", help="checker behind the rules, as for `bpo-kpo ask`")
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--limit", type=int, help="questions a set, evenly spread")
    parser.add_argument("--work", type=Path, help="keep indexes and weights here, to run again sooner")
    parser.add_argument("--rows", type=Path, help="keep one JSON line a question in this folder")
    return parser.parse_args()


def named(settings: Settings, model: str) -> Settings:
    """Return the settings with a chat model, "embedded" for the one that comes with the program."""
    full = EMBEDDED_MODEL if model == "embedded" else model
    return settings.model_copy(update={"model": full})


def keep(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(asdict(row)) + "\n" for row in rows), encoding="utf-8")


def report(rows: Sequence[Row], threshold: float) -> list[str]:
    """Return the measures of the product's own path as lines of text."""
    lines = [
        f"{'coverage':20}{'threshold':>9}  {'right of shown':22}{'of the answerable':22}answer in the words"
    ]
    cited = [row.outcome() for row in rows]
    said = [row.outcome(said=True) for row in rows]
    for wanted in COVERAGES:
        point = at_coverage(cited, wanted)
        if point is None:
            lines.append(f"{wanted:<20} not reached: the rest is declined whatever the threshold")
            continue
        lines.append(
            f"{wanted:<20}{point.threshold:9.3f}  "
            f"{interval(cited, partial(right_at, coverage=wanted)):22}"
            f"{interval(cited, partial(right_at, coverage=wanted, answerable=True)):22}"
            f"{interval(said, partial(right_at, coverage=wanted, answerable=True))}"
        )
    lines.append(f"risk-coverage area  {interval(cited, area)}")
    lines += at_threshold(rows, threshold)
    crossing = [point.threshold for point in points(cited) if point.risk <= 0.5]
    lines.append(
        f"risk is at most 0.5 down to the threshold {min(crossing):.3f}" if crossing else "risk > 0.5"
    )
    return lines


def at_threshold(rows: Sequence[Row], threshold: float) -> list[str]:
    """Return what is shown and declined at the threshold in force."""
    shown = [row.shown and row.confidence >= threshold for row in rows]
    met = [row for row, is_shown in zip(rows, shown, strict=True) if is_shown]
    known = [row for row in met if row.answerable]
    everyone = [row for row in rows if row.answerable]
    lines = [
        f"at {threshold:g}: {share(len(known), len(everyone))} of the answerable answered, right "
        f"{share(sum(row.cited for row in known), len(met))} of shown, "
        f"{share(sum(row.cited for row in known), len(known))} of the answerable shown, every span cited "
        f"{share(sum(row.cited_all for row in known), len(known))}, answer in the words "
        f"{share(sum(row.said for row in known), len(known))}"
    ]
    declined = [row for row, is_shown in zip(rows, shown, strict=True) if not is_shown]
    rightly = sum(not row.answerable for row in declined)
    unanswerable = len(rows) - len(everyone)
    if unanswerable:
        lines.append(
            f"declined: precision {share(rightly, len(declined))}, recall {share(rightly, unanswerable)}"
        )
    drafted = sum(row.drafted for row in met)
    if drafted:
        withheld = sum(row.withheld for row in met)
        lines.append(f"withheld {share(withheld, drafted)} of the sentences drafted")
    return lines


def report_plain(rows: Sequence[Row]) -> list[str]:
    """Return the measures of the plain chain, which cites nothing and has no score, as lines of text."""
    outcomes = [row.outcome(said=True) for row in rows]
    coverage = at_coverage(outcomes, 0.0)
    reached = coverage.coverage if coverage else 0.0
    declined = [row for row in rows if not row.shown]
    rightly = sum(not row.answerable for row in declined)
    unanswerable = sum(not row.answerable for row in rows)
    lines = [
        f"coverage {reached:.2f}: answer in the words {interval(outcomes, partial(right_at, coverage=0.0))} of shown, "
        f"{interval(outcomes, partial(right_at, coverage=0.0, answerable=True))} of the answerable shown"
    ]
    if unanswerable:
        lines.append(
            f"declined: precision {share(rightly, len(declined))}, recall {share(rightly, unanswerable)}"
        )
    return lines


def at_coverage(outcomes: Sequence[Outcome], coverage: float) -> Point | None:
    """Return the highest threshold that answers this share of the answerable questions."""
    return next((point for point in points(outcomes) if point.coverage >= coverage - 1e-9), None)


def right_at(outcomes: Sequence[Outcome], coverage: float, *, answerable: bool = False) -> float:
    """Return the share of shown answers that is right at a coverage; of answerable questions alone if asked."""
    point = at_coverage(outcomes, coverage)
    if point is None:
        return float("nan")
    shown = [item for item in outcomes if item.shown and item.score >= point.threshold]
    shown = [item for item in shown if item.answerable or not answerable]
    return sum(item.answerable and item.right for item in shown) / len(shown) if shown else float("nan")


def interval(outcomes: Sequence[Outcome], measure: Callable[[Sequence[Outcome]], float]) -> str:
    """Return a measure with its 95 % bootstrap interval over questions."""
    rng = random.Random(SEED)
    values = sorted(
        value
        for value in (measure(rng.choices(outcomes, k=len(outcomes))) for _ in range(RESAMPLES))
        if value == value  # a resample that does not reach the coverage has none
    )
    if not values:
        return "-"
    low, high = values[int(0.025 * len(values))], values[min(int(0.975 * len(values)), len(values) - 1)]
    return f"{measure(outcomes):.2f} ({low:.2f} to {high:.2f})"


def share(part: int, whole: int) -> str:
    """Return a share as text, "-" of nothing."""
    return f"{part / whole:.2f}" if whole else "-"


if __name__ == "__main__":
    main()
