"""Find the cases that came out otherwise in the second of two runs, worse ones first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from eval.compare.types import Change, Side, Sort
from eval.report.outcome import outcome
from eval.run.types import Opinion, Row

RANKING = "ndcg@10"  # what tells better from worse where there is a ranking and no answer
Scores = Mapping[str, float]


def changed(
    pairs: Sequence[tuple[Side, Side]], scores: Sequence[tuple[Scores, Scores]], judges: Sequence[str]
) -> list[Change]:
    """Return the changes among paired cases: worse, better, then otherwise changed, each in the order given.

    A case is worse where it was right and is not now. Opinions are compared for `judges` only. `scores` holds each
    case's figures in both runs; where there is only a ranking its nDCG@10 decides.
    """
    found = []
    for (a, b), both in zip(pairs, scores, strict=True):
        what = parts(a, b, judges)
        if what:
            found.append(Change(case=a.row.case, sort=_sort(a, b, both), what=what, a=a, b=b))
    return sorted(found, key=lambda change: get_args(Sort).index(change.sort))


def side(row: Row, opinions: Sequence[Opinion]) -> Side:
    """Return one case as one run has it."""
    return Side(row=row, outcome=outcome(row), opinions=opinions)


def parts(a: Side, b: Side, judges: Sequence[str]) -> tuple[str, ...]:
    """Name what differs: outcome, answer, citations, verdicts, opinions, ranking."""
    pairs = {
        "outcome": (a.outcome, b.outcome), "answer": (_words(a.row), _words(b.row)),
        "citations": (_citations(a.row), _citations(b.row)), "verdicts": (_verdicts(a.row), _verdicts(b.row)),
        "opinions": (_opinions(a, judges), _opinions(b, judges)), "ranking": (_ranking(a.row), _ranking(b.row)),
    }  # fmt: skip
    return tuple(name for name, (before, now) in pairs.items() if before != now)


def untimed(row: Row) -> Row:
    """Return a row without its times."""
    return replace(row, answer=replace(row.answer, timings_s={})) if row.answer else row


def _sort(a: Side, b: Side, scores: tuple[Scores, Scores]) -> Sort:
    before, now = (float(one.outcome in ("right", "declined rightly")) for one in (a, b))
    if a.outcome == b.outcome == "ranked":
        before, now = (each.get(RANKING, 0.0) for each in scores)
    if now == before:
        return "changed"
    return "worse" if now < before else "better"


def _words(row: Row) -> tuple[str | None, ...]:
    return (row.answer.text, row.answer.reason, row.error) if row.answer else ("", None, row.error)


def _citations(row: Row) -> list[tuple[str, int, int]]:
    return [(item.doc_id, item.start, item.end) for item in row.answer.citations] if row.answer else []


def _verdicts(row: Row) -> list[str]:
    return [item.verdict for item in row.answer.claims] if row.answer else []


def _opinions(one: Side, judges: Sequence[str]) -> dict[tuple[int, str, tuple[int, ...]], str]:
    return {
        (item.claim, item.judge, item.citations): item.verdict
        for item in one.opinions
        if item.judge in judges
    }


def _ranking(row: Row) -> list[str]:
    """Return the ranking where it is all there is; under an answer it only shows through the answer."""
    return [] if row.answer else [item.chunk_id for item in row.ranking]
