"""The story of a comparison: pair the cases, score both sides, test the figures, list what changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from eval.compare.changes import changed, side, untimed
from eval.compare.figures import FAILED, beside, figures
from eval.compare.notes import name_of, settings, warnings
from eval.compare.types import Comparison, Side
from eval.metrics.table import case_scores
from eval.run.types import Opinion, Row, Run


def compare(a: Run, b: Run, *, seed: int, names: tuple[str, str] | None = None) -> Comparison:
    """Compare two runs: A is the one before, B the one now.

    Rows are paired by case id and question. Each figure is compared over the cases where both runs have it: means,
    B less A with a 95 % paired bootstrap interval, McNemar's exact test for scores of 0 and 1 and the paired
    bootstrap's p else, corrected over all figures by Holm's method; below 0.05 it is "better" or "worse".
    `names` are the runs' names for the reader. Equal for equal runs and seed.
    """
    before = {row.case.id: row for row in a.rows}
    now = {row.case.id: row for row in b.rows}
    rows = [(row, now[case_id]) for case_id, row in before.items() if case_id in now]
    pairs = [(one, two) for one, two in rows if _asked(one) == _asked(two)]
    of_a, of_b = _by_case(a.opinions), _by_case(b.opinions)
    sides = [(side(one, of_a[one.case.id]), side(two, of_b[two.case.id])) for one, two in pairs]
    judges = [name for name in _judges(a) if name in _judges(b)]
    failures = any(each.outcome == "failed" for both in sides for each in both)
    scores = [(_scores(one, failures), _scores(two, failures)) for one, two in sides]
    compared = figures(a, b, scores, seed)
    changes = changed(sides, scores, judges)
    equal = sum(untimed(one) == untimed(two) for one, two in pairs)
    return Comparison(
        name_a=names[0] if names else name_of(a),
        name_b=names[1] if names else name_of(b),
        warnings=tuple(warnings(a, b, pairs)),
        settings=tuple(settings(a, b)),
        figures=tuple(compared),
        beside=tuple(beside(a, b, compared)),
        shared=len(pairs),
        only_a=tuple(case_id for case_id in before if case_id not in now),
        only_b=tuple(case_id for case_id in now if case_id not in before),
        asked_otherwise=tuple(one.case.id for one, two in rows if _asked(one) != _asked(two)),
        changes=tuple(changes),
        same=len(pairs) - len(changes),
        identical=equal,
        identical_rows=[untimed(row) for row in a.rows] == [untimed(row) for row in b.rows],
    )


def _asked(row: Row) -> tuple[object, ...]:
    return row.case.question, row.case.history


def _by_case(opinions: Sequence[Opinion]) -> dict[str, list[Opinion]]:
    found: dict[str, list[Opinion]] = defaultdict(list)
    for opinion in opinions:
        found[opinion.case_id].append(opinion)
    return found


def _judges(run: Run) -> list[str]:
    return list(dict.fromkeys(opinion.judge for opinion in run.opinions))


def _scores(one: Side, failures: bool) -> Mapping[str, float]:
    """Return a case's figures; where any case failed also whether this one did."""
    failed = {FAILED: float(one.outcome == "failed")} if failures else {}
    return {**failed, **case_scores(one.row, one.opinions)}
