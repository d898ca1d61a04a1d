"""Turn the lines of printed pages into headings, paragraphs and list items."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from assistant.core.types import BlockKind
from assistant.text.disclaimers.boxes import BOX
from ingest.loaders.blocks import Piece
from ingest.loaders.tables.rows import Cell, table_pieces

MAX_HEADING = 120  # characters
LARGER = 1.15  # times the size of the body text makes a heading
SMALLER = 0.95  # times it makes small print
NEAR = 4  # pages; on left and right ones a chapter has heads of its own
MARGIN = 0.08  # of the page height, where running heads and page numbers stand

_BULLET = re.compile(r"(?:[-*•‣◦▪●○–\uf0b7\uf0a7]|\d{1,2}[.)])\s+(?=\S)")
_CLAUSE = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3})+[.)]?|\(?[a-z]\)|§+ ?\d+|(?:Article|Section|Clause|Rule) \d+)\s+\S"
)
_SIGN = re.compile(r"\D\s+")  # of an item; its number stays
_BROKEN = re.compile(r"[^\W\d_][-\u2010\xad]$")
_HYPHEN = re.compile(r"\w[-\u2010\u2011]$")
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
    labelled: bool = False  # begins with a label in bold print: "Present: ..."


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A table in its place among the lines: heads first, and its page."""

    rows: tuple[tuple[Cell, ...], ...]
    page: int


def without_running_heads(lines: Sequence[Line]) -> list[Line]:
    """Drop page numbers, and margin lines that three pages near each other share, or two of three."""
    pages = len({line.page for line in lines})
    seen: dict[str, set[int]] = {}
    for line in lines:
        if _in_margin(line):
            seen.setdefault(_shape(line.text), set()).add(line.page)

    def runs(line: Line) -> bool:
        near = sum(abs(page - line.page) <= NEAR for page in seen[_shape(line.text)])
        return bool(_PAGE_NUMBER.fullmatch(line.text)) or near >= (3 if pages > 3 else 2 if pages == 3 else 9)

    return [line for line in lines if not (_in_margin(line) and runs(line))]


def page_pieces(items: Sequence[Line | Rows]) -> Iterator[Piece]:
    """Join lines in reading order into pieces; a paragraph or table broken by a page goes on."""
    style = _style([item for item in items if isinstance(item, Line)])
    block: list[Line] = []
    aside: list[
        Line
    ] = []  # small print in the margin, which may stand in the middle of a sentence that goes on
    table: Rows | None = None  # the item before, where it was a table
    for item in items:
        if isinstance(item, Rows):
            yield from _blocks(block, aside, style)
            block, aside, table = [], [], _continued(table, item)
            yield from _row_pieces(table)
            continue
        table = None
        if _in_margin(item) and item.size < SMALLER * style.body:
            aside.append(item)
            continue
        if block and _breaks(block, item, style):
            yield from _blocks(block, aside, style)
            block, aside = [], []
        block.append(item)
    yield from _blocks(block, aside, style)


def _blocks(block: Sequence[Line], aside: Sequence[Line], style: "_Style") -> Iterator[Piece]:
    """Yield a block and then the small print that was set aside within it."""
    yield from _piece(block, style)
    begin = 0
    for n in range(1, len(aside) + 1):
        if n == len(aside) or aside[n].page != aside[n - 1].page or _breaks(aside[begin:n], aside[n], style):
            yield from _piece(aside[begin:n], style)
            begin = n


@dataclass(frozen=True, kw_only=True)
class _Style:
    body: float  # size of most characters
    gap: float  # between the lines of a paragraph
    bold_counts: bool  # not where most lines are bold
    sizes: tuple[float, ...] = ()  # of headings, largest first


def _style(lines: Sequence[Line]) -> _Style:
    amounts: Counter[float] = Counter()
    for line in lines:
        amounts[line.size] += len(line.text)
    gaps = [
        b.top - a.bottom for a, b in zip(lines, lines[1:], strict=False) if a.page == b.page and b.top > a.top
    ]
    style = _Style(
        body=amounts.most_common(1)[0][0] if amounts else 0.0,
        gap=median(gaps) if gaps else 0.0,
        bold_counts=sum(line.bold for line in lines) * 2 < len(lines),
    )
    sizes = {line.size for line in lines if _is_heading(line, style)}
    return replace(style, sizes=tuple(sorted(sizes, reverse=True)))


def _is_heading(line: Line, style: _Style) -> bool:
    if len(line.text) > MAX_HEADING or line.text[-1] in ".,;" or not any(map(str.isalpha, line.text)):
        return False
    return line.size >= LARGER * style.body or (line.bold and style.bold_counts and line.size >= style.body)


def _breaks(block: Sequence[Line], line: Line, style: _Style) -> bool:
    """Say whether a line begins a new block after the lines of `block`."""
    before = block[-1]
    if _is_heading(before, style) != _is_heading(line, style) or _is_item(line) or line.labelled:
        return True
    ended = before.text[-1] in ".!?:;"
    if ended and _CLAUSE.match(line.text):
        return True
    if before.page != line.page or line.top < before.top:
        return ended or not line.text[0].islower()
    if abs(before.size - line.size) > 0.1 * style.body:
        return True
    if line.top - before.bottom > style.gap + 0.35 * before.size:
        return True
    short = before.x1 < before.right - 0.15 * (before.right - before.x0)
    if _is_item(block[0]):
        return line.x0 <= block[0].x0 + 1 and (ended or short or not line.text[0].islower())
    return ended and (short or line.x0 > before.x0 + 0.8 * line.size)


def _is_item(line: Line) -> bool:
    return bool(_BULLET.match(line.text) or BOX.match(line.text))


def _piece(block: Sequence[Line], style: _Style) -> Iterator[Piece]:
    if not block:
        return
    first = block[0]
    text = join_lines(line.text for line in block)
    if _is_heading(first, style):
        yield Piece(kind="heading", text=text, level=style.sizes.index(first.size) + 1, page=first.page)
        return
    kind: BlockKind = "item" if _BULLET.match(text) else "paragraph"
    words = _SIGN.sub("", text, count=1) if kind == "item" and _SIGN.match(text) else text
    yield Piece(kind=kind, text=words, page=first.page)


def join_lines(lines: Iterable[str]) -> str:
    """Join printed lines by spaces, what a hyphen breaks without one: "co-" and "operate", "0555-" and "0144".

    Between two lower case letters the hyphen itself goes too.
    """
    text = ""
    for line in map(str.strip, lines):
        if _BROKEN.search(text) and line[:1].islower():
            text = text[:-1] + line
        elif _HYPHEN.search(text) and line[:1].isalnum():
            text += line
        else:
            text = f"{text} {line}" if text else line
    return text


def _continued(before: Rows | None, table: Rows) -> Rows:
    """Give a table that goes on from the page before the heads it had there."""
    if before is None or before.page == table.page or _width(before) != _width(table):
        return table
    heads = before.rows[: 2 if any(cell.columns > 1 for cell in before.rows[0]) else 1]
    return table if before.rows[0] == table.rows[0] else replace(table, rows=(*heads, *table.rows))


def _width(table: Rows) -> int:
    return sum(cell.columns for cell in table.rows[0])


def _row_pieces(table: Rows) -> list[Piece]:
    rows = [[replace(cell, text=join_lines(cell.text.split("\n"))) for cell in row] for row in table.rows]
    return table_pieces(rows, page=table.page)


def _in_margin(line: Line) -> bool:
    return line.bottom < MARGIN * line.height or line.top > (1 - MARGIN) * line.height


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text)
