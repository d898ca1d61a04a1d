"""Compare the measures of two runs over what both counted, and say which moved by more than chance."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from eval.compare.types import LEVEL, Beside, Figure, Finding
from eval.metrics.base.intervals import holm, mcnemar, paired_bootstrap
from eval.run.types import Better, Measure, Mutant, Run

Scores = Mapping[str, float]
FAILED = "failed"


def figures(a: Run, b: Run, scores: Sequence[tuple[Scores, Scores]], seed: int) -> list[Figure]:
    """Return a figure for each measure that both runs hold, in the order of B's measures, p corrected over all.

    `scores` holds the figures of each shared case in A and in B; a measure is compared over the cases where both
    have it. Mutants are paired where both runs made the very same one.
    """
    known = {item.name: item for item in (*a.measures, *b.measures)} | {
        FAILED: replace(_unknown(FAILED), label="Asking failed", better="lower")
    }  # runs hold failures as a count, which is of different cases
    columns = {
        name: [(before[name], now[name]) for before, now in scores if name in before and name in now]
        for name in _names(b, scores)
    }
    columns = {name: pairs for name, pairs in columns.items() if pairs}
    found = [_figure(known.get(name) or _unknown(name), pairs, seed) for name, pairs in columns.items()]
    for name, pairs in _mutants(a.mutants, b.mutants).items():
        found.append(replace(_figure(known.get(name) or _unknown(name), pairs, seed), paired="mutants"))
    return _corrected(found)


def beside(a: Run, b: Run, compared: Sequence[Figure]) -> list[Beside]:
    """Return the measures of both runs that could not be paired (curves, rates over a whole run)."""
    before, done = {item.name: item for item in a.measures}, {item.name for item in compared}
    return [
        Beside(
            name=now.name,
            label=now.label,
            group=now.group,
            unit=now.unit,
            a=(was.value, was.low, was.high),
            b=(now.value, now.low, now.high),
        )
        for now in b.measures
        if now.name not in done and (was := before.get(now.name)) is not None
    ]


def finding(difference: float, corrected: float, better: Better) -> Finding:
    """Put a difference (B less A) into words; nothing is said of what chance explains."""
    if corrected >= LEVEL or difference == 0:
        return "no difference shown"
    if better == "neither":
        return "different"
    return "better" if (difference > 0) == (better == "higher") else "worse"


def _names(b: Run, scores: Sequence[tuple[Scores, Scores]]) -> list[str]:
    """Return the names in the order of B's measures, then those it has none for in the order they come."""
    there = dict.fromkeys(name for both in scores for each in both for name in each)
    known = [item.name for item in b.measures if item.name in there]
    return list(dict.fromkeys([*known, *there]))


def _figure(measure: Measure, pairs: Sequence[tuple[float, float]], seed: int) -> Figure:
    before, now = [one for one, _ in pairs], [two for _, two in pairs]
    difference, low, high, p = paired_bootstrap(before, now, seed)
    binary = all(value in (0, 1) for value in (*before, *now))
    if binary:
        p = mcnemar(sum(x > y for x, y in pairs), sum(x < y for x, y in pairs))
    return Figure(
        name=measure.name,
        label=measure.label,
        group=measure.group,
        better=measure.better,
        unit=measure.unit,
        count=len(pairs),
        differ=sum(one != two for one, two in pairs),
        a=sum(before) / len(before),
        b=sum(now) / len(now),
        difference=difference,
        low=low,
        high=high,
        test="McNemar" if binary else "bootstrap",
        p=p,
        corrected=p,
        finding="no difference shown",
    )


def _corrected(found: Sequence[Figure]) -> list[Figure]:
    """Correct the p of all figures for their number by Holm's method.

    Both tests give at least 2 ** (1 - m) where m pairs differ. A figure with so few that it can show nothing by
    itself is no further chance of a false alarm, whichever way they differ: it is not counted (Tarone 1990).
    """
    can = [at for at, item in enumerate(found) if 2.0 ** (1 - item.differ) < LEVEL]
    corrected = dict(zip(can, holm([found[at].p for at in can]), strict=True))
    return [
        replace(item, corrected=p, finding=finding(item.difference, p, item.better))
        for at, item in enumerate(found)
        for p in [corrected.get(at, 1.0)]
    ]


def _mutants(a: Sequence[Mutant], b: Sequence[Mutant]) -> dict[str, list[tuple[float, float]]]:
    """Return for each kind whether A and whether B refused it, over the mutants that both made word for word."""
    before = {_key(item): item.refused for item in a}
    columns: dict[str, list[tuple[float, float]]] = {}
    for item in b:
        if _key(item) in before:
            pair = (float(before.pop(_key(item))), float(item.refused))
            columns.setdefault(f"mutation:{item.kind}", []).append(pair)
    return columns


def _key(item: Mutant) -> tuple[str, str, str, str]:
    return item.case_id, item.kind, item.text, item.quote


def _unknown(name: str) -> Measure:
    """Return the measure of a name that the runs say nothing of: no direction of it is known."""
    return Measure(
        name=name, label=name, group="", value=None, low=None, high=None, count=0, better="neither"
    )
