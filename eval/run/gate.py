"""Hold a run against the thresholds of a file: a line for each figure asked, and nothing passes that was not counted."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from assistant.core.errors import InputError
from eval.run.types import Measure, Run

KEYS = ("min", "max", "of", "count")
ENDS = ("value", "low", "high")
MOST = 1e12  # a bound beyond it, or that is no number at all, is a mistake
SHAPE = '{"min": 0.9}, {"max": 0.1, "of": "high"} or {"min": 0.9, "count": 100}'
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
            name, wanted, "-", f"{name} is a share from 0 to 1, and {wanted} was asked: divide percents by 100",
        )  # fmt: skip
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


def read_thresholds(path: Path) -> dict[str, Any]:
    """Read a thresholds file.

    Raises InputError for a file that is missing or not JSON, names a measure twice, or is no object. What each
    measure is asked is judged by `gate`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"There is no thresholds file {path}: give a JSON file such as {{NAME: {SHAPE}}}."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The thresholds file {path} cannot be read ({error}): give a JSON file in UTF-8."
        ) from None
    try:
        body = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise InputError(f"The thresholds file {path} cannot be used: {error}.") from None
    if not isinstance(body, dict):
        raise InputError(f"The thresholds file {path} holds no JSON object: write {{NAME: {SHAPE}}}.")
    if not body:
        raise InputError(f"The thresholds file {path} asks nothing: write {{NAME: {SHAPE}}}.")
    return body


def fault(asked: Any) -> str | None:
    """Say what is wrong with the shape of a threshold; None where nothing is."""
    if not isinstance(asked, Mapping):
        return f"{json.dumps(asked, ensure_ascii=False)} is no object with a bound"
    unknown = [key for key in asked if key not in KEYS]
    if unknown:
        return f"{unknown[0]!r} is none of {', '.join(KEYS)}"
    for key in ("min", "max", "count"):
        value = asked.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < MOST:
            return f"{key} is {json.dumps(value)} and must be a number"
    if asked.get("of", "value") not in ENDS:
        return f"of is {json.dumps(asked['of'])} and must be one of {', '.join(ENDS)}"
    if "min" not in asked and "max" not in asked:
        return "it has neither min nor max"
    return "its min is above its max" if asked.get("min", -math.inf) > asked.get("max", math.inf) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} stands in it twice")
    return dict(pairs)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
