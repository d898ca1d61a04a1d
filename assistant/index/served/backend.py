"""Where the vectors of an index are put, and how one writer at a time is kept: in its folder, or on a server."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from assistant.core.errors import IndexBusy
from assistant.core.settings import Settings
from assistant.core.types import Chunk, Document
from assistant.index.generation import indexed_text, read_chunks
from assistant.index.lookup import nearest_sentence
from assistant.index.lookup.lists import write_lists
from assistant.index.lookup.nearest_sentence import NearestSentence, embed_sentences
from assistant.index.manifest import Manifest, current_generation, is_large
from assistant.index.served.mirror import (
    Kept,
    blob_of,
    drop_blobs,
    generation_in_force,
    keep_blob,
    manifest_blob,
)
from assistant.index.served.sentences import WrittenSentences, record_ids
from assistant.index.served.server import Generation, ServerIndex, piece_ids
from assistant.index.store import (
    LISTS,
    close_vectors,
    open_vectors,
    record_id,
    vectors_of,
)
from assistant.models.embedder.embedder import Embedder

BATCH = 64
POOL = 8 * BATCH  # chunks whose sentences are embedded together: those of one length share a batch
Progress = Callable[[int, int], None]  # chunks embedded so far, chunks in all
Titled = tuple[str, Chunk]  # a chunk with the title of its document


class Backend(Protocol):
    """Keeps the vectors of one index."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer. Raises IndexBusy."""
        ...

    def base(self) -> Path | None:
        """Return the generation in force."""
        ...

    def fill(
        self, folder: Path, base: Path | None, gone: Sequence[str], new: Sequence[Titled], progress: Progress
    ) -> None:
        """Give a new generation its vectors: those of the base but for chunk ids that are gone, and of new chunks."""
        ...

    def publish(
        self,
        folder: Path,
        base: Path | None,
        manifest: Manifest,
        put: Mapping[str, tuple[Document, list[Chunk]]],
    ) -> None:
        """Put a generation in force for others, with the documents that are new in it."""
        ...

    def tidy(self, folder: Path, base: Path | None) -> None:
        """Drop what neither a generation nor the one before it needs."""
        ...


class FolderBackend:
    """A Chroma collection in each generation's folder."""

    def __init__(self, settings: Settings, embedder: Embedder, wait_s: float) -> None:
        self._settings, self._embedder = settings, embedder
        settings.index_dir.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(settings.index_dir / "write.lock", timeout=wait_s)
        self._sentences: dict[str, NDArray[np.float16]] = {}  # vectors of a chunk's sentences, by its id

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock file."""
        try:
            self._lock.acquire()
        except Timeout:
            raise IndexBusy(
                f"The index {self._settings.index!r} is busy: another process is writing to it. "
                "Try again when it has finished."
            ) from None
        try:
            yield
        finally:
            self._lock.release()

    def base(self) -> Path | None:
        """Return the generation in force."""
        return current_generation(self._settings.index_dir)

    def fill(
        self, folder: Path, base: Path | None, gone: Sequence[str], new: Sequence[Titled], progress: Progress
    ) -> None:
        """Copy the vectors of the base, take out what is gone, embed what is new."""
        if base:
            shutil.copytree(base / "chroma", folder / "chroma")
        before = _count(Manifest.read(base / "manifest.json")) if base else 0
        large = is_large(before - len(gone) + len(new))
        vectors = open_vectors(folder / "chroma", self._embedder)
        try:
            for start in range(0, len(gone), 1000):
                vectors.delete(list(gone[start : start + 1000]))
            for start in range(0, len(new), BATCH):
                batch = new[start : start + BATCH]
                vectors.add_texts(
                    [indexed_text(chunk, title) for title, chunk in batch],
                    metadatas=[{"chunk_id": chunk.chunk_id, "doc_id": chunk.doc_id} for _, chunk in batch],
                    ids=[chunk.chunk_id for _, chunk in batch],
                )
                done = min(start + BATCH, len(new))
                if not large and (done % POOL == 0 or done == len(new)):
                    pool = new[(done - 1) // POOL * POOL : done]
                    self._sentences |= embed_sentences([chunk for _, chunk in pool], self._embedder)
                progress(done, len(new))
        finally:
            close_vectors(vectors)

    def publish(
        self,
        folder: Path,
        base: Path | None,
        manifest: Manifest,
        put: Mapping[str, tuple[Document, list[Chunk]]],
    ) -> None:
        """Write the vectors of sentences, or of a large index in lists; the folder that CURRENT names is in force."""
        if not is_large(_count(manifest)):
            self._write_sentences(folder, base)
            return
        chunks = [chunk.chunk_id for chunk in read_chunks(folder)]
        vectors = open_vectors(folder / "chroma", self._embedder)
        try:
            write_lists(
                folder / LISTS,
                len(chunks),
                self._embedder.dimension,
                lambda start, end: vectors_of(vectors, chunks[start:end], folder),
            )
        finally:
            close_vectors(vectors)

    def _write_sentences(self, folder: Path, base: Path | None) -> None:
        """Write the vectors of all chunks' sentences; those that neither the base nor `fill` has are embedded."""
        chunks = list(read_chunks(folder))
        found = self._sentences
        if base and (known := NearestSentence.load(base)):
            found = {chunk.chunk_id: known.at(at) for at, chunk in enumerate(read_chunks(base))} | found
        missing = [chunk for chunk in chunks if chunk.chunk_id not in found]
        found = found | embed_sentences(missing, self._embedder)
        nearest_sentence.write(folder, chunks, found)

    def tidy(self, folder: Path, base: Path | None) -> None:
        """Do nothing: what is stale goes with its folder."""


