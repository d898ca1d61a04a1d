"""How near the nearest sentence of each chunk is to a query.

A chunk that answers in one sentence and speaks of other things in four is far from the question by the vector of the
whole: it counts for as much as its best sentence does, too (MaxP, Dai and Callan 2019).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.index.lookup.vectors import half_dots
from assistant.models.embedder.embedder import unit_rows
from assistant.text.sentences import sentence_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.core.types import Chunk
    from assistant.models.embedder.embedder import Embedder

ROWS, STARTS = "sentences.npy", "sentence_starts.npy"


@dataclass(frozen=True, kw_only=True)
class NearestSentence:
    """The unit vectors of all sentences (n, dimension), and where those of each chunk start and end (chunks,)."""

    rows: "NDArray[np.float16]"
    starts: "NDArray[np.int64]"
    ends: "NDArray[np.int64]"

    @classmethod
    def load(cls, folder: Path) -> "NearestSentence | None":
        """Load what `write` wrote; None for a generation without."""
        if not (folder / ROWS).exists():
            return None
        bounds = np.load(folder / STARTS)
        return cls(rows=np.load(folder / ROWS, mmap_mode="r"), starts=bounds[:-1], ends=bounds[1:])

    def of(self, positions: Sequence[int]) -> "NearestSentence":
        """Return those of some chunks, in the order given."""
        at = np.asarray(positions, dtype=np.int64)
        return NearestSentence(rows=self.rows, starts=self.starts[at], ends=self.ends[at])

    def at(self, position: int) -> "NDArray[np.float16]":
        """Return the vectors of one chunk's sentences (sentences, dimension)."""
        return self.rows[self.starts[position] : self.ends[position]]

    def cosines(self, vector: Sequence[float], positions: Sequence[int]) -> "NDArray[np.float32]":
        """Return the cosine of a vector and the nearest sentence of each chunk (positions,), one at least."""
        at = np.asarray(positions, dtype=np.int64)
        sizes = self.ends[at] - self.starts[at]
        firsts = np.cumsum(sizes) - sizes
        places = np.repeat(self.starts[at] - firsts, sizes) + np.arange(sizes.sum())
        query = unit_rows(np.asarray([vector], dtype=np.float32))[0]
        return np.maximum.reduceat(half_dots(self.rows, places, query), firsts)


def embed_sentences(chunks: Sequence["Chunk"], embedder: "Embedder") -> dict[str, "NDArray[np.float16]"]:
    """Return the vectors of the sentences of each chunk by its id; a chunk without any counts as one."""
    texts = {chunk.chunk_id: _sentences(chunk.text) for chunk in chunks}
    distinct = list(dict.fromkeys(text for own in texts.values() for text in own))  # files repeat theirs
    at = {text: n for n, text in enumerate(distinct)}
    rows = embedder.encode(distinct).astype(np.float16)
    return {chunk_id: rows[[at[text] for text in own]] for chunk_id, own in texts.items()}


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)] or [text]


def write(folder: Path, chunks: Sequence["Chunk"], found: Mapping[str, "NDArray[np.float16]"]) -> None:
    """Write the vectors of the sentences of all chunks, in their order, into a generation's folder."""
    if not chunks:
        return
    np.save(folder / ROWS, np.concatenate([found[chunk.chunk_id] for chunk in chunks]))
    np.save(folder / STARTS, np.cumsum([0, *(len(found[chunk.chunk_id]) for chunk in chunks)]))
