import pytest

from assistant.retrieve import fuse
from eval.ranking import ndcg, recall


def test_fusing_mixes_stretched_cosines_with_bm25_over_its_best() -> None:
    # cosines .8 .5 .4 become 1, .25, 0; BM25 6 and 3 become 1 and .5
    fused = fuse([(7, 0.8), (3, 0.5), (4, 0.4)], [(3, 6.0), (9, 3.0)], 0.4)
    assert dict(fused) == {
        3: pytest.approx(0.4 * 0.25 + 0.6),
        7: pytest.approx(0.4),
        9: pytest.approx(0.3),
        4: 0.0,
    }
    assert [at for at, _ in fused] == [3, 7, 9, 4]


def test_one_side_alone_keeps_its_order() -> None:
    assert [at for at, _ in fuse([(2, 0.3), (1, 0.1)], [], 1.0)] == [2, 1]
    assert [at for at, _ in fuse([], [(5, 2.0), (1, 1.0)], 0.0)] == [5, 1]
    assert fuse([(3, 0.7)], [], 0.5) == [(3, 0.5)]


def test_ties_go_to_the_lower_position() -> None:
    assert [at for at, _ in fuse([(5, 0.9), (1, 0.2)], [(1, 4.0)], 0.5)] == [1, 5]


def test_ndcg_worked_by_hand() -> None:
    # gains 1 at rank 2 of an ideal [2, 1]: (1/log2 3) / (2/log2 2 + 1/log2 3) = 0.6309 / 2.6309
    assert ndcg(["x", "b"], {"a": 2, "b": 1}, 10) == pytest.approx(0.2398, abs=1e-4)
    assert ndcg(["a", "b"], {"a": 2, "b": 1}, 10) == 1.0
    assert ndcg(["a"], {"a": 0}, 10) == 0.0


def test_recall_counts_relevant_ids_only() -> None:
    assert recall(["a", "x", "b"], {"a": 1, "b": 2, "c": 1, "x": 0}, 2) == pytest.approx(1 / 3)
