"""Each provider through its real client: the request that is sent, what is shown, and every way to fail."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import anthropic_server
import ollama_server
import openai_server
import pytest
from helpers import settings_in
from model_server import THOUGHT, Behaviour, Served
from patience import LONG_S

from assistant.assistant import Assistant
from assistant.core.types import Answer, ClaimShown, Drafts
from assistant.index.store import Store
from assistant.models.chat.load import load_chat_model
from assistant.models.embedder.load import load_embedder
from ingest.index import build_index

ARTICLE = """---
title: Two models
---
# Two models

BPO needs basic training. KPO needs professionals with advanced analytical skills.

In 2004 GE sold 60 per cent of GECIS, its captive centre, for about 500 million dollars, and two funds bought it.

Genpact became the new name of GECIS in 2005, and the firm went public two years later.
"""
QUESTION = "What happened to GECIS?"
SUPPORTED = "GE sold 60 per cent of GECIS in 2004."
BASIS = (
    "In 2004 GE sold 60 per cent of GECIS, its captive centre, for about 500 million dollars, "
    "and two funds bought it."
)
NONSENSE = "KPO needs 12 dragons."
REPLY = f"{SUPPORTED[:-1]} [2]. {NONSENSE[:-1]} [1]."
JSON_REPLY = json.dumps(
    {"sentences": [{"text": SUPPORTED, "evidence": [2]}, {"text": NONSENSE, "evidence": [1]}]}
)
SERVERS: dict[str, Callable[..., AbstractContextManager[Served]]] = {
    "openai": openai_server.serve,
    "ollama": ollama_server.serve,
    "anthropic": anthropic_server.serve,
}
PROVIDERS = pytest.mark.parametrize("provider", list(SERVERS))


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in ("OPENAI", "ANTHROPIC"):
        for name in ("API_KEY", "BASE_URL", "API_BASE"):
            monkeypatch.delenv(f"{provider}_{name}", raising=False)
    for name in ("OLLAMA_HOST", "OLLAMA_API_KEY", "LANGSMITH_GATEWAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant without a model on one article, indexed by the real embedder."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "articles").mkdir()
    (folder / "articles" / "models.md").write_text(ARTICLE, encoding="utf-8")
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    build_index(settings, load_embedder(settings), [str(folder / "articles")])
    return Assistant.open(settings)


def opened(base: Assistant, provider: str, served: Served, **values: Any) -> Assistant:
    """The same assistant with the model behind a server."""
    chosen = {"model": f"{provider}:m", "base_url": served.base_url, "model_timeout_s": LONG_S, **values}
    settings = base.settings.model_copy(update=chosen)
    return Assistant(
        settings,
        Store.open(settings, base.embedder),
        base.embedder,
        load_chat_model(settings),
        base.checker,
        reader=base.reader,
    )


def asked(base: Assistant, provider: str, behaviour: Behaviour, **values: Any) -> tuple[Answer, Served]:
    with SERVERS[provider](behaviour, reply=REPLY, json_reply=JSON_REPLY) as served:
        return opened(base, provider, served, **values).ask(QUESTION), served


def by_model(answer: Answer) -> list[tuple[str, list[str]]]:
    """What the model wrote and was shown, with the words cited."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    return [
        (claim.text, [quotes[n] for n in claim.citations])
        for claim in answer.claims
        if claim.origin == "model"
    ]


def schema_sent(provider: str, request: dict[str, Any]) -> Any:
    """The JSON schema in a request, None where it has none."""
    if provider == "openai":
        asked = request.get("response_format")
        assert asked is None or (asked["type"], asked["json_schema"]["strict"]) == ("json_schema", True)
        return asked and asked["json_schema"]["schema"]
    if provider == "ollama":
        return request.get("format")
    return request.get("output_config", {}).get("format", {}).get("schema")


def evidence_sent(request: dict[str, Any]) -> int:
    """How many pieces of evidence a request holds."""
    return sum(line.startswith("[") for line in request["messages"][-1]["content"].splitlines())


