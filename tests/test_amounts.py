"""What a figure must be for the question that asks for it, and that other figures are only offered."""

import pytest

from assistant.core.types import Evidence, Passage
from assistant.question.names import names
from assistant.write.quote.choose import Choice, in_doubt
from assistant.write.quote.fit.amounts import holds_amount


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("How much does the second crane cost?", "Action: offer for a second crane | Who: Ida | By: 7 October", False),
        ("How much does the second crane cost?", "The second crane costs 12,000 euros.", True),
        ("How much does the second crane cost?", "Crane | List price GBP: 149.00", True),
        ("How much does a copy cost?", "Copies are free of charge.", True),
        ("How much do we pay for parking?", "Parking is shared by 40 firms.", False),
        ("How many hours a week does the office work?", "Half the usual hours, for up to six weeks.", False),
        ("How many hours a week does the office work?", "The office works 38 hours a week.", True),
        ("How many days may I be away?", "You may be away for two weeks.", True),
        ("How long is the course?", "The course is for 12 people.", False),
        ("How long is the course?", "The course takes three days.", True),
        ("How long is the pass valid?", "The pass is valid until 31 March 2027.", True),
        ("Who leads the course?", "The course is for 12 people.", True),
    ],
)  # fmt: skip
def test_the_kind_of_figure_asked_for(question: str, text: str, held: bool) -> None:
    assert holds_amount(question, text) is held


def evidence(text: str, score: float = 0.8, table: str | None = None) -> Evidence:
    passage = Passage(
        chunk_id="a:0-9", doc_id="a", title="A", source="a.md", section="", page=None,
        start=0, end=len(text), score=1.0, text=text, doc_sha256="0",
    )  # fmt: skip
    return Evidence(passage=passage, start=0, end=len(text), text=text, score=score, table=table)


def test_a_row_that_shares_little_or_no_figure_asked_for_is_only_offered() -> None:
    choice = Choice(evidence=(evidence("The crane was bought."),), wanted=1)
    asked = "How much did the crane cost?"
    assert in_doubt(asked, choice, [])
    assert not in_doubt("Was the crane bought?", choice, [])
    row = evidence("Crane | Price: 900", score=0.95, table="Prices in euros")
    assert not in_doubt(asked, choice, [row])
    assert in_doubt(asked, choice, [evidence("Crane | Price: 900", score=0.7, table="Prices in euros")])


def test_a_contracted_pronoun_is_no_name() -> None:
    assert names("How long can I read it once I've left the Vell plan?") == ["Vell"]
    assert names("What do we do if we’re late for NASSCOM?") == ["NASSCOM"]
