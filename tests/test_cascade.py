"""A stronger checker decides where the embedded judge is not sure: both ways, in one call; what a rule decided stands."""

from collections.abc import Sequence

import pytest

from assistant.check.cascade.cascade import CascadeChecker
from assistant.check.pairs import Pair
from assistant.core.types import Judgement, Verdict


class Says:
    """A checker with a judgement for each claim, which notes its calls."""

    def __init__(self, **judgements: Judgement) -> None:
        self.name = "says"
        self.judgements = judgements
        self.calls: list[list[str]] = []

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        self.calls.append([pair.claim for pair in pairs])
        return [self.judgements[pair.claim] for pair in pairs]


def judged(verdict: Verdict, score: float, *, final: bool = False) -> Judgement:
    return Judgement(verdict=verdict, score=score, reasons=("first",), final=final)


def pairs(*claims: str) -> list[Pair]:
    return [Pair(claim=claim, evidence="It is so.") for claim in claims]


FIRST = Says(
    sure=judged("supported", 0.99),
    likely=judged("unverified", 0.7),
    accepted=judged("supported", 0.9),
    refused=judged("unsupported", 0.2),
    denied=judged("contradicted", 0.01),
    vetoed=judged("contradicted", 0.05, final=True),
)


def cascade(second: Says) -> CascadeChecker:
    return CascadeChecker(FIRST, second, sure=0.95)


def test_the_second_verdict_counts_both_ways_and_comes_in_one_call() -> None:
    second = Says(
        likely=judged("supported", 1.0),
        accepted=judged("contradicted", 0.0),
        refused=judged("supported", 1.0),
        denied=judged("unsupported", 0.0),
    )
    found = cascade(second).check(pairs("sure", "likely", "accepted", "refused", "denied", "vetoed"))
    assert [item.verdict for item in found] == [
        "supported", "supported", "contradicted", "supported", "unsupported", "contradicted",
    ]  # fmt: skip
    assert second.calls == [["likely", "accepted", "refused", "denied"]]


def test_nothing_in_doubt_asks_nobody() -> None:
    second = Says()
    cascade(second).check(pairs("sure", "vetoed"))
    assert second.calls == []


def test_a_pair_is_put_to_the_second_once() -> None:
    second = Says(likely=judged("supported", 1.0))
    checker = cascade(second)
    assert [checker.check(pairs("likely", "likely"))[0].verdict for _ in range(3)] == ["supported"] * 3
    assert second.calls == [["likely"]]


@pytest.mark.parametrize(
    ("claim", "verdict"), [("likely", "unverified"), ("accepted", "unverified"), ("refused", "unsupported")]
)
def test_where_the_second_cannot_tell_nothing_becomes_surer(claim: str, verdict: str) -> None:
    silent = Judgement(verdict="unjudged", score=0.0, reasons=("It broke off.",))
    found = cascade(Says(**{claim: silent})).check(pairs(claim))[0]
    assert (found.verdict, found.reasons) == (verdict, ("first", "It broke off."))


def test_what_could_not_be_judged_is_asked_again() -> None:
    second = Says(likely=Judgement(verdict="unjudged", score=0.0))
    checker = cascade(second)
    checker.check(pairs("likely"))
    checker.check(pairs("likely"))
    assert second.calls == [["likely"], ["likely"]]
