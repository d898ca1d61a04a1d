import json
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from assistant.check.pairs import Once, Pair
from assistant.check.rules.checker import RuleChecker
from assistant.core.types import Judgement
from eval.judges.mutate import swap_subjects

EVIDENCE = (
    "BPO tasks are easy to define and need only basic training, whereas KPO tasks call for more expertise. "
    "The benchmark firm SQM puts average FCR at 70 per cent."
)
CHECKER = RuleChecker()


def pairs_of(name: str) -> list[Pair]:
    """Read pairs written by hand: true restatements of sentences of the articles, or wrong ones."""
    with (Path(__file__).resolve().parent.parent / "eval" / "bench" / "data" / f"{name}.jsonl").open(
        encoding="utf-8"
    ) as lines:
        rows = [json.loads(line) for line in lines]
    return [Pair(claim=row["claim"], evidence=row["evidence"]) for row in rows]


PARAPHRASES = pairs_of("paraphrases")
DISTORTIONS = pairs_of("distortions")


def defines(claim: str) -> bool:
    return "process outsourcing" in claim.lower() and re.search(r"\b[BK]PO\b", claim) is not None


def verdict(claim: str, evidence: str = EVIDENCE) -> str:
    return CHECKER.check([Pair(claim=claim, evidence=evidence)])[0].verdict


def test_whole_sentences_are_supported_with_certainty() -> None:
    judged = CHECKER.check(
        [Pair(claim="The benchmark firm SQM puts average FCR at 70 per cent", evidence=EVIDENCE)]
    )
    assert (judged[0].verdict, judged[0].score) == ("supported", 1.0)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("BPO tasks are easy to define.", "supported"),
        ("KPO tasks call for expertise.", "supported"),
        ("BPO tasks call for more expertise.", "contradicted"),
        ("SQM puts average FCR at 80 per cent.", "contradicted"),
        ("BPO tasks are hard to define.", "contradicted"),
        ("Gartner puts average FCR at 70 per cent.", "unsupported"),
        ("Whales sing at night.", "unsupported"),
        ("KPO tasks call for more expertise. BPO tasks call for more expertise.", "contradicted"),
        ("", "unjudged"),
        ("\u77e5\u8b58 12", "unjudged"),
    ],
)
def test_verdicts(claim: str, expected: str) -> None:
    assert verdict(claim) == expected


def test_no_evidence_cannot_be_judged() -> None:
    assert verdict("BPO tasks are easy.", "") == "unjudged"


def test_a_reason_names_both_figures() -> None:
    judged = CHECKER.check([Pair(claim="SQM puts average FCR at 60 %.", evidence=EVIDENCE)])[0]
    assert judged.reasons[0] == "The claim says 60 %, the evidence says 70 per cent."
    assert judged.score <= 0.05


def test_order_is_kept() -> None:
    pairs = [
        Pair(claim="", evidence=EVIDENCE),
        Pair(claim="BPO tasks are easy to define.", evidence=EVIDENCE),
    ]
    assert [item.verdict for item in CHECKER.check(pairs)] == ["unjudged", "supported"]
    assert CHECKER.check([]) == []


def test_min_support_withholds_what_scores_lower() -> None:
    strict = RuleChecker(min_support=1.1)
    judged = strict.check([Pair(claim="BPO tasks are easy to define.", evidence=EVIDENCE)])[0]
    assert judged.verdict == "unsupported"


def test_honest_paraphrases_mostly_pass() -> None:
    judged = CHECKER.check(PARAPHRASES)
    passed = sum(item.verdict == "supported" for item in judged)
    assert len(PARAPHRASES) >= 200
    assert passed >= 0.8 * len(PARAPHRASES)


def test_wrong_restatements_are_mostly_refused() -> None:
    judged = CHECKER.check(DISTORTIONS)
    refused = sum(item.verdict != "supported" for item in judged)
    assert len(DISTORTIONS) >= 60
    assert refused >= 0.85 * len(DISTORTIONS)


@pytest.mark.parametrize("part", ["tuning", "reporting"])
def test_what_stands_beside_another_statement_is_not_mixed_with_it(part: str) -> None:
    with (Path(__file__).resolve().parent.parent / "eval" / "bench" / "data" / "clauses.jsonl").open(
        encoding="utf-8"
    ) as lines:
        rows = [row for row in map(json.loads, lines) if row["part"] == part]
    judged = CHECKER.check([Pair(claim=row["claim"], evidence=row["evidence"]) for row in rows])
    passed = {
        good: [
            row["claim"]
            for row, item in zip(rows, judged, strict=True)
            if row["supported"] is good and item.verdict == "supported"
        ]
        for good in (True, False)
    }
    assert passed[False] == []
    assert len(passed[True]) >= 0.9 * sum(row["supported"] for row in rows)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Coffee is grown in Assam.", "unsupported"),
        ("Brazil grows coffee.", "supported"),
        ("Tea and coffee are grown in Assam and Brazil.", "supported"),
    ],
)
def test_subjects_that_no_table_lists_are_kept_apart(claim: str, expected: str) -> None:
    assert verdict(claim, "Tea is grown in Assam, whereas coffee is grown in Brazil.") == expected
    assert verdict(claim, "Tea is grown in Assam. Coffee is grown in Brazil.") == expected


@pytest.mark.parametrize("opening", ["In 2015", "Since 2015", "In India", "According to Rediff"])
def test_an_opening_phrase_belongs_to_both_sides(opening: str) -> None:
    evidence = f"{opening}, BPO staff followed fixed rules, whereas KPO staff used their judgement."
    assert verdict(f"{opening}, KPO staff used their judgement.", evidence) == "supported"
    assert verdict(f"{opening}, BPO staff followed fixed rules.", evidence) == "supported"
    assert verdict(f"{opening}, BPO staff used their judgement.", evidence) != "supported"


def test_a_window_that_covers_less_does_not_clear_a_contradiction() -> None:
    evidence = "KPO providers in India pay clerks less. Providers pay clerks."
    assert verdict("KPO providers in India pay clerks more.", evidence) == "contradicted"
    assert verdict("KPO providers in India pay clerks less.", evidence) == "supported"


def test_paraphrases_with_exchanged_subjects_never_pass() -> None:
    wrong = [(swap_subjects(pair.claim, Random(0)), pair.evidence) for pair in PARAPHRASES]
    pairs = [Pair(claim=claim, evidence=evidence) for claim, evidence in wrong if claim]
    pairs = [pair for pair in pairs if not defines(pair.claim)]  # term and long form exchanged: true again
    assert len(pairs) >= 60
    assert [
        pair.claim
        for pair, item in zip(pairs, CHECKER.check(pairs), strict=True)
        if item.verdict == "supported"
    ] == []


def test_a_pair_is_judged_once_however_often_it_comes_up() -> None:
    asked: list[Pair] = []

    class Counting(RuleChecker):
        def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
            asked.extend(pairs)
            return super().check(pairs)

    good = Pair(claim="KPO needs experts.", evidence="KPO needs experts.")
    bad = Pair(claim="KPO needs nine experts.", evidence="KPO needs two experts.")
    once = Once(Counting())
    assert [one.verdict for one in once.check([good, bad, good])] == [
        "supported",
        "contradicted",
        "supported",
    ]
    assert [one.verdict for one in once.check([bad])] == ["contradicted"]
    assert asked == [good, bad]
