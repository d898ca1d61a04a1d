"""Which form of draft a model is asked for, and what happens when it does not take a schema."""

from collections.abc import Iterator
from typing import Any

import openai_server
import pytest
import responses_server
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.runnables import Runnable, RunnableLambda
from model_server import Behaviour
from patience import LONG_S
from test_generate import evidence, outcome

from assistant.answer.drafting import Drafting
from assistant.answer.turn import Turn
from assistant.check.rules.checker import RuleChecker
from assistant.core.errors import ModelError, SettingsError
from assistant.core.settings import load_settings
from assistant.core.types import Drafts
from assistant.models.chat.load import load_chat_model
from assistant.write.model.form import asks_schema, draft_sentences
from assistant.write.model.reply import Drafted
from assistant.write.model.request import Request

SOURCES = (evidence("KPO needs experts."), evidence("BPO needs clerks."))
REQUEST = Request(question="What does KPO need?", sources=SOURCES)
FIRST = Drafted(text="KPO needs experts.", markers=(1,))
SECOND = Drafted(text="BPO needs clerks.", markers=(2,))
JSON = '{"sentences": [{"text": "KPO needs experts.", "evidence": [1]}]}'


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "LANGSMITH_GATEWAY"):
        monkeypatch.delenv(name, raising=False)


def loaded(model: str, **values: Any) -> BaseChatModel:
    found = load_chat_model(load_settings(model=model, **values))
    assert found is not None
    return found


def drafted(model: BaseChatModel, form: str = "auto", timeout_s: float = LONG_S) -> tuple[list[Drafted], str]:
    return outcome(draft_sentences(model, REQUEST, timeout_s=timeout_s, form=form))


def asked_for_schema(served: openai_server.Served) -> list[bool]:
    return ["response_format" in request for request in served.requests]


def test_form_is_one_of_three() -> None:
    assert load_settings().draft_form == "auto"
    with pytest.raises(SettingsError, match=r"^--draft-form is 'xml': use auto, structured or markers$"):
        load_settings(draft_form="xml")


@pytest.mark.parametrize(
    ("model", "asks"),
    [
        ("openai:gpt-4o-mini", True),  # as its profile says
        ("openai:gpt-3.5-turbo", False),
        ("openai:my/own", True),  # no profile: it is tried
        ("ollama:qwen2.5", True),
        ("anthropic:claude-sonnet-4-5", True),
        ("anthropic:claude-unheard-of", True),
        ("scripted:Hello.", False),
    ],
)
def test_auto_asks_who_can(model: str, asks: bool) -> None:
    found = loaded(model, base_url="http://localhost:9/v1")
    assert asks_schema(found, "auto") is asks
    assert asks_schema(found, "structured")
    assert not asks_schema(found, "markers")


def test_a_refused_schema_is_asked_for_once(recwarn: pytest.WarningsRecorder) -> None:
    with openai_server.serve("no_schema") as served:
        model = loaded("openai:m", base_url=served.base_url)
        assert drafted(model) == ([FIRST, SECOND], "")
        assert drafted(model) == ([FIRST, SECOND], "")
        assert asked_for_schema(served) == [True, False, False]
        other = loaded("openai:m", base_url=served.base_url)
        assert drafted(other) == ([FIRST, SECOND], "")
    assert asked_for_schema(served) == [True, False, False, True, False]
    systems = [request["messages"][0]["content"] for request in served.requests]
    assert ["JSON" in text for text in systems] == [True, False, False, True, False]
    assert ["like this: [3][7]" in text for text in systems] == [False, True, True, False, True]
    assert [str(item.message) for item in recwarn] == []


def test_prose_in_place_of_json_is_read_and_the_schema_not_asked_for_again() -> None:
    with openai_server.serve("normal") as served:
        model = loaded("openai:m", base_url=served.base_url)
        assert [drafted(model), drafted(model)] == [([FIRST, SECOND], "")] * 2
    assert asked_for_schema(served) == [True, False]


