"""Tell whether words hold the kind of figure that a question asks for: money, a time, a share, a count."""

import re
from collections.abc import Callable

from assistant.text.quantities import Quantity, quantities

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
    shown = " ".join(item.shown for item in quantities(text) if item.unit == "time").lower()
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
