from dataclasses import replace

import pytest
from runs import answer, case, claim, row

from assistant.core.types import Answer
from eval.metrics.answers import (
    em_shown,
    f1_best,
    f1_shown,
    is_right,
    key_fact_recall,
    right,
    shown,
    wrong_shown,
)
from eval.metrics.base.metric import Count
from eval.metrics.base.squad import exact_match, f1, tokens
from eval.run.types import Row

GOLD = ("kpo", 100, "KPO needs experts.")
ELSE = ("kpo", 300, "Fees differ.")


def spoken(*texts: str) -> Answer:
    """Return an answer that cites nothing, as the plain chain's."""
    return answer(claims=tuple(claim(text, origin="model") for text in texts), reason=None)


def test_words_are_compared_as_squad_does() -> None:
    assert tokens("The  Denver Broncos!") == ["denver", "broncos"]
    assert tokens("an AT&T-style theatre, a.m.") == ["attstyle", "theatre", "am"]
    assert tokens("A the an") == []


def test_exact_match_takes_the_best_reference() -> None:
    assert exact_match("the Denver Broncos.", ["Carolina Panthers", "Denver Broncos"]) == 1.0
    assert exact_match("Denver", ["Denver Broncos"]) == 0.0
    assert exact_match("Denver", []) == 0.0


def test_f1_worked_by_hand() -> None:
    # 2 words shared, of 3 and of 2: precision 2/3, recall 1, F1 = 0.8
    assert f1("won by Denver", ["the Denver won"]) == pytest.approx(0.8)
    # a word counts as often as it stands on both sides: 1 shared of 3 and 1
    assert f1("no no no", ["no"]) == pytest.approx(0.5)
    assert f1("no no no", ["no", "no no yes"]) == pytest.approx(2 * 2 / 6)
    assert f1("Carolina", ["Denver"]) == 0.0
    assert f1("", ["Denver"]) == f1("the", ["Denver"]) == 0.0
    assert f1("Denver", []) == 0.0


def test_f1_of_an_answer_and_of_its_best_claim() -> None:
    one = row(case(answers=("BPO", "routine work")), answer(("b", 0, "BPO is routine work."), ELSE))
    # shown: bpo is routine work fees differ; 2 shared of 6 and 2 -> 4 / 8; the first claim alone 4 / 6
    assert f1_shown(one) == Count(part=0.5)
    assert f1_best(one) == Count(part=2 / 3)
    assert em_shown(one) == Count(part=0.0)
    assert em_shown(row(case(answers=("Fees differ",)), answer(ELSE))) == Count(part=1.0)


def test_numbers_of_citations_are_not_words_and_yes_is_one() -> None:
    given = answer(ELSE, claims=(claim("Fees differ.", 1),))
    assert shown(given) == "Fees differ."
    yes = answer(ELSE, claims=(replace(given.claims[0], says="yes"),))
    assert shown(yes) == "Yes. Fees differ."


@pytest.mark.parametrize("metric", [f1_shown, f1_best, em_shown])
def test_squad_scores_of_declined_unanswerable_and_unmarked_cases(metric: object) -> None:
    def of(one: Row) -> object:
        return metric(one)  # type: ignore[operator]

    assert of(row(case(answerable=False), answer())) == Count(part=1)
    assert of(row(case(answerable=False), answer(ELSE))) == Count(part=0)
    assert of(row(case(answers=("Fees",)), answer())) == Count(part=0.0)
    assert of(row(case("one", GOLD), answer(GOLD))) is None
    assert of(row(case(answers=("the",)), answer(GOLD))) is None
    assert of(row(case(answers=("Fees",)), None)) is None


def test_key_facts_are_held_in_any_of_their_wordings() -> None:
    of = case(key_facts=(("40 per cent", "40%"), ("2023",), ("the Experts",)))
    assert key_fact_recall(row(of, spoken("In 2023 KPO needs", "experts."))) == Count(part=2 / 3)
    assert key_fact_recall(row(of, spoken("40 % in 20231"))) == Count(part=1 / 3)
    assert key_fact_recall(row(of, answer())) == Count(part=0.0)
    assert key_fact_recall(row(case(answerable=False), answer())) is None
    assert key_fact_recall(row(case(), answer(GOLD))) is None
    assert key_fact_recall(row(of, None)) is None


def test_wrong_wordings_count_where_they_are_marked() -> None:
    of = case(wrong=("no experts",), answerable=False)
    assert wrong_shown(row(of, spoken("It needs no experts."))) == Count(part=1)
    assert wrong_shown(row(of, spoken("It needs experts."))) == Count(part=0)
    assert wrong_shown(row(of, answer())) == Count(part=0)
    assert wrong_shown(row(case(), spoken("no experts"))) is None


def test_an_unanswerable_case_is_right_where_it_is_declined() -> None:
    assert is_right(row(case(answerable=False), answer()))
    assert not is_right(row(case(answerable=False), answer(GOLD)))


def test_an_answerable_case_is_right_where_gold_is_cited() -> None:
    assert is_right(row(case("one", GOLD), answer(ELSE, GOLD)))
    assert not is_right(row(case("one", GOLD), answer(ELSE)))
    assert not is_right(row(case("one", GOLD), answer()))
    # the words are right, the pointer is not
    assert not is_right(row(case("one", GOLD, answers=("Fees differ",)), answer(ELSE)))
    assert is_right(row(case("one", gold_docs=("kpo",)), answer(ELSE)))
    assert not is_right(row(case("one", gold_docs=("bpo",)), answer(ELSE)))


def test_no_case_is_right_that_shows_a_wrong_wording() -> None:
    assert not is_right(row(case("one", GOLD, wrong=("fees",)), answer(GOLD, ELSE)))
    assert is_right(row(case("one", GOLD, wrong=("fees",)), answer(GOLD)))


def test_what_cites_nothing_is_judged_by_its_words() -> None:
    facts = case("one", GOLD, key_facts=(("experts",), ("costly", "dear")))
    assert is_right(row(facts, spoken("KPO's experts are dear.")))
    assert not is_right(row(facts, spoken("KPO needs experts.")))
    assert is_right(row(case("one", GOLD, answers=("experts",)), spoken("Experts.")))
    assert is_right(row(case("one", GOLD), spoken("As is known, KPO needs experts.")))
    assert not is_right(row(case("one", GOLD), spoken("KPO has experts.")))
    assert not is_right(row(case(), spoken("KPO has experts.")))
    assert is_right(row(case(answers=("fees",)), answer(ELSE)))  # it cites, but no place is marked


def test_a_long_wording_is_held_by_most_of_its_words() -> None:
    long = "KPO work needs experts who analyse data and advise clients on decisions"  # 12 words
    of = case(answers=(long,))
    assert is_right(row(of, spoken("KPO experts analyse data and advise clients on much.")))  # 8 of 12
    assert not is_right(row(of, spoken("KPO experts analyse data and advise.")))  # 6 of 12
    # with key facts these decide, as the one word that matters may be among the others
    facts = case(answers=(long,), key_facts=(("decisions",),))
    assert not is_right(row(facts, spoken("KPO experts analyse data and advise clients on much.")))


def test_failed_and_retrieval_only_cases_are_not_right_and_not_counted() -> None:
    assert not is_right(row(case("one", GOLD), None))
    assert right(row(case("one", GOLD), None)) is None
    assert right(row(case("one", GOLD), answer(GOLD))) == Count(part=True)
    assert not is_right(Row(case=case("one", GOLD), answer=answer(GOLD), error="The model failed."))