def test_json_without_a_sentence_is_followed_by_markers() -> None:
    with openai_server.serve("json", json_reply='{"answer": "KPO needs experts."}') as served:
        model = loaded("openai:m", base_url=served.base_url)
        assert [drafted(model), drafted(model)] == [([FIRST, SECOND], "")] * 2
    assert asked_for_schema(served) == [True, False, False]


def test_no_sentence_by_choice_is_declining() -> None:
    with openai_server.serve("json", json_reply='{"sentences": []}') as served:
        model = loaded("openai:m", base_url=served.base_url)
        assert drafted(model) == ([], "the model m declined to answer")
    assert asked_for_schema(served) == [True]


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        ("401", "the model m refused the key (HTTP 401): check the provider's API key"),
        ("500", "the model m failed on its server (HTTP 500): try again later"),
    ],
)
def test_other_failures_are_no_reason_to_ask_again(behaviour: Behaviour, error: str) -> None:
    with openai_server.serve(behaviour) as served:
        model = loaded("openai:m", base_url=served.base_url)
        assert drafted(model) == ([], error)
    assert asked_for_schema(served) == [True]


def test_a_schema_that_must_be_and_is_refused_is_an_error() -> None:
    with openai_server.serve("no_schema") as served:
        model = loaded("openai:m", base_url=served.base_url)
        remedy = "use --draft-form auto or markers (json_schema is not known here, your key is not-needed)"
        assert drafted(model, "structured") == ([], f"the model m does not take a JSON schema: {remedy}")
        assert drafted(model, "markers") == ([FIRST, SECOND], "")
    assert asked_for_schema(served) == [True, False]


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        (
            "400",
            "Your credit balance is too low",
            "refused the request (HTTP 400): Your credit balance is too low, your key is not-needed",
        ),
        ("500", "for more information see docs", "failed on its server (HTTP 500): try again later"),
        (
            "500",
            "unknown field response_format",
            "does not take a JSON schema: use --draft-form auto or markers "
            "(unknown field response_format, your key is not-needed)",
        ),
    ],
)
def test_only_a_server_that_speaks_of_the_schema_is_said_to_refuse_it(
    status: Behaviour, said: str, error: str
) -> None:
    with openai_server.serve(status) as served:
        served.error = said
        assert drafted(loaded("openai:m", base_url=served.base_url), "structured") == (
            [],
            f"the model m {error}",
        )


def test_both_attempts_share_one_time_limit() -> None:
    with openai_server.serve("stall", json_reply='{"answer": 1}') as served:
        model = loaded("openai:m", base_url=served.base_url)
        assert drafted(model, timeout_s=6) == ([FIRST], "the model m did not finish within 6 s")
    assert asked_for_schema(served) == [True, False]


def test_a_model_without_a_way_to_a_schema_can_still_be_told_to_write_json() -> None:
    assert drafted(loaded(f"scripted:{JSON}"), "structured") == ([FIRST], "")
    assert drafted(loaded(f"scripted:{JSON}"), "markers") == ([], "the model scripted returned nothing")


class Calling(BaseChatModel):
    """A model of another provider, whose client puts the schema into a call that must be made."""

    given: list[dict[str, Any]] = []
    profile: Any = {"structured_output": True}

    @property
    def _llm_type(self) -> str:
        return "calling"

    def with_structured_output(self, schema: Any, **kwargs: Any) -> Runnable[Any, Any]:
        if kwargs:
            raise ValueError(f"unknown: {list(kwargs)}")
        return self.bind(tools=[schema]) | RunnableLambda(lambda message: message.tool_calls[0])

    def _generate(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        self.given.append(kwargs)
        for at in range(0, len(JSON), 9):
            call = tool_call_chunk(args=JSON[at : at + 9], index=0)
            yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[call]))


def test_another_provider_is_asked_in_its_own_way() -> None:
    model = Calling()
    assert drafted(model) == ([FIRST], "")
    assert [tool["title"] for tool in model.given[0]["tools"]] == ["draft"]


