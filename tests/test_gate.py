"""Thresholds on a run: what passes, what fails, and that nothing passes unseen."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.core.errors import InputError
from eval.run.gate import Line, gate, read_thresholds
from eval.run.types import Measure, Run

SHIPPED = Path(__file__).parent.parent / "eval" / "golden" / "thresholds.json"


def measure(
    name: str, value: float | None, low: float | None = None, high: float | None = None, **more: Any
) -> Measure:
    given: dict[str, Any] = {"label": name, "group": "g", "count": 310, "better": "higher"} | more
    return Measure(name=name, value=value, low=low, high=high, **given)


def run(*measures: Measure) -> Run:
    return Run(about={"seed": 7}, rows=(), measures=measures)


def line(asked: Any, *measures: Measure, name: str = "x") -> Line:
    (found,) = gate(run(*measures), {name: asked})
    return found


def test_a_line_says_what_was_found_and_what_is_asked() -> None:
    grounded = measure("groundedness[reader]", 0.88, 0.84, 0.92)
    (found,) = gate(run(grounded), {"groundedness[reader]": {"min": 0.9}})
    assert found == Line(
        name="groundedness[reader]",
        wanted="at least 0.90",
        found="0.88",
        ok=False,
        text="groundedness[reader] is 0.88 [0.84, 0.92] (n = 310): at least 0.90 is asked",
    )


@pytest.mark.parametrize(
    ("asked", "ok", "wanted"),
    [
        ({"min": 0.5}, True, "at least 0.50"),
        ({"min": 0.88}, True, "at least 0.88"),
        ({"min": 0.89}, False, "at least 0.89"),
        ({"max": 0.88}, True, "at most 0.88"),
        ({"max": 0.5}, False, "at most 0.50"),
        ({"min": 0.8, "max": 0.9}, True, "at least 0.80 and at most 0.90"),
        ({"min": 0.85, "of": "low"}, False, "a low end of at least 0.85"),
        ({"min": 0.84, "of": "low"}, True, "a low end of at least 0.84"),
        ({"max": 0.9, "of": "high"}, False, "a high end of at most 0.90"),
        ({"min": 0.5, "count": 310}, True, "at least 0.50, counted over at least 310,"),
        ({"min": 0.5, "count": 311}, False, "at least 0.50, counted over at least 311,"),
    ],
)
def test_bounds(asked: dict[str, Any], ok: bool, wanted: str) -> None:
    found = line(asked, measure("x", 0.88, 0.84, 0.92))
    assert (found.ok, found.wanted) == (ok, wanted)


def test_a_mean_of_floats_meets_the_bound_it_equals() -> None:
    assert sum([0.1] * 3) > 0.3
    assert line({"max": 0.3}, measure("x", sum([0.1] * 3))).ok
    assert line({"min": 0.7}, measure("x", 1.0 - sum([0.1] * 3))).ok


def test_a_value_that_misses_does_not_look_like_its_bound() -> None:
    found = line({"min": 0.9}, measure("x", 0.8996, 0.8, 0.95))
    assert (found.ok, found.text) == (False, "x is 0.8996 [0.80, 0.95] (n = 310): at least 0.90 is asked")
    assert (
        line({"min": 0.8959}, measure("x", 0.8958)).text == "x is 0.8958 (n = 310): at least 0.8959 is asked"
    )
    assert line({"max": 0.005}, measure("x", 0.0049)).text == "x is 0.00 (n = 310): at most 0.005 is asked"


def test_unjudged_and_seconds_are_told() -> None:
    text = line({"max": 2}, measure("x", 2.5, 2.0, 3.0, unit="seconds", unjudged=4)).text
    assert text == "x is 2.50 [2.00, 3.00] s (n = 310, 4 unjudged): at most 2.00 is asked"


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (0.9, "x: 0.9 is no object with a bound; write "),
        (None, "x: null is no object with a bound; write "),
        ({}, "x: it has neither min nor max; write "),
        ({"of": "low"}, "x: it has neither min nor max; write "),
        ({"minimum": 0.9}, "x: 'minimum' is none of min, max, of, count; write "),
        ({"min": "0.9"}, 'x: min is "0.9" and must be a number; write '),
        ({"min": 10**400}, "x: min is 1000"),
        ({"max": float("inf")}, "x: max is Infinity and must be a number; write "),
        ({"min": True}, "x: min is true and must be a number; write "),
        ({"min": None}, "x: min is null and must be a number; write "),
        ({"min": 0.1, "count": "9"}, 'x: count is "9" and must be a number; write '),
        ({"min": 0.9, "of": "mean"}, 'x: of is "mean" and must be one of value, low, high; write '),
        ({"min": 0.9, "of": ["low"]}, 'x: of is ["low"] and must be one of value, low, high; write '),
        ({"min": 0.9, "max": 0.1}, "x: its min is above its max; write "),
        ({"max": 90}, "x is a share from 0 to 1, and at most 90.00 was asked: divide percents by 100"),
    ],
)
def test_a_threshold_of_another_shape_fails(asked: Any, text: str) -> None:
    found = line(asked, measure("x", 0.95, 0.9, 1.0))
    assert not found.ok
    assert found.text.startswith(text)
    assert "\n" not in found.text


def test_an_unknown_measure_fails() -> None:
    found = line({"min": 0}, measure("groundedness[reader]", 1.0), name="groundednes[reader]")
    assert (found.ok, found.found) == (False, "no such measure")
    assert found.text == "groundednes[reader] is no measure of this run: did you mean groundedness[reader]?"
    assert line({"min": 0}).text == "x is no measure of this run: measures.jsonl in its folder lists them"


def test_what_was_not_counted_fails() -> None:
    nothing = measure("x", None, count=0)
    assert line({"min": 0}, nothing).text == "x had nothing to count (n = 0): at least 0.00 is asked"
    assert not line({"max": 1}, nothing).ok
    single = measure("x", 1.0, count=1)
    assert line({"min": 0, "of": "low"}, single).text == (
        "x has no low end of an interval (n = 1): a low end of at least 0.00 is asked"
    )
    assert not line({"min": 0}, measure("x", float("nan"))).ok


def test_thresholds_that_ask_nothing_fail() -> None:
    assert [found.ok for found in gate(run(measure("x", 1.0)), {})] == [False]


def test_lines_keep_the_order_of_the_thresholds() -> None:
    found = gate(run(measure("a", 1.0), measure("b", 0.0)), {"b": {"min": 0.5}, "a": {"min": 0.5}})
    assert [(each.name, each.ok) for each in found] == [("b", False), ("a", True)]


# --- the file ---


def test_reading_thresholds(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('\ufeff{"right": {"min": 0.7}}', encoding="utf-8")
    assert read_thresholds(path) == {"right": {"min": 0.7}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "cannot be used: "),
        ('{"a": {"min": NaN}}', "cannot be used: NaN is no number"),
        ('{"a": {"min": 1}, "a": {"min": 0}}', "cannot be used: 'a' stands in it twice"),
        ('{"a": {"min": 1, "min": 0}}', "cannot be used: 'min' stands in it twice"),
        ("[" * 100_000, "cannot be used: "),
        ("[]", "holds no JSON object: write "),
        ("{}", "asks nothing: write "),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_thresholds(path)
    assert words in str(raised.value) and str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_or_unreadable_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no thresholds file .*: give a JSON file such as "):
        read_thresholds(tmp_path / "none.json")
    with pytest.raises(InputError, match="cannot be read"):
        read_thresholds(tmp_path)
    (tmp_path / "odd.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read"):
        read_thresholds(tmp_path / "odd.json")


def test_the_shipped_thresholds_are_well_formed() -> None:
    asked = read_thresholds(SHIPPED)
    known = [
        measure(name, {"low": 0.0, "value": 0.0, "high": 0.0}[of], 0.0, 0.0)
        for name, bound in asked.items()
        for of in [bound.get("of", "value")]
    ]
    for found in gate(run(*known), asked):
        assert "; write " not in found.text and "divide percents" not in found.text
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == asked
