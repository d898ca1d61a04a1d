"""Build the plain text of a document from its headings, paragraphs, list items and table rows."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.types import Block, BlockKind
from assistant.unseen import drop_unseen

_BULLET = re.compile(r"(?:[-*•‣◦▪·●○–]|\[[ xX]\])\s+(?=\S)")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One block before it has its place in the text; `level` counts from 1 and is for headings."""

    kind: BlockKind
    text: str
    level: int = 1
    page: int | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a reader makes of a file; the names are None where the file does not give them."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    date: str | None = None
    doc_id: str | None = None


def clean_line(text: str) -> str:
    """Drop unseen characters and turn every run of white space into one space."""
    return " ".join(drop_unseen(text.replace("\x0b", " ").replace("\x0c", " ")).split())


def without_bullet(text: str) -> str:
    """Drop a bullet character or check box typed before the words of a list item."""
    return _BULLET.sub("", text, count=1) if _BULLET.match(text) else text


def row_text(heads: Sequence[str], cells: Sequence[str]) -> str:
    """Write a table row with its column heads: "Aspect: Nature of work | BPO: routine".

    Empty cells are left out; a cell whose head is empty or missing stands alone.
    """
    parts = []
    for n, cell in enumerate(map(clean_line, cells)):
        head = clean_line(heads[n]).rstrip(":") if n < len(heads) else ""
        if cell:
            parts.append(f"{head}: {cell}" if head else cell)
    return " | ".join(parts)


def table_pieces(rows: Sequence[Sequence[str]], page: int | None = None) -> list[Piece]:
    """Turn a table, heads in its first row, into one piece per further row; a lone row stands as it is."""
    if len(rows) == 1:
        return [Piece(kind="row", text=row_text((), rows[0]), page=page)]
    return [Piece(kind="row", text=row_text(rows[0], row), page=page) for row in rows[1:]]


def code_pieces(code: str) -> list[Piece]:
    """Turn a code listing into one piece per line."""
    return [Piece(kind="code", text=line) for line in code.split("\n")]


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Join pieces into text, one block a line with a blank line between; empty pieces are left out.

    Returns the text and its blocks in order, each with the headings above it.
    """
    lines: list[str] = []
    blocks: list[Block] = []
    outline = Outline()
    offset = 0
    for piece in pieces:
        line = _line(piece)
        if not line.strip():
            continue
        section = outline.enter(line, piece.level) if piece.kind == "heading" else outline.section
        start, end = offset, offset + len(line)
        blocks.append(Block(kind=piece.kind, start=start, end=end, section=section, page=piece.page))
        lines.append(line)
        offset = end + 2
    return "\n\n".join(lines), tuple(blocks)


def draft(
    pieces: Sequence[Piece], *, title: str | None = None, date: str | None = None, doc_id: str | None = None
) -> Draft:
    """Assemble pieces under a title; without one, the main heading is the title.

    The main heading is the first of level 1, else the one the document starts with.
    """
    text, blocks = assemble(pieces)
    return Draft(text=text, blocks=blocks, title=title or _main_heading(pieces), date=date, doc_id=doc_id)


class Outline:
    """The headings in force at one point of a document."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    @property
    def section(self) -> tuple[str, ...]:
        """Headings in force, outermost first."""
        return tuple(text for _, text in self._open)

    def enter(self, heading: str, level: int) -> tuple[str, ...]:
        """Open a heading, closing those of its level and below; return the headings above it."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        above = self.section
        self._open.append((level, heading))
        return above


def _main_heading(pieces: Sequence[Piece]) -> str | None:
    heads = [piece for piece in pieces if piece.kind == "heading" and piece.text.strip()]
    top = [piece for piece in heads if piece.level == 1]
    if top:
        return top[0].text
    return heads[0].text if heads and heads[0] is pieces[0] else None


def _line(piece: Piece) -> str:
    if piece.kind == "code":
        return drop_unseen(piece.text.expandtabs(4)).replace("\n", " ").rstrip()
    line = clean_line(piece.text)
    return without_bullet(line) if piece.kind == "item" else line
