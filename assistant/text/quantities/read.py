"""Read the quantities of a text: figures in digits and words, dates, clock times, shares, money, measured units."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from assistant.text.quantities.bounds import Bound, bound_at
from assistant.text.quantities.units import (
    CURRENCY,
    MONTHS,
    MULTIPLES,
    ONES,
    ORDINALS,
    PARTS,
    SCALE,
    SHORT_SCALE,
    SMALL,
    TENS,
    UNITS,
)

Kind = Literal["percent", "money", "year", "decade", "month", "day", "time", "ordinal", "measure", "count"]

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d,.]*\d)|\d+(?:\.\d+)?"
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_WORD_NUMBER = "|".join([*ONES, *TENS, "dozen", "hundred", "thousand", "million", "billion"])
_ISO = re.compile(r"\b(1[5-9]\d\d|20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b")
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.h]([0-5]\d)(?:\s?([ap])\.?m\b\.?)?|\b(1[0-2]|[1-9])\s?([ap])\.?m\b\.?|\b(noon|midnight)\b", re.I)  # fmt: skip
_SPOKEN_CLOCK = re.compile(
    rf"\b(?:(?P<part>half|quarter) (?P<way>past|to) )?(?P<hour>1[0-2]|[1-9]|{'|'.join(ONES[1:13])})(?: o'clock)?"
    r" (?:in the (?P<of>morning|afternoon|evening)|at (?P<night>night))\b",
    re.I,
)
_DECADE = re.compile(r"\b((?:1[5-9]|20)\d0)'?s\b")
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})\b\.?(?:,?\s+((?:1[5-9]|20)\d\d)\b)?", re.I
)
_IS_MAY = re.compile(r"\s*(?:[^\w\s]|$|\d{4}|(?:and|or|at|in|to|until|till)\b)", re.I)  # else "12 may borrow"
_MONTH_DAY = re.compile(
    rf"\b({_MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+((?:1[5-9]|20)\d\d)\b)?", re.I
)
_MONTH_ALONE = re.compile(
    rf"\b((?i:(?!may\b|mar\b|sep\b){_MONTH})|(?<=[\w,] )May|March)\b(?:\s+((?:1[5-9]|20)\d\d)\b)?"
)
_CENTURY = re.compile(r"\b(1[5-9]|20|21)th[ -]century\b|\b(1[5-9]|20)00s\b", re.I)
_TIME = "second|minute|hour|day|week|fortnight|month|year|decade|century"
_SPAN = re.compile(
    rf"\b(?P<odd>(?P<part>half|a quarter|three[ -]quarters) (?:of )?an? (?P<of>hour|year|day|century|decade))\b"
    rf"|\b(?:(?P<many>\d+|{'|'.join(ONES)}|an?) )?(?P<unit>{_TIME})s?(?: and (?:a (?P<more>half|quarter))\b)"
    rf"|\b(?P<many2>\d+|{'|'.join(ONES)}) and a half (?P<unit2>{_TIME})s\b"
    rf"|\bevery (?:other|second) (?P<other>{_TIME})\b"
    rf"|\b(?P<one>an?|one|per|each|every)[ -](?P<unit1>{_TIME})\b",
    re.I,
)
_ORDINAL = re.compile(rf"\b(\d+)(?:st|nd|rd|th)\b|\b({'|'.join(ORDINALS)})\b", re.I)
_PART = re.compile(
    rf"\b(?:(an?|one|two|three|four|nine)[ -])?({'|'.join(PARTS)})\b(?![ -]+(?:party|parties|an? hour|hour|quarter))",
    re.I,
)
_MULTIPLE = re.compile(rf"\b({'|'.join(MULTIPLES)})\b|\b(\w+)[ -]?fold\b", re.I)
_NUMBER = re.compile(
    rf"(?<![\w.,])(?<![^\W\d]-)(?P<sign>(?:minus\s+|[-\u2212](?=\d)))?(?P<money>(?:US)?\$|€|£|₹|¥)?\s?(?P<digits>{_DIGITS})(?![\d])"
    rf"|\b(?P<words>(?:{_WORD_NUMBER})(?:(?:[ -]|\s+and\s+)(?:{_WORD_NUMBER}))*)\b",
    re.I,
)
_AFTER = re.compile(
    r"\s?(?P<percent>%|per ?cent\b|percent\b|percentage points?\b|pct\b)"
    r"|(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|lakh|crore|mn|bn|tn|k|m|b)\b)?"
    r"(?:[\s-]?(?:US\s?)?(?P<unit>[€$£₹]|[a-zµ]+)\b\.?)?",
    re.I,
)
_LIST_MARK = re.compile(r"\d{1,2}[.)]\s+[A-Z]")
_RANGE = re.compile(r"\s?(?:-|\u2013|\u2014|to|and)\s?(?=[$€£₹]?\d)", re.I)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """A value with its kind and unit; a range has two different ends.

    `start` and `end` are characters of the text; `unit` is a currency code, or of a measure its dimension, in whose
    base unit the value is told; `step` is how exact it is written: the size of its last digit that is not zero.
    """

    low: float
    high: float
    kind: Kind
    start: int
    end: int
    unit: str = ""
    bound: Bound = ""
    step: float = 1.0
    factor: float = 1.0  # of the scale and unit it is written in
    words: bool = False  # written in words
    shown: str = ""  # as written

    def same(self, other: "Quantity") -> bool:
        """Tell whether value, kind and unit agree; a missing currency agrees with any, 2.10 is not 2.1."""
        padded = [bool(re.search(r"\.\d*0$", item.shown)) for item in (self, other)]
        if self.kind == "count" and padded[0] != padded[1]:
            return False
        values = _close(self.low, other.low) and _close(self.high, other.high)
        return values and self.kind == other.kind and (self.unit == other.unit or not self.unit)

    def __str__(self) -> str:
        return self.shown


@lru_cache(maxsize=20_000)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text, in order; dates fall into day, month and year."""
    text = text.translate(_PLAIN)
    taken: list[tuple[int, int]] = []
    found: list[Quantity] = []
    for reader in (
        _iso,
        _dates,
        _clock,
        _decades,
        _spans,
        _parts_of_one,
        _numbers,
        _multiples,
        _ordinals,
        _months,
    ):
        for items, start, end in reader(text):
            if not any(a < end and start < b for a, b in taken):
                taken.append((start, end))
                found += [replace(item, shown=" ".join(text[start:end].split())) for item in items]
    return tuple(sorted(found, key=lambda item: item.start))


