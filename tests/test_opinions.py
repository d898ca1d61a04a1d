"""Every shown claim gets its opinions, in a fixed order, and nothing is judged twice."""

from collections.abc import Sequence
from pathlib import Path

from helpers import settings_in
from runs import answer, case, claim, passage, row

from assistant.check.pairs import Pair
from eval.judges.judge import Said
from eval.judges.load import load_judges
from eval.judges.opinions import gather, subsets
from eval.run.types import Opinion

TEA, MILK, RAIN = ("drinks", 0, "Tea is hot."), ("drinks", 12, "Milk is cold."), ("rain", 0, "Rain is wet.")


class Noting:
    """A judge that notes what it is asked and holds what has "hot" in it supported."""

    def __init__(self, name: str = "noting") -> None:
        self.name = name
        self.asked: list[Pair] = []

    def judge(self, pairs: Sequence[Pair]) -> list[Said]:
        self.asked += pairs
        return [
            ("supported" if "hot" in pair.evidence else "unsupported", 0.5, pair.evidence) for pair in pairs
        ]


def shown(opinions: Sequence[Opinion]) -> list[tuple[str, int, tuple[int, ...], str, str | None]]:
    return [(item.case_id, item.claim, item.citations, item.verdict, item.raw) for item in opinions]


def test_all_citations_each_alone_and_all_but_each() -> None:
    assert subsets([1]) == [(1,)]
    assert subsets([4, 2]) == [(4, 2), (4,), (2,)]
    assert subsets([1, 2, 3]) == [(1, 2, 3), (1,), (2,), (3,), (2, 3), (1, 3), (1, 2)]


def test_a_claim_is_judged_on_all_its_quotes_on_each_and_without_each() -> None:
    given = answer(TEA, MILK, RAIN, claims=(claim("Drinks.", 2, 1, 2), claim("Rain is wet.", 3)))
    judge = Noting()
    assert shown(list(gather([row(case("one"), given)], [judge], []))) == [
        ("one", 0, (2, 1), "supported", "Milk is cold.\nTea is hot."),
        ("one", 0, (2,), "unsupported", "Milk is cold."),
        ("one", 0, (1,), "supported", "Tea is hot."),
        ("one", 1, (3,), "unsupported", "Rain is wet."),
    ]
    assert [pair.claim for pair in judge.asked] == ["Drinks.", "Drinks.", "Rain is wet.", "Drinks."]


def test_a_claim_that_cites_nothing_is_judged_on_the_passages_as_they_were_ranked() -> None:
    passages = (passage("rain", 0, "Rain is wet.", 0.4), passage("drinks", 0, "Tea is hot.", 0.9))
    plain = answer(
        claims=(claim("Tea.", origin="model", verdict="unjudged"),), passages=passages, reason=None
    )
    opinions = list(gather([row(case("one"), plain)], [Noting()], []))
    assert shown(opinions) == [("one", 0, (), "supported", "Rain is wet.\nTea is hot.")]


def test_a_claim_that_rests_on_no_words_is_unsupported_without_being_asked_about() -> None:
    judge = Noting()
    bare = answer(claims=(claim("Tea."), claim("Milk.", 9)), reason=None)
    opinions = list(gather([row(case("one"), bare)], [judge], []))
    assert shown(opinions) == [
        ("one", 0, (), "unsupported", None),
        ("one", 1, (), "unsupported", None),
    ]
    assert judge.asked == []


def test_declined_and_failed_cases_have_no_opinions() -> None:
    rows = [row(case("declined", answerable=False), answer()), row(case("failed"), None)]
    assert list(gather(rows, [Noting()], [])) == []


def test_equal_pairs_are_judged_once_and_each_judge_speaks_of_each_claim() -> None:
    rows = [row(case("one"), answer(TEA)), row(case("two"), answer(MILK, TEA))]
    first, second = Noting("first"), Noting("second")
    opinions = list(gather(rows, [first, second], []))
    assert [(item.case_id, item.claim, item.judge) for item in opinions] == [
        ("one", 0, "first"),
        ("one", 0, "second"),
        ("two", 0, "first"),
        ("two", 0, "second"),
        ("two", 1, "first"),
        ("two", 1, "second"),
    ]
    assert [pair.claim for pair in first.asked] == ["Tea is hot.", "Milk is cold."]
    assert first.asked == second.asked


def test_what_is_known_is_not_asked_again_and_comes_in_its_place() -> None:
    rows = [row(case(f"c{n}"), answer(TEA, (f"d{n}", 0, f"Thing {n} is here."))) for n in range(200)]
    whole = list(gather(rows, [Noting()], []))
    judge = Noting()
    assert list(gather(rows, [judge], whole[:111])) == whole
    assert [pair.claim for pair in judge.asked] == [f"Thing {n} is here." for n in range(55, 200)]


def test_a_failure_is_asked_again_and_a_reply_without_a_verdict_is_not() -> None:
    rows = [row(case("one"), answer(TEA, MILK))]
    spoilt = [
        Opinion(case_id="one", claim=at, judge="noting", citations=(at + 1,), verdict="unjudged", score=0.0, raw=raw)
        for at, raw in enumerate((None, "Who knows?"))
    ]  # fmt: skip
    judge = Noting()
    assert shown(list(gather(rows, [judge], spoilt))) == [
        ("one", 0, (1,), "supported", "Tea is hot."),
        ("one", 1, (2,), "unjudged", "Who knows?"),
    ]
    assert [pair.claim for pair in judge.asked] == ["Tea is hot."]


def test_the_reader_judges_what_was_shown(tmp_path: Path) -> None:
    judges = load_judges(["reader"], settings_in(tmp_path, embedder="all-MiniLM-L6-v2"))
    pier = ("ferry", 0, "The ferry to Lerwick leaves from the north pier.")
    price = ("ferry", 60, "A cabin costs 45 euros on top of the fare.")
    given = answer(
        pier, price, claims=(claim("A cabin costs 45 euros.", 1, 2), claim("A cabin costs 60 euros.", 2))
    )
    opinions = list(gather([row(case("one"), given)], judges, []))
    assert [(item.claim, item.citations, item.verdict) for item in opinions] == [
        (0, (1, 2), "supported"),
        (0, (1,), "unsupported"),
        (0, (2,), "supported"),
        (1, (2,), "unsupported"),
    ]


def test_an_interrupted_run_ends_with_the_same_opinions(tmp_path: Path) -> None:
    judges = load_judges(["reader"], settings_in(tmp_path, embedder="all-MiniLM-L6-v2"))
    words = ["hot", "wet", "cold", "dear", "good", "long"]
    rows = [
        row(case(f"c{n}"), answer((f"d{n}", 0, f"Tea is {' and '.join(words[:n])}."))) for n in range(1, 7)
    ]
    whole = list(gather(rows, judges, []))
    for at in (1, 3, 4):
        assert list(gather(rows, judges, whole[:at])) == whole
