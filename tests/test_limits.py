import json
from pathlib import Path

import pytest

from assistant.check.pairs import Pair
from assistant.check.rules.checker import RuleChecker
from assistant.check.rules.marks import marks_lost, strengthened
from assistant.text.lexicon.contrasts import BUILT_IN, named
from assistant.text.words import tokens
from assistant.write.table.clauses import cut, doubts, first_clause

CHECKER = RuleChecker()
with (Path(__file__).resolve().parent.parent / "eval" / "bench" / "data" / "limits.jsonl").open(
    encoding="utf-8"
) as lines:
    ROWS = [json.loads(line) for line in lines]
KIND = next(group for group in BUILT_IN if "BPO" in group.terms)


def verdict(claim: str, evidence: str) -> str:
    return CHECKER.check([Pair(claim=claim, evidence=evidence)])[0].verdict


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("Tea is dear.", "If it rains, tea is dear.", "on a condition"),
        ("Tea sells well.", "Tea sells well as long as it is dry.", "on a condition"),
        ("Tea is dear.", "Suppose that tea is dear.", "only supposes"),
        ("All farms grow tea.", "All farms grow tea except the smallest.", "an exception"),
        ("The shop sells tea.", "The shop sells tea on Mondays only.", "only within a limit"),
        ("The shop closed.", "The shop was about to close.", "meant or about to happen"),
        ("Tea is dear.", "Tea is far from dear.", "denies this in other words"),
        ("Tea is dear.", "Tea would be dear.", "what would be"),
        ("The shop opened in 2030.", "The shop will open in 2030.", "of the future"),
        ("The shop is open.", "The shop was open until 1950.", "a time that is over"),
        ("Tea is dear.", "Tea used to be dear.", "a time that is over"),
    ],
)
def test_a_limit_that_is_left_out_is_named(claim: str, evidence: str, reason: str) -> None:
    found = list(marks_lost(claim, [evidence]))
    assert len(found) == 1
    assert reason in found[0]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Tea is dear when it rains.", "If it rains, tea is dear."),
        ("Suppose tea is dear.", "Suppose that tea is dear."),
        ("The shop sells tea on Mondays.", "The shop sells tea on Mondays only."),
        ("The shop was to close.", "The shop was about to close."),
        ("Tea is not dear.", "Tea is far from dear."),
        ("Tea was dear.", "Tea used to be dear."),
        ("The shop will be open in 2030.", "The shop will open in 2030."),
        ("The shop was open.", "The shop was open until 1950."),
        ("Tea is bitter.", "Tea is bitter, but it sells well if it is dry."),
        ("The mill stands here.", "The mill stands here. It would burn if lightning struck."),
        ("A lock lets boats pass.", "A lock lets boats pass even if the river is low."),
        ("Auditors test the files.", "Auditors test if the files are encrypted and read the files."),
    ],
)
def test_a_limit_that_is_kept_or_bears_on_something_else_is_no_objection(claim: str, evidence: str) -> None:
    assert list(marks_lost(claim, evidence.replace(". ", ".\n").split("\n"))) == []


@pytest.mark.parametrize(
    "evidence",
    [
        'The advert says: "Tea is dear."',
        "Critics say that tea is dear.",
        "Tea is dear, the poster claims.",
        "Tea is said to be dear.",
        "Tea is allegedly dear.",
    ],
)
def test_what_is_only_reported_is_no_fact(evidence: str) -> None:
    judged = CHECKER.check([Pair(claim="Tea is dear.", evidence=evidence)])[0]
    assert (judged.verdict, judged.reasons[0]) == (
        "unsupported",
        "The evidence gives this as somebody's statement, the claim as a fact.",
    )


def test_the_month_of_may_is_no_caution() -> None:
    assert verdict("The library opens in May.", "The library opens in May at nine.") == "supported"
    assert verdict("The library opens at nine.", "The library opens at nine in May.") == "supported"


@pytest.mark.parametrize(("part", "refused", "accepted"), [("tuning", 27, 20), ("reporting", 27, 20)])
def test_pairs_written_by_hand(part: str, refused: int, accepted: int) -> None:
    """Misses of the part "reporting" were not looked at, but its pairs share forms with those the rules were made for."""
    rows = [row for row in ROWS if row["part"] == part]
    judged = CHECKER.check([Pair(claim=row["claim"], evidence=row["evidence"]) for row in rows])
    right = [
        (row["supported"], (one.verdict == "supported") == row["supported"])
        for row, one in zip(rows, judged, strict=True)
    ]
    assert len(rows) == 56
    assert right.count((False, True)) >= refused
    assert right.count((True, True)) >= accepted


def test_every_whole_sentence_with_a_limit_is_supported() -> None:
    evidence = dict.fromkeys(row["evidence"] for row in ROWS)
    judged = CHECKER.check([Pair(claim=text, evidence=text) for text in evidence])
    assert {one.verdict for one in judged} == {"supported"}


@pytest.mark.parametrize(
    ("claim", "evidence", "word"),
    [
        ("Tea is dear if it rains.", "Tea is dear unless it rains.", "if"),
        ("Prices rose because it rained.", "Prices rose after it rained.", "because"),
        ("All farms grow tea.", "Farms grow tea.", "All"),
        ("Prices rose because it rained.", "Prices rose as it rained.", None),
    ],
)
def test_a_word_that_says_more_than_the_evidence(claim: str, evidence: str, word: str | None) -> None:
    assert strengthened(tokens(claim), tokens(evidence)) == (word.lower() if word else None)


def test_a_table_cell_keeps_a_limit_that_may_hold_for_both_sides() -> None:
    plain = "BPO needs trained staff, while KPO needs subject experts."
    spans = cut(plain, KIND, ("BPO", "KPO"))
    assert spans is not None
    assert [plain[start:end] for start, end in spans] == [
        "BPO needs trained staff",
        "KPO needs subject experts.",
    ]
    assert cut(f"{plain[:-1]}, if the contract is long.", KIND, ("BPO", "KPO")) is None
    assert cut(f"Myth: {plain}", KIND, ("BPO", "KPO")) is None
    assert doubts("A common error: ")
    assert not doubts("Skills: ")


def test_a_clause_about_one_side_keeps_its_time() -> None:
    timed = "KPO needs few subject experts while wages are low."
    assert first_clause(timed, named(timed, KIND)[0]) == len(timed)
    against = "KPO needs subject experts, while factories need engineers."
    assert against[: first_clause(against, named(against, KIND)[0])] == "KPO needs subject experts"
