import numpy as np
import pytest
from scipy.stats import bootstrap, ttest_rel

from eval.metrics.base.intervals import holm, interval, mcnemar, paired_bootstrap, share_interval, wilson


def test_wilson_worked_by_hand() -> None:
    # centre (0.8 + z2/20) / (1 + z2/10), z2 = 3.8415: 0.71674; half width 0.22660
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    # nothing wrong in 10: 1 / (1 + z2/10) = 0.7225
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson(0, 0) is None


def test_a_share_bootstraps_over_cases_like_the_plain_way() -> None:
    parts, wholes = [3.0, 0.0, 2.0, 4.0, 1.0, 5.0], [4.0, 1.0, 2.0, 5.0, 3.0, 5.0]

    def ratio(cases: object) -> float:
        array = np.asarray(cases)
        return float(array[:, 0].sum() / array[:, 1].sum())

    fast = share_interval(parts, wholes, 3)
    slow = interval(list(zip(parts, wholes, strict=True)), ratio, 4)
    assert fast == pytest.approx(slow, abs=0.03)  # two seeds, one distribution
    assert fast is not None
    assert fast[0] < 15 / 20 < fast[1]


def test_a_mean_agrees_with_scipy() -> None:
    values = list(np.linspace(0, 1, 40) ** 2)
    found = share_interval(values, [1.0] * 40, 1)
    wanted = bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    assert found == pytest.approx((wanted.low, wanted.high), abs=0.015)


def test_a_cluster_is_drawn_as_a_whole() -> None:
    # two cases of ten claims each, all right and all wrong: a resample holds 0, 10 or 20 right ones of 20
    assert share_interval([10.0, 0.0], [10.0, 10.0], 1) == (0.0, 1.0)


def test_where_all_agree_the_interval_is_wilsons() -> None:
    assert share_interval([1.0] * 10, [1.0] * 10, 1) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert share_interval([0.0] * 10, [1.0] * 10, 1) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert share_interval([3.0, 2.0], [3.0, 2.0], 1) == wilson(2, 2)


@pytest.mark.parametrize(
    ("parts", "wholes"), [([], []), ([1.0], [1.0]), ([0.0, 0.0], [0.0, 0.0]), ([1.0, 0.0], [2.0, 0.0])]
)
def test_one_case_or_none_has_no_interval(parts: list[float], wholes: list[float]) -> None:
    assert share_interval(parts, wholes, 1) is None


def test_any_statistic_has_an_interval_over_cases() -> None:
    assert interval([1.0], np.mean, 1) is None
    assert interval([2.0, 2.0, 2.0], np.median, 1) == (2.0, 2.0)
    low, high = interval(list(range(101)), np.median, 1) or (0, 0)
    # the rank of a median's interval is 50 give or take 1.96 * sqrt(101) / 2 = 9.8
    assert low == pytest.approx(40, abs=3)
    assert high == pytest.approx(60, abs=3)


def test_resamples_without_a_value_are_left_out_and_too_many_of_them_leave_none() -> None:
    assert interval([0.0, 1.0, 2.0], lambda drawn: max(drawn) or None, 1) == (1.0, 2.0)
    assert interval([0.0, 1.0, 2.0], lambda drawn: float("nan") if len(set(drawn)) > 1 else 1.0, 1) is None


def test_intervals_are_the_same_for_a_seed_and_not_for_another() -> None:
    values = [0.1, 0.9, 0.4, 0.7, 0.2, 0.5, 0.33]
    assert share_interval(values, [1.0] * 7, 5) == share_interval(values, [1.0] * 7, 5)
    assert share_interval(values, [1.0] * 7, 5) != share_interval(values, [1.0] * 7, 6)
    assert interval(values, np.mean, 5) == interval(values, np.mean, 5)
    assert paired_bootstrap(values, values[::-1], 5) == paired_bootstrap(values, values[::-1], 5)


def test_a_difference_is_b_less_a() -> None:
    difference, low, high, p = paired_bootstrap([0.0, 0.5, 1.0, 0.5], [0.5, 0.5, 1.0, 1.0], 1)
    assert difference == 0.25
    assert (low, high) == (0.0, 0.5)  # 0, 0.125 ... 0.5 are the means there can be
    assert p == 0.5  # two cases differ, both upwards: 2 of 4 ways are as one-sided


def test_a_sure_difference_is_found_and_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    a = list(rng.random(100))
    up = [min(1.0, value + 0.1) for value in a]
    assert paired_bootstrap(a, up, 1)[3] == pytest.approx(2 / 10_001)
    noise = [value + shift for value, shift in zip(a, rng.normal(0, 0.2, 100), strict=True)]
    found = paired_bootstrap(a, noise, 1)[3]
    assert found == pytest.approx(ttest_rel(a, noise).pvalue, abs=0.05)
    assert found > 0.05


def test_few_cases_cannot_make_a_small_p() -> None:
    assert paired_bootstrap([0.0], [1.0], 1) == (1.0, 1.0, 1.0, 1.0)
    assert paired_bootstrap([0.0] * 5, [1.0] * 5, 1)[3] == 0.0625
    assert paired_bootstrap([0.0] * 6, [1.0] * 6, 1)[3] == 0.03125


def test_runs_that_are_equal_differ_by_nothing() -> None:
    assert paired_bootstrap([0.3, 0.4], [0.3, 0.4], 1) == (0.0, 0.0, 0.0, 1.0)
    assert paired_bootstrap([], [], 1) == (0.0, 0.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="2 and 1"):
        paired_bootstrap([0.3, 0.4], [0.3], 1)


def test_mcnemar_worked_by_hand() -> None:
    assert mcnemar(0, 6) == 0.03125  # 2 / 2**6
    assert mcnemar(1, 5) == pytest.approx(14 / 64)  # 2 * (1 + 6) / 2**6
    assert mcnemar(3, 3) == 1.0
    assert mcnemar(0, 0) == 1.0


def test_holm_worked_by_hand() -> None:
    # in order .01 * 4, .02 * 3, .03 * 2 (not below .06), .5
    assert holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])
    assert holm([0.4, 0.9]) == pytest.approx([0.8, 0.9])
    assert holm([0.7, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
