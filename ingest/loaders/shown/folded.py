"""Read what a page folds up: a question on a button, and its answer in the panel below it."""

from typing import TYPE_CHECKING

from ingest.loaders.questions import is_question

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

LEVEL = 6  # of a heading over what is folded, which the next one of any level closes
_WHOLE = ("body", "main", "article", "html", "ul", "ol", "li")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def unfold(root: "Element") -> None:
    """Make a heading of each summary, and of each button that asks; their holders become `details`."""
    for summary in root.xpath("//details/summary"):
        summary.tag = f"h{LEVEL}"
    for button in root.xpath("//button | //*[@role='button'] | //*[@role='tab']"):
        above = button.getparent()
        if above is None or not is_question(" ".join(button.text_content().split())):
            continue
        if any(holder.tag in _HEADINGS for holder in button.iterancestors()):
            button.drop_tag()  # the heading holds the question by itself
            continue
        button.tag = f"h{LEVEL}"
        if above.tag not in _WHOLE:
            above.tag = "details"
