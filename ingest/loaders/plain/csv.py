"""Read comma, semicolon, tab and bar separated values: a file is one sheet."""

import csv
import io
import re
from collections import Counter

from assistant.core.errors import LoadError
from ingest.loaders.blocks import Draft, draft
from ingest.loaders.plain.charset import decode
from ingest.loaders.plain.sheet import MAX_CELLS, sheet_pieces

SAMPLE = 50  # records looked at to tell the separator
SEPARATORS = ",;\t|"
_DECLARED = re.compile(r"sep=(.)\n", re.I)  # Excel's own first line


def read_csv(data: bytes, charset: str | None = None) -> Draft:
    """Read a table of separated values with its heads. Raises LoadError for one that is too large or broken."""
    text = decode(data, charset)
    declared = _DECLARED.match(text)
    text = text[declared.end() :] if declared else text
    separator = declared[1] if declared else separator_of(text)
    grid: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            grid.append(row)
            cells += len(row)
            if cells > MAX_CELLS:
                raise LoadError(f"holds more than {MAX_CELLS} cells; split it up")
    except csv.Error as error:
        raise LoadError(f"is not a table of separated values ({error}); save it again") from None
    return draft(list(sheet_pieces(grid, heads=True)))


def separator_of(text: str) -> str:
    """Return the separator that cuts most of the first lines into the same number of cells, more cells first."""
    best, most = SEPARATORS[0], (0.0, 0)
    for mark in SEPARATORS:
        widths: Counter[int] = Counter()
        try:
            for row, _ in zip(
                csv.reader(io.StringIO(text, newline=""), delimiter=mark), range(SAMPLE), strict=False
            ):
                widths[len(row)] += bool(row)
        except csv.Error:
            continue
        width, times = max(
            ((w, n) for w, n in widths.items() if w > 1), key=lambda item: item[1], default=(0, 0)
        )
        found = (times / max(1, widths.total()), width)
        if width and found > most:
            best, most = mark, found
    return best
