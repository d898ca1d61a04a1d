"""The articles of an index: list them, read one, add files and pages, remove one, build all anew."""

import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from assistant.core.errors import IndexMismatch, InputError
from assistant.core.settings import Settings
from assistant.core.types import Document
from assistant.index.manifest import Manifest
from assistant.index.served.mirror import generation_in_force
from assistant.index.store import read_document
from assistant.index.writer import IndexWriter
from assistant.models.embedder.embedder import Embedder
from assistant.text.commands import is_command
from assistant.text.sentences import sentence_spans
from ingest.index import IndexReport, build_index
from ingest.split import CHUNKING
from ui.library.job import Job, Outcome
from ui.library.uploads import MAX_FILES, save_upload, uploaded_file, uploads_folder

MAX_ADDRESS = 2000  # characters
MAX_SUMMARY = 200  # characters of an article's first sentence in the list


class NamedFile(Protocol):
    """A file as a browser hands it over."""

    @property
    def name(self) -> str:
        """Return what the browser calls it: any text."""

    def getvalue(self) -> bytes:
        """Return its bytes."""


@dataclass(frozen=True, kw_only=True)
class Article:
    """One article in the list."""

    doc_id: str
    title: str
    source: str  # as shown: an uploaded file by its name alone
    date: str | None
    chunks: int
    words: int
    uploaded: bool  # its file is a copy in the data folder, removed with it
    summary: str = ""  # its first sentence
    file: Path = field(default=Path(), compare=False, repr=False)  # its stored text


ORDERS: dict[str, Callable[[Article], tuple[object, ...]]] = {
    "Title": lambda item: (),
    "Newest first": lambda item: tuple(-int(n) for n in _date_numbers(item.date)) or (0,),
    "Longest first": lambda item: (-item.words,),
    "Source": lambda item: (item.source.casefold(),),
}


def read_manifest(settings: Settings) -> Manifest | None:
    """Return what the index in force holds, None where there is no index. Raises IndexMismatch, StoreUnreachable."""
    for _ in range(2):  # a writer may drop a generation between two looks
        try:
            folder = generation_in_force(settings)
            if folder is None:
                return None
            path = folder / "manifest.json"
            found = path.stat()
            return _manifest(path, found.st_mtime_ns, found.st_size)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            break
    raise IndexMismatch(
        f"The index {settings.index!r} is damaged and cannot be read: remove it and add its articles anew."
    )


def list_articles(settings: Settings) -> list[Article]:
    """Return the articles of the index in force, in the order of their titles. Raises IndexMismatch."""
    manifest = read_manifest(settings)
    texts = settings.index_dir / "texts"
    articles = []
    for entry in manifest.documents.values() if manifest else ():
        copy = uploaded_file(settings, entry.read_from)
        articles.append(
            Article(
                doc_id=entry.doc_id,
                title=entry.title,
                source=copy.name if copy else entry.source,
                date=entry.date,
                chunks=entry.chunks,
                words=_glance(texts / entry.file)[0],
                uploaded=copy is not None,
                summary=_glance(texts / entry.file)[1],
                file=texts / entry.file,
            )
        )
    return sort_articles(articles)


def find_articles(articles: Iterable[Article], words: str) -> list[Article]:
    """Return the articles that hold every one of the words in title, source, date or text.

    Where the words stand in the text, the sentence that holds most of them takes the place of the summary.
    """
    wanted = words.casefold().split()
    found = []
    for item in articles:
        head, text = f"{item.title} {item.source} {item.date or ''}".casefold(), _text(item.file)
        if all(word in head or word in text.casefold() for word in wanted):
            found.append(replace(item, summary=_telling(text, wanted) or item.summary) if wanted else item)
    return found


def sort_articles(articles: Iterable[Article], order: str = "Title") -> list[Article]:
    """Sort by one of ORDERS; what is equal, by title. Articles without a year come after the dated ones."""
    return sorted(
        articles, key=lambda item: (ORDERS[order](item), item.title.casefold(), item.title, item.doc_id)
    )


def read_article(settings: Settings, doc_id: str) -> Document | None:
    """Return an article of the index in force, None where it has gone. Raises IndexMismatch."""
    manifest = read_manifest(settings)
    entry = manifest.documents.get(doc_id) if manifest else None
    try:
        return read_document(settings.index_dir / "texts" / entry.file) if entry else None
    except FileNotFoundError:
        return None


def add_files(settings: Settings, embedder: Embedder, files: Sequence[NamedFile], job: Job) -> Outcome:
    """Keep files in the data folder and index them; one that fails is named and its copy removed.

    Raises InputError for more than MAX_FILES, IndexBusy, IndexMismatch, Stopped; then no copy stays.
    """
    if len(files) > MAX_FILES:
        raise InputError(
            f"{len(files)} files were given, at most {MAX_FILES} go at once: add the rest afterwards."
        )
    manifest = read_manifest(settings)
    failed: list[tuple[str, str]] = []
    saved: dict[Path, tuple[str, bool]] = {}
    done = False
    try:
        for file in files:
            try:
                path, new = save_upload(
                    settings, file.name, file.getvalue(), manifest.documents if manifest else ()
                )
                saved.setdefault(path, (file.name, new))
            except InputError as error:
                failed.append((file.name, str(error)))
        report = _index(settings, embedder, [str(path) for path in saved], job)
        done = True
    finally:
        if not done:
            _drop(path for path, (_, new) in saved.items() if new)
    bad = {Path(source): reason for source, reason in report.failed}
    _drop(path for path in bad if saved[path][1])
    failed += [(saved[path][0], _plain_reason(settings, path, reason)) for path, reason in bad.items()]
    return Outcome(line=_told(settings, report), failed=tuple(failed), report=report)


