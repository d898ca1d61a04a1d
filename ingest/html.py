"""Read HTML: the main text of a page without menus, footers and notices."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.types import BlockKind
from ingest.blocks import Draft, Piece, clean_line, code_pieces, draft, table_pieces
from ingest.text import decode

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.I)
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*>")
_SITE = re.compile(r"\s+[|–—·»]\s.*$")  # "KPO explained | Example Site"
_HEAD_BYTES = 4096  # where a page has to declare its character set
_BLOCKS = ("head", "p", "list", "item", "table", "quote", "code", "div", "ab", "fw")


def read_html(data: bytes, charset: str | None = None) -> Draft:
    """Read the main text of an HTML page, with its headings, lists and tables.

    The character set is the given one, else the page's own declaration, else UTF-8. The title is the page's
    main heading, else its <title> without the name of the site. A page without words gives an empty text.
    """
    import trafilatura
    from lxml import html  # type: ignore[import-untyped]
    from trafilatura.settings import use_config

    declared = _CHARSET.search(data[:_HEAD_BYTES])
    markup = decode(data, charset or (declared[1].decode("ascii") if declared else None))
    markup = _XML_HEAD.sub("", markup, count=1)
    if not markup.strip():
        return Draft(text="", blocks=())
    root = html.document_fromstring(markup, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    title = _SITE.sub("", clean_line(root.findtext(".//title") or ""))
    _prepare(root)
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")  # a short page keeps its headings too
    page = trafilatura.bare_extraction(root, include_comments=False, config=config)
    if page is None or isinstance(page, dict) or page.body is None:
        return Draft(text="", blocks=())
    pieces = list(_pieces(page.body, "paragraph"))
    has_main = any(piece.kind == "heading" and piece.level == 1 for piece in pieces)
    return draft(pieces, title=None if has_main else title or None)


def _prepare(root: "Element") -> None:
    """Keep cell lines apart, put captions before their tables, and show where the main text is."""
    from trafilatura.xpaths import BODY_XPATH

    for line_break in root.xpath("//td//br | //th//br"):
        line_break.tail = " " + (line_break.tail or "")
        line_break.drop_tag()
    for caption in root.xpath("//table/caption"):
        caption.tag = "p"
        caption.getparent().addprevious(caption)
    body = root.find("body")
    # Without a container it knows, the extraction keeps paragraphs only: no headings, no lists.
    if body is not None and not any(path(root) for path in BODY_XPATH):
        body.tag = "article"
        shell = body.makeelement("body", {})
        root.replace(body, shell)
        shell.append(body)


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
            rows = [[_cell(cell) for cell in row.iter("cell")] for row in element.iter("row")]
            yield from table_pieces([row for row in rows if any(map(str.strip, row))])
        case "code":
            yield from code_pieces("".join(element.itertext()))
        case _:
            yield from _pieces(element, "item" if element.tag == "item" else kind)


def _cell(cell: "Element") -> str:
    for part in cell.iter("p", "lb", "item"):
        part.tail = " " + (part.tail or "")
    return "".join(cell.itertext())


def _loose(words: str, kind: BlockKind) -> Iterator[Piece]:
    for part in re.split(r"\n\s*\n", words):
        yield Piece(kind=kind, text=part)
