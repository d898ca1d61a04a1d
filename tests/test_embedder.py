"""Embedding: unit vectors, the packaged weights and nothing else, a number format chosen once."""

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.core.errors import ModelError
from assistant.core.settings import load_settings
from assistant.models.embedder import load
from assistant.models.embedder.dtype import remembered_dtype
from assistant.models.embedder.embedder import PACKAGED_SHA256, HashEmbedder, SentenceEmbedder
from assistant.models.embedder.files import find_model
from assistant.models.embedder.load import load_embedder
from assistant.models.embedder.openvino import CompiledEmbedder
from assistant.models.shapes import batches, width

TEXTS = [
    "KPO hands over work that needs judgement.",
    "A recipe for plum cake with butter and cinnamon.",
    "Knowledge process outsourcing needs experts.",
]


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> SentenceEmbedder:
    embedder = load_embedder(load_settings(data_dir=tmp_path_factory.mktemp("data"), dtype="float32"))
    assert isinstance(embedder, SentenceEmbedder)
    return embedder


def test_packaged_model_is_the_published_one(minilm: SentenceEmbedder) -> None:
    assert (minilm.name, minilm.dimension, minilm.dtype) == ("all-MiniLM-L6-v2", 384, "float32")
    assert minilm.weights_sha256 == PACKAGED_SHA256


def test_vectors_are_unit_float32_in_the_order_given(minilm: SentenceEmbedder) -> None:
    rows = minilm.encode(TEXTS)
    assert rows.shape == (3, 384)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(minilm.embed_documents(TEXTS)[1], rows[1], atol=1e-5)
    np.testing.assert_allclose(minilm.embed_query(TEXTS[2]), rows[2], atol=1e-5)


def test_meaning_decides_nearness(minilm: SentenceEmbedder) -> None:
    kpo, cake, outsourcing = minilm.encode(TEXTS)
    assert kpo @ outsourcing > kpo @ cake + 0.2


def test_no_texts_give_no_rows(minilm: SentenceEmbedder) -> None:
    assert minilm.encode([]).shape == (0, 384)
    assert HashEmbedder().encode([]).shape == (0, 64)


def test_bfloat16_gives_nearly_the_same_unit_vectors(minilm: SentenceEmbedder, tmp_path: Path) -> None:
    rough = load_embedder(load_settings(data_dir=tmp_path, dtype="bfloat16")).encode(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(rough, axis=1), 1.0, atol=1e-5)
    assert (rough * minilm.encode(TEXTS)).sum(axis=1).min() > 0.99


def test_the_compiled_copy_gives_the_same_vectors(minilm: SentenceEmbedder, tmp_path: Path) -> None:
    texts = [*TEXTS, "word " * 400, ""]
    compiled = load_embedder(load_settings(data_dir=tmp_path, dtype="auto"))
    assert isinstance(compiled, CompiledEmbedder)
    assert (compiled.name, compiled.weights_sha256) == (minilm.name, minilm.weights_sha256)
    assert (compiled.encode(texts) * minilm.encode(texts)).sum(axis=1).min() > 0.999
    assert compiled.encode(["alone"])[0] @ compiled.encode(["alone", "not alone"])[0] > 0.9999
    assert compiled.encode([]).shape == (0, 384)


def test_many_texts_have_the_vectors_they_have_alone(tmp_path: Path) -> None:
    compiled = load_embedder(load_settings(data_dir=tmp_path))
    texts = [f"{TEXTS[at % 3]} {'word ' * at}".strip() for at in range(70)]
    rows, spelt = compiled.encode_tokens(texts)
    np.testing.assert_allclose(rows, compiled.encode(texts), atol=1e-5)
    for at in (0, 33, 69):
        alone, own = compiled.encode_tokens([texts[at]])
        np.testing.assert_allclose(rows[at], alone[0], atol=1e-5)
        np.testing.assert_allclose(spelt[at].vectors, own[0].vectors, atol=1e-4)
        assert spelt[at].spans == own[0].spans


