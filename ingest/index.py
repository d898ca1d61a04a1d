"""Bring an index up to date with files, folders and addresses."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.embedder import Embedder
from assistant.errors import AssistantError, LoadError
from assistant.index.store import DocumentEntry
from assistant.index.writer import IndexWriter, Progress
from assistant.settings import BUNDLED_CORPUS, Settings
from assistant.show.escape import html_text, visible
from assistant.types import Document
from ingest.fetch import load_url
from ingest.files import find_files
from ingest.load import load_file
from ingest.split import CHUNKING, split

KINDS = ("added", "unchanged", "updated", "removed", "failed")
Reading = Callable[[int, int], None]  # sources read so far, sources in all


@dataclass(kw_only=True)
class IndexReport:
    """What a run did: document ids by what happened to them, and failures as (source, reason)."""

    index: str  # its name
    added: list[str] = field(default_factory=list)  # ids of new documents
    updated: list[str] = field(default_factory=list)  # ids of changed ones
    unchanged: list[str] = field(default_factory=list)  # ids of those left alone
    removed: list[str] = field(default_factory=list)  # ids of those whose file has gone
    failed: list[tuple[str, str]] = field(default_factory=list)  # source and reason
    documents: int = 0  # in the index now
    chunks: int = 0  # in the index now

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        body = asdict(self)
        body["failed"] = [{"source": source, "reason": reason} for source, reason in self.failed]
        return body

    def summary(self) -> str:
        """Return the counts in one line: "2 added, 0 unchanged, ..."."""
        counts = ", ".join(f"{len(getattr(self, kind))} {kind}" for kind in KINDS)
        return f"{counts}. Index {self.index!r}: {self.documents} documents, {self.chunks} chunks."

    def __str__(self) -> str:
        return "\n".join([self.summary(), *(f"failed: {visible(reason)}" for _, reason in self.failed)])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        failed = "".join(f"<li>failed: {html_text(reason)}</li>" for _, reason in self.failed)
        return f"<p>{html_text(self.summary())}</p>" + (f"<ul>{failed}</ul>" if failed else "")


@dataclass(frozen=True, kw_only=True)
class _Source:
    """One thing to read: a file under the folder it was found in, or an address."""

    name: str  # kept as the document's source
    path: Path | None = None
    root: Path | None = None

    def read(self) -> Document:
        if self.path is None or self.root is None:
            return load_url(self.name)
        return replace(load_file(self.path, self.root), source=self.name)

    def fingerprint(self) -> str | None:
        """Hash the bytes of a file; None where it has to be read to know."""
        if self.path is None:
            return None
        try:
            with self.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None  # reading it will say what is wrong


def build_index(
    settings: Settings,
    embedder: Embedder,
    sources: Sequence[str] = (),
    *,
    rebuild: bool = False,
    reading: Reading | None = None,
    embedding: Progress | None = None,
) -> IndexReport:
    """Index files, folders and addresses; by default the bundled corpus.

    What is unchanged since the last run is left alone; files that vanished from a named folder are removed; a
    source that fails keeps its earlier version. `rebuild` splits and embeds the stored documents anew first.
    Raises InputError for a path that does not exist, IndexBusy, IndexMismatch.
    """
    report = IndexReport(index=settings.index)
    names = list(sources) or ([] if rebuild else [str(BUNDLED_CORPUS)])
    found = [_find(name, report) for name in names]
    with IndexWriter(settings, embedder, CHUNKING, rebuild=rebuild) as writer:
        held = dict(writer.documents)
        if rebuild:
            held = _put_stored(writer, report)
        for name, items in zip(names, found, strict=True):
            _remove_vanished(writer, name, items, held, report)
        _read_all([item for items in found for item in items], writer, held, report, reading)
        manifest = writer.commit(embedding)
    report.documents = len(manifest.documents)
    report.chunks = sum(entry.chunks for entry in manifest.documents.values())
    return report


def _find(name: str, report: IndexReport) -> list[_Source]:
    if "://" in name:
        return [_Source(name=name)]
    path = Path(name).expanduser().absolute()
    files, failures = find_files(path)
    report.failed += [(_source_name(file), reason) for file, reason in failures]
    root = path if path.is_dir() else path.parent
    return [_Source(name=_source_name(file), path=file, root=root) for file in files]


def _source_name(path: Path) -> str:
    """Name a file by its path; a bundled article by its place in the corpus, the same on every machine."""
    if path.is_relative_to(BUNDLED_CORPUS):
        return f"corpus/{path.relative_to(BUNDLED_CORPUS).as_posix()}"
    return str(path)


def _put_stored(writer: IndexWriter, report: IndexReport) -> dict[str, DocumentEntry]:
    held: dict[str, DocumentEntry] = {}
    for entry, document in writer.stored():
        writer.put(document, split(document), raw_sha256=entry.raw_sha256)
        held[entry.doc_id] = entry
        report.updated.append(entry.doc_id)
    return held


def _remove_vanished(
    writer: IndexWriter, name: str, items: list[_Source], held: dict[str, DocumentEntry], report: IndexReport
) -> None:
    """Take out documents whose file was under the named folder and is there no more."""
    path = Path(name).expanduser().absolute()
    if "://" in name or not path.is_dir():
        return
    prefix = _source_name(path / "x")[:-1]
    present = {item.name for item in items} | {source for source, _ in report.failed}
    for entry in list(held.values()):
        if entry.source.startswith(prefix) and entry.source not in present:
            writer.remove(entry.doc_id)
            del held[entry.doc_id]
            report.removed.append(entry.doc_id)


def _read_all(
    items: list[_Source],
    writer: IndexWriter,
    held: dict[str, DocumentEntry],
    report: IndexReport,
    reading: Reading | None,
) -> None:
    by_source = {entry.source: entry for entry in held.values()}
    for done, item in enumerate(items, 1):
        try:
            _read(item, by_source.get(item.name), writer, held, report)
        except AssistantError as error:
            report.failed.append((item.name, str(error)))
        if reading:
            reading(done, len(items))


def _read(
    item: _Source,
    known: DocumentEntry | None,
    writer: IndexWriter,
    held: dict[str, DocumentEntry],
    report: IndexReport,
) -> None:
    raw = item.fingerprint()
    if known and raw and known.raw_sha256 == raw:
        if known.doc_id not in report.updated:  # a rebuild has counted it
            report.unchanged.append(known.doc_id)
        return
    document = item.read()
    holder = held.get(document.doc_id)
    if holder and holder.source != item.name:
        raise LoadError(
            f"{item.name} has the document id {document.doc_id!r}, which {holder.source} has already: "
            "rename one of them, or give it another `id:` in its front matter."
        )
    if holder and raw is None and holder.sha256 == document.sha256 and holder.title == document.title:
        report.unchanged.append(document.doc_id)
        return
    if known and known.doc_id != document.doc_id:  # the file has taken a new id
        writer.remove(known.doc_id)
        held.pop(known.doc_id, None)
        report.removed.append(known.doc_id)
    writer.put(document, split(document), raw_sha256=raw or document.sha256)
    new = document.doc_id not in held and document.doc_id not in report.removed
    if document.doc_id in report.removed:
        report.removed.remove(document.doc_id)
    if document.doc_id not in report.updated:
        (report.added if new else report.updated).append(document.doc_id)
    held[document.doc_id] = DocumentEntry(
        doc_id=document.doc_id,
        title=document.title,
        source=item.name,
        date=document.date,
        sha256=document.sha256,
        raw_sha256=raw or "",
        file="",
        chunks=0,
    )
