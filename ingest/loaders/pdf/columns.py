"""Find the order in which the lines of a page are read: columns one after the other, tables without rules as tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.loaders.pdf.lines import Run

MIN_GAP = 7.0  # points that part two columns
MIN_LINES = 3  # of a column or a table
SHORT = 2  # lines of columns that are this short on both sides
PROSE = 18  # characters a line of a column has on average, at least
CELL = 28  # characters a cell of a table has on average, at most
ALIGNED = 0.6  # share of the lines of one column that stand beside one of another, in a table
EMPTY = 3.0  # of the size, from one line to the next: no table goes on beyond
MAX_DEPTH = 8
_FIGURE = re.compile(r"[-+(]?\d[\d.,]*\)?")

Lines = list[list[Run]]


@dataclass(frozen=True, kw_only=True)
class Band:
    """Lines in reading order and how far their column reaches to the right, or the rows of a table."""

    lines: tuple[tuple[Run, ...], ...] = ()
    right: float = 0.0
    rows: tuple[tuple[str, ...], ...] = ()


def bands(lines: Lines, depth: int = 0) -> Iterator[Band]:
    """Yield the parts of a page, each read as a whole, in reading order."""
    for group in _grouped(lines):
        if table := _table_in(group):
            first, last, rows = table
            yield from (_plain(part) for part in [group[:first]] if part)
            yield Band(rows=rows)
            yield from bands(group[last:], depth + 1)
            continue
        gaps = _gaps(group)
        columns = _columns(group, gaps)
        if len(columns) < 2 or depth > MAX_DEPTH:
            yield _plain(group)
        elif _are_numbers(columns[0]):
            yield from bands(
                [[run for run in line if run.x0 > gaps[0][0]] for line in group if len(line) > 1], depth + 1
            )
        elif _is_prose(columns):
            for column in columns:
                yield from bands(column, depth + 1)
        else:
            yield _plain(group)


def _table_in(group: Lines) -> tuple[int, int, tuple[tuple[str, ...], ...]] | None:
    """Return where a table without rules begins and ends in a group, and its rows; lines alone around it are none.

    Where all from its first line of several cells to its last are no table, those right below each other may be.
    """
    wide = [at for at, line in enumerate(group) if len(line) > 1]
    if len(wide) < 2:
        return None
    apart = [n for n in range(1, len(wide)) if _is_apart(group, wide[n - 1], wide[n])]
    breaks = [n for n in range(1, len(wide)) if n in apart or wide[n] > wide[n - 1] + 1]
    parts = [*pairwise([0, *apart, len(wide)]), *pairwise([0, *breaks, len(wide)])]
    for first, last in dict.fromkeys((wide[a], wide[b - 1] + 1) for a, b in parts):
        lines = group[first:last]
        gaps = _gaps(lines)
        columns = _columns(lines, gaps)
        if len(columns) == 2 and _is_labelled(columns):
            return first, last, _rows(lines, gaps, labelled=True)
        if len(columns) > 1 and not _are_numbers(columns[0]) and _is_table(columns, lines):
            return first, last, _rows(lines, gaps)
    return None


def _is_apart(group: Lines, first: int, last: int) -> bool:
    """Tell whether empty space stands somewhere between two lines, as between an address and a table."""
    between = group[first : last + 1]
    return any(
        after[-1].base - before[-1].base > EMPTY * max(before[-1].size, after[-1].size)
        for before, after in pairwise(between)
    )


def _plain(lines: Lines) -> Band:
    found = tuple(tuple(line) for line in lines if line)
    return Band(lines=found, right=max((run.x1 for line in lines for run in line), default=0.0))


def _grouped(lines: Lines) -> Iterator[Lines]:
    """Yield runs of lines that share a gap from top to bottom, others one by one joined up."""
    group: Lines = []
    for line in lines:
        if group and not _gaps([*group, line]) and (_gaps(group) or _gaps([line])):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _gaps(lines: Lines) -> list[tuple[float, float]]:
    """Return the gaps that no line crosses, with print on both sides."""
    spans = sorted((run.x0, run.x1) for line in lines for run in line)
    gaps = []
    end = spans[0][1] if spans else 0.0
    for x0, x1 in spans:
        if x0 - end >= MIN_GAP:
            gaps.append((end, x0))
        end = max(end, x1)
    return gaps


def _columns(lines: Lines, gaps: Sequence[tuple[float, float]]) -> list[Lines]:
    edges = [float("-inf"), *(start for start, _ in gaps), float("inf")]
    columns = []
    for left, right in zip(edges, edges[1:], strict=False):
        inside = (
            [run for run in line if left < run.x1 and left <= run.x0 and run.x0 < right] for line in lines
        )
        columns.append([line for line in inside if line])
    return [column for column in columns if column]


def _are_numbers(column: Lines) -> bool:
    """Tell whether a column is the count of the lines beside it."""
    words = [line[0].text for line in column]
    if len(words) < 5 or not all(re.fullmatch(r"\d{1,4}", word) for word in words):
        return False
    steps = {int(after) - int(before) for before, after in zip(words, words[1:], strict=False)}
    return len(steps) == 1 and steps <= {1, 5}


def _is_prose(columns: Sequence[Lines]) -> bool:
    return (
        all(_length(column) >= PROSE for column in columns if len(column) >= MIN_LINES)
        and (any(len(column) >= MIN_LINES for column in columns) or _are_short(columns))
        and not any(re.fullmatch(r"(?:\W|\(?\w{1,3}[.)])", line[0].text) for line in columns[0])
    )


def _are_short(columns: Sequence[Lines]) -> bool:
    """Tell whether all columns are of two lines of running text, no labels beside what they name."""
    return all(len(column) == SHORT and _length(column) > CELL for column in columns)


def _length(column: Lines) -> float:
    return sum(len(run.text) for line in column for run in line) / len(column)


def _is_table(columns: Sequence[Lines], lines: Lines) -> bool:
    rows = sum(len(line) > 1 for line in lines)
    if rows < MIN_LINES or rows < ALIGNED * len(lines):
        return False
    words = [line[0].text for line in columns[0]]
    if all(re.fullmatch(r"(?:\W|\(?\w{1,3}[.)])", word) for word in words):
        return False  # a list with its signs
    lengths = [_length(column) for column in columns]
    return max(lengths) <= 2 * CELL and sum(lengths) / len(lengths) <= CELL


def _is_labelled(columns: Sequence[Lines]) -> bool:
    """Tell whether the first of two columns holds nothing but labels with a colon, however long what they name is."""
    words = [line[-1].text for line in columns[0]]
    return len(words) > 1 and all(word.endswith(":") and len(word) <= CELL for word in words)


def _rows(
    lines: Lines, gaps: Sequence[tuple[float, float]], *, labelled: bool = False
) -> tuple[tuple[str, ...], ...]:
    """Return the cells of a table; a line without a first cell goes on with the row above it."""
    rows: list[list[str]] = []
    for line in lines:
        cells = [""] * (len(gaps) + 1)
        for run in line:
            at = sum(run.x0 >= right for _, right in gaps)
            cells[at] = f"{cells[at]} {run.text}".strip()
        few = labelled or (sum(map(bool, cells)) < len(cells) - 1 and not _adds(rows[-1:], cells))
        if rows and not cells[0] and few and sum(map(bool, rows[-1])) > 1:
            rows[-1] = [f"{above} {below}".strip() for above, below in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    return tuple(map(tuple, rows))


def _adds(above: Sequence[Sequence[str]], cells: Sequence[str]) -> bool:
    """Tell whether a line has a figure below another, as a sum has."""
    return any(
        _FIGURE.fullmatch(one) and _FIGURE.fullmatch(other)
        for row in above
        for one, other in zip(row, cells, strict=True)
    )
