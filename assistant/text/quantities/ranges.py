"""Read the ranges that a text lays down: "2 to 5 years", "over 65", "1 November to end of February", "18:00 to 22:00".

A row of a table is read cell by cell, a number without a unit in that of its column's heading.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from assistant.text.quantities.bounds import bounding
from assistant.text.quantities.counted import A_WEEK, is_age, is_label, things
from assistant.text.quantities.read import Quantity, quantities
from assistant.text.quantities.units import CURRENCY, UNITS

_CIRCLE = ("date", "clock")  # after whose end the beginning follows
MONTH = 31.0  # days that every month has in the count of a date
_TO = re.compile(
    r"\s*(?:to|until|till|through|and|[-–—])\s*(?:the )?(?:(?:beginning|start|middle|end) of |12 )?", re.I
)
_AND = re.compile(r"\s*and\b", re.I)
_BETWEEN = re.compile(r"\bbetween (?:the )?(?:ages? of )?$", re.I)
_BUT = re.compile(r"[\s,]*(?:but|and|to)?\s*(?:not )?", re.I)
_FIRST_DAY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s*(?:to|until|-|–|—)\s*$", re.I)
_FIRST_HOUR = re.compile(r"(?<![\d.,:])(\d{1,2})\s*(?:to|until|-|–|—)\s*$", re.I)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """From where to where amounts lie: one amount has two equal ends. `start` and `end` are characters of its cell.

    A date is counted in days, 31 a month; an age in seconds, as every time.
    """

    low: float
    high: float
    kind: str  # of a Quantity, "age", "date" or "clock"
    start: int
    end: int
    unit: str = ""
    things: frozenset[str] = frozenset()  # stems of what is counted
    step: float = 1.0  # of the unit it is written in
    without: tuple[bool, bool] = (False, False)  # whether the ends themselves lie outside
    bare: bool = False  # written without a unit
    shown: str = ""  # as written

    @property
    def open_to(self) -> str:
        """Tell which way it has no end: "over", "under", "" where it has both."""
        return "over" if self.high == math.inf else "under" if self.low == -math.inf else ""

    @property
    def months(self) -> frozenset[int]:
        """Return the months, from 1, that a range of dates touches; none for any other."""
        if self.kind != "date" or self.open_to:
            return frozenset()
        first, last = (int((at - 1) // MONTH) for at in (self.low, self.high))
        last += 12 if self.low > self.high else 0
        return frozenset((at - 1) % 12 + 1 for at in range(first, last + 1))

    def alike(self, other: "Reach") -> bool:
        """Tell whether two are of one kind and unit, or count the same."""
        counted = self.kind != "count" or bool(self.things & other.things)
        return (self.kind, self.unit) == (other.kind, other.unit) and counted

    def same(self, other: "Reach") -> bool:
        """Tell whether two that are alike have the same ends."""
        return self.open_to != "" and self._spans(whole=False) == other._spans(whole=False)

    def lies_in(self, other: "Reach") -> bool:
        """Tell whether an amount, or part of it, lies in a range that is alike."""
        return _overlap(self._spans(whole=False), other._spans(whole=False))

    def lies_in_full_units_of(self, other: "Reach") -> bool:
        """Tell whether the full years an amount comes to, or its months or days, lie in a range: 5.5 years in "2 to 5"."""
        return self.unit == "time" and _overlap(self._spans(whole=False), other._spans(whole=True))

    def _spans(self, whole: bool) -> "list[Span]":
        low, high, (without_low, without_high) = self.low, self.high, self.without
        if whole and low != high and not without_high:
            high, without_high = high + self.step, True
        if self.kind in _CIRCLE and low > high:
            return [(low, math.inf, without_low, False), (-math.inf, high, False, without_high)]
        return [(low, high, without_low, without_high)]


Span = tuple[float, float, bool, bool]  # both ends, and whether each is left out itself


def _overlap(ones: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(_meet(one, other) for one in ones for other in others)


def _meet(one: Span, two: Span) -> bool:
    low, high = max(one[0], two[0]), min(one[1], two[1])
    if low < high:
        return True
    outside = any(
        (at == span[0] and span[2]) or (at == span[1] and span[3]) for span in (one, two) for at in (low,)
    )
    return low == high and not outside


@lru_cache(maxsize=20_000)
def ranges(text: str) -> tuple[tuple[Reach, ...], ...]:
    """Return the ranges of each cell of a row, or of a sentence as one cell."""
    cells = text.split(" | ")
    if len(cells) < 2:  # a sentence tells shares as what is, hardly ever as a condition
        return (tuple(reach for reach in _reaches(text, condition=True) if reach.kind != "percent"),)
    headed = (cell.partition(": ") for cell in cells)
    return tuple(
        tuple(_reaches(value, head, condition=True)) if colon else tuple(_reaches(head, condition=True))
        for head, colon, value in headed
    )


@lru_cache(maxsize=20_000)
def given(question: str) -> tuple[Reach, ...]:
    """Return the amounts that a question gives, single ones and ranges."""
    return tuple(_reaches(question))


def _reaches(text: str, over: str = "", *, condition: bool = False) -> Iterator[Reach]:
    """Yield the ranges of a text, and where it lays down no condition the single amounts too."""
    points = _points(text, over)
    at = 0
    while at < len(points):
        one, other = points[at], points[at + 1] if at + 1 < len(points) else None
        at += 1
        joined = _joined(text, one, other) if other else None
        if joined is not None:
            at += 1
        single = joined or (
            _bounded(text, one, condition) if one.low == one.high or one.kind == "date" else one
        )
        ranged = single.low != single.high
        if ranged or not condition:
            yield replace(single, shown=text[single.start : single.end])


def _points(text: str, over: str) -> list[Reach]:
    """Return the amounts of a text in their order, the parts of a date together; without numbers that only label."""
    found = []
    for (start, end), group in groupby(quantities(text), key=lambda item: (item.start, item.end)):
        own = list(group)
        if is_label(text, start) or own[0].kind in ("ordinal", "decade", "year"):
            continue
        if own[0].kind in ("day", "month"):
            found.append(_date(text, own, start, end))
        else:
            found.append(_clock(text, own[0]) if own[0].kind == "time" else _amount(text, own[0], over))
    return found


def _clock(text: str, item: Quantity) -> Reach:
    """Return a time of day; "7 to 9 pm" from its first hour on, in the same half of the day where that is earlier."""
    first = _FIRST_HOUR.search(text[: item.start])
    if not first or float(first[1]) > 12:
        return Reach(low=item.low, high=item.high, kind="clock", start=item.start, end=item.end)
    hour = float(first[1]) % 12 * 60
    low = hour + 720 if item.high > 720 and hour + 720 < item.high else hour
    return Reach(low=low, high=item.high, kind="clock", start=first.start(), end=item.end)


def _date(text: str, parts: Sequence[Quantity], start: int, end: int) -> Reach:
    """Return a day, or a whole month; "1-15 May" from its first day on."""
    named = {item.kind: item.low for item in parts}
    month, day = MONTH * named["month"], named.get("day")
    low, high = (month + 1, month + MONTH) if day is None else (month + day, month + day)
    first = _FIRST_DAY.search(text[:start]) if day is not None else None
    if first and float(first[1]) < high - month:
        low, start = month + float(first[1]), first.start()
    return Reach(low=low, high=high, kind="date", start=start, end=end)


def _amount(text: str, item: Quantity, over: str) -> Reach:
    """Return an amount with its unit, that of its column's heading where it has none."""
    kind: str = item.kind
    size, unit = item.factor, item.unit
    times = 1.0
    bare = kind == "count"
    if kind == "count" and (headed := _unit_over(over)):
        kind, unit, times = headed
        size = times
    long = unit == "time" and size >= A_WEEK
    if (kind == "count" or long) and is_age(text, item.start, item.end, over):
        year = UNITS["year"][1]
        times, size = (year, year) if kind == "count" else (times, size)
        kind, unit = "age", "time"
    counted = things(text, item.start, item.end, over) if kind == "count" else frozenset()
    return Reach(
        low=item.low * times, high=item.high * times, kind=kind, unit=unit, things=counted, step=size, bare=bare,
        start=item.start, end=item.end,
    )  # fmt: skip


