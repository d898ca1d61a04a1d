"""Take the year from the heading over a sentence: "1998" over "The museum moved into the brewery"."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.core.types import Document, Evidence, Passage
from assistant.text.quantities.read import quantities
from assistant.text.quantities.units import MONTHS
from assistant.text.terms import plain_words
from assistant.write.quote.fit.figures import YEAR

MAX_WORDS = 60  # of a quotation together with the year over it
_WHEN = re.compile(r"\bwhen (?:did|was|were|had)\b|\b(?:what|which|in what) (?:year|decade)\b", re.I)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_AROUND = rf"(?:the|year|years|season|in|of|early|late|mid|around|about|spring|summer|autumn|fall|winter|\d{{1,2}}\.?|{'|'.join(MONTHS)})"
_ONLY_YEAR = re.compile(
    rf"(?:{_AROUND}\s+)*{YEAR.pattern}(?:\s*[-–/]\s*\d{{2,4}})?(?:\s+(?:season|year))?\s*[.:]?", re.I
)


def year_over(passage: Passage) -> str:
    """Return the nearest heading over a passage that is a year and no more; "" where there is none."""
    return next((part for part in reversed(passage.section.split(" > ")) if _ONLY_YEAR.fullmatch(part)), "")


def dates_it(question: str, passage: Passage) -> bool:
    """Tell whether a question asks when something was, and the heading right over a passage says it."""
    return bool(_WHEN.search(question) and _ONLY_YEAR.fullmatch(passage.section.rsplit(" > ", 1)[-1]))


def from_its_year(
    question: str, evidence: Sequence[Evidence], document: Callable[[str], Document]
) -> list[Evidence]:
    """Return evidence that begins with the year over it, where the question asks when and the words give no year.

    Of sentences under several years those go that lack a figure of the question which another has.
    """
    dated = [dates_it(question, item.passage) and not YEAR.search(item.text) for item in evidence]
    asked = set(_FIGURE.findall(question))
    told = [asked <= set(_FIGURE.findall(item.text)) for item in evidence]
    return [
        _begun(item, document(item.passage.doc_id)) if under else item
        for item, under, fits in zip(evidence, dated, told, strict=True)
        if fits or not (under and any(told))
    ]


def _begun(item: Evidence, source: Document) -> Evidence:
    over = [block for block in source.blocks if block.kind == "heading" and block.end <= item.start][-1:]
    if not over or not _ONLY_YEAR.fullmatch(source.text[over[0].start : over[0].end].strip()):
        return item
    words = source.text[over[0].start : item.end]
    return replace(item, start=over[0].start, text=words) if len(plain_words(words)) <= MAX_WORDS else item


def told_of_year(question: str, shown: Sequence[Evidence]) -> str | None:
    """Return in words of which years the figures shown are, where only headings tell; None where nothing is to be told."""
    told = [item for item in shown if quantities(item.text)]
    years = [year_over(item.passage) for item in told]
    if not all(years) or any(YEAR.search(f"{question} {item.text}") for item in told):
        return None
    named = [f"“{year}”" for year in dict.fromkeys(years)]
    if len(named) > 1:
        return f"The figures stand under the headings {', '.join(named[:-1])} and {named[-1]}, in this order."
    return f"This stands under the heading {named[0]}." if named else None
