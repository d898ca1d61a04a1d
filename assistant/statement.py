"""Turn a yes-or-no question into the statement it asks about, and find what settles it."""

import re
from collections.abc import Sequence

from assistant.question import CONTRASTS
from assistant.types import Evidence, Says
from assistant.verify import Checker, Pair

_TERM = "|".join(pattern for group in CONTRASTS for _, pattern in group)
_NAME = r"[A-Z][\w&.-]*(?: (?:of |the )?[A-Z0-9][\w&.-]*)*"
_ASKED = re.compile(
    r"(?i:(?P<verb>is|are|was|were|does|do|did|has|have|had|can|could|should|must|will|would|may|might))\s+"
    rf"(?P<subject>(?i:(?:an? |the )?(?:{_TERM})\b(?: and (?:{_TERM})\b)?)|{_NAME})(?P<rest>\s.+)$"
)


_VOICES = r"(?:writers|sources|authors|vendors|providers|analysts|observers|commentators|guides|critics|experts|people|studies)"
_DISPUTED = re.compile(
    r"\b(?:disagree\w*|disput\w+|debat\w+|contradict\w*|controvers\w+|opinions?|views? differ)\b|"
    rf"\b(?:other|some|many|most|few|several) (?:\w+ )?{_VOICES}\b",
    re.I,
)


def stated(question: str) -> str | None:
    """Return what a question asks to be confirmed: "Does KPO cost more?" -> "KPO cost more."

    None unless the question opens with a verb and a subject that is a contrasted term or a name.
    """
    match = _ASKED.match(question.strip().rstrip("?.! "))
    if not match:
        return None
    verb = "" if match["verb"].lower() in ("does", "do", "did") else f" {match['verb'].lower()}"
    return f"{match['subject']}{verb}{match['rest']}."


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


def settled(question: str, evidence: Sequence[Evidence], checker: Checker) -> tuple[Says, Evidence] | None:
    """Return what the evidence says to a yes-or-no question, and the sentence that says it; None where unsure.

    Where the evidence speaks of views, or of sources that disagree, nothing is settled. Yes needs a sentence that
    supports the statement and none that contradicts it. No needs one that supports the same of the other of two
    contrasted subjects ("Is BPO dearer than KPO?"), and none that supports the statement.
    """
    statement = stated(question)
    if statement is None or any(_DISPUTED.search(f"{e.passage.section} {e.text}") for e in evidence):
        return None
    judged = [
        item.verdict for item in checker.check([Pair(claim=statement, evidence=e.text) for e in evidence])
    ]
    if "supported" in judged:
        return None if "contradicted" in judged else ("yes", evidence[judged.index("supported")])
    for other in exchanges(statement):
        if len(re.findall(_TERM, other, re.I)) < 2:
            continue
        again = checker.check([Pair(claim=other, evidence=e.text) for e in evidence])
        found = [item.verdict == "supported" for item in again]
        if any(found):
            return "no", evidence[found.index(True)]
    return None


def _replace(statement: str, named: Sequence[tuple[str, str]], swap: dict[str, str]) -> str:
    either = "|".join(f"(?P<t{at}>{pattern})" for at, (_, pattern) in enumerate(named))

    def other(match: re.Match[str]) -> str:
        return swap[named[int((match.lastgroup or "t0")[1:])][0]]

    return re.sub(rf"\b(?:{either})\b", other, statement, flags=re.I)
