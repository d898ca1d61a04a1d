"""Turn the lines of printed pages into headings, paragraphs and list items."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.blocks import Piece

MAX_HEADING = 120  # characters
LARGER = 1.15  # times the size of the body text makes a heading
MARGIN = 0.12  # of the page height, where running heads and page numbers stand

_BULLET = re.compile(r"(?:[-*•‣◦▪●○–\uf0b7\uf0a7]|\d{1,2}[.)])\s+(?=\S)")
_PAGE_NUMBER = re.compile(r"(?:page\s+)?[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:of|/)\s*\d{1,4})?", re.I)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A printed line: its place in points from the top left of its page, and its print."""

    text: str
    page: int
    top: float
    bottom: float
    x0: float
    x1: float
    right: float  # where the column it stands in ends
    size: float
    bold: bool
    height: float  # of the page


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A table in its place among the lines: heads first, and its page."""

    rows: tuple[tuple[str, ...], ...]
    page: int


def without_running_heads(lines: Sequence[Line]) -> list[Line]:
    """Drop page numbers, and margin lines that more than half of three or more pages share."""
    pages = len({line.page for line in lines})
    seen = {(line.page, _shape(line.text)) for line in lines if _in_margin(line)}
    times = Counter(shape for _, shape in seen)
    limit = pages / 2 if pages >= 3 else pages
    return [
        line
        for line in lines
        if not _in_margin(line) or not (_PAGE_NUMBER.fullmatch(line.text) or times[_shape(line.text)] > limit)
    ]


def page_pieces(items: Sequence[Line | Rows]) -> Iterator[Piece]:
    """Join lines in reading order into pieces; a paragraph broken by a page or column goes on."""
    lines = [item for item in items if isinstance(item, Line)]
    body = _body_size(lines)
    gap = _line_gap(lines)
    sizes = sorted({line.size for line in lines if _is_heading(line, body)}, reverse=True)
    heads: tuple[str, ...] = ()
    block: list[Line] = []
    for item in items:
        if isinstance(item, Rows):
            yield from _piece(block, body, sizes)
            block = []
            rows = item.rows if not _goes_on(heads, item) else (heads, *item.rows)
            heads = rows[0]
            yield from _row_pieces(rows, item.page)
            continue
        heads = ()
        if block and _breaks(block[-1], item, gap, body):
            yield from _piece(block, body, sizes)
            block = []
        block.append(item)
    yield from _piece(block, body, sizes)
