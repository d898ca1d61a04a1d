"""Agreement and corrected groundedness, against figures worked out by hand."""

from collections.abc import Sequence
from typing import Final

import pytest

from assistant.core.types import Verdict
from eval.judges.agreement import Agreement, agree, lines
from eval.run.types import Label, Opinion

YES: Final = "supported"
NO: Final = "unsupported"
NONE: Final = "unjudged"


def opinion(claim: int, verdict: Verdict, *citations: int, judge: str = "reader") -> Opinion:
    return Opinion(
        case_id="one", claim=claim, judge=judge, citations=citations or (1,), verdict=verdict, score=0.5
    )


def labelled(*verdicts: Verdict) -> list[Label]:
    return [Label(case_id="one", claim=at, verdict=verdict) for at, verdict in enumerate(verdicts)]


def judged(*verdicts: Verdict) -> list[Opinion]:
    return [opinion(at, verdict) for at, verdict in enumerate(verdicts)]


def found(opinions: Sequence[Opinion], labels: Sequence[Label]) -> Agreement:
    result = agree(opinions, labels, "reader")
    assert result is not None
    return result


# ten claims, eight of them supported for the judge; a person labels the first five
TEN = judged(YES, YES, YES, YES, NO, YES, YES, YES, YES, NO)
FIVE = labelled(YES, YES, "contradicted", NO, NO)


def test_the_table_and_kappa_by_hand() -> None:
    result = found(TEN, FIVE)
    assert (result.n, result.table, result.agreed) == (5, ((2, 0), (2, 1)), 0.6)
    # chance: 2/5 * 4/5 + 3/5 * 1/5 = 0.44; (0.6 - 0.44) / (1 - 0.44)
    assert result.kappa == pytest.approx(0.16 / 0.56)
    assert result.kappa_low is not None and result.kappa_high is not None
    assert -0.5 < result.kappa_low < 0.16 / 0.56 < result.kappa_high <= 1


def test_the_corrected_share_and_its_interval_by_hand() -> None:
    result = found(TEN, FIVE)
    assert (result.judged, result.raw) == (10, 0.8)
    # label less judge: 0, 0, -1, -1, 0, mean -0.4, variance 1.2 / 4; the judge's variance 1.6 / 9
    half = 1.96 * (1.6 / 9 / 10 + 0.3 / 5) ** 0.5
    assert result.corrected == pytest.approx(0.4)
    assert result.low == 0.0 > 0.4 - half
    assert result.high == pytest.approx(0.4 + half) == pytest.approx(0.94662, abs=1e-5)


def test_unjudged_on_either_side_is_left_out_and_counted() -> None:
    opinions = judged(YES, NO, NONE, YES, NO, NONE)
    result = found(opinions, labelled(YES, NO, YES, NONE))
    assert (result.n, result.table) == (2, ((1, 0), (0, 1)))
    assert (result.unclear_to_person, result.unjudged_by_judge) == (1, 1)
    assert (result.judged, result.raw) == (4, 0.5)


def test_a_claim_counts_with_all_it_cites_and_by_the_last_label() -> None:
    opinions = [
        opinion(0, NO, 1),
        opinion(0, YES, 1, 2),
        opinion(0, NO, 2),
        opinion(0, NO, 1, 2, judge="another"),
    ]
    labels = [*labelled(NO), *labelled(YES)]
    result = found(opinions, labels)
    assert (result.table, result.raw, result.corrected) == (((1, 0), (0, 0)), 1.0, 1.0)
    assert (result.low, result.high) == (None, None)


def test_without_a_claim_judged_by_both_there_is_no_agreement() -> None:
    assert agree(judged(YES), [], "reader") is None
    assert agree(judged(YES), labelled(YES), "another") is None
    assert agree(judged(NONE), labelled(YES), "reader") is None
    assert agree(judged(YES), labelled(NONE), "reader") is None


@pytest.mark.parametrize(
    ("person", "judge", "kappa"),
    [([YES, YES], [YES, YES], None), ([YES, YES], [NO, NO], 0.0), ([YES, NO], [NO, YES], -1.0)],
)
def test_kappa_where_verdicts_do_not_vary(
    person: list[Verdict], judge: list[Verdict], kappa: float | None
) -> None:
    assert found(judged(*judge), labelled(*person)).kappa == kappa


def test_the_same_seed_gives_the_same_interval() -> None:
    mixed: list[Verdict] = [YES, NO, YES, YES, NO]
    opinions, labels = judged(*mixed * 20), labelled(*mixed[:3] * 33)
    first, again, other = (agree(opinions, labels, "reader", seed=seed) for seed in (3, 3, 4))
    assert first == again != other


def test_the_lines_say_it_in_words() -> None:
    told = lines(found([*TEN, opinion(10, NONE)], [*FIVE, Label(case_id="one", claim=10, verdict=YES)]))
    assert told[0] == "Judge reader and a person on 5 claims: they agree on 0.600."
    assert [line.split() for line in told[1:4]] == [
        ["judge:", "supported", "judge:", "not"],
        ["person:", "supported", "2", "0"],
        ["person:", "not", "2", "1"],
    ]
    assert len({len(line) for line in told[1:4]}) == 1
    assert told[4].startswith("Cohen's kappa 0.286 [")
    assert told[5:] == [
        "Groundedness by the judge 0.800 of 10 claims",
        "Groundedness corrected by the labels 0.400 [0.000, 0.947]",
        "The interval rests on 5 claims: label at least 30.",
        "Left out: 1 claim that the judge could not judge.",
    ]


def test_no_disagreement_is_no_proof() -> None:
    every: list[Verdict] = [YES] * 60
    told = lines(found(judged(*every), labelled(*every[:50])))
    assert told[4:] == [
        "Cohen's kappa is not defined: every verdict is the same.",
        "Groundedness by the judge 1.000 of 60 claims",
        "Groundedness corrected by the labels 1.000 [1.000, 1.000]",
        "No disagreement among 50 claims still leaves room for the judge to be wrong on 0.060 of them all "
        "(rule of three), which the interval does not show.",
    ]
