"""What an index was built from and with, and which of its generations is in force."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.core.errors import IndexMismatch
from assistant.core.types import Document

SCHEMA = 1
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
    origin: str = ""  # path or address it was read from, whole; stays in the index
    language: str | None = None  # code of its language
    questions: int = 0  # that it says it answers
    scanned: Sequence[int] = ()  # pages whose words text recognition read

    def __post_init__(self) -> None:
        """Keep the pages as a tuple, as which JSON does not give them back."""
        object.__setattr__(self, "scanned", tuple(self.scanned))

    @property
    def read_from(self) -> str:
        """The whole path or address; an index of an earlier version has it as the source."""
        return self.origin or self.source


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
        return cls.parse(json.loads(path.read_text(encoding="utf-8")))

    @classmethod
    def parse(cls, body: dict[str, Any]) -> "Manifest":
        """Return what the body of a manifest says. Raises IndexMismatch for one of another schema."""
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


def current_generation(index_dir: Path) -> Path | None:
    """Return the folder that CURRENT names, or None where nothing was built yet."""
    try:
        name = (index_dir / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return index_dir / name


def document_json(document: Document) -> str:
    """Return a document as the JSON that is stored; without scans as before there were any, so that its index keeps its id."""
    body = asdict(document)
    for name in ("scanned", "notes"):
        if not body[name]:
            del body[name]
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def is_large(chunks: int) -> bool:
    """Tell whether so many chunks are too many to compare the vector of each with a query's."""
    return chunks > EXACT
