"""Any sentence-transformers model embeds: its prompts, its dimension, its tokenizer; a change asks for a rebuild."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from tiny_embedders import save_bert, save_canine, save_static, with_own_code

from assistant.assistant import Assistant
from assistant.core.errors import IndexMismatch, ModelError, SettingsError
from assistant.core.settings import load_settings
from assistant.index.manifest import current_generation
from assistant.index.store import Store
from assistant.models.embedder.embedder import SentenceEmbedder
from assistant.models.embedder.files import find_model, weights_sha256
from assistant.models.embedder.load import _load, load_embedder
from ingest.index import build_index
from ui.cli.parse import main

TEXT = "KPO needs the experts."
ARTICLES = {
    "experts.md": "# Experts\n\nKPO needs experts who judge. The work is priced by the hour.\n",
    "volume.md": "# Volume\n\nBPO is paid by volume. Its work follows written steps.\n",
}


def load(folder: Path, tmp_path: Path) -> SentenceEmbedder:
    embedder = load_embedder(load_settings(data_dir=tmp_path, embedder=str(folder), dtype="float32"))
    assert isinstance(embedder, SentenceEmbedder)
    return embedder


def test_questions_and_passages_get_the_prompts_the_model_was_trained_with(tmp_path: Path) -> None:
    folder = save_bert(tmp_path, prompts={"query": "query: ", "passage": "passage: "})
    plain = SentenceTransformer(str(folder), device="cpu")
    query, passage, bare = plain.encode(
        [f"query: {TEXT}", f"passage: {TEXT}", TEXT], prompt="", normalize_embeddings=True
    )
    embedder = load(folder, tmp_path)
    np.testing.assert_allclose(embedder.embed_query(TEXT), query, atol=1e-5)
    np.testing.assert_allclose(embedder.embed_documents([TEXT])[0], passage, atol=1e-5)
    np.testing.assert_allclose(embedder.encode([TEXT])[0], passage, atol=1e-5)
    assert abs(query - passage).max() > 0.01 < abs(passage - bare).max()


def test_a_model_without_prompts_reads_both_alike(tmp_path: Path) -> None:
    embedder = load(save_bert(tmp_path, dimension=10), tmp_path)
    assert embedder.dimension == 10
    assert embedder.weights_sha256 == weights_sha256(tmp_path / "model")
    np.testing.assert_allclose(embedder.embed_query(TEXT), embedder.encode([TEXT])[0], atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(embedder.encode([TEXT])[0]), 1.0, atol=1e-5)


@pytest.mark.parametrize("prompts", [None, {"query": "query: ", "document": "passage: "}])
def test_tokens_stand_in_the_text_and_not_in_the_prompt(
    tmp_path: Path, prompts: dict[str, str] | None
) -> None:
    embedder = load(save_bert(tmp_path, prompts=prompts), tmp_path)
    rows, tokens = embedder.encode_tokens([TEXT, "work", "work " * 100])
    assert [TEXT[start:end] for start, end in tokens[0].spans] == ["KPO", "needs", "the", "experts", "."]
    assert tokens[1].spans == [(0, 4)]
    assert tokens[2].spans[-1][1] <= 30 * 5  # of the 32 tokens that are read two are marks
    assert [len(one.vectors) for one in tokens] == [len(one.spans) for one in tokens]
    np.testing.assert_allclose(rows[:2], embedder.encode([TEXT, "work"]), atol=1e-5)


@pytest.mark.parametrize("save", [save_canine, save_static])
def test_where_tokens_have_no_places_words_stand_for_them(
    tmp_path: Path, save: Callable[[Path], Path]
) -> None:
    embedder = load(save(tmp_path), tmp_path)
    rows, tokens = embedder.encode_tokens([TEXT])
    assert [TEXT[start:end] for start, end in tokens[0].spans] == ["KPO", "needs", "the", "experts"]
    assert embedder.dimension == rows.shape[1] == 16
    np.testing.assert_allclose(tokens[0].vectors[3], embedder.encode(["experts"])[0], atol=1e-5)


def test_code_that_a_model_brings_is_never_run(tmp_path: Path) -> None:
    folder = with_own_code(save_bert(tmp_path))
    with pytest.raises(ModelError, match=r"asks to run code of its own \(trust_remote_code\)") as caught:
        load(folder, tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("no-such-model", "download it once with `hf download sentence-transformers/no-such-model`, "),
        ("no/such-model", "download it once with `hf download no/such-model`, "),
        ("./no/such/folder", "give the path of its folder, or use all-MiniLM-L6-v2"),
        ("C:\\no\\such folder", "give the path of its folder, or use all-MiniLM-L6-v2"),
    ],
)
def test_a_model_that_is_not_here_says_how_to_get_it(name: str, remedy: str) -> None:
    with pytest.raises(ModelError) as caught:
        find_model(name)
    assert str(caught.value).startswith(f"the embedder {name!r} is not on this machine: {remedy}")


def test_a_model_replaced_at_its_place_is_loaded_anew(tmp_path: Path) -> None:
    place = save_bert(tmp_path / "one").rename(tmp_path / "model")
    first = load(place, tmp_path)
    assert load(place, tmp_path) is first
    shutil.rmtree(place)
    save_bert(tmp_path / "two", dimension=10).rename(place)
    second = load(place, tmp_path)
    assert (first.dimension, second.dimension) == (24, 10)
    assert first.weights_sha256 != second.weights_sha256


def test_other_prompts_at_the_same_place_are_noticed(tmp_path: Path) -> None:
    place = save_bert(tmp_path, prompts={"query": "query: "})
    assert load(place, tmp_path).query_prompt == "query: "
    described = place / "config_sentence_transformers.json"
    described.write_text(described.read_text("utf-8").replace("query: ", "question: "), encoding="utf-8")
    assert load(place, tmp_path).query_prompt == "question: "


@pytest.mark.parametrize("left", [0, 7, 200])
def test_a_model_fetched_in_part_is_one_line(tmp_path: Path, left: int) -> None:
    place = save_bert(tmp_path)
    weights = place / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:left])
    with pytest.raises(ModelError) as caught:
        load(place, tmp_path)
    assert str(caught.value).startswith(f"the embedder in {place} cannot be loaded: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_refused(name: str) -> None:
    with pytest.raises(
        SettingsError, match=r"^--embedder is ' ?': give a name or a path, such as all-MiniLM-L6-v2$"
    ):
        load_settings(embedder=name)


def test_a_folder_that_is_no_model_is_not_searched_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_bert(tmp_path / "deep" / "down")
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = load_settings(data_dir=tmp_path / "data", embedder="~")
    assert settings.embedder == str(tmp_path)
    with pytest.raises(ModelError, match=f"^{tmp_path} holds no weights"):
        load_embedder(settings)
    with pytest.raises(
        ModelError, match="^the embedder '~nobody-here' is not on this machine: give the path"
    ):
        load_embedder(load_settings(data_dir=tmp_path / "data", embedder="~nobody-here"))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_another_embedder_asks_for_a_rebuild_which_keeps_every_article(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = save_bert(tmp_path / "a model", prompts={"query": "query: ", "passage": "passage: "})
    monkeypatch.setenv("BPO_KPO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("BPO_KPO_DTYPE", "float32")
    monkeypatch.delenv("BPO_KPO_EMBEDDER", raising=False)
    assert main(["ingest", str(corpus), "--embedder", "hash"]) == 0
    before = Store.open(settings := load_settings(embedder="hash"), load_embedder(settings)).manifest
    capsys.readouterr()

    line = f"bpo-kpo ingest --rebuild --embedder '{tiny}'`"
    named = ["--embedder", str(tiny)]
    for command in (["ask", "What does KPO need?"], ["search", "experts"], ["ingest", str(corpus)]):
        assert main([*command, *named]) == 1
        told = capsys.readouterr().err.strip().splitlines()[-1]
        assert told.startswith("bpo-kpo: The index 'default' was built with the embedder hash (weights ")
        assert f"in force is {tiny} (weights " in told
        assert line in told
    settings = load_settings(embedder=str(tiny))
    with pytest.raises(IndexMismatch, match="was built with the embedder hash"):
        Assistant.open(settings)

    assert main(["ingest", "--rebuild", *named]) == 0
    store = Store.open(settings, load_embedder(settings))
    assert store.manifest.embedder == str(tiny)
    assert store.manifest.dimension == 24
    assert store.manifest.documents == before.documents
    assert store.vectors.get(include=["embeddings"])["embeddings"].shape == (2, 24)
    found = Assistant.open(settings).search("experts who judge")
    assert found[0].doc_id == "experts"


@pytest.mark.parametrize("name", ["query", "passage"])
def test_other_prompts_of_the_same_weights_are_another_embedder(
    tmp_path: Path, corpus: Path, name: str
) -> None:
    folder = save_bert(tmp_path, prompts={"query": "query: ", "passage": "passage: "})
    settings = load_settings(data_dir=tmp_path / "data", embedder=str(folder), dtype="float32")
    build_index(settings, before := load(folder, tmp_path), [str(corpus)])
    file = folder / "config_sentence_transformers.json"
    body = json.loads(file.read_text(encoding="utf-8"))
    body["prompts"][name] = "the work: "
    file.write_text(json.dumps(body), encoding="utf-8")
    _load.cache_clear()  # as a process that begins now

    now = load(folder, tmp_path)
    weights = weights_sha256(folder)
    assert before.weights_sha256.startswith(f"{weights}+") and now.weights_sha256.startswith(f"{weights}+")
    with pytest.raises(IndexMismatch, match=r"prompts [0-9a-f]{8}, dimension 24\), in force is .* prompts"):
        Store.open(settings, now)
    with pytest.raises(IndexMismatch, match="rebuild it with `bpo-kpo ingest --rebuild"):
        build_index(settings, now, [str(corpus)])
    build_index(settings, now, rebuild=True)
    assert Store.open(settings, now).manifest.weights_sha256 == now.weights_sha256


def test_the_same_model_by_name_and_by_path_is_one_embedder(tmp_path: Path, corpus: Path) -> None:
    named = load_settings(data_dir=tmp_path / "data")
    build_index(named, load_embedder(named), [str(corpus)])
    generation = current_generation(named.index_dir)
    by_path = load_settings(
        data_dir=tmp_path / "data", embedder=str(find_model("all-MiniLM-L6-v2")), dtype="float32"
    )
    report = build_index(by_path, load_embedder(by_path), [str(corpus)])
    assert sorted(report.unchanged) == ["experts", "volume"]
    assert current_generation(by_path.index_dir) == generation
    assert Assistant.open(by_path).search("experts")[0].doc_id == "experts"
