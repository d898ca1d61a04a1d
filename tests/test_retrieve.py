import pytest

from assistant.retrieve import fuse
from eval.ranking import ndcg, recall


def test_fusing_two_rankings_by_reciprocal_ranks() -> None:
    fused = dict(fuse([([7, 3], 0.5), ([3, 9], 0.5)]))
    assert fused == {
        3: pytest.approx(0.5 / 62 + 0.5 / 61),
        7: pytest.approx(0.5 / 61),
        9: pytest.approx(0.5 / 62),
    }
    assert [at for at, _ in fuse([([7, 3], 0.5), ([3, 9], 0.5)])] == [3, 7, 9]


def test_ties_go_to_the_lower_position() -> None:
    assert [at for at, _ in fuse([([5, 1], 0.5), ([1, 5], 0.5)])] == [1, 5]


def test_ndcg_worked_by_hand() -> None:
    # gains 1 at rank 2 of an ideal [2, 1]: (1/log2 3) / (2/log2 2 + 1/log2 3) = 0.6309 / 2.6309
    assert ndcg(["x", "b"], {"a": 2, "b": 1}, 10) == pytest.approx(0.2398, abs=1e-4)
    assert ndcg(["a", "b"], {"a": 2, "b": 1}, 10) == 1.0
    assert ndcg(["a"], {"a": 0}, 10) == 0.0


def test_recall_counts_relevant_ids_only() -> None:
    assert recall(["a", "x", "b"], {"a": 1, "b": 2, "c": 1, "x": 0}, 2) == pytest.approx(1 / 3)