def _count(manifest: Manifest) -> int:
    """Return how many chunks a generation holds."""
    return sum(entry.chunks for entry in manifest.documents.values())


class ServerBackend:
    """A collection of a Chroma server, which two generations in a row share; documents and manifest lie there too."""

    def __init__(self, settings: Settings, embedder: Embedder, wait_s: float, *, anew: bool) -> None:
        assert settings.server
        self._settings, self._embedder, self._wait_s, self._anew = settings, embedder, wait_s, anew
        self._server = ServerIndex(settings.server, settings.index)
        self._sentences = WrittenSentences(self._server, embedder)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the server's lock, waiting for another writer where that is allowed."""
        deadline = time.monotonic() + self._wait_s
        while True:
            held = self._server.writing()
            try:
                held.__enter__()
                break
            except IndexBusy:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1.0)
        try:
            yield
        finally:
            held.__exit__(None, None, None)

    def base(self) -> Path | None:
        """Return the generation in force, as this machine follows it."""
        return generation_in_force(self._settings)

    def fill(
        self, folder: Path, base: Path | None, gone: Sequence[str], new: Sequence[Titled], progress: Progress
    ) -> None:
        """Embed what has no vector yet; what is gone stays until no reader needs it."""
        vectors = self._server.make_vectors(self._embedder.weights_sha256, self._embedder.dimension)
        before = _count(Manifest.read(base / "manifest.json")) if base else 0
        large = is_large(before - len(gone) + len(new))
        ids = {record_id(chunk, title): (title, chunk) for title, chunk in new}
        known = set() if self._anew else self._server.known(vectors, list(ids))  # of a writer that died
        missing = [(name, titled) for name, titled in ids.items() if name not in known]
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            embedded = self._embedder.embed_documents(
                [indexed_text(chunk, title) for _, (title, chunk) in batch]
            )
            self._server.put_vectors(vectors, [name for name, _ in batch], embedded)
            if not large:
                self._sentences.add([chunk for _, (_, chunk) in batch])
            progress(len(ids) - len(missing) + min(start + BATCH, len(missing)), len(ids))
        self._vectors = vectors.name

    def publish(
        self,
        folder: Path,
        base: Path | None,
        manifest: Manifest,
        put: Mapping[str, tuple[Document, list[Chunk]]],
    ) -> None:
        """Write documents and manifest to the server, then the generation that names them."""
        blobs = dict(Kept.read(base).blobs) if base else {}
        texts = {key: blob_of(document, chunks) for key, (document, chunks) in put.items()}
        named = dict(zip(texts, self._server.write(texts.values()), strict=True))
        blobs = {key: named.get(key) or blobs[key] for key in manifest.documents}
        for key, name in named.items():
            keep_blob(folder.parent, name, texts[key], manifest.documents[key].file)
        (name,) = self._server.write([manifest_blob(manifest, blobs)])
        Kept(vectors=self._vectors, manifest=name, blobs=blobs).write(folder)
        if not is_large(_count(manifest)):
            self._sentences.write(folder, base, anew=self._anew)
        self._server.publish(Generation(name=folder.name, manifest=name, vectors=self._vectors))

    def tidy(self, folder: Path, base: Path | None) -> None:
        """Drop from the server what neither this generation nor the one before it needs."""
        vectors: dict[str, set[str]] = {}
        pieces: set[str] = set()
        keep: list[Generation] = []
        for one in filter(None, (folder, base)):
            kept, titles = Kept.read(one), Manifest.read(one / "manifest.json").documents
            ids = {record_id(chunk, titles[chunk.doc_id].title) for chunk in read_chunks(one)}
            vectors.setdefault(kept.vectors, set()).update(ids)
            for name in (kept.manifest, *kept.blobs.values()):
                pieces.update(piece_ids(name))
            pieces |= record_ids(one)
            keep.append(Generation(name=one.name, manifest=kept.manifest, vectors=kept.vectors))
        self._server.drop_stale(keep, vectors, pieces)
        drop_blobs(folder.parent)
