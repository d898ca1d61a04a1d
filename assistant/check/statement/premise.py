"""Find a question that takes something for granted which the evidence denies."""

import re
from collections.abc import Sequence

from assistant.check.pairs import Checker
from assistant.check.statement.yes_no import confirmed, stated
from assistant.core.types import Evidence

NEAR = 6  # evidence sentences looked at
_WHY = re.compile(r"(?:why|how come|since when|for what reason)\s+(.+)$", re.I)


def assumed(question: str) -> str | None:
    """Return what a why-question takes for granted, as a statement: "Why is BPO dear?" -> "BPO is dear."."""
    match = _WHY.match(question.strip())
    return stated(match[1]) if match else None


def denied_by(question: str, evidence: Sequence[Evidence], checker: Checker) -> Evidence | None:
    """Return the evidence sentence that denies what the question takes for granted, if one does and none supports it.

    Anything less sure is left to be answered: sources may disagree.
    """
    match = _WHY.match(question.strip())
    if not match or stated(match[1]) is None:
        return None
    said = [(confirmed(match[1], [item], checker, sides=1), item) for item in evidence[:NEAR]]
    if any(says == "yes" for says, _ in said):
        return None
    return next((item for says, item in said if says == "no"), None)
