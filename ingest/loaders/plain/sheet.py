"""Turn the grid of a sheet into pieces: captions, tables, remarks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.loaders.blocks import Piece
from ingest.loaders.tables.rows import Cell, table_pieces

MAX_CELLS = 500_000  # of one file
PART = 100_000  # cells of a table that are laid out at once

_FIGURE = re.compile(r"[-+(]?\s*[$€£¥]?\s*\d[\d\s.,:/'’-]*\)?\s*(?:[%$€£¥]|[^\W\d_]{1,4}\.?)?")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")

Row = Sequence[Cell | str | None]  # None: the cell to the left or above spans this place


def sheet_pieces(grid: Sequence[Row], name: str | None = None, *, heads: bool = False) -> Iterator[Piece]:
    """Yield the blocks of a sheet under its name: each run of rows between empty ones, or empty columns, is a table.

    Lines of one cell before the first and after the last full row of a table are its caption and its remarks. `heads`
    says that a first row that can be one of heads is one, and no label with its value.
    """
    if name and any(map(_filled, grid)):
        yield Piece(kind="heading", text=name, level=2)
    wide = max(map(_filled, grid), default=0)
    for rows in (part for run in _runs(grid) for part in _beside(run)):
        full = [n for n, row in enumerate(rows) if _filled(row) > 1] or [0, len(rows) - 1]
        before, table, after = rows[: full[0]], rows[full[0] : full[-1] + 1], rows[full[-1] + 1 :]
        lines = [_line(row) for row in before]
        yield from (Piece(kind="paragraph", text=line) for line in lines)
        if max(map(_filled, table)) == 1:
            yield from (Piece(kind="paragraph", text=_line(row)) for row in table)
        else:
            own = (
                heads and max(map(_filled, table)) == wide
            )  # what stands before the table has none by its format
            yield from _table(table, lines[-1] if lines else "", own)
        yield from (Piece(kind="paragraph", text=_line(row)) for row in after)


def _runs(grid: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the rows between empty ones, empty columns to the left left out."""
    run: list[Row] = []
    for row in [*grid, ()]:
        if _filled(row):
            run.append(row)
        elif run:
            begin = min(next(n for n, cell in enumerate(row) if _words(cell)) for row in run)
            yield [row[begin:] for row in run]
            run = []


def _beside(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Yield the tables that stand beside each other in a run of rows, two empty columns or more between them."""
    width = max(map(len, rows))
    used = [
        any(at < len(row) and (row[at] is None or _words(row[at])) for row in rows) for at in range(width)
    ]
    begin = 0
    for at in range(2, width):
        if used[at] and not used[at - 1] and not used[at - 2]:
            yield from _part(rows, begin, at)
            begin = at
    yield from _part(rows, begin, width)


def _part(rows: Sequence[Row], begin: int, end: int) -> Iterator[Sequence[Row]]:
    part = [row[begin:end] for row in rows if _filled(row[begin:end])]
    if part:
        yield part


def _table(rows: Sequence[Row], caption: str, heads: bool) -> Iterator[Piece]:
    """Yield the rows of a table, a long one in parts that all begin with its heads."""
    cells = [[_cell(cell) for cell in row if cell is not None] for row in rows]
    headed = len(rows) > 1 and _is_head(rows[0])
    if headed and heads:
        cells[0] = [replace(cell, head=True) for cell in cells[0]]
    elif not headed:
        cells = [[replace(cell, head=False) for cell in row] for row in cells]
    step = max(2, PART // max(map(len, rows)))
    sure = headed and not heads  # else its cells tell
    yield from table_pieces(cells[:step], caption=caption, headed=sure)
    for begin in range(step, len(cells), step):
        again = [cells[0]] if headed else []
        yield from table_pieces([*again, *cells[begin : begin + step]], caption=caption, headed=sure)


def _is_head(row: Row) -> bool:
    """Say whether a row may name columns: no figure but years, nothing twice."""
    named = [words for cell in row if (words := _words(cell))]
    figures = any(_FIGURE.fullmatch(words) and not _YEAR.fullmatch(words) for words in named)
    return len(named) > 1 and not figures and len(set(named)) == len(named)


def _cell(cell: Cell | str) -> Cell:
    return cell if isinstance(cell, Cell) else Cell(text=cell)


def _words(cell: Cell | str | None) -> str:
    return (cell.text if isinstance(cell, Cell) else cell or "").strip()


def _line(row: Row) -> str:
    return next((words for cell in row if (words := _words(cell))), "")


def _filled(row: Row) -> int:
    return sum(bool(_words(cell)) for cell in row)
