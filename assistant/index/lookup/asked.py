"""Questions that a document answers, each with the sentences that answer it, matched like to like.

Whoever writes a document knows what it is read for; a question put in other words is closer to another question
than to the sentence that answers both (as in FAQ retrieval: Sakata et al., SIGIR 2019).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.core.types import AskedQuestion, Document
from assistant.index.lookup.vectors import best, dots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.models.embedder.embedder import Embedder

ROWS, VECTORS = "questions.jsonl", "questions.npy"


@dataclass(frozen=True, kw_only=True)
class AskedIndex:
    """The questions of every document, and their unit vectors (n, dimension) in the same order."""

    rows: tuple[tuple[str, AskedQuestion], ...] = ()  # document id and question
    matrix: "NDArray[np.float32]"

    @classmethod
    def load(cls, folder: Path, dimension: int) -> "AskedIndex":
        """Load what `write` wrote; an index built before has no questions."""
        if not (folder / ROWS).exists():
            return cls(matrix=np.zeros((0, dimension), dtype=np.float32))
        with (folder / ROWS).open(encoding="utf-8") as lines:
            bodies = [json.loads(line) for line in lines]
        rows = zip((body["doc_id"] for body in bodies), read_asked(bodies), strict=True)
        return cls(rows=tuple(rows), matrix=np.load(folder / VECTORS).astype(np.float32))

    def holds(self, word: str) -> bool:
        """Tell whether a word as written occurs in a question, in singular or plural."""
        return word.lower().removesuffix("s") in self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        text = " ".join(asked.question for _, asked in self.rows).lower()
        return frozenset(word.removesuffix("s") for word in re.findall(r"[^\W_]+", text))

    def nearest(self, vector: Sequence[float], k: int) -> list[tuple[float, str, AskedQuestion]]:
        """Return up to k (cosine, document id, question), closest first; `vector` is the question's unit vector."""
        if not self.rows:
            return []
        cosines = dots(self.matrix, np.asarray(vector, dtype=np.float32))
        return [(float(cosines[at]), *self.rows[at]) for at in best(cosines, k)]


def asked_index(
    documents: Mapping[str, Document], embedder: "Embedder", known: AskedIndex | None = None
) -> AskedIndex:
    """Return the questions of all documents with their vectors; those in `known` are not embedded again."""
    rows = tuple((doc_id, asked) for doc_id, document in documents.items() for asked in document.questions)
    if not rows:
        return AskedIndex(matrix=np.zeros((0, embedder.dimension), dtype=np.float32))
    vectors = {}
    if known is not None:
        vectors = {asked.question: row for (_, asked), row in zip(known.rows, known.matrix, strict=True)}
    new = [text for text in dict.fromkeys(asked.question for _, asked in rows) if text not in vectors]
    if new:
        vectors |= dict(zip(new, embedder.encode(new), strict=True))
    return AskedIndex(rows=rows, matrix=np.stack([vectors[asked.question] for _, asked in rows]))


def write(
    folder: Path, documents: Mapping[str, Document], embedder: "Embedder", known: AskedIndex | None
) -> None:
    """Write the questions of all documents and their vectors into a generation's folder."""
    found = asked_index(documents, embedder, known)
    if not found.rows:
        return
    with (folder / ROWS).open("w", encoding="utf-8") as out:
        for doc_id, asked in found.rows:
            out.write(json.dumps({"doc_id": doc_id} | asdict(asked), ensure_ascii=False) + "\n")
    np.save(folder / VECTORS, found.matrix.astype(np.float16))


def read_asked(bodies: Iterable[Mapping[str, Any]]) -> tuple[AskedQuestion, ...]:
    """Return questions from plain JSON types."""
    return tuple(
        AskedQuestion(question=str(body["question"]), spans=tuple((int(a), int(b)) for a, b in body["spans"]))
        for body in bodies
    )
