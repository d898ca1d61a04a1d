"""Follow an index that a server keeps: a generation here that says the same, brought up to date before each use.

The folder has the form of an index on disk without its vectors, and may be deleted at any time: all of it is read anew
from the server. `server.json` in a generation names its vectors on the server, and how its documents are kept there.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from assistant.core.errors import StoreUnreachable
from assistant.core.files import replace_text
from assistant.core.settings import Settings
from assistant.core.types import Chunk, Document
from assistant.index.generation import new_generation, put_in_force, unless_done, write_generation
from assistant.index.manifest import Manifest, current_generation, document_json, is_large
from assistant.index.served.sentences import follow_sentences
from assistant.index.served.server import Generation, ServerIndex

FILE = "server.json"
TRIES = 5  # at a generation that is replaced while it is read


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How a generation is kept on its server."""

    vectors: str  # collection
    manifest: str  # blob
    blobs: Mapping[str, str]  # by document id: it and its chunks

    @classmethod
    def read(cls, folder: Path) -> "Kept":
        """Read what `write` wrote into a generation."""
        return cls(**json.loads((folder / FILE).read_text(encoding="utf-8")))

    def write(self, folder: Path) -> None:
        """Write it into a generation."""
        (folder / FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")


def generation_in_force(settings: Settings) -> Path | None:
    """Return the folder of the generation in force, of a server's index after reading what is new; None for no index.

    Raises StoreUnreachable.
    """
    if settings.server is None:
        return current_generation(settings.index_dir)
    server = ServerIndex(settings.server, settings.index)
    for left in reversed(range(TRIES)):
        there, here = server.current(), current_generation(settings.index_dir)
        if there is None or (here and here.name == there.name):
            return here if there else None
        try:
            return _follow(settings.index_dir, server, there)
        except StoreUnreachable:
            if not left or server.current() == there:
                raise
    return None


def blob_of(document: Document, chunks: list[Chunk]) -> str:
    """Return a document with its chunks as it is kept on a server."""
    whole = {"document": json.loads(document_json(document)), "chunks": [_short(chunk) for chunk in chunks]}
    for told, chunk in zip(whole["chunks"], chunks, strict=True):
        if document.text[chunk.start : chunk.end] == chunk.text:
            del told["text"]
    return json.dumps(whole, ensure_ascii=False, sort_keys=True)


def manifest_blob(manifest: Manifest, blobs: Mapping[str, str]) -> str:
    """Return a manifest, with where its documents are, as it is kept on a server."""
    return json.dumps({"manifest": asdict(manifest), "blobs": dict(blobs)}, ensure_ascii=False)


def keep_blob(index_dir: Path, name: str, text: str, file: str) -> None:
    """Keep what a server holds of a document: its text under `file`, its chunks by the blob's name."""
    body = json.loads(text)
    document = body["document"]
    for chunk in body["chunks"]:
        chunk.setdefault("text", document["text"][chunk["start"] : chunk["end"]])
    for folder in ("texts", "chunks"):
        (index_dir / folder).mkdir(parents=True, exist_ok=True)
    if not (index_dir / "texts" / file).exists():
        replace_text(index_dir / "texts" / file, json.dumps(document, ensure_ascii=False, sort_keys=True))
    replace_text(index_dir / "chunks" / f"{name}.json", json.dumps(body["chunks"], ensure_ascii=False))


def drop_blobs(index_dir: Path) -> None:
    """Delete the chunks of documents that no generation here has."""
    used = {
        f"{name}.json"
        for folder in index_dir.glob("g-*")
        if (folder / FILE).exists()
        for name in Kept.read(folder).blobs.values()
    }
    for path in (index_dir / "chunks").glob("*.json"):
        if path.name not in used:
            path.unlink()


def _follow(index_dir: Path, server: ServerIndex, there: Generation) -> Path:
    index_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(index_dir / "mirror.lock"):
        here = current_generation(index_dir)
        if here and here.name == there.name:  # another process of this machine was first
            return here
        manifest, files, blobs = _read_manifest(server, there)
        missing = [name for name, file in files.items() if not _has(index_dir, name, file)]
        for name, told in server.read(missing):
            keep_blob(index_dir, name, told, files[name])
        chunks = sorted(_chunks(index_dir, files), key=lambda chunk: (chunk.doc_id, chunk.start))
        folder = index_dir / there.name
        with unless_done(folder):
            write_generation(new_generation(folder), manifest, chunks)
            Kept(vectors=there.vectors, manifest=there.manifest, blobs=blobs).write(folder)
            if not is_large(len(chunks)):
                follow_sentences(folder, here, manifest, server)
            put_in_force(folder, keep=here.name if here else None)
        drop_blobs(index_dir)
        return folder


def _read_manifest(server: ServerIndex, there: Generation) -> tuple[Manifest, dict[str, str], dict[str, str]]:
    """Return a generation's manifest, the file here of each blob, and the blob of each document; none names another place."""
    try:
        ((_, text),) = server.read([there.manifest])
        body = json.loads(text)
        manifest = Manifest.parse(body["manifest"])
        blobs = {key: str(body["blobs"][key]) for key in manifest.documents}
        files = {blobs[key]: entry.file for key, entry in manifest.documents.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise server.damaged(f"{type(error).__name__} in its manifest") from None
    for blob, file in files.items():
        if not (re.fullmatch(r"[0-9a-f]{32}\.\d{1,5}", blob) and re.fullmatch(r"[0-9a-f]{32}\.json", file)):
            raise server.damaged("a file of another name in its manifest")
    return manifest, files, blobs


def _has(index_dir: Path, name: str, file: str) -> bool:
    return (index_dir / "chunks" / f"{name}.json").exists() and (index_dir / "texts" / file).exists()


def _chunks(index_dir: Path, names: Mapping[str, str]) -> Iterator[Chunk]:
    for name in names:
        for body in json.loads((index_dir / "chunks" / f"{name}.json").read_text(encoding="utf-8")):
            yield Chunk(**body)


def _short(chunk: Chunk) -> dict[str, Any]:
    return asdict(chunk)
