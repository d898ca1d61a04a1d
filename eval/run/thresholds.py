"""Read what a run is asked to keep: {MEASURE: {"min", "max", "of", "count"}}."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from assistant.core.errors import InputError

KEYS = ("min", "max", "of", "count")
ENDS = ("value", "low", "high")
MOST = 1e12  # a bound beyond it, or that is no number at all, is a mistake
SHAPE = '{"min": 0.9}, {"max": 0.1, "of": "high"} or {"min": 0.9, "count": 100}'


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
