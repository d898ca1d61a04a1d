"""Read books in EPUB: their chapters in reading order."""

import posixpath
from collections.abc import Iterator

from assistant.core.errors import LoadError
from ingest.loaders.blocks import Draft, Piece, draft, pieces_of
from ingest.loaders.html import read_html
from ingest.loaders.office.archive import Archive, children, get, local, resolved, within

MAX_CHAPTERS = 2_000
_PAGES = ("application/xhtml+xml", "text/html")


def read_epub(data: bytes) -> Draft:
    """Read the chapters of a book with their headings, lists and tables; the table of contents is left out.

    Raises LoadError for a book that is broken, locked or too large when unpacked.
    """
    archive = Archive(data, "EPUB")
    found = next(within(archive.xml("META-INF/container.xml"), "rootfile"), None)
    main = (found.get("full-path") or "") if found is not None else ""
    package = archive.xml(main)
    folder = posixpath.dirname(main)
    locked = _locked(archive)
    pieces: list[Piece] = []
    for name in _spine(package, folder):
        if name in locked:
            raise LoadError("is locked by its seller (DRM); only books without a lock are read")
        if name in archive:
            pieces += pieces_of(read_html(archive.read(name)))
    return draft(pieces, title=_stated(package, "title"), date=_stated(package, "date"))


def _spine(package: object, folder: str) -> Iterator[str]:
    """Yield the names of the pages in reading order, without the one that lists the contents."""
    pages = {}
    for item in within(package, "item"):
        contents = "nav" in (item.get("properties") or "").split()
        if item.get("media-type") in _PAGES and not contents:
            pages[item.get("id")] = resolved(folder, item.get("href") or "")
    for number, entry in enumerate(within(package, "itemref")):
        name = pages.pop(entry.get("idref"), None)  # no page is read twice
        if name and entry.get("linear") != "no" and number < MAX_CHAPTERS:
            yield name


def _locked(archive: Archive) -> set[str]:
    """Return the names of the parts that are encrypted; fonts often are, in books without a lock too."""
    name = "META-INF/encryption.xml"
    return (
        {get(item, "URI") or "" for item in within(archive.xml(name), "CipherReference")}
        if name in archive
        else set()
    )


def _stated(package: object, what: str) -> str | None:
    for part in children(package, "metadata"):
        for item in part.iter():
            if local(item) == what and (item.text or "").strip():
                return " ".join(item.text.split())
    return None
