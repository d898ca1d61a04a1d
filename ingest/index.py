"""Bring an index up to date with files, folders and addresses."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from assistant.core.errors import AssistantError, LoadError
from assistant.core.settings import BUNDLED_CORPUS, Settings
from assistant.core.types import Document
from assistant.index.manifest import DocumentEntry
from assistant.index.served.backend import Progress
from assistant.index.writer import IndexWriter
from assistant.models.embedder.embedder import Embedder
from assistant.show.escape import html_text, visible
from ingest.asked import QUESTIONS, Asked, read_questions, with_questions
from ingest.fetch import load_url
from ingest.files import find_files
from ingest.load import load_file
from ingest.loaders.pdf.scans import can_recognise
from ingest.sources.kinds import unknown
from ingest.sources.names import file_id, ids_for
from ingest.split import CHUNKING, split

READING = 9  # raised when files are read or indexed in another way, so that the next run reads each anew
NAMED = 20  # files of one kind named in a line
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
    unread: list[str] = field(default_factory=list)  # files of kinds that are not read
    notes: list[tuple[str, str]] = field(default_factory=list)  # source, and what of it was not read, or how
    documents: int = 0  # in the index now
    chunks: int = 0  # in the index now

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        body = asdict(self)
        body["failed"] = [{"source": source, "reason": reason} for source, reason in self.failed]
        body["notes"] = [{"source": source, "note": note} for source, note in self.notes]
        return body

    def summary(self) -> str:
        """Return the counts in one line: "2 added, 0 unchanged, ..."."""
        counts = ", ".join(f"{len(getattr(self, kind))} {kind}" for kind in KINDS)
        counts += f", {len(self.unread)} of kinds that are not read" if self.unread else ""
        return f"{counts}. Index {self.index!r}: {self.documents} documents, {self.chunks} chunks."

    def problems(self) -> list[str]:
        """Return a line for each failure, for each kind of file that is not read, and for what of a file was not."""
        notes = (f"note: {source}: {note}" for source, note in self.notes)
        return [*(f"failed: {reason}" for _, reason in self.failed), *_unread_lines(self.unread), *notes]

    def __str__(self) -> str:
        return "\n".join([self.summary(), *map(visible, self.problems())])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        told = "".join(f"<li>{html_text(line)}</li>" for line in self.problems())
        return f"<p>{html_text(self.summary())}</p>" + (f"<ul>{told}</ul>" if told else "")


def _unread_lines(paths: Sequence[str]) -> Iterator[str]:
    """Say of each kind that is not read which files are of it, NAMED of them by name, and what to do."""
    by_kind: dict[str, list[Path]] = {}
    for path in map(Path, paths):
        by_kind.setdefault(path.suffix.lower(), []).append(path)
    for found in by_kind.values():
        names = ", ".join(path.name for path in found[:NAMED])
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        yield f"not read: {names}{more}: {unknown(found[0])}"


@dataclass(frozen=True, kw_only=True)
class _Source:
    """One thing to read: a file under the folder it was found in, or an address."""

    name: str  # the whole path or address; stays in the index
    path: Path | None = None
    root: Path | None = None
    asked: tuple[Asked, ...] = ()  # questions it answers, from the file beside it

    def read(self) -> Document:
        if self.path is None or self.root is None:
            return load_url(self.name)
        document = replace(load_file(self.path, self.root), source=self.shown)
        return with_questions(document, self.asked, self.root / QUESTIONS) if self.asked else document

    @property
    def shown(self) -> str:
        """The document's source as it is cited: its path below what was ingested, or its address."""
        if self.path is None or self.root is None or self.name != str(self.path):  # a bundled article
            return self.name
        return self.path.relative_to(self.root).as_posix()

    @property
    def own_id(self) -> str:
        """The id that follows from its place alone; "" for an address."""
        return "" if self.path is None else file_id(PurePosixPath(self.shown))

    def ids(self, wanted: str, holder: DocumentEntry | None = None) -> list[str]:
        """Return the ids it may take, best first; `holder` is the document that has the wanted one."""
        if self.path is None or self.root is None:
            return [wanted]
        other = Path(holder.read_from) if holder else None
        ids = ids_for(wanted, self.path, self.root, other)
        # by its own name where another has the one it was given
        return list(dict.fromkeys([wanted, self.own_id, *ids]))

    def fingerprint(self) -> str | None:
        """Hash the way of reading, the bytes of a file and its questions; None where it has to be read to know."""
        if self.path is None:
            return None
        scans = " with scans" if self.path.suffix.lower() == ".pdf" and can_recognise() else ""
        try:
            with self.path.open("rb") as file:
                found = hashlib.file_digest(file, lambda: hashlib.sha256(f"{READING}{scans}\n".encode()))
            for asked in self.asked:
                found.update(f"{asked.question}\0{asked.answer}".encode())
            return found.hexdigest()
        except OSError:
            return None  # reading it will say what is wrong


