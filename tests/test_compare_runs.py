"""Two runs built by hand, and what a comparison must say of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from runs import answer, case, claim, row

from assistant.core.types import Message
from eval.compare.changes import changed
from eval.compare.runs import compare
from eval.compare.types import Comparison, Figure
from eval.run.types import Better, Case, Measure, Opinion, Ranked, Row, Run

GOLD = ("doc", 100, "Staff of BPO follow a script.")
ELSEWHERE = ("doc", 500, "Contracts run for three years.")


def run(*rows: Row, **parts: object) -> Run:
    about = {"name": "golden", "seed": 7, "judges": ["reader"], "settings": {"model": "none"}}
    about |= parts.pop("about", {})  # type: ignore[call-overload]
    return Run(about=about, rows=rows, **parts)  # type: ignore[arg-type]


def asked(name: str, **values: Any) -> Case:
    return case(name, GOLD, **values)


def right(name: str) -> Row:
    return row(asked(name), answer(GOLD))


def wrong(name: str) -> Row:
    return row(asked(name), answer(ELSEWHERE))


def measure(name: str, better: Better = "higher", value: float | None = 0.5) -> Measure:
    return Measure(
        name=name, label=name.upper(), group="g", value=value, low=value, high=value, count=9, better=better
    )


def by_name(found: Sequence[Figure]) -> dict[str, Figure]:
    return {item.name: item for item in found}


def test_changes_come_worse_then_better_then_changed() -> None:
    a = run(wrong("up"), wrong("other"), right("same"), right("down"), right("down2"))
    b = run(
        right("up"),
        row(asked("other"), answer(("doc", 900, "Else."))),
        right("same"),
        wrong("down"),
        wrong("down2"),
    )
    found = compare(a, b, seed=7)
    assert [(item.case.id, item.sort) for item in found.changes] == [
        ("down", "worse"),
        ("down2", "worse"),
        ("up", "better"),
        ("other", "changed"),
    ]
    assert found.changes[0].what == ("outcome", "answer", "citations")
    assert (found.changes[0].a.outcome, found.changes[0].b.outcome) == ("right", "wrong")
    assert (found.shared, found.same, found.identical, found.identical_rows) == (5, 1, 1, False)
    figure = by_name(found.figures)["right"]
    assert (figure.a, figure.b, figure.count) == (0.6, 0.4, 5)


def test_each_part_that_differs_is_named() -> None:
    one = asked("one")
    said = answer(GOLD)
    moved = replace(said, citations=(replace(said.citations[0], start=101),))
    judged = replace(said, claims=(claim(GOLD[2], 1, verdict="unjudged"),))
    pairs = {"citations": moved, "verdicts": judged}
    for part, other in pairs.items():
        (change,) = compare(run(row(one, said)), run(row(one, other)), seed=7).changes
        assert (change.what, change.sort) == ((part,), "changed")
    opinion = Opinion(case_id="one", claim=0, judge="reader", citations=(1,), verdict="supported", score=0.9)
    turned = replace(opinion, verdict="unsupported")
    a, b = (run(row(one, said), opinions=[item]) for item in (opinion, turned))
    (change,) = compare(a, b, seed=7).changes
    assert change.what == ("opinions",)
    assert not compare(a, replace(b, opinions=[replace(turned, judge="other")]), seed=7).changes


def test_to_decline_rightly_is_right() -> None:
    near = case("near", answerable=False)
    found = compare(run(row(near, answer(ELSEWHERE))), run(row(near, answer())), seed=7)
    (change,) = found.changes
    assert (change.sort, change.a.outcome, change.b.outcome) == ("better", "wrong", "declined rightly")


def test_rows_are_identical_but_for_times() -> None:
    a = run(right("one"), wrong("two"))
    later = replace(answer(GOLD), timings_s={"total": 9.0})
    found = compare(a, run(row(asked("one"), later), wrong("two")), seed=7)
    assert (found.identical_rows, found.identical, found.changes) == (True, 2, ())
    surer = replace(answer(GOLD), confidence=0.81)
    found = compare(a, run(row(asked("one"), surer), wrong("two")), seed=7)
    assert (found.identical_rows, found.identical, found.same) == (False, 1, 2)
    assert not compare(a, run(wrong("two"), right("one")), seed=7).identical_rows


def test_cases_that_cannot_be_paired_are_named() -> None:
    a = run(right("both"), right("gone"), right("reworded"), right("followed"))
    b = run(
        right("new"),
        right("both"),
        row(asked("reworded", question="Else?"), answer(ELSEWHERE)),
        row(asked("followed", history=(Message(role="user", content="Before?"),)), answer(GOLD)),
    )
    found = compare(a, b, seed=7)
    assert (found.only_a, found.only_b, found.asked_otherwise) == (
        ("gone",),
        ("new",),
        ("reworded", "followed"),
    )
    assert (found.shared, found.changes) == (1, ())
    assert not compare(run(), run(right("one")), seed=7).figures


def test_a_failed_case_is_worse_and_has_a_figure_of_its_own() -> None:
    failed = Row(case=asked("one"), answer=None, error="took too long")
    found = compare(run(right("one"), right("two")), run(failed, right("two")), seed=7)
    (change,) = found.changes
    assert (change.sort, change.b.outcome) == ("worse", "failed")
    share = by_name(found.figures)
    assert (share["failed"].a, share["failed"].b, share["failed"].better) == (0.0, 0.5, "lower")
    assert share["right"].count == 1
    assert found.warnings == ("Failed in B, so left out of the other figures: one.",)
    assert "failed" not in by_name(compare(run(right("one")), run(wrong("one")), seed=7).figures)


def test_rankings_alone_are_compared_by_ndcg() -> None:
    def ranked(name: str, *chunks: str) -> Row:
        places = [Ranked(chunk_id=one, doc_id=one, start=0, end=9, score=0.5) for one in chunks]
        return row(case(name, relevant={"x": 1}), None, ranking=places, relevant={"x": 1})

    a = run(ranked("down", "x", "y"), ranked("up", "y", "x"), ranked("other", "x", "y"))
    b = run(ranked("down", "y", "x"), ranked("up", "x", "y"), ranked("other", "x", "z"))
    found = compare(a, b, seed=7)
    assert [(item.case.id, item.sort, item.what) for item in found.changes] == [
        ("down", "worse", ("ranking",)),
        ("up", "better", ("ranking",)),
        ("other", "changed", ("ranking",)),
    ]
    assert changed([], [], []) == []


# --- what is said first ---


def warned(a: Run, b: Run) -> tuple[str, ...]:
    return compare(a, b, seed=7).warnings


def test_runs_of_equal_making_need_no_warning() -> None:
    assert warned(run(right("one")), run(right("one"))) == ()


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"cases": {"sha256": "b"}}, "The cases files differ"),
        ({"judges": ["reader", "llm:x"]}, "The judges differ (A: reader; B: reader, llm:x)"),
        ({"judges": []}, "The judges differ (A: reader; B: none)"),
        ({"seed": 8}, "The seeds differ (A: 7; B: 8)"),
        ({"machine": {"cores": 4}}, "The machines differ: times cannot be compared."),
    ],
)
def test_what_makes_runs_hard_to_compare_is_said(about: dict[str, object], words: str) -> None:
    (line,) = warned(run(right("one")), run(right("one"), about=about))
    assert line.startswith(words)


def test_another_corpus_is_said_with_the_documents_that_differ() -> None:
    a = run(right("one"), about={"index": {"id": "1", "documents": {"x": "h", "y": "h", "z": "h"}}})
    b = run(right("one"), about={"index": {"id": "2", "documents": {"x": "h", "y": "g", "new": "h"}}})
    (line,) = warned(a, b)
    assert line.startswith(
        "The indexes differ (y, z, new): where the documents do, citations cannot be compared"
    )
    same = run(right("one"), about={"index": {"id": "2", "documents": {"x": "h", "y": "h", "z": "h"}}})
    assert "the same documents, split or embedded otherwise" in warned(a, same)[0]
    other = replace(answer(GOLD), index_id="elsewhere")
    assert warned(run(right("one")), run(row(asked("one"), other)))[0].startswith("The indexes differ: ")


def test_the_same_question_marked_otherwise_is_said() -> None:
    b = run(row(case("one", ELSEWHERE), answer(GOLD)))
    (line,) = warned(run(right("one")), b)
    assert line.startswith("Marked otherwise in A and B") and line.endswith(": one.")


def test_settings_that_differ_are_listed_and_times_are_not() -> None:
    a = run(
        about={
            "settings": {"model": "none", "k": 8},
            "started": "1",
            "seconds": {"asking": 1},
            "pipeline": "own",
        }
    )
    b = run(about={"settings": {"model": "embedded", "k": 8}, "started": "2", "seconds": {"asking": 2}})
    assert [(item.name, item.a, item.b) for item in compare(a, b, seed=7).settings] == [
        ("settings.model", '"none"', '"embedded"'),
        ("pipeline", '"own"', None),
    ]


def test_runs_are_named_by_cases_pipeline_and_model() -> None:
    b = run(about={"pipeline": "plain", "settings": {"model": "embedded"}})
    found = compare(run(), b, seed=7)
    assert (found.name_a, found.name_b) == ("golden, none", "golden, plain, embedded")
    assert compare(run(), b, seed=7, names=("before", "after")).name_b == "after"


def test_figures_of_the_whole_run_stand_beside_each_other() -> None:
    a = run(right("one"), measures=(measure("auroc", value=0.7), measure("gone"), measure("right")))
    b = run(right("one"), measures=(measure("auroc", value=0.9), measure("new"), measure("right")))
    (found,) = compare(a, b, seed=7).beside
    assert (found.name, found.a, found.b) == ("auroc", (0.7, 0.7, 0.7), (0.9, 0.9, 0.9))


def test_a_comparison_is_the_same_for_the_same_seed() -> None:
    a, b = run(right("one"), wrong("two")), run(wrong("one"), right("two"))
    found: list[Comparison] = [compare(a, b, seed=seed) for seed in (7, 7)]
    assert found[0] == found[1]
