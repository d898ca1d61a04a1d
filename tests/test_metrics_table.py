import json
import math
from dataclasses import asdict, replace

import pytest
from runs import answer, case, claim, row, withheld

from assistant.core.types import Drafts, Withheld
from eval.metrics.answers import is_right
from eval.metrics.table import case_scores, measure
from eval.run.types import Measure, Mutant, Opinion, Ranked, Row

GOLD = ("kpo", 100, "KPO needs experts.")
ELSE = ("kpo", 300, "Fees differ.")


def table(
    *rows: Row, opinions: tuple[Opinion, ...] = (), mutants: tuple[Mutant, ...] = ()
) -> dict[str, Measure]:
    found = measure(rows, opinions, mutants, judges=["reader"], seed=7)
    assert len({one.name for one in found}) == len(found)
    return {one.name: one for one in found}


def opinion(case_id: str, at: int, verdict: str) -> Opinion:
    return Opinion(case_id=case_id, claim=at, judge="reader", citations=(at + 1,), verdict=verdict, score=0.5)  # type: ignore[arg-type]


def mutant(kind: str, refused: bool) -> Mutant:
    return Mutant(case_id="a", claim=0, kind=kind, text="x", quote="x", refused=refused)


def timed(name: str, **seconds: float) -> Row:
    return row(case(name, GOLD), answer(GOLD, timings_s=seconds))


def test_every_figure_is_there_in_a_fixed_order_even_of_nothing() -> None:
    found = table()
    assert list(found) == [
        *("ndcg@10", "recall@5", "recall@10", "mrr@10"),
        *("citation_precision", "citation_recall", "citation_recall_all", "localisation"),
        *("alce_recall[reader]", "alce_precision[reader]", "groundedness[reader]", "exact"),
        *("right", "key_fact_recall", "f1", "f1_best", "exact_match", "wrong_shown", "failed"),
        *("abstain_precision", "abstain_recall", "abstain_f1", "false_refusal"),
        *("auroc", "aurc", "risk@0.5", "risk@0.7", "risk@0.9"),
        *(
            "withheld_rate",
            "unverified_rate",
            "repeat_rate",
            "unmarked_rate",
            "invented_marker_rate",
            "replaced_marker_rate",
        ),
        *("first_sentence_median", "first_sentence_p95", "total_median", "total_p95"),
    ]
    failed = found.pop("failed")
    assert (failed.value, failed.count, failed.unit) == (0.0, 0, "count")
    assert {(one.value, one.low, one.high, one.count) for one in found.values()} == {(None, None, None, 0)}


def test_every_figure_says_what_it_is() -> None:
    for one in table(row(case("a", GOLD), answer(GOLD)), mutants=(mutant("number changed", True),)).values():
        assert one.about.endswith((".", ":")), one.name
        assert "\n" not in one.about
        assert one.label


def test_right_is_told_by_kind_too() -> None:
    found = table(
        row(case("a", GOLD, kind="definition"), answer(GOLD)),
        row(case("b", GOLD, kind="definition"), answer(ELSE)),
        row(case("c", answerable=False, kind="Off topic"), answer()),
        row(case("d", GOLD, kind="number"), answer(GOLD)),
    )
    assert [name for name in found if name.startswith("right:")] == [
        "right:Off topic",
        "right:definition",
        "right:number",
    ]
    assert found["right"].value == 0.75
    assert found["right"].count == 4
    assert found["right:definition"].value == 0.5
    one = found["right:number"]
    assert (one.value, one.low, one.high, one.count) == (1.0, None, None, 1)


def test_means_come_with_their_interval() -> None:
    rows = [row(case(f"a{n}", GOLD), answer(GOLD if n % 4 else ELSE)) for n in range(40)]
    one = table(*rows)["right"]
    assert one.value == 0.75
    # the normal interval of a share: 0.75 +- 1.96 * sqrt(0.75 * 0.25 / 40) = 0.75 +- 0.134
    assert one.low == pytest.approx(0.616, abs=0.03)
    assert one.high == pytest.approx(0.884, abs=0.03)


def test_failed_cases_are_counted_and_nowhere_else() -> None:
    good = row(case("a", GOLD), answer(GOLD))
    bad = Row(case=case("b", GOLD), answer=None, relevant={"kpo:1": 1}, error="The model failed.")
    found = table(good, bad)
    assert (found["failed"].value, found["failed"].count) == (1.0, 2)
    assert (found["right"].value, found["right"].count) == (1.0, 1)
    assert found["ndcg@10"].count == 0
    assert found["false_refusal"].count == 1
    assert case_scores(bad, []) == {}


