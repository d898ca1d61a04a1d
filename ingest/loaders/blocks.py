"""Build the plain text of a document from its headings, paragraphs, list items and table rows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.core.types import Block, BlockKind, Reference
from assistant.text.disclaimers.boxes import BOX
from assistant.text.legible import drop_unseen
from assistant.text.sentences import LIST_NUMBER
from ingest.loaders.questions import with_questions
from ingest.loaders.shown.boxes import with_sign

MAX_CAPTION = 200  # characters
MAX_HEAD = 60  # of a line in bold print
LABELLED = re.compile(r"[^\W\d_][\w/&'’.-]*(?: [\w/&'’.()-]+){0,4}: +\S")  # "Depth: 4 m"
MIN_ENCODED = 200  # characters
_ENCODED = re.compile(rf"(?:data:[\w/+.;=-]{{1,80}},)?[A-Za-z0-9+/]{{{MIN_ENCODED},}}={{0,2}}")
_TABLE = re.compile(r"Table\s+[\dA-Z][\w.-]*\b", re.I)
_TYPED = re.compile(r"[•‣◦▪●]\s+(?=\S)")  # a bullet and no dash, which a paragraph may begin with
_BULLET = re.compile(r"[-*•‣◦▪·●○–]\s+(?=\S)")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One block before it has its place in the text; `level` counts from 1 and is for headings."""

    kind: BlockKind
    text: str
    level: int = 1
    page: int | None = None
    caption: str = ""  # of the table, for its rows
    opens: bool = False  # the first row of a table
    strong: bool = False  # all of it is in bold print
    closes: int = 0  # level from which headings hold no longer before it; it may have no words


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a reader makes of a file; the names are None where the file does not give them."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    date: str | None = None
    doc_id: str | None = None
    references: tuple[Reference, ...] = ()  # the file's own sources
    scanned: tuple[int, ...] = ()  # pages whose words text recognition read
    notes: tuple[str, ...] = ()  # what of the file was not read, or how


def clean_line(text: str) -> str:
    """Drop unseen characters and encoded files, and turn every run of white space into one space."""
    line = " ".join(drop_unseen(text.replace("\x0b", " ").replace("\x0c", " ")).split())
    return _ENCODED.sub(_unless_encoded, line).strip() if len(line) >= MIN_ENCODED else line


def _unless_encoded(run: re.Match[str]) -> str:
    """Return a run of signs as it is, "" for a file in base64: capitals, small letters and figures without a space."""
    signs = set(run[0].rpartition(",")[2])
    mixed = all(any(map(kind, signs)) for kind in (str.isupper, str.islower, str.isdigit))
    return "" if mixed else run[0]


def without_bullet(text: str) -> str:
    """Drop a bullet character typed before the words of a list item."""
    return _BULLET.sub("", text, count=1) if _BULLET.match(text) else text


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
    caption = ""
    for piece in pieces:
        line = _line(piece)
        if piece.closes:
            outline.leave(piece.closes)
        if not line.strip():
            continue
        section = outline.enter(line, piece.level) if piece.kind == "heading" else outline.section
        if piece.opens:
            caption = piece.caption or (_lead_in(blocks[-1], lines[-1]) if blocks else "")
        if piece.kind == "paragraph" and (BOX.match(line) or _TYPED.match(line)):
            piece, line = replace(piece, kind="item"), without_bullet(line) if _TYPED.match(line) else line
        start, end = offset + _number_before(piece, line), offset + len(line)
        own = caption if piece.kind == "row" else ""
        blocks.append(
            Block(kind=piece.kind, start=start, end=end, section=section, page=piece.page, caption=own)
        )
        lines.append(line)
        offset += len(line) + 2
    return "\n\n".join(lines), tuple(blocks)


def draft(
    pieces: Sequence[Piece],
    *,
    title: str | None = None,
    date: str | None = None,
    doc_id: str | None = None,
    references: tuple[Reference, ...] = (),
    letter: bool = False,
) -> Draft:
    """Assemble pieces under a title; without one, the main heading is the title.

    The main heading is the first of level 1, else the one the document starts with. In a `letter` what follows a
    question is no answer to it, unless both are labelled.
    """
    pieces = list(_with_bold_heads(pieces))
    text, blocks = assemble(pieces)
    title = title or _main_heading(pieces)
    blocks = with_questions(text, blocks, title or "", letter=letter)
    return Draft(text=text, blocks=blocks, title=title, date=date, doc_id=doc_id, references=references)


def pieces_of(made: Draft, deeper: int = 0) -> Iterator[Piece]:
    """Yield the pieces that a draft was made of, its headings `deeper` levels down."""
    in_table = False
    for block in made.blocks:
        opens = block.kind == "row" and not in_table
        in_table = block.kind == "row"
        level = len(block.section) + 1 + deeper
        yield Piece(
            kind=block.kind,
            text=made.text[block.start : block.end],
            level=level,
            page=block.page,
            caption=block.caption,
            opens=opens,
            closes=level,
        )


def _with_bold_heads(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces, a short line in bold print that other text follows as a heading."""
    for n, (piece, after) in enumerate(zip(pieces, [*pieces[1:], None], strict=False)):
        follows = after is not None and after.kind != "heading" and not after.strong
        if piece.strong and piece.kind == "paragraph" and follows and is_head(clean_line(piece.text)):
            yield replace(piece, kind="heading", level=6 if n else 1)
        else:
            yield piece


def is_head(line: str) -> bool:
    """Tell whether a line in bold print is as short as a heading, and no sentence."""
    return 0 < len(line) <= MAX_HEAD and len(line.split()) <= 8 and line[-1] not in ".,;:!?"


def _lead_in(before: Block, line: str) -> str:
    """Return the line before a table where that is its caption: "Table 3. Fees", "Our prices:"."""
    if before.kind != "paragraph" or len(line) > MAX_CAPTION:
        return ""
    return line.rstrip(": ") if line.endswith(":") or _TABLE.match(line) else ""


class Outline:
    """The headings in force at one point of a document."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    @property
    def section(self) -> tuple[str, ...]:
        """Headings in force, outermost first."""
        return tuple(text for _, text in self._open)

    def leave(self, level: int) -> None:
        """Close the headings of a level and those below it."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()

    def enter(self, heading: str, level: int) -> tuple[str, ...]:
        """Open a heading, closing those of its level and below; return the headings above it."""
        self.leave(level)
        above = self.section
        self._open.append((level, heading))
        return above


def _main_heading(pieces: Sequence[Piece]) -> str | None:
    heads = [piece for piece in pieces if piece.kind == "heading" and piece.text.strip()]
    top = [piece for piece in heads if piece.level == 1]
    if top:
        return clean_line(top[0].text)
    return clean_line(heads[0].text) if heads and heads[0] is pieces[0] else None


def _line(piece: Piece) -> str:
    if piece.kind == "code":
        return drop_unseen(piece.text.expandtabs(4)).replace("\n", " ").rstrip()
    line = clean_line(piece.text)
    return with_sign(without_bullet(line)) if piece.kind == "item" else line


def _number_before(piece: Piece, line: str) -> int:
    """Return where the words of a line begin: behind the number of a list item, which its block leaves out."""
    match = LIST_NUMBER.match(line) if piece.kind == "item" else None
    return match.end() if match else 0
