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
    """Return the evidence sentence whose passage denies what the question takes for granted, or None.

    A passage that supports it wins over one that denies it: sources may disagree.
    """
    statement = assumed(question)
    if not statement or not evidence:
        return None
    near = list({item.passage.chunk_id: item for item in reversed(evidence[:NEAR])}.values())[::-1]
    judged = checker.check([Pair(claim=statement, evidence=item.passage.text) for item in near])
    if any(judgement.verdict == "supported" for judgement in judged):
        return None
    denials = (
        item for item, judgement in zip(near, judged, strict=True) if judgement.verdict == "contradicted"
    )
    return next(denials, None)
