from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers import chunks_of, document, settings_in

from assistant.core.settings import load_settings
from assistant.core.types import Evidence, Passage
from assistant.index.lookup.lexical import LexicalIndex
from assistant.index.search import search
from assistant.index.store import Store
from assistant.index.writer import IndexWriter
from assistant.models.embedder.embedder import HashEmbedder
from assistant.models.embedder.load import load_embedder
from assistant.models.judge.judge import LateJudge
from assistant.models.reader.reader import load_reader
from assistant.question.names import names
from assistant.write.quote.evidence import candidates, close_to_best, embed, lacking, select, unheard
from assistant.write.quote.match import FEATURES, measure
from assistant.write.quote.probability import (
    answer_features,
    answer_logit,
    joined,
    rank,
    read,
    settled,
    told,
    weights,
)

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
        ("What did Zambia sell?", "The articles never mention “Zambia”."),
        ("What did GE sell in 2019?", "The nearest passages say nothing about 2019."),
        ("How much did Genpact pay?", "The nearest passages hold no figure or date that would answer this."),
        ("What did GE sell in 2004?", None),
        ("What did GE sell in June?", None),
        ("What did GE sell on Mon?", None),
        ("What did GE sell to the HSE?", None),
        ("What does HSE stand for?", "The articles never mention “HSE”."),
        ("What did GE sell to the E33?", "The articles never mention “E33”."),
    ],
)
def test_a_near_miss_is_told_apart_by_what_is_lacking(question: str, reason: str | None) -> None:
    texts = ["In 2004 GE sold it."] if "GE" in question else ["The unit became Genpact."]
    assert (
        lacking(question, [evidence(text) for text in texts], LexicalIndex.build([TEXT, "did sell pay"]))
        == reason
    )


def test_what_an_abbreviation_stands_for_is_said_by_words_that_spell_it() -> None:
    question, lexical = "What does HACCP stand for?", LexicalIndex.build(["The HACCP plan is kept."])
    said = "HACCP means hazard analysis and critical control points."
    assert lacking(question, [evidence("The HACCP plan is kept.")], lexical) == (
        "The nearest passages do not say what HACCP stands for."
    )
    assert lacking(question, [evidence(said)], lexical) is None
    assert lacking("What is the HACCP plan?", [evidence("The HACCP plan is kept.")], lexical) is None


def test_what_no_article_holds_is_told() -> None:
    lexical = LexicalIndex.build([TEXT])
    assert unheard("Did GE sell GECIS to the HSE in Zambia in June?", lexical) == ["HSE", "Zambia"]


def test_only_evidence_close_to_the_best_is_kept() -> None:
    scores = [0.98, 0.9, 0.88, 0.4]  # odds 49, 9, 7.3: a sixth of 49 is 8.2
    kept = close_to_best([evidence("Some words here.", score) for score in scores], 0.5)
    assert [item.score for item in kept] == [0.98, 0.9]
    assert close_to_best([evidence("Some words here.", 0.4)], 0.5) == []
    scores = [0.55, 0.3, 0.24]  # odds 1.22, 0.43, 0.32: all within a sixth, the last below half the floor
    kept = close_to_best([evidence("Some words here.", score) for score in scores], 0.5)
    assert [item.score for item in kept] == [0.55, 0.3]


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
    assert len(best) == 1  # the others name nobody of those asked about


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


def found_in(*places: tuple[str, str]) -> list[Evidence]:
    """Return one candidate for each (chunk, text)."""
    return [
        Evidence(passage=replace(passage(text), chunk_id=chunk), start=0, end=len(text), text=text)
        for chunk, text in places
    ]


def rows_of(**columns: list[float]) -> np.ndarray:
    """Return feature rows with the given columns, the others 0."""
    zero = [0.0] * len(next(iter(columns.values())))
    return np.array([columns.get(name, zero) for name in FEATURES]).T


def test_ranks_are_a_weighted_sum_and_hand_set_rules() -> None:
    found = found_in(("a", "BPO is cheap, while KPO is dear."), ("b", "This article is about BPO and KPO."))
    rows = rows_of(words=[0.5, 0.5], cosine=[0.0, 1.0])
    ranks = rank("How do BPO and KPO differ?", found, rows, dict.fromkeys(FEATURES, 0.0) | {"words": 2.0})
    assert ranks.tolist() == [1.0 + 1.5, 1.0 - 1.0]  # sets them against each other; speaks of the text itself
    assert rank("What is BPO?", found, rows, dict.fromkeys(FEATURES, 0.0) | {"words": 2.0})[0] == 1.0


