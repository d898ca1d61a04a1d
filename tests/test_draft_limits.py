"""What bounds a draft: time, sentences, their length."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from patience import LONG_S
from test_generate import BPO, FIRST, KPO, drafted, outcome, scripted

from assistant.write.model.generate import draft
from assistant.write.model.reply import Drafted, Prose


class Flood(BaseChatModel):
    """Sends empty pieces for as long as it is asked."""

    @property
    def _llm_type(self) -> str:
        return "flood"

    def _generate(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        from langchain_core.messages import AIMessageChunk
        from langchain_core.outputs import ChatGenerationChunk

        while True:
            yield ChatGenerationChunk(message=AIMessageChunk(content=""))


class Slow(Prose):
    """Takes longer over a piece than is allowed."""

    def read(self, piece: str) -> Iterator[Drafted]:
        time.sleep(0.6)
        return super().read(piece)


def test_pieces_that_come_after_the_deadline_are_not_read() -> None:
    found = outcome(draft(Flood(), [HumanMessage("?")], timeout_s=0.3))
    assert found == ([], "the model flood did not finish within 0.3 s")


def test_reading_counts_against_the_time_limit() -> None:
    found = outcome(
        draft(scripted("KPO needs experts [1]."), [HumanMessage("?")], timeout_s=0.5, reader=Slow())
    )
    assert found == ([], "the model scripted did not finish within 0.5 s")


def test_checking_does_not_count_against_the_time_limit() -> None:
    stream = draft(scripted(f"{KPO} [1] {BPO} [2] Both save money [3]."), [HumanMessage("?")], timeout_s=2)
    assert next(stream) == FIRST
    time.sleep(2.2)
    assert [item.text for item in stream] == [BPO, "Both save money."]


def test_a_draft_without_end_is_stopped() -> None:
    found, error = outcome(
        draft(
            scripted(" ".join(f"Item {n} is here." for n in range(60))), [HumanMessage("?")], timeout_s=LONG_S
        )
    )
    assert [found[0].text, found[-1].text, len(found)] == ["Item 0 is here.", "Item 49 is here.", 50]
    assert error == "the model scripted went on beyond 50 sentences and was stopped"


@pytest.mark.parametrize("long", [f"{'word ' * 500}.", "e.g. " * 3900])
def test_a_sentence_without_end_is_no_sentence(long: str) -> None:
    found = outcome(draft(scripted(f"{KPO} [1] {long}"), [HumanMessage("?")], timeout_s=LONG_S))
    error = "the model scripted wrote a sentence of more than 2000 characters and was stopped"
    assert found == ([FIRST], error)


def test_half_a_character_is_replaced() -> None:
    assert drafted("KPO needs \ud800 experts [1].") == [
        Drafted(text="KPO needs \ufffd experts.", markers=(1,))
    ]
