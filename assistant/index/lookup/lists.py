"""Search many vectors without looking at all: they lie in lists around centres, and the lists nearest a query are read.

An inverted file (Sivic and Zisserman, 2003). Unlike a graph that each process completes for itself it is written once,
with its generation, and finds the same in every process. Only the lists that are read come into memory.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.index.lookup.vectors import best, dots
from assistant.models.embedder.embedder import unit_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

PROBED = 6  # the share of lists read is 1 / PROBED
SAMPLE = 64  # vectors of a list that centres are found from
ROUNDS = 8
BLOCK = 4096


class Lists:
    """The vectors of one generation, in lists; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._centres: NDArray[np.float32] = np.load(folder / "centres.npy")
        self._starts: NDArray[np.int64] = np.load(folder / "starts.npy")
        self._positions: NDArray[np.int64] = np.load(folder / "positions.npy")
        self._rows: NDArray[np.float32] = np.load(folder / "rows.npy", mmap_mode="r")

    def search(self, vector: Sequence[float], k: int) -> list[tuple[int, float]]:
        """Return up to k (position, cosine similarity), best first; of equal ones the earlier."""
        query = unit_rows(np.asarray([vector], dtype=np.float32))[0]
        count = max(1, len(self._centres) // PROBED)
        nearest = best(dots(self._centres, query), count)
        spans = [slice(self._starts[at], self._starts[at + 1]) for at in nearest]
        scores = np.concatenate([dots(self._rows[span], query) for span in spans])
        positions = np.concatenate([self._positions[span] for span in spans])
        return [(int(positions[at]), float(scores[at])) for at in best(scores, k, positions)]


def write_lists(
    folder: Path, count: int, dimension: int, rows_of: "Callable[[int, int], NDArray[np.float32]]"
) -> None:
    """Write the lists of `count` vectors; `rows_of(start, end)` returns those of some positions, of any length."""
    folder.mkdir()
    found = np.lib.format.open_memmap(
        folder / "unsorted.npy", mode="w+", dtype=np.float32, shape=(count, dimension)
    )
    for start in range(0, count, BLOCK):
        rows = rows_of(start, min(start + BLOCK, count))
        found[start : start + len(rows)] = unit_rows(rows)
    centres = _centres(found)
    nearest = np.concatenate(
        [np.argmax(found[at : at + BLOCK] @ centres.T, axis=1) for at in range(0, count, BLOCK)]
    )
    positions = np.argsort(nearest, kind="stable")
    held = np.lib.format.open_memmap(
        folder / "rows.npy", mode="w+", dtype=np.float32, shape=(count, dimension)
    )
    for start in range(0, count, BLOCK):
        held[start : start + BLOCK] = found[positions[start : start + BLOCK]]
    held.flush()
    sizes = np.bincount(nearest, minlength=len(centres))
    np.save(folder / "centres.npy", centres)
    np.save(folder / "positions.npy", positions.astype(np.int64))
    np.save(folder / "starts.npy", np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))
    del found
    (folder / "unsorted.npy").unlink()


def _centres(rows: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return as many centres, of unit length, as the root of the number of rows, by k-means on a sample."""
    draw = np.random.default_rng(7)
    count = int(len(rows) ** 0.5)
    sample = rows[np.sort(draw.choice(len(rows), min(len(rows), SAMPLE * count), replace=False))]
    centres = sample[draw.choice(len(sample), count, replace=False)]
    for _ in range(ROUNDS):
        nearest = np.concatenate(
            [np.argmax(sample[at : at + BLOCK] @ centres.T, axis=1) for at in range(0, len(sample), BLOCK)]
        )
        order = np.argsort(nearest, kind="stable")
        held, starts = np.unique(nearest[order], return_index=True)
        sums = np.add.reduceat(sample[order], starts, axis=0)
        centres = centres.copy()  # one without a row stays where it is
        centres[held] = unit_rows(sums)
    found: NDArray[np.float32] = centres
    return found
