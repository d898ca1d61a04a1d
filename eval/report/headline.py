"""Sum up a run in a few figures that a reader can say aloud."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from eval.metrics.timing import seconds_of
from eval.report.figures import NOTHING, counted, interval_words, seconds, value_words
from eval.report.outcome import Outcome, outcome
from eval.run.types import Row, Run

GROUNDED = "groundedness["  # name of a measure, before its judge


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure and the words that follow it: "97 of 120" "answerable questions answered rightly"."""

    value: str
    words: str
    note: str = ""


def headline(run: Run) -> list[Figure]:
    """Return the figures of a run: answered, declined, supported, time, failed; those that there are."""
    became = [(row, outcome(row)) for row in run.rows]
    asked = [(row, word) for row, word in became if word not in ("failed", "ranked")]
    figures = [
        *_counted(asked, True, "right", "answerable questions answered rightly"),
        *_counted(asked, False, "declined rightly", "questions without an answer declined"),
        *_grounded(run),
        *_time(run.rows),
    ]
    words = Counter(word for _, word in became)
    if words["ranked"]:
        figures.append(Figure(value=str(words["ranked"]), words="questions for retrieval alone"))
    if words["failed"]:
        figures.append(Figure(value=str(words["failed"]), words="could not be asked", note="left out above"))
    return figures


def _counted(
    asked: Sequence[tuple[Row, Outcome]], answerable: bool, wanted: Outcome, words: str
) -> list[Figure]:
    of = [(row, word) for row, word in asked if row.case.answerable is answerable]
    if not of:
        return []
    met = sum(word == wanted for _, word in of)
    declined = sum(word == "declined wrongly" for _, word in of)
    note = f"{len(of) - met - declined} wrong, {declined} declined without need" if answerable else ""
    return [Figure(value=f"{met} of {len(of)}", words=words, note=note or f"{len(of) - met} answered")]


def _grounded(run: Run) -> list[Figure]:
    figures = []
    for item in run.measures:
        if item.name.startswith(GROUNDED):
            judge = item.name.removeprefix(GROUNDED).removesuffix("]")
            words = f"of the shown sentences supported by what they cite, says the judge “{judge}”"
            note = f"{interval_words(item)}, {counted(item.count, 'sentence')}" if item.count else NOTHING
            figures.append(Figure(value=value_words(item), words=words, note=note.removeprefix(", ")))
    return figures


def _time(rows: Sequence[Row]) -> list[Figure]:
    first, total = seconds_of(rows, "first_sentence"), seconds_of(rows, "total")
    if not total:
        return []
    note = f"first sentence {seconds(median(first))} s" if first else ""
    return [Figure(value=f"{seconds(median(total))} s", words="for a whole answer, median", note=note)]
