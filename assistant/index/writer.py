"""Write an index: a new generation beside the old one, put in force in one step."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from assistant.embedder import Embedder
from assistant.errors import IndexBusy, IndexMismatch
from assistant.index.lexical import LexicalIndex
from assistant.index.store import (
    SCHEMA,
    DocumentEntry,
    Manifest,
    check_embedder,
    close_vectors,
    current_generation,
    digest,
    document_json,
    open_vectors,
    read_document,
)
from assistant.settings import Settings
from assistant.types import Chunk, Document

BATCH = 64
Progress = Callable[[int, int], None]  # chunks embedded so far, chunks in all


class IndexWriter:
    """Collect changes and put them in force together.

    Use as a context manager: it holds the index's write lock. Nothing changes before `commit`; a process
    that dies earlier leaves the old index in force. Raises IndexBusy while another process writes.
    """

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        chunking: Mapping[str, int | str],
        *,
        rebuild: bool = False,
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._chunking = dict(chunking)
        self._rebuild = rebuild
        self._dir = settings.index_dir
        self._dir.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(self._dir / "write.lock", timeout=0)
        self._put: dict[str, tuple[DocumentEntry, Document, list[Chunk]]] = {}
        self._removed: set[str] = set()

    def __enter__(self) -> "IndexWriter":
        try:
            self._lock.acquire()
        except Timeout:
            raise IndexBusy(
                f"The index {self._settings.index!r} is busy: another process is writing to it. "
                "Try again when it has finished."
            ) from None
        try:
            self._base = current_generation(self._dir)
            self._old = self._read_base()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    @property
    def documents(self) -> Mapping[str, DocumentEntry]:
        """The documents that are reused: those of the index in force, none in a rebuild."""
        return self._old.documents if self._old else {}

    def stored(self) -> Iterator[tuple[DocumentEntry, Document]]:
        """Yield the documents of the index in force, also in a rebuild."""
        if self._base is not None:
            for entry in Manifest.read(self._base / "manifest.json").documents.values():
                yield entry, read_document(self._dir / "texts" / entry.file)

    def put(self, document: Document, chunks: list[Chunk], *, raw_sha256: str) -> None:
        """Add a document, or replace the one with its id."""
        entry = DocumentEntry(
            doc_id=document.doc_id,
            title=document.title,
            source=document.source,
            date=document.date,
            sha256=document.sha256,
            raw_sha256=raw_sha256,
            file=digest(document_json(document))[:32] + ".json",
            chunks=len(chunks),
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
        folder = self._dir / _next_name(self._base)
        if folder.exists():  # left by a process that died before it was done
            shutil.rmtree(folder)
        folder.mkdir()
        chunks = self._write_chunks(folder, progress or (lambda done, total: None))
        with (folder / "chunks.jsonl").open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(asdict(chunk), ensure_ascii=False) + "\n" for chunk in chunks)
        documents = self._merged_documents()
        titles = {key: entry.title for key, entry in documents.items()}
        LexicalIndex.build([indexed_text(chunk, titles[chunk.doc_id]) for chunk in chunks]).save(
            folder / "bm25"
        )
        self._write_texts()
        manifest = self._manifest(documents)
        manifest.write(folder / "manifest.json")
        _sync_tree(folder)
        _replace_text(self._dir / "CURRENT", folder.name)
        self._drop_stale({folder.name, manifest.previous or ""})  # readers may still hold the one before
        self._drop_texts()
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

    def _write_chunks(self, folder: Path, progress: Progress) -> list[Chunk]:
        """Copy the old vectors, take out what is gone, embed what is new; return all chunks in order."""
        kept: list[Chunk] = []
        gone: list[str] = []
        if self._old and self._base:
            shutil.copytree(self._base / "chroma", folder / "chroma")
            with (self._base / "chunks.jsonl").open(encoding="utf-8") as lines:
                for chunk in (Chunk(**json.loads(line)) for line in lines):
                    stays = chunk.doc_id not in self._put and chunk.doc_id not in self._removed
                    (kept.append(chunk) if stays else gone.append(chunk.chunk_id))
        vectors = open_vectors(folder / "chroma", self._embedder)
        try:
            for start in range(0, len(gone), 1000):
                vectors.delete(gone[start : start + 1000])
            new = [(entry.title, chunk) for entry, _, chunks in self._put.values() for chunk in chunks]
            new.sort(key=lambda pair: len(pair[1].text))  # batches of like length waste no padding
            for start in range(0, len(new), BATCH):
                batch = new[start : start + BATCH]
                vectors.add_texts(
                    [indexed_text(chunk, title) for title, chunk in batch],
                    metadatas=[{"chunk_id": chunk.chunk_id, "doc_id": chunk.doc_id} for _, chunk in batch],
                    ids=[chunk.chunk_id for _, chunk in batch],
                )
                progress(min(start + BATCH, len(new)), len(new))
        finally:
            close_vectors(vectors)
        return sorted([*kept, *(chunk for _, chunk in new)], key=lambda chunk: (chunk.doc_id, chunk.start))

    def _write_texts(self) -> None:
        texts = self._dir / "texts"
        texts.mkdir(exist_ok=True)
        for entry, document, _ in self._put.values():
            if not (texts / entry.file).exists():
                _replace_text(texts / entry.file, document_json(document))

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

    def _drop_stale(self, keep: set[str]) -> None:
        for folder in self._dir.glob("g-*"):
            if folder.name not in keep:
                # where a reader still holds a file open (Windows), the next write deletes it
                shutil.rmtree(folder, ignore_errors=True)

    def _drop_texts(self) -> None:
        used: set[str] = set()
        for folder in self._dir.glob("g-*"):
            with suppress(FileNotFoundError):
                used |= {entry.file for entry in Manifest.read(folder / "manifest.json").documents.values()}
        for path in (self._dir / "texts").iterdir():
            if path.name not in used:
                path.unlink()


def indexed_text(chunk: Chunk, title: str) -> str:
    """Return the words a chunk is found by: its title and headings, then its own text."""
    head = " > ".join(part for part in (title, chunk.section) if part)
    return f"{head}\n{chunk.text}"


def _next_name(base: Path | None) -> str:
    """Count on from the generation in force; the first of an index gets its number from the clock.

    An index of the same name may have been removed, and a reader may still hold its last generation: no number
    comes twice.
    """
    return f"g-{int(base.name[2:]) + 1 if base else time.time_ns() // 1_000_000:06d}"


def _replace_text(path: Path, text: str) -> None:
    """Write a file so that it is seen whole or not at all, also after a power cut."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


def _sync_tree(folder: Path) -> None:
    """Flush every file of a new generation to disk before CURRENT names it."""
    for path in _files(folder):
        handle = os.open(path, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
