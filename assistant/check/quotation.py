"""Tell whether a claim is a quotation: whole sentences of its evidence, word for word."""

import re
import unicodedata
from functools import lru_cache

from assistant.text.sentences import sentence_spans

_ALIKE = (
    (re.compile(r"\s?\[\d{1,3}(?:[,\s-]+\d{1,3})*\]"), ""),  # citation marks
    (re.compile(r"[\u2018\u2019\u02bc`]"), "'"),
    (re.compile(r"[\u201c\u201d\u201e\u00ab\u00bb]"), '"'),
    (re.compile(r"[\u2010-\u2014\u2212]"), "-"),
    (re.compile(r"\s+"), " "),
    (re.compile(r"^\s*(?:[-*\u2022]|\d{1,2}[.)])\s+"), ""),
)


@lru_cache(maxsize=4_000)
def split(text: str) -> tuple[tuple[str, ...], ...]:
    """Split evidence into lines of sentences; neighbours are sentences of one line."""
    lines = (line for line in text.split("\n") if line.strip())
    return tuple(tuple(line[start:end] for start, end in sentence_spans(line)) for line in lines)


@lru_cache(maxsize=4_000)
def plain(text: str) -> str:
    """Write a text for comparison: quotes, dashes and white space alike, no final stop, no list mark."""
    text = unicodedata.normalize("NFKC", text)
    for pattern, replacement in _ALIKE:
        text = pattern.sub(replacement, text)
    return text.strip("\"' ").rstrip(".!; ").strip("\"' ")


def quoted(claim: str, evidence: str) -> bool:
    """Tell whether the claim is one or more whole consecutive sentences of the evidence."""
    wanted = plain(" ".join(sentence for line in split(claim) for sentence in line))
    if not wanted:
        return False
    sentences = [sentence for line in split(evidence) for sentence in line]
    for start in range(len(sentences)):
        for end in range(start + 1, len(sentences) + 1):
            joined = plain(" ".join(sentences[start:end]))
            if joined == wanted:
                return True
            if len(joined) > len(wanted):
                break
    return False
