import pytest
from runs import case, row

from eval.metrics.retrieval import mrr_at_10, ndcg_at_10, ranking_scores, recall_at_5, recall_at_10
from eval.run.types import Ranked, Row


def ranked(*names: str) -> list[Ranked]:
    return [
        Ranked(chunk_id=name, doc_id=name.split(":")[0], start=0, end=9, score=0.5) for name in names
    ]  # equal scores: the order given is the ranking


def of(metric: object, *rows: Row) -> list[float | None]:
    return [count and count.part for count in metric(rows)]  # type: ignore[operator]


def test_ndcg_worked_by_hand() -> None:
    # gains 1 at rank 2 of an ideal [2, 1]: (1/log2 3) / (2/log2 2 + 1/log2 3) = 0.6309 / 2.6309
    found = ranking_scores([["x", "b"], ["a", "b"], ["a"]], [{"a": 2, "b": 1}, {"a": 2, "b": 1}, {"a": 0}])
    assert [one["nDCG@10"] for one in found] == [pytest.approx(0.2398, abs=1e-4), 1.0, 0.0]


def test_recall_counts_relevant_ids_only() -> None:
    ranking = ["a", "x", "y", "z", "v", "b"]
    found = ranking_scores([ranking], [{"a": 1, "b": 2, "c": 1, "x": 0}])[0]
    assert found["R@5"] == pytest.approx(1 / 3)
    assert found["R@10"] == pytest.approx(2 / 3)


def test_a_row_is_measured_by_its_chunks() -> None:
    one = row(case(), None, relevant={"k:9-12": 1, "b:0-9": 1}, ranking=ranked("b:40-50", "k:9-12", "b:0-9"))
    # gains at ranks 2 and 3 of an ideal at 1 and 2: (0.6309 + 0.5) / (1 + 0.6309)
    assert of(ndcg_at_10, one) == [pytest.approx(0.6934, abs=1e-4)]
    assert of(mrr_at_10, one) == [0.5]
    assert of(recall_at_5, one) == of(recall_at_10, one) == [1.0]


def test_documents_stand_where_their_first_chunk_does() -> None:
    ranking = ranked("b:40-50", "b:0-9", "k:9-12", "b:60-70", "k:20-30")
    one = Row(case=case(), answer=None, ranking=tuple(ranking), relevant={"k": 1}, by_document=True)
    assert of(mrr_at_10, one) == [0.5]
    assert of(ndcg_at_10, one) == [pytest.approx(0.6309, abs=1e-4)]


def test_what_stands_beyond_the_tenth_is_not_found() -> None:
    one = row(case(), None, relevant={"z:1": 1}, ranking=ranked(*(f"x:{n}" for n in range(10)), "z:1"))
    assert of(recall_at_10, one) == of(mrr_at_10, one) == of(ndcg_at_10, one) == [0.0]


def test_cases_without_anything_relevant_are_left_out_and_others_keep_their_places() -> None:
    none = row(case("none"), None, ranking=ranked("a:1"))
    zero = row(case("zero"), None, relevant={"a:1": 0}, ranking=ranked("a:1"))
    good = row(case("good"), None, relevant={"a:1": 1}, ranking=ranked("a:1"))
    lost = row(case("lost"), None, relevant={"a:1": 1})
    assert of(ndcg_at_10, none, good, zero, lost) == [None, 1.0, None, 0.0]
    assert of(ndcg_at_10, none) == [None]
    assert of(ndcg_at_10) == []
