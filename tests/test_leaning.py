"""Sentences that point back at the one before them, behind what is shown."""

from pathlib import Path

import pytest
from small_index import EMBEDDER, build, scripted

from assistant import Assistant, CheckAnswer
from assistant.context import read_given
from assistant.drafting import settle
from assistant.leaning import points_back
from assistant.reply import Drafted
from assistant.turn import Turn

PORTS = (
    "# Ports\n\nThe harbour of Vell has 300 berths. The harbour of Moor has 20 cranes and 500 berths.\n\n"
    "The harbour of Zeff has 90 berths. The harbour of Zeff opened in 1904.\n"
)
APART = (
    "It points back at the sentence shown before it, and its evidence does not say this of the same subject."
)


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> CheckAnswer:
    return CheckAnswer.rules(data_dir=tmp_path_factory.mktemp("data"), embedder=EMBEDDER, dtype="float32")


@pytest.mark.parametrize(
    ("sentence", "points"),
    [
        ("It has 500 berths.", True),
        ("However, they employ clerks.", True),
        ("She died in 1950.", True),
        ("This led to losses.", True),
        ("The latter costs 10 dollars.", True),
        ("The firm employs 300 people.", True),
        ("The firm's owner died.", True),
        ("The firm of Moor employs 300 people.", False),
        ("The company that founded it employs 300 people.", False),
        ("However, BPO needs clerks.", False),
        ("For example, KPO needs experts.", False),
        ("It is known that KPO needs experts.", False),
        ("The provider trains its staff.", False),
    ],
)
def test_a_pronoun_points_back_and_a_connective_does_not(sentence: str, points: bool) -> None:
    assert points_back(sentence) is points


@pytest.mark.parametrize(
    ("reply", "context"),
    [
        ("Vell opened in 1904. It employs 300 people.", ["Vell opened in 1904.", "Moor employs 300 people."]),
        (
            "Anna founded Vell. She died in 1950.",
            ["Anna founded Vell.", "Berta founded Moor. She died in 1950."],
        ),
        (
            "Vell opened in 1904. The firm employs 300 people.",
            ["Vell opened in 1904.", "Moor is a firm. The firm employs 300 people."],
        ),
        (
            "Vell raised prices. This led to losses of 3 million.",
            ["Vell raised prices.", "Moor cut wages. This led to losses of 3 million."],
        ),
        (
            "KPO is harder than BPO. The latter costs 10 dollars.",
            ["KPO is harder than BPO.", "BPO is easier than KPO. The latter costs 10 dollars."],
        ),
        ("Vell has 300 berths. It has 500 berths.", ["Vell has 300 berths, while Moor has 500 berths."]),
        ("Vell has 300 berths. It has 20 cranes.", ["Vell has 300 berths. Moor has 20 cranes."]),
    ],
)
def test_what_its_source_says_of_another_is_withheld(
    check: CheckAnswer, reply: str, context: list[str]
) -> None:
    answer = check.invoke({"answer": reply, "context": context})
    first, second = reply.split(". ", 1)
    assert [claim.text for claim in answer.claims] == [f"{first}."]
    assert [(item.text, item.reasons) for item in answer.withheld] == [(second, (APART,))]


@pytest.mark.parametrize(
    "context",
    [
        ["Vell opened in 1904. It employs 300 people."],
        ["Vell opened in 1904. Vell employs 300 people."],
        ["Vell opened in 1904 and employs 300 people."],
        ["Moor is old. It employs 300 people.", "Vell opened in 1904. It employs 300 people."],
    ],
)
def test_what_its_source_says_of_the_same_is_shown(check: CheckAnswer, context: list[str]) -> None:
    reply = "Vell opened in 1904. It employs 300 people."
    answer = check.invoke({"answer": reply, "context": context})
    assert [claim.text for claim in answer.claims] == ["Vell opened in 1904.", "It employs 300 people."]
    assert {citation.doc_id for citation in answer.citations} == {f"context-{len(context)}"}


def test_at_the_beginning_there_is_nothing_to_point_at(check: CheckAnswer) -> None:
    answer = check.invoke({"answer": "It employs 300 people.", "context": "Moor employs 300 people."})
    assert answer.claims == ()
    assert answer.withheld[0].reasons == ("It points back at a sentence, and none is shown before it.",)


def test_a_draft_that_points_back_at_another_is_withheld(tmp_path: Path) -> None:
    reply = "The harbour of Vell has 300 berths [1]. It has 500 berths and 20 cranes [2]."
    settings = build(tmp_path, PORTS)
    assistant = Assistant.open(settings, model=scripted(tmp_path, reply))
    answer = assistant.ask("How many berths do the harbours of Vell and Moor have?")
    assert "It has 500 berths and 20 cranes." not in [claim.text for claim in answer.claims]
    assert ("It has 500 berths and 20 cranes.", (APART,)) in [
        (item.text, item.reasons) for item in answer.withheld
    ]


def test_a_draft_that_goes_on_as_its_source_does_is_shown(check: CheckAnswer) -> None:
    evidence = read_given({"answer": "", "context": ["Zeff has 90 berths. Zeff opened in 1904."]}).evidence()
    turn = Turn("What is known of Zeff?")
    for n, text in enumerate(("Zeff has 90 berths.", "It opened in 1904."), start=1):
        settle(Drafted(text=text, markers=(n,)), evidence, check.checker, turn)
    assert [(claim.text, claim.citations) for claim in turn.answer.claims] == [
        ("Zeff has 90 berths.", (1,)),
        ("It opened in 1904.", (2,)),
    ]
    assert turn.answer.withheld == []
