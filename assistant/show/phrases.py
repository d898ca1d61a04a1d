"""Say in words what an answer is: why it was declined, what was checked, where its words stand."""

from collections import Counter

from assistant.types import Answer, Citation, Claim, Passage

REASONS = {
    "no_evidence": "The articles do not answer this.",
    "off_topic": "The question is not about what these articles cover.",
    "false_premise": "The question takes something as given that the articles do not bear out.",
    "model_unavailable": "The model could not be used, and no quotation answers the question by itself.",
    "empty_question": "There was no question to answer.",
}
NEAREST = 3  # passages shown for a declined answer


def reason_text(reason: str | None) -> str:
    """Say in a plain sentence why an answer was declined."""
    if reason is None:
        return "No sentence passed the check."
    return REASONS.get(reason, f"No answer could be given ({reason}).")


def check_line(answer: Answer) -> str:
    """Sum up the check: "3 sentences, all supported; 1 withheld"."""
    shown = len(answer.claims)
    verdicts = Counter(claim.verdict for claim in answer.claims)
    if not shown:
        line = "Nothing shown"
    elif len(verdicts) == 1:
        each = "all " if shown > 1 else ""
        line = f"{_count(shown, 'sentence')}, {each}{answer.claims[0].verdict}"
    else:
        line = f"{_count(shown, 'sentence')}: " + ", ".join(f"{n} {v}" for v, n in verdicts.most_common())
    return f"{line}; {len(answer.withheld)} withheld" if answer.withheld else line


def open_parts(answer: Answer) -> tuple[str, ...]:
    """Return the parts of the question left open by an answer that settles others."""
    return answer.unanswered if answer.claims else ()


def place(item: Citation | Passage) -> str:
    """Name where words stand: "Title, Section (p. 3)"."""
    words = ", ".join(part for part in (item.title, item.section) if part)
    return words if item.page is None else f"{words} (p. {item.page})"


def claim_words(claim: Claim) -> str:
    """Return the sentence, in quotation marks when it is the source's own."""
    return f"“{claim.text}”" if claim.origin == "quote" else claim.text


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