_PLAIN = str.maketrans("\u2010\u2011\u2012\u2212\u2019", "----'")
Read = Iterator[tuple[Sequence[Quantity], int, int]]


def _one(value: float, kind: Kind, start: int, end: int, **more: object) -> Quantity:
    return Quantity(low=value, high=value, kind=kind, start=start, end=end, **more)  # type: ignore[arg-type]


def _iso(text: str) -> Read:
    for m in _ISO.finditer(text):
        year, month, day = (float(part) for part in m.groups())
        yield _date(year, month, day, *m.span()), *m.span()


def _date(year: float | None, month: float, day: float | None, start: int, end: int) -> list[Quantity]:
    parts: list[tuple[float | None, Kind]] = [(day, "day"), (month, "month"), (year, "year")]
    return [_one(value, kind, start, end) for value, kind in parts if value is not None]


def _dates(text: str) -> Read:
    for m in _DAY_MONTH.finditer(text):
        if 1 <= int(m[1]) <= 31 and (m[2] != "may" or _IS_MAY.match(text, m.end(2))):
            yield _date(float(m[3]) if m[3] else None, _month(m[2]), float(m[1]), *m.span()), *m.span()
    for m in _MONTH_DAY.finditer(text):
        if 1 <= int(m[2]) <= 31 and (m[1][0].isupper() or m[1].lower() not in ("may", "mar", "march")):
            yield _date(float(m[3]) if m[3] else None, _month(m[1]), float(m[2]), *m.span()), *m.span()


def _month(name: str) -> float:
    return float(next(at for at, month in enumerate(MONTHS, start=1) if month.startswith(name.lower()[:3])))


def _months(text: str) -> Read:
    for m in _MONTH_ALONE.finditer(text):
        if m[1][0].isupper():
            yield _date(float(m[2]) if m[2] else None, _month(m[1]), None, *m.span()), *m.span()


