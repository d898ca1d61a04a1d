"""`bpo-kpo setup --model`: fetched, tried, then the default; said in the same words everywhere."""

import json
from pathlib import Path

import huggingface_hub.constants as constants
import pytest
from helpers import settings_in
from hub_server import Hub, hub_of
from tiny_gguf import write_gguf

from assistant.core.chosen import choose_model, chosen_model
from assistant.core.errors import SettingsError
from assistant.core.settings import load_settings
from assistant.models.chat.gguf.catalog import LISTED
from assistant.models.chat.in_force import answering
from ui.cli.doctor import examine
from ui.cli.parse import main
from ui.page.settings.choices import model_text, whence

LIST_ITEM = LISTED[0]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, the hub's library ready to ask, one article, and embedding by hashed words."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    for name, value in {"DATA_DIR": str(tmp_path / "data"), "EMBEDDER": "hash", "DTYPE": "float32"}.items():
        monkeypatch.setenv(f"BPO_KPO_{name}", value)
    monkeypatch.delenv("BPO_KPO_MODEL", raising=False)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "kpo.md").write_text("# KPO\n\nKPO needs experts.\n")
    monkeypatch.setattr("ingest.index.BUNDLED_CORPUS", tmp_path / "articles")
    return tmp_path / "data"


def test_a_model_of_the_list_is_fetched_and_writes_from_then_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = write_gguf(tmp_path / "small.gguf", "qwen2", "Q4_0").read_bytes()
    with hub_of(Hub(repo=LIST_ITEM.repo, file=LIST_ITEM.file, content=content)) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        assert main(["setup", "--model", "qwen2.5-0.5b"]) == 0
    told = capsys.readouterr().err
    assert "Fetching Qwen2.5-0.5B-Instruct (Q8_0), 0.7 GB to fetch, Apache-2.0" in told
    assert "Tried: loaded and began to write within " in told
    line = (
        "Answers are written by Qwen2.5-0.5B-Instruct (Q8_0), a model in this process (chosen by `bpo-kpo setup`); "
        "each sentence is checked before it is shown."
    )
    assert told.rstrip().endswith(line)
    settings = load_settings()
    assert (settings.model, "model" in settings.model_fields_set) == ("gguf:qwen2.5-0.5b", False)
    assert answering(settings).line == line
    assert [found.detail for found in examine(settings) if found.what == "chat model"] == [line]
    assert (model_text(settings), whence("model", settings, settings)) == (
        "Qwen2.5-0.5B-Instruct (Q8_0), a model in this process", "chosen by `bpo-kpo setup`",
    )  # fmt: skip
    assert main(["config", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["model"], shown["answers"]["line"]) == ("gguf:qwen2.5-0.5b", line)
    assert main(["setup", "--model", "none"]) == 0
    assert load_settings().model == "none" and chosen_model(folder) is None


def test_a_file_that_cannot_run_changes_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_gguf(tmp_path / "small.gguf", "phi3", "Q8_0")
    assert main(["setup", "--model", f"gguf:{path}"]) == 1
    assert "cannot be run in this process: its architecture 'phi3'" in capsys.readouterr().err
    assert chosen_model(folder) is None


def test_a_name_nobody_knows_is_answered_with_the_list(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["setup", "--model", "qwen9"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("bpo-kpo: setup knows no model 'qwen9': give qwen2.5-0.5b (Qwen2.5-0.5B-Instruct")
    assert all(item.name in told for item in LISTED) and told.count("\n") == 1
    assert not folder.exists()


def test_who_answers_by_default_by_name_and_where_it_lacks_something(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answering(load_settings()).line == (
        "Answers are quotations from the articles; no model writes (the default)."
    )
    named = answering(load_settings(model="ollama:m", base_url="http://user:secret@127.0.0.1:9/?k=1"))
    assert named.line == (
        "Answers are written by ollama:m at http://127.0.0.1:9 (named for this start); "
        "each sentence is checked before it is shown."
    )
    choose_model(folder, "gguf:qwen2.5-1.5b")
    missing = answering(load_settings())
    assert missing.lacks.endswith("run `bpo-kpo setup --model qwen2.5-1.5b`")
    assert missing.line.startswith("Answers are quotations, because Qwen2.5-1.5B-Instruct (Q4_K_M)")
    monkeypatch.setenv("BPO_KPO_MODEL", "none")
    assert answering(load_settings()).line.endswith("(set by BPO_KPO_MODEL).")


def test_a_damaged_choice_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{")
    with pytest.raises(SettingsError, match=r"model\.json cannot be read: remove it, or run `bpo-kpo setup"):
        load_settings(data_dir=tmp_path)
    assert settings_in(tmp_path).model == "none"  # named, so the choice is not looked at
