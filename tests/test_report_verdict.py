"""The first sentence of a report: fit to ship or not, and better than the last run or not."""

from dataclasses import replace

from report_run import run
from runs import answer, case, row

from eval.metrics.table import measure
from eval.report.page.page import to_html
from eval.report.verdict import verdict
from eval.run.types import Row, Run

QUOTE = ("pricing", 100, "The fee is capped.")


def rows(right: int, declined: int) -> list[Row]:
    good = [row(case(f"r{n}", QUOTE), answer(QUOTE)) for n in range(right)]
    return good + [row(case(f"d{n}", QUOTE), answer()) for n in range(declined)]


def made(right: int, declined: int) -> Run:
    of = rows(right, declined)
    return Run(about={"seed": 7}, rows=of, measures=measure(of, [], [], judges=[], seed=7))


def test_a_good_run_is_fit_and_a_bad_one_says_why() -> None:
    assert verdict(made(40, 5)) == "Fit to ship: yes."
    assert verdict(made(20, 20)) == (
        "Fit to ship: no, because 20 of 40 questions came out right, and 60% are needed; and 20 of 40 answerable "
        "questions were declined, and at most 30% may be."
    )
    assert (
        verdict(made(10, 0)) == "Fit to ship: no, because 10 questions are too few to tell (30 are needed)."
    )
    told = verdict(run())
    assert told.startswith("Fit to ship: no, because 1 answer say") or "could not be asked" in told


def test_a_run_is_compared_with_the_last_one_of_the_same_cases() -> None:
    one, better = made(20, 20), made(40, 0)
    renamed = [replace(item, case=other.case) for item, other in zip(better.rows, one.rows, strict=True)]
    now = replace(better, rows=renamed)
    assert verdict(now, one) == "Fit to ship: yes. Better than the last run (+50% right)."
    assert verdict(one, now).endswith("Worse than the last run (-50% right).")
    assert verdict(one, one).endswith(
        "No better and no worse than the last run (+0% right, which may be chance)."
    )


def test_the_sentence_comes_first_and_settings_last() -> None:
    page = to_html(run())
    order = [
        page.index(mark)
        for mark in ('class="verdict"', 'id="overview"', 'class="specialist"', 'id="not-right"', 'id="made"')
    ]
    assert order == sorted(order)