def _clock(text: str) -> Read:
    for m in _CLOCK.finditer(text):
        if m[6]:
            minutes = 720.0 if m[6].lower() == "noon" else 0.0
        elif m[4]:
            minutes = 60.0 * (int(m[4]) % 12 + 12 * (m[5].lower() == "p"))
        elif ":" in m.group() or m[3]:
            hour = int(m[1]) % 12 + 12 * (m[3].lower() == "p") if m[3] else int(m[1])
            minutes = 60.0 * hour + int(m[2])
        else:
            continue
        yield [_one(minutes, "time", *m.span())], *m.span()
    for m in _SPOKEN_CLOCK.finditer(text):
        part = {"half": 30.0, "quarter": 15.0}.get((m["part"] or "").lower(), 0.0)
        minutes = 60.0 * (_many(m["hour"]) % 12) + (part if (m["way"] or "past").lower() == "past" else -part)
        late = (m["of"] or "").lower() != "morning" and not (m["night"] and minutes < 360)
        yield [_one((minutes + 720 * late) % 1440, "time", *m.span(), words=True)], *m.span()


def _decades(text: str) -> Read:
    """Read decades, and centuries as the hundred years that begin with their first."""
    for m in _CENTURY.finditer(text):
        first = 100.0 * (int(m[1]) - 1) if m[1] else 100.0 * int(m[2])
        yield [_one(first, "decade", *m.span(), step=100.0)], *m.span()
    for m in _DECADE.finditer(text):
        yield [_one(float(m[1]), "decade", *m.span())], *m.span()


def _spans(text: str) -> Read:
    """Read spans of time in words: "half an hour", "a year and a half", "every other day", "a week"."""
    for m in _SPAN.finditer(text):
        if m["odd"]:
            value, unit = {"half": 0.5, "a quarter": 0.25}.get(m["part"].lower(), 0.75), m["of"]
        elif m["unit"]:
            value, unit = _many(m["many"]) + {"half": 0.5, "quarter": 0.25}[m["more"].lower()], m["unit"]
        elif m["unit2"]:
            value, unit = _many(m["many2"]) + 0.5, m["unit2"]
        elif m["other"]:
            value, unit = 2.0, m["other"]
        else:
            value, unit = 1.0, m["unit1"]
        size = UNITS[unit.lower()][1]
        yield (
            [_one(value * size, "measure", *m.span(), unit="time", factor=size, step=size, words=True)],
            *m.span(),
        )


def _many(word: str | None) -> float:
    return (
        1.0
        if not word or word.lower() in ("a", "an")
        else float(word)
        if word.isdigit()
        else SMALL[word.lower()]
    )


def _parts_of_one(text: str) -> Read:
    for m in _PART.finditer(text):
        many = (m[1] or "").lower()
        whole = PARTS[m[2].lower()]
        if not many and m[2].lower() in ("third", "quarter", "fifth", "tenth", "quarters"):
            continue
        count = {"": 1, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "nine": 9}[many]
        bound = bound_at(text, m.start(), m.end())
        yield (
            [_one(100.0 * count / whole, "percent", *m.span(), bound=bound, step=5.0, words=True)],
            *m.span(),
        )


def _multiples(text: str) -> Read:
    for m in _MULTIPLE.finditer(text):
        value = MULTIPLES.get((m[1] or "").lower()) or SMALL.get((m[2] or "").lower())
        value = value or (float(m[2]) if m[2] and m[2].isdigit() else None)
        if value:
            yield [_one(value, "count", *m.span(), words=True)], *m.span()


def _ordinals(text: str) -> Read:
    for m in _ORDINAL.finditer(text):
        value = float(m[1]) if m[1] else ORDINALS[m[2].lower()]
        yield [_one(value, "ordinal", *m.span(), words=not m[1])], *m.span()


def _numbers(text: str) -> Read:
    at = 0
    while m := _NUMBER.search(text, at):
        item, end = _number(text, m)
        at = max(end, m.end())
        if item is None or _LIST_MARK.match(text) and at <= 3:
            continue
        joint = _RANGE.match(text, end)
        if joint and not (
            joint.group().strip().lower() == "and" and "between" not in text[: m.start()][-12:].lower()
        ):
            other = _NUMBER.match(text, joint.end())
            if other:
                upper, stop = _number(text, other)
                ranged = _range(text, item, upper) if upper else None
                if ranged:
                    item, end, at = replace(ranged, end=stop), stop, stop
        yield [item], item.start, end


