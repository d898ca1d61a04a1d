"""Read HTML: the main text of a page without menus, footers and notices."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.types import BlockKind
from ingest.blocks import Draft, Piece, clean_line, code_pieces, draft, table_pieces
from ingest.text import decode

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.I)
_HEAD_BYTES = 4096  # where a page has to declare its character set
_BLOCKS = ("head", "p", "list", "item", "table", "quote", "code", "div", "ab", "fw")


def read_html(data: bytes, charset: str | None = None) -> Draft:
    """Read the main text of an HTML page, with its headings, lists and tables.

    The character set is the given one, else the page's own declaration, else UTF-8.
    """
    import trafilatura

    declared = _CHARSET.search(data[:_HEAD_BYTES])
    markup = decode(data, charset or (declared[1].decode("ascii") if declared else None))
    if "<body" not in markup.lower():
        markup = f"<html><body>{markup}</body></html>"
    page = trafilatura.bare_extraction(markup, include_comments=False)
    if page is None or isinstance(page, dict) or page.body is None:
        return Draft(text="", blocks=())
    return draft(list(_pieces(page.body, "paragraph")), title=clean_line(page.title or "") or None)


def _pieces(element: "Element", kind: BlockKind) -> Iterator[Piece]:
    """Yield the blocks of an element in order; its loose words are of the given kind."""
    words = element.text or ""
    for child in element:
        if child.tag in _BLOCKS:
            yield from _loose(words, kind)
            yield from _block(child, kind)
            words = ""
        else:
            words += "\n" if child.tag == "lb" else "".join(child.itertext())
        words += child.tail or ""
    yield from _loose(words, kind)


def _block(element: "Element", kind: BlockKind) -> Iterator[Piece]:
    match element.tag:
        case "head":
            level = (element.get("rend") or "h2")[1:]
            words = "".join(element.itertext())
            yield Piece(kind="heading", text=words, level=int(level) if level.isdigit() else 2)
        case "table":
            rows = [["".join(cell.itertext()) for cell in row.iter("cell")] for row in element.iter("row")]
            yield from table_pieces([row for row in rows if any(map(str.strip, row))])
        case "code":
            yield from code_pieces("".join(element.itertext()))
        case _:
            yield from _pieces(element, "item" if element.tag == "item" else kind)


def _loose(words: str, kind: BlockKind) -> Iterator[Piece]:
    for part in re.split(r"\n\s*\n", words):
        yield Piece(kind=kind, text=part)
