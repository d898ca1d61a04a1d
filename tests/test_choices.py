"""What can be chosen on the settings page: models found on this machine, settings made of choices, words for both."""

from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from helpers import running, settings_in
from listing import listing
from patience import LONG_S

from assistant.core.errors import InputError, ModelError, SettingsError
from assistant.core.settings import EMBEDDED_MODEL, Settings, load_settings
from assistant.core.types import Answer
from assistant.index.thresholds import Calibration, program_version, thresholds_path, write_calibration
from ui.page.settings.choices import (
    changed,
    cost_text,
    is_chosen,
    key_text,
    model_text,
    prove,
    step_of,
    strictness,
    timings_of,
    tried,
    whence,
)
from ui.providers.servers import Found, found_models, listed_names

pytestmark = pytest.mark.usefixtures("patient_servers")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "OPENAI_API_KEY",
        "BPO_KPO_MODEL",
        "BPO_KPO_BASE_URL",
        "BPO_KPO_MIN_EVIDENCE",
        "BPO_KPO_PASSAGES",
    ):
        monkeypatch.delenv(name, raising=False)


def base_in(folder: Path, **values: object) -> Settings:
    """Return settings as a start without options has them, but for the folder."""
    return load_settings(data_dir=folder, **values)


# --- models found ---


def test_models_of_both_kinds_of_server_are_found_in_order() -> None:
    tags = {
        "models": [{"name": "qwen2.5:7b"}, {"name": "llama3.2:latest"}, {"name": "nomic-embed-text:latest"}]
    }
    models = {"object": "list", "data": [{"id": "meta-llama/Llama-3.1-8B"}]}
    with listing(tags) as (ollama, tagged), listing(models) as (vllm, listed):
        found = found_models({"Ollama": ollama, "vLLM": vllm})
    assert found == [
        Found(server="Ollama", provider="ollama", name="llama3.2:latest", base_url=f"http://127.0.0.1:{ollama}"),
        Found(server="Ollama", provider="ollama", name="qwen2.5:7b", base_url=f"http://127.0.0.1:{ollama}"),
        Found(
            server="vLLM", provider="openai", name="meta-llama/Llama-3.1-8B", base_url=f"http://127.0.0.1:{vllm}/v1"
        ),
    ]  # fmt: skip
    assert (tagged, listed) == (["/api/tags"], ["/v1/models"])
    assert found[0].model == "ollama:llama3.2:latest"
    assert found[0].label == f"llama3.2:latest (Ollama, port {ollama})"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>a web server</html>",
        [],
        {"data": "none"},
        {
            "data": [
                {"id": 7},
                "x",
                {"id": "<img src=x onerror=alert(1)>"},
                {"id": "a\nb"},
                {"id": "x" * 200},
                {},
            ]
        },
        b'{"data": [{"id": "m"}]' + b" " * 2_000_000,
        b"[" * 100_000,
    ],
)
def test_what_is_no_list_of_plain_names_offers_nothing(body: object) -> None:
    with listing(body) as (port, _):
        assert found_models({"vLLM": port}) == []


def test_a_server_that_never_ends_its_reply_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.providers.servers.TIMEOUT_S", 5.0)  # in which the good one answers on any machine
    with listing({}, drip=True) as (slow, _), listing({"data": [{"id": "m"}]}) as (good, _):
        assert [item.name for item in found_models({"LM Studio": slow, "vLLM": good})] == ["m"]


def test_a_server_that_never_ends_its_headers_is_left_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.providers.servers.LIMIT_S", 1.0)
    left = Event()

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not left.wait(0.1):
                    self.wfile.write(b"a")

    with running(Handler) as address:
        told: list[list[str] | None] = []
        asking = Thread(target=lambda: told.append(listed_names(f"{address}/models")), daemon=True)
        asking.start()
        asking.join(LONG_S)
        left.set()
    assert told == [None]


def test_nobody_listening_is_nothing_found() -> None:
    with listing({}) as (port, _):
        pass
    assert found_models({"Ollama": port, "vLLM": port}) == []
    assert found_models({}) == []


# --- settings made of choices ---


def test_a_model_chosen_is_a_model_named(tmp_path: Path) -> None:
    base = base_in(tmp_path)
    assert not base.drafts
    assert changed(base, model="embedded").drafts
    assert changed(base, model=EMBEDDED_MODEL).model == EMBEDDED_MODEL
    assert changed(base, model="none").model_fields_set == base.model_fields_set
    assert changed(changed(base, model="embedded"), model="none").model == "none"


