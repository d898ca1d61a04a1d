import pytest
from runs import answer, case, citation, claim, row

from assistant.core.types import Answer, Verdict
from eval.metrics.base.metric import Count
from eval.metrics.grounding import Verdicts, alce_precision, alce_recall, exact, groundedness
from eval.run.types import Opinion

A, B, C = ("kpo", 0, "KPO needs experts."), ("kpo", 50, "Experts cost more."), ("bpo", 0, "BPO is routine.")


def drafted(*cited: tuple[int, ...]) -> Answer:
    """Return an answer whose claims cite these numbers."""
    claims = tuple(claim(f"Claim {at}.", *numbers, origin="model") for at, numbers in enumerate(cited))
    return answer(A, B, C, claims=claims)


def said(claim_at: int, citations: tuple[int, ...], verdict: Verdict, judge: str = "reader") -> Opinion:
    return Opinion(
        case_id="one", claim=claim_at, judge=judge, citations=citations, verdict=verdict, score=0.5
    )


def measured(metric: object, given: Answer, *opinions: Opinion, judge: str = "reader") -> Count | None:
    return metric(row(case(), given), verdicts=Verdicts(opinions), judge=judge)  # type: ignore[operator, no-any-return]


def test_alce_recall_is_the_share_of_claims_entailed_by_all_they_cite() -> None:
    found = measured(
        alce_recall,
        drafted((1,), (1, 2), (3,), ()),
        said(0, (1,), "supported"),
        said(1, (2, 1), "supported"),  # in whatever order
        said(1, (1,), "unsupported"),
        said(2, (3,), "contradicted"),
        said(3, (), "supported"),  # by the passages: it cites nothing all the same
    )
    assert found == Count(part=0.5, whole=1.0, unjudged=0)


def test_alce_recall_leaves_out_what_the_judge_could_not_tell() -> None:
    found = measured(
        alce_recall, drafted((1,), (2,), (3,)), said(0, (1,), "supported"), said(1, (2,), "unjudged")
    )
    assert found == Count(part=1.0, whole=1.0, unjudged=2)
    assert measured(alce_recall, drafted((1,))) == Count(part=0.0, whole=0.0, unjudged=1)


@pytest.mark.parametrize(
    ("alone_1", "alone_2", "share"),
    [
        ("supported", "supported", 1.0),  # either would do: both carry it
        ("supported", "unsupported", 0.5),  # the second is spare: the first does without it
        ("unsupported", "unsupported", 1.0),  # only together: both are needed
    ],
)
def test_alce_precision_drops_citations_that_can_be_spared(
    alone_1: Verdict, alone_2: Verdict, share: float
) -> None:
    # of two citations the rest without one is the other alone
    found = measured(
        alce_precision,
        drafted((1, 2)),
        said(0, (1, 2), "supported"),
        said(0, (1,), alone_1),
        said(0, (2,), alone_2),
    )
    assert found == Count(part=share)


def test_alce_precision_with_three_citations_leaves_one_out() -> None:
    found = measured(
        alce_precision,
        drafted((1, 2, 3)),
        said(0, (1, 2, 3), "supported"),
        *(said(0, (n,), "unsupported") for n in (1, 2, 3)),
        said(0, (2, 3), "unsupported"),  # without 1 it fails: 1 is needed
        said(0, (1, 3), "supported"),  # 2 and 3 can be spared
        said(0, (1, 2), "supported"),
    )
    assert found == Count(part=1 / 3)


def test_alce_precision_is_over_an_answers_citations_and_nought_where_the_claim_is_not_entailed() -> None:
    found = measured(
        alce_precision,
        drafted((1,), (1, 2, 3), ()),
        said(0, (1,), "supported"),
        said(1, (1, 2, 3), "unsupported"),
        said(1, (1,), "supported"),
    )
    assert found == Count(part=0.25)


def test_alce_precision_counts_apart_what_stays_open() -> None:
    found = measured(
        alce_precision,
        drafted((1, 2), (3,)),
        said(0, (1, 2), "supported"),
        said(0, (1,), "supported"),
        said(0, (2,), "unjudged"),
        said(1, (3,), "unjudged"),
    )
    # 1 carries the claim alone; whether 2 does is not known, and 1 does without it; 3 was not judged
    assert found == Count(part=1.0, whole=1.0, unjudged=2)
    assert measured(alce_precision, drafted(())) is None


def test_groundedness_is_the_share_of_claims_found_supported() -> None:
    found = measured(
        groundedness,
        drafted((1,), (1, 2), (), (3,)),
        said(0, (1,), "supported"),
        said(1, (1, 2), "contradicted"),
        said(2, (), "supported"),  # by the passages
        said(3, (3,), "unjudged"),
    )
    assert found == Count(part=2, whole=3, unjudged=1)


def test_each_judge_is_heard_alone() -> None:
    opinions = [said(0, (1,), "supported"), said(0, (1,), "unsupported", "other")]
    assert measured(groundedness, drafted((1,)), *opinions) == Count(part=1, whole=1)
    assert measured(groundedness, drafted((1,)), *opinions, judge="other") == Count(part=0, whole=1)
    assert measured(groundedness, drafted((1,)), *opinions, judge="none") == Count(
        part=0, whole=0, unjudged=1
    )


@pytest.mark.parametrize("metric", [alce_recall, alce_precision, groundedness])
def test_declined_and_missing_answers_are_left_out(metric: object) -> None:
    assert measured(metric, answer()) is None
    assert metric(row(case(), None), verdicts=Verdicts(), judge="reader") is None  # type: ignore[operator]


def test_a_quotation_is_exact_or_it_is_not() -> None:
    quotes = (
        claim("KPO needs experts.", 1),
        claim("KPO needs  experts.\nExperts cost more.", 1, 2),  # white space aside
        claim("KPO needs many experts.", 1),
        claim("Experts cost more.", 1),  # the wrong pointer
        claim("Nothing.", 9),  # a number that is no citation
        claim("Experts are dear.", 2, origin="model"),  # no quotation
    )
    assert exact(row(case(), answer(A, B, claims=quotes))) == Count(part=2, whole=5)
    assert exact(row(case(), drafted((1,)))) is None
    assert exact(row(case(), answer())) is None
    assert citation(1, A).quote == "KPO needs experts."
