"""A person labels a random sample of claims, blind, and every verdict is kept at once."""

from collections.abc import Callable, Sequence

import pytest
from runs import answer, case, citation, claim, passage, row

from assistant.core.types import Verdict
from eval.judges.label import ANSWERED, ANSWERS, ASKED, answered, label, read_key, screen, to_label
from eval.run.types import ANSWER, Label, Row, Run

FACTS = [("tea", 0, "Tea is hot."), ("milk", 0, "Milk is cold."), ("rain", 0, "Rain is wet.")]
WRITTEN = answer(
    *FACTS, claims=tuple(claim(text, n, origin="model") for n, (_, _, text) in enumerate(FACTS, 1))
)
ROWS = [row(case(f"c{n}"), WRITTEN) for n in range(4)]
EVERY = [(f"c{n}", at) for n in range(4) for at in (ANSWER, 0, 1, 2)]
RUN = Run(
    about={}, rows=[*ROWS, row(case("declined", answerable=False), answer()), row(case("failed"), None)]
)


def places(found: Sequence[tuple[Row, int]]) -> list[tuple[str, int]]:
    return [(row.case.id, at) for row, at in found]


def typing(*keys: str) -> Callable[[str], str]:
    """Type a key for each claim, and what says the same of an answer where one is asked for."""
    left = list(keys)

    def read(prompt: str) -> str:
        assert prompt in (ASKED, ANSWERED)
        if not left:
            raise EOFError
        key, space, note = left.pop(0).partition(" ")
        key = {"s": "y", "u": "n", "c": "p"}.get(key, key) if prompt == ANSWERED else key
        return f"{key}{space}{note}"

    return read


# --- which claims ---


def test_the_sample_is_one_random_order_of_all_shown_claims() -> None:
    every = places(to_label(RUN, 99, 7))
    assert sorted(every) == EVERY
    assert every != sorted(every)
    assert places(to_label(RUN, 5, 7)) == every[:5]
    assert places(to_label(Run(about={}, rows=ROWS[::-1]), 99, 7)) == every
    assert places(to_label(RUN, 99, 8)) != every
    assert to_label(RUN, 0, 7) == to_label(RUN, -1, 7) == []


def test_what_is_labelled_is_left_out_and_the_order_stays() -> None:
    every = places(to_label(RUN, 99, 7))
    done = [Label(case_id=name, claim=at, verdict="unjudged") for name, at in every[:2]]
    assert places(to_label(Run(about={}, rows=ROWS, labels=done), 3, 7)) == every[2:5]


def test_a_quotation_is_not_compared_with_itself_but_its_answer_with_the_question() -> None:
    quoted = Run(about={}, rows=[row(case("one"), answer(*FACTS))])
    assert places(to_label(quoted, 99, 7)) == [("one", ANSWER)]
    kept: list[Label] = []
    said: list[str] = []
    assert (
        label(
            quoted,
            9,
            7,
            lambda prompt: "p the date lacks" if prompt == ANSWERED else "",
            said.append,
            kept.append,
        )
        == 1
    )
    assert said[2:] == [
        "Question: What of one?",
        "",
        "ANSWER",
        "Tea is hot [1].",
        "Milk is cold [2].",
        "Rain is wet [3].",
        "",
    ]
    assert kept == [Label(case_id="one", claim=ANSWER, verdict="unverified", note="the date lacks")]
    said_of: list[Verdict] = ["supported", "unsupported", "unjudged"]
    more = [Label(case_id=f"c{n}", claim=ANSWER, verdict=verdict) for n, verdict in enumerate(said_of)]
    other = Label(case_id="c1", claim=0, verdict="supported")
    assert (
        answered([*kept, *more, other])
        == "1 of 3 answers answer their question, says a person; 1 in part, 1 not."
    )
    assert answered([other]) == ""


# --- what is shown ---


def test_claim_and_quotes_stand_side_by_side_without_a_verdict() -> None:
    given = answer(claims=(claim("Tea is hot and milk is cold.", 1, 2),), citations=tuple(
        citation(n, fact) for n, fact in enumerate(FACTS[:2], 1)))  # fmt: skip
    assert screen(row(case("one"), given), 0, 63) == [
        "Question: What of one?",
        "",
        "CLAIM                    | EVIDENCE",
        "Tea is hot and milk is   | (1) Tea",
        "cold.                    | Tea is hot.",
        "                         |",
        "                         | (2) Milk",
        "                         | Milk is cold.",
        "                         |",
    ]


