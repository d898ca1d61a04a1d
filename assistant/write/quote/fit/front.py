"""Tell the lines at the front of a document that only name it: its title, who wrote it, and when."""

import re

from assistant.core.types import Document
from assistant.text.terms import plain_words

MAX_WORDS = 15  # of a line that only names
_ENDS = re.compile(r"[.!?:;][\"'”’)*]*$")
_BY = re.compile(r"(?:[\w,]+ ){0,5}[Bb]y (?:the )?[A-Z]")  # "By Jane Doe", "Posted by the Board"
_SAYS = re.compile(r"\b[a-z]{4,}")  # a word that is no part of a name
_OF_THE_AUTHOR = re.compile(
    r"\b(?:who|whose|whom|author|wrote|written|posted|published|updated|dated?|titled?|called|names?)\b", re.I
)
_OF_A_NAME = re.compile(r"\b(?:when|where|which|year|version|edition|address)\b", re.I)


def only_names(question: str, line: str, start: int, document: Document) -> bool:
    """Tell whether a line at `start` only names its document, and the question asks for nothing that such lines tell."""
    if (
        len(plain_words(line)) > MAX_WORDS
        or _ENDS.search(line)
        or ": " in line
        or _OF_THE_AUTHOR.search(question)
    ):
        return False
    named = not _SAYS.search(line) and not _OF_A_NAME.search(question)
    return (named or bool(_BY.match(line))) and start < _first_sentence(document)


def _first_sentence(document: Document) -> int:
    """Return where the first block begins that is neither a heading nor a line without an end."""
    for block in document.blocks:
        line = document.text[block.start : block.end]
        if block.kind in ("item", "row") or (block.kind == "paragraph" and _ENDS.search(line)):
            return block.start
    return len(document.text)
