"""Read PDF files page by page."""

import io
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.core.errors import LoadError
from ingest.loaders.blocks import Draft, clean_line, draft
from ingest.loaders.pdf.columns import bands
from ingest.loaders.pdf.labels import with_labels_first
from ingest.loaders.pdf.layout import Line, Rows, page_pieces, without_running_heads
from ingest.loaders.pdf.lines import Run, runs
from ingest.loaders.pdf.margins import with_margins
from ingest.loaders.pdf.page.characters import directions
from ingest.loaders.pdf.page.fields import with_fields
from ingest.loaders.pdf.page.lighter import lighten
from ingest.loaders.pdf.page.shown import without_unshown
from ingest.loaders.pdf.scans import read_scans
from ingest.loaders.pdf.tables import Box, inside, ruled_tables
from ingest.loaders.tables.rows import Cell

_JUNK_TITLE = re.compile(
    r"untitled.*|\(?anonymous\)?|unknown|about:blank|microsoft .*|.*\.(?:docx?|pdf|indd|pptx?|xlsx?|od[tsp]|html?|md|csv|pages|tex|dvi|qxd|rtf|txt)|document\d*",
    re.I,
)
MAX_MENDED = 10_000_000  # bytes of a file that lacks its end
END = 2048  # bytes at the end of a file in which it says where its table of objects is


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
            items += _page_items(
                without_unshown(with_fields(lighten(page))), scans.lines.get(page.page_number, [])
            )
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
    tables = ruled_tables(page)
    boxes = [box for box, _ in tables]
    chars = [char for char in page.chars if not any(inside(char, box) for box in boxes)]
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
    for band in (band for part in with_margins(lines) for band in bands(with_labels_first(part))):
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
                    labelled=line[0].labelled,
                )


def _precedes(box: Box, line: Line) -> bool:
    return box[1] < line.top and box[0] < line.x1 and box[2] > line.x0
