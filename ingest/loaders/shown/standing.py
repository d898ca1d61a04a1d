"""Stand the words of a page up as paragraphs where it uses mere boxes for them, as the extraction passes those over."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

_BOXES = (
    "div", "section", "article", "main", "body", "center", "fieldset", "figure", "figcaption", "label",
    "aside",
)  # fmt: skip
_BLOCKS = frozenset(
    (*_BOXES, "p", "ul", "ol", "dl", "table", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "address",
     "details", "header", "footer", "nav", "form", "button")
)  # fmt: skip
_HELD = ("p", "li", "td", "th", "dt", "dd", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "address", "a", "footer", "nav")  # fmt: skip
_FURNITURE = ("footer", "nav", "header")


def stand_up(root: "Element") -> None:
    """Make a paragraph of each box that holds nothing but words, and of the loose words of others; links alone stay."""
    holders, held = _holders(root)
    for box in [item for item in root.iter(*_BOXES) if item not in held and item is not root]:
        if box in holders:
            for run in list(_loose(box, holders)):
                _wrap(box, run)
        elif box.tag != "body" and _says(box):
            box.tag = "p"


def _holders(root: "Element") -> tuple[set["Element"], set["Element"]]:
    """Return the elements with blocks in them, and those that are part of a paragraph, an item, a cell or furniture."""
    holders: set[Element] = set()
    held: set[Element] = set()
    elements = list(root.iter())
    for element in elements:
        above = element.getparent()
        if above is not None and (above in held or above.tag in _HELD or above.tag in _FURNITURE):
            held.add(element)
    for element in reversed(elements):
        above = element.getparent()
        if above is not None and (element.tag in _BLOCKS or element in holders):
            holders.add(above)
    return holders, held


def _loose(box: "Element", holders: set["Element"]) -> Iterator[list["Element"]]:
    """Yield the runs of inline elements of a box, each with the words behind it; words before the first block too."""
    run: list[Element] = []
    if (box.text or "").strip():
        first = box.makeelement("span", {})
        first.text, box.text = box.text, None
        box.insert(0, first)
    for child in list(box):
        if child.tag in _BLOCKS or child in holders:
            yield from [run] if run else []
            run = []
            if (child.tail or "").strip():
                behind = child.makeelement("span", {})
                behind.text, child.tail = child.tail, None
                child.addnext(behind)
                run = [behind]
        else:
            run.append(child)
    yield from [run] if run else []


def _wrap(box: "Element", run: list["Element"]) -> None:
    paragraph = box.makeelement("p", {})
    run[0].addprevious(paragraph)
    paragraph.extend(run)
    if not _says(paragraph):
        paragraph.drop_tag()


def _says(element: "Element") -> bool:
    """Tell whether an element has words of its own beside links."""
    words = len("".join(element.text_content().split()))
    linked = sum(len("".join(link.text_content().split())) for link in element.iter("a"))
    return words > 0 and linked * 2 <= words
