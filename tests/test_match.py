"""What a sentence has in common with a question: words, their counterparts, the kind of answer asked for."""

import numpy as np
import pytest

from assistant.core.types import Evidence, Passage
from assistant.index.lookup.lexical import LexicalIndex
from assistant.models.embedder.embedder import Tokens
from assistant.question.kind import holds, kinds
from assistant.write.quote.match import FEATURES, Embedded, measure

LEXICAL = LexicalIndex.build(["GE sold GECIS", "Genpact bought GECIS", "payroll", "invoices"])
QUESTION = "Who sold GECIS?"


def passage(chunk_id: str, text: str, section: str = "") -> Passage:
    return Passage(
        chunk_id=chunk_id, doc_id="ge", title="History", source="ge.md", section=section, page=None,
        start=0, end=len(text), score=0.03, text=text, doc_sha256="0" * 64,
    )  # fmt: skip


def candidate(chunk_id: str, text: str, section: str = "") -> Evidence:
    return Evidence(passage=passage(chunk_id, text, section), start=0, end=len(text), text=text)


def spelt(*rows: tuple[float, float], spans: list[tuple[int, int]] | None = None) -> Tokens:
    return Tokens(vectors=np.array(rows, dtype=np.float32), spans=spans or [(0, 1)] * len(rows))


def measured(*found: Evidence, tokens: list[Tokens], question: str = QUESTION) -> list[dict[str, float]]:
    embedded = Embedded(
        question=np.array([1.0, 0.0]),
        question_tokens=spelt((0, 1), (1, 0), (0.6, 0.8), spans=[(0, 3), (4, 8), (9, 14)]),
        vectors=np.array([[1.0, 0.0], [0.6, 0.8]][: len(found)], dtype=np.float32),
        tokens=tokens,
    )
    rows = measure(question, embedded, found, LEXICAL)
    return [dict(zip(FEATURES, row.tolist(), strict=True)) for row in rows]


def test_words_that_occur_count_whole_and_others_by_their_closest_counterpart() -> None:
    # idf: sold ln(1 + 4/2) = 1.0986, GECIS ln(1 + 4/3) = 0.8473; shares 0.5645 and 0.4355 (1e-3 is added to each)
    (row,) = measured(candidate("a", "Genpact now owns GECIS."), tokens=[spelt((0.8, 0.6), (0, 1))])
    assert row["coverage"] == pytest.approx(0.4355, abs=1e-3)
    # "sold" (1, 0) is nearest to (0.8, 0.6): 0.8; GECIS occurs: 1
    assert row["words"] == pytest.approx(0.8 * 0.5645 + 0.4355, abs=1e-3)
    assert row["weakest"] == pytest.approx(0.8, abs=1e-6)
    assert (row["cosine"], row["rank"], row["length"]) == (1.0, 1.0, 0.1)


def test_every_token_of_the_question_counts_a_little() -> None:
    # nearest: "who" (0, 1) to (0, 1): 1; "sold" 0.8; GECIS (0.6, 0.8) to (0.8, 0.6): 0.96
    (row,) = measured(candidate("a", "Genpact now owns GECIS."), tokens=[spelt((0.8, 0.6), (0, 1))])
    weights = np.array([0.3, 0.3 + 1.0986, 0.3 + 0.8473])
    assert row["tokens"] == pytest.approx(float(weights @ [1, 0.8, 0.96]) / weights.sum(), abs=1e-3)
    assert row["back"] == pytest.approx(1.0)  # the closest of two sentence tokens, (0, 1), meets "who"


def test_a_heading_makes_up_for_a_missing_word_and_later_passages_rank_lower() -> None:
    first, second = measured(
        candidate("a", "Genpact now owns it.", section="GECIS sold"),
        candidate("b", "Payroll is done here."),
        tokens=[spelt((0, 1)), spelt((0, 1))],
    )
    assert (first["coverage"], first["weakest"]) == (0.0, 1.0)
    assert first["passage_coverage"] == pytest.approx(1.0)
    assert second["passage_coverage"] == 0.0
    assert second["weakest"] == pytest.approx(0.0, abs=1e-6)  # nothing like "sold" (1, 0)
    assert (first["rank"], second["rank"]) == (1.0, 0.5)
    assert second["passage_cosine"] == pytest.approx(0.6)


def test_the_kind_of_answer_asked_for_counts_for_or_against() -> None:
    first, second = measured(
        candidate("a", "It was sold by General Electric."),
        candidate("b", "It was sold by its owner."),
        tokens=[spelt((0, 1)), spelt((0, 1))],
    )
    assert (first["person_asked"], second["person_asked"]) == (1.0, -1.0)
    assert (first["date_asked"], first["number_asked"]) == (0.0, 0.0)


def test_a_question_without_content_words_has_no_weakest_word() -> None:
    (row,) = measured(candidate("a", "Genpact now owns it."), tokens=[spelt((0, 1))], question="Who is it?")
    assert (row["words"], row["coverage"], row["weakest"]) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was GECIS sold?", {"date"}),
        ("How many people work there?", {"number"}),
        ("How does it work?", {"means"}),
        ("Who bought it?", {"person"}),
        ("Why did costs rise?", {"cause"}),
        ("What is a captive centre?", {"meaning"}),
        ("In which country is it?", {"place"}),
        ("Does it pay?", set()),
    ],
)
def test_kinds_of_answer(question: str, expected: set[str]) -> None:
    assert kinds(question) == expected


@pytest.mark.parametrize(
    ("kind", "question", "sentence", "held"),
    [
        ("date", "When did it end after 2004?", "It ended in 2009.", True),
        ("date", "When did it end after 2004?", "It ended after 2004.", False),
        ("number", "How many of the 12 stayed?", "All 12 were asked.", False),
        ("number", "How many of the 12 stayed?", "Of the 12, 9 stayed.", True),
        ("person", "Who bought GECIS?", "In short, GECIS was bought.", False),
        ("person", "Who bought GECIS?", "It was Bain who bought GECIS.", True),
        ("place", "Where is the centre?", "The centre is in Manila.", True),
        ("cause", "Why?", "It failed because of cost.", True),
        ("means", "How?", "By sharing the work.", True),
        ("meaning", "What is BPO?", "BPO saves money.", False),
    ],
)
def test_what_a_sentence_holds(kind: str, question: str, sentence: str, held: bool) -> None:
    assert holds(kind, question, [sentence]) == [held]
