"""Hold a run against thresholds: one line for each figure asked, and nothing passes that was not counted."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eval.run.thresholds import SHAPE, fault, read_thresholds
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


def gate(run: Run, thresholds: Mapping[str, Any]) -> list[Line]:
    """Return a line for each threshold, in their order: {MEASURE: {"min", "max", "of", "count"}}.

    `min` and `max` bound the value, or the end of its 95 % interval that "of" names ("low", "high"); `count` is the
    least it must have been counted over. A measure that is unknown, holds nothing or was asked in another shape
    fails; thresholds that ask nothing fail too.
    """
    measures = {item.name: item for item in run.measures}
    lines = [_bound(name, asked, measures) for name, asked in thresholds.items()]
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


def _fails(name: str, wanted: str, found: str, text: str) -> Line:
    return Line(name=name, wanted=wanted, found=found, ok=False, text=text)
