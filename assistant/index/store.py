"""The index on disk: Chroma vectors, BM25 and document texts under one manifest.

    indexes/NAME/CURRENT        name of the generation in force, replaced atomically
    indexes/NAME/texts/*.json   documents, named by their content
    indexes/NAME/g-NUMBER/      manifest.json, chunks.jsonl, chroma/, bm25/

A generation is never changed once CURRENT names it, so a reader sees the old index or the new one.
"""

import hashlib
import json
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.embedder import Embedder
from assistant.errors import IndexMismatch, IndexMissing
from assistant.index.lexical import LexicalIndex
from assistant.settings import DEFAULT_EMBEDDER, Settings
from assistant.types import Block, Chunk, Document

if TYPE_CHECKING:
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

SCHEMA = 1
COLLECTION = "chunks"
EXACT = 50_000  # chunks up to which every vector is compared: 77 MB of 384 numbers each


@dataclass(frozen=True, kw_only=True)
class DocumentEntry:
    """What the manifest says of one document."""

    doc_id: str
    title: str
    source: str
    date: str | None
    sha256: str  # of the stored text
    raw_sha256: str  # of the bytes it was read from
    file: str  # name under texts/
    chunks: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an index was built from and with."""

    schema_version: int
    embedder: str
    weights_sha256: str
    dimension: int
    chunking: Mapping[str, int | str]
    corpus_sha256: str
    documents: Mapping[str, DocumentEntry]
    previous: str | None = None  # generation it replaced

    @property
    def index_id(self) -> str:
        """Identify the index by everything that decides what it returns."""
        parts = [self.schema_version, self.weights_sha256, dict(self.chunking), self.corpus_sha256]
        return "sha256:" + digest(json.dumps(parts, sort_keys=True))

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Read a manifest file. Raises IndexMismatch for a file of another schema."""
        body = json.loads(path.read_text(encoding="utf-8"))
        if body.get("schema_version") != SCHEMA:
            raise IndexMismatch(
                f"The index has schema {body.get('schema_version')}, this program reads schema {SCHEMA}: "
                "rebuild it with `bpo-kpo ingest --rebuild`."
            )
        documents = {key: DocumentEntry(**entry) for key, entry in body.pop("documents").items()}
        return cls(documents=documents, **body)

    def write(self, path: Path) -> None:
        """Write the manifest as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False), encoding="utf-8")


class Store:
    """One generation of an index, open for reading. Safe to share between threads."""

    def __init__(self, folder: Path, manifest: Manifest, embedder: Embedder) -> None:
        self.folder = folder
        self.manifest = manifest
        self.embedder = embedder

    @classmethod
    def open(cls, settings: Settings, embedder: Embedder) -> "Store":
        """Open the index in force. Raises IndexMissing, or IndexMismatch naming both values."""
        folder = cls.folder_in_force(settings)
        manifest = Manifest.read(folder / "manifest.json")
        check_embedder(manifest, embedder, settings)
        return cls(folder, manifest, embedder)

    @staticmethod
    def folder_in_force(settings: Settings) -> Path:
        """Return the folder of the index in force. Raises IndexMissing."""
        folder = current_generation(settings.index_dir)
        if folder is None:
            raise IndexMissing(
                f"There is no index named {settings.index!r} in {settings.data_dir}: "
                f"build it with `bpo-kpo ingest{_index_flag(settings)} PATH`."
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
        found = self.vectors._collection.get(include=["embeddings"])  # Chroma's wrapper cannot ask for all
        at = {chunk_id: row for row, chunk_id in enumerate(found["ids"])}
        try:
            rows = [at[chunk.chunk_id] for chunk in self.chunks]
        except KeyError as error:
            raise IndexMismatch(
                f"The index in {self.folder} has no vector for {error}: rebuild it with `bpo-kpo ingest --rebuild`."
            ) from None
        vectors: NDArray[np.float32] = np.asarray(found["embeddings"], dtype=np.float32)[rows]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
        unit: NDArray[np.float32] = vectors / np.maximum(lengths, 1e-12)
        return unit

    def dense(self, vector: Sequence[float], k: int) -> list[tuple[int, float]]:
        """Return up to k (position, cosine similarity), best first; of equal ones the earlier in `chunks`.

        All chunks are looked at, which takes a millisecond for ten thousand. Beyond EXACT chunks Chroma's graph
        is asked, which may miss some and is not the same in every process.
        """
        if not self.chunks:
            return []
        if len(self.chunks) <= EXACT:
            query = np.asarray(vector, dtype=np.float32)
            cosines = self.matrix @ (query / max(float(np.linalg.norm(query)), 1e-12))
            return [(int(at), float(cosines[at])) for at in np.argsort(-cosines, kind="stable")[:k]]
        k = min(k, len(self.chunks))
        found = self.vectors.similarity_search_by_vector_with_relevance_scores(list(vector), k=k)
        return [(self.positions[doc.metadata["chunk_id"]], 1.0 - distance) for doc, distance in found]

    def document(self, doc_id: str) -> Document:
        """Return the stored document. Raises KeyError if the index does not hold it."""
        entry = self.manifest.documents[doc_id]
        return read_document(self.folder.parent / "texts" / entry.file)


def current_generation(index_dir: Path) -> Path | None:
    """Return the folder that CURRENT names, or None where nothing was built yet."""
    try:
        name = (index_dir / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return index_dir / name


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
        f"`bpo-kpo ingest --rebuild{_index_flag(settings)}{_embedder_flag(settings)}`, or set the embedder back."
    )


def open_vectors(folder: Path, embedder: Embedder) -> "Chroma":
    """Open or create the Chroma collection in a folder."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from langchain_chroma import Chroma

    client = chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False))
    return Chroma(
        COLLECTION,
        embedding_function=embedder,
        client=client,
        collection_configuration={"hnsw": {"space": "cosine"}},
    )


def close_vectors(vectors: "Chroma") -> None:
    """Release the files of a collection."""
    vectors._client.close()


@lru_cache(maxsize=256)
def read_document(path: Path) -> Document:
    """Read a document file written by `write_document`."""
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    blocks = [Block(**{**block, "section": tuple(block["section"])}) for block in body.pop("blocks")]
    return Document(blocks=tuple(blocks), **body)


def document_json(document: Document) -> str:
    """Return a document as the JSON that is stored."""
    return json.dumps(asdict(document), ensure_ascii=False, sort_keys=True)


def section_of(document: Document, block: Block) -> str:
    """Return the headings above a block, outermost first, without the document's title: "Risks > Communication"."""
    section = block.section
    if section and section[0].casefold() == document.title.casefold():
        section = section[1:]
    return " > ".join(section)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _identity(weights_sha256: str) -> str:
    weights, _, prompts = weights_sha256.partition("+")
    return f"weights {weights[:12]}" + (f", prompts {prompts}" if prompts else "")


def _index_flag(settings: Settings) -> str:
    return "" if settings.index == "default" else f" --index {settings.index}"


def _embedder_flag(settings: Settings) -> str:
    """Return the option that names the embedder in force; none where the settings of the next command name it too."""
    known = settings.embedder in (DEFAULT_EMBEDDER, os.environ.get("BPO_KPO_EMBEDDER"))
    return "" if known else f" --embedder {shlex.quote(settings.embedder)}"
