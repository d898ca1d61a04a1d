"""Quantities are read in one place: figures in digits and words, dates, times, shares, money, measured units."""

import pytest

from assistant.text.quantities.read import quantities


def read(text: str) -> list[tuple[float, float, str, str, str]]:
    return [(item.low, item.high, item.kind, item.unit, item.bound) for item in quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60 per cent", [(60, 60, "percent", "", "")]),
        ("sixty percent of calls", [(60, 60, "percent", "", "")]),
        ("$500m", [(5e8, 5e8, "money", "USD", "")]),
        ("500 million dollars", [(5e8, 5e8, "money", "USD", "")]),
        ("1,000 agents", [(1000, 1000, "count", "", "")]),
        ("12 500 people", [(12500, 12500, "count", "", "")]),
        ("from 40 to 75 per cent", [(40, 75, "percent", "", "")]),
        ("from 12% to 45%", [(12, 12, "percent", "", ""), (45, 45, "percent", "", "")]),
        ("over 5,000 agents", [(5000, 5000, "count", "", "over")]),
        ("Prices start at 20 euros", [(20, 20, "money", "EUR", "over")]),
        ("twenty-five days", [(25 * 86400, 25 * 86400, "measure", "time", "")]),
        ("3-5 days", [(3 * 86400, 5 * 86400, "measure", "time", "")]),
        ("half an hour", [(1800, 1800, "measure", "time", "")]),
        ("a year and a half", [(1.5 * 31557600, 1.5 * 31557600, "measure", "time", "")]),
        ("in 2024-25", [(2024, 2025, "year", "", "")]),
        ("in the 1960s", [(1960, 1960, "decade", "", "")]),
        ("nearly half of them", [(50, 50, "percent", "", "about")]),
        ("two hundred and five", [(205, 205, "count", "", "")]),
        ("minus 5 degrees", [(-5, -5, "count", "", "")]),
        ("5 mg", [(0.005, 0.005, "measure", "mass", "")]),
        ("COVID-19", []),
        ("1. Price: low", []),
        ("it may be so", []),
    ],
)  # fmt: skip
def test_quantities(text: str, expected: list[tuple[float, float, str, str, str]]) -> None:
    assert read(text) == expected


def test_dates_in_every_form_are_one_date() -> None:
    parts = [(3, 3, "day", "", ""), (3, 3, "month", "", ""), (2021, 2021, "year", "", "")]
    for text in ("2021-03-03", "3 March 2021", "March 3, 2021", "on the 3rd of March 2021"):
        assert read(text) == parts, text


def test_times_in_every_form_are_one_time() -> None:
    for text in ("at 14:00", "at 2 pm", "at 2:00 p.m."):
        assert read(text) == [(840, 840, "time", "", "")], text


def test_a_place_after_the_point_matters() -> None:
    (one,), (other,) = quantities("version 2.10"), quantities("version 2.1")
    assert not one.same(other)


def test_offsets_are_those_of_the_text() -> None:
    text = "It rose from 3 March 2021 by 12.5 per cent."
    assert {text[item.start : item.end] for item in quantities(text)} == {"3 March 2021", "12.5 per cent"}
