"""The best of many scores, without sorting all of them."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def best(
    scores: "NDArray[np.floating[Any]]", k: int, ranks: "NDArray[np.int64] | None" = None
) -> "NDArray[np.intp]":
    """Return where the k highest scores stand, best first; of equal ones the lower rank, by default the earlier."""
    held = np.arange(len(scores))
    if 0 < k < len(scores):
        held = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
    order = np.lexsort((held if ranks is None else ranks[held], -scores[held]))
    return held[order][:k]
