"""Read Word documents: the usual and the Strict form, in document order."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.types import BlockKind
from ingest.loaders.blocks import Draft, Piece, clean_line, draft
from ingest.loaders.tables.rows import Cell, table_pieces
from ingest.loaders.word.numbering import Numbering, read_numbering
from ingest.loaders.word.package import Package, child, is_on, local, value
from ingest.loaders.word.shown import is_bold, looks_of
from ingest.loaders.word.styles import Style, outline_level, read_styles
from ingest.loaders.word.words import form_control, words_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

MAX_DEPTH = 20  # of tables in tables and of text boxes
MAX_SPAN = 1000
MAX_HEADER = 200  # characters
MAX_HEADING = 80  # characters
_CLAUSE = re.compile(r"\D{0,12}\d+(?:\.\d+)+[.)]?")  # "1.2", "Section 4.1"
_NUMBERED = re.compile(r"(\d+(?:\.\d+)*[.)]?) ")
_HOLDERS = ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")


def read_docx(data: bytes) -> Draft:
    """Read a DOCX file in document order: headings, lists with their numbers, tables, notes, text boxes, equations.

    The title is the main heading, else the one in the file's properties, else what the page's header says. Raises
    LoadError for a file that is broken, protected by a password or beyond all measure.
    """
    package = Package(data)
    pieces = list(_Reader(package).pieces())
    titled = any(piece.kind == "heading" and piece.level == 1 and piece.text.strip() for piece in pieces)
    title = None if titled else _property_title(package)
    header = _header(package) if not titled or not title else ""
    known = {clean_line(piece.text).casefold() for piece in pieces[:20]} | {(title or "").casefold()}
    if header and header.casefold() not in known:
        pieces.insert(0, Piece(kind="paragraph", text=header))
    return draft(pieces, title=title or (None if titled else header) or None)


class _Reader:
    """Reads the blocks of one file; counts its lists as it goes."""

    def __init__(self, package: Package) -> None:
        self._package = package
        parts = {kind: name for kind, name in package.relations(package.main).values()}
        self._styles: dict[str, Style] = read_styles(package, parts.get("styles"))
        self._looks = looks_of(package.xml(parts.get("styles", "")))
        self._numbering: Numbering = read_numbering(package, parts.get("numbering"))
        self._notes = {kind: _notes(package, parts.get(f"{kind}s")) for kind in ("footnote", "endnote")}

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces of the body in order."""
        before: Piece | None = None
        for piece in (piece for block in self._package.blocks() for piece in self._block(block, 0)):
            if before is not None:
                yield _headed(before, piece)
            before = piece
        if before is not None:
            yield before

    def _block(self, block: "Element", depth: int) -> Iterator[Piece]:
        name = local(block)
        if name == "p":
            yield from self._paragraph(block, depth)
        elif name == "tbl":
            yield from table_pieces(list(self._rows(block, depth)))
        elif name in _HOLDERS and depth < MAX_DEPTH and not (name == "sdt" and form_control(block) == ""):
            for item in block:
                yield from self._block(item, depth + 1)

    def _paragraph(self, paragraph: "Element", depth: int) -> Iterator[Piece]:
        if not len(paragraph):
            return
        words = words_of(paragraph, self._looks)
        properties = child(paragraph, "pPr")
        style = self._styles.get(value(child(properties, "pStyle")) or "", Style())
        level = outline_level(properties)
        level = style.level if level is None else level
        has_text = bool(words.text.strip())
        label = self._label(properties, style) if has_text else None
        text = f"{label} {words.text}" if label else words.text
        if level and has_text:
            yield Piece(kind="heading", text=text, level=level)
        elif has_text:
            listed = label is not None or style.name.casefold().startswith("list")
            clause = _CLAUSE.fullmatch(label or "")
            own: BlockKind = "item" if listed and not clause else "paragraph"
            yield Piece(kind=own, text=text, strong=own == "paragraph" and is_bold(paragraph, self._looks))
        for kind, number in words.notes:
            for note in self._notes[kind].get(number, ()):
                yield Piece(kind="paragraph", text=note)
        for box in words.boxes if depth < MAX_DEPTH else ():
            for item in box:
                yield from self._block(item, depth + 1)

    def _label(self, properties: "Element | None", style: Style) -> str | None:
        """Return the number that Word writes before a paragraph, "" for a bullet, None outside of lists."""
        own = child(properties, "numPr")
        list_id = value(child(own, "numId")) or style.list_id
        level = value(child(own, "ilvl"))
        if list_id is None or list_id == "0":
            return None
        return (
            self._numbering.label(list_id, int(level) if level and level.isdigit() else style.list_level)
            or ""
        )

    def _rows(self, table: "Element", depth: int) -> Iterator[list[Cell]]:
        """Yield the rows of a table; a cell merged downwards has its span in its first row."""
        rows = [_cells(row) for row in _inside(table, "tr") if child(row, "trPr", "del") is None]
        above: dict[int, tuple[int, int]] = {}  # column -> where the cell that is over it stands
        made: list[list[tuple[Element | None, int, bool, int]]] = []
        for at, (row, skipped) in enumerate(rows):
            line: list[tuple[Element | None, int, bool, int]] = [(None, skipped, False, 1)] if skipped else []
            column = skipped
            for cell in row:
                span = _number(child(cell, "tcPr", "gridSpan"))
                merge = child(cell, "tcPr", "vMerge")
                goes_on = merge is not None and value(merge) != "restart" and column in above
                if goes_on and not _has_text(cell):
                    r, c = above[column]
                    element, width, head, height = made[r][c]
                    made[r][c] = (element, width, head, height + 1)
                else:
                    line.append((cell, span, False, 1))
                    above[column] = (at, len(line) - 1)
                column += span
            made.append(line)
        heads = [child(row, "trPr", "tblHeader") for row in _inside(table, "tr")]
        told = any(map(is_on, heads))
        for line, marked in zip(made, heads, strict=False):
            mark = is_on(marked) if told else None
            yield [
                Cell(
                    text=self._cell_text(cell, depth) if cell is not None else "",
                    head=mark,
                    columns=w,
                    rows=h,
                )
                for cell, w, _, h in line
            ]

    def _cell_text(self, cell: "Element", depth: int) -> str:
        if depth >= MAX_DEPTH:
            return ""
        return "\n".join(
            piece.text for item in cell for piece in self._block(item, depth + 1) if piece.text.strip()
        )


