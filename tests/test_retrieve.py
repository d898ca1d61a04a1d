import pytest

from assistant.index.search import fuse


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


def test_few_words_in_common_count_little() -> None:
    # BM25 6 and 3 of 12 become .5 and .25
    fused = fuse([(7, 0.8), (4, 0.4)], [(3, 6.0), (9, 3.0)], 0.4, full=12.0)
    assert dict(fused) == {7: pytest.approx(0.4), 3: pytest.approx(0.3), 9: pytest.approx(0.15), 4: 0.0}
    assert fuse([], [(3, 6.0)], 0.0, full=4.0) == [(3, 1.0)]  # never more than in full


def test_one_side_alone_keeps_its_order() -> None:
    assert [at for at, _ in fuse([(2, 0.3), (1, 0.1)], [], 1.0)] == [2, 1]
    assert [at for at, _ in fuse([], [(5, 2.0), (1, 1.0)], 0.0)] == [5, 1]
    assert fuse([(3, 0.7)], [], 0.5) == [(3, 0.5)]


def test_ties_go_to_the_lower_position() -> None:
    assert [at for at, _ in fuse([(5, 0.9), (1, 0.2)], [(1, 4.0)], 0.5)] == [1, 5]
