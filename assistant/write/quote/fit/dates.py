"""Write the dates of a question as the documents do: "18 June 2024" as "2024-06-18", no year that stands over the text."""

import re
from collections.abc import Sequence

from assistant.core.types import Passage
from assistant.text.quantities.read import quantities
from assistant.text.terms import content_stems, stems
from assistant.write.quote.fit.figures import YEAR, years_over

_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})([./])(\d{1,2})\2((?:1[5-9]|20)\d\d)(?!\d)")
Date = tuple[float, float, float]  # year, month, day


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