def test_what_was_not_judged_is_counted_apart() -> None:
    found = table(
        row(case("a", GOLD), answer(GOLD, ELSE)),
        row(case("b", GOLD), answer(GOLD)),
        opinions=(opinion("a", 0, "supported"), opinion("a", 1, "unsupported"), opinion("b", 0, "unjudged")),
    )
    one = found["groundedness[reader]"]
    assert (one.value, one.count, one.unjudged) == (0.5, 2, 1)
    assert (found["alce_recall[reader]"].value, found["alce_recall[reader]"].unjudged) == (0.5, 1)
    assert (found["exact"].value, found["exact"].count) == (1.0, 3)


def test_groundedness_is_over_claims_and_alce_over_answers() -> None:
    found = table(
        row(case("a", GOLD), answer(GOLD, ELSE, ("kpo", 400, "Third."))),
        row(case("b", GOLD), answer(GOLD)),
        opinions=(*(opinion("a", at, "supported") for at in range(3)), opinion("b", 0, "unsupported")),
    )
    assert found["groundedness[reader]"].value == 0.75
    assert found["alce_recall[reader]"].value == 0.5


def test_drafts_are_counted_over_the_run() -> None:
    drafted = answer(
        GOLD,
        claims=(claim("Experts are needed.", 1, origin="model"), claim("KPO needs experts.", 1)),
        withheld=(withheld("x"), withheld("y")),
        drafts=Drafts(sentences=3, markers=4, invented=1, replaced=2),
    )
    other = answer(GOLD, drafts=Drafts(sentences=1, markers=4))
    found = table(
        row(case("a", GOLD), drafted), row(case("b", GOLD), other), row(case("c", GOLD), answer(GOLD))
    )
    assert (found["withheld_rate"].value, found["withheld_rate"].count) == (2 / 3, 3)
    assert (found["invented_marker_rate"].value, found["invented_marker_rate"].count) == (0.125, 8)
    assert found["replaced_marker_rate"].value == 0.25
    assert found["withheld_rate"].better == "neither"


def test_repeats_are_apart_from_what_was_not_supported() -> None:
    again = Withheld(text="Again.", verdict="supported", score=0.9)
    one = answer(GOLD, claims=(claim("New.", 1, origin="model"),), withheld=(withheld("x"), again, again))
    found = table(row(case("a", GOLD), one), row(case("b", GOLD), answer(GOLD, withheld=(again,))))
    assert (found["withheld_rate"].value, found["withheld_rate"].count) == (0.8, 5)
    assert (found["repeat_rate"].value, found["repeat_rate"].count) == (0.6, 5)


def test_sentences_without_a_marker_are_counted_where_somebody_counted() -> None:
    counted = answer(GOLD, drafts=Drafts(sentences=4, markers=3, unmarked=1))
    bare = answer(GOLD, drafts=Drafts(sentences=2, unmarked=2))
    uncounted = answer(GOLD, drafts=Drafts(sentences=5))
    found = table(
        *(row(case(name, GOLD), one) for name, one in zip("abc", (counted, bare, uncounted), strict=True))
    )
    assert (found["unmarked_rate"].value, found["unmarked_rate"].count) == (0.5, 6)
    assert found["unmarked_rate"].better == "lower"


def test_times_have_a_median_and_a_95th_percentile() -> None:
    rows = [timed(f"a{n}", total=n / 10, first_sentence=n / 100) for n in range(1, 22)]
    found = table(*rows, row(case("z"), answer(timings_s={"total": 1.1})))
    assert found["total_median"].value == pytest.approx(1.1)
    assert (found["first_sentence_median"].value, found["first_sentence_median"].count) == (0.11, 21)
    assert found["first_sentence_p95"].value == pytest.approx(0.20)  # the 20th of 21
    assert found["total_p95"].unit == "seconds"
    low, high = found["total_median"].low, found["total_median"].high
    assert low is not None and high is not None
    assert 0.1 < low < 1.1 < high < 2.1


def test_one_time_has_no_interval() -> None:
    one = table(timed("a", total=0.4))["total_median"]
    assert (one.value, one.low, one.high, one.count) == (0.4, None, None, 1)


