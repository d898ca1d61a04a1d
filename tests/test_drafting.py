"""What becomes of a model's sentences: shown in order, marked, withheld and quoted instead, written anew once."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from langchain_core.messages import BaseMessage
from test_cite import passage

from assistant.answer.drafting import Drafting
from assistant.answer.turn import Turn
from assistant.check.cascade.cascade import CascadeChecker
from assistant.check.pairs import Checker, Pair
from assistant.core.settings import load_settings
from assistant.core.types import Judgement, Verdict
from assistant.models.chat.scripted import Reply, ScriptedChat
from assistant.write.model.request import Request, numbered

TEXT = "The harbour opened in 1904. A ferry sails to Moor. Pilots are rare."
SCORES: dict[Verdict, float] = {"supported": 0.9, "unverified": 0.6, "unsupported": 0.2, "contradicted": 0.1}


class Keeping(ScriptedChat):
    """Keeps what it was asked."""

    seen: list[list[BaseMessage]] = []

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Any:
        self.seen.append(messages)
        return super()._stream(messages, *args, **kwargs)


class Verdicts:
    """A checker with a verdict for each claim, wherever its evidence is from."""

    def __init__(self, verdicts: dict[str, Verdict]) -> None:
        self.name = "verdicts"
        self.verdicts = verdicts
        self.calls: list[list[str]] = []

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        self.calls.append([pair.claim for pair in pairs])
        return [
            Judgement(verdict=verdict, score=SCORES[verdict], reasons=(f"It is {verdict}.",))
            for pair in pairs
            for verdict in [self.verdicts.get(pair.claim, "unsupported")]
        ]


def told(checker: Checker, *replies: str, **values: Any) -> tuple[list[tuple[str, str]], Turn, Keeping]:
    """Return what is shown with its verdicts, the turn, and the model."""
    model = Keeping(replies=tuple(Reply(text=text) for text in replies), seen=[])
    turn = Turn("What of the harbour?")
    request = Request(question=turn.question, sources=numbered([passage(text=TEXT)]))
    settings = load_settings(model="scripted:x", draft_form="markers", **values)
    events = Drafting(model, checker, request, turn, settings).shown()
    return [(event.claim.text, event.claim.verdict) for event in events], turn, model


OPENED, FERRY, CRANE = "Work at the port began in 1904.", "Moor is reached by ferry.", "The port has a crane."


def test_sentences_are_shown_in_order_whatever_had_to_wait() -> None:
    checker = Verdicts({OPENED: "supported", FERRY: "unverified", "Pilots are few.": "supported"})
    shown, turn, _ = told(checker, f"{OPENED} [1] {FERRY} [2] Pilots are few. [3]")
    assert shown == [(OPENED, "supported"), (FERRY, "unverified"), ("Pilots are few.", "supported")]
    assert [claim.citations for claim in turn.answer.claims] == [(1,), (2,), (3,)]


def test_what_is_only_likely_is_hidden_where_that_is_wanted() -> None:
    shown, turn, _ = told(Verdicts({OPENED: "unverified"}), f"{OPENED} [1]", strict=True)
    assert shown == []
    assert [(item.text, item.verdict) for item in turn.answer.withheld] == [(OPENED, "unverified")]
    assert [item.text for item in turn.wanted] == ["The harbour opened in 1904."]


def test_what_fails_goes_back_once_with_the_reason_and_comes_in_its_place() -> None:
    checker = Verdicts({OPENED: "supported", FERRY: "supported"})
    shown, turn, model = told(checker, f"{OPENED} [1] {CRANE} [2]", f"{FERRY} [2]")
    assert shown == [(OPENED, "supported"), (FERRY, "supported")]
    assert [item.text for item in turn.answer.withheld] == [CRANE]
    assert len(model.seen) == 2
    assert f"- {CRANE} [2] (It is unsupported.)" in model.seen[1][-1].text
    assert OPENED not in model.seen[1][-1].text.split("did not pass the check")[1]


def test_what_fails_again_is_withheld_and_its_evidence_is_to_be_quoted() -> None:
    shown, turn, model = told(Verdicts({}), f"{CRANE} [2]", "The port has two cranes. [2]")
    assert shown == []
    assert [item.text for item in turn.answer.withheld] == [CRANE]
    assert [item.text for item in turn.wanted] == ["A ferry sails to Moor."]
    assert len(model.seen) == 2


def test_nothing_goes_back_where_all_passes() -> None:
    *_, model = told(Verdicts({OPENED: "supported"}), f"{OPENED} [1]")
    assert len(model.seen) == 1


def test_all_in_doubt_go_to_the_stronger_checker_together() -> None:
    second = Verdicts({OPENED: "supported", FERRY: "supported"})
    first = Verdicts({OPENED: "unverified", FERRY: "unsupported", CRANE: "contradicted"})
    cascade = CascadeChecker(first, second, sure=0.95)
    shown, turn, _ = told(cascade, f"{OPENED} [1] {FERRY} [2] {CRANE} [3]", "NO ANSWER")
    assert shown == [(OPENED, "supported"), (FERRY, "supported")]
    assert second.calls == [[OPENED, FERRY, CRANE]]
    assert [item.text for item in turn.answer.withheld] == [CRANE]


def test_items_of_a_list_stay_items() -> None:
    reply = json.dumps(
        {
            "sentences": [
                {"text": text, "evidence": [n], "bullet": n == 2} for n, text in ((1, OPENED), (2, FERRY))
            ]
        }
    )
    model = ScriptedChat(replies=(Reply(text=reply),))
    turn = Turn("What of the harbour?")
    request = Request(question=turn.question, sources=numbered([passage(text=TEXT)]))
    settings = load_settings(model="scripted:x", draft_form="structured")
    checker = Verdicts({OPENED: "supported", FERRY: "supported"})
    events = list(Drafting(model, checker, request, turn, settings).shown())
    assert [event.claim.item for event in events] == [False, True]


@pytest.mark.parametrize(
    ("verdicts", "says"),
    [
        ({"The harbour is open.": "supported", "Vell is open.": "supported", "Vell is not open.": "contradicted"}, "yes"),
        ({"The harbour is open.": "supported", "Vell is open.": "supported", "Vell is not open.": "unsupported"}, None),
        ({"The harbour is open.": "supported", "Vell is open.": "contradicted", "Vell is not open.": "supported"}, None),
    ],
)  # fmt: skip
def test_yes_stays_only_where_it_is_confirmed_both_ways(
    verdicts: dict[str, Verdict], says: str | None
) -> None:
    model = ScriptedChat(replies=(Reply(text="Yes, the harbour is open. [1]"),))
    turn = Turn("Is Vell open?")
    request = Request(question=turn.question, sources=numbered([passage(text=TEXT)]))
    settings = load_settings(model="scripted:x", draft_form="markers")
    (event,) = Drafting(model, Verdicts(verdicts), request, turn, settings).shown()
    assert (event.claim.text, event.claim.says) == ("The harbour is open.", says)
