"""The plain chain, shown as it is: what it gets, what counts as declining, how its answer looks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import chunks_of, document, settings_in
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant.core.errors import ModelError
from assistant.core.settings import Settings
from assistant.core.types import Answer, Drafts, Message
from assistant.index.store import Store
from assistant.index.writer import IndexWriter
from assistant.models.embedder.embedder import HashEmbedder
from eval.run.plain_chain import PlainChain, is_refusal


class Noting(BaseChatModel):
    """A chat model that keeps the prompts it gets and gives one reply."""

    reply: str
    prompts: list[list[str]] = []

    @property
    def _llm_type(self) -> str:
        return "noting"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        self.prompts.append([message.text for message in messages])
        yield ChatGenerationChunk(message=AIMessageChunk(content=self.reply))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an index of six documents of one paragraph each."""
    chosen = settings_in(tmp_path)
    with IndexWriter(chosen, HashEmbedder(), {}) as writer:
        for n in range(6):
            one = document(f"ferry-{n}", f"Ferry number {n} takes {n} hours.")
            writer.put(one, chunks_of(one), raw_sha256=one.sha256)
        writer.commit()
    return chosen


def asked(settings: Settings, reply: str, *history: Message) -> tuple[Noting, Answer]:
    model = Noting(reply=reply)
    chain = PlainChain(settings, Store.open(settings, HashEmbedder()), model)
    return model, chain.ask("How long does ferry number 3 take?", history)


def test_the_four_best_chunks_go_in_and_every_sentence_of_the_reply_comes_out_unjudged(
    settings: Settings,
) -> None:
    model, answer = asked(settings, "Ferry 9 takes 99 hours. It is *slow* [2].")
    assert model.prompts[0][0].count("Ferry number") == 4
    assert "Ferry number 3 takes 3 hours." in model.prompts[0][0]
    assert model.prompts[0][0].endswith("Question: How long does ferry number 3 take?")
    assert [(claim.text, claim.verdict, claim.citations) for claim in answer.claims] == [
        ("Ferry 9 takes 99 hours.", "unjudged", ()),
        ("It is slow.", "unjudged", ()),
    ]
    assert len(answer.passages) == 4
    assert (answer.status, answer.confidence, answer.checker) == ("answered", 1.0, "none")
    assert answer.drafts == Drafts(sentences=2)
    assert set(answer.timings_s) == {"retrieve", "generate", "total"}  # no sentence was ever checked


def test_a_reply_that_declines_is_a_declined_answer_that_keeps_its_words(settings: Settings) -> None:
    _, answer = asked(settings, "I do not know. It may be 1904.")
    assert (answer.status, answer.reason, answer.confidence) == ("declined", "model_declined", 0.0)
    assert answer.notices == ("I do not know. It may be 1904.",)


def test_earlier_turns_go_before_the_request(settings: Settings) -> None:
    model, _ = asked(
        settings,
        "Three hours.",
        Message(role="user", content="Is there a ferry?"),
        Message(role="assistant", content="Yes."),
    )
    assert model.prompts[0][:2] == ["Is there a ferry?", "Yes."]


def test_an_empty_reply_and_a_missing_model_are_errors(settings: Settings) -> None:
    with pytest.raises(ModelError, match="returned nothing"):
        asked(settings, " ")
    with pytest.raises(ModelError, match="--pipeline plain needs a chat model"):
        PlainChain.open(settings)


@pytest.mark.parametrize(
    ("reply", "declined"),
    [
        ("I do not know. It may be 1904.", True),
        ("The context does not mention the harbour.", True),
        ("The harbour's height is not stated in the context.", True),
        ("It opened in 1904. The context does not mention the month.", False),
        ("There were not many ferries then.", False),
    ],
)
def test_a_reply_that_begins_by_declining_is_none(reply: str, declined: bool) -> None:
    assert is_refusal(reply) is declined