@pytest.mark.parametrize(
    ("behaviour", "sentences", "error", "schemas"),
    [
        ("json", [FIRST, SECOND], "", [True]),
        ("thinking", [FIRST, SECOND], "", [True]),
        ("no_schema", [FIRST, SECOND], "", [True, False]),
        ("cut", [FIRST], "", [True]),
        ("break", [FIRST], "the model gpt-5-pro broke off in the middle of its reply", [True]),
        ("declined", [], "the model gpt-5-pro declined to answer", [True]),
        ("empty", [], "the model gpt-5-pro returned nothing", [True, False]),
    ],
)
def test_the_other_protocol_of_openai_is_read_alike(
    behaviour: Behaviour, sentences: list[Drafted], error: str, schemas: list[bool]
) -> None:
    with responses_server.serve(behaviour) as served:
        model = loaded(f"openai:{responses_server.NAME}", base_url=served.base_url)
        assert drafted(model) == (sentences, error)
    assert {request["path"] for request in served.requests} == {"/v1/responses"}
    assert ["text" in request for request in served.requests] == schemas


@pytest.mark.parametrize(
    ("markers", "kept", "counted"),
    [
        ((1,), (1,), Drafts(sentences=1, markers=1)),
        ((), (1,), Drafts(sentences=1, unmarked=1)),
        ((), None, Drafts(sentences=1, unmarked=1)),
        ((7,), (1,), Drafts(sentences=1, markers=1, invented=1, unmarked=1)),
        ((2, 7), (1,), Drafts(sentences=1, markers=2, invented=1, replaced=1)),
    ],
)
def test_sentences_without_a_marker_of_given_evidence_are_counted(
    markers: tuple[int, ...], kept: tuple[int, ...] | None, counted: Drafts
) -> None:
    turn = Turn("What?")
    turn.count(markers, 3, kept)
    assert turn.drafts == counted


def test_a_model_with_nothing_to_add_has_not_failed() -> None:
    for reply in ('{"sentences": []}', "The evidence does not say what it costs."):
        turn = Turn("What does it cost?")
        settings = load_settings(model="scripted:x", draft_form="structured", model_timeout_s=LONG_S)
        drafting = Drafting(loaded(f"scripted:{reply}"), RuleChecker(), REQUEST, turn, settings)
        assert (list(drafting.shown()), drafting.unanswered) == ([], True)
        assert (turn.reason, turn.notices, turn.drafts) == (None, [], Drafts())


def test_a_model_that_will_not_answer_has_failed() -> None:
    turn = Turn("What?")
    with pytest.raises(ModelError) as told:
        list(draft_sentences(loaded("scripted:I cannot answer."), REQUEST, timeout_s=LONG_S))
    turn.fail(told.value)
    notice = "The model scripted declined to answer. What is shown is quoted."
    assert (turn.reason, turn.notices) == ("model_unavailable", [notice])


def test_json_that_ends_without_a_word_has_broken_off() -> None:
    with openai_server.serve("json", json_reply=JSON) as served:
        served.unended = True
        model = loaded("openai:m", base_url=served.base_url)
        assert drafted(model) == ([FIRST], "the model m broke off in the middle of its reply")


def test_a_reply_that_does_not_say_why_it_ended_may_be_cut_off() -> None:
    class Silent(BaseChatModel):
        text: str

        @property
        def _llm_type(self) -> str:
            return "silent"

        def _generate(self, *args: Any, **kwargs: Any) -> Any:
            raise NotImplementedError

        def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
            yield ChatGenerationChunk(message=AIMessageChunk(content=self.text))

    assert drafted(Silent(text="KPO needs experts [1]. BPO needs")) == ([FIRST], "")
    assert drafted(Silent(text="KPO needs experts [1]. BPO needs clerks [2].")) == ([FIRST, SECOND], "")
