"""Shapes of batches: OpenVINO compiles each new one, which costs 10 ms and more, so there are to be few."""

from collections.abc import Iterator

STEP = 8  # tokens


def width(longest: int, step: int = STEP) -> int:
    """Return the tokens that rows are padded to."""
    return -(-longest // step) * step


def batches(count: int, most: int) -> Iterator[slice]:
    """Yield the batches of so many rows: of 1, 2, 4 ... each at most once, then of `most`, a power of 2."""
    start = 0
    while start < count:
        left = (count - start) % most
        size = left & -left or most
        yield slice(start, start + size)
        start += size
