"""Find a question that takes something for granted which the evidence denies."""

import re
from collections.abc import Sequence

from assistant.question import CONTRASTS
from assistant.types import Evidence
from assistant.verify import Checker, Pair

NEAR = 4  # evidence sentences whose passages are looked at
_TERM = "|".join(pattern for group in CONTRASTS for _, pattern in group)
_WHY = re.compile(
    r"^(?:why|how come|since when|for what reason)\s+(?P<verb>is|are|was|were|does|do|did|has|have|can|should|must)\s+"
    rf"(?P<term>{_TERM})\b(?P<rest>.+)$",
    re.I,
)


def assumed(question: str) -> str | None:
    """Return what a why-question takes for granted, as a statement: "Why is BPO dear?" -> "BPO is dear."."""
    match = _WHY.match(question.strip().rstrip("?.! "))
    if not match:
        return None
    verb = "" if match["verb"].lower() in ("does", "do", "did") else f" {match['verb'].lower()}"
    return f"{match['term']}{verb}{match['rest']}."


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


def exchanges(statement: str) -> list[str]:
    """Return the statement with its contrasted terms exchanged: both where it names two, else for each other one."""
    results = []
    for group in CONTRASTS:
        named = [
            (name, pattern) for name, pattern in group if re.search(rf"\b(?:{pattern})\b", statement, re.I)
        ]
        if len(named) == 2:
            swap = {named[0][0]: named[1][0], named[1][0]: named[0][0]}
            results.append(_replace(statement, named, swap))
        elif len(named) == 1:
            others = [name for name, _ in group if name != named[0][0]]
            results += [_replace(statement, named, {named[0][0]: other}) for other in others]
    return results


def _replace(statement: str, named: Sequence[tuple[str, str]], swap: dict[str, str]) -> str:
    either = "|".join(f"(?P<t{at}>{pattern})" for at, (_, pattern) in enumerate(named))

    def other(match: re.Match[str]) -> str:
        return swap[named[int((match.lastgroup or "t0")[1:])][0]]

    return re.sub(rf"\b(?:{either})\b", other, statement, flags=re.I)


def _supported(claim: str, near: Sequence[Evidence], checker: Checker) -> list[bool]:
    judged = checker.check([Pair(claim=claim, evidence=item.passage.text) for item in near])
    return [judgement.verdict == "supported" for judgement in judged]
