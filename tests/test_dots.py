"""Rows are compared with a vector on one core, halves in single precision."""

import numpy as np
import pytest

from assistant.index.lookup.vectors import BLOCK, dots, half_dots


def test_rows_and_a_vector() -> None:
    rows = np.array([[1, 2], [3, 4], [0, -1]], dtype=np.float32)
    assert dots(rows, np.array([10, 1], dtype=np.float32)).tolist() == [12.0, 34.0, -1.0]


def test_every_finite_half_is_widened_exactly() -> None:
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    rows = halves[np.isfinite(halves)].reshape(-1, 1)
    places = np.arange(len(rows))
    found = half_dots(rows, places, np.array([1.0], dtype=np.float32))
    assert len(rows) == 63488
    assert np.array_equal(found, rows[:, 0].astype(np.float32))


@pytest.mark.parametrize("count", [0, 1, BLOCK, BLOCK + 1])
def test_rows_are_taken_in_the_order_asked_for(count: int) -> None:
    rows = np.array([[1, 0], [0, 0.5]], dtype=np.float16)
    places = np.arange(count) % 2
    found = half_dots(rows, places, np.array([3, 4], dtype=np.float32))
    assert found.tolist() == [(3.0, 2.0)[n % 2] for n in range(count)]
