"""Read PDF files page by page."""

import io
import logging
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.core.errors import LoadError
from ingest.loaders.blocks import Draft, clean_line, draft
from ingest.loaders.pdf.characters import directions
from ingest.loaders.pdf.columns import bands
from ingest.loaders.pdf.layout import Line, Rows, page_pieces, without_running_heads
from ingest.loaders.pdf.lighter import lighten
from ingest.loaders.pdf.lines import Run, runs
from ingest.loaders.pdf.margins import with_margins
from ingest.loaders.pdf.scans import read_scans
from ingest.loaders.pdf.shown import without_unshown
from ingest.loaders.tables.rows import Cell

_JUNK_TITLE = re.compile(
    r"untitled.*|\(?anonymous\)?|unknown|about:blank|microsoft .*|.*\.(?:docx?|pdf|indd|pptx?|tex|dvi|qxd|rtf)|document\d*",
    re.I,
)
MAX_MENDED = 10_000_000  # bytes of a file that lacks its end
TOLERANCE = 1.0  # points, within which rules of a table are one
END = 2048  # bytes at the end of a file in which it says where its table of objects is
_Box = tuple[float, float, float, float]


def read_pdf(data: bytes) -> Draft:
    """Read the text of a PDF with page numbers; tables become rows, running heads are dropped.

    Scanned pages are read where text recognition is installed, else named in a note. Raises LoadError for a password, a
    broken file, or one of which nothing but scanned pages is there that could not be read.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every flaw it works around
    try:
        pdf = pdfplumber.open(io.BytesIO(_with_end(data)))
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise LoadError("is protected by a password; save it without one") from None
        raise LoadError(f"is not a PDF or is broken ({_reason(error)}); save it again") from None
    with pdf:
        scans = read_scans(data)
        items: list[Line | Rows] = []
        for page in pdf.pages:
            items += _page_items(without_unshown(lighten(page)), scans.lines.get(page.page_number, []))
            page.close()
        title = clean_line(str((pdf.metadata or {}).get("Title") or ""))
    kept = set(map(id, without_running_heads([item for item in items if isinstance(item, Line)])))
    pieces = list(page_pieces([item for item in items if isinstance(item, Rows) or id(item) in kept]))
    if not pieces and scans.notes:
        raise LoadError(f"holds no text: {'; '.join(scans.notes)}")
    made = draft(pieces, title=None if _JUNK_TITLE.fullmatch(title) else title or None)
    return replace(made, scanned=tuple(sorted(scans.lines)), notes=scans.notes)


def _with_end(data: bytes) -> bytes:
    """Return a file with the pointer at its end that damage took: to look for it line by line takes quadratic time.

    Raises LoadError for a large one, whose objects would all have to be searched for.
    """
    if b"startxref" in data[-END:]:
        return data
    if len(data) > MAX_MENDED:
        raise LoadError("is not a PDF or is broken (its end is missing); save it again")
    return data + b"\nstartxref\n0\n%%EOF\n"


def _reason(error: Exception) -> str:
    inner = error.args[0] if error.args else error
    return " ".join(f"{type(inner).__name__}: {inner}".split()).rstrip(": ")[:120]


def _page_items(page: Any, scanned: Sequence[list[Run]]) -> Iterator[Line | Rows]:
    """Yield the lines and tables of a page in reading order, print in other directions last.

    `scanned` are the lines of its pictures.
    """
    found = ((table.bbox, _rows(table, page.page_number)) for table in page.find_tables())
    tables = [(box, rows) for box, rows in found if rows]
    boxes = [box for box, _ in tables]
    chars = [char for char in page.chars if not any(_inside(char, box) for box in boxes)]
    printed = [
        (runs(upright), height)
        for upright, height in directions(chars, float(page.width), float(page.height))
    ] or [([], float(page.height))]
    for at, (lines, height) in enumerate(printed):
        if at == 0 and scanned:
            lines = sorted([*lines, *scanned], key=lambda line: line[0].base)
        for item in _items(lines, page.page_number, height):
            while at == 0 and tables and isinstance(item, Line) and _precedes(tables[0][0], item):
                yield tables.pop(0)[1]
            yield item
        if at == 0:
            yield from (rows for _, rows in tables)
            tables = []
    yield from (rows for _, rows in tables)


def _items(lines: list[list[Run]], page: int, height: float) -> Iterator[Line | Rows]:
    for band in (band for part in with_margins(lines) for band in bands(part)):
        if band.rows:
            yield Rows(rows=tuple(tuple(Cell(text=text) for text in row) for row in band.rows), page=page)
        for line in band.lines:
            text = clean_line(" ".join(run.text for run in line).replace("\xad", "-"))
            if text:
                yield Line(
                    text=text,
                    page=page,
                    top=min(run.top for run in line),
                    bottom=max(run.bottom for run in line),
                    x0=line[0].x0,
                    x1=line[-1].x1,
                    right=band.right,
                    size=max(line, key=lambda run: len(run.text)).size,
                    bold=all(run.bold for run in line),
                    height=height,
                )


def _rows(table: Any, page: int) -> Rows | None:
    words = table.extract()
    # A frame around a paragraph is no table.
    if sum(map(any, words)) < 2 or len(words[0]) < 2:
        return None
    return Rows(rows=tuple(_spanning(table, words)), page=page)


def _spanning(table: Any, words: Sequence[Sequence[str | None]]) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each row with the columns and rows they span, as their rules show."""
    lefts, tops = (sorted({cell[at] for cell in table.cells}) for at in (0, 1))
    covered: set[tuple[int, int]] = set()
    for y, row in enumerate(table.rows):
        cells = []
        for x, box in enumerate(row.cells):
            if (y, x) in covered:
                continue
            wide = high = 1
            if box is not None:
                wide = max(1, bisect_left(lefts, box[2] - TOLERANCE) - bisect_left(lefts, box[0]))
                high = max(1, bisect_left(tops, box[3] - TOLERANCE) - bisect_left(tops, box[1]))
            covered |= {(y + down, x + right) for down in range(high) for right in range(wide)}
            cells.append(Cell(text=words[y][x] or "", columns=wide, rows=high))
        yield tuple(cells)


def _inside(item: dict[str, Any], box: _Box) -> bool:
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _precedes(box: _Box, line: Line) -> bool:
    return box[1] < line.top and box[0] < line.x1 and box[2] > line.x0