def test_what_is_as_before_keeps_its_origin(tmp_path: Path) -> None:
    base = base_in(tmp_path)
    same = changed(base, model="none", passages=8, checker=base.checker, min_evidence=None)
    assert same == base and same.model_fields_set == {"data_dir"}
    assert not is_chosen(base, same)
    other = changed(base, passages=12)
    assert other.passages == 12 and "min_evidence" not in other.model_fields_set
    assert is_chosen(base, other)


def test_an_address_can_be_taken_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPO_KPO_BASE_URL", "http://127.0.0.1:9/v1")
    base = base_in(tmp_path, model="openai:m")
    assert changed(base, passages=3).base_url == "http://127.0.0.1:9/v1"
    assert changed(base, model="anthropic:m", base_url=None).base_url is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"min_evidence": 3.0}, "“Threshold” is 3.0: "),
        ({"passages": 0}, "“Number of passages” is 0: "),
        ({"checker": "magic"}, "“Checker” is 'magic': use auto, judge"),
    ],
)
def test_a_bad_value_is_one_line_in_the_words_of_the_page(
    tmp_path: Path, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        changed(base_in(tmp_path), **values)
    assert str(caught.value).startswith(words) and "\n" not in str(caught.value)


# --- a model that is not there ---


def test_a_model_that_cannot_be_had_is_one_line_and_nothing_is_put_in_force(tmp_path: Path) -> None:
    chosen: list[Settings] = []
    base = base_in(tmp_path)
    with pytest.raises(ModelError, match="weights of embedded:.* are not in"):
        tried(changed(base, model="embedded"), chosen.append)
    with pytest.raises(ModelError, match="'nonsense' is not a model's name: give none"):
        tried(changed(base, model="nonsense"), chosen.append)
    with pytest.raises(ModelError, match="set OPENAI_API_KEY, or give “Server address” for a server"):
        tried(changed(base, model="openai:gpt-x"), chosen.append)
    assert chosen == []
    tried(base, chosen.append)
    assert chosen == [base]


def test_a_local_server_is_asked_whether_it_has_the_model(tmp_path: Path) -> None:
    base = base_in(tmp_path)
    with listing({"data": [{"id": "small"}]}) as (port, asked):
        address = f"http://127.0.0.1:{port}/v1"
        prove(changed(base, model="openai:small", base_url=address))
        assert asked == ["/v1/models"]
        with pytest.raises(ModelError, match=f"{address} does not offer 'big': choose one of small"):
            prove(changed(base, model="openai:big", base_url=address))
    with pytest.raises(ModelError, match=f"openai:small cannot be reached at {address}: start its server"):
        prove(changed(base, model="openai:small", base_url=address))
    with listing({"models": [{"name": "llama3.2:latest"}]}) as (port, _):
        prove(changed(base, model="ollama:llama3.2", base_url=f"http://127.0.0.1:{port}"))


def test_a_password_of_an_address_is_not_shown_and_not_sent_to_list_models(tmp_path: Path) -> None:
    base = base_in(tmp_path)
    with listing({"data": [{"id": "m"}]}) as (port, sent):
        address = f"http://127.0.0.1:{port}"
        settings = changed(
            base, model="openai:m", base_url=f"{address}/v1?key=k".replace("//", "//user:pa@ss@")
        )
        prove(settings)
        with pytest.raises(ModelError) as caught:
            prove(changed(settings, model="openai:other"))
    assert sent == ["/v1/models", "/v1/models"]
    assert str(caught.value) == f"{address}/v1 does not offer 'other': choose one of m"
    assert model_text(settings) == f"openai:m at {address}/v1"
    assert "pa@ss" not in key_text("openai:m", settings.base_url)


def test_a_model_that_needs_no_server_is_proved_without_one(tmp_path: Path) -> None:
    with listing({}) as (port, _):
        pass
    prove(
        changed(
            base_in(tmp_path), model="scripted:KPO needs experts.", base_url=f"http://127.0.0.1:{port}/v1"
        )
    )


def test_no_server_elsewhere_is_asked(tmp_path: Path) -> None:
    prove(changed(base_in(tmp_path), model="openai:m", base_url="http://models.invalid/v1"))


# --- words ---


def test_a_key_is_named_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    head = "The key is taken from the environment variable OPENAI_API_KEY, which is "
    assert key_text("openai:m") == f"{head}not set."
    assert (
        key_text("openai:m", "http://127.0.0.1:1/v1") == f"{head}not set. A server of your own may need none."
    )
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert key_text("openai:m") == f"{head}set."
    assert key_text("openai:m", "http://127.0.0.1:1/v1") == f"{head}set. It is sent to http://127.0.0.1:1/v1."
    assert (key_text("none"), key_text(EMBEDDED_MODEL), key_text("ollama:m")) == ("", "", "")


def calibrate(settings: Settings, threshold: float) -> None:
    settings.index_dir.mkdir(parents=True)
    write_calibration(
        settings,
        Calibration(
            min_evidence=threshold, risk=0.05, shown=40, wrong=1, upper=0.1, cases=60, cases_sha256="ab" * 32,
            index_id="sha256:x", program=program_version(), made="2026-01-02",
        ),
    )  # fmt: skip


def test_the_three_thresholds_lie_around_the_one_in_force(tmp_path: Path) -> None:
    base = base_in(tmp_path)
    assert strictness(base) == {"Answer more": 0.275, "Balanced": 0.55, "Only when sure": 0.775}
    assert (step_of(base, 0.775), step_of(base, 0.7)) == ("Only when sure", None)
    calibrate(base, 0.6)
    assert strictness(base) == {"Answer more": 0.3, "Balanced": 0.6, "Only when sure": 0.8}
    assert strictness(base_in(tmp_path, min_evidence=0.5))["Balanced"] == 0.5
    thresholds_path(base).write_text("{}")
    with pytest.raises(InputError, match="calibrate"):
        strictness(base)


def test_each_value_says_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = base_in(tmp_path)
    assert [whence(name, base, base) for name in ("model", "min_evidence", "passages")] == ["default"] * 3
    calibrate(base, 0.6)
    assert whence("min_evidence", base, base).startswith("calibrated 2026-01-02 on 60 cases")
    sure = changed(base, min_evidence=0.8, model="embedded")
    assert [whence(name, base, sure) for name in ("min_evidence", "model", "passages")] == [
        "chosen here", "chosen here", "default",
    ]  # fmt: skip
    monkeypatch.setenv("BPO_KPO_PASSAGES", "5")
    assert whence("passages", *[base_in(tmp_path)] * 2) == "environment (BPO_KPO_PASSAGES)"
    assert whence("model", *[base_in(tmp_path, model="openai:m")] * 2) == "given when the program was started"


def test_the_cost_is_measured_where_it_can_be_and_told_in_words_else(tmp_path: Path) -> None:
    quoting = settings_in(tmp_path)
    assert cost_text(quoting) == "About 0.6 s an answer on two cores."
    assert cost_text(settings_in(tmp_path, model=EMBEDDED_MODEL)) == (
        "About 0.6 s an answer on two cores, and about half a second more for the embedded model."
    )
    judged = settings_in(tmp_path, model="openai:m", checker="llm", model_timeout_s=30)
    assert cost_text(judged) == (
        "About 0.6 s an answer on two cores, and what the model takes, at most 30 s; what the embedded "
        "judge is not sure of goes to a stronger checker, in one more call."
    )
    timings = [
        {"total": 1.0, "generate": 0.5},
        {"total": 3.0, "generate": 2.5},
        {"total": 1.2, "generate": 0.6},
    ]
    assert (
        cost_text(judged, timings)
        == "Measured here over 3 answers: 1.2 s an answer, 0.6 s of it the model's."
    )
    assert cost_text(quoting, [{"total": 0.24}]) == "Measured here over 1 answer: 0.2 s an answer."


def test_only_answers_of_the_model_in_force_are_counted(tmp_path: Path) -> None:
    one = Answer(question="a", model="none", timings_s={"total": 0.2})
    other = Answer(question="b", model="openai:m", timings_s={"total": 2.0})
    empty = Answer(question="c", model="none")
    assert timings_of([one, other, empty], base_in(tmp_path)) == [{"total": 0.2}]
    assert timings_of([one, other], base_in(tmp_path, model="openai:m")) == [{"total": 2.0}]


def test_the_model_is_named_in_words(tmp_path: Path) -> None:
    assert model_text(base_in(tmp_path)) == "Quotations only, no model"
    assert model_text(base_in(tmp_path, model="openai:m", base_url="http://127.0.0.1:1/v1")) == (
        "openai:m at http://127.0.0.1:1/v1"
    )
