from collections.abc import Callable
from dataclasses import replace

import pytest
from runs import answer, case, citation, claim, row

from eval.metrics.base.metric import Count
from eval.metrics.citations import citation_precision, citation_recall, citation_recall_all, localisation
from eval.run.types import Row, Span

FIRST = ("kpo", 100, "KPO needs experts.")  # to 118
SECOND = ("kpo", 200, "Experts cost more.")
OTHER = ("bpo", 0, "BPO is routine.")
Metric = Callable[[Row], Count | None]


def test_precision_is_the_share_of_an_answers_citations_that_overlap_gold() -> None:
    one = row(case("one", FIRST, OTHER), answer(FIRST, SECOND, OTHER, ("kpo", 118, " Next.")))
    assert citation_precision(one) == Count(part=0.5)
    # one character of the gold is enough
    assert citation_precision(row(case("one", FIRST), answer(("kpo", 117, ". Next.")))) == Count(part=1.0)


@pytest.mark.parametrize(("rule", "recall"), [("any", 1.0), ("all", 1 / 3)])
def test_recall_follows_the_rule_of_the_case(rule: str, recall: float) -> None:
    one = row(case("one", FIRST, SECOND, OTHER, gold_rule=rule), answer(FIRST))
    assert citation_recall(one) == Count(part=recall)


def test_recall_per_answer_asks_for_each_distinct_answer_once() -> None:
    gold = [
        Span(doc_id="kpo", start=100, end=118, answer="55"),
        Span(doc_id="kpo", start=200, end=218, answer="55"),
        Span(doc_id="bpo", start=0, end=15, answer="60"),
    ]
    both = replace(case("one", gold_rule="per_answer"), gold=tuple(gold))
    assert citation_recall(row(both, answer(FIRST))) == Count(part=0.5)
    assert citation_recall(row(both, answer(SECOND))) == Count(part=0.5)
    assert citation_recall(row(both, answer(SECOND, OTHER))) == Count(part=1.0)
    assert citation_recall(row(both, answer(FIRST, SECOND))) == Count(part=0.5)


def test_gold_documents_count_where_there_are_no_spans() -> None:
    any_of = case("one", gold_docs=("kpo", "law"))
    assert citation_precision(row(any_of, answer(FIRST, OTHER))) == Count(part=0.5)
    assert citation_recall(row(any_of, answer(FIRST, OTHER))) == Count(part=1.0)
    assert citation_recall(row(any_of, answer(OTHER))) == Count(part=0.0)
    all_of = case("one", gold_docs=("kpo", "law"), gold_rule="all")
    assert citation_recall(row(all_of, answer(FIRST, OTHER))) == Count(part=0.5)
    # with spans the documents do not matter
    spans = case("one", FIRST, gold_docs=("kpo",))
    assert citation_precision(row(spans, answer(SECOND))) == Count(part=0.0)


def test_declined_ones_are_left_out_but_for_recall_all() -> None:
    declined = row(case("one", FIRST), answer())
    assert citation_precision(declined) is None
    assert citation_recall(declined) is None
    assert localisation(declined) is None
    assert citation_recall_all(declined) == Count(part=0.0)
    assert citation_recall_all(row(case("one", FIRST), answer(FIRST))) == Count(part=1.0)


def test_an_answer_that_cites_nothing_has_recall_nought_and_no_precision() -> None:
    bare = row(case("one", FIRST), answer(claims=(claim("KPO needs experts.", origin="model"),), reason=None))
    assert citation_recall(bare) == Count(part=0.0)
    assert citation_precision(bare) is None


@pytest.mark.parametrize("metric", [citation_precision, citation_recall, citation_recall_all, localisation])
def test_unanswerable_cases_and_cases_without_gold_are_left_out(metric: Metric) -> None:
    assert metric(row(case(answerable=False), answer(FIRST))) is None
    assert metric(row(case(answers=("experts",)), answer(FIRST))) is None
    assert metric(row(case("one", FIRST), None)) is None


def placed(gold: tuple[str, int, str], *quotes: tuple[str, int, str]) -> Count | None:
    return localisation(row(case("one", gold), answer(*quotes)))


def test_a_quote_is_placed_where_each_of_its_sentences_holds_gold_words() -> None:
    word = ("kpo", 110, "experts")
    assert placed(word, FIRST) == Count(part=1, whole=1)  # the sentence around the gold word
    assert placed(word, ("kpo", 110, "experts.")) == Count(part=1, whole=1)
    assert placed(word, ("kpo", 100, "KPO needs experts. Experts cost more.")) == Count(part=0, whole=1)
    both = ("kpo", 100, "KPO needs experts. Experts cost more.")
    assert placed(both, ("kpo", 119, "Experts cost more.")) == Count(part=1, whole=1)
    assert placed(both, both) == Count(part=1, whole=1)
    assert placed(word, SECOND) == Count(part=0, whole=1)


def test_citations_of_other_documents_do_not_count_for_the_place() -> None:
    assert placed(FIRST, OTHER, SECOND, FIRST) == Count(part=1, whole=2)
    assert placed(FIRST, OTHER) is None
    # nor do documents marked as a whole
    assert localisation(row(case("one", gold_docs=("kpo",)), answer(FIRST))) is None


def test_a_span_of_another_document_at_the_same_place_does_not_match() -> None:
    one = row(case("one", FIRST, OTHER), answer(citations=(citation(1, ("bpo", 100, "Else.")),)))
    assert localisation(one) == Count(part=0, whole=1)