def add_page(settings: Settings, embedder: Embedder, address: str, job: Job) -> Outcome:
    """Fetch one page from the web and index it.

    Raises InputError for what is no https address, IndexBusy, IndexMismatch, Stopped.
    """
    address = address.strip()
    if not re.fullmatch(r"https://[^\s\x00-\x1f\x7f]+", address, re.IGNORECASE) or len(address) > MAX_ADDRESS:
        raise InputError(
            f"{address[:80]!r} is not the address of a page: give one that begins with https://."
        )
    report = _index(settings, embedder, [address], job)
    failed = tuple(
        (source, reason.removeprefix(f"{source} ").removeprefix(f"{address} "))
        for source, reason in report.failed
    )
    return Outcome(line=_told(settings, report), failed=failed, report=report)


def remove_article(settings: Settings, embedder: Embedder, doc_id: str) -> Outcome:
    """Take an article out of the index, and its copy out of the data folder; no other file is touched.

    Raises InputError where the index does not hold it, IndexBusy, IndexMismatch.
    """
    with IndexWriter(settings, embedder, CHUNKING) as writer:
        entry = writer.documents.get(doc_id)
        if entry is None:
            raise InputError(
                f"The index {settings.index!r} no longer holds this article: nothing was removed."
            )
        writer.remove(doc_id)
        writer.commit()
    if copy := uploaded_file(settings, entry.read_from):
        _drop([copy])
    return Outcome(line=f"Removed “{entry.title}”.")


def rebuild(settings: Settings, embedder: Embedder, job: Job) -> Outcome:
    """Split and embed every stored article anew. Raises IndexBusy, IndexMismatch, Stopped."""
    report = build_index(settings, embedder, rebuild=True, reading=job.reading, embedding=job.embedding)
    return Outcome(line=f"Built anew: {count(report.documents, 'article')}.")


def count(number: int, noun: str) -> str:
    """Write a number with its noun: "1 chunk", "1,200 chunks"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _index(settings: Settings, embedder: Embedder, sources: list[str], job: Job) -> IndexReport:
    if not sources:  # none would stand for the bundled articles
        return IndexReport(index=settings.index)
    return build_index(settings, embedder, sources, reading=job.reading, embedding=job.embedding)


def _told(settings: Settings, report: IndexReport) -> str:
    """Say what a run has done, leaving out what it did not do."""
    kinds = {"added": report.added, "updated": report.updated, "already there": report.unchanged}
    parts = [f"{count(len(ids), 'article')} {kind}" for kind, ids in kinds.items() if ids]
    line = ", ".join(parts) or "No article was added"
    holds = f" The index {settings.index!r} holds {count(report.documents, 'article')} now."
    notes = "".join(f" {Path(source).name}: {note}." for source, note in report.notes)
    return f"{line}.{holds if parts else ''}{notes}"


def _plain_reason(settings: Settings, path: Path, reason: str) -> str:
    """Name uploaded files by their name alone."""
    return reason.removeprefix(f"{path} ").replace(f"{uploads_folder(settings)}{os.sep}", "")


def _drop(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):  # what stays is a copy that no index names
            path.unlink()


def _date_numbers(date: str | None) -> list[str]:
    """Return year, month and day of a date that begins with its year."""
    found = re.match(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", date or "")
    return [part for part in found.groups() if part] if found else []


@lru_cache(maxsize=16)
def _manifest(path: Path, _mtime_ns: int, _size: int) -> Manifest:
    return Manifest.read(path)


@lru_cache(maxsize=65_536)
def _glance(path: Path) -> tuple[int, str]:
    """Return how many words a stored text has, and its first sentence; its file is named by its content, so both stay."""
    try:
        document = read_document(path)
    except (OSError, ValueError, KeyError, TypeError):
        return 0, ""
    paragraphs = (
        document.text[block.start : block.end] for block in document.blocks if block.kind == "paragraph"
    )
    return len(document.text.split()), next(filter(None, map(_first_sentence, paragraphs)), "")


def _first_sentence(paragraph: str) -> str:
    """Return the first sentence that informs a reader, short enough for a line or two; "" where there is none."""
    for start, end in sentence_spans(paragraph):
        sentence = " ".join(paragraph[start:end].split())
        if sentence.endswith((".", "!", "?")) and not is_command(sentence):
            return _short(sentence, MAX_SUMMARY)
    return ""


@lru_cache(maxsize=4096)
def _text(path: Path) -> str:
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["text"])
    except (OSError, ValueError, KeyError):
        return ""


def _telling(text: str, wanted: Sequence[str]) -> str:
    """Return the sentence that holds most of the words, the first of several; "" where none holds any."""
    at = [text.casefold().find(word) for word in wanted]
    first = min((place for place in at if place >= 0), default=-1)
    if first < 0:
        return ""
    start = text.rfind("\n", 0, first) + 1
    end = text.find("\n", first)
    line = text[start : end if end >= 0 else len(text)]
    spans = [line[a:b] for a, b in sentence_spans(line)] or [line]
    best = max(spans, key=lambda one: sum(word in one.casefold() for word in wanted))
    return _short(" ".join(best.split()), 2 * MAX_SUMMARY)


def _short(sentence: str, most: int) -> str:
    return sentence if len(sentence) <= most else sentence[:most].rsplit(" ", 1)[0] + " …"
