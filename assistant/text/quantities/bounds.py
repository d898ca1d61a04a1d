"""Tell which way the words around an amount bound it: "over 65", "65 or older", "at most 5 kg"."""

import re
from typing import Literal, NamedTuple

Bound = Literal["", "about", "over", "under"]
_MORE = "more|greater|higher|longer|later|older|heavier|larger|bigger|taller"
_LESS = "less|fewer|lower|shorter|earlier|younger|lighter|smaller"
_SUCH = r"(?:\s+(?!or\b|and\b)[a-z]+)?"  # what is counted: "25 people or more"


class Bounding(NamedTuple):
    """How words bound an amount, from where to where they and the amount stand, and whether it is left out itself."""

    bound: Bound
    start: int
    end: int
    without: bool = False


_BEFORE: tuple[tuple[str, Bound, bool], ...] = (
    (rf"at least|no(?:t)? (?:{_LESS}) than|upwards of|a minimum of|starting at|starts? at|from as little as", "over", False),
    (rf"at most|no(?:t)? (?:{_MORE}) than|up to(?: and including)?|a maximum of|within|as much as|as many as", "under", False),
    (rf"(?:{_MORE}) than|over|above|exceed\w*", "over", True),
    (rf"(?:{_LESS}) than|under|below|just short of", "under", True),
    (r"about|around|roughly|approximately|approx\.?|circa|ca\.?|some|nearly|almost|close to|just over|just under|an estimated|estimated|~", "about", False),
)  # fmt: skip
_AS_CONDITION: tuple[tuple[str, Bound, bool], ...] = (
    (r"from|since|as of|starting(?: from)?", "over", False),
    (r"until|till|to", "under", False),
    (r"after|beyond|past", "over", True),
    (r"before", "under", True),
)  # words that bound what a text lays down, and only place what a question tells: "after seven years"
_FILLED = r"(?:the\s+|an?\s+)?(?:(?:age|end|start|beginning)\s+of\s+)?"
_BEFORE_READ, _CONDITION_READ = (
    tuple((re.compile(rf"(?<![\w-])(?:{words})\s+{_FILLED}$", re.I), bound, without) for words, bound, without in table)
    for table in (_BEFORE, _AS_CONDITION)
)  # fmt: skip
_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(rf"\s*(?:\+|(?:plus|onwards|upwards)\b)|{_SUCH}\s*\b(?:or|and) (?:{_MORE}|above|over|up(?! to)|upwards|onwards)\b", re.I), "over"),
    (re.compile(rf"{_SUCH}\s*\b(?:or|and) (?:{_LESS}|under|below)\b", re.I), "under"),
    (re.compile(r"\s*or so\b", re.I), "about"),
)  # fmt: skip


def bounding(text: str, start: int, end: int, *, condition: bool = False) -> Bounding:
    """Return how the words around an amount bound it; `condition` where the text lays down what holds from when."""
    begin = max(0, start - 36)
    before = text[begin:start]
    for pattern, bound, without in (*_BEFORE_READ, *(_CONDITION_READ if condition else ())):
        if match := pattern.search(before):
            return Bounding(bound, begin + match.start(), end, without)
    for after, bound in _AFTER:
        if match := after.match(text, end):
            return Bounding(bound, start, match.end())
    return Bounding("", start, end)


def bound_at(text: str, start: int, end: int) -> Bound:
    """Return which way the words around a quantity bound it, "" for none."""
    return bounding(text, start, end).bound