@PROVIDERS
def test_structured_draft_is_asked_for_checked_and_cited(base: Assistant, provider: str) -> None:
    answer, served = asked(base, provider, "json")
    assert by_model(answer) == [(SUPPORTED, [BASIS])]
    assert NONSENSE in [item.text for item in answer.withheld]
    assert answer.drafts == Drafts(sentences=2, markers=2, replaced=1)  # it named the first sentence
    assert not answer.notices
    request, again = served.requests
    assert "did not pass the check" in json.dumps(again["messages"])
    sent = schema_sent(provider, request)
    numbers = sent["properties"]["sentences"]["items"]["properties"]["evidence"]["items"]["enum"]
    assert numbers == list(range(1, evidence_sent(request) + 1))
    assert request["stream"] is True
    assert request["model"] == "m"


@PROVIDERS
def test_a_refused_schema_is_followed_by_markers_and_the_reader_is_told_nothing(
    base: Assistant, provider: str
) -> None:
    answer, served = asked(base, provider, "no_schema")
    assert by_model(answer) == [(SUPPORTED, [BASIS])]
    assert (answer.notices, answer.reason) == ((), None)
    assert [schema_sent(provider, request) is None for request in served.requests] == [False, True, True]


@PROVIDERS
def test_markers_are_asked_for_where_they_are_wanted(base: Assistant, provider: str) -> None:
    answer, served = asked(base, provider, "json", draft_form="markers")
    assert by_model(answer) == [(SUPPORTED, [BASIS])]
    assert [schema_sent(provider, request) for request in served.requests] == [None, None]


@PROVIDERS
def test_reasoning_is_neither_shown_nor_checked(base: Assistant, provider: str) -> None:
    answer, _ = asked(base, provider, "thinking")
    assert by_model(answer) == [(SUPPORTED, [BASIS])]
    assert answer.drafts.sentences == 2
    assert THOUGHT not in json.dumps(answer.to_dict())


@PROVIDERS
def test_invented_numbers_are_counted(base: Assistant, provider: str) -> None:
    invented = json.dumps(
        {"sentences": [{"text": SUPPORTED, "evidence": [99]}, {"text": NONSENSE, "evidence": []}]}
    )
    with SERVERS[provider]("json", json_reply=invented) as served:
        answer = opened(base, provider, served).ask(QUESTION)
    assert by_model(answer) == [(SUPPORTED, [BASIS])]
    assert answer.drafts == Drafts(sentences=2, markers=1, invented=1, unmarked=2)


@PROVIDERS
def test_a_sentence_is_shown_before_the_reply_ends(base: Assistant, provider: str) -> None:
    waits = json.dumps(
        {"sentences": [{"text": SUPPORTED, "evidence": [1]}, {"text": "BPO needs clerks.", "evidence": []}]}
    )
    with SERVERS[provider]("stall", json_reply=waits) as served:
        stream = opened(base, provider, served, model_timeout_s=LONG_S).ask_stream(QUESTION)
        shown = next(
            event for event in stream if isinstance(event, ClaimShown) and event.claim.origin == "model"
        )
        assert shown.claim.text == SUPPORTED
        assert not served.released.is_set()  # the server still holds the rest back
        stream.close()


QUOTED = "What is shown is quoted."
FAILURES: list[tuple[Behaviour, str]] = [
    ("400", "The model m refused the request (HTTP 400): no good, your key is"),
    ("401", "The model m refused the key (HTTP 401): check the provider's API key."),
    ("429", "The model m is over its limit (HTTP 429): wait, or check the account."),
    ("500", "The model m failed on its server (HTTP 500): try again later."),
    ("529", "The model m failed on its server (HTTP 529): try again later."),
    ("empty", "The model m returned nothing."),
    ("refusal", "The model m declined to answer."),
]


@PROVIDERS
@pytest.mark.parametrize(("behaviour", "line"), FAILURES)
def test_a_failure_is_one_line_and_quotations(
    base: Assistant, provider: str, behaviour: Behaviour, line: str
) -> None:
    answer, _ = asked(base, provider, behaviour)
    (notice,) = answer.notices
    assert notice.startswith(line)
    assert notice.endswith(QUOTED)
    assert "\n" not in notice
    assert (answer.reason, answer.status) == ("model_unavailable", "answered")
    assert {claim.origin for claim in answer.claims} == {"quote"}


