"""Tell whether words hold the figure that a question asks for, and lay down a range that holds the one it gives."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from assistant.text.quantities.ranges import Reach, given, ranges
from assistant.text.quantities.read import Quantity, quantities

_PAID = r"(?:cost|costs|pay|pays|paid|earn|earns|earned|charge|charges|charged|owe|owes|spend|spent|price|priced|fee|fees|salary|wages?|refund|refunded|reimburse\w*|worth)"
_HOW_MANY = re.compile(r"\bhow many (?:\w+ )?(second|minute|hour|day|night|week|month|year)s?\b", re.I)
_NEXT = {
    "second": ("second", "minute"), "minute": ("minute", "second", "hour"), "hour": ("hour", "minute"),
    "day": ("day", "week", "hour"), "night": ("night", "day", "week"), "week": ("week", "day", "month"),
    "month": ("month", "week", "year"), "year": ("year", "month"),
}  # fmt: skip
_MONEY_SIGN = re.compile(r"[$€£¥₹]|\b(?:USD|EUR|GBP|INR|CHF|AUD|CAD|PHP|dollars?|euros?|pounds?|pence|rupees?|cents?)\b|\d ?p\b", re.I)  # fmt: skip
_CALENDAR = frozenset(["day", "month", "year", "decade", "time"])  # kinds of dates and times of day


def _money(text: str, found: tuple[Quantity, ...]) -> bool:
    free = re.search(r"\b(?:free|no (?:charge|cost|fee)|nothing|at no|cost\w* (?:less|more)|cheap\w*|dear\w*|expensive)\b", text, re.I)  # fmt: skip
    named = bool(_MONEY_SIGN.search(text)) and any(item.kind not in _CALENDAR for item in found)
    return named or bool(free) or any(item.kind in ("money", "percent") for item in found)


def _time(text: str, found: tuple[Quantity, ...]) -> bool:
    told = re.search(r"\b(?:until|forever|permanently|indefinitely|(?:a|one|per) (?:day|week|month|year))\b|\b\w+ly\b", text, re.I)  # fmt: skip
    dated = any(item.kind in _CALENDAR for item in found)
    return bool(told) or dated or any(item.unit == "time" for item in found)


def _counted(question: str, text: str) -> bool:
    """Tell whether a time stands in the unit asked for or the next one: hours in minutes, days in weeks."""
    asked = _HOW_MANY.search(question)
    headed = (cell.partition(": ") for cell in text.split(" | "))
    over = [head for head, _, value in headed if quantities(value)]
    shown = " ".join([*over, *(item.shown for item in quantities(text) if item.unit == "time")]).lower()
    return asked is None or any(unit in shown for unit in _NEXT[asked[1].lower()])


_WANTED: tuple[tuple[re.Pattern[str], Callable[[str, tuple[Quantity, ...]], bool]], ...] = (
    (re.compile(rf"\bhow (?:much|expensive)\b[^?]*\b{_PAID}\b|\bwhat (?:does|do|did|would|will)\b[^?]*\bcost\b", re.I), _money),
    (re.compile(r"\bhow (?:long|soon|quickly)\b", re.I), _time),
)  # fmt: skip


def holds_amount(question: str, text: str) -> bool:
    """Tell whether a text holds a figure of the kind asked for; True where the question asks for none."""
    found = quantities(text)
    fit = all(holds(text, found) for asks, holds in _WANTED if asks.search(question))
    return fit and _counted(question, text)


Place = tuple[Hashable, tuple[str, ...]]  # whose row or sentence it is, and the headings of its cells


@dataclass(frozen=True, kw_only=True)
class Held:
    """Which texts lay down a range that holds what a question gives; None for those that lay down none of its kind."""

    verdicts: tuple[bool | None, ...]
    question: str  # with the amounts as the one range puts them that holds each
    rest: str  # without the amounts that a range holds

    @property
    def outside(self) -> bool:
        """Tell whether ranges of the kind given are laid down, and none holds what is given."""
        return False in self.verdicts and True not in self.verdicts


def held(question: str, texts: Sequence[str], tables: Sequence[Hashable] = ()) -> Held:
    """Hold the amounts that a question gives against the ranges that texts lay down; `tables` tells whose rows they are.

    Several amounts are taken in the order in which the texts give their ranges; what one leaves out stays out.
    """
    verdicts: dict[int, bool | None] = dict.fromkeys(range(len(texts)))
    places = [(tables[n] if tables else None, _heads(text)) for n, text in enumerate(texts)]
    told = [(amount, _matched(amount, texts)) for amount in given(question)]
    words: list[tuple[Reach, set[str]]] = []
    for amount, found in sorted(told, key=lambda item: min((at for at, _ in item[1].values()), default=0)):
        left = {n: reach for n, (_, reach) in found.items() if verdicts[n] is not False}
        left = _of_a_choice(_closest(left, places), places)
        if any(left.values()) or True not in verdicts.values():
            verdicts |= {n: reach is not None for n, reach in left.items()}
        if put := {_worded(amount, reach, question) for reach in left.values() if reach}:
            words.append((amount, put))
    rest = question
    for amount, put in sorted(words, key=lambda item: -item[0].start):
        rest = f"{rest[: amount.start]} {rest[amount.end :]}"
        if len(put) == 1:
            question = question[: amount.start] + put.pop() + question[amount.end :]
    return Held(verdicts=tuple(verdicts.values()), question=question, rest=rest)


def _matched(amount: Reach, texts: Sequence[str]) -> dict[int, tuple[int, Reach | None]]:
    """Return for each text with ranges of an amount's kind in which cell the first stands, and the one that holds it."""
    found: dict[int, tuple[int, list[Reach]]] = {}
    for n, text in enumerate(texts):
        cells = ([reach for reach in cell if reach.alike(amount)] for cell in ranges(text))
        own = next(((at, cell) for at, cell in enumerate(cells) if cell), None)
        if own:
            found[n] = own
    matched: dict[int, tuple[int, Reach | None]] = {}
    for fits in (amount.same, amount.lies_in, amount.lies_in_full_units_of):
        matched = {n: (at, next(filter(fits, own), None)) for n, (at, own) in found.items()}
        if any(reach for _, reach in matched.values()):
            break
    return matched