def test_batches_come_in_few_sizes() -> None:
    assert batches(25, 16) == [slice(0, 1), slice(1, 9), slice(9, 25)]
    assert batches(32, 16) == [slice(0, 16), slice(16, 32)]
    assert batches(0, 16) == []
    assert [width(length, 8) for length in (1, 8, 9)] == [8, 8, 16]


def test_number_format_is_measured_once_and_remembered(tmp_path: Path) -> None:
    folder = str(find_model("all-MiniLM-L6-v2"))
    settings = load_settings(data_dir=tmp_path, dtype="auto", embedder=folder)
    chosen = load_embedder(settings).dtype
    memory = tmp_path / "embedder-dtype.json"
    [(key, kept)] = json.loads(memory.read_text()).items()
    assert kept == chosen
    other = "float32" if chosen == "bfloat16" else "bfloat16"
    memory.write_text(json.dumps({key: other}))
    load._load.cache_clear()
    assert load_embedder(settings).dtype == other


def test_another_model_or_a_broken_memory_is_measured_anew(tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    memory.write_text("{half a fi")
    loads: list[str] = []

    class Instant:
        def encode(self, texts: list[str], **_: object) -> None:
            """Take no time."""

    def load(dtype: str) -> object:
        loads.append(dtype)
        return Instant()

    remembered_dtype(load, "a" * 64, memory)  # type: ignore[arg-type]
    remembered_dtype(load, "a" * 64, memory)  # type: ignore[arg-type]
    remembered_dtype(load, "b" * 64, memory)  # type: ignore[arg-type]
    assert loads == ["float32", "bfloat16"] * 2
    assert len(json.loads(memory.read_text())) == 2


def test_absent_model_is_named_and_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"^the embedder 'no/such-model' is not on this machine: "):
        load_embedder(load_settings(data_dir=tmp_path, embedder="no/such-model"))


def test_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no weights"):
        load_embedder(load_settings(data_dir=tmp_path, embedder=str(tmp_path)))


def test_broken_weights_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_embedder(load_settings(data_dir=tmp_path, embedder=str(tmp_path), dtype="float32"))
    assert "\n" not in str(caught.value)


def test_hash_embedder_knows_words_and_needs_no_weights(tmp_path: Path) -> None:
    embedder = load_embedder(load_settings(data_dir=tmp_path, embedder="hash"))
    same, shuffled, other = embedder.encode(
        ["experts price work", "Work, experts: PRICE!", "plum cake recipe"]
    )
    assert (embedder.name, embedder.dimension, len(embedder.embed_query(""))) == ("hash", 64, 64)
    np.testing.assert_array_equal(same, shuffled)
    assert same @ other < 0.9
    np.testing.assert_allclose(np.linalg.norm(embedder.encode(["", "a", "a b c"]), axis=1), 1.0, atol=1e-6)
    assert list(tmp_path.iterdir()) == []


def test_words_that_cancel_out_still_give_a_unit_vector() -> None:
    words = [f"w{n}" for n in range(400)]
    rows = HashEmbedder().encode(words)
    first = next(
        (a, b) for a in range(400) for b in range(a) if not (rows[a] + rows[b]).any()
    )  # two words of opposite sign in one slot
    pair = " ".join(words[n] for n in first)
    assert HashEmbedder().embed_query(pair) == [1.0] + [0.0] * 63


def test_tokens_come_with_their_places_and_do_not_change_the_vectors(minilm: SentenceEmbedder) -> None:
    for one in (minilm, HashEmbedder()):
        rows, spelt = one.encode_tokens(TEXTS)
        np.testing.assert_allclose(rows, one.encode(TEXTS), atol=1e-5)
        words = [TEXTS[0][start:end] for start, end in spelt[0].spans]
        assert words[-1] in (".", "judgement")
        assert "work" in words
        assert spelt[0].vectors.shape == (len(words), one.dimension)
        np.testing.assert_allclose(np.linalg.norm(spelt[0].vectors, axis=1), 1.0, atol=1e-5)
        assert one.encode_tokens([])[1] == []
