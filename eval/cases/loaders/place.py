"""Find the stored place of words that were marked in a file."""

from dataclasses import replace
from functools import lru_cache

from assistant.core.errors import InputError
from eval.cases.read import at_offsets, clipped
from eval.run.types import Span
from ingest.loaders.plain.text import visible

WIDTHS = (0, 10, 20, 40, 80, 160, 320)  # characters before and after, until the words are told from others


def in_stored(span: Span, written: str, stored: str) -> Span:
    """Return a span marked in the text of a file, with its words and offsets in the stored text.

    Storing leaves out front matter and what shows nothing, and writes tables anew. Raises InputError where the file
    does not have the words at the offsets, and where the stored text does not have them at one certain place.
    """
    span = at_offsets(span, written, "its file", "mend the offsets")
    if written.startswith(stored) and span.end <= len(stored):
        return span
    written, words = written.rstrip(), visible(span.text)
    for width in WIDTHS:
        before = visible(written[max(0, span.start - width) : span.start])
        after = visible(written[span.end : span.end + width])
        for head, tail in ((before, after), (before, ""), ("", after)):
            around = head + words + tail
            if words and stored.count(around) == 1 == _visible(written).count(around):
                at = stored.index(around) + len(head)
                return replace(span, start=at, end=at + len(words), text=words)
    raise InputError(
        f"the gold text {clipped(span.text)} of {span.doc_id!r} is stored otherwise than it is written (is it "
        "part of a table?): mark other words"
    )


@lru_cache(maxsize=4)
def _visible(text: str) -> str:
    return visible(text)