def test_the_chance_to_answer_looks_at_the_best_sentence_and_its_lead() -> None:
    found = found_in(("a", "One."), ("a", "Two."), ("b", "Three."))
    rows = rows_of(cosine=[0.2, 0.7, 0.9], passage_cosine=[0.4, 0.4, 0.5], weakest=[0.1, 0.6, 0.3])
    values = answer_features(found, rows, np.array([1.0, 4.0, 2.5]))
    assert values == {"cosine": 0.7, "passage_cosine": 0.4, "weakest": 0.6, "lead": 1.5}
    alone = answer_features(found[:2], rows[:2], np.array([1.0, 4.0]))
    assert alone["lead"] == 3.0  # as far as a lead counts
    fitted = {"cosine": 1.0, "passage_cosine": 10.0, "weakest": 0.0, "lead": 2.0, "bias": -5.0}
    assert answer_logit(found, rows, np.array([1.0, 4.0, 2.5]), None, fitted) == pytest.approx(2.7)


def test_what_the_reader_did_not_read_counts_as_the_worst_it_read() -> None:
    ranks = np.array([2.0, 1.0, 2.0])
    both = joined(ranks, np.array([-1.0, 3.0, np.nan]))
    assert both[0] == both[2]
    assert both[1] > both[0]
    assert joined(ranks, None).tolist() == ranks.tolist()


def test_what_the_judge_says_is_weighed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = {"rank": 1.0, "told": 2.0, "logit": 0.5, "own": 1.0, "bias": -1.0}
    monkeypatch.setitem(weights(), "told", fitted)
    logit, ranks = settled(4.0, np.array([3.0, 2.0, 1.0]), np.array([-1.0, 1.5, np.nan]))
    assert ranks.tolist() == [1.0, 5.0, -1.0]  # the one it was not asked about has the worst it said
    assert logit == -1.0 + 0.5 * 4.0 + 1.5


def test_the_judge_is_asked_about_the_likeliest_sentences(tmp_path: Path) -> None:
    texts = [
        "The lease ends in May.",
        "The fee is 40 euros a month.",
        "Pets are kept outside.",
        "Tea is free.",
    ]
    found = found_in(*(("a", text) for text in texts), ("b", "Ships need pilots."))
    judge = LateJudge(load_settings())
    assert not judge.missing, "run `bpo-kpo setup`"
    odds = told(judge, "What does it cost each month?", found, np.array([2.0, 1.5, 1.2, 1.0, 0.9]))
    assert odds is not None
    assert np.isnan(odds).tolist() == [False] * 4 + [True]  # four at most
    assert int(np.nanargmax(odds)) == 1
    ahead = told(judge, "What does it cost each month?", found, np.array([3.0, 1.0, 0.9, 3.5, 0.0]))
    assert ahead is not None
    assert np.isnan(ahead).tolist() == [False, True, True, False, True]  # far behind the likeliest
    nowhere = LateJudge(load_settings(data_dir=tmp_path), usual=tmp_path)
    assert told(nowhere, "What does it cost?", found, np.zeros(5)) is None


def test_the_best_score_is_the_chance_to_answer_and_others_follow_its_odds(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    doc = document(
        "ge", "BPO follows rules.", "Payroll is a back-office service.", "Cakes need sugar and eggs."
    )
    with IndexWriter(settings, HashEmbedder(), {}) as writer:
        writer.put(doc, chunks_of(doc), raw_sha256="")
        writer.commit()
    store = Store.open(settings, HashEmbedder())

    def best(question: str) -> list[Evidence]:
        vector = HashEmbedder().embed_query(question)
        return select(store, question, vector, search(store, question, 3), 3)

    asked, other = best("Is payroll a back-office service?"), best("Which bank lends most?")
    assert asked[0].text == "Payroll is a back-office service."
    assert asked[0].score > 0.5 > other[0].score
    assert [item.score for item in asked] == sorted((item.score for item in asked), reverse=True)


def test_the_reader_reads_the_likeliest_passages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.write.quote.probability.READ", 4)
    settings = load_settings(data_dir=tmp_path, model="none")
    embedder, reader = load_embedder(settings), load_reader(settings)
    assert reader is not None
    texts = [
        "Ashish Gupta first used the term KPO in 2002.",
        "KPO work pays well.",
        "A KPO team writes reports.",
        "The term of a KPO contract is five years.",
        "Cakes need sugar and eggs.",
    ]
    doc = document("terms", *texts)
    with IndexWriter(settings, embedder, {}) as writer:
        writer.put(doc, chunks_of(doc), raw_sha256="")
        writer.commit()
    store, question = Store.open(settings, embedder), "Who first used the term KPO?"
    vector = embedder.embed_query(question)
    found = candidates(search(store, question, 5, vector=vector))
    embedded = embed(store, question, vector, found)
    ranks = rank(question, found, measure(question, embedded, found, store.lexical))
    odds = read(reader, store, question, embedded, found, ranks)
    by_text = {item.text: value for item, value in zip(found, odds, strict=True)}
    assert np.isnan(by_text["Cakes need sugar and eggs."])
    assert max(texts[:4], key=by_text.__getitem__) == texts[0]
    assert select(store, question, vector, search(store, question, 5), 2, reader)[0].text == texts[0]