def build_index(
    settings: Settings,
    embedder: Embedder,
    sources: Sequence[str] = (),
    *,
    rebuild: bool = False,
    wait_s: float = 0.0,
    reading: Reading | None = None,
    embedding: Progress | None = None,
) -> IndexReport:
    """Index files, folders and addresses; by default the bundled corpus.

    What is unchanged since the last run is left alone; files that vanished from a named folder are removed; a
    source that fails keeps its earlier version. `rebuild` splits and embeds the stored documents anew first.
    `wait_s` is how long another process may go on writing before this gives up.
    Raises InputError for a path that does not exist, IndexBusy, IndexMismatch.
    """
    report = IndexReport(index=settings.index)
    names = list(sources) or ([] if rebuild else [str(BUNDLED_CORPUS)])
    found = [_find(name, report) for name in names]
    with IndexWriter(settings, embedder, CHUNKING, rebuild=rebuild, wait_s=wait_s) as writer:
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
    files = find_files(path)
    report.failed += [(_source_name(file), f"{file} {reason}") for file, reason in files.failed]
    report.unread += map(str, files.unread)
    root = path if path.is_dir() else path.parent
    try:
        asked = read_questions(root)
    except LoadError as error:
        report.failed.append((str(root / QUESTIONS), str(error)))
        asked = {}
    return [
        _Source(
            name=_source_name(file), path=file, root=root,
            asked=tuple(asked.get(file.relative_to(root).as_posix(), ())),
        )
        for file in files.read
    ]  # fmt: skip


def _source_name(path: Path) -> str:
    """Name a file by its path; a bundled article by its place in the corpus, the same on every machine."""
    if path.is_relative_to(BUNDLED_CORPUS):
        return f"corpus/{path.relative_to(BUNDLED_CORPUS).as_posix()}"
    return str(path)


def _put_stored(writer: IndexWriter, report: IndexReport) -> dict[str, DocumentEntry]:
    held: dict[str, DocumentEntry] = {}
    for entry, document in writer.stored():
        writer.put(document, split(document), raw_sha256=entry.raw_sha256, origin=entry.read_from)
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
        if entry.read_from.startswith(prefix) and entry.read_from not in present:
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
    by_origin = {entry.read_from: entry for entry in held.values()}
    for done, item in enumerate(items, 1):
        try:
            _read(item, by_origin.get(item.name), writer, held, report)
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
    report.notes += [(item.name, note) for note in document.notes]
    document = replace(document, doc_id=_free_id(item, document.doc_id, known, held))
    holder = held.get(document.doc_id)
    if holder and raw is None and holder.sha256 == document.sha256 and holder.title == document.title:
        report.unchanged.append(document.doc_id)
        return
    if known and known.doc_id != document.doc_id:  # the file has taken a new id
        writer.remove(known.doc_id)
        held.pop(known.doc_id, None)
        report.removed.append(known.doc_id)
    writer.put(document, split(document), raw_sha256=raw or document.sha256, origin=item.name)
    new = document.doc_id not in held and document.doc_id not in report.removed
    if document.doc_id in report.removed:
        report.removed.remove(document.doc_id)
    if document.doc_id not in report.updated:
        (report.added if new else report.updated).append(document.doc_id)
    held[document.doc_id] = DocumentEntry(
        doc_id=document.doc_id,
        title=document.title,
        source=document.source,
        date=document.date,
        sha256=document.sha256,
        raw_sha256=raw or "",
        file="",
        chunks=0,
        origin=item.name,
    )


def _free_id(
    item: _Source, wanted: str, known: DocumentEntry | None, held: Mapping[str, DocumentEntry]
) -> str:
    """Return the first id a source may take that no other has; what is known keeps the one it has.

    Raises LoadError where all are taken, as two addresses may ask for the same.
    """
    if known and (known.doc_id in item.ids(wanted) or wanted == item.own_id):
        return known.doc_id
    for doc_id in item.ids(wanted, held.get(wanted)):
        holder = held.get(doc_id)
        if holder is None or holder.read_from == item.name:
            return doc_id
    raise LoadError(
        f"{item.name} has the document id {wanted!r}, which {held[wanted].read_from} has already: remove one of them."
    )