def _closest(
    found: Mapping[int, Reach | None], places: Sequence[tuple[Hashable, tuple[str, ...]]]
) -> dict[int, Reach | None]:
    """Leave the row of a table that holds an amount most closely: "up to 10 kg" where "up to 31 kg" holds it too.

    Rows whose ranges have two ends, or reach different ways, hold it alike; sentences are no tiers of a table.
    """
    kept = dict(found)
    for place in {places[n] for n, reach in found.items() if reach}:
        own = {n: reach for n, reach in found.items() if reach and places[n] == place and place[1]}
        ways = {reach.open_to for reach in own.values()}
        if ways == {"under"}:
            kept |= {
                n: None for n, reach in own.items() if reach.high > min(one.high for one in own.values())
            }
        elif ways == {"over"}:
            kept |= {n: None for n, reach in own.items() if reach.low < max(one.low for one in own.values())}
    return kept


def _of_a_choice(found: Mapping[int, Reach | None], places: Sequence[Place]) -> dict[int, Reach | None]:
    """Leave out ranges that hold an amount beside no other that does not, where some do: "at least two weeks before"."""
    apart = {places[n] for n, reach in found.items() if reach is None}
    chosen = any(reach and places[n] in apart for n, reach in found.items())
    return {n: reach for n, reach in found.items() if not chosen or places[n] in apart}


def _heads(text: str) -> tuple[str, ...]:
    """Return the headings of a row's cells; none for what is no row."""
    cells = text.split(" | ")
    return tuple(cell.partition(": ")[0] for cell in cells) if len(cells) > 1 else ()


def _worded(amount: Reach, reach: Reach, question: str) -> str:
    """Return a range as it is written, with the unit of the amount where it is written without."""
    unit = re.search(r"[^\W\d_]+$", question[amount.start : amount.end])
    words = reach.shown if reach.shown[1:2].isupper() else reach.shown[:1].lower() + reach.shown[1:]
    return f"{words} {unit[0]}" if reach.bare and not amount.bare and unit else words
