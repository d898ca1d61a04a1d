"""The parts that make cases: reading a statement, spelling out, asking carelessly, looking for a near miss."""

import random

import pytest
from helpers import document

from eval.cases.build.finish import mistyped, spread
from eval.cases.build.questions.meanings import definitions, long_form, spelt_out
from eval.cases.build.questions.misses import absent, kin
from eval.cases.build.settle import unsound
from eval.cases.build.statement import finite, parse
from eval.cases.build.texts import Texts


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("The harbour opened in 1904.", "Why did the harbour open in 1904?"),
        ("Pilots are paid by the hour, while clerks are not.", "Why are pilots paid by the hour?"),
        ("In 1911, Ida Stroem built the lighthouse.", "Why did Ida Stroem build the lighthouse in 1911?"),
        ("The Vell Line (VL) carries mail.", "Why does the Vell Line carry mail?"),
        ("The mill has taken barley since 1850.", "Why has the mill taken barley since 1850?"),
        ("The mill has two stones.", "Why does the mill have two stones?"),
        ("2.1 Readers borrow twelve volumes.", "Why do Readers borrow twelve volumes?"),
    ],
)
def test_a_plain_statement_is_turned_round(statement: str, question: str) -> None:
    clause = parse(statement, frozenset(["the", "pilots"]))
    assert clause is not None
    assert clause.asked("Why") == question


@pytest.mark.parametrize(
    "statement",
    [
        "It opened in 1904.",
        "This means that boats wait.",
        "However, the port closed.",
        "Zinnov, an analyst firm, counts centres.",
        "Which of the boats came first?",
        "Boats | Tugs: two",
        "Support services and ferries.",
        'The pilot said: "Wait."',
        "What the pilots need is a tug.",
        "",
    ],
)
def test_what_is_no_plain_statement_is_left_alone(statement: str) -> None:
    assert parse(statement) is None


@pytest.mark.parametrize(
    ("rest", "simple", "whole"),
    [
        ("in 1904", True, True),
        ("by pilots and tugs", True, False),
        ("by pilots and relies on tugs", False, False),
        ("in 2005 put the cost at ten crowns", False, False),
        ("by a pilot who waits", False, False),
        ("with goods needed in Horn", True, True),
    ],
)
def test_a_second_verb_is_noticed(rest: str, simple: bool, whole: bool) -> None:
    clause = parse(f"The harbour was run {rest}.")
    assert clause is not None
    assert (clause.simple, clause.whole) == (simple, whole)


@pytest.mark.parametrize(
    ("form", "base"),
    [("hoped", "hope"), ("planned", "plan"), ("carried", "carry"), ("opened", "open"), ("used", "use")]
    + [
        ("visited", "visit"),
        ("took", "take"),
        ("carries", "carry"),
        ("goes", "go"),
        ("speed", None),
        ("centres", None),
    ],
)
def test_a_verb_is_known_by_its_form(form: str, base: str | None) -> None:
    found = finite(form)
    assert (found[0] if found else None) == base


def test_an_abbreviation_has_the_letters_of_its_words() -> None:
    assert long_form(["the", "North", "Sea", "Pilots", "Union"], "NSPU") == "North Sea Pilots Union"
    assert long_form(["statement", "of", "work"], "SOW") == "statement of work"
    assert long_form(["the", "port"], "NSPU") is None
    assert list(spelt_out("The full-time equivalent (FTE) and the harbour (old part).")) == [
        ("FTE", "full-time equivalent")
    ]
    assert list(spelt_out("FTE stands for full-time equivalent.")) == [("FTE", "full-time equivalent")]


def test_a_typing_mistake_leaves_the_letters() -> None:
    question = "How many tugs were launched in 1911?"
    typed = mistyped(question, random.Random(1))
    assert typed != question
    assert sorted(typed) == sorted(question)
    assert mistyped("Who is Bo?", random.Random(1)) == "Who is Bo?"


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ("When did the harbour of Vell open?", None),
        ("When did the the harbour open?", "broken grammar"),
        ("When did it? When not?", "broken grammar"),
        ("When?", "too short or too long"),
        ("When did the harbour open", "no question"),
        (f"When did {'very ' * 20}old boats sink?", "too short or too long"),
    ],
)
def test_broken_questions_are_noticed(question: str, fault: str | None) -> None:
    assert unsound(question) == fault


def test_a_near_miss_is_absent_only_where_nothing_near_its_name_speaks_of_the_rest() -> None:
    texts = Texts(
        [
            document("one", "Vell has a lighthouse.", "Ida Stroem built it in 1911.", title="Vell"),
            document(
                "two", "Horn has a ferry.", "Boats wait.", "Nets dry.", "Cranes turn.", "A lighthouse burns."
            ),
            document("three", "Holm sells fish.", "Holm was never a port.", title="Other"),
        ]
    )
    rest = "Who built the lighthouse of ?"
    assert not absent("Vell", rest, texts)
    assert absent("Holm", rest, texts)
    assert absent("Horn", "Who built the ferry station and lighthouse of ?", texts)
    assert not absent("Holm", "Who sells fish in ?", texts)


def test_kin_names_are_no_other_names() -> None:
    assert kin("Normans", "When did Normandy fall?")
    assert kin("NSPU", "Who leads the North Sea Pilots Union?")
    assert not kin("Vell", "When did Horn fall?")


def test_what_is_chosen_comes_from_every_kind_and_article_in_turn() -> None:
    items = [("year", "a", n) for n in range(6)] + [("who", "a", 9), ("year", "b", 8)]
    chosen = spread(items, 3, random.Random(1), lambda item: (item[0], item[1]))
    assert ("who", "a", 9) in chosen
    assert ("year", "b", 8) in chosen
    assert len(chosen) == 3


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("A weir is a low wall across a river.", "What is a weir?"),
        ("Service credits are reductions that a client may deduct.", "What are service credits?"),
        ("Warmer water is a danger that fishermen know.", None),
        ("Attrition is a problem for the whole port.", None),
        ("Ida Stroem is a pilot and writer of Vell.", "Who or what is Ida Stroem?"),
    ],
)
def test_what_says_what_a_thing_is_defines_it(sentence: str, question: str | None) -> None:
    texts = Texts([document("one", sentence, "The service of a weir is free.")])
    asked = [draft.question for draft in definitions(texts, texts.sentences[0])]
    assert asked == ([question] if question else [])
