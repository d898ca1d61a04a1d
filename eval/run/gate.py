"""Hold a run against thresholds: one line for each figure asked, and nothing passes that was not counted."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.compare.runs import compare
from eval.compare.types import LEVEL, Figure
from eval.run.thresholds import BASELINE, NOT_WORSE, SHAPE, fault, read_thresholds
from eval.run.types import Measure, Run

__all__ = ["Line", "gate", "read_thresholds"]
SLACK = 1e-9  # a mean of floats may miss the bound it equals


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing asked of a run: what was wanted, what was found, whether that will do, and all of it in words."""

    name: str
    wanted: str
    found: str
    ok: bool
    text: str


def gate(run: Run, thresholds: Mapping[str, Any], *, baseline: Run | None = None) -> list[Line]:
    """Return a line for each threshold, in their order: {MEASURE: {"min", "max", "of", "count"}}.

    `min` and `max` bound the value, or the end of its 95 % interval that "of" names ("low", "high"); `count` is the
    least it must have been counted over. {"baseline": FOLDER, "not worse": [MEASURE]} fails where `compare` with
    that run (or with `baseline`) finds the measure worse, corrected p below 0.05. A measure that is unknown, holds
    nothing or was asked in another shape fails; thresholds that ask nothing fail too. Raises InputError for a
    baseline that is no finished run.
    """
    measures = {item.name: item for item in run.measures}
    lines = []
    for name, asked in thresholds.items():
        if name == NOT_WORSE:
            lines += _not_worse(run, asked, baseline or _baseline(thresholds))
        elif name != BASELINE:
            lines.append(_bound(name, asked, measures))
    if BASELINE in thresholds and NOT_WORSE not in thresholds:
        text = f'"{BASELINE}" is given, and nothing is held against it: name measures in "{NOT_WORSE}"'
        lines.append(_fails(BASELINE, "measures", "none", text))
    return lines or [_fails("thresholds", "a measure", "none", "The thresholds ask nothing: name a measure")]


def _bound(name: str, asked: Any, measures: Mapping[str, Measure]) -> Line:
    """Hold one measure against its bounds."""
    wrong = fault(asked)
    if wrong:
        return _fails(name, json.dumps(asked, ensure_ascii=False), "-", f"{name}: {wrong}; write {SHAPE}")
    wanted = _wanted(asked)
    measure = measures.get(name)
    if measure is None:
        text = f"{name} is no measure of this run: {_near(name, measures)}"
        return _fails(name, wanted, "no such measure", text)
    if measure.unit == "share" and not all(0 <= asked[key] <= 1 for key in ("min", "max") if key in asked):
        return _fails(
            name,
            wanted,
            "-",
            f"{name} is a share from 0 to 1, and {wanted} was asked: divide percents by 100",
        )
    end = asked.get("of", "value")
    held = {"value": measure.value, "low": measure.low, "high": measure.high}[end]
    if held is None or not math.isfinite(held):
        missing = "had nothing to count" if measure.value is None else f"has no {end} end of an interval"
        return _fails(name, wanted, "-", f"{name} {missing} (n = {measure.count}): {wanted} is asked")
    ok = _holds(held, measure.count, asked)
    found = _number(held, asked)
    return Line(
        name=name,
        wanted=wanted,
        found=found,
        ok=ok,
        text=f"{name} is {_told(measure, asked)}: {wanted} is asked",
    )


def _holds(held: float, count: int, asked: Mapping[str, Any]) -> bool:
    low, high = float(asked.get("min", -math.inf)), float(asked.get("max", math.inf))
    return low - SLACK <= held <= high + SLACK and count >= float(asked.get("count", 0))


def _wanted(asked: Mapping[str, Any]) -> str:
    """Say what is asked: "a low end of at least 0.90, counted over at least 100"."""
    bounds = [
        f"{words} {_number(asked[key], asked)}"
        for key, words in (("min", "at least"), ("max", "at most"))
        if key in asked
    ]
    end = asked.get("of", "value")
    words = " and ".join(bounds) if end == "value" else f"a {end} end of {' and '.join(bounds)}"
    return f"{words}, counted over at least {asked['count']:g}," if "count" in asked else words


def _told(measure: Measure, asked: Mapping[str, Any]) -> str:
    """Say what was found: "0.88 [0.84, 0.92] (n = 310, 12 unjudged)"."""
    numbers = [
        _number(value, asked) for value in (measure.value, measure.low, measure.high) if value is not None
    ]
    told = f"{numbers[0]} [{', '.join(numbers[1:])}]" if len(numbers) == 3 else numbers[0]
    unjudged = f", {measure.unjudged} unjudged" if measure.unjudged else ""
    seconds = " s" if measure.unit == "seconds" else ""
    return f"{told}{seconds} (n = {measure.count}{unjudged})"


def _number(value: float, asked: Mapping[str, Any]) -> str:
    """Write a number with two decimals; with more where two would put it on another side of a bound."""
    bounds = [asked[key] for key in ("min", "max") if key in asked]
    for digits in range(2, 8):
        text = f"{value:.{digits}f}"
        if all(_side(float(text), bound) == _side(value, bound) for bound in bounds):
            return text
    return f"{value:.9g}"


def _side(value: float, bound: float) -> int:
    return 0 if abs(value - bound) <= SLACK else 1 if value > bound else -1


def _near(name: str, measures: Mapping[str, Measure]) -> str:
    import difflib

    near = difflib.get_close_matches(name, measures, n=1)
    return f"did you mean {near[0]}?" if near else "measures.jsonl in its folder lists them"


def _not_worse(run: Run, asked: Any, baseline: Run | None) -> list[Line]:
    """Hold measures against an earlier run."""
    wrong = None
    if not isinstance(asked, list | tuple) or not all(isinstance(one, str) for one in asked):
        wrong = f"is {json.dumps(asked, ensure_ascii=False)} and must be a list of measures"
    elif not asked:
        wrong = "names no measure: name one or leave it out"
    elif baseline is None:
        wrong = f'needs a run to compare with: give its folder as "{BASELINE}"'
    if wrong or baseline is None:
        return [_fails(NOT_WORSE, "a list of measures and a baseline", "-", f'"{NOT_WORSE}" {wrong}')]
    seed = int(run.about.get("seed") or 0)
    found = {figure.name: figure for figure in compare(baseline, run, seed=seed).figures}
    return [_no_worse(name, found.get(name)) for name in asked]


def _baseline(thresholds: Mapping[str, Any]) -> Run | None:
    from eval.run.folder import load_run

    return load_run(Path(thresholds[BASELINE])) if BASELINE in thresholds else None


def _no_worse(name: str, figure: Figure | None) -> Line:
    wanted = "not worse than the baseline"
    if figure is None:
        text = f"{name} cannot be compared with the baseline: no case in both runs has it"
        return _fails(name, wanted, "-", text)
    if figure.better == "neither":
        text = f'{name} has no better and worse: leave it out of "{NOT_WORSE}"'
        return _fails(name, wanted, "-", text)
    told = (
        f"{figure.b:.3f}, was {figure.a:.3f} in the baseline"
        f" ({figure.count} {figure.paired} in both, corrected p = {figure.corrected:.3f})"
    )
    ok = figure.finding != "worse"
    ending = "no worsening shown" if ok else f"worse at the {LEVEL} level"
    return Line(name=name, wanted=wanted, found=f"{figure.b:.3f}", ok=ok, text=f"{name} is {told}: {ending}")


def _fails(name: str, wanted: str, found: str, text: str) -> Line:
    return Line(name=name, wanted=wanted, found=found, ok=False, text=text)
