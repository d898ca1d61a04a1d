"""The words of a request that wish for a form are told from its question."""

import numpy as np
import pytest

from assistant.question.form import read_form
from assistant.question.wish import likeliest, read_wish, units


@pytest.mark.parametrize(
    ("scores", "wished"),
    [
        ([], []),
        ([3.0, -5.0], [False, False]),  # 3 - 1 - 4 is a loss
        ([5.0, 4.0, -3.0, -2.0, 6.0], [True, True, False, False, True]),  # gains of 3 before and 1 behind
        (
            [-2.0, 8.0, -2.0],
            [False, False, False],
        ),  # no words from the middle: 8 - 2 - 2 - 1 - 4 is a loss, too
        ([9.0, 9.0], [True, False]),  # a word is left
    ],
)
def test_words_before_and_behind_are_taken_where_they_gain(scores: list[float], wished: list[bool]) -> None:
    assert likeliest(np.array(scores)).tolist() == wished


def test_words_and_marks_are_units() -> None:
    text = "What's lock-in, briefly?"
    assert [text[a:b] for a, b in units(text)] == ["What's", "lock-in", ",", "briefly", "?"]


@pytest.mark.parametrize(
    ("typed", "question", "shape"),
    [
        (
            "write an email to my boss about why attrition in call centres is so high",
            "why attrition in call centres is so high",
            "paragraph",
        ),
        ("how do u exit a BPO contract, step by step", "how do u exit a BPO contract", "bullets"),
        ("Do clients prefer one page scorecards or long reports?", "Do clients prefer one page scorecards or long reports?", "plain"),
        ("IBPAP for 2024: revenue, jobs and pay?", "IBPAP for 2024: revenue, jobs and pay?", "plain"),
        ("We are drafting an SLA. What should it name?", "We are drafting an SLA. What should it name?", "plain"),
    ],
)  # fmt: skip
def test_requests_of_people_who_saw_no_code(typed: str, question: str, shape: str) -> None:
    read = read_wish(typed)
    assert (read.question, read.shape) == (question, shape)


def test_what_no_pattern_knows_is_read_by_the_model() -> None:
    core, form = read_form("hit me with 10 buzzwords of the outsourcing industry")
    assert (core, form.shape, form.count) == (
        "What are buzzwords of the outsourcing industry?",
        "bullets",
        10,
    )