@lru_cache(maxsize=2_000)
def _unit_over(over: str) -> tuple[str, str, float] | None:
    """Return kind, unit and size of the unit that a heading names: "Weight (kg)", "Completed years of service"."""
    for word in re.findall(r"[^\W\d_]+|[$€£₹¥]", over.lower()):
        if word in UNITS:
            return "measure", *UNITS[word]
        if word in CURRENCY:
            return "money", CURRENCY[word], 1.0
    return None


def _joined(text: str, one: Reach, other: Reach) -> Reach | None:
    """Return the range between two amounts: "10 pm and 5 am" behind "between", "more than 2 years but less than 8"."""
    between = text[one.end : other.start]
    if one.bare != other.bare and "count" in (one.kind, other.kind):
        one, other = (
            (_in_unit_of(one, other), other) if one.kind == "count" else (one, _in_unit_of(other, one))
        )
    if (one.kind, one.unit) != (other.kind, other.unit):
        return None
    ends = {"low": one.low, "high": other.high, "end": other.end, "bare": one.bare and other.bare}
    to = _TO.fullmatch(between)
    if to and (not _AND.match(between) or _BETWEEN.search(text[: one.start])):
        return replace(one, **ends)  # type: ignore[arg-type]
    first, last = (bounding(text, item.start, item.end, condition=True) for item in (one, other))
    if (
        first.bound == "over"
        and last.bound == "under"
        and _BUT.fullmatch(text[one.end : last.start] if last.start >= one.end else "?")
    ):
        ends["end"] = last.end
        return replace(one, **ends, start=first.start, without=(first.without, last.without))  # type: ignore[arg-type]
    return None


def _in_unit_of(bare: Reach, other: Reach) -> Reach:
    """Return a number without a unit in that of the other end of its range."""
    if other.kind in _CIRCLE:
        return bare
    return replace(
        bare, low=bare.low * other.step, high=bare.high * other.step, kind=other.kind, unit=other.unit, step=other.step,
        things=other.things,
    )  # fmt: skip


def _bounded(text: str, one: Reach, condition: bool) -> Reach:
    """Return an amount as far as the words around it let it reach."""
    bound = bounding(text, one.start, one.end, condition=condition or one.kind in _CIRCLE)
    if bound.bound == "over":
        low = one.high if bound.without else one.low
        return replace(
            one, low=low, high=math.inf, start=bound.start, end=bound.end, without=(bound.without, False)
        )
    if bound.bound == "under":
        high = one.low if bound.without else one.high
        return replace(
            one, low=-math.inf, high=high, start=bound.start, end=bound.end, without=(False, bound.without)
        )
    return one
