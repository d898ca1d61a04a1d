"""Turn a yes-or-no question into the statement it asks about, find what settles it, and what a question takes for granted."""

import re
from collections.abc import Sequence

from assistant.check.pairs import Checker, Pair
from assistant.core.types import Evidence, Says, Verdict
from assistant.question.names import CONTRASTS
from assistant.text.anaphora import leans

_TERM = "|".join(pattern for group in CONTRASTS for _, pattern in group)
_NAME = r"[A-Z][\w&.-]*(?: (?:of |the )?[A-Z0-9][\w&.-]*)*"
_ASKED = re.compile(
    r"(?i:(?P<verb>is|are|was|were|does|do|did|has|have|had|can|could|should|must|will|would|may|might))\s+"
    rf"(?P<subject>(?i:(?:an? |the )?(?:{_TERM})\b(?: and (?:{_TERM})\b)?)|{_NAME})(?P<rest>\s.+)$"
)
_VOICES = r"(?:writers|sources|authors|vendors|providers|analysts|observers|commentators|guides|critics|experts|people|studies)"
_SAYS: dict[tuple[Verdict, Verdict], Says] = {
    ("supported", "contradicted"): "yes",
    ("contradicted", "supported"): "no",
}
_DISPUTED = re.compile(
    r"\b(?:disagree\w*|disput\w+|debat\w+|contradict\w*|controvers\w+|opinions?|views? differ)\b|"
    rf"\b(?:other|some|many|most|few|several) (?:\w+ )?{_VOICES}\b",
    re.I,
)
NEAR = 6  # evidence sentences looked at
_WHY = re.compile(r"(?:why|how come|since when|for what reason)\s+(.+)$", re.I)


def stated(question: str, *, denied: bool = False) -> str | None:
    """Return what a question asks to be confirmed: "Does KPO cost more?" -> "KPO does cost more."; or its denial.

    None unless the question opens with a verb and a subject that is a contrasted term or a name.
    """
    match = _ASKED.match(question.strip().rstrip("?.! "))
    if not match:
        return None
    return f"{match['subject']} {match['verb'].lower()}{' not' * denied}{match['rest']}."


def confirmed(
    question: str, evidence: Sequence[Evidence], checker: Checker, *, sides: int = 2
) -> Says | None:
    """Return what the evidence, all of it together, says to a yes-or-no question; None where it is not sure both ways.

    Yes needs the statement supported and its denial contradicted, no the reverse. Evidence that asks, points back at
    other words, or speaks of views and disputes settles nothing. `sides` is how many contrasted subjects a statement must
    name for what is said of the other one to deny it.
    """
    if not evidence or any(_unsettling(item) for item in evidence):
        return None
    return _SAYS.get(_verdicts(question, evidence, checker, sides))


def settled(question: str, evidence: Sequence[Evidence], checker: Checker) -> tuple[Says, Evidence] | None:
    """Return what the evidence says to a yes-or-no question, and the sentence that says it; None where unsure.

    Where any sentence says otherwise, however unsurely, or speaks of views that differ, nothing is settled.
    """
    if stated(question) is None or any(_disputed(item) for item in evidence):
        return None
    judged = [(_verdicts(question, [item], checker), item) for item in evidence]
    said = [(_SAYS[pair], item) for pair, item in judged if pair in _SAYS and not _unsettling(item)]
    against = {"yes": ("contradicted", "supported"), "no": ("supported", "contradicted")}
    for says, item in said[:1]:
        doubts = against[says]
        if not any(
            verdict == doubt for pair, _ in judged for verdict, doubt in zip(pair, doubts, strict=True)
        ):
            return says, item
    return None


def _verdicts(
    question: str, evidence: Sequence[Evidence], checker: Checker, sides: int = 2
) -> tuple[Verdict, Verdict]:
    """Return the verdicts on what is asked and on its denial; "unjudged" where the question is no statement's.

    The denial counts as supported too where the same is said, both ways, of the other of two contrasted subjects
    ("KPO is dearer than BPO" denies "BPO is dearer than KPO").
    """
    statement, denial = stated(question), stated(question, denied=True)
    if statement is None or denial is None:
        return "unjudged", "unjudged"
    words = "\n".join(item.text for item in evidence)

    def judged(*claims: str) -> list[Verdict]:
        return [
            item.verdict for item in checker.check([Pair(claim=claim, evidence=words) for claim in claims])
        ]

    first, second = judged(statement, denial)
    if first != "supported" and second != "supported":
        for other, denied in zip(exchanges(statement), exchanges(denial), strict=True):
            if len(re.findall(_TERM, other, re.I)) >= sides and judged(other, denied) == [
                "supported",
                "contradicted",
            ]:
                return "contradicted", "supported"
    return first, second


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


def _unsettling(item: Evidence) -> bool:
    return item.text.rstrip().endswith("?") or leans(item.text) or _disputed(item)


def _disputed(item: Evidence) -> bool:
    return bool(_DISPUTED.search(f"{item.passage.section} {item.text}"))


def _replace(statement: str, named: Sequence[tuple[str, str]], swap: dict[str, str]) -> str:
    either = "|".join(f"(?P<t{at}>{pattern})" for at, (_, pattern) in enumerate(named))

    def other(match: re.Match[str]) -> str:
        return swap[named[int((match.lastgroup or "t0")[1:])][0]]

    return re.sub(rf"\b(?:{either})\b", other, statement, flags=re.I)


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
