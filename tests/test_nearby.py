"""A part of a question is looked for where another part is answered, and parts with one answer share a heading."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

from helpers import document

from assistant.answer.compose.repeats import heading_of, together
from assistant.answer.turn import Turn
from assistant.core.types import Evidence, Passage
from assistant.write.quote.choose import MAY_ANSWER, Choice
from assistant.write.quote.nearby import joined_with, nearby

TEXT = "Members pay by May. Three absences lead to a meeting. You may bring a friend. It lasts an hour. The bar is open."
DOC = document("rules", TEXT)
PASSAGE = Passage(
    chunk_id="rules:0", doc_id="rules", title="Rules", source="rules.md", section="", page=None,
    start=0, end=len(TEXT), score=1.0, text=TEXT, doc_sha256=DOC.sha256,
)  # fmt: skip
STORE = cast(Any, SimpleNamespace(document=lambda doc_id: DOC))


class Judge:
    """Says of a sentence what it is told to say, and remembers what it was asked."""

    def __init__(self, **odds: float) -> None:
        self.odds, self.asked = odds, list[str]()

    def answers(self, question: str, sentences: Sequence[str]) -> list[float]:
        self.asked += [sentence.rsplit("Sentence: ", 1)[-1] for sentence in sentences]
        return [
            next(
                (value for word, value in self.odds.items() if word in sentence.rsplit("Sentence: ", 1)[-1]),
                -6.0,
            )
            for sentence in sentences
        ]


def at(words: str, score: float = 1.0) -> Evidence:
    start = TEXT.index(words)
    return Evidence(passage=PASSAGE, start=start, end=start + len(words), text=words, score=score)


MEETING, FRIEND = "Three absences lead to a meeting.", "You may bring a friend."


def found(judge: Judge | None, *answers: Evidence) -> list[tuple[str, float]]:
    near = nearby(STORE, "Who may I bring?", [0.0], answers, None, cast(Any, judge))
    return [(item.text, item.score) for item in near]


def test_the_sentence_right_behind_the_one_that_answers_the_first_may_answer_the_second() -> None:
    judge = Judge(friend=2.0)
    assert found(judge, at(MEETING)) == [(FRIEND, 0.8808)]
    assert FRIEND in judge.asked and len(judge.asked) == 2


def test_it_is_no_surer_than_the_answer_it_stands_behind() -> None:
    assert found(Judge(friend=2.0), at(MEETING, 0.5)) == [(FRIEND, 0.4404)]


def test_nothing_is_found_where_the_judge_says_no_or_is_missing() -> None:
    assert found(Judge(), at(MEETING)) == []
    assert found(None, at(MEETING)) == []
    assert found(Judge(friend=2.0)) == []


def test_what_stands_nearby_takes_its_place_among_the_evidence_once() -> None:
    elsewhere, near = at("Members pay by May.", 0.6), at(FRIEND, 0.8)
    assert joined_with([elsewhere, at(FRIEND, 0.1)], [near]) == [near, elsewhere]
    assert joined_with([at(FRIEND, 0.1), elsewhere], []) == [at(FRIEND, 0.1), elsewhere]


def test_parts_that_the_same_sentences_answer_share_a_heading() -> None:
    both = Choice(evidence=(at(MEETING), at(FRIEND)), wanted=2)
    second = Choice(evidence=(at(FRIEND), at("It lasts an hour.")), wanted=1)
    groups = together([("When is there a meeting?", both), ("Who may I bring?", second)])
    assert [(group.head, group.choice) for group in groups] == [
        ("When is there a meeting? Who may I bring?", both)
    ]


def test_parts_keep_their_headings_where_one_shows_more_or_is_less_sure() -> None:
    one, both = (
        Choice(evidence=(at(MEETING),), wanted=2),
        Choice(evidence=(at(MEETING), at(FRIEND)), wanted=2),
    )
    unsure = Choice(evidence=(at(MEETING),), wanted=2, lead=MAY_ANSWER)
    yes = Choice(evidence=(at(MEETING),), wanted=2, says="yes")
    for other in (both, unsure, yes):
        assert [group.head for group in together([("One?", one), ("Two?", other)])] == ["One?", "Two?"]


def test_a_heading_leaves_out_what_is_told_before_it_and_what_was_only_searched_with() -> None:
    assert heading_of("We are small. Which tasks should we keep?") == "Which tasks should we keep?"
    assert heading_of("what comes next (time notice)?") == "What comes next?"
    assert heading_of("onshore costs") == "Onshore costs:"


def test_a_part_that_is_reopened_leaves_nothing_behind() -> None:
    turn = Turn("One? Two?")
    turn.leave("One?", "no_evidence", "Nothing says so.")
    turn.leave("Two?", "off_topic", None)
    turn.reopen("One?")
    assert (turn.unanswered, turn.notices, turn.reason) == (["Two?"], [], "off_topic")
    turn.reopen("Two?")
    assert (turn.unanswered, turn.reason) == ([], None)
