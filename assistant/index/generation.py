"""The files of one generation of an index, and how it is put in force: all of it or nothing is seen."""

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from assistant.core.files import replace_text
from assistant.core.types import Chunk
from assistant.index.lookup.lexical import LexicalIndex
from assistant.index.manifest import Manifest, current_generation


def new_generation(folder: Path) -> Path:
    """Make the folder of a generation, empty whatever a process that died before it was done left there."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


@contextmanager
def unless_done(folder: Path) -> Iterator[None]:
    """Take a generation and its texts away again where the work on it fails before it is in force."""
    try:
        yield
    except BaseException:
        if current_generation(folder.parent) != folder:
            shutil.rmtree(folder, ignore_errors=True)
            _drop_texts(folder.parent)
        raise


def write_generation(folder: Path, manifest: Manifest, chunks: Iterable[Chunk]) -> None:
    """Write chunks, in their order, words and manifest of a generation."""
    chunks = list(chunks)
    with (folder / "chunks.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(asdict(chunk), ensure_ascii=False) + "\n" for chunk in chunks)
    titles = {key: entry.title for key, entry in manifest.documents.items()}
    texts = [indexed_text(chunk, titles[chunk.doc_id]) for chunk in chunks]
    LexicalIndex.build(texts).save(folder / "bm25")
    manifest.write(folder / "manifest.json")


def read_chunks(folder: Path) -> Iterator[Chunk]:
    """Yield the chunks of a generation in their order."""
    with (folder / "chunks.jsonl").open(encoding="utf-8") as lines:
        yield from (Chunk(**json.loads(line)) for line in lines)


def put_in_force(folder: Path, *, keep: str | None) -> None:
    """Put a generation in force, on disk before it is named; drop those before it but the one to keep."""
    _sync_tree(folder)
    replace_text(folder.parent / "CURRENT", folder.name)
    for other in folder.parent.glob("g-*"):
        if other.name not in (folder.name, keep):  # readers may still hold the one before
            # where a reader still holds a file open (Windows), the next write deletes it
            shutil.rmtree(other, ignore_errors=True)
    _drop_texts(folder.parent)


def indexed_text(chunk: Chunk, title: str) -> str:
    """Return the words a chunk is found by: its title and headings, then its own text."""
    head = " > ".join(part for part in (title, chunk.section) if part)
    return f"{head}\n{chunk.text}"


def next_name(base: Path | None) -> str:
    """Count on from the generation in force; the first of an index gets its number from the clock.

    An index of the same name may have been removed, and a reader may still hold its last generation: no number
    comes twice.
    """
    return f"g-{int(base.name[2:]) + 1 if base else time.time_ns() // 1_000_000:06d}"


def _sync_tree(folder: Path) -> None:
    """Flush every file of a new generation to disk before CURRENT names it."""
    for path in folder.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDWR)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _drop_texts(index_dir: Path) -> None:
    used: set[str] = set()
    for folder in index_dir.glob("g-*"):
        with suppress(FileNotFoundError):
            used |= {entry.file for entry in Manifest.read(folder / "manifest.json").documents.values()}
    for path in (index_dir / "texts").glob("*"):
        if path.name not in used:
            path.unlink()
