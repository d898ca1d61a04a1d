"""Find the quantities of a sentence: value, kind, unit, and whether it is rough or a bound."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.text.lexicon.lexicon import lexicon, word_set
from assistant.text.words import Token, tokens

Kind = Literal["percent", "money", "year", "month", "day", "ordinal", "count"]
Bound = Literal["", "about", "over", "under"]

TENS: list[str] = lexicon()["tens"].split()
SMALL = {word: float(value) for value, word in enumerate(lexicon()["digits"].split())}
SMALL |= {word: 20.0 + 10 * value for value, word in enumerate(TENS)}
SMALL |= {"dozen": 12.0}
SCALE = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "crore": 1e7}
SCALE |= {"lakh": 1e5, "k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
SCALE_SHORT = frozenset({"k", "m", "mn", "bn", "b", "tn"})
FRACTIONS = {"half": 50.0, "halves": 50.0, "halved": 50.0, "quarter": 25.0, "quarters": 75.0}
MULTIPLES = {
    "twice": 2.0,
    "double": 2.0,
    "doubled": 2.0,
    "doubles": 2.0,
    "triple": 3.0,
    "tripled": 3.0,
    "thrice": 3.0,
}
ORDINALS = {word: value for value, word in enumerate(lexicon()["ordinals"].split(), start=1)}
MONTHS: list[str] = lexicon()["months"].split()
CURRENCY = {"$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "dollar": "USD", "dollars": "USD", "usd": "USD"}
CURRENCY |= {"euro": "EUR", "euros": "EUR", "eur": "EUR", "pound": "GBP", "pounds": "GBP", "gbp": "GBP"}
CURRENCY |= {"rupee": "INR", "rupees": "INR", "inr": "INR", "rs": "INR"}
TIMES = {"second", "minute", "hour", "day", "night", "week", "month", "year", "decade", "centuri"}
ABOUT = word_set("about")
OVER = frozenset(["over", "above", "exceeding", "exceeds", "exceed"])
UNDER = frozenset(["under", "below"])
BOUNDS: tuple[tuple[str, Bound], ...] = (
    ("more than", "over"), ("at least", "over"), ("greater than", "over"), ("or more", "over"), ("plus", "over"),
    ("and more", "over"), ("or above", "over"), ("not less", "over"), ("upwards of", "over"),
    ("less than", "under"), ("fewer than", "under"), ("at most", "under"), ("up to", "under"),
    ("or less", "under"), ("or fewer", "under"), ("no more", "under"), ("not more", "under"),
    ("or so", "about"), ("close to", "about"), ("lower than", "under"), ("higher than", "over"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """A number with its kind and unit; a range has two different ends."""

    low: float
    high: float
    kind: Kind
    unit: str  # currency code, stem of a time unit, or ""
    bound: Bound
    start: int  # first and one past the last token
    end: int

    def same(self, other: "Quantity") -> bool:
        """Tell whether value, kind and unit agree; a missing unit agrees with any."""
        values = (self.low, self.high) == (other.low, other.high)
        return values and self.kind == other.kind and (self.unit == other.unit or not self.unit)

    def rival(self, other: "Quantity") -> bool:
        """Tell whether the other states a different value for the same kind of thing."""
        return self.kind == other.kind and (self.low, self.high) != (other.low, other.high)

    def __str__(self) -> str:
        if self.kind == "month":
            return MONTHS[int(self.low) - 1].title()
        parts = dict.fromkeys(_figure(value, self.kind) for value in (self.low, self.high))
        text = " to ".join(parts)
        tail = " %" if self.kind == "percent" else f" {self.unit}" if self.kind == "money" else ""
        tail = f" {self.unit}s" if self.unit in TIMES else tail
        words = {"about": "about ", "over": "over ", "under": "under "}
        return words.get(self.bound, "") + text + tail


def _figure(value: float, kind: Kind) -> str:
    for size, name in ((1e12, " trillion"), (1e9, " billion"), (1e6, " million")):
        if value >= size:
            return f"{value / size:.6g}{name}"
    return f"{value:.0f}" if kind == "year" else f"{value:,.10g}"


@lru_cache(maxsize=20_000)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a sentence, in order; dates fall into day, month and year."""
    words = tokens(text)
    found: list[Quantity] = []
    at = 1 if _list_marker(words) else 0
    while at < len(words):
        item = _read(words, at)
        if item is None:
            at += 1
        else:
            found.append(item)
            at = max(item.end, at + 1)
    return tuple(found)


def _list_marker(words: Sequence[Token]) -> bool:
    return len(words) > 2 and words[0].number and words[1].low in (".", ")") and words[2].text[0].isupper()


