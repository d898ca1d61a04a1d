"""Vectors of sentences that a server keeps: a record for each chunk beside its texts, by the hash of what was embedded.

A machine reads them once and searches its own copy, as it does with words: each question needs those of many chunks.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.core.types import Chunk
from assistant.index.generation import read_chunks
from assistant.index.lookup import nearest_sentence
from assistant.index.lookup.nearest_sentence import NearestSentence, embed_sentences
from assistant.index.manifest import Manifest, digest
from assistant.index.served.server import PIECE, RECORDS, ServerIndex
from assistant.models.embedder.embedder import Embedder

if TYPE_CHECKING:
    from numpy.typing import NDArray

BATCH = 64
MOST_PIECES = 1000  # of one chunk: what a server sends is not trusted
Rows = Mapping[str, "NDArray[np.float16]"]  # by the name of a chunk's record


class WrittenSentences:
    """The vectors of sentences of a generation that is being written."""

    def __init__(self, server: ServerIndex, embedder: Embedder) -> None:
        self._server, self._embedder = server, embedder
        self._made: dict[str, NDArray[np.float16]] = {}

    def add(self, chunks: Sequence[Chunk]) -> None:
        """Embed the sentences of chunks and keep them on the server."""
        names = {chunk.chunk_id: _name(self._embedder.weights_sha256, chunk) for chunk in chunks}
        rows = embed_sentences(chunks, self._embedder)
        made = {names[chunk_id]: own for chunk_id, own in rows.items()}
        self._server.put_pieces({key: piece for name in made for key, piece in _cut(name, made[name])})
        self._made |= made

    def write(self, folder: Path, base: Path | None, *, anew: bool) -> None:
        """Write those of all chunks into a generation's folder; what neither the base nor the server has is embedded."""
        chunks = list(read_chunks(folder))
        weights = self._embedder.weights_sha256
        known = _kept_in(base) | self._made
        if not anew:  # of a writer that died
            known |= _read(self._server, _without(chunks, weights, known), self._embedder.dimension)
        new = list(_without(chunks, weights, known).values())
        for start in range(0, len(new), BATCH):
            self.add(new[start : start + BATCH])
        _write(folder, chunks, weights, known | self._made)


def follow_sentences(folder: Path, before: Path | None, manifest: Manifest, server: ServerIndex) -> None:
    """Write what a server keeps into a generation's folder; nothing where it lacks those of a chunk."""
    chunks = list(read_chunks(folder))
    weights, found = manifest.weights_sha256, _kept_in(before)
    found |= _read(server, _without(chunks, weights, found), manifest.dimension)
    if not _without(chunks, weights, found):
        _write(folder, chunks, weights, found)


def record_ids(folder: Path) -> set[str]:
    """Return the ids of the records of the sentences in a generation's folder."""
    return {key for name, rows in _kept_in(folder).items() for key, _ in _cut(name, rows)}


def _name(weights_sha256: str, chunk: Chunk) -> str:
    return digest(f"{weights_sha256}\n{chunk.text}")[:32]


def _kept_in(folder: Path | None) -> dict[str, "NDArray[np.float16]"]:
    """Return what a generation's folder holds."""
    known = NearestSentence.load(folder) if folder else None
    if folder is None or known is None:
        return {}
    weights = Manifest.read(folder / "manifest.json").weights_sha256
    return {_name(weights, chunk): known.at(at) for at, chunk in enumerate(read_chunks(folder))}


def _without(chunks: Iterable[Chunk], weights_sha256: str, found: Rows) -> dict[str, Chunk]:
    """Return the chunks whose sentences are not found yet, by the name of their record."""
    named = {_name(weights_sha256, chunk): chunk for chunk in chunks}
    return {name: chunk for name, chunk in named.items() if name not in found}


def _write(folder: Path, chunks: Sequence[Chunk], weights_sha256: str, found: Rows) -> None:
    rows = {chunk.chunk_id: found[_name(weights_sha256, chunk)] for chunk in chunks}
    nearest_sentence.write(folder, chunks, rows)


def _cut(name: str, rows: "NDArray[np.float16]") -> list[tuple[str, str]]:
    """Return the ids and the texts of the pieces that vectors are kept in; the first says how many there are."""
    body = base64.b64encode(rows.astype("<f2").tobytes()).decode("ascii")
    pieces = [body[at : at + PIECE] for at in range(0, len(body), PIECE)]
    pieces[0] = f"{len(pieces)}:{pieces[0]}"
    return [(f"{name}.{at}", piece) for at, piece in enumerate(pieces)]


def _read(server: ServerIndex, names: Iterable[str], dimension: int) -> dict[str, "NDArray[np.float16]"]:
    """Return those that the server keeps whole."""
    found: dict[str, NDArray[np.float16]] = {}
    wanted = list(names)
    for start in range(0, len(wanted), RECORDS):
        part = wanted[start : start + RECORDS]
        held = server.pieces([f"{name}.0" for name in part])
        ids = {name: _ids(name, held.get(f"{name}.0", "")) for name in part}
        held |= server.pieces([key for own in ids.values() for key in own[1:]])
        for name, own in ids.items():
            rows = _rows("".join(held.get(key, "!") for key in own), dimension)
            if rows is not None:
                found[name] = rows
    return found


def _ids(name: str, first: str) -> list[str]:
    """Return the ids of all pieces as the first one tells; none where it tells nothing."""
    told = re.match(r"(\d{1,4}):", first)
    count = int(told[1]) if told else 0
    return [f"{name}.{at}" for at in range(count if count <= MOST_PIECES else 0)]


def _rows(text: str, dimension: int) -> "NDArray[np.float16] | None":
    """Return the vectors that pieces hold, None where they hold none of this size."""
    try:
        data = base64.b64decode(text.partition(":")[2], validate=True)
    except binascii.Error:
        return None
    if not data or len(data) % (2 * dimension):
        return None
    rows: NDArray[np.float16] = np.frombuffer(data, dtype="<f2").reshape(-1, dimension).astype(np.float16)
    return rows if np.isfinite(rows).all() else None
