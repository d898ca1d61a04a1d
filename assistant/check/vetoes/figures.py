"""Veto figures, dates and units of a claim that its evidence neither says nor yields by plain arithmetic."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from assistant.text.quantities.read import Quantity, quantities

SMALL_COUNT = 20  # counts of things up to this are counted by readers, not only read: left to the judge
ROUND = 0.06  # how far a rounded or "about" value may lie from what the evidence says, as a share
_REST = re.compile(
    r"\b(?:others?|rest|remain\w*|not|no|without|lack\w*|left|neither|rather)\b|n't", re.I
)  # of a whole
DATED = ("year", "month", "day", "decade", "time")


@dataclass(frozen=True, kw_only=True)
class StrangeFigure:
    """A figure of the claim that the evidence does not hold, and what it says instead where that is plain."""

    said: str
    instead: str | None = None


def strange_figure(claim: str, evidence: str, context: str = "") -> StrangeFigure | None:
    """Return the first figure of the claim that the evidence neither says nor yields by arithmetic, or None.

    `context` (the question, a title, a heading) may name a date or figure too, but yields nothing by arithmetic.
    """
    known = quantities(evidence)
    told = [*known, *quantities(context)]
    strange = [
        item
        for item in quantities(claim)
        if not (
            _free(item, known)
            or any(_holds(item, other) for other in told)
            or _derived(item, known, rest=bool(_REST.search(claim)))
        )
    ]
    found = [StrangeFigure(said=str(item), instead=_instead(item, known)) for item in strange]
    return next((item for item in found if item.instead), found[0] if found else None)


def _instead(item: Quantity, known: Sequence[Quantity]) -> str | None:
    """Return what the evidence says in its place: the same number in another unit, or the one figure of its kind."""
    if item.kind in ("measure", "money", "percent"):
        for other in known:
            if _same_digits(item, other) and (other.kind, other.unit, other.factor) != (
                item.kind,
                item.unit,
                item.factor,
            ):
                return str(other)
    rivals = [other for other in known if (other.kind, other.unit) == (item.kind, item.unit)]
    return str(rivals[0]) if len(rivals) == 1 and not item.words else None


def _same_digits(one: Quantity, other: Quantity) -> bool:
    return abs(one.low / one.factor - other.low / other.factor) < 1e-9


def _free(item: Quantity, known: Sequence[Quantity]) -> bool:
    """Tell whether a figure is left to the judge: small counts, which readers count themselves, and "a day"."""
    if item.kind in ("ordinal", "month"):
        return item.kind == "ordinal" and (item.words or item.low <= SMALL_COUNT)
    if item.unit == "time" and item.words and item.low == item.factor:
        return True  # "a year", "per day"
    if item.kind == "count":
        plain = 0 <= item.low <= SMALL_COUNT and item.low == item.high and float(item.low).is_integer()
        return plain and not any(other.low == -item.low for other in known)
    return item.kind == "percent" and item.words and item.low in (100.0,)


def _holds(item: Quantity, other: Quantity) -> bool:
    """Tell whether a quantity of the evidence says what the claim says: the same, an end of its range, or rounded."""
    if item.same(other):
        return True
    if item.kind == "decade":
        within = item.low <= other.low < item.low + max(10.0, item.step)
        return other.kind == "year" and within or other.kind == "decade" and other.step < item.step and within
    if not _comparable(item, other) or (item.kind, item.low, item.high) == (
        other.kind,
        other.low,
        other.high,
    ):
        return False
    ends = (other.low, other.high)
    if item.low == item.high and any(_near(item, end) for end in ends):
        return True
    if item.low == item.high and other.low < item.low < other.high:
        return item.bound == "about"
    return item.low != item.high and all(
        any(_near(item, end, value) for end in ends) for value in (item.low, item.high)
    )


def _comparable(item: Quantity, other: Quantity) -> bool:
    """Tell whether two quantities may be the same thing written in two ways."""
    if item.kind == other.kind:
        return item.unit == other.unit or not item.unit or not other.unit
    loose = {"count", "ordinal"}
    if {item.kind, other.kind} <= loose | {"year", "day"}:
        return True
    return {item.kind, other.kind} <= {"count", "percent"} and (item.words or other.words)


def _near(item: Quantity, value: float, own: float | None = None) -> bool:
    own = item.low if own is None else own
    if item.kind in DATED:
        return own == value
    if abs(own - value) <= 1e-6 * max(abs(value), 1.0):
        return True
    rounded = abs(own - value) <= item.step / 2 and item.step > 1 and own >= 1000
    return (
        rounded
        or (item.bound != "" and abs(own - value) <= ROUND * abs(value))
        or _month_like(item, own, value)
    )


def _month_like(item: Quantity, own: float, value: float) -> bool:
    """Tell whether two spans of time are one in other words: 30 days, four weeks, a month; 12 months, a year."""
    return item.unit == "time" and value > 0 and own >= 86400 and abs(own - value) <= 0.015 * value


def _derived(item: Quantity, known: Sequence[Quantity], *, rest: bool = False) -> bool:
    """Tell whether plain arithmetic over the evidence yields the value: a sum, difference, share, multiple or span."""
    if item.low != item.high:
        ends = [replace(item, low=value, high=value) for value in (item.low, item.high)]
        return all(
            any(_holds(end, other) for other in known) or _derived(end, known, rest=rest) for end in ends
        )
    if item.kind in ("day", "month", "decade") or (item.kind == "time" and len(known) < 2):
        return False
    return any(
        _near(item, value) or _near(item, round(value)) and value > 20
        for value in _results(item, known, rest=rest)
    )


def _results(item: Quantity, known: Sequence[Quantity], *, rest: bool) -> Iterator[float]:
    if item.kind == "percent":
        shares = [value for other in known if other.kind == "percent" for value in {other.low, other.high}]
        yield from (100 - value for value in shares if rest)
        yield from _pairs(shares)
        amounts = [other.low for other in known if other.kind in ("count", "money", "measure")]
        for one, other in combinations(amounts, 2):
            for a, b in ((one, other), (other, one)):
                if b:
                    yield 100 * a / b
                    yield 100 * abs(a - b) / abs(b)
        return
    if item.kind == "year":
        spans = [other.low / 31557600 for other in known if other.unit == "time"] + [
            o.low for o in known if o.kind == "count"
        ]
        years = [other.low for other in known if other.kind == "year"]
        yield from (year + sign * span for year in years for span in spans for sign in (1, -1))
        return
    if item.unit == "time":
        years = [value for other in known if other.kind == "year" for value in {other.low, other.high}]
        yield from (abs(a - b) * 31557600 for a, b in combinations(years, 2))
        clocks = [other.low * 60 for other in known if other.kind == "time"]
        yield from (abs(a - b) for a, b in combinations(clocks, 2))
        days = [other.low * 86400 for other in known if other.kind == "day"]
        yield from (abs(a - b) for a, b in combinations(days, 2))
        months = [other.low for other in known if other.kind == "month"]
        yield from ((abs(a - b) + more) * 2629800 for a, b in combinations(months, 2) for more in (0, 1))
        timed = [other for other in known if other.unit == "time"]
        yield from _pairs([value for other in timed for value in {other.low, other.high}])
        shares = [other.low / 100 for other in known if other.kind == "percent"]
        yield from (other.low * share for other in timed for share in shares)
        counts = [other.low for other in known if other.kind == "count" and other.low]
        yield from (
            value for other in timed for count in counts for value in (other.low * count, other.low / count)
        )
        return
    alike = [
        value
        for other in known
        if other.kind == item.kind and (other.unit == item.unit or not item.unit) or other.kind == "count"
        for value in {other.low, other.high}
    ]
    yield from _pairs(alike)
    yield from (a * b for a, b in combinations(alike, 2))
    shares = [value / 100 for other in known if other.kind == "percent" for value in {other.low, other.high}]
    yield from (value * share for value in alike for share in shares)
    yield from (value * (1 + sign * share) for value in alike for share in shares for sign in (1, -1))
    if item.kind == "count":
        others = [
            other.low
            for other in known
            if other.kind in ("money", "measure", "percent", "year") and other.low
        ]
        yield from (a / b for one, other in combinations(others, 2) for a, b in ((one, other), (other, one)))
        yield from (
            a / b for one, other in combinations(alike, 2) for a, b in ((one, other), (other, one)) if b
        )
        yield from (float(abs(a - b)) for a, b in combinations([o.low for o in known if o.kind == "year"], 2))
        yield from (other.low + more for other in known if other.kind == "ordinal" for more in (-1, 1))


def _pairs(values: Sequence[float]) -> Iterator[float]:
    for one, other in combinations(values, 2):
        yield one + other
        yield abs(one - other)
    if len(values) > 2:
        yield sum(values)
        for start in range(len(values)):
            for end in range(start + 3, len(values) + 1):
                yield sum(values[start:end])
