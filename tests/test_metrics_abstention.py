import pytest
from runs import answer, case, row
from sklearn.metrics import roc_auc_score

from eval.metrics.abstention import METRICS, aurc, auroc, declining_f1, risk_at, risk_curve
from eval.metrics.base.risk import Point
from eval.metrics.base.statistic import Statistic
from eval.run.types import Measure, Row

GOLD = ("kpo", 100, "KPO needs experts.")
ELSE = ("kpo", 300, "Fees differ.")


def asked(
    name: str, confidence: float, *, answerable: bool = True, cites: tuple[str, int, str] | None = None
) -> Row:
    """Return a row: answerable ones have GOLD as gold; `cites` is the quotation shown, None for declined."""
    of = case(name, GOLD) if answerable else case(name, answerable=False)
    quotes = () if cites is None else (cites,)
    return row(of, answer(*quotes, confidence=confidence))


ROWS = [
    asked("a", 0.9, cites=GOLD),  # right
    asked("b", 0.8, cites=ELSE),  # wrong
    asked("c", 0.7, answerable=False, cites=ELSE),  # answered, wrongly
    asked("d", 0.6, cites=GOLD),  # right
    asked("e", 0.5, cites=GOLD),  # right
    asked("f", 0.2),  # refused, wrongly
    asked("g", 0.3, answerable=False),  # declined, rightly
    asked("h", 0.1, answerable=False),  # declined, rightly
]


def of(rows: list[Row]) -> dict[str, Measure]:
    return {metric.name: metric.measure(rows, 7) for metric in METRICS}


def test_declining_worked_by_hand() -> None:
    found = of(ROWS)
    assert found["abstain_precision"].value == pytest.approx(2 / 3)  # of f, g, h
    assert found["abstain_recall"].value == pytest.approx(2 / 3)  # of c, g, h
    assert found["abstain_f1"].value == pytest.approx(2 / 3)
    assert found["false_refusal"].value == pytest.approx(1 / 5)
    counts = {name: found[name].count for name in ("abstain_precision", "abstain_recall", "false_refusal")}
    assert counts == {"abstain_precision": 3, "abstain_recall": 3, "false_refusal": 5}
    assert found["abstain_f1"].count == 4  # c, f, g, h: neither answered rightly nor asked in vain
    assert (found["false_refusal"].better, found["abstain_f1"].better) == ("lower", "higher")


def test_f1_of_declining() -> None:
    assert declining_f1([(True, True), (True, False), (True, False)]) == 0.5
    assert declining_f1([(True, False)]) == 0.0
    assert declining_f1([]) is None


def test_auroc_worked_by_hand_and_by_scikit_learn() -> None:
    # answerable .9 .8 .6 .5 .2, others .7 .3 .1: above in 3 + 3 + 2 + 2 + 1 of 15 pairs
    assert of(ROWS)["auroc"].value == pytest.approx(11 / 15)
    pairs = [(0.5, True), (0.5, False), (0.9, True), (0.1, False), (0.5, False), (0.2, True)]
    wanted = roc_auc_score([known for _, known in pairs], [score for score, _ in pairs])
    assert auroc(pairs) == pytest.approx(wanted)
    assert auroc([(1.0, True), (1.0, False)]) == 0.5
    assert auroc([(1.0, True)]) is None
    assert auroc([(1.0, False)]) is None


def test_the_risk_coverage_curve_worked_by_hand() -> None:
    # answerable answered so far over 5, wrong over shown so far; f, g and h are shown at no threshold
    assert risk_curve(ROWS) == [
        Point(threshold=0.9, coverage=0.2, shown=1, wrong=0),
        Point(threshold=0.8, coverage=0.4, shown=2, wrong=1),
        Point(threshold=0.7, coverage=0.4, shown=3, wrong=2),
        Point(threshold=0.6, coverage=0.6, shown=4, wrong=2),
        Point(threshold=0.5, coverage=0.8, shown=5, wrong=2),
    ]
    found = of(ROWS)
    assert found["aurc"].value == pytest.approx((0 + 0.5 + 0.5 + 0.4) / 4)
    assert found["risk@0.5"].value == 0.5
    assert found["risk@0.7"].value == pytest.approx(0.4)
    assert found["risk@0.9"].value is None  # f is declined whatever the threshold
    assert found["risk@0.9"].low is None
    counts = [found[name].count for name in ("aurc", "risk@0.5", "risk@0.7", "risk@0.9")]
    assert counts == [8, 4, 5, 0]  # all cases; the answers shown at .6 and at .5; none
    assert found["aurc"].better == "lower"


def test_a_right_abstention_costs_nothing_anywhere() -> None:
    before, after = of(ROWS[:6]), of(ROWS)
    for name in ("aurc", "risk@0.5", "risk@0.7", "false_refusal"):
        assert after[name].value == before[name].value
    assert (before["abstain_precision"].value, before["abstain_recall"].value) == (0.0, 0.0)


def test_all_declined() -> None:
    found = of([asked("a", 0.2), asked("b", 0.1, answerable=False)])
    assert found["abstain_precision"].value == 0.5
    assert found["abstain_recall"].value == 1.0
    assert found["false_refusal"].value == 1.0
    assert found["auroc"].value == 1.0
    for name in ("aurc", "risk@0.5", "risk@0.7", "risk@0.9"):
        assert found[name].value is None
    assert risk_curve([asked("a", 0.2)]) == []


def test_nothing_asked_and_nothing_declined() -> None:
    assert {measure.value for measure in of([]).values()} == {None}
    assert {measure.count for measure in of([]).values()} == {0}
    found = of([asked("a", 0.9, cites=GOLD), asked("b", 0.8, cites=GOLD)])
    assert found["abstain_precision"].value is None
    assert found["abstain_f1"].value is None
    assert found["false_refusal"].value == 0.0
    assert found["risk@0.9"].value == 0.0


def test_no_mistake_among_few_is_no_certainty() -> None:
    found = of([asked(f"a{n}", n / 20, cites=GOLD) for n in range(1, 11)])
    assert (found["risk@0.9"].value, found["risk@0.9"].count) == (0.0, 9)
    assert (found["risk@0.9"].low, found["risk@0.9"].high) == pytest.approx((0.0, 0.2992), abs=1e-4)  # Wilson
    assert (found["aurc"].value, found["aurc"].low, found["aurc"].high) == (0.0, None, None)


def test_unanswerable_ones_alone() -> None:
    found = of([asked("a", 0.9, answerable=False, cites=ELSE), asked("b", 0.8, answerable=False)])
    assert found["auroc"].value is None
    assert found["aurc"].value is None  # there is no coverage without answerable questions
    assert found["risk@0.5"].value is None
    assert found["abstain_recall"].value == 0.5


def test_failed_rows_are_not_on_the_curve() -> None:
    failed = Row(case=case("z", GOLD), answer=answer(ELSE, confidence=1.0), error="It broke.")
    assert risk_curve([*ROWS, failed]) == risk_curve(ROWS)


def test_a_statistics_about_is_its_functions() -> None:
    named = {metric.name: metric for metric in METRICS if isinstance(metric, Statistic)}
    assert named["aurc"].of is aurc
    assert of(ROWS)["risk@0.5"].about == (risk_at.__doc__ or "").split("\n")[0]
