"""Tell what became of a case in one word, and in one sentence where it was not right."""

from collections.abc import Sequence
from typing import Literal

from eval.cases.gold import says
from eval.metrics.answers import is_right, shown
from eval.run.types import Row

Outcome = Literal["right", "declined rightly", "wrong", "declined wrongly", "failed", "ranked"]
NOT_RIGHT: tuple[Outcome, ...] = ("wrong", "failed", "declined wrongly")


def outcome(row: Row) -> Outcome:
    """Return what became of a case; "ranked" where only retrieval was asked for."""
    if row.error is not None:
        return "failed"
    if row.answer is None:
        return "ranked"
    right = is_right(row)
    if row.answer.status == "declined":
        return "declined rightly" if right else "declined wrongly"
    return "right" if right else "wrong"


def said_wrong(row: Row) -> list[str]:
    """Return the wordings an answer shows that it must not hold."""
    text = shown(row.answer) if row.answer else ""
    return [wording for wording in row.case.wrong if says(text, [wording])]


def happened(row: Row) -> str:
    """Say in one sentence what is wrong with a case; "" where nothing is. Foreign text in it is not escaped."""
    became = outcome(row)
    if became == "failed":
        return f"Asking failed: {row.error}"
    if became not in NOT_RIGHT or row.answer is None:
        return ""
    if wrong := said_wrong(row):
        return "It shows what it must not: " + "; ".join(f"“{item}”" for item in wrong) + "."
    if became == "declined wrongly":
        return f"Declined ({reason_words(row.answer.reason)}), and the articles answer it."
    if not row.case.answerable:
        return "Answered, and the articles do not answer it."
    if row.answer.citations and (row.case.gold or row.case.gold_docs):
        return "No citation touches what is marked as the answer."
    return "It does not say what is marked as the answer."


def reason_words(reason: str | None) -> str:
    """Return the reason of a declined answer in words: "no evidence"."""
    return reason.replace("_", " ") if reason else "no sentence passed the check"


def worst_first(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that are not right, gravest first.

    What must not be said, then answers to what cannot be answered, then other wrong ones, failures, and
    what was declined without need; the surest first among equals.
    """

    def rank(row: Row) -> tuple[int, float]:
        became = outcome(row)
        sure = row.answer.confidence if row.answer else 0.0
        if became == "wrong":
            return (0 if said_wrong(row) else 1 if not row.case.answerable else 2), -sure
        return (3 if became == "failed" else 4), -sure

    return sorted((row for row in rows if outcome(row) in NOT_RIGHT), key=rank)
