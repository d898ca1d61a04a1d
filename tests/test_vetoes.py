"""The few rules that refuse a claim whatever its score, and what they leave to the judge."""

import pytest

from assistant.check.pairs import Pair
from assistant.check.vetoes import objections
from assistant.check.vetoes.figures import strange_figure
from assistant.check.vetoes.names import strange_name
from assistant.check.vetoes.sides import other_side


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Attrition was 60 %.", "Attrition was 40 per cent."),
        ("The dose is 5 mg.", "The dose is 5 g."),
        ("It was minus 5 degrees at noon.", "It was 5 degrees at noon."),
        ("Install version 2.10 first.", "Install version 2.1 first."),
        ("It opened in the 1970s.", "It opened in 1960."),
        ("The survey is of 2021.", "The survey is of 2020."),
        ("The fee is 12,500 euros.", "The fee is 12 600 euros."),
        ("Training takes 3 weeks.", "Training takes 3 months."),
        ("Doors open at 3 pm.", "Doors open at 14:00."),
        ("The hall seats 340.", "The hall seats 430."),
    ],
)
def test_figures_that_the_evidence_does_not_say(claim: str, evidence: str) -> None:
    assert strange_figure(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Doors open at 2 pm.", "Doors open at 14:00."),
        ("It was signed on 3 March 2021.", "It was signed on 2021-03-03."),
        ("The town has 12,500 people.", "The town has 12 500 people."),
        ("It opened in the 1960s.", "It opened in 1964."),
        ("Half of them left.", "50 per cent of them left."),
        ("Attrition is at least 40 per cent.", "Attrition is 40 to 75 per cent."),
        ("The fee fell by 20 euros.", "The fee fell from 80 to 60 euros."),
        ("It lasted six years.", "It lasted from 2010 to 2016."),
        ("The three firms paid 105,000 dollars.", "Each of the three firms paid 35,000 dollars."),
        ("It takes a fortnight.", "It takes 14 days."),
        ("About 1.5 million people came.", "1,523,000 people came."),
        ("Three reasons are given.", "It is cheap, quick and safe."),
    ],
)
def test_figures_said_in_another_way(claim: str, evidence: str) -> None:
    assert strange_figure(claim, evidence) is None


def test_what_the_evidence_says_instead_is_told() -> None:
    found = strange_figure("The dose is 5 mg.", "The dose is 5 g.")
    assert found is not None
    assert (found.said, found.instead) == ("5 mg", "5 g")


@pytest.mark.parametrize(
    ("claim", "evidence", "name"),
    [
        ("Work moved from India to Poland.", "Work moved from India to Egypt.", "Poland"),
        ("The study by Gartner is old.", "The study by SQM is old.", "Gartner"),
        ("Work moved to the Philippines.", "Work moved to a Philippine centre.", None),
        ("The KPO market grows.", "The market for knowledge process outsourcing grows.", None),
        ("Indian firms lead.", "Firms of India lead.", None),
        ("However, it grows in May.", "It grows in spring.", None),
    ],
)
def test_names(claim: str, evidence: str, name: str | None) -> None:
    assert strange_name(claim, evidence) == name


def test_the_question_and_the_heading_may_name_the_subject() -> None:
    pair = Pair(
        claim="In short, Vell opened in 1904.", evidence="It opened in 1904.", question="When did Vell open?"
    )
    assert objections(pair) == []
    assert [item.rule for item in objections(Pair(claim=pair.claim, evidence=pair.evidence))] == ["name"]


def test_evidence_that_speaks_of_the_other_side_alone() -> None:
    assert other_side("KPO needs checklists.", "BPO needs checklists.") == ("KPO", "BPO")
    assert other_side("KPO needs experts.", "BPO needs checklists, KPO needs experts.") is None
    assert other_side("It needs experts.", "KPO needs experts.") is None


def test_vetoes_come_before_doubts() -> None:
    pair = Pair(
        claim="In spring the hall of Moor, with 77 staff and two cranes, opened.",
        evidence="The hall of Vell opened in spring.",
    )
    assert [(item.rule, item.veto) for item in objections(pair)] == [("name", True), ("figure", False)]
    assert objections(pair)[0].reason == "The evidence does not name “Moor”."
