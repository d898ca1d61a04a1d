"""Lay out the table of a comparison: in columns for a terminal, as a Markdown table."""

from collections.abc import Callable
from itertools import groupby, zip_longest

from assistant.core.types import Answer, Claim, Row, Table

UNSTATED = "not found in the articles"
NARROW = 50  # columns of text below which the sides stand under each other
GAP = " | "


def loose_claims(answer: Answer) -> list[Claim]:
    """Return the claims outside the table, in order: all of them where there is none."""
    inside = in_cells(answer.table)
    return [claim for at, claim in enumerate(answer.claims) if at not in inside]


def runs(answer: Answer) -> list[tuple[bool, list[Claim]]]:
    """Return the claims outside the table in runs: items of one list together, and what stands between lists."""
    return [(item, list(claims)) for item, claims in groupby(loose_claims(answer), lambda claim: claim.item)]


def in_cells(table: Table | None) -> frozenset[int]:
    """Return the positions of the claims that stand in cells."""
    return frozenset(at for row in (table.rows if table else ()) for cell in row.cells for at in cell)


def is_shared(row: Row) -> bool:
    """Tell whether the same claims stand in every cell of a row, so that they are shown once."""
    return bool(row.cells[0]) and len(set(row.cells)) == 1


def table_text(
    answer: Answer, width: int, say: Callable[[str, int], str], words: Callable[[Claim], str]
) -> str:
    """Return the table for a terminal, at most `width` columns wide; "" where the answer has none.

    `say` wraps a text to a number of columns, `words` gives a claim with its numbers. Each claim begins a line.
    """
    table = answer.table
    if table is None:
        return ""

    def cell(row: Row, side: int, columns: int, name: str = "") -> str:
        said = [words(answer.claims[at]) for at in row.cells[side]] or [f"({UNSTATED})"]
        return "\n".join(say(line, columns) for line in [name + said[0], *said[1:]])

    parts = []
    column = (width - len(GAP)) // 2
    beside = width >= NARROW and len(table.sides) == 2
    if beside:
        left, right = (say(side, column) for side in table.sides)
        parts.append(_beside(left, right, column))
        parts.append("-" * (column + 1) + "+" + "-" * (column + 1))
    for row in table.rows:
        if is_shared(row):
            body = cell(row, 0, width)
        elif beside:
            body = _beside(cell(row, 0, column), cell(row, 1, column), column)
        else:
            body = "\n".join(cell(row, at, width, f"{side}: ") for at, side in enumerate(table.sides))
        parts.append(f"{say(row.aspect.upper(), width)}\n{body}\n")
    return "\n".join(parts)


def _beside(left: str, right: str, column: int) -> str:
    lines = zip_longest(left.split("\n"), right.split("\n"), fillvalue="")
    return "\n".join(f"{one:<{column}}{GAP}{other}".rstrip() for one, other in lines)


def table_markdown(answer: Answer, escape: Callable[[str], str], words: Callable[[Claim], str]) -> str:
    """Return the table as Markdown; "" where the answer has none. `escape` and `words` escape every sign."""
    if answer.table is None:
        return ""
    lines = ["| |" + "".join(f" {escape(side)} |" for side in answer.table.sides)]
    lines.append("|---|" + "---|" * len(answer.table.sides))
    for row in answer.table.rows:
        cells = [
            "<br>".join(words(answer.claims[at]) for at in cell) or f"*{UNSTATED}*" for cell in row.cells
        ]
        lines.append(f"| **{escape(row.aspect)}** |" + "".join(f" {cell} |" for cell in cells))
    return "\n".join(lines)
