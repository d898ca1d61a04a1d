"""Read Markdown: its words without its signs."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ingest.blocks import Draft, Piece, code_pieces, draft, table_pieces
from ingest.text import decode, front_value, split_front_matter

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,50}\]:?")
_HEADING_ID = re.compile(r"\s*\{[#.][^{}]{0,100}\}$")
_BREAKING = {"p", "div", "li", "tr", "td", "th", "br", "summary", "h1", "h2", "h3", "h4", "h5", "h6"}
_UNSHOWN = ("script", "style", "template", "noscript")


def read_markdown(data: bytes, charset: str | None = None) -> Draft:
    """Read a Markdown file with tables and front matter; raw HTML is dropped, its visible words kept."""
    values, body = split_front_matter(decode(data, charset))
    return draft(
        list(markdown_pieces(body)),
        title=front_value(values, "title"),
        date=front_value(values, "date"),
        doc_id=front_value(values, "id"),
    )


def markdown_pieces(text: str) -> Iterator[Piece]:
    """Yield the blocks of a Markdown text in order, without markup and link addresses."""
    level = depth = 0  # of the heading and the list we are in, 0 outside
    rows: list[list[str]] = []
    for token in _parser().parse(text):
        match token.type:
            case "heading_open" | "heading_close":
                level = int(token.tag[1:]) if token.nesting > 0 else 0
            case "list_item_open" | "list_item_close":
                depth += token.nesting
            case "tr_open":
                rows.append([])
            case "table_close":
                yield from table_pieces(rows)
                rows = []
            case "inline" if rows:
                rows[-1].append(_words(token))
            case "inline":
                yield _piece(_words(token), level, depth)
            case "fence" | "code_block":
                yield from code_pieces(token.content)
            case "html_block":
                yield from (Piece(kind="paragraph", text=line) for line in _visible(token.content))


def _piece(words: str, level: int, depth: int) -> Piece:
    if level:
        return Piece(kind="heading", text=_HEADING_ID.sub("", words), level=level)
    return Piece(kind="item" if depth else "paragraph", text=words)


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])


def _words(token: "Token") -> str:
    parts: list[str] = []
    unshown = ""  # the tag of a script or style we are in
    for child in token.children or ():
        if child.type == "html_inline":
            unshown = _enter(child.content, unshown)
            parts.append(" " if child.content.lower().startswith("<br") else "")
        elif unshown:
            continue
        elif child.type == "text":
            parts.append(_FOOTNOTE.sub("", child.content))
        elif child.type == "code_inline":
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


def _enter(tag: str, unshown: str) -> str:
    name = re.match(r"<(/?)([A-Za-z]+)", tag)
    if not name:
        return unshown
    word = name[2].lower()
    if name[1]:
        return "" if word == unshown else unshown
    return unshown or (word if word in _UNSHOWN else "")


def _visible(markup: str) -> list[str]:
    reader = _Visible()
    reader.feed(markup)
    reader.close()
    return "".join(reader.parts).split("\n")


class _Visible(HTMLParser):
    """Collects the visible words of a piece of HTML, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unshown = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._unshown = _enter(f"<{tag}", self._unshown)
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unshown = _enter(f"</{tag}", self._unshown)
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._unshown:
            self.parts.append(data.replace("\n", " "))

    def _break(self, tag: str) -> None:
        if tag in _BREAKING:
            self.parts.append("\n")
