"""Loading chat models by name: what is understood, and the line that says what to do otherwise."""

import json
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage
from patience import LONG_S

from assistant.core.address import bare_address
from assistant.core.errors import ModelError, SettingsError
from assistant.core.settings import EMBEDDED_MODEL, load_settings
from assistant.models.chat.gguf.in_process import InProcessChat
from assistant.models.chat.load import load_chat_model
from assistant.write.model.generate import draft
from assistant.write.model.reply import Drafted


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "OPENAI_API_BASE",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
    ):
        monkeypatch.delenv(name, raising=False)


def test_none_is_no_model() -> None:
    assert load_chat_model(load_settings(model="none")) is None


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (
            "gpt-4o",
            "'gpt-4o' is not a model's name: give none, embedded, gguf:NAME_OR_PATH, or PROVIDER:NAME",
        ),
        ("openai:", "'openai:' is not a model's name"),
        (":x", "':x' is not a model's name"),
        ("nosuch:model", "the provider 'nosuch' is not one LangChain knows: give none"),
        ("groq:llama", "the provider 'groq' is not installed: run `pip install langchain-groq`"),
        ("openai:gpt-4o", "openai:gpt-4o needs a key: set OPENAI_API_KEY, or give --base-url"),
        ("anthropic:claude-x", "anthropic:claude-x needs a key: set ANTHROPIC_API_KEY, or give --base-url"),
        ("embedded:gpt-2", "no embedded model 'gpt-2': give embedded:smollm2-135m-instruct"),
        ("embedded:smollm2-135m-instruct", "run `bpo-kpo setup`"),
        ("embedded", "run `bpo-kpo setup`"),
        ("scripted:", "give scripted:TEXT or scripted:FILE.json"),
        ("scripted:nowhere.json", "the script nowhere.json cannot be read: No such file or directory"),
    ],
)
def test_a_model_that_cannot_be_had_is_one_line(model: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        load_chat_model(load_settings(model=model, data_dir=tmp_path))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_address_must_be_one() -> None:
    with pytest.raises(
        SettingsError, match=r"^--base-url is 'localhost:8000': give one like http://localhost:8000/v1$"
    ):
        load_chat_model(load_settings(model="openai:m", base_url="localhost:8000"))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("htp:/x", "htp:/x"),
        ("http://[::1", "http://[::1"),
        ("http://h:99999/v1", "http://h:99999/v1"),
        ("http:///v1", "http:///v1"),
        ("http://a b/v1", "http://a b/v1"),
        ("htp://user:pa@ss@h/v1?api_key=k", "htp://h/v1"),
        ("user:secret@h", "h"),
        ("http://user:sec/ret@h/v1", "http://h/v1"),
    ],
)
def test_what_is_no_address_is_refused_whatever_the_model_and_no_password_is_shown(
    given: str, shown: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(model="embedded", base_url=given)
    assert str(caught.value) == f"--base-url is {shown!r}: give one like http://localhost:8000/v1"


@pytest.mark.parametrize(
    ("given", "bare"),
    [
        (None, None),
        ("http://user:pa@ss@h:80/v1/", "http://h:80/v1"),
        ("https://user@h/v1?api_key=k#part", "https://h/v1"),
        ("http://h/models@home", "http://h/models@home"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_shown_without_what_is_secret(given: str | None, bare: str | None) -> None:
    assert load_settings(base_url=given).base_url == given
    assert bare_address(given) == bare


def test_the_embedded_model_has_a_short_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPO_KPO_MODEL", "embedded")
    assert (load_settings().model, load_settings().drafts) == (EMBEDDED_MODEL, True)
    monkeypatch.setenv("BPO_KPO_BASE_URL", "")
    assert load_settings().base_url is None


def test_options_reach_each_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain_anthropic import ChatAnthropic
    from langchain_ollama import ChatOllama
    from langchain_openai import ChatOpenAI

    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-secret12345")
    local = "http://localhost:1234/v1"
    openai = load_chat_model(load_settings(model="openai:my/model:7b", base_url=local, model_timeout_s=7))
    assert isinstance(openai, ChatOpenAI)
    assert (openai.model_name, openai.openai_api_base, openai.request_timeout) == ("my/model:7b", local, 7)
    assert (openai.temperature, openai.max_retries) == (0, 0)
    ollama = load_chat_model(load_settings(model="ollama:qwen2.5:0.5b", base_url=local, model_timeout_s=7))
    assert isinstance(ollama, ChatOllama)
    assert (ollama.model, ollama.base_url, ollama.temperature) == ("qwen2.5:0.5b", local, 0)
    assert ollama.client_kwargs == {"timeout": 7}
    claude = load_chat_model(load_settings(model="anthropic:claude-x", model_timeout_s=7))
    assert isinstance(claude, ChatAnthropic)
    assert (claude.model, claude.default_request_timeout, claude.max_retries) == ("claude-x", 7, 0)
    assert "secret" not in repr(claude) + str(claude)


def test_embedded_model_is_prepared_without_loading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(data_dir=tmp_path, model="embedded", max_draft_tokens=50)
    monkeypatch.setattr("assistant.models.chat.gguf.weights.GGUF_BYTES", 4)
    settings.weights_dir.mkdir()
    (settings.weights_dir / "SmolLM2-135M-Instruct.Q4_1.gguf").write_bytes(b"GGUF")
    model = load_chat_model(settings)
    assert isinstance(model, InProcessChat)
    assert model.max_new_tokens == 50
    with pytest.raises(ModelError, match=r"is no GGUF file, or only a part of one"):
        model.invoke("Hello")


def test_scripted_model_replies_in_turn(tmp_path: Path) -> None:
    script = tmp_path / "replies.json"
    script.write_text(
        json.dumps(["One is odd [1].", {"text": "Two is even [2]. Three", "error": "the line is cut"}])
    )
    model = load_chat_model(load_settings(model=f"scripted:{script}"))
    assert model is not None
    odd, even = Drafted(text="One is odd.", markers=(1,)), Drafted(text="Two is even.", markers=(2,))
    assert list(draft(model, [HumanMessage("?")], timeout_s=LONG_S)) == [odd]
    stream = draft(model, [HumanMessage("?")], timeout_s=LONG_S)
    assert next(stream) == even
    with pytest.raises(ModelError, match=r"^the line is cut$"):
        next(stream)
    assert list(draft(model, [HumanMessage("?")], timeout_s=LONG_S)) == [odd]


def test_scripted_model_streams_word_by_word() -> None:
    model = load_chat_model(load_settings(model="scripted:KPO needs  experts."))
    assert model is not None
    assert [chunk.text for chunk in model.stream("?") if chunk.text] == ["KPO", " needs", "  experts."]
    assert model.invoke("?").text == "KPO needs  experts."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}", "is no JSON list"),
        ("[1]", "is no JSON list"),
        ("[", "is no JSON list"),
        ("[]", "holds no replies"),
    ],
)
def test_bad_script_is_one_line(tmp_path: Path, content: str, said: str) -> None:
    script = tmp_path / "bad.json"
    script.write_text(content)
    with pytest.raises(ModelError, match=said):
        load_chat_model(load_settings(model=f"scripted:{script}"))
