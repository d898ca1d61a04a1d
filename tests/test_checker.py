"""What this machine judges by itself: quotations, what the rules let through, what is likely, what is vetoed."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.check.checker import EvidenceChecker
from assistant.check.pairs import Once, Pair, at_once
from assistant.check.rules.checker import RuleChecker
from assistant.check.rules.order.inverted import reordered
from assistant.core.settings import load_settings
from assistant.core.types import Judgement
from assistant.models.chat.gguf.weights import find_weights
from assistant.models.judge.judge import Case, LateJudge, Opinion, card, load_judge, whole_words

EVIDENCE = "KPO needs people with specialist knowledge. Attrition may be high in BPO."


class Fixed:
    """A judge of one opinion, which notes what it is asked."""

    def __init__(self, support: float, denial: float = 0.0, weak: tuple[tuple[int, int], ...] = ()) -> None:
        self.opinion = Opinion(support=support, denial=denial, weak=weak)
        self.missing = ""
        self.asked: list[Case] = []

    def opinions(self, cases: Sequence[Case]) -> list[Opinion]:
        self.asked += cases
        return [self.opinion] * len(cases)


def checked(claim: str, evidence: str, judge: Fixed, **values: str) -> Judgement:
    checker = EvidenceChecker(RuleChecker(), judge)
    checker.thresholds = {"supported": 0.8, "unverified": 0.5}
    return checker.check([Pair(claim=claim, evidence=evidence, **values)])[0]


FREE = "Specialist knowledge of its people is what a KPO lives by."  # as the rules never let through


@pytest.mark.parametrize(
    "claim",
    [
        "KPO needs people with specialist knowledge.",
        "KPO needs people with specialist knowledge",
        "- KPO needs people with specialist knowledge. Attrition may be high in BPO.",
    ],
)
def test_a_quotation_needs_no_judge(claim: str) -> None:
    judge = Fixed(0.0)
    found = checked(claim, EVIDENCE, judge)
    assert (found.verdict, found.score, judge.asked) == ("supported", 1.0, [])


def test_a_part_of_a_sentence_is_no_quotation() -> None:
    judge = Fixed(0.1)
    assert checked("Attrition is high in BPO.", EVIDENCE, judge).verdict == "unsupported"
    assert len(judge.asked) == 1


def test_what_the_rules_let_through_is_supported() -> None:
    found = checked("KPO requires people with specialist knowledge.", EVIDENCE, Fixed(0.1))
    assert (found.verdict, found.final, found.reasons) == ("supported", False, ())


@pytest.mark.parametrize(
    ("support", "verdict"),
    [(0.5, "supported"), (0.49, "unverified"), (0.25, "unverified"), (0.24, "unsupported")],
)
def test_what_the_rules_let_through_in_another_order_needs_a_judge_that_holds_it_likely(
    support: float, verdict: str
) -> None:
    said = "Minutes taken by the secretary are to be signed by the president."
    judge = Fixed(support)
    found = checked("The secretary signs the minutes that the president has taken.", said, judge)
    assert (found.verdict, len(judge.asked)) == (verdict, 1)
    assert bool(found.reasons) == (verdict != "supported")


@pytest.mark.parametrize(
    ("claim", "evidence", "differs"),
    [
        ("Students supervise nurses.", "Nurses supervise students.", True),
        ("Nurses are supervised by students.", "Nurses supervise students.", True),
        ("Nurses supervise students.", "On this ward nurses supervise students with care.", False),
        ("Nurses supervise students.", "Students sleep. Nurses supervise students.", False),
    ],
)
def test_words_in_another_order(claim: str, evidence: str, differs: bool) -> None:
    assert reordered(claim, evidence) is differs


def test_what_the_rules_let_through_needs_no_judge() -> None:
    judge = Fixed(0.1)
    checked("KPO requires people with specialist knowledge.", EVIDENCE, judge)
    assert judge.asked == []


@pytest.mark.parametrize(
    ("support", "verdict"), [(0.5, "unverified"), (0.79, "unverified"), (0.4, "unsupported")]
)
def test_what_they_do_not_let_through_may_be_likely(support: float, verdict: str) -> None:
    found = checked(FREE, EVIDENCE, Fixed(support, weak=((0, 11),)))
    assert (found.verdict, found.final, found.weak) == (verdict, False, ((0, 11),))
    assert found.reasons
    assert found.score <= support


def test_what_the_judge_is_sure_of_is_supported() -> None:
    found = checked(FREE, EVIDENCE, Fixed(0.8, weak=((0, 11),)))
    assert (found.verdict, found.score, found.reasons, found.weak) == ("supported", 0.8, (), ())


def test_the_quick_part_and_a_judge_that_is_missing_support_nothing_more() -> None:
    judge = Fixed(1.0)
    pair = Pair(claim=FREE, evidence=EVIDENCE)
    quick = at_once(EvidenceChecker(RuleChecker(), judge)).check([pair])[0]
    assert (quick.verdict, judge.asked) == ("unsupported", [])
    nowhere = load_settings(data_dir=Path("/nowhere"))
    missing = LateJudge(nowhere, usual=Path("/nowhere"))
    found = EvidenceChecker(RuleChecker(), missing).check([pair])[0]
    assert found.verdict == "unsupported"
    assert found.reasons[-1] == "The judge is not on this machine: run `bpo-kpo setup`."


def test_a_veto_stands_however_sure_the_judge() -> None:
    found = checked("BPO needs 30 people.", "BPO needs 40 people.", Fixed(1.0))
    assert (found.verdict, found.final) == ("contradicted", True)
    assert found.score <= 0.05
    assert found.reasons == ("The evidence does not say “30”, but “40”.",)


def test_a_doubt_keeps_a_claim_from_being_likely_and_leaves_it_to_a_stronger_checker() -> None:
    found = checked("The two of them, with 77 staff, moved in spring.", "They moved in spring.", Fixed(1.0))
    assert (found.verdict, found.final) == ("unsupported", False)
    assert found.reasons[0] == "The evidence does not say “77”."


def test_the_judge_is_given_the_question() -> None:
    judge = Fixed(0.9)
    checked(FREE, EVIDENCE, judge, question="What does KPO need?")
    assert judge.asked == [(FREE, EVIDENCE, "What does KPO need?")]


@pytest.mark.parametrize(
    ("claim", "evidence"), [("...", EVIDENCE), ("KPO is dear.", " \n "), ("12", EVIDENCE)]
)
def test_nothing_to_judge(claim: str, evidence: str) -> None:
    assert checked(claim, evidence, Fixed(1.0)).verdict == "unjudged"


def test_what_a_lead_in_takes_back_is_not_quoted() -> None:
    evidence = "It is a myth that:\n- Ports are ruled by ghosts."
    found = checked("Ports are ruled by ghosts.", evidence, Fixed(1.0))
    assert (found.verdict, found.final) == ("unsupported", True)


def test_a_question_states_nothing() -> None:
    found = checked("KPO is dear.", "Is it true that KPO is dear?", Fixed(1.0))
    assert (found.verdict, found.final) == ("unsupported", True)


def test_a_pair_that_comes_again_is_asked_once() -> None:
    judge = Fixed(0.9)
    once = Once(EvidenceChecker(RuleChecker(), judge))
    pair = Pair(claim=FREE, evidence=EVIDENCE)
    assert once.check([pair, pair]) == once.check([pair]) * 2
    assert len(judge.asked) == 1


def test_weak_words_are_whole() -> None:
    assert whole_words("a specialist degree", [(4, 6), (7, 12)]) == ((2, 12),)
    assert whole_words("a specialist degree", [(2, 5), (13, 15)]) == ((2, 19),)


def opinions(cases: list[Case]) -> Sequence[Opinion]:
    found = LateJudge(load_settings()).opinions(cases)
    assert found is not None, "run `bpo-kpo setup`"
    return found


def test_the_weights_judge_plain_cases() -> None:
    evidence = "The harbour of Vell opened in 1904. A ferry has linked it with Moor since 1931."
    cases = [
        ("Vell's harbour was opened in 1904.", evidence, ""),
        ("Since 1931 there has been a ferry between Vell and Moor.", evidence, ""),
        ("Vell's harbour was closed in 1904.", evidence, ""),
        ("The harbour of Moor has a lighthouse.", evidence, ""),
    ]
    first, second, third, fourth = (item.support for item in opinions(cases))
    assert min(first, second) > max(third, fourth)


def test_the_order_and_company_of_cases_do_not_change_the_opinion() -> None:
    cases = [
        ("Vell has a harbour.", "The harbour of Vell opened in 1904.", ""),
        ("Moor is a town.", "Moor is old. " * 30, ""),
    ]
    alone = [opinions([case])[0].support for case in cases]
    together = [item.support for item in opinions(cases[::-1])][::-1]
    assert together == pytest.approx(alone, abs=0.02)


def test_a_copy_that_is_damaged_is_made_anew(tmp_path: Path) -> None:
    published = find_weights(load_settings())
    assert published is not None, "run `bpo-kpo setup`"
    linked = tmp_path / published.name
    linked.symlink_to(published)
    copy = tmp_path / f"judge-{card()['sha256'][:16]}.xml"
    copy.write_text("<net")
    load_judge.cache_clear()
    case = ("Vell has a harbour.", "The harbour of Vell opened in 1904.", "")
    assert load_judge(linked).opinions([case])[0].support > 0
    assert copy.stat().st_size > 100_000
    assert copy.with_suffix(".bin").stat().st_size > 100_000_000
    load_judge.cache_clear()