def test_mutants_by_kind_with_wilsons_interval() -> None:
    mutants = [mutant("untouched", False)] * 9 + [mutant("untouched", True)]
    mutants += [mutant("number changed", n < 8) for n in range(10)] + [mutant("Negation", True)] * 10
    found = table(mutants=tuple(mutants))
    assert list(found)[-3:] == ["mutation:Negation", "mutation:number changed", "mutation:untouched"]
    one = found["mutation:number changed"]
    assert (one.value, one.count, one.better) == (0.8, 10, "higher")
    assert (one.low, one.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert found["mutation:untouched"].value == 0.1
    assert found["mutation:untouched"].better == "lower"


def mixed() -> tuple[list[Row], list[Opinion]]:
    """Return rows of every sort: right, wrong, declined, unanswerable, failed, with uneven counts."""
    rows: list[Row] = []
    opinions: list[Opinion] = []
    for n in range(30):
        quotes = [GOLD, ELSE, ("bpo", 0, "BPO is routine.")][: n % 4]
        of = case(
            f"c{n:02}", GOLD, answers=("experts",), key_facts=(("experts",), ("dear",)), kind=f"k{n % 3}"
        )
        if n % 5 == 0:
            of = case(f"c{n:02}", answerable=False, wrong=("fees differ",), kind="none")
        ranking = [Ranked(chunk_id=f"x:{m}", doc_id="x", start=m, end=m + 1, score=1.0) for m in range(n % 6)]
        one = row(of, answer(*quotes, confidence=n / 30), relevant={"x:3": 1, "y:1": 1}, ranking=ranking)
        rows.append(replace(one, answer=None, error="no") if n == 17 else one)
        opinions += [
            opinion(of.id, at, ("supported", "unsupported", "unjudged")[n % 3]) for at in range(len(quotes))
        ]
    return rows, opinions


def test_the_same_seed_gives_the_same_table_and_never_nan() -> None:
    rows, opinions = mixed()
    mutants = [mutant("untouched", False), mutant("number changed", True)]
    tables = [measure(rows, opinions, mutants, judges=["reader"], seed=seed) for seed in (3, 3, 4)]
    written = [json.dumps([asdict(one) for one in found], allow_nan=False) for found in tables]
    assert written[0] == written[1]
    assert written[0] != written[2]
    for one in tables[0]:
        ends = [value for value in (one.low, one.value, one.high) if value is not None]
        assert ends == sorted(ends), one.name
        assert all(math.isfinite(value) for value in ends)


def test_the_scores_of_cases_are_those_of_the_table() -> None:
    rows, opinions = mixed()
    scores = [case_scores(one, opinions) for one in rows]
    found = {one.name: one for one in measure(rows, opinions, [], judges=["reader"], seed=3)}
    means = ["ndcg@10", "mrr@10", "citation_precision", "citation_recall_all", "alce_recall[reader]", "right"]
    means += [
        "right:k1",
        "key_fact_recall",
        "f1",
        "f1_best",
        "wrong_shown",
        "abstain_recall",
        "false_refusal",
    ]
    for name in means:
        values = [one[name] for one in scores if name in one]
        assert len(values) == found[name].count, name
        assert sum(values) / len(values) == pytest.approx(found[name].value), name


def test_the_scores_of_one_case() -> None:
    of = case("a", GOLD, kind="number")
    one = row(of, answer(GOLD, ELSE, withheld=(withheld("x"),)))
    opinions = [opinion("a", 0, "supported"), opinion("a", 1, "unsupported"), opinion("b", 0, "supported")]
    assert case_scores(one, opinions) == {
        "citation_precision": 0.5,
        "citation_recall": 1.0,
        "citation_recall_all": 1.0,
        "localisation": 0.5,
        "alce_recall[reader]": 0.5,
        "alce_precision[reader]": 0.5,
        "groundedness[reader]": 0.5,
        "exact": 1.0,
        "right": 1.0,
        "right:number": 1.0,
        "false_refusal": 0.0,
        "withheld_rate": 1.0,
        "unverified_rate": 0.0,
        "repeat_rate": 0.0,
    }
    assert is_right(one)
    declined = row(case("c", answerable=False), answer())
    assert case_scores(declined, opinions) == {
        "right": 1.0,
        "right:question": 1.0,
        "f1": 1.0,
        "f1_best": 1.0,
        "exact_match": 1.0,
        "abstain_recall": 1.0,
    }


def test_a_case_that_nothing_was_judged_of_has_no_judged_score() -> None:
    one = row(case("a", GOLD), answer(GOLD))
    assert "groundedness[reader]" not in case_scores(one, [opinion("a", 0, "unjudged")])
    assert "groundedness[reader]" not in case_scores(one, [])
