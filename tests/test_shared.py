"""One assistant for many threads, and an index that is replaced while an answer is made."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant.assistant import Assistant
from assistant.core.settings import Settings, load_settings
from assistant.core.types import AnswerDone
from assistant.models.embedder.embedder import HashEmbedder, Vectors
from assistant.text.lexicon.contrasts import BUILT_IN
from assistant.write.table import cache
from assistant.write.table.cells import Said
from ingest.index import build_index

TEA = "# Tea\n\nTea is grown on hills in Kenya. Tea leaves are dried before they are sold abroad.\n"


def built(folder: Path, text: str) -> Settings:
    settings = load_settings(data_dir=folder / "data", embedder="hash", model="none", dtype="float32")
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / "tea.md").write_text(text, encoding="utf-8")
    build_index(settings, HashEmbedder(), [str(folder / "in")])
    return settings


def test_an_index_replaced_in_the_middle_of_an_answer_does_not_tear_it(tmp_path: Path) -> None:
    assistant = Assistant.open(built(tmp_path, TEA), min_evidence=0.0)
    before = assistant.index_id
    events = assistant.ask_stream("Where is tea grown?")
    next(events)
    (tmp_path / "in" / "tea.md").unlink()
    (tmp_path / "in" / "milk.md").write_text("# Milk\n\nMilk is sold by the litre in Norway.\n", "utf-8")
    build_index(assistant.settings, HashEmbedder(), [str(tmp_path / "in")])
    answers = [event.answer for event in events if isinstance(event, AnswerDone)]
    assert [answer.index_id for answer in answers] == [before]
    assert {citation.doc_id for citation in answers[0].citations} == {"tea"}
    assert assistant.index_id != before
    assert "Norway" in assistant.ask("Where is milk sold?").text


def test_vectors_of_texts_are_right_in_every_thread_however_few_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cache, "MAX_VECTORS", 3)
    embedder = HashEmbedder()
    texts = [f"text number {n}" for n in range(12)]

    def read(at: int) -> Vectors:
        reading = cache.Reading(Said(), BUILT_IN[0], ("BPO", "KPO"), embedder)
        return reading.vectors(texts[at % 7 :])

    with ThreadPoolExecutor(8) as pool:
        for at, rows in enumerate(pool.map(read, range(200))):
            np.testing.assert_array_equal(rows, embedder.encode(texts[at % 7 :]))
