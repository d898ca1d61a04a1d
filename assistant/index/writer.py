"""Write an index: a new generation beside the old one, put in force in one step."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from assistant.core.disk import told_of_disk
from assistant.core.errors import IndexMismatch
from assistant.core.files import replace_text
from assistant.core.settings import Settings
from assistant.core.types import Chunk, Document
from assistant.index.generation import (
    new_generation,
    next_name,
    put_in_force,
    read_chunks,
    unless_done,
    write_generation,
)
from assistant.index.lookup import asked
from assistant.index.lookup.asked import AskedIndex
from assistant.index.manifest import SCHEMA, DocumentEntry, Manifest, digest, document_json
from assistant.index.served.backend import Backend, FolderBackend, Progress, ServerBackend, Titled
from assistant.index.store import check_embedder, read_document
from assistant.models.embedder.embedder import Embedder


class IndexWriter:
    """Collect changes and put them in force together.

    Use as a context manager: it holds the index's write lock. Nothing changes before `commit`; a process
    that dies earlier leaves the old index in force. Raises IndexBusy while another process writes, at once or after
    `wait_s` seconds, and StoreUnreachable where a server keeps the index and fails.
    """

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        chunking: Mapping[str, int | str],
        *,
        rebuild: bool = False,
        wait_s: float = 0.0,
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._chunking = dict(chunking)
        self._rebuild = rebuild
        self._dir = settings.index_dir
        self._held = ExitStack()
        self._backend: Backend = (
            ServerBackend(settings, embedder, wait_s, anew=rebuild)
            if settings.server
            else FolderBackend(settings, embedder, wait_s)
        )
        self._put: dict[str, tuple[DocumentEntry, Document, list[Chunk]]] = {}
        self._removed: set[str] = set()

    def __enter__(self) -> "IndexWriter":
        with told_of_disk(self._dir), ExitStack() as held:
            held.enter_context(self._backend.writing())
            self._base = self._backend.base()
            self._old = self._read_base()
            self._held = held.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    @property
    def documents(self) -> Mapping[str, DocumentEntry]:
        """The documents that are reused: those of the index in force, none in a rebuild."""
        return self._old.documents if self._old else {}

    def stored(self) -> Iterator[tuple[DocumentEntry, Document]]:
        """Yield the documents of the index in force, also in a rebuild."""
        if self._base is not None:
            for entry in Manifest.read(self._base / "manifest.json").documents.values():
                yield entry, read_document(self._dir / "texts" / entry.file)

    def put(self, document: Document, chunks: list[Chunk], *, raw_sha256: str, origin: str = "") -> None:
        """Add a document, or replace the one with its id; `origin` is the whole path or address it was read from."""
        entry = DocumentEntry(
            doc_id=document.doc_id,
            title=document.title,
            source=document.source,
            date=document.date,
            sha256=document.sha256,
            raw_sha256=raw_sha256,
            file=digest(document_json(document))[:32] + ".json",
            chunks=len(chunks),
            questions=len(document.questions),
            origin=origin,
            language=document.language,
            scanned=document.scanned,
        )
        self._put[document.doc_id] = (entry, document, chunks)

    def remove(self, doc_id: str) -> None:
        """Take a document out."""
        self._put.pop(doc_id, None)
        self._removed.add(doc_id)

    def commit(self, progress: Progress | None = None) -> Manifest:
        """Write the new generation and put it in force; without changes the old one stays."""
        if self._old and not self._put and not self._removed:
            return self._old
        folder = self._dir / next_name(self._base)
        stays = f"The index {self._settings.index!r} is as it was." if self._base else "Nothing was indexed."
        with unless_done(folder), told_of_disk(self._dir, stays):
            return self._written(new_generation(folder), progress or (lambda done, total: None))

    def _written(self, folder: Path, progress: Progress) -> Manifest:
        base = self._base if self._old else None
        kept, gone, new = self._sorted_out()
        self._backend.fill(folder, base, gone, new, progress)
        chunks = sorted([*kept, *(chunk for _, chunk in new)], key=lambda chunk: (chunk.doc_id, chunk.start))
        self._write_texts()
        manifest = self._manifest(self._merged_documents())
        write_generation(folder, manifest, chunks)
        self._write_questions(folder, manifest)
        put = {key: (document, chunks) for key, (_, document, chunks) in self._put.items()}
        self._backend.publish(folder, base, manifest, put)
        put_in_force(folder, keep=manifest.previous)
        self._backend.tidy(folder, self._base)
        return manifest

    def _read_base(self) -> Manifest | None:
        if self._base is None or self._rebuild:
            return None
        manifest = Manifest.read(self._base / "manifest.json")
        check_embedder(manifest, self._embedder, self._settings)
        if dict(manifest.chunking) != self._chunking:
            raise IndexMismatch(
                f"The index {self._settings.index!r} was chunked with {dict(manifest.chunking)}, in force is "
                f"{self._chunking}: rebuild it with `bpo-kpo ingest --rebuild`."
            )
        return manifest

    def _merged_documents(self) -> dict[str, DocumentEntry]:
        kept = {key: entry for key, entry in self.documents.items() if key not in self._removed}
        kept |= {key: entry for key, (entry, _, _) in self._put.items()}
        return dict(sorted(kept.items()))

    def _sorted_out(self) -> tuple[list[Chunk], list[str], list[Titled]]:
        """Return the chunks that stay, the ids of those that are gone, and the new ones, the shortest first."""
        kept: list[Chunk] = []
        gone: list[str] = []
        if self._old and self._base:
            for chunk in read_chunks(self._base):
                stays = chunk.doc_id not in self._put and chunk.doc_id not in self._removed
                (kept.append(chunk) if stays else gone.append(chunk.chunk_id))
        new = [(entry.title, chunk) for entry, _, chunks in self._put.values() for chunk in chunks]
        new.sort(key=lambda pair: len(pair[1].text))  # batches of like length waste no padding
        return kept, gone, new

    def _write_texts(self) -> None:
        texts = self._dir / "texts"
        texts.mkdir(exist_ok=True)
        for entry, document, _ in self._put.values():
            if not (texts / entry.file).exists():
                replace_text(texts / entry.file, document_json(document))

    def _write_questions(self, folder: Path, manifest: Manifest) -> None:
        texts = self._dir / "texts"
        documents = {
            key: read_document(texts / entry.file)
            for key, entry in manifest.documents.items()
            if entry.questions
        }
        known = AskedIndex.load(self._base, self._embedder.dimension) if self._old and self._base else None
        asked.write(folder, documents, self._embedder, known)

    def _manifest(self, documents: dict[str, DocumentEntry]) -> Manifest:
        return Manifest(
            schema_version=SCHEMA,
            embedder=self._embedder.name,
            weights_sha256=self._embedder.weights_sha256,
            dimension=self._embedder.dimension,
            chunking=self._chunking,
            corpus_sha256=digest(json.dumps([[key, entry.file] for key, entry in documents.items()])),
            documents=documents,
            previous=self._base.name if self._base else None,
        )
