"""Read the tables of a page that are drawn with rules: their cells, what these span, and which of them are heads."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ingest.loaders.pdf.layout import Rows
from ingest.loaders.pdf.page.characters import is_bold
from ingest.loaders.tables.rows import Cell

TOLERANCE = 1.0  # points, within which rules of a table are one
Box = tuple[float, float, float, float]  # left, top, right, bottom


def ruled_tables(page: Any) -> list[tuple[Box, Rows]]:
    """Return the tables of a page with their places, in the order they are found."""
    found = ((table.bbox, _rows(table, page.page_number)) for table in page.find_tables())
    return [(box, rows) for box, rows in found if rows]


def inside(item: dict[str, Any], box: Box) -> bool:
    """Tell whether the middle of a character lies in a box."""
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _rows(table: Any, page: int) -> Rows | None:
    words = table.extract()
    # A frame around a paragraph is no table.
    if sum(map(any, words)) < 2 or len(words[0]) < 2:
        return None
    thick = _bold_cells(table)
    bold = [
        [box in thick for box, text in zip(row.cells, said, strict=True) if text]
        for row, said in zip(table.rows, words, strict=True)
    ]
    return Rows(rows=tuple(_with_heads(list(_spanning(table, words)), bold)), page=page)


def _bold_cells(table: Any) -> set[Box]:
    """Return the cells of a table with words all of which are in bold print."""
    chars = [char for char in table.page.chars if char["text"].strip() and inside(char, table.bbox)]
    if not any(is_bold(char["fontname"]) for char in chars):
        return set()
    own = {cell: [char for char in chars if inside(char, cell)] for cell in table.cells}
    return {cell for cell, found in own.items() if found and all(is_bold(char["fontname"]) for char in found)}


def _with_heads(rows: Sequence[tuple[Cell, ...]], bold: Sequence[Sequence[bool]]) -> list[tuple[Cell, ...]]:
    """Mark heads by their print: rows at the top that are bold as a whole, or a first column that alone is bold.

    Elsewhere bold print may stress anything, and says nothing.
    """
    top = next((at for at, row in enumerate(bold) if not all(row)), 0)
    side = all(row and row[0] and not any(row[1:]) for row in bold)
    if not top and not side:
        return list(rows)
    plain = False if side else None  # below bold heads may stand heads that they span
    return [
        tuple(
            replace(cell, head=True if at < top or (side and n == 0) else plain) for n, cell in enumerate(row)
        )
        for at, row in enumerate(rows)
    ]


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
