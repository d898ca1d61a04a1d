"""Find a question that takes something for granted which the evidence denies."""

import re
from collections.abc import Sequence

from assistant.statement import exchanges, stated
from assistant.types import Evidence
from assistant.verify import Checker, Pair

NEAR = 4  # evidence sentences whose passages are looked at
_WHY = re.compile(r"(?:why|how come|since when|for what reason)\s+(.+)$", re.I)


def assumed(question: str) -> str | None:
    """Return what a why-question takes for granted, as a statement: "Why is BPO dear?" -> "BPO is dear."."""
    match = _WHY.match(question.strip())
    return stated(match[1]) if match else None


def denied_by(question: str, evidence: Sequence[Evidence], checker: Checker) -> Evidence | None:
    """Return the evidence sentence whose passage says of the other side what the question takes for granted.

    "Why does KPO need basic training?" is denied where "KPO needs basic training" is not supported and "BPO needs
    basic training" is. Anything less sure is left to be answered: sources may disagree.
    """
    statement = assumed(question)
    near = list({item.passage.chunk_id: item for item in reversed(evidence[:NEAR])}.values())[::-1]
    if not statement or not near:
        return None
    if any(_supported(statement, near, checker)):
        return None
    for exchanged in exchanges(statement):
        for item, supported in zip(near, _supported(exchanged, near, checker), strict=True):
            if supported:
                return item
    return None


def _supported(claim: str, near: Sequence[Evidence], checker: Checker) -> list[bool]:
    judged = checker.check([Pair(claim=claim, evidence=item.passage.text) for item in near])
    return [judgement.verdict == "supported" for judgement in judged]