def _range(text: str, low: Quantity, high: Quantity) -> Quantity | None:
    """Join the ends of a range: "40 to 75 per cent", "2024-25"; None where the two are of different things."""
    if low.kind == "year" and high.kind == "count" and high.low < 100 and not high.unit:
        return replace(low, high=low.low - low.low % 100 + high.low)
    if (
        low.kind == high.kind
        and low.unit == high.unit
        and low.kind != "count"
        or low.kind == high.kind == "year"
    ):
        if re.search(r"\bfrom\s+$", text[: low.start][-6:], re.I) and low.kind == "percent":
            return None  # a change from one to the other
        return replace(low, high=high.low)
    if low.kind == "count" and low.factor == 1 and high.kind in ("count", "measure", "money", "percent"):
        return replace(high, low=low.low * high.factor, start=low.start, bound=low.bound)
    return None


def _number(text: str, m: re.Match[str]) -> tuple[Quantity | None, int]:
    """Read one number with what stands before and behind it; None for what is no quantity."""
    start, end = m.start(), m.end()
    digits, words = m["digits"], m["words"]
    if words and (value := _spoken(words)) is None:
        return None, end
    if digits:
        value = float(re.sub(r"[,\s]", "", digits))
        if m["sign"] and (m["sign"].strip().lower() == "minus" or not re.search(r"\w\s?$", text[:start])):
            value = -value
        elif m["sign"]:
            start += len(m["sign"])  # a dash
    assert value is not None
    step = _step(digits) if digits else 1.0
    after = _AFTER.match(text, end)
    bound = bound_at(text, start, end)
    money = (m["money"] or "").lower() if digits else ""
    common: dict[str, object] = {"bound": bound, "words": bool(words)}
    if after and after["percent"]:
        return _one(value, "percent", start, after.end(), step=step, **common), after.end()
    scale = (after["scale"] or "").lower() if after else ""
    unit = (after["unit"] or "").lower() if after else ""
    unit_ends = after.end("unit") if after else end
    if scale in SHORT_SCALE and (
        words or (after and text[end : after.start("scale")] not in ("",) and scale in ("m", "b", "k"))
    ):
        scale, unit = "", scale  # "5 m" is metres, "5m" millions
        unit_ends = after.end("scale") if after else end
    factor = SCALE.get(scale) or SHORT_SCALE.get(scale, 1.0)
    stop = after.end("scale") if after and scale else end
    value, step = value * factor, step * factor
    if money or unit in CURRENCY:
        stop = unit_ends if not money else stop
        code = CURRENCY[money or unit]
        return _one(value, "money", start, stop, unit=code, step=step, factor=factor, **common), stop
    if digits and not scale and re.fullmatch(r"(?:1[5-9]|20)\d\d", digits) and unit not in UNITS:
        return _one(value, "year", start, end, bound=bound), end
    if unit in UNITS:
        dimension, size = UNITS[unit]
        stop = unit_ends
        common |= {"unit": dimension, "step": step * size, "factor": factor * size}
        return _one(value * size, "measure", start, stop, **common), stop
    return _one(value, "count", start, stop, step=step, factor=factor, **common), stop


def _spoken(words: str) -> float | None:
    """Read a number in words; None for a scale alone, as in "hundreds"."""
    if words.lower() in ("hundred", "thousand", "million", "billion"):
        return None
    total = part = 0.0
    for word in re.split(r"[\s-]+", words.lower()):
        if word in SMALL:
            part += SMALL[word]
        elif word == "dozen":
            part = (part or 1.0) * 12
        elif word == "hundred":
            part = (part or 1.0) * 100
        elif word in SCALE:
            total, part = total + (part or 1.0) * SCALE[word], 0.0
    return total + part


def _step(digits: str) -> float:
    """Return how exact a figure is written: 0.1 for 2.5, 1000 for 45,000, 1 for 2024."""
    plain = re.sub(r"[,\s]", "", digits)
    whole, _, part = plain.partition(".")
    if part:
        return float(10 ** -len(part))
    zeros = len(whole) - len(whole.rstrip("0"))
    return float(10**zeros) if zeros < len(whole) else 1.0


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1e-9)
