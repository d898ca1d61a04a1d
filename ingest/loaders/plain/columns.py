"""Find tables in plain text: between bars, or in columns that stand below each other."""

import re
from collections.abc import Sequence

from ingest.loaders.blocks import clean_line

MIN_ROWS = 3  # of a table without bars
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_RULE = re.compile(r"[ \t]*[-=+]{3,}(?:[ \t+]+[-=+]{2,})*[ \t]*")
_GAP = re.compile(r"\t+| {2,}")


def table_at(lines: Sequence[str], at: int) -> tuple[list[list[str]], int, bool] | None:
    """Return the rows of the table that begins at a line, one after its last line, and whether its first row is of heads.

    None where no table begins.
    """
    if _is_head(lines, at):
        end = next((n for n in range(at + 2, len(lines)) if "|" not in lines[n]), len(lines))
        return [_cells(lines[at]), *map(_cells, lines[at + 2 : end])], end, True
    return _aligned(lines, at)


def _aligned(lines: Sequence[str], at: int) -> tuple[list[list[str]], int, bool] | None:
    first = _parts(lines[at])
    if len(first) < 2:
        return None
    rows, end, ruled, tabbed = [first], at + 1, False, "\t" in lines[at]
    begins, ends = [begin for begin, _, _ in first], [end for _, end, _ in first]
    while end < len(lines):
        parts = _parts(lines[end])
        if _RULE.fullmatch(lines[end]):
            ruled = ruled or len(rows) == 1
        elif len(parts) != len(first):
            break
        else:
            tabbed = tabbed and "\t" in lines[end]
            begins = [old if old == new[0] else -1 for old, new in zip(begins, parts, strict=True)]
            ends = [old if old == new[1] else -1 for old, new in zip(ends, parts, strict=True)]
            if not tabbed and any(a < 0 and b < 0 for a, b in zip(begins, ends, strict=True)):
                break  # a column whose cells neither begin nor end below each other
            rows.append(parts)
        end += 1
    if len(rows) < MIN_ROWS:
        return None
    return [[words for _, _, words in row] for row in rows], end, ruled


def _parts(line: str) -> list[tuple[int, int, str]]:
    """Return the words between wide gaps, each with where it begins and ends."""
    parts, begin = [], len(line) - len(line.lstrip())
    for gap in [*_GAP.finditer(line.rstrip(), begin), None]:
        end = gap.start() if gap else len(line.rstrip())
        if words := clean_line(line[begin:end]):
            parts.append((begin, end, words))
        begin = gap.end() if gap else end
    return parts


def _is_head(lines: Sequence[str], n: int) -> bool:
    if "|" not in lines[n] or n + 1 == len(lines) or "|" not in lines[n + 1]:
        return False
    rule = lines[n + 1]
    return bool(_DELIMITERS.fullmatch(rule)) and len(_cells(rule)) == len(_cells(lines[n]))


def _cells(line: str) -> list[str]:
    """Split a table line at its pipes; one written as \\| stays."""
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [clean_line(cell).replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]
