"""Find what a page's footer tells: an address, a telephone number, opening hours; not its links and rights."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.loaders.blocks import Piece, clean_line

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

MAX_LINE = 300  # characters
MIN_WORDS = 5  # of a line without a figure or an address
_FOOTERS = "//footer[not(ancestor::article) and not(ancestor::main)] | //*[@role='contentinfo']"
_LEAVES = ("p", "li", "address", "div", "td", "dd", "span")
_FURNITURE = re.compile(
    r"©|\(c\)|copyright|all rights reserved|cookie|privacy|terms of|powered by|subscribe|newsletter|follow us|sitemap",
    re.I,
)


def footer_pieces(root: "Element") -> list[Piece]:
    """Return the telling lines of the footers, under no heading, each once."""
    lines = dict.fromkeys(line for footer in root.xpath(_FOOTERS) for line in _lines(footer))
    return [Piece(kind="paragraph", text=line, closes=1) for line in lines]


def _lines(footer: "Element") -> Iterator[str]:
    for leaf in footer.iter(*_LEAVES):
        if any(True for inner in leaf.iter(*_LEAVES) if inner is not leaf):
            continue
        text = clean_line(leaf.text_content())
        linked = sum(len(clean_line(link.text_content())) for link in leaf.iter("a"))
        told = re.search(r"\d|@", text) or (len(text.split()) >= MIN_WORDS and linked * 2 < len(text))
        if told and len(text) <= MAX_LINE and not _FURNITURE.search(text):
            yield text
