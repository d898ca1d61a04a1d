"""A chunk is as near to a question as its nearest sentence, too."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.core.settings import Settings, load_settings
from assistant.index.lookup.nearest_sentence import embed_sentences
from assistant.index.part import Part
from assistant.index.store import Store
from assistant.models.embedder.embedder import HashEmbedder, Vectors
from ingest.index import build_index

LONG = (
    "# Tariffs\n\nThe ferry runs daily. The pier was built of oak. Gulls nest on the roof. The café sells soup. "
    "Dogs travel free. The bell rings twice.\n"
)
SHORT = "# Timetable\n\nThe ferry leaves with dogs and bells at nine.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "long.md").write_text(LONG, "utf-8")
    (tmp_path / "docs" / "short.md").write_text(SHORT, "utf-8")
    settings = load_settings(data_dir=tmp_path / "data", embedder="hash")
    build_index(settings, HashEmbedder(), [str(tmp_path / "docs")])
    return settings


def opened(settings: Settings) -> Store:
    return Store.open(settings, HashEmbedder())


def cosine(one: str, other: str) -> float:
    rows = HashEmbedder().encode([one, other])
    return float(rows[0] @ rows[1])


def test_half_of_a_score_is_that_of_the_nearest_sentence(settings: Settings) -> None:
    store = opened(settings)
    asked = "Dogs travel free."
    vector = HashEmbedder().embed_query(asked)
    own = dict(store.dense(vector, 2))
    assert store.chunks[0].doc_id == "long"
    told = dict(store.nearest(vector, 2))
    assert told[0] == pytest.approx((own[0] + 1.0) / 2, abs=1e-3)
    sentence = "The ferry leaves with dogs and bells at nine."
    assert told[1] == pytest.approx((own[1] + cosine(asked, sentence)) / 2, abs=1e-3)
    assert [position for position, _ in store.nearest(vector, 1)] == [0]


def test_six_sentences_and_one_are_kept_in_half_precision(settings: Settings) -> None:
    sentences = opened(settings).sentences
    assert sentences is not None
    assert sentences.rows.dtype == np.float16
    assert (sentences.starts.tolist(), sentences.ends.tolist()) == ([0, 6], [6, 7])


def test_a_sentence_that_chunks_share_is_embedded_once(settings: Settings) -> None:
    class Counting(HashEmbedder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            """Embed, and keep what was given."""
            given.extend(texts)
            return super().encode(texts)

    given: list[str] = []
    chunk = opened(settings).chunks[1]
    again = replace(chunk, chunk_id="other")
    rows = embed_sentences([chunk, again, opened(settings).chunks[0]], Counting())
    assert len(given) == len(set(given)) == 7
    assert rows["other"].tolist() == rows[chunk.chunk_id].tolist()
    assert {key: len(own) for key, own in rows.items()} == {chunk.chunk_id: 1, "other": 1, "long:9-142": 6}


def test_articles_asked_alone_have_their_own_sentences(settings: Settings) -> None:
    vector = HashEmbedder().embed_query("The ferry leaves with dogs and bells at nine.")
    part = Part(opened(settings), ["short"])
    ((position, told),) = part.nearest(vector, 5)
    assert position == 0
    assert told == pytest.approx((dict(part.dense(vector, 1))[0] + 1.0) / 2, abs=1e-3)


def test_an_index_of_an_earlier_version_is_searched_by_its_chunks(settings: Settings) -> None:
    before = opened(settings)
    (before.folder / "sentences.npy").unlink()
    store = opened(settings)
    vector = HashEmbedder().embed_query("Dogs travel free.")
    assert store.nearest(vector, 2) == store.dense(vector, 2)


def test_what_changes_is_embedded_anew_and_the_rest_is_kept(settings: Settings, tmp_path: Path) -> None:
    asked: list[str] = []

    class Noting(HashEmbedder):
        def encode(self, texts):  # type: ignore[no-untyped-def]
            asked.extend(texts)
            return super().encode(texts)

    (tmp_path / "docs" / "short.md").write_text(SHORT.replace("nine", "ten"), "utf-8")
    build_index(settings, Noting(), [str(tmp_path / "docs")])
    assert "The ferry leaves with dogs and bells at ten." in asked
    assert "Dogs travel free." not in asked
    vector = HashEmbedder().embed_query("Dogs travel free.")
    assert opened(settings).sentences.rows.shape == (7, 64)  # type: ignore[union-attr]
    assert dict(opened(settings).nearest(vector, 2))[0] > 0.5
