"""Compare a vector with many rows on one core, and find the best of them.

A product by BLAS wakes its threads, which then wait in a loop for some milliseconds: what runs next, and other work on
the machine, has to share its cores with them. Rows a few thousand long are compared by one core in less than it takes to wake.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 512  # rows that are widened at a time, so that they stay in the cache
SIGN_AND_REST = np.int32(-0x70002000)  # the bits of a widened number that come from the half
LIFT = np.float32(2.0**112)  # between the exponents of half and single precision


def dots(rows: "NDArray[np.float32]", vector: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return the product of each row (n, dimension) and a vector (dimension,)."""
    return np.asarray(np.vecdot(rows, vector), dtype=np.float32)


def half_dots(
    rows: "NDArray[np.float16]", at: "NDArray[np.int64]", vector: "NDArray[np.float32]"
) -> "NDArray[np.float32]":
    """Return the products of a vector (dimension,) and the rows at some places (places,), in single precision.

    The bits of a half, moved to where single precision has them, are the number divided by LIFT: four times as fast as
    numpy's own widening, and as exact, for numbers that are finite.
    """
    bits, lifted = np.asarray(rows).view(np.int16), vector * LIFT
    found = np.empty(len(at), dtype=np.float32)
    for start in range(0, len(at), BLOCK):
        wide = bits[at[start : start + BLOCK]].astype(np.int32)
        wide <<= 13
        wide &= SIGN_AND_REST
        found[start : start + BLOCK] = np.vecdot(wide.view(np.float32), lifted)
    return found


def best(
    scores: "NDArray[np.floating[Any]]", k: int, ranks: "NDArray[np.int64] | None" = None
) -> "NDArray[np.intp]":
    """Return where the k highest scores stand, best first; of equal ones the lower rank, by default the earlier."""
    held = np.arange(len(scores))
    if 0 < k < len(scores):
        held = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
    order = np.lexsort((held if ranks is None else ranks[held], -scores[held]))
    return held[order][:k]
