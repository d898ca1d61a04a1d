"""Compare the figures of sentences, and find the years that hold for one."""

import re
from pathlib import PurePath

from assistant.core.types import Evidence, Passage
from assistant.text.quantities.read import quantities

YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
Figures = frozenset[tuple[str, str, float, float]]  # kind, unit, and both ends
_NOT = re.compile(r"\b(?:not|no|never|without|cannot|neither|nor)\b|n['’]t\b", re.I)


def figures(text: str) -> Figures:
    """Return the figures and dates of a text, whichever way they are written."""
    return frozenset((item.kind, item.unit, item.low, item.high) for item in quantities(text))


def says_otherwise(text: str, other: str) -> bool:
    """Tell whether two texts differ in a figure, or one denies: however alike, they are no copies."""
    return figures(text) != figures(other) or denies(text) != denies(other)


def denies(text: str) -> bool:
    """Tell whether a text holds a word that denies."""
    return bool(_NOT.search(text))


def years_around(item: Evidence) -> set[str]:
    """Return the years that a sentence and what stands over it give."""
    return set(YEAR.findall(item.text)) | years_over(item.passage)


def years_over(passage: Passage) -> set[str]:
    """Return the years of a passage's headings, title, date, and its file's name and folder."""
    path = PurePath(passage.source)
    words = f"{passage.section} {passage.title} {passage.date or ''} {path.parent.name} {path.stem}"
    return set(YEAR.findall(words))
