import pytest

from assistant.cite import halves, necessary
from assistant.verify import RuleChecker

CHECKER = RuleChecker(None)
BPO = "BPO aims at lower operating costs."
KPO = "KPO aims at creating value by means of special knowledge."
OTHER = "Whales sing at night."


def test_one_sentence_is_enough_where_it_carries_the_claim() -> None:
    assert necessary(CHECKER, "KPO aims at creating value.", [OTHER, KPO, BPO]) == [1]


def test_each_half_may_rest_on_a_sentence_of_its_own() -> None:
    claim = "BPO aims at lower operating costs, while KPO aims at creating value."
    assert necessary(CHECKER, claim, [KPO, OTHER, BPO]) == [0, 2]
    assert necessary(CHECKER, "While BPO aims at lower costs, KPO aims at creating value.", [BPO, KPO]) == [
        0,
        1,
    ]


def test_a_claim_with_one_half_unsupported_has_no_citations() -> None:
    claim = "BPO aims at lower operating costs, while KPO aims at higher wages."
    assert necessary(CHECKER, claim, [BPO, KPO]) == []
    assert necessary(CHECKER, "KPO aims at lower operating costs.", [BPO, KPO]) == []
    assert necessary(CHECKER, "KPO aims at creating value.", []) == []


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("BPO is cheap work, whereas KPO is dear work.", ["BPO is cheap work.", "KPO is dear work."]),
        ("While BPO is cheap work, KPO is dear work.", ["BPO is cheap work.", "KPO is dear work."]),
        ("KPO is dear work.", []),
        ("KPO is dear; BPO is not.", []),
    ],
)
def test_halves(claim: str, expected: list[str]) -> None:
    assert halves(claim) == expected
