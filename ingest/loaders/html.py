"""Read HTML: the main text of a page without menus, footers and notices."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.types import SITE, BlockKind
from assistant.text.terms import stems
from ingest.loaders.blocks import Draft, Piece, clean_line, code_pieces, draft, is_head
from ingest.loaders.plain.bounds import cut
from ingest.loaders.plain.charset import decode
from ingest.loaders.shown.folded import LEVEL
from ingest.loaders.shown.footer import footer_pieces
from ingest.loaders.shown.html import only_shown
from ingest.loaders.shown.standing import stand_up
from ingest.loaders.tables.html import Lifted

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})|<\?xml[^>]{0,80}?encoding=["']([A-Za-z0-9_.:-]{2,40})""",
    re.I,
)
MAX_TAGS = 150_000  # that open in a page: each takes up to 0.2 ms
_TAG = re.compile("<[A-Za-z]")
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*>")
_PARTS = re.compile(r"\s+[|–—·»-]\s+")  # "KPO explained | Example Site"
MAX_PART = 80  # characters
_HEAD_BYTES = 4096  # where a page has to declare its character set
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_INLINE = " | ".join(f"//{tag}[not(ancestor::pre)]" for tag in ("code", "kbd", "samp", "var", "tt"))
_FOLLOWS = ("p", "ul", "ol", "table", "div", "pre")
_BLOCKS = ("head", "p", "list", "item", "table", "quote", "code", "div", "row", "cell", "ab", "fw")


def read_html(data: bytes, charset: str | None = None, *, letter: bool = False) -> Draft:
    """Read the main text of an HTML page or letter, with its headings, lists and tables.

    The character set is the given one, else the page's own declaration, else UTF-8. The title is the page's
    main heading, else how its <title> begins, with what that says and the page does not, as the name of whose page it
    is. A page without words gives an empty text.
    """
    import trafilatura
    from lxml import html  # type: ignore[import-untyped]
    from trafilatura.settings import use_config

    declared = _CHARSET.search(data[:_HEAD_BYTES])
    own = (declared[1] or declared[2]).decode("ascii") if declared else None
    markup, notes = cut(decode(data, charset or own), _TAG, MAX_TAGS)
    markup = _CONTROL.sub(" ", _XML_HEAD.sub("", markup, count=1))
    if not markup.strip():
        return Draft(text="", blocks=())
    root = html.document_fromstring(markup, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    named = _PARTS.split(clean_line(root.findtext(".//title") or ""))
    only_shown(root)
    footer = footer_pieces(root)
    lifted = Lifted(root)
    _prepare(root)
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")  # a short page keeps its headings too
    page = trafilatura.bare_extraction(root, include_comments=False, config=config)
    if page is None or isinstance(page, dict) or page.body is None:
        return Draft(text="", blocks=())
    pieces = [*_restored(_pieces(page.body, "paragraph"), lifted), *footer]
    has_main = any(piece.kind == "heading" and piece.level == 1 for piece in pieces)
    made = draft(pieces, title=None if has_main else named[0] or None, letter=letter)
    return replace(made, title=_full_title(made, named), notes=notes)


def _full_title(made: Draft, named: Sequence[str]) -> str | None:
    """Return the title with the parts of a page's <title> that have words which the page itself does not hold."""
    said = stems(f"{made.title} {made.text}")
    parts = [part for part in named if len(part) <= MAX_PART and not stems(part) <= said]
    return SITE.join([made.title, *parts]) if made.title else None


def _prepare(root: "Element") -> None:
    """Keep sentences whole, and show where the main text is."""
    from trafilatura.xpaths import BODY_XPATH

    for line_break in root.xpath("//address//br"):
        line_break.tail = ", " + (line_break.tail or "").lstrip()
        line_break.drop_tag()
    for address in root.xpath("//address[not(.//p or .//div or .//li)]"):
        address.tag = "p"
    for code in root.xpath(_INLINE):
        code.drop_tag()  # the extraction makes blocks of them, which cut a sentence in pieces
    for listing in root.xpath("//pre[not(.//code)]"):
        code = listing.makeelement("code", {})
        code.text, listing.text = listing.text, None
        code.extend(list(listing))
        listing.append(code)
    for figure in root.xpath("//figure[figcaption]"):
        figure.tag = "div"  # the extraction drops pictures with what is said below them
    stand_up(root)
    for paragraph in list(root.iter("p")):
        _part_bold_line(paragraph)
    bold = {above: words for above in root.iter("p") if (words := _bold_words(above))}
    for above, words in bold.items():
        after = above.getnext()
        if is_head(words) and after is not None and after.tag in _FOLLOWS and after not in bold:
            above.tag = f"h{LEVEL}"
    body = root.find("body")
    # Without a container it knows, the extraction keeps paragraphs only: no headings, no lists.
    if body is not None and not any(path(root) for path in BODY_XPATH):
        body.tag = "article"
        shell = body.makeelement("body", {})
        root.replace(body, shell)
        shell.append(body)


def _part_bold_line(paragraph: "Element") -> None:
    """Make a paragraph of its own of a first line in bold print, which heads those below it."""
    if (paragraph.text or "").strip() or len(paragraph) < 2 or paragraph[0].tag not in ("b", "strong"):
        return
    first, end = paragraph[0], paragraph[1]
    if end.tag != "br" or (first.tail or "").strip() or not is_head(clean_line(first.text_content())):
        return
    above = paragraph.makeelement("p", {})
    paragraph.addprevious(above)
    paragraph.text, end.tail = end.tail, None
    paragraph.remove(end)
    above.append(first)
    first.tail = None


def _bold_words(paragraph: "Element") -> str:
    """Return the words of a paragraph all of which is in bold print, else ""."""
    words = clean_line(paragraph.text_content())
    only = len(paragraph) == 1 and paragraph[0].tag in ("b", "strong")
    return words if only and clean_line(paragraph[0].text_content()) == words else ""


def _restored(pieces: Iterable[Piece], lifted: Lifted) -> Iterator[Piece]:
    """Yield the pieces, with the rows of each table where its stand-in is."""
    for piece in pieces:
        for part in lifted.put_back(piece.text):
            if isinstance(part, str):
                yield replace(piece, text=part)
            else:
                yield from part


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
        case "code":
            yield from code_pieces("".join(element.itertext()))
        case _:
            yield from _pieces(element, "item" if element.tag == "item" else kind)


def _loose(words: str, kind: BlockKind) -> Iterator[Piece]:
    for part in re.split(r"\n\s*\n", words):
        yield Piece(kind=kind, text=part)