def test_on_a_narrow_screen_they_stand_one_under_the_other() -> None:
    assert screen(ROWS[0], 2, 30) == [
        "Question: What of c0?",
        "",
        "CLAIM",
        "Rain is wet.",
        "",
        "EVIDENCE",
        "(1) Rain",
        "Rain is wet.",
        "",
    ]


def test_a_claim_that_cites_nothing_stands_beside_the_passages() -> None:
    plain = answer(claims=(claim("Tea is cold."),), passages=(passage("tea", 0, "Tea is hot."),), reason=None)
    shown = screen(row(case("one"), plain), 0, 80)
    assert shown[3].split(" | ") == ["Tea is cold.".ljust(30), "(1) Tea"]
    assert shown[4].endswith("| Tea is hot.")


def test_what_could_steer_a_terminal_is_not_shown() -> None:
    wild = ("tea", 0, "Tea\x1b[2J is\r\nhot\u202e.\x07")
    text = "\n".join(screen(row(case("one", question="What\x1b]0;title\x07?"), answer(wild)), 0, 80))
    assert "Question: What]0;title?" in text
    assert "Tea[2J is hot." in text
    assert [char for char in text if ord(char) < 32 and char != "\n" or char == "\u202e"] == []


def test_no_line_is_wider_than_the_screen() -> None:
    long = ("tea", 0, "Word " * 80 + "x" * 200)
    for width in (20, 59, 60, 100):
        lines = screen(row(case("one", question="Why " * 50), answer(long)), 0, width)
        assert max(map(len, lines)) <= width


# --- what is typed ---


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("s", "supported"),
        (" C ", "contradicted"),
        ("unsupported", "unsupported"),
        ("u", "unsupported"),
        ("?", "unjudged"),
        ("", None),
        ("sc", None),
        ("yes", None),
    ],
)
def test_a_key_or_the_whole_word_is_a_verdict(text: str, verdict: str | None) -> None:
    assert read_key(text) == verdict


@pytest.mark.parametrize(("text", "verdict"), [("y", "supported"), ("YES", "supported"), ("p", "unverified"), ("in part", "unverified"), ("no", "unsupported"), ("?", "unjudged"), ("s", None)])  # fmt: skip
def test_an_answer_has_keys_of_its_own(text: str, verdict: str | None) -> None:
    assert read_key(text, ANSWERS) == verdict


def test_each_verdict_is_kept_at_once_with_its_note() -> None:
    kept: list[Label] = []
    order = places(to_label(RUN, 3, 7))
    assert label(RUN, 3, 7, typing("s", "u  the year differs", "?"), lambda line: None, kept.append) == 3
    assert [(item.case_id, item.claim) for item in kept] == order
    assert [(item.verdict, item.note) for item in kept] == [
        ("supported", ""),
        ("unsupported", "the year differs"),
        ("unjudged", ""),
    ]


def test_going_back_replaces_the_verdict_before() -> None:
    kept: list[Label] = []
    assert label(RUN, 2, 7, typing("s", "b", "c", "u"), lambda line: None, kept.append) == 2
    first, second = places(to_label(RUN, 2, 7))
    assert [(item.case_id, item.claim, item.verdict) for item in kept] == [
        (*first, "supported"),
        (*first, "unverified" if first[1] == ANSWER else "contradicted"),
        (*second, "unsupported"),
    ]


@pytest.mark.parametrize(
    "keys", [["s", "q"], ["b", "s"]]
)  # "q", and the end of input; "b" at the first stays
def test_one_can_stop_at_any_time(keys: list[str]) -> None:
    kept: list[Label] = []
    assert label(RUN, 9, 7, typing(*keys), lambda line: None, kept.append) == 1
    assert [item.verdict for item in kept] == ["supported"]


def test_a_wrong_key_is_said_and_asked_again() -> None:
    kept: list[Label] = []
    said: list[str] = []
    assert label(RUN, 1, 7, typing("x\x1b", "s"), said.append, kept.append) == 1
    known = "y, p, n" if places(to_label(RUN, 1, 7))[0][1] == ANSWER else "s, c, u"
    assert f"'x' is no verdict: type {known} or ?, or b to go back, q to quit." in said
    assert len([line for line in said if line == "1 of 1"]) == 2


def test_nothing_left_to_label_is_said() -> None:
    done = [Label(case_id=name, claim=at, verdict="supported") for name, at in EVERY]
    said: list[str] = []
    assert label(Run(about={}, rows=ROWS, labels=done), 5, 7, typing(), said.append, lambda item: None) == 0
    assert said == ["Every claim and answer is labelled."]
