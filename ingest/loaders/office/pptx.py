"""Read PowerPoint slides: titles as headings, bullets, tables, notes; the slide's number is the page."""

from collections.abc import Iterator
from typing import Any

from assistant.core.types import BlockKind
from ingest.loaders.blocks import Draft, Piece, draft
from ingest.loaders.office.archive import (
    Archive,
    child,
    children,
    core_title,
    get,
    is_on,
    link_of,
    local,
    whole,
    within,
)
from ingest.loaders.tables.rows import Cell, table_pieces

MAX_SLIDES = 5_000
MAX_COLUMNS = 200
_TITLES = ("title", "ctrTitle")
_FURNITURE = ("sldNum", "dt", "ftr", "hdr", "sldImg")
_STRUCK = ("sngStrike", "dblStrike")


def read_pptx(data: bytes) -> Draft:
    """Read slides in their order with their notes; hidden slides, hidden shapes and struck words are left out.

    Raises LoadError for a file that is broken, protected by a password or too large when unpacked.
    """
    archive = Archive(data, ".pptx")
    main = next((name for kind, name in archive.related("").values() if kind == "officeDocument"), "")
    main = main or "ppt/presentation.xml"
    rels = archive.related(main)
    links = [link_of(item) for item in within(archive.xml(main), "sldId")][:MAX_SLIDES]
    pieces: list[Piece] = []
    for number, link in enumerate(links, 1):
        kind, name = rels.get(link, ("", ""))
        if kind == "slide" and name in archive:
            pieces.append(Piece(kind="heading", text="", closes=2))  # one without a title is under none
            pieces += _slide(archive, name, number)
    return draft(pieces, title=core_title(archive))


def _slide(archive: Archive, name: str, number: int) -> Iterator[Piece]:
    root = archive.xml(name)
    shown = root.get("show")
    if shown is not None and not is_on(shown):
        return
    rels = archive.related(name)
    tree = child(root, "cSld", "spTree")
    shapes = list(_shapes(tree)) if tree is not None else []
    for shape in sorted(shapes, key=lambda item: _placeholder(item) not in _TITLES):
        yield from _shape(archive, rels, shape, number)
    for kind, target in rels.values():
        if kind == "notesSlide" and target in archive:
            notes = child(archive.xml(target), "cSld", "spTree")
            for shape in _shapes(notes) if notes is not None else ():
                if _placeholder(shape) == "body":
                    yield from (Piece(kind="paragraph", text=text, page=number) for text, _ in _lines(shape))


def _shapes(tree: Any) -> Iterator[Any]:
    """Yield the shapes that are shown, those in groups too."""
    for item in tree:
        name = local(item)
        if name == "AlternateContent":
            chosen = child(item, "Choice")
            yield from _shapes(chosen if chosen is not None else item)
        elif name in ("sp", "graphicFrame", "grpSp", "Fallback"):
            about = next(within(item, "cNvPr"), None)
            if about is not None and is_on(about.get("hidden")):
                continue
            yield from _shapes(item) if name in ("grpSp", "Fallback") else (item,)


def _placeholder(shape: Any) -> str | None:
    """Return the type of a placeholder ("body" where it gives none), None for any other shape."""
    found = child(shape, "nvSpPr", "nvPr", "ph")
    return None if found is None else found.get("type") or "body"


def _shape(archive: Archive, rels: dict[str, tuple[str, str]], shape: Any, page: int) -> Iterator[Piece]:
    if local(shape) == "graphicFrame":
        for table in within(shape, "tbl"):
            yield from table_pieces(_rows(table), page=page)
        yield from _diagram(archive, rels, shape, page)
        return
    holder = _placeholder(shape)
    if holder in _FURNITURE:
        return
    if holder in _TITLES:
        text = " ".join(text for text, _ in _lines(shape))
        yield Piece(
            kind="heading", text=text, level=1 if holder == "ctrTitle" and page == 1 else 2, page=page
        )
        return
    for text, marked in _lines(shape):
        listed = holder in ("body", "obj") if marked is None else marked
        kind: BlockKind = "item" if listed else "paragraph"
        yield Piece(kind=kind, text=text, page=page)


def _diagram(archive: Archive, rels: dict[str, tuple[str, str]], shape: Any, page: int) -> Iterator[Piece]:
    """Yield the words of a diagram (SmartArt), which stand in a part of their own."""
    for link in within(shape, "relIds"):
        kind, target = rels.get(get(link, "dm") or "", ("", ""))
        if kind == "diagramData" and target in archive:
            for body in within(archive.xml(target), "t"):
                for paragraph in children(body, "p"):
                    yield Piece(kind="item", text=_words(paragraph), page=page)


def _lines(shape: Any) -> Iterator[tuple[str, bool | None]]:
    """Yield each paragraph, and whether it is marked as an item of a list; None where its layout decides."""
    for body in children(shape, "txBody"):
        for paragraph in children(body, "p"):
            text = _words(paragraph)
            if text.strip():
                look = child(paragraph, "pPr")
                marks = set(map(local, look)) if look is not None else set()
                listed = True if marks & {"buChar", "buAutoNum", "buBlip"} else None
                yield text, False if "buNone" in marks else listed


def _words(paragraph: Any) -> str:
    """Return the words of a paragraph without those struck through."""
    words = []
    for run in children(paragraph, "r", "fld", "br"):
        look = child(run, "rPr")
        if local(run) == "br":
            words.append(" ")
        elif look is None or look.get("strike") not in _STRUCK:
            words += [item.text or "" for item in children(run, "t")]
    return "".join(words)


def _rows(table: Any) -> list[list[Cell]]:
    return [
        [_cell(cell) for cell in [*children(row, "tc")][:MAX_COLUMNS] if not _is_covered(cell)]
        for row in children(table, "tr")
    ]


def _cell(cell: Any) -> Cell:
    body = child(cell, "txBody")
    words = "\n".join(_words(item) for item in children(body, "p")) if body is not None else ""
    return Cell(text=words, columns=whole(cell.get("gridSpan"), 1), rows=whole(cell.get("rowSpan"), 1))


def _is_covered(cell: Any) -> bool:
    return is_on(cell.get("hMerge")) or is_on(cell.get("vMerge"))
