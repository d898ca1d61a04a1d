import pytest
from helpers import document

from assistant.core.types import Evidence, Passage
from assistant.text.anaphora import leans, whole


@pytest.mark.parametrize(
    "sentence",
    [
        "It costs less.",
        "This makes leaving hard.",
        "However, prices fell.",
        "The same survey gives 31 per cent.",
        "Voluntary attrition was 31 per cent, according to the same survey.",
        "The industry accepts all these challenges.",
        "The latter is dearer.",
        "On the other hand, experts are few.",
        "In 2004 it was sold.",
        "In 2004, it was sold.",
        "In London they were held at dawn.",
        "Neither of the two examples below is a benchmark.",
        "Another provider says so.",
        "Of these, two failed.",
        "The list has the following points.",
        "The firm pays for those contacts.",
    ],
)
def test_sentences_that_lean_on_a_neighbour(sentence: str) -> None:
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "KPO needs experts.",
        "The firm keeps a list of contacts and pays for calls to those contacts.",
        "It is important to plan the exit.",
        "This article names no source.",
        "Both BPO and KPO save money.",
        "In 2004 GE sold its unit.",
        "Those who leave early pay a fee.",
        "IT outsourcing covers software.",
        "Thistle Ltd prices by the hour.",
        "Indian firms and those that copy them grew.",
        "A day off should be taken within the following month.",
    ],
)
def test_sentences_that_stand_alone(sentence: str) -> None:
    assert not leans(sentence)


DOC = document("ge", "GE opened a unit in Gurgaon. It was sold in 2004. This surprised few.", "They left.")


def evidence(text: str) -> Evidence:
    start = DOC.text.index(text)
    passage = Passage(
        chunk_id="ge:0-80", doc_id="ge", title="GE", source="ge.md", section="", page=None, start=0,
        end=len(DOC.text), score=1.0, text=DOC.text, doc_sha256=DOC.sha256,
    )  # fmt: skip
    return Evidence(passage=passage, start=start, end=start + len(text), text=text, score=0.9)


def test_a_leaning_sentence_brings_along_what_it_leans_on() -> None:
    found = whole(evidence("It was sold in 2004."), lambda _: DOC)
    assert found is not None
    assert (found.start, found.end) == (0, 49)
    assert found.text == "GE opened a unit in Gurgaon. It was sold in 2004."
    longer = whole(evidence("This surprised few."), lambda _: DOC)
    assert longer is not None and longer.text == DOC.text[:69]


def test_a_sentence_with_nothing_to_lean_on_is_left_out() -> None:
    assert whole(evidence("They left."), lambda _: DOC) is None


def test_a_sentence_that_stands_alone_stays_as_it_is() -> None:
    item = evidence("GE opened a unit in Gurgaon.")
    assert whole(item, lambda _: DOC) is item
