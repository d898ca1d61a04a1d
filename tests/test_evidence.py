from pathlib import Path

import numpy as np
import pytest
from helpers import chunks_of, document, settings_in

from assistant.embedder import HashEmbedder
from assistant.evidence import FEATURES, candidates, close_to_best, features, lacking, names, select
from assistant.lexical import LexicalIndex
from assistant.retrieve import search
from assistant.store import Store
from assistant.types import Evidence, Passage
from assistant.write import IndexWriter

TEXT = "In 2004 GE sold 60 per cent of GECIS. The unit became Genpact. The unit became Genpact."


def passage(text: str = TEXT) -> Passage:
    return Passage(
        chunk_id="ge:100-187", doc_id="ge", title="History", source="ge.md", section="Deals", page=None,
        start=100, end=100 + len(text), score=0.03, text=text, doc_sha256="0" * 64,
    )  # fmt: skip


def evidence(text: str, score: float = 0.9) -> Evidence:
    return Evidence(passage=passage(text), start=100, end=100 + len(text), text=text, score=score)


def test_candidates_carry_document_offsets_and_come_once() -> None:
    assert [(item.start, item.end, item.text) for item in candidates([passage()])] == [
        (100, 137, "In 2004 GE sold 60 per cent of GECIS."),
        (138, 162, "The unit became Genpact."),
    ]


def test_features_of_a_sentence_that_holds_every_word_asked_for() -> None:
    found = candidates([passage()])
    vectors = np.array([[1.0, 0.0], [0.6, 0.8]])
    rows = features("When was GECIS sold?", np.array([1.0, 0.0]), found, vectors, LexicalIndex.build([TEXT]))
    row = dict(zip(FEATURES, rows[0], strict=True))
    assert (row["cosine"], row["coverage"], row["wanted"], row["rank"]) == (1.0, 1.0, 1.0, 1.0)
    other = dict(zip(FEATURES, rows[1], strict=True))
    assert (other["cosine"], other["coverage"], other["wanted"]) == (0.6, 0.0, 0.0)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who coined the term KPO?", ["KPO"]),
        ("Does Zambia have BPO centres?", ["Zambia", "BPO"]),
        ("GE sold what?", ["GE"]),
        ("Outsourcing means what?", []),
    ],
)
def test_names_in_a_question(question: str, words: list[str]) -> None:
    assert names(question) == words


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What did Zambia sell?", "The corpus never mentions 'Zambia'."),
        ("What did GE sell in 2019?", "The nearest passages say nothing about 2019."),
        ("How much did Genpact pay?", "The nearest passages hold no figure or date that would answer this."),
        ("What did GE sell in 2004?", None),
    ],
)
def test_a_near_miss_is_told_apart_by_what_is_lacking(question: str, reason: str | None) -> None:
    texts = ["In 2004 GE sold it."] if "GE" in question else ["The unit became Genpact."]
    assert (
        lacking(question, [evidence(text) for text in texts], LexicalIndex.build([TEXT, "did sell pay"]))
        == reason
    )


def test_only_evidence_close_to_the_best_is_kept() -> None:
    scores = [0.98, 0.9, 0.88, 0.4]  # odds 49, 9, 7.3: a sixth of 49 is 8.2
    kept = close_to_best([evidence("Some words here.", score) for score in scores], 0.5)
    assert [item.score for item in kept] == [0.98, 0.9]
    assert close_to_best([evidence("Some words here.", 0.4)], 0.5) == []


def test_select_ranks_the_answering_sentence_first(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    doc = document(
        "ge", TEXT, "BPO follows rules and needs basic training.", "Payroll is a back-office service."
    )
    with IndexWriter(settings, HashEmbedder(), {}) as writer:
        writer.put(doc, chunks_of(doc), raw_sha256="")
        writer.commit()
    store = Store.open(settings, HashEmbedder())
    question = "What training does BPO need?"
    vector = HashEmbedder().embed_query(question)
    best = select(store, question, vector, search(store, question, 3), 2)
    assert best[0].text == "BPO follows rules and needs basic training."
    assert doc.text[best[0].start : best[0].end] == best[0].text
    assert len(best) == 2
    assert best[0].score > best[1].score


def test_the_same_words_in_two_documents_are_retrieved_once(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with IndexWriter(settings, HashEmbedder(), {}) as writer:
        for doc_id in ("a", "b"):
            doc = document(doc_id, "Payroll is a back-office service.", f"Only in {doc_id}: other words.")
            writer.put(doc, chunks_of(doc), raw_sha256="")
        writer.commit()
    found = search(Store.open(settings, HashEmbedder()), "back-office payroll", 10)
    assert [item.text for item in found].count("Payroll is a back-office service.") == 1
    assert len(found) == 3
