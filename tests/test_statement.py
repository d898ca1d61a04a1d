import pytest
from helpers import embedded_checker

from assistant.check.statement import exchanges, settled, stated
from assistant.core.types import Evidence, Passage


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("Is KPO cheaper than BPO?", "KPO is cheaper than BPO."),
        ("Does a KPO need experts?", "a KPO does need experts."),
        ("Did Kodak sign a contract in 1989?", "Kodak did sign a contract in 1989."),
        ("Was General Electric in Gurgaon?", "General Electric was in Gurgaon."),
        ("Is it cheap?", None),
        ("What is KPO?", None),
        ("Is KPO?", None),
    ],
)
def test_a_yes_or_no_question_becomes_a_statement(question: str, statement: str | None) -> None:
    assert stated(question) == statement


def test_contrasted_terms_are_exchanged() -> None:
    assert exchanges("KPO is cheaper than BPO.") == ["BPO is cheaper than KPO."]
    assert exchanges("Tea is cheap.") == []


def test_its_denial() -> None:
    assert stated("Does KPO need experts?", denied=True) == "KPO does not need experts."
    assert stated("Is KPO cheaper than BPO?", denied=True) == "KPO is not cheaper than BPO."


def evidence(*sentences: str) -> list[Evidence]:
    passage = Passage(
        chunk_id="a:0-9", doc_id="a", title="A", source="a.md", section="", page=None, start=0, end=9, score=1.0,
        text=" ".join(sentences), doc_sha256="0",
    )  # fmt: skip
    return [Evidence(passage=passage, start=0, end=len(text), text=text, score=0.9) for text in sentences]


def said(question: str, *sentences: str) -> str | None:
    found = settled(question, evidence(*sentences), embedded_checker())
    return found[0] if found else None


def test_yes_and_no_need_a_sentence_that_says_so() -> None:
    assert said("Is KPO dearer than BPO?", "KPO is dearer than BPO.") == "yes"
    assert said("Is BPO dearer than KPO?", "KPO is dearer than BPO.") == "no"
    assert said("Is BPO dearer than KPO?", "KPO needs experts.") is None


def test_sources_that_disagree_settle_nothing() -> None:
    assert said("Is KPO dearer than BPO?", "KPO is dearer than BPO.", "BPO is dearer than KPO.") is None


def test_what_many_say_settles_nothing() -> None:
    assert said("Is KPO part of BPO?", "KPO is part of BPO.") == "yes"
    assert said("Is KPO part of BPO?", "Many writers treat KPO as part of BPO.") is None
    assert (
        said("Is KPO part of BPO?", "KPO is part of BPO.", "Sources disagree on where KPO belongs.") is None
    )
