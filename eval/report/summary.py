"""Sum up a run in Markdown, for a pull request."""

from collections.abc import Iterator, Sequence

from eval.report.figures import counted, interval_words, value_words
from eval.report.foreign import markdown
from eval.report.headline import headline
from eval.report.outcome import happened, outcome, worst_first
from eval.run.types import Measure, Row, Run

HEAD = (
    "right",
    "wrong_shown",
    "groundedness",
    "exact",
    "citation_precision",
    "citation_recall",
    "key_fact_recall",
    "abstain_precision",
    "abstain_recall",
    "ndcg@10",
    "withheld_rate",
    "first_sentence_median",
    "total_median",
)  # names of measures, without their judge
BY_KIND, BROKEN = "right:", "mutation:"
WORST = 10  # failures that are told
LONG = 300  # characters of a question that are shown


def to_markdown(run: Run) -> str:
    """Return the summary: the main figures with interval and n, right by kind, and the worst failures.

    All text of the run is escaped. The same run gives the same text.
    """
    by_name = [(item.name.split("[")[0], item) for item in run.measures]
    main = [item for name in HEAD for known, item in by_name if known == name]
    broken = [item for item in run.measures if item.name.startswith(BROKEN)]
    kinds = [item for item in run.measures if item.name.startswith(BY_KIND)]
    parts = [f"## Evaluation: {markdown(str(run.about.get('name') or 'a run'))}"]
    told = [(f"**{one.value}** {markdown(one.words)}", one.note) for one in headline(run)]
    parts.append("\n".join(f"- {words} ({markdown(note)})" if note else f"- {words}" for words, note in told))
    parts.append(_table("Measure", [(item.label, item) for item in [*main, *_weakest(broken)]]))
    if kinds:
        parts.append("### Right, by kind")
        parts.append(
            _table("Kind", [(item.name.removeprefix(BY_KIND).replace("_", " "), item) for item in kinds])
        )
    parts += _failures(worst_first(run.rows))
    parts.append(f"*{_made(run)}*")
    return "\n\n".join(part for part in parts if part) + "\n"


def _weakest(broken: Sequence[Measure]) -> list[Measure]:
    """Return what is refused least of what was broken, and what is refused by mistake."""
    counted_ones = [item for item in broken if item.value is not None]
    worst = min(
        (item for item in counted_ones if item.better == "higher"),
        key=lambda item: item.value or 0.0,
        default=None,
    )
    return ([worst] if worst else []) + [item for item in broken if item.better == "lower"]


def _table(head: str, lines: Sequence[tuple[str, Measure]]) -> str:
    if not lines:
        return ""
    told = [f"| {head} | Value | 95 % interval | n |", "|---|--:|---|---|"]
    for label, item in lines:
        better = " (lower is better)" if item.better == "lower" else ""
        between = interval_words(item) or ("nothing to count" if item.value is None else "-")
        n = f"{item.count}, {item.unjudged} unjudged" if item.unjudged else str(item.count)
        told.append(f"| {markdown(label, cell=True)}{better} | {value_words(item)} | {between} | {n} |")
    return "\n".join(told)


def _failures(worst: Sequence[Row]) -> Iterator[str]:
    if not worst:
        yield "Every case is right."
        return
    more = f", the gravest {WORST}" if len(worst) > WORST else ""
    yield f"### Not right: {counted(len(worst), 'case')}{more}"
    yield "\n".join(
        f"{at}. **{markdown(row.case.id)}** ({outcome(row)}): {_cut(row.case.question)}<br>{_cut(happened(row))}"
        for at, row in enumerate(worst[:WORST], 1)
    )


def _cut(text: str) -> str:
    short = text if len(text) <= LONG else text[:LONG].rstrip() + "…"
    return markdown(short) or "(empty)"


def _made(run: Run) -> str:
    answer = next((row.answer for row in run.rows if row.answer), None)
    known = [counted(len(run.rows), "case")]
    known += [f"model {answer.model}", f"checker {answer.checker}"] if answer else []
    known += [f"{name} {run.about[name]}" for name in ("pipeline", "seed") if run.about.get(name) is not None]
    return ", ".join(markdown(item) for item in known) + "."
