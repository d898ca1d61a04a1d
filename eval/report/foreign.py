"""Make foreign text harmless where it is shown: in HTML, in Markdown, in XML. What cannot be seen is marked."""

import re
import unicodedata
from html import escape

from assistant.show.escape import code_span
from assistant.text.legible import UNSEEN

_ODD_BREAK = re.compile("\r\n|[\u2028\u2029]")
_RUN = re.compile(rf"({UNSEEN.pattern})\1*")
_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = re.compile(r"([\\`*_\[\]<>#!|~&$^:])")
_LINKED = re.compile(r"://|(?<!\w)@\w|\w@\w+[.-]|www\.|mailto:|#\d|\bgh-\d", re.IGNORECASE)


def html(text: str) -> str:
    """Escape text for HTML; a run of characters that show nothing, or turn the direction, becomes its code."""
    parts, at = [], 0
    text = _ODD_BREAK.sub("\n", text)
    for run in _RUN.finditer(text):
        parts += [escape(text[at : run.start()]), _mark(run[0])]
        at = run.end()
    return "".join(parts) + escape(text[at:])


def _mark(run: str) -> str:
    name = unicodedata.name(run[0], "control character").lower()
    times = f"×{len(run)}" if len(run) > 1 else ""
    return f'<span class="unseen" title="{escape(name)}">U+{ord(run[0]):04X}{times}</span>'


def line(text: str) -> str:
    """Return text as one line; what shows nothing becomes the replacement character."""
    return " ".join(xml(text).split())


def xml(text: str) -> str:
    """Replace what XML 1.0 cannot hold, and what shows nothing, by the replacement character."""
    return _XML.sub("\ufffd", UNSEEN.sub("\ufffd", _ODD_BREAK.sub("\n", text)))


def markdown(text: str, *, cell: bool = False) -> str:
    """Return text as one line that Markdown shows word for word inside a line; `cell` inside a table.

    Marks that mean something inside a line are escaped. Words that renderers make links of (addresses,
    @names, #numbers) become code, since they do so even where the marks are escaped.
    """
    return " ".join(
        code_span(word.replace("|", r"\|") if cell else word)
        if _LINKED.search(word)
        else _MARKUP.sub(r"\\\1", word)
        for word in line(text).split()
    )
