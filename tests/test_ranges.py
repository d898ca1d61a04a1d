"""Ranges that texts lay down are read in one place, and hold the amounts that a question gives."""

import math

import pytest
from helpers import misfits

from assistant.text.quantities.ranges import given, ranges
from assistant.write.quote.fit.amounts import held

YEAR, DAY = 31557600.0, 86400.0


@pytest.mark.parametrize(
    ("text", "kind", "low", "high", "without"),
    [
        ("Years of service: Less than 2 | Leave: 24", "measure", -math.inf, 2 * YEAR, (False, True)),
        ("Years of service: 2 to 5 | Leave: 26", "measure", 2 * YEAR, 5 * YEAR, (False, False)),
        ("Age: 65 and over | Ticket: 3 euros", "age", 65 * YEAR, math.inf, (False, False)),
        ("Weight (kg): up to 31.5 | Price: 3 euros", "measure", -math.inf, 31500, (False, False)),
        ("Season: 1 November to end of February | Fare: 9 euros", "date", 342, 93, (False, False)),
        ("Late: 1-7 days | Charge: 1 euro", "measure", DAY, 7 * DAY, (False, False)),
        ("More than 2 years but less than 8", "measure", 2 * YEAR, 8 * YEAR, (True, True)),
        ("Two to five years", "measure", 2 * YEAR, 5 * YEAR, (False, False)),
        ("Orders from 50 euros to 149.99 euros", "money", 50, 149.99, (False, False)),
        ("Orders from 50 euros", "money", 50, math.inf, (False, False)),
        ("Members who are 65 or older pay half.", "age", 65 * YEAR, math.inf, (False, False)),
        ("Children up to 12 may borrow books.", "age", -math.inf, 12 * YEAR, (False, False)),
        ("Members under 18 pay nothing.", "age", -math.inf, 18 * YEAR, (False, True)),
        ("Between 10 pm and 5 am it is closed.", "clock", 1320, 300, (False, False)),
        ("Open 7 to 9 pm", "clock", 1140, 1260, (False, False)),
        ("The race is on 1-15 May.", "date", 156, 170, (False, False)),
        ("Groups of 10 or more pay less.", "count", 10, math.inf, (False, False)),
        ("Walls higher than 2 m are built elsewhere.", "measure", 2, math.inf, (True, False)),
    ],
)  # fmt: skip
def test_a_range(text: str, kind: str, low: float, high: float, without: tuple[bool, bool]) -> None:
    (found,) = [reach for cell in ranges(text) for reach in cell]
    assert (found.kind, found.low, found.high, found.without) == (kind, low, high, without)


@pytest.mark.parametrize(
    "text",
    [
        "The ticket costs 5 euros.",
        "See section 4.",
        "Age: 12 | Ticket: 5 euros",
        "Children may borrow twelve books.",
    ],
)
def test_a_single_amount_is_no_range(text: str) -> None:
    assert [reach for cell in ranges(text) for reach in cell] == []


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("for a child of 12", ["age"]),
        ("My grandmother is seventy-one.", ["age"]),
        ("for my 3-year-old", ["age"]),
        ("after seven years of service", ["measure"]),
        ("for an employee with two years of service", ["measure"]),
        ("The bill is 12, and I am 34.", ["count", "age"]),
        ("half past nine in the morning", ["clock"]),
        ("on July 3", ["date"]),
        ("for a group of forty", ["count"]),
        ("under section 12", []),
    ],
)
def test_an_amount_given(question: str, kinds: list[str]) -> None:
    assert [amount.kind for amount in given(question)] == kinds


LEAVE = [f"Years of service: {n} | Leave: x" for n in ("Less than 2", "2 to 5", "6 to 9", "10 or more")]
PARCELS = [f"Weight: up to {n} kg | Price: x" for n in ("2", "5", "10")]
SEASONS = ["Season: 1 November to end of February | x: 1", "Season: 1 March to 31 October | x: 2"]
HOURS = ["Time: 7:00 to 12:00 | Price: 12 euros", "Time: 12:00 to 22:00 | Price: 15 euros"]
MEMBERS = ["Members who are 65 or older pay half.", "Members under 18 pay nothing.", "Fees are due in May."]
GROUPS = ["Size: 1-9 people | Price: x", "Size: 10 people or more | Price: x"]


@pytest.mark.parametrize(
    ("question", "texts", "verdicts"),
    [
        ("How much leave after seven years?", LEAVE, [False, False, True, False]),
        ("How much leave after eighteen months?", LEAVE, [True, False, False, False]),
        ("How much leave after five and a half years?", LEAVE, [False, True, False, False]),
        ("How much leave after 2 years?", LEAVE, [False, True, False, False]),
        ("How much leave after more than 4 years?", LEAVE, [False, True, True, True]),
        ("How much leave at the age of 7?", LEAVE, [None, None, None, None]),
        ("How much leave in 2024 under section 7?", LEAVE, [None, None, None, None]),
        ("What does a parcel of 4000 g cost?", PARCELS, [False, True, False]),
        ("What does a parcel of up to 10 kg cost?", PARCELS, [False, False, True]),
        ("What does a parcel of 12 kg cost?", PARCELS, [False, False, False]),
        ("What does a parcel of 4 m cost?", PARCELS, [None, None, None]),
        ("What holds on 14 December?", SEASONS, [True, False]),
        ("What holds in October?", SEASONS, [False, True]),
        ("What does a court cost at 7 pm?", HOURS, [False, True]),
        ("What does a court cost at noon?", HOURS, [True, True]),
        ("What does a court cost at 11 pm?", HOURS, [False, False]),
        ("I am 70. What do I pay?", MEMBERS, [True, False, None]),
        ("What does a member of 18 pay?", MEMBERS, [False, False, None]),
        ("We are 17 people. What is the price?", GROUPS, [False, True]),
        ("What is the price for 17 minutes?", GROUPS, [None, None]),
    ],
)  # fmt: skip
def test_the_ranges_that_hold_an_amount(question: str, texts: list[str], verdicts: list[bool | None]) -> None:
    assert list(held(question, texts).verdicts) == verdicts


def test_the_question_is_put_in_the_words_of_the_one_range() -> None:
    assert held("How much leave after seven years?", LEAVE).question == "How much leave after 6 to 9 years?"
    both = held("What does a court cost at 12:00?", HOURS)
    assert both.question == "What does a court cost at 12:00?"
    assert both.rest == "What does a court cost at  ?"


def test_the_first_column_decides_between_two_amounts() -> None:
    rows = [
        "Season: 1 May to 30 June | Open: 9:00 to 17:00",
        "Season: 1 July to 31 July | Open: 9:00 to 19:00",
    ]
    assert held("Is it open at 6 pm on 3 June?", rows).verdicts == (True, False)


def test_a_month_within_a_period_is_no_other_month() -> None:
    assert not misfits("When is it open in January?", "From 1 November to end of February it opens at ten.")
    assert misfits("When is it open in April?", "From 1 November to end of February it opens at ten.")
