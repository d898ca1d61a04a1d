"""Read a question and the year over a sentence together: "1998" over "The museum moved", "18 June 2024" as "2024-06-18"."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.core.types import Document, Evidence, Passage
from assistant.text.quantities.read import quantities
from assistant.text.quantities.units import MONTHS
from assistant.text.terms import content_stems, plain_words, stems
from assistant.write.quote.fit.figures import YEAR, years_over

MAX_WORDS = 60  # of a quotation together with the year over it
_WHEN = re.compile(r"\bwhen (?:did|was|were|had)\b|\b(?:what|which|in what) (?:year|decade)\b", re.I)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_AROUND = rf"(?:the|year|years|season|in|of|early|late|mid|around|about|spring|summer|autumn|fall|winter|\d{{1,2}}\.?|{'|'.join(MONTHS)})"
_ONLY_YEAR = re.compile(
    rf"(?:{_AROUND}\s+)*{YEAR.pattern}(?:\s*[-–/]\s*\d{{2,4}})?(?:\s+(?:season|year))?\s*[.:]?", re.I
)
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})([./])(\d{1,2})\2((?:1[5-9]|20)\d\d)(?!\d)")
Date = tuple[float, float, float]  # year, month, day


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


def dates(text: str) -> dict[Date, tuple[int, int]]:
    """Return the whole dates of a text, each with where it stands."""
    parts: dict[tuple[int, int], dict[str, float]] = {}
    for item in quantities(text):
        parts.setdefault((item.start, item.end), {})[item.kind] = item.low
    found = {
        (own["year"], own["month"], own["day"]): place
        for place, own in parts.items()
        if {"year", "month", "day"} <= own.keys()
    }
    for match in _NUMERIC.finditer(text):
        first, second, year = (float(match[at]) for at in (1, 3, 4))
        if match[2] == "." or max(first, second) > 12:  # else nobody can tell which is the day
            day, month = (first, second) if match[2] == "." or first > 12 else (second, first)
            found.setdefault((year, month, day), match.span())
    return found


def as_dated(question: str, told: Sequence[tuple[str, Passage]]) -> str:
    """Return a question with its dates as the sentences write them, given with their passages.

    A year is left out that no sentence on the matter names, where the title, date or file over one does.
    """
    for date, (start, end) in dates(question).items():
        written = next((text[slice(*own[date])] for text, _ in told if date in (own := dates(text))), None)
        if written and written != question[start:end]:
            return as_dated(f"{question[:start]}{written}{question[end:]}", told)
    years = set(YEAR.findall(question))
    if len(years) != 1 or dates(question):
        return question
    asked = content_stems(question)
    most = {True: 0, False: 0}  # words shared by those that name the year, and those it only stands over
    for text, passage in told:
        named = years <= set(YEAR.findall(text))
        if named or years <= years_over(passage):
            most[named] = max(most[named], len((asked - years) & stems(text)))
    if most[False] <= most[True]:
        return question
    bare = YEAR.sub("", question).split()
    while len(bare) > 1 and bare[-1].strip("?.,").lower() in ("in", "of", "for", "during", "the", ""):
        bare.pop()
    return " ".join(bare)
