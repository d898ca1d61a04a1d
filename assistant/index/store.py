"""The index on disk: Chroma vectors, BM25 and document texts under one manifest.

    indexes/NAME/CURRENT        name of the generation in force, replaced atomically
    indexes/NAME/texts/*.json   documents, named by their content
    indexes/NAME/g-NUMBER/      manifest.json, chunks.jsonl, chroma/, bm25/, sentences.npy

A generation is never changed once CURRENT names it, so a reader sees the old index or the new one.
"""

import json
import os
import shlex
import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.core.errors import IndexMismatch, IndexMissing
from assistant.core.settings import DEFAULT_EMBEDDER, Settings
from assistant.core.types import SITE, Block, Chunk, Document, Reference
from assistant.index.lookup.asked import AskedIndex, asked_index, read_asked
from assistant.index.lookup.lexical import LexicalIndex
from assistant.index.lookup.lists import Lists
from assistant.index.lookup.nearest_sentence import NearestSentence
from assistant.index.lookup.vectors import best, dots
from assistant.index.manifest import Manifest, digest, is_large
from assistant.models.embedder.embedder import Embedder, unit_rows

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

    from assistant.index.served.server import ServerIndex

COLLECTION = "chunks"
LISTS = "lists"  # folder of a large generation's vectors
SPARE = 40  # asked of a server beyond what is wanted: it may hold passages of other generations
KEPT = 256  # documents that are not read again
BY_SENTENCE = 1000  # nearest chunks whose sentences are compared too


