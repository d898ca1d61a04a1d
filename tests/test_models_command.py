"""`bpo-kpo models`: what can be named on this machine, how well it cites, and measuring that."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import settings_in
from listing import listing
from patience import free_port

from assistant.core.settings import load_settings
from assistant.models.embedder.load import load_embedder
from eval.health.file import health_path, keep_health, read_health, shipped_health
from eval.health.health import part
from ingest.index import build_index
from ui.cli.models import keep, models_text
from ui.cli.parse import main
from ui.providers.cached import Cached, cached_models
from ui.providers.health import health_line, health_table, measured_line
from ui.providers.model_list import Entry, Models, list_models, model_key
from ui.providers.servers import ollama_address

EMBEDDED = "embedded:smollm2-135m-instruct"
KEY = "sk-do-not-show-0123456789"
SHIPPED = shipped_health()[0]


pytestmark = pytest.mark.usefixtures("patient_servers")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OLLAMA_HOST", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "BPO_KPO_MODEL", "BPO_KPO_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BPO_KPO_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def closed() -> dict[str, int]:
    """A port where nobody listens."""
    return {"Ollama": free_port()}


def named(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    return {entry.name: entry for entry in entries}


def test_servers_hosted_providers_and_the_model_in_force_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    tags = {"models": [{"name": "llama3.2:latest"}, {"name": "nomic-embed-text"}]}
    with listing(tags) as (ollama, _), listing({"data": [{"id": "org/m"}]}) as (own, asked):
        base_url = f"http://127.0.0.1:{own}/v1"
        settings = settings_in(tmp_path, model="openai:org/m", base_url=base_url)
        found = list_models(settings, {"Ollama": ollama, "vLLM": own})
    assert asked == ["/v1/models"]  # the address that was given, asked once
    models = named(found.chat_models)
    assert [name for name, entry in models.items() if entry.in_force] == ["openai:org/m"]
    assert models["openai:org/m"].base_url == base_url
    assert models["ollama:llama3.2:latest"].about == f"Ollama; add --base-url http://127.0.0.1:{ollama}."
    assert not models[EMBEDDED].ready
    assert models["openai:NAME"].details["key_set"] is True
    assert models["anthropic:NAME"].details["key_set"] is False
    assert not models["anthropic:NAME"].ready
    assert found.notices == ()
    assert KEY not in json.dumps(found.to_dict())


def test_an_address_where_nobody_answers_is_named(tmp_path: Path, closed: dict[str, int]) -> None:
    address = f"http://127.0.0.1:{closed['Ollama']}"
    found = list_models(settings_in(tmp_path, model="ollama:m", base_url=address), {})
    assert found.notices == (f"No server answers at {address}.",)
    models = named(found.chat_models)
    assert models["ollama:m"].in_force
    assert models["ollama:NAME"].about == "No server offers a model here."


def test_what_was_measured_stands_beside_its_model(tmp_path: Path, closed: dict[str, int]) -> None:
    settings = settings_in(tmp_path, model=EMBEDDED, draft_form="markers")
    assert named(list_models(settings, closed).chat_models)[EMBEDDED].health == (SHIPPED,)
    own = replace(SHIPPED, shipped=False, made="2026-01-02")
    gone = replace(own, model="openai:gone", base_url="http://127.0.0.1:9/v1")
    for one in (own, replace(own, form="markers", made="2026-01-01"), gone):
        keep_health(tmp_path, one)
    models = named(list_models(settings, closed).chat_models)
    assert [item.form for item in models[EMBEDDED].health] == ["markers", "auto"]
    assert models["openai:gone"].health == (gone,)
    assert models["openai:gone"].about == "Measured before; not found now."


def test_a_damaged_file_of_figures_is_told_and_the_list_still_comes(
    tmp_path: Path, closed: dict[str, int]
) -> None:
    health_path(tmp_path).write_text("{", encoding="utf-8")
    found = list_models(settings_in(tmp_path), closed)
    assert "health.json is damaged" in found.notices[0]
    assert named(found.chat_models)["none"].in_force


def test_two_ways_to_name_a_model_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert model_key("ollama:m", None) == model_key("ollama:m:latest", "http://localhost:11434/")
    assert model_key("ollama:m", None) != model_key("ollama:m", "http://127.0.0.1:9")
    assert model_key("openai:m", None) != model_key("openai:m", "http://127.0.0.1:9/v1")
    assert model_key("none", "http://127.0.0.1:9/v1") == ("none", None)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    assert model_key("ollama:m", None) == model_key("ollama:m", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("", None),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("localhost:5000", "http://localhost:5000"),
        ("https://models.example", "https://models.example:443"),
        ("http://models.example/ollama/", "http://models.example:80/ollama"),
        ("[::1]", "http://[::1]:11434"),
        ("host:port", None),
        ("ftp://models.example", None),
    ],
)
def test_ollama_host_is_read_as_its_client_reads_it(host: str, address: str | None) -> None:
    assert ollama_address(host) == address


def test_the_embedder_of_the_index_and_of_the_settings_are_told_apart(
    tmp_path: Path, closed: dict[str, int]
) -> None:
    (tmp_path / "a.md").write_text("# A\n\nKPO needs experts.\n", encoding="utf-8")
    built = settings_in(tmp_path / "data")
    build_index(built, load_embedder(built), [str(tmp_path / "a.md")])
    settings = settings_in(tmp_path / "data", embedder="all-MiniLM-L6-v2", checker="llm:openai:m")
    found = list_models(settings, closed)
    embedders = named(found.embedders)
    assert embedders["hash"].about.endswith("The index 'default' was built with it.")
    assert (embedders["hash"].in_force, embedders["all-MiniLM-L6-v2"].in_force) == (False, True)
    assert [entry.name for entry in found.checkers if entry.in_force] == ["llm:openai:m"]


def cache_model(cache: Path, name: str, files: Mapping[str, object]) -> None:
    folder = cache / f"models--{name.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("abc123", encoding="utf-8")
    snapshot = folder / "snapshots" / "abc123"
    snapshot.mkdir(parents=True)
    for file, body in files.items():
        text = body if isinstance(body, str) else json.dumps(body)
        (snapshot / file).write_text(text, encoding="utf-8")


def test_models_of_the_cache_are_told_by_their_small_files(tmp_path: Path) -> None:
    writes = {"architectures": ["LlamaForCausalLM"]}
    chat = {"config.json": writes, "model.safetensors": ""}
    cache_model(tmp_path, "org/chat", chat | {"tokenizer_config.json": {"chat_template": "{{ x }}"}})
    cache_model(tmp_path, "org/chat-two", chat | {"chat_template.jinja": "{{ x }}"})
    cache_model(tmp_path, "org/base", chat)
    cache_model(tmp_path, "org/vectors", {"modules.json": [], "model.safetensors": ""})
    cache_model(tmp_path, "org/half", {"modules.json": []})
    cache_model(tmp_path, "org/odd", {"config.json": "[" * 100_000, "model.safetensors": ""})
    assert cached_models(tmp_path) == [
        Cached(name="org/chat", kind="chat"),
        Cached(name="org/chat-two", kind="chat"),
        Cached(name="org/vectors", kind="embedder"),
    ]
    assert cached_models(tmp_path / "nothing") == []


@pytest.mark.parametrize("columns", [40, 80, 100, 200])
def test_the_list_fits_its_columns_and_shows_no_control_characters(columns: int) -> None:
    odd = Entry(name="openai:\x1b[31m" + "x" * 40, ready=True, about="word " * 60, in_force=True)
    good = Entry(name="none", ready=True, about="Quotations alone.", health=(SHIPPED,))
    lines = models_text(
        Models(chat_models=(good, odd), checkers=(), embedders=(), notices=("no " * 80,)), columns
    )
    assert max(map(len, lines)) <= min(max(columns, 80), 120)
    assert "\x1b" not in "".join(lines)
    assert "  none" in lines[1]
    assert any(line.startswith("* openai:") for line in lines)
    assert f"      {SHIPPED.sentences} sentences: " in "\n".join(lines)


def test_health_in_words() -> None:
    assert health_line(SHIPPED).startswith(f"{SHIPPED.sentences} sentences: ")
    few = replace(
        SHIPPED, unsupported=part(3, 4), repeats=part(0, 4), unmarked=part(1, 4), invented=part(1, 2)
    )
    few = replace(few, repaired=part(0, 2), failed=part(1, 3), seconds=1.26)
    few = replace(few, supported=part(0, 0), unverified=part(0, 0), form_kept=part(0, 0))
    assert health_line(few) == (
        "4 sentences: 0.75 withheld (0.75 unsupported, 0.00 repeats), 0.25 naming no evidence (markers dropped); "
        "2 markers: 0.50 invented, 0.00 repaired; failed in 1 of 3 answers; 1.26 s a draft"
    )
    assert measured_line(replace(SHIPPED, made="2026-01-02", questions=1, version="1.0", form="markers")) == (
        "measured by the authors on 2026-01-02: 1 question of eval/bench/data/questions.jsonl, form markers, version 1.0"
    )
    assert len(health_table(replace(SHIPPED, seconds=1.5, first_s=None, answer_s=None))) == 13
    [line] = [line for line in health_table(few) if line.startswith("sentences withheld")]
    assert line.split(maxsplit=2)[2] == "0.75 [0.30, 0.95]    3 of 4"


def test_measuring_prints_and_keeps_the_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BPO_KPO_EMBEDDER", "hash")
    monkeypatch.setenv("BPO_KPO_MIN_EVIDENCE", "0")
    model = "scripted:Elephants outnumber auditors in Lisbon [149]."
    assert main(["models", "--measure", model, "--count", "3", "--draft-form", "markers"]) == 0
    told = capsys.readouterr()
    assert f"{model}, measured here on " in told.out
    [line] = [line for line in told.out.splitlines() if line.startswith("markers invented")]
    assert " ".join(line.split()) == "markers invented 1.00 [0.44, 1.00] 3 of 3"
    [kept] = read_health(load_settings().data_dir)
    assert (kept.model, kept.form, kept.questions) == (model, "markers", 3)
    assert main(["models", "--model", model, "--draft-form", "markers", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["chat_models"]
    [current] = [entry for entry in listed if entry["in_force"]]
    assert current["name"] == model
    assert current["health"][0]["invented"] == {"part": kept.sentences, "whole": kept.sentences} | {
        "low": kept.invented.low,
        "high": 1.0,
    }


def test_figures_of_fewer_questions_do_not_replace_those_of_more_unsaid(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    many = replace(SHIPPED, shipped=False, model="openai:m", questions=62, made="2026-01-02")
    few, path = replace(many, questions=4, made="2026-01-03"), health_path(tmp_path)
    assert keep(settings, few, part=True) == f"Kept in {path}."
    assert keep(settings, many, part=True) == f"Kept in {path}."
    there = "those over 62 questions of eval/bench/data/questions.jsonl (2026-01-02)"
    assert keep(settings, few, part=True) == f"Not kept: {path} holds {there}, and these are over 4."
    assert read_health(tmp_path) == [many]
    assert keep(settings, few, part=False) == f"Kept in {path} in place of {there}."
    assert read_health(tmp_path) == [few]


def test_a_model_that_always_fails_leaves_no_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BPO_KPO_EMBEDDER", "hash")
    monkeypatch.setenv("BPO_KPO_MIN_EVIDENCE", "0")
    script = tmp_path / "script.json"
    script.write_text('[{"error": "on \\u001b[31mstrike"}]', encoding="utf-8")
    assert main(["models", "--measure", f"scripted:{script}", "--count", "2"]) == 1
    told = capsys.readouterr().err
    assert "it failed on every question it was asked: " in told
    assert "\x1b" not in told
    assert read_health(load_settings().data_dir) == []


def test_the_settings_in_force_are_printed_without_a_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "--base-url", "http://user:hunter2@h:80/v1?api_key=hunter3"]) == 0
    told = capsys.readouterr().out
    assert "base_url = http://h:80/v1\n" in told
    assert "hunter" not in told


def test_a_password_in_an_address_is_neither_shown_nor_sent(tmp_path: Path) -> None:
    with listing({"data": [{"id": "other"}]}) as (port, sent):
        address = f"http://127.0.0.1:{port}"
        secret = f"{address}/v1?api_key=hunter3".replace("//", "//user:pa@hunter2@")
        found = list_models(settings_in(tmp_path, model="openai:m", base_url=secret), {})
    assert sent == ["/v1/models"]
    told = json.dumps(found.to_dict())
    assert "hunter" not in told
    models = named(found.chat_models)
    assert models["openai:other"].about == f"A server; add --base-url {address}/v1."
    assert models["openai:m"].base_url == f"{address}/v1"
    assert models["openai:m"].about == "As the settings name it, but its server does not offer it."
    away = list_models(settings_in(tmp_path, model="openai:m", base_url=secret), {})
    assert away.notices == (f"No server answers at {address}/v1.",)
    assert not named(away.chat_models)["openai:m"].ready


@pytest.mark.parametrize(
    ("model", "lacks"),
    [
        ("openai:m", "openai:m needs a key: set OPENAI_API_KEY, or give --base-url for a server of your own"),
        ("groq:m", "run `pip install langchain-groq`"),
        ("nosuch:m", "the provider 'nosuch' is not one LangChain knows: give none, embedded, "),
        ("gpt-4o", "it is not a model's name: give none, "),
        (
            "huggingface:./nowhere",
            "the model ./nowhere is no folder and is not in this machine's cache: run ",
        ),
        ("embedded:other", "there is no embedded model 'other': give embedded:smollm2-135m-instruct"),
        ("ollama:m", "its server does not answer"),
    ],
)
def test_a_model_that_cannot_be_used_is_not_ready(
    tmp_path: Path, closed: dict[str, int], monkeypatch: pytest.MonkeyPatch, model: str, lacks: str
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", f"127.0.0.1:{closed['Ollama']}")
    found = list_models(settings_in(tmp_path, model=model, checker="llm"), {})
    [current] = [entry for entry in found.chat_models if entry.in_force]
    assert not current.ready
    assert current.about.startswith(f"As the settings name it, but {lacks}")
    assert not named(found.checkers)["llm"].ready


def test_a_model_that_nobody_can_have_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    forms = "give none, embedded, gguf:NAME_OR_PATH, or PROVIDER:NAME such as ollama:qwen2.5 or openai:gpt-4o-mini"
    for model, why in (
        ("nosuch:m", "the provider 'nosuch' is not one LangChain knows"),
        ("gpt-4o", "the model 'gpt-4o' is not a model's name"),
    ):
        assert main(["models", "--model", model]) == 1
        told = capsys.readouterr()
        assert (told.out, told.err) == ("", f"bpo-kpo: {why}: {forms}\n")


def test_what_is_there_is_ready(
    tmp_path: Path, closed: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    found = list_models(settings_in(tmp_path, model="openai:m", checker="llm:openai:judge"), closed)
    for entries in (found.chat_models, found.checkers, found.embedders):
        [current] = [entry for entry in entries if entry.in_force]
        assert current.ready, current


def test_checkers_and_embedders_that_are_not_there_are_not_ready(
    tmp_path: Path, closed: dict[str, int]
) -> None:
    (tmp_path / "empty").mkdir()
    settings = settings_in(tmp_path, checker="cross-encoder:no/where", embedder=str(tmp_path / "empty"))
    found = list_models(settings, closed)
    checkers, embedders = named(found.checkers), named(found.embedders)
    assert not checkers["cross-encoder:no/where"].ready
    assert "'no/where' is not on this machine: give the path" in checkers["cross-encoder:no/where"].about
    assert not checkers["llm"].ready  # quotations alone
    assert checkers["llm"].about == (
        "Behind the judge, the chat model in force, but it needs a chat model that can judge: "
        "name one with --model."
    )
    assert not embedders[str(tmp_path / "empty")].ready
    assert embedders[str(tmp_path / "empty")].about.startswith(
        f"As the settings name it, but {tmp_path / 'empty'} holds no weights"
    )
    lost = list_models(settings_in(tmp_path, checker="llm:anthropic:m"), closed)
    assert not named(lost.checkers)["llm:anthropic:m"].ready


def test_what_cannot_be_measured_is_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words, line in {
        ("--measure", "none"): "bpo-kpo: --measure none: without a model nothing is drafted",
        ("--measure", "openai:m"): "bpo-kpo: openai:m needs a key: set OPENAI_API_KEY",
        ("--measure", "a:b", "--model", "c:d"): "bpo-kpo: --measure a:b and --model c:d are both given",
        ("--draft-form", "verse"): "bpo-kpo: --draft-form is 'verse'",
    }.items():
        assert main(["models", *words]) == 1
        assert capsys.readouterr().err.startswith(line)
    with pytest.raises(SystemExit):
        main(["models", "--count", "3"])