def _read(words: Sequence[Token], at: int) -> Quantity | None:
    low = words[at].low
    after = next((word.low for word in words[at + 1 : at + 3] if word.low != "-"), "")
    if low in MONTHS and (low not in ("may", "march") or (words[at].text[0].isupper() and at > 0)):
        return _make(words, at, at + 1, float(MONTHS.index(low) + 1), kind="month")
    if low in ORDINALS and after not in ("part", "parti", "party", "parties"):
        if low == "third" and at and words[at - 1].low == "a" and after == "of":
            return _make(words, at, at + 1, 33.3, kind="percent")
        if low != "second" or after != "s":
            return _make(words, at, at + 1, float(ORDINALS[low]), kind="ordinal")
    if low in SMALL and after.removesuffix("s") in ("third", "quarter", "fifth", "half"):
        share = {"third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "half": 50.0}[after.removesuffix("s")]
        return _make(words, at, at + 2, round(SMALL[low] * share, 1), kind="percent")
    if low in FRACTIONS and after not in ("year", "hour"):
        return _make(words, at, at + 1, FRACTIONS[low], kind="percent")
    if low in MULTIPLES:
        return _make(words, at, at + 1, MULTIPLES[low], kind="count")
    value, end = _value(words, at)
    if value is None:
        return None
    high, end_high = _upper(words, at, end)
    return _classify(words, at, end if high is None else end_high, value, high)


def _value(words: Sequence[Token], at: int) -> tuple[float | None, int]:
    """Read one number in digits or words with its scale."""
    token = words[at]
    if token.number and re.fullmatch(r"[\d,.]+", token.low):
        value, end = float(token.low.replace(",", "")), at + 1
    elif re.fullmatch(r"\d+(?:st|nd|rd|th)", token.low):
        return None, at
    elif token.low in SMALL:
        value, end = SMALL[token.low], at + 1
        if token.low in TENS:
            step = 2 if end < len(words) and words[end].low == "-" else 1
            tail = SMALL.get(words[end + step - 1].low, 0.0) if end + step - 1 < len(words) else 0.0
            if 0 < tail < 10:
                value, end = value + tail, end + step
    else:
        return None, at
    while end < len(words) and words[end].low in SCALE:
        if words[end].low in SCALE_SHORT and not token.number:
            break
        value, end = value * SCALE[words[end].low], end + 1
    return value, end


def _upper(words: Sequence[Token], at: int, end: int) -> tuple[float | None, int]:
    """Read the upper end of a range such as 40 to 75, 40-75, between 40 and 75."""
    joint = end
    if joint < len(words) and words[joint].low == "%":
        joint += 1
    if joint + 1 >= len(words):
        return None, end
    link = words[joint].low
    between = at > 0 and words[at - 1].low in ("between", "$", "€", "£", "₹") and link == "and"
    between = between and any(word.low == "between" for word in words[max(0, at - 2) : at])
    change = at > 0 and words[at - 1].low == "from" and joint > end
    if change or not (link in ("to", "-") or between):
        return None, end
    start = joint + 1
    if words[start].low in CURRENCY and start + 1 < len(words):
        start += 1
    value, stop = _value(words, start)
    return value, stop


def _classify(words: Sequence[Token], at: int, end: int, low: float, high: float | None) -> Quantity:
    before = words[at - 1].low if at else ""
    after = words[end].low if end < len(words) else ""
    scale = words[end - 1].low
    top = low if high is None else high
    if high is not None and scale in SCALE and low < 1000 <= top:
        low *= SCALE[scale]
    digits = words[at].low
    yearly = re.fullmatch(r"(1[5-9]|20)\d\d", digits) and end - at <= 3 and scale not in SCALE
    if after == "%":
        return _make(words, at, end + 1, low, top, kind="percent")
    if before in CURRENCY or after in CURRENCY:
        unit = CURRENCY.get(before) or CURRENCY[after]
        end += after in CURRENCY
        return _make(words, at, end, low, top, kind="money", unit=unit, lead=before in CURRENCY)
    if yearly:
        if high is not None and high < 100:
            top = low - low % 100 + high
        return _make(words, at, end, low, top, kind="year")
    month_near = before in MONTHS or after in MONTHS
    if month_near and high is None and 1 <= low <= 31:
        return _make(words, at, end, low, kind="day")
    skipped = ("or", "and", "more", "-", "full")
    following = [word.stem for word in words[end : end + 3] if word.low not in skipped]
    unit = following[0] if following and following[0] in TIMES else ""
    return _make(words, at, end, low, top, kind="count", unit=unit)


def _make(
    words: Sequence[Token], at: int, end: int, low: float, high: float | None = None, *,
    kind: Kind, unit: str = "", lead: bool = False,
) -> Quantity:  # fmt: skip
    bound = _bound(words, at - lead, end) if kind in ("percent", "money", "count", "year") else ""
    top = low if high is None else high
    return Quantity(low=low, high=top, kind=kind, unit=unit, bound=bound, start=at, end=end)


def _bound(words: Sequence[Token], at: int, end: int) -> Bound:
    before = [word.low for word in words[max(0, at - 2) : at]]
    if before and before[-1] in ("a", "an", "the", "of"):
        before = [word.low for word in words[max(0, at - 3) : at - 1]]
    after = " ".join(word.low for word in words[end : end + 2])
    pair = " ".join(before)
    for phrase, bound in BOUNDS:
        if pair == phrase or after == phrase:
            return bound
    last = before[-1] if before else ""
    if last in ABOUT:
        return "about"
    return "over" if last in OVER else "under" if last in UNDER else ""
