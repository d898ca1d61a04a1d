"""Read the tables and definition lists of a page: cells with their spans, heads, captions and groups of rows."""

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.loaders.blocks import Piece, clean_line
from ingest.loaders.shown.folded import LEVEL
from ingest.loaders.tables.rows import Cell, in_one_line, table_pieces

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

MAX_SPAN = 1000
_LAYOUT = ["h1", "h2", "h3", "h4", "nav", "header", "footer", "form", "main", "article", "section", "aside"]
_STANDING = (
    "p", "div", "section", "article", "address", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6",
    "dd",
)  # fmt: skip
_LINE = "\x1e"  # ends a line of a cell; no page holds one
_LISTED = ("li", "dt", "tr", "option")


class Lifted:
    """Tables taken out of a page and put back as rows; each leaves a paragraph with its words in its place."""

    def __init__(self, root: "Element") -> None:
        self._mark = secrets.token_hex(8)  # so that no page can hold one
        self._pieces: list[list[Piece]] = []
        for table in list(root.iter("table", "dl")):
            if any(above.tag in ("table", "dl") and above is not table for above in table.iterancestors()):
                continue
            if _is_layout(table):
                _unfold(table)
            elif pieces := list(pieces_of(table)):
                self._replace(table, pieces)
        for fold in root.iter("details"):
            self._close(fold)

    def put_back(self, words: str) -> Iterator[str | list[Piece]]:
        """Yield the words around the tables that stand in a text, and the tables' pieces."""
        parts = words.split(self._mark)
        for at, part in enumerate(parts):
            if at % 2 and part[: part.find(" ")].isdigit():
                yield self._pieces[int(part[: part.find(" ")])]
            else:
                yield part

    def _replace(self, table: "Element", pieces: list[Piece]) -> None:
        stand_in = self._stand_in(table, pieces)
        stand_in.tail = table.tail
        table.getparent().replace(table, stand_in)

    def _close(self, fold: "Element") -> None:
        """Let the heading of what is folded hold no longer than that."""
        end = self._stand_in(fold, [Piece(kind="paragraph", text="", closes=LEVEL)])
        end.tail, fold.tail = fold.tail, None
        fold.addnext(end)

    def _stand_in(self, element: "Element", pieces: list[Piece]) -> "Element":
        text = " ".join(piece.text for piece in pieces)
        stand_in = element.makeelement("p", {})
        stand_in.text = f"{self._mark}{len(self._pieces)} {text}{self._mark}"
        self._pieces.append(pieces)
        return stand_in


def pieces_of(element: "Element") -> Iterator[Piece]:
    """Yield the rows of a table, or the entries of a definition list as "Term: what it means"."""
    if element.tag == "dl":
        yield from _entries(element)
        return
    caption = next((cell_words(item) for item in element.iterchildren("caption")), "")
    rows: list[list[Cell]] = []
    footers: list[list[Cell]] = []
    for row in element.iter("tr"):
        if next(row.iterancestors("table")) is element:
            (footers if row.getparent().tag == "tfoot" else rows).append(_cells(row))
    if caption:
        yield Piece(kind="paragraph", text=caption)
    yield from table_pieces([row for row in (*rows, *footers) if row], caption=caption)


def cell_words(cell: "Element") -> str:
    """Return the words of a cell in one line; the items of a list in it, and lines that begin anew, are set apart by commas."""
    parts: list[str] = []

    def apart(comma: bool) -> None:
        before = next((part.rstrip() for part in reversed(parts) if part.strip()), "")
        parts.append(", " if comma and before and before[-1] not in ".,;:!?([" else _LINE)

    stack: list[tuple[Element, bool]] = [(cell, False)]
    while stack:
        element, closing = stack.pop()
        tag = element.tag
        if closing:
            if element is not cell:
                if tag in _STANDING:
                    apart(comma=False)
                parts.append(element.tail or "")
            continue
        if not isinstance(tag, str):
            parts.append(element.tail or "")
            continue
        if element is not cell and (tag in _LISTED or tag in _STANDING or tag in ("td", "th", "br")):
            apart(comma=tag in _LISTED or tag in ("td", "th"))
        parts.append(element.text or "")
        stack.append((element, True))
        stack += [(item, False) for item in reversed(element)]
    lines = [clean_line(line) for line in "".join(parts).split(_LINE)]
    joined = " ".join(filter(None, lines)) if cell.tag == "th" else in_one_line(lines)
    return joined.replace(" ,", ",").strip(", ")


def _cells(row: "Element") -> list[Cell]:
    in_head = row.getparent().tag == "thead"
    return [
        Cell(
            text=cell_words(cell),
            head=in_head or cell.tag == "th" or _is_bold(cell),
            columns=_span(cell, "colspan"),
            rows=_span(cell, "rowspan"),
        )
        for cell in row.iterchildren("td", "th")
    ]


def _is_bold(cell: "Element") -> bool | None:
    """Tell whether all words of a cell are bold; None where they are not, as a page may mark no heads at all."""
    words = clean_line(cell.text_content())
    bold = " ".join(clean_line(part.text_content()) for part in cell.iter("b", "strong"))
    return True if words and len(bold) >= len(words) else None


def _span(cell: "Element", name: str) -> int:
    text = (cell.get(name) or "").strip()
    if not text.isdigit() or len(text) > 12:
        return 1
    if name == "rowspan" and int(text) == 0:
        return MAX_SPAN  # to the end of the table
    return max(1, min(int(text), MAX_SPAN))


def _is_layout(table: "Element") -> bool:
    """Tell whether a table only lays out a page, or a list holds questions with their answers."""
    if table.tag == "dl":
        return False
    if table.get("role") in ("presentation", "none"):
        return True
    if any(True for _ in table.iter("th", "caption", "thead")):
        return False
    return any(True for _ in table.iter(*_LAYOUT)) or any(inner is not table for inner in table.iter("table"))


def _unfold(table: "Element") -> None:
    for part in list(table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th")):
        part.tag = "div"


def _entries(listing: "Element") -> Iterator[Piece]:
    """Yield an entry for each meaning; several terms before it share it. Questions stay apart from their answers."""
    terms: list[str] = []
    told = False
    for item in listing.iter("dt", "dd"):
        words = cell_words(item)
        if item.tag == "dt":
            terms, told = ([words] if told else [*terms, words]), False
            continue
        head = ", ".join(term.rstrip(": ") for term in terms if term)
        told = True
        if head.endswith("?"):
            yield Piece(kind="paragraph", text=head)
            yield Piece(kind="paragraph", text=words)
        elif words:
            yield Piece(kind="paragraph", text=f"{head}: {words}" if head else words)
