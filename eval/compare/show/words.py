"""What the terminal, Markdown and HTML forms of a comparison share: numbers, headings and a case in lines."""

from collections import Counter
from collections.abc import Sequence

from assistant.core.plain import marked
from eval.compare.notes import named
from eval.compare.types import Beside, Change, Comparison, Figure, Side, Sort, Unit
from eval.judges.agreement import whole_claims
from eval.report.figures import counted
from eval.report.foreign import line
from eval.report.outcome import reason_words
from eval.run.types import Opinion

RANKED = 10  # places of a ranking shown
Ends = tuple[float | None, float | None, float | None]


def number(value: float | None, unit: Unit) -> str:
    """Write a value: "0.912", "1.25 s", "12"; "-" where there is none."""
    if value is None:
        return "-"
    return {"share": f"{value:.3f}", "seconds": f"{value:.2f} s", "count": f"{value:g}"}[unit]


def interval(figure: Figure) -> str:
    """Write B less A: "+0.021 [-0.010, +0.052]"."""
    told = _signed(figure.difference, figure.unit)
    if figure.low is None or figure.high is None:
        return told
    return f"{told} [{_signed(figure.low, figure.unit)}, {_signed(figure.high, figure.unit)}]"


def chance(p: float) -> str:
    """Write a p-value: "0.031", "<0.001"."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def cells(figure: Figure) -> tuple[str, ...]:
    """Write a figure for a table: A, B, B less A, corrected p, n, finding."""
    values = number(figure.a, figure.unit), number(figure.b, figure.unit), interval(figure)
    return *values, chance(figure.corrected), str(figure.count), figure.finding


def ends(value: Ends, unit: Unit) -> str:
    """Write a value with its own interval: "0.91 [0.86, 0.95]"."""
    middle, low, high = (number(one, unit) for one in value)
    return middle if value[1] is None or value[2] is None else f"{middle} [{low}, {high}]"


def moved(item: Beside) -> str:
    """Write B less A of a measure that has no test."""
    a, b = item.a[0], item.b[0]
    return "-" if a is None or b is None else _signed(b - a, item.unit)


def headline(c: Comparison) -> str:
    """Sum the comparison up in a sentence or two."""
    if c.identical_rows:
        return f"The runs are the same: {counted(c.shared, 'row')} equal but for times."
    found = Counter(figure.finding for figure in c.figures)
    parts = [
        f"{word} in {counted(found[word], 'figure')}"
        for word in ("better", "worse", "different")
        if found[word]
    ]
    figures = f"B is {', '.join(parts)} of {len(c.figures)}" if parts else "No figure shows a difference"
    cases = Counter(change.sort for change in c.changes)
    told = ", ".join(f"{cases[sort]} {words}" for sort, words in SORTED.items())
    return f"{figures}. Of {counted(c.shared, 'case')} in both runs: {told}, {c.same} the same."


SORTED: dict[Sort, str] = {"worse": "worse", "better": "better", "changed": "otherwise changed"}


def moving(c: Comparison) -> list[Figure]:
    """Return the figures that differ in any case."""
    return [item for item in c.figures if item.differ]


def still(c: Comparison) -> str:
    """Name the figures that are the same in every case: "The same in every case: nDCG@10 (0.912), ..."."""
    names = [f"{item.label} ({number(item.a, item.unit)})" for item in c.figures if not item.differ]
    return f"The same in every case: {', '.join(names)}." if names else ""


def counting(c: Comparison) -> list[Beside]:
    """Return the measures of the whole run that at least one run has a value for."""
    return [item for item in c.beside if item.a[0] is not None or item.b[0] is not None]


def left_out(c: Comparison) -> list[str]:
    """Name the cases that could not be paired, one line for each reason."""
    reasons = (
        ("Only in A", c.only_a),
        ("Only in B", c.only_b),
        ("Another question under the same id", c.asked_otherwise),
    )
    return [f"{words}: {counted(len(ids), 'case')} ({named(ids)})." for words, ids in reasons if ids]


def sameness(c: Comparison) -> str:
    """Say how many cases did not change, and how many of them have other scores behind the same answer."""
    other = c.same - c.identical
    behind = f", {other} of them with other scores or passages behind it" if other > 0 else ""
    return f"{counted(c.same, 'case')} came out the same{behind}."


def side_lines(side: Side) -> list[str]:
    """Return one case in one run as lines: outcome, sentences with verdicts and opinions, citations, withheld."""
    lines = [f"Outcome: {side.outcome}"]
    answer = side.row.answer
    if side.row.error is not None:
        lines.append(f"Failed: {side.row.error}")
    if answer is None:
        places = side.row.ranking[:RANKED]
        lines += [f"{n}. {place.doc_id} {place.start}-{place.end}" for n, place in enumerate(places, 1)]
        return [line(each) for each in lines]
    if not answer.claims:
        lines.append(f"Declined: {reason_words(answer.reason)}")
    for at, claim in enumerate(answer.claims):
        told = [claim.verdict, *_judged(side.opinions, at)]
        lines.append(f"{marked(claim)} ({'; '.join(told)})")
    lines += [
        f'[{item.n}] {item.doc_id} {item.start}-{item.end}: "{item.quote}"' for item in answer.citations
    ]
    lines += [f"Withheld ({item.verdict}): {item.text}" for item in answer.withheld]
    return [line(each) for each in lines]


def what_changed(change: Change) -> str:
    """Say what changed: "right, now wrong (answer, citations)"."""
    other = [part for part in change.what if part != "outcome"]
    parts = f" ({', '.join(other)})" if other else ""
    same = change.a.outcome == change.b.outcome
    return f"{change.a.outcome}{parts}" if same else f"{change.a.outcome}, now {change.b.outcome}{parts}"


def _judged(opinions: Sequence[Opinion], claim: int) -> list[str]:
    """Return what each judge says of a claim on all its citations."""
    own = [item for item in opinions if item.claim == claim]
    return [
        f"{judge}: {item.verdict}"
        for judge in dict.fromkeys(item.judge for item in own)
        for item in whole_claims(own, judge).values()
    ]


def _signed(value: float, unit: Unit) -> str:
    digits = {"share": 3, "seconds": 2, "count": 1}[unit]
    return f"{round(value, digits) + 0.0:+.{digits}f}"
