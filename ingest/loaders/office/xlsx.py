"""Read Excel workbooks: each sheet that is shown is a table, its cells as they are displayed."""

import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from assistant.core.errors import LoadError
from ingest.loaders.blocks import Draft, Piece, draft
from ingest.loaders.office.archive import (
    Archive,
    child,
    children,
    core_title,
    is_on,
    link_of,
    local,
    whole,
    within,
)
from ingest.loaders.office.formats import BUILT_IN, shown_number
from ingest.loaders.plain.sheet import MAX_CELLS, Row, sheet_pieces
from ingest.loaders.tables.rows import Cell

MAX_MERGED = 10_000  # ranges of a sheet
MAX_FILLED = 200_000  # cells of a sheet that are merged with others
MAX_COLUMN = 16_384
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_UNNAMED = re.compile(r"(?:sheet|tabelle|feuil|hoja|foglio|blad|ark)\s?\d*", re.I)

Cells = dict[int, dict[int, str]]  # by row and column, from 1


@dataclass(frozen=True, kw_only=True)
class _Book:
    archive: Archive
    words: list[str]  # shared by all sheets
    formats: list[str]  # code of the number format of each style
    struck: list[bool]  # whether its letters are struck through
    from_1904: bool


def read_xlsx(data: bytes) -> Draft:
    """Read the sheets that are shown; hidden sheets, rows and columns and struck cells are left out.

    Merged cells are taken as the tables of other kinds take them. Raises LoadError for a file that is broken,
    protected by a password or too large.
    """
    archive = Archive(data, ".xlsx")
    main = next((name for kind, name in archive.related("").values() if kind == "officeDocument"), "")
    main = main or "xl/workbook.xml"
    rels = archive.related(main)
    root = archive.xml(main)
    parts = {kind: name for kind, name in rels.values()}
    formats, struck = _styles(archive, parts.get("styles", ""))
    book = _Book(
        archive=archive,
        words=_shared(archive, parts.get("sharedStrings", "")),
        formats=formats,
        struck=struck,
        from_1904=any(is_on(item.get("date1904")) for item in children(root, "workbookPr")),
    )
    sheets = [item for item in within(root, "sheet") if (item.get("state") or "visible") == "visible"]
    pieces: list[Piece] = []
    left = MAX_CELLS
    for sheet in sheets:
        kind, name = rels.get(link_of(sheet), ("", ""))
        if kind == "worksheet" and name in archive:
            grid, used = _grid(book, name, left)
            left -= used
            title = sheet.get("name") or ""
            pieces.append(Piece(kind="heading", text="", closes=1))  # no sheet names the file
            pieces += sheet_pieces(grid, None if _UNNAMED.fullmatch(title) else title)
    return draft(pieces, title=core_title(archive))


def _shared(archive: Archive, name: str) -> list[str]:
    if name not in archive:
        return []
    return [_rich(item) for item in children(archive.xml(name), "si")]


def _rich(item: Any) -> str:
    """Return the words of a cell's text without what is struck through and without reading aids."""
    words = [text.text or "" for text in children(item, "t")]
    for run in children(item, "r"):
        look = child(run, "rPr", "strike")
        if look is None or not is_on(look.get("val") or "1"):
            words += [text.text or "" for text in children(run, "t")]
    return "".join(words)


def _styles(archive: Archive, name: str) -> tuple[list[str], list[bool]]:
    """Return of each cell style the code of its number format and whether it strikes."""
    if name not in archive:
        return [], []
    root = archive.xml(name)
    codes = {item.get("numFmtId"): item.get("formatCode") or "" for item in within(root, "numFmt")}
    strikes = [
        any(is_on(mark.get("val") or "1") for mark in children(font, "strike"))
        for fonts in children(root, "fonts")
        for font in children(fonts, "font")
    ]
    formats, struck = [], []
    for style in children(child(root, "cellXfs"), "xf") if child(root, "cellXfs") is not None else ():
        number = style.get("numFmtId") or "0"
        formats.append(codes.get(number) or BUILT_IN.get(number, "General"))
        font = style.get("fontId") or "0"
        struck.append(font.isdigit() and int(font) < len(strikes) and strikes[int(font)])
    return formats, struck


