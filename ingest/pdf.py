"""Read PDF files page by page."""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.errors import LoadError
from ingest.blocks import Draft, clean_line, draft
from ingest.layout import Line, Rows, page_pieces, without_running_heads

MIN_COLUMN_LINES = 8  # on each side, for a page to count as printed in two columns
MAX_CROSSING = 0.3  # of the lines may run across the gap between two columns
MIN_PROSE = 20  # characters in a line that counts
GUTTER = 4.0  # points free on either side of the middle of that gap

_JUNK_TITLE = re.compile(
    r"untitled.*|microsoft .*|.*\.(?:docx?|pdf|indd|pptx?|tex|dvi|qxd|rtf)|document\d*", re.I
)
_Box = tuple[float, float, float, float]


def read_pdf(data: bytes) -> Draft:
    """Read the text of a PDF with page numbers; tables become rows, running heads are dropped.

    Raises LoadError for a password or a broken file. A scanned file gives an empty text.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every flaw it works around
    try:
        pdf = pdfplumber.open(io.BytesIO(data))
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise LoadError("is protected by a password; save it without one") from None
        raise LoadError(f"is not a PDF or is broken ({_reason(error)}); save it again") from None
    with pdf:
        items: list[Line | Rows] = []
        for page in pdf.pages:
            items += _page_items(page)
            page.close()
        title = clean_line(str((pdf.metadata or {}).get("Title") or ""))
    kept = set(map(id, without_running_heads([item for item in items if isinstance(item, Line)])))
    pieces = list(page_pieces([item for item in items if isinstance(item, Rows) or id(item) in kept]))
    return draft(pieces, title=None if _JUNK_TITLE.fullmatch(title) else title or None)


def _reason(error: Exception) -> str:
    inner = error.args[0] if error.args else error
    return " ".join(f"{type(inner).__name__}: {inner}".split()).rstrip(": ")[:120]


def _page_items(page: Any) -> Iterator[Line | Rows]:
    """Yield the lines and tables of a page in reading order."""
    found = ((table.bbox, _rows(table, page.page_number)) for table in page.find_tables())
    tables = [(box, rows) for box, rows in found if rows]
    boxes = [box for box, _ in tables]
    prose = page.filter(lambda item: not any(_inside(item, box) for box in boxes)) if boxes else page
    for region in _regions(prose):
        for line in _lines(prose, region):
            while tables and _precedes(tables[0][0], line):
                yield tables.pop(0)[1]
            yield line
    yield from (rows for _, rows in tables)


def _rows(table: Any, page: int) -> Rows | None:
    rows = tuple(tuple(cell or "" for cell in row) for row in table.extract() if any(row))
    # A frame around a paragraph is no table.
    return Rows(rows=rows, page=page) if len(rows) > 1 and len(rows[0]) > 1 else None


def _inside(item: dict[str, Any], box: _Box) -> bool:
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _precedes(box: _Box, line: Line) -> bool:
    return box[1] < line.top and box[0] < line.x1 and box[2] > line.x0


def _lines(page: Any, region: _Box) -> Iterator[Line]:
    found = page.crop(region, strict=False).extract_text_lines(strip=True)
    right = max((item["x1"] for item in found), default=0.0)
    for item in found:
        text = clean_line(item["text"].replace("\xad", "-"))
        chars = [char for char in item["chars"] if not char["text"].isspace()]
        if not text or not chars:
            continue
        sizes = Counter(round(char["size"] * 2) / 2 for char in chars)
        yield Line(
            text=text,
            page=page.page_number,
            top=item["top"],
            bottom=item["bottom"],
            x0=item["x0"],
            x1=item["x1"],
            right=right,
            size=sizes.most_common(1)[0][0],
            bold=all(re.search("bold|black|heavy", char["fontname"], re.I) for char in chars),
            height=float(page.height),
        )


def _regions(page: Any) -> list[_Box]:
    """Cut a page into boxes in reading order: full-width bands, and two columns where it has them."""
    left, top, right, bottom = page.bbox
    lines = page.extract_text_lines(strip=True)
    middle = _gutter(lines, left, right)
    if middle is None:
        return [(left, top, right, bottom)]
    regions: list[_Box] = []
    begin, full = top, _crosses(lines[0], middle)
    for line in lines[1:]:
        if _crosses(line, middle) != full:
            regions += _band(left, begin, right, line["top"] - 0.1, None if full else middle)
            begin, full = line["top"] - 0.1, not full
    return regions + _band(left, begin, right, bottom, None if full else middle)


def _band(left: float, top: float, right: float, bottom: float, middle: float | None) -> list[_Box]:
    if bottom <= top:
        return []
    if middle is None:
        return [(left, top, right, bottom)]
    return [(left, top, middle, bottom), (middle, top, right, bottom)]


def _gutter(lines: Sequence[dict[str, Any]], left: float, right: float) -> float | None:
    """Return where the gap between two columns of prose is, or None."""
    lines = [line for line in lines if len(line["text"]) >= MIN_PROSE]
    best, fewest = None, MAX_CROSSING * len(lines)
    for share in range(40, 61):
        middle = left + (right - left) * share / 100
        crossing = sum(_crosses(line, middle) for line in lines)
        on_left = sum(line["x0"] < middle and not _crosses(line, middle) for line in lines)
        on_right = sum(line["x1"] > middle and not _crosses(line, middle) for line in lines)
        if crossing < fewest and min(on_left, on_right) >= MIN_COLUMN_LINES:
            best, fewest = middle, crossing
    return best


def _crosses(line: dict[str, Any], middle: float) -> bool:
    if line["x0"] > middle or line["x1"] < middle:
        return False
    return any(
        char["x0"] < middle + GUTTER and char["x1"] > middle - GUTTER
        for char in line["chars"]
        if not char["text"].isspace()
    )
