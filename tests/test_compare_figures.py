"""Figures of two runs against each other: differences and p-values worked out by hand."""

from collections.abc import Sequence

import pytest

from eval.compare.figures import figures, finding
from eval.compare.types import Figure
from eval.run.types import Better, Measure, Mutant, Run

Pairs = list[tuple[dict[str, float], dict[str, float]]]


def measure(name: str, better: Better = "higher", value: float | None = 0.5) -> Measure:
    return Measure(
        name=name, label=name.upper(), group="g", value=value, low=value, high=value, count=9, better=better
    )


def measured(*measures: Measure, mutants: Sequence[Mutant] = ()) -> Run:
    return Run(about={}, rows=(), measures=measures, mutants=mutants)


def scored(name: str, only_a: int, only_b: int, both: int) -> list[tuple[float, float]]:
    return [(1.0, 0.0)] * only_a + [(0.0, 1.0)] * only_b + [(1.0, 1.0)] * both


def columns(**given: list[tuple[float, float]]) -> Pairs:
    count = max(map(len, given.values()))
    pairs: Pairs = [({}, {}) for _ in range(count)]
    for name, column in given.items():
        for (before, now), (a, b) in zip(pairs, column, strict=False):
            before[name], now[name] = a, b
    return pairs


def by_name(found: Sequence[Figure]) -> dict[str, Figure]:
    return {item.name: item for item in found}


def test_six_against_none_is_worse_by_mcnemar() -> None:
    known = measured(measure("x"))
    (found,) = figures(known, known, columns(x=scored("x", 6, 0, 4)), seed=1)
    assert (found.a, found.b) == (1.0, 0.4)
    assert found.difference == pytest.approx(-0.6)
    assert (found.count, found.differ, found.test) == (10, 6, "McNemar")
    assert found.p == pytest.approx(0.03125)  # 2 * 0.5 ** 6
    assert found.corrected == pytest.approx(0.03125)
    assert found.finding == "worse"
    # of ten draws at 0.6, three or fewer come in 5.5 % of cases, two or fewer in 1.2 %; nine or more in 4.6 %, ten in 0.6 %
    assert [found.low, found.high] == pytest.approx([-0.9, -0.3])


def test_mcnemar_counts_both_ways() -> None:
    known = measured(measure("x"))
    (found,) = figures(known, known, columns(x=scored("x", 1, 8, 0)), seed=1)
    assert found.p == pytest.approx(20 / 512)  # 2 * (1 + 9) of the 2 ** 9 ways nine coins fall
    assert found.finding == "better"


def test_holm_corrects_over_all_figures() -> None:
    known = measured(measure("x"), measure("y"), measure("z"))
    pairs = columns(x=scored("x", 6, 0, 4), y=scored("y", 0, 6, 4), z=scored("z", 0, 10, 0))
    found = by_name(figures(known, known, pairs, seed=1))
    assert found["z"].p == pytest.approx(0.001953125)  # 2 * 0.5 ** 10
    assert found["z"].corrected == pytest.approx(0.005859375)  # three times that
    assert found["x"].corrected == found["y"].corrected == pytest.approx(0.0625)  # twice 0.03125
    assert [found[name].finding for name in "xyz"] == ["no difference shown", "no difference shown", "better"]


def test_a_figure_that_can_show_nothing_does_not_weaken_the_others() -> None:
    known = measured(measure("x"), measure("y"))
    found = by_name(figures(known, known, columns(x=scored("x", 6, 0, 4), y=scored("y", 5, 0, 5)), seed=1))
    assert found["y"].p == pytest.approx(0.0625)
    assert (found["y"].corrected, found["y"].finding) == (1.0, "no difference shown")
    assert found["x"].corrected == pytest.approx(0.03125)


def test_scores_between_are_tested_by_the_bootstrap() -> None:
    known = measured(measure("x"))
    (found,) = figures(known, known, columns(x=[(0.25, 0.5)] * 12), seed=1)
    assert (found.test, found.a, found.b, found.difference) == ("bootstrap", 0.25, 0.5, 0.25)
    assert (found.low, found.high) == (0.25, 0.25)
    assert found.p < 0.001
    assert found.finding == "better"


def test_a_measure_is_compared_where_both_runs_have_it() -> None:
    known = measured(measure("x"))
    pairs: Pairs = [({"x": 1.0}, {}), ({"x": 1.0}, {"x": 0.0}), ({}, {"x": 1.0}), ({}, {})]
    (found,) = figures(known, known, pairs, seed=1)
    assert (found.count, found.a, found.b) == (1, 1.0, 0.0)


@pytest.mark.parametrize(
    ("difference", "p", "better", "words"),
    [
        (0.1, 0.049, "higher", "better"),
        (0.1, 0.049, "lower", "worse"),
        (-0.1, 0.049, "higher", "worse"),
        (-0.1, 0.049, "lower", "better"),
        (-0.1, 0.049, "neither", "different"),
        (0.1, 0.05, "higher", "no difference shown"),
        (0.0, 0.001, "higher", "no difference shown"),
    ],
)
def test_words_for_a_difference(difference: float, p: float, better: Better, words: str) -> None:
    assert finding(difference, p, better) == words


def test_figures_come_in_the_order_of_the_measures() -> None:
    known = measured(measure("y"), measure("x"))
    pairs = columns(unknown=[(1.0, 1.0)], x=[(1.0, 1.0)], y=[(1.0, 1.0)])
    assert [item.name for item in figures(known, known, pairs, seed=1)] == ["y", "x", "unknown"]


def mutant(name: str, refused: bool, kind: str = "negation") -> Mutant:
    return Mutant(case_id=name, claim=0, kind=kind, text=f"not {name}", quote=name, refused=refused)


def test_mutants_are_paired_where_both_runs_made_them() -> None:
    known = (measure("mutation:negation"), measure("mutation:untouched", "lower"))
    names = [f"c{n}" for n in range(7)]
    a = measured(*known, mutants=[mutant(name, True) for name in names] + [mutant("gone", False)])
    b = measured(*known, mutants=[mutant(name, name == "c6") for name in names] + [mutant("new", True)])
    (found,) = figures(a, b, [], seed=1)
    assert (found.name, found.paired, found.count) == ("mutation:negation", "mutants", 7)
    assert [found.a, found.b, found.p] == pytest.approx([1.0, 1 / 7, 0.03125])
    assert found.finding == "worse"