def _grid(book: _Book, name: str, limit: int) -> tuple[list[Row], int]:
    """Return the rows of a sheet, with one empty row wherever some are missing, and how many cells were read."""
    from lxml import etree  # type: ignore[import-untyped]

    cells: Cells = {}
    hidden: set[int] = set()  # columns
    passed: list[int] = []  # rows that are hidden
    merged: list[str] = []
    used = 0
    source = io.BytesIO(book.archive.read(name))
    try:
        for _, element in etree.iterparse(
            source,
            tag=("{*}col", "{*}mergeCell", "{*}row"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        ):
            kind = local(element)
            if kind == "col" and is_on(element.get("hidden")):
                hidden.update(_columns(element))
            elif kind == "mergeCell" and len(merged) < MAX_MERGED:
                merged.append(element.get("ref") or "")
            elif kind == "row":
                used += len(element)
                if used > limit:
                    raise LoadError(
                        f"holds more than {MAX_CELLS} cells; save the sheets you need by themselves"
                    )
                if is_on(element.get("hidden")):
                    passed.append(whole(element.get("r"), 0))
                else:
                    _take_row(book, element, cells)
                element.clear()
    except etree.XMLSyntaxError as error:
        raise LoadError(f"is broken at its part {name!r} ({error.msg}); save it again") from None
    spans = [box for ref in merged if (box := _box(ref))]
    grid = _laid_out(cells, hidden, spans)
    return _spaced(grid, sorted(cells), sorted(passed)), used


def _columns(element: Any) -> range:
    first, last = (element.get(side) or "0" for side in ("min", "max"))
    if not (first.isdigit() and last.isdigit()):
        return range(0)
    return range(int(first), min(int(last), MAX_COLUMN) + 1)


def _take_row(book: _Book, element: Any, cells: Cells) -> None:
    number = element.get("r") or ""
    row = int(number) if number.isdigit() else max(cells, default=0) + 1
    at = 0
    for cell in children(element, "c"):
        place = _PLACE.fullmatch(cell.get("r") or "")
        at = _column(place[1]) if place else at + 1
        text = _shown(book, cell)
        if text and at <= MAX_COLUMN:
            cells.setdefault(row, {})[at] = text


def _shown(book: _Book, cell: Any) -> str:
    """Return what a cell displays; "" for an error and for struck words."""
    style = cell.get("s") or "0"
    at = int(style) if style.isdigit() else 0
    if at < len(book.struck) and book.struck[at]:
        return ""
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        inside = child(cell, "is")
        return _rich(inside) if inside is not None else ""
    found = child(cell, "v")
    value = (found.text or "").strip("\r\n") if found is not None else ""
    if kind == "s":
        return book.words[int(value)] if value.isdigit() and int(value) < len(book.words) else ""
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind == "n" and value:
        return shown_number(value, book.formats[at] if at < len(book.formats) else "General", book.from_1904)
    return "" if kind == "e" else value


def _box(ref: str) -> tuple[int, int, int, int] | None:
    """Return the first and last row, the first and last column of a range such as B2:C4."""
    first, last = (_PLACE.fullmatch(part) for part in (ref.partition(":")[0], ref.partition(":")[2]))
    if not first or not last:
        return None
    return int(first[2]), int(last[2]), _column(first[1]), _column(last[1])


def _laid_out(
    cells: Cells, hidden: set[int], spans: list[tuple[int, int, int, int]]
) -> list[list[Cell | str | None]]:
    """Return the rows that hold something, cut to the columns they use and two between those that stand apart."""
    rows = sorted(cells)
    columns: list[int] = []
    for column in sorted({column for row in cells.values() for column in row} - hidden):
        between = range(columns[-1] + 1, column) if columns else ()
        columns += [*islice((empty for empty in between if empty not in hidden), 2), column]
    at_row, at_column = (
        {row: n for n, row in enumerate(rows)},
        {column: n for n, column in enumerate(columns)},
    )
    grid: list[list[Cell | str | None]] = [[cells[row].get(column, "") for column in columns] for row in rows]
    filled = 0
    for top, bottom, left, right in spans:
        down = rows[bisect_left(rows, top) : bisect_right(rows, bottom)]
        across = columns[bisect_left(columns, left) : bisect_right(columns, right)]
        filled += len(down) * len(across)
        if not down or not across or down[0] != top or filled > MAX_FILLED:
            continue
        for row, column in product(down, across):
            grid[at_row[row]][at_column[column]] = None
        words = cells[top].get(left, "")
        grid[at_row[top]][at_column[across[0]]] = Cell(text=words, columns=len(across), rows=len(down))
    return grid


def _spaced(grid: Sequence[Row], rows: list[int], passed: list[int]) -> list[Row]:
    """Put an empty row wherever some are missing that are not hidden."""
    spaced: list[Row] = []
    for n, row in enumerate(rows):
        before = rows[n - 1] if n else row - 1
        between = bisect_left(passed, row) - bisect_right(passed, before)
        spaced += [[]] * (row - before - 1 > between)
        spaced.append(grid[n])
    return spaced


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