def _headed(piece: Piece, after: Piece) -> Piece:
    """Make a heading of a numbered line whose number the next one goes on from: "1. Rent", "1.1 The rent is ..."."""
    own, next_one = _NUMBERED.match(piece.text), _NUMBERED.match(after.text)
    if piece.kind not in ("item", "paragraph") or not own or not next_one or len(piece.text) > MAX_HEADING:
        return piece
    number = own[1].rstrip(".)")
    if piece.text.rstrip()[-1] in ".,;:!?" or not next_one[1].startswith(f"{number}."):
        return piece
    return replace(piece, kind="heading", level=2 + number.count("."))


def _inside(parent: "Element", wanted: str) -> Iterator["Element"]:
    """Yield the rows of a table or the cells of a row, those within content controls and insertions too."""
    stack = list(reversed(parent))
    while stack:
        item = stack.pop()
        if local(item) == wanted:
            yield item
        elif local(item) in _HOLDERS:
            stack += reversed(item)


def _cells(row: "Element") -> tuple[list["Element"], int]:
    """Return the cells of a row, and how many columns are left out before them."""
    skipped = _number(child(row, "trPr", "gridBefore"), 0)
    return list(_inside(row, "tc")), skipped


def _number(element: "Element | None", default: int = 1) -> int:
    text = value(element) or ""
    return min(int(text), MAX_SPAN) if text.isdigit() and len(text) < 12 else default


def _has_text(cell: "Element") -> bool:
    return any(local(item) == "sym" or (local(item) == "t" and item.text) for item in cell.iter())


def _notes(package: Package, part: str | None) -> dict[str, tuple[str, ...]]:
    """Return the footnotes or endnotes by their ids, a text for each paragraph."""
    tree = package.xml(part) if part else None
    found = {}
    for note in tree if tree is not None else ():
        if value(note, "type") in (None, "normal"):
            texts = (clean_line(words_of(item).text) for item in note if local(item) == "p")
            found[value(note, "id") or ""] = tuple(text for text in texts if text)
    return found


def _property_title(package: Package) -> str | None:
    tree = package.xml("docProps/core.xml")
    return (
        clean_line(next((item.text or "" for item in tree if local(item) == "title"), ""))
        if tree is not None
        else None
    )


def _header(package: Package) -> str:
    """Return what the pages' header says, the first one with words; not what is a number of pages."""
    for kind, part in sorted(package.relations(package.main).values()):
        tree = package.xml(part) if kind == "header" else None
        for paragraph in tree.iter("{*}p") if tree is not None else ():
            text = clean_line(words_of(paragraph).text)
            if len(text) <= MAX_HEADER and sum(map(str.isalpha, text)) > 4:
                return text
    return ""