@pytest.mark.parametrize(
    ("provider", "line"),
    [
        ("openai", "The model m is not known to its server (HTTP 404): check the name and --base-url."),
        ("ollama", "The model m is not on its server (HTTP 404): run `ollama pull m`."),
        ("anthropic", "The model m is not known to its server (HTTP 404): check the name and --base-url."),
    ],
)
def test_a_model_the_server_does_not_have_comes_with_the_remedy(
    base: Assistant, provider: str, line: str
) -> None:
    assert asked(base, provider, "404")[0].notices == (f"{line} {QUOTED}",)


@pytest.mark.parametrize(
    ("provider", "behaviour", "line"),
    [
        ("openai", "declined", "The model m declined to answer."),
        ("anthropic", "declined", "The model m declined to answer."),
        ("openai", "late_error", "The model m failed (APIError): out of memory."),
        ("ollama", "late_error", "The model m failed (ResponseError): llama runner process has terminated"),
        ("anthropic", "late_error", "The model m failed in the middle of its reply: Overloaded."),
        ("openai", "not_json", "The model m sent something that is no chat completion: check --base-url."),
        ("ollama", "not_json", "The model m sent something that is no chat completion: check --base-url."),
        ("anthropic", "not_json", "The model m returned nothing."),
    ],
)
def test_what_a_protocol_tells_in_its_own_way_is_understood(
    base: Assistant, provider: str, behaviour: Behaviour, line: str
) -> None:
    with SERVERS[provider](behaviour) as served:  # its reply is of clerks, after whom an error comes
        answer = opened(base, provider, served).ask(QUESTION)
    (notice,) = answer.notices
    assert notice.startswith(line)
    assert answer.claims


@PROVIDERS
@pytest.mark.parametrize("behaviour", ["break", "drop"])
def test_a_broken_stream_keeps_what_was_checked(base: Assistant, provider: str, behaviour: Behaviour) -> None:
    breaks = f'{{"sentences": [{{"text": "{SUPPORTED}", "evidence": [1]}}, {{"text": "BPO needs clerks.",'
    with SERVERS[provider](behaviour, json_reply=breaks) as served:
        answer = opened(base, provider, served).ask(QUESTION)
    assert by_model(answer) == [(SUPPORTED, [BASIS])]
    assert answer.notices == (f"The model m broke off in the middle of its reply. {QUOTED}",)


@PROVIDERS
def test_a_reply_that_was_cut_off_loses_its_last_sentence(base: Assistant, provider: str) -> None:
    cut = f'{{"sentences": [{{"text": "{SUPPORTED}", "evidence": [1]}}, {{"text": "BPO needs clerks. Mu"}}]}}'
    with SERVERS[provider]("cut", json_reply=cut.replace("clerks.", "clerks")) as served:
        answer = opened(base, provider, served).ask(QUESTION)
    assert by_model(answer) == [(SUPPORTED, [BASIS])]
    assert (answer.drafts.sentences, answer.notices) == (1, ())


@PROVIDERS
def test_a_silent_server_is_left(base: Assistant, provider: str) -> None:
    with SERVERS[provider]("slow") as served:
        answer = opened(base, provider, served, model_timeout_s=1).ask(QUESTION)
    (notice,) = answer.notices
    assert notice in (
        f"The model m did not finish within 1 s. {QUOTED}",
        f"The model m did not answer in time: allow more seconds, or use another model. {QUOTED}",
    )
    assert answer.claims


@PROVIDERS
def test_an_absent_server_is_named(base: Assistant, provider: str) -> None:
    with SERVERS[provider]("normal") as served:
        assistant = opened(base, provider, served)
    assert assistant.ask(QUESTION).notices == (
        f"The model m cannot be reached: check its server and --base-url. {QUOTED}",
    )


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize("behaviour", ["400", "401"])
def test_a_key_that_a_server_repeats_is_not_shown(
    base: Assistant,
    provider: str,
    behaviour: Behaviour,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv(f"{provider.upper()}_API_KEY", "secret-of-mine-123456")
    with caplog.at_level("DEBUG", logger="assistant"):
        answer, served = asked(base, provider, behaviour)
    assert served.keys[0].removeprefix("Bearer ") == "secret-of-mine-123456"
    assert "secret-of-mine" not in json.dumps(answer.to_dict()) + caplog.text
