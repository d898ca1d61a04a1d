"""Tell the reader when the sentences quoted give different figures for what was asked."""

import re
from collections.abc import Sequence
from itertools import combinations

from assistant.text.quantities.read import Kind, Quantity, quantities

_FIGURE = re.compile(
    r"\bhow (?:much|many|big|large|high|low|long|old|fast|often|expensive|common)\b|"
    r"\bwhat (?:is the |was the |are the )?(?:share|percentage|proportion|number|size|rate|cost|price|salary|pay|average)\b",
    re.I,
)
_DATE = re.compile(r"\bwhen\b|\b(?:what|which) year\b", re.I)
ONE = ("count", 1.0, 1.0)  # "one provider" is seldom meant as a figure
DIFFER = "The figures quoted differ: they come from different sources, years or groups, so compare them before using one."
DATES_DIFFER = "The sources quoted give different dates."


def difference(question: str, quotes: Sequence[str]) -> str | None:
    """Return in words that the quotes answer a question for a figure or a date differently, or None.

    Two quotes differ where both hold figures of one kind (per cent, money, time, date) and share none of them.
    """
    kinds: tuple[Kind, ...] = ("year",) if _DATE.search(question) else ("percent", "money", "count")
    if not (_DATE.search(question) or _FIGURE.search(question)):
        return None
    held = [
        [item for item in quantities(quote) if item.kind in kinds and (item.kind, item.low, item.high) != ONE]
        for quote in quotes
    ]
    for one, other in combinations(held, 2):
        if _differ(one, other):
            return DATES_DIFFER if "year" in kinds else DIFFER
    return None


def _differ(one: Sequence[Quantity], other: Sequence[Quantity]) -> bool:
    pairs = [(a, b) for a in one for b in other if a.kind == b.kind and a.unit == b.unit]
    return bool(pairs) and not any((a.low, a.high) == (b.low, b.high) for a, b in pairs)
