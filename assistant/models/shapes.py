"""Shapes of batches: OpenVINO compiles each new one, which costs 10 ms and more, so there are to be few."""


def width(longest: int, step: int) -> int:
    """Return the tokens that rows are padded to."""
    return -(-longest // step) * step


def batches(count: int, most: int) -> list[slice]:
    """Return the batches of so many rows: of 1, 2, 4 ... each at most once, then of `most`, a power of 2."""
    found, start = [], 0
    while start < count:
        left = (count - start) % most
        size = left & -left or most
        found.append(slice(start, start + size))
        start += size
    return found