class Store:
    """One generation of an index, open for reading. Safe to share between threads."""

    def __init__(
        self, folder: Path, manifest: Manifest, embedder: Embedder, server: "ServerIndex | None" = None
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.embedder = embedder
        self._server = server  # that keeps the vectors; None: they are in the folder

    @classmethod
    def open(cls, settings: Settings, embedder: Embedder) -> "Store":
        """Open the index in force. Raises IndexMissing, IndexMismatch naming both values, StoreUnreachable."""
        from assistant.index.served.server import ServerIndex

        folder = cls.folder_in_force(settings)
        manifest = Manifest.read(folder / "manifest.json")
        check_embedder(manifest, embedder, settings)
        server = ServerIndex(settings.server, settings.index) if settings.server else None
        return cls(folder, manifest, embedder, server)

    @staticmethod
    def folder_in_force(settings: Settings) -> Path:
        """Return the folder of the index in force. Raises IndexMissing, StoreUnreachable."""
        from assistant.index.served.mirror import generation_in_force

        folder = generation_in_force(settings)
        if folder is None:
            raise IndexMissing(
                f"There is no index named {settings.index!r} in {settings.server or settings.indexes_dir.parent}: "
                f"build it with `bpo-kpo ingest{_index_flag(settings)}{_store_flag(settings)} PATH`."
            )
        return folder

    @cached_property
    def vectors(self) -> "Chroma":
        """The Chroma collection, cosine distance."""
        return open_vectors(self.folder / "chroma", self.embedder)

    @cached_property
    def chunks(self) -> list[Chunk]:
        """Every chunk, in order of document id and offset."""
        with (self.folder / "chunks.jsonl").open(encoding="utf-8") as lines:
            return [Chunk(**json.loads(line)) for line in lines]

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each chunk id stands in `chunks`."""
        return {chunk.chunk_id: at for at, chunk in enumerate(self.chunks)}

    @cached_property
    def lexical(self) -> LexicalIndex:
        """The BM25 index over `chunks`, by position."""
        return LexicalIndex.load(self.folder / "bm25", len(self.chunks))

    @cached_property
    def matrix(self) -> "NDArray[np.float32]":
        """The unit vectors of `chunks`, in their order (chunks, dimension). Raises IndexMismatch where one is missing."""
        return unit_rows(vectors_of(self.vectors, [chunk.chunk_id for chunk in self.chunks], self.folder))

    @cached_property
    def asked(self) -> AskedIndex:
        """The questions that documents say they answer; embedded anew where this machine did not write the index."""
        wanted = [key for key, entry in self.manifest.documents.items() if entry.questions]
        stored = AskedIndex.load(self.folder, self.manifest.dimension)
        if stored.rows or not wanted:
            return stored
        return asked_index({key: self.document(key) for key in wanted}, self.embedder)

    def dense(self, vector: Sequence[float], k: int) -> list[tuple[int, float]]:
        """Return up to k (position, cosine similarity), best first; of equal ones the earlier in `chunks`.

        All chunks are looked at, which takes a millisecond for ten thousand. Beyond EXACT chunks only the lists nearest
        the query are, which may miss some, the same in every process; a server is asked for what its graph finds.
        """
        if not self.chunks:
            return []
        if self._server:
            return self._asked(self._server, vector, k)
        return self.lists.search(vector, k) if is_large(len(self.chunks)) else self._compared(vector, k)

    def nearest(self, vector: Sequence[float], k: int) -> list[tuple[int, float]]:
        """Return up to k (position, similarity), best first: half a chunk's own cosine, half its nearest sentence's.

        By the chunk's alone in a large index, and where an earlier version wrote it.
        """
        sentences = self.sentences
        found = self.dense(vector, max(k, BY_SENTENCE) if sentences else k)
        if sentences is None or not found:
            return found
        positions = np.array([position for position, _ in found])
        own = np.array([cosine for _, cosine in found], dtype=np.float32)
        told = (own + sentences.cosines(vector, positions.tolist())) / 2
        return [(int(positions[at]), float(told[at])) for at in best(told, k, positions)]

    @cached_property
    def sentences(self) -> NearestSentence | None:
        """The vectors of the sentences of `chunks`; None where there are none."""
        return NearestSentence.load(self.folder)

    @property
    def served(self) -> bool:
        """Whether a server keeps the vectors."""
        return self._server is not None

    def _compared(self, vector: Sequence[float], k: int) -> list[tuple[int, float]]:
        """Compare every vector with that of a query."""
        cosines = dots(self.matrix, unit_rows(np.asarray([vector], dtype=np.float32))[0])
        return [(int(at), float(cosines[at])) for at in best(cosines, k)]

    @cached_property
    def lists(self) -> Lists:
        """The vectors of a large index. Raises IndexMismatch where an earlier version has not written them."""
        try:
            return Lists(self.folder / LISTS)
        except FileNotFoundError:
            raise IndexMismatch(
                f"The index in {self.folder} has no lists of its vectors: rebuild it with `bpo-kpo ingest --rebuild`."
            ) from None

    def _asked(self, server: "ServerIndex", vector: Sequence[float], k: int) -> list[tuple[int, float]]:
        """Ask the server; what it holds of other generations is left out."""
        wanted, ask = min(k, len(self.chunks)), k + SPARE
        while True:
            found = server.nearest(self._collection, vector, ask)
            hits = [(self._records[name], score) for name, score in found if name in self._records]
            if len(hits) >= wanted or len(found) < ask:
                return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]
            ask *= 2

    @cached_property
    def _collection(self) -> "Collection":
        from assistant.index.served.mirror import Kept

        assert self._server
        return self._server.vectors(Kept.read(self.folder).vectors)

    @cached_property
    def _records(self) -> dict[str, int]:
        """Where the chunk of each record of the server stands in `chunks`."""
        titles = {key: entry.title for key, entry in self.manifest.documents.items()}
        return {record_id(chunk, titles[chunk.doc_id]): at for at, chunk in enumerate(self.chunks)}

    @cached_property
    def document(self) -> Callable[[str], Document]:
        """A function from an id to its stored document, which raises KeyError for any other id; the last ones are kept."""
        return lru_cache(maxsize=KEPT)(self._document)

    def _document(self, doc_id: str) -> Document:
        return read_document(self.folder.parent / "texts" / self.manifest.documents[doc_id].file)


def check_embedder(manifest: Manifest, embedder: Embedder, settings: Settings) -> None:
    """Raise IndexMismatch where the index was built with other weights or prompts than those of the embedder in force.

    They are what counts: the same ones by name and by path are the same embedder.
    """
    if (manifest.weights_sha256, manifest.dimension) == (embedder.weights_sha256, embedder.dimension):
        return
    built = f"{manifest.embedder} ({_identity(manifest.weights_sha256)}, dimension {manifest.dimension})"
    now = f"{embedder.name} ({_identity(embedder.weights_sha256)}, dimension {embedder.dimension})"
    raise IndexMismatch(
        f"The index {settings.index!r} was built with the embedder {built}, in force is {now}: rebuild it with "
        f"`bpo-kpo ingest --rebuild{_index_flag(settings)}{_store_flag(settings)}{_embedder_flag(settings)}`, or set the "
        "embedder back."
    )


def open_vectors(folder: Path, embedder: Embedder) -> "Chroma":
    """Open or create the Chroma collection in a folder; where that cannot be written, a copy for as long as it is used."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from langchain_chroma import Chroma

    copy = None if _may_write(folder) else _copied(folder)
    client = chromadb.PersistentClient(str(copy or folder), ChromaSettings(anonymized_telemetry=False))
    vectors = Chroma(
        COLLECTION,
        embedding_function=embedder,
        client=client,
        # its graph is not asked: all vectors are looked at, or lists of them
        collection_configuration={"hnsw": {"space": "cosine", "ef_construction": 16, "max_neighbors": 4}},
    )
    if copy:
        weakref.finalize(vectors, _drop_copy, vectors._client, copy)
    return vectors


def _may_write(folder: Path) -> bool:
    """Tell whether Chroma may write to a collection's folder, which it does even to read it."""
    there = [path for path in (folder, folder / "chroma.sqlite3") if path.exists()]
    return all(os.access(path, os.W_OK) for path in there)


def _copied(folder: Path) -> Path:
    """Copy the files of a collection to a folder of their own, with rights of their own."""
    copy = Path(tempfile.mkdtemp(prefix="bpo-kpo-vectors-"))
    for path in folder.rglob("*"):
        if path.is_file():
            target = copy / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return copy


def _drop_copy(client: "Client", copy: Path) -> None:
    client.close()
    shutil.rmtree(copy, ignore_errors=True)


def vectors_of(vectors: "Chroma", ids: Sequence[str], folder: Path) -> "NDArray[np.float32]":
    """Return the vectors of chunk ids, in their order. Raises IndexMismatch where one is missing."""
    collection = vectors._collection  # Chroma's wrapper cannot ask for vectors
    found = collection.get(ids=None if len(ids) == collection.count() else list(ids), include=["embeddings"])
    at = {chunk_id: row for row, chunk_id in enumerate(found["ids"])}
    try:
        rows = [at[chunk_id] for chunk_id in ids]
    except KeyError as error:
        raise IndexMismatch(
            f"The index in {folder} has no vector for {error}: rebuild it with `bpo-kpo ingest --rebuild`."
        ) from None
    return np.asarray(found["embeddings"], dtype=np.float32)[rows]


def close_vectors(vectors: "Chroma") -> None:
    """Release the files of a collection."""
    vectors._client.close()


@lru_cache(maxsize=KEPT)
def read_document(path: Path) -> Document:
    """Read a document file written by `write_document`."""
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    blocks = [Block(**{**block, "section": tuple(block["section"])}) for block in body.pop("blocks")]
    references = tuple(Reference(**item) for item in body.pop("references", ()))
    questions = read_asked(body.pop("questions", ()))
    body |= {name: tuple(body.pop(name, ())) for name in ("scanned", "notes")}
    return Document(blocks=tuple(blocks), references=references, questions=questions, **body)


def record_id(chunk: Chunk, title: str) -> str:
    """Return the id of a chunk's vector on a server, which follows from all that was embedded and where it stands."""
    return digest("\n".join((chunk.chunk_id, title, chunk.section, chunk.text)))[:32]


def section_of(document: Document, block: Block) -> str:
    """Return the headings above a block, outermost first, without the document's title: "Risks > Communication"."""
    section = block.section
    if section and section[0].casefold() == document.title.partition(SITE)[0].casefold():
        section = section[1:]
    return " > ".join(section)


def _identity(weights_sha256: str) -> str:
    weights, _, prompts = weights_sha256.partition("+")
    return f"weights {weights[:12]}" + (f", prompts {prompts}" if prompts else "")


def _index_flag(settings: Settings) -> str:
    return "" if settings.index == "default" else f" --index {settings.index}"


def _store_flag(settings: Settings) -> str:
    """Return the option that names the store in force; none where the next command is given it anyway."""
    known = settings.store in (None, os.environ.get("BPO_KPO_STORE"))
    return "" if known else f" --store {shlex.quote(str(settings.store))}"


def _embedder_flag(settings: Settings) -> str:
    """Return the option that names the embedder in force; none where the settings of the next command name it too."""
    known = settings.embedder in (DEFAULT_EMBEDDER, os.environ.get("BPO_KPO_EMBEDDER"))
    return "" if known else f" --embedder {shlex.quote(settings.embedder)}"
