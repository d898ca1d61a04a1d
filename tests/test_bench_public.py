"""The benchmark on public question sets: what it asks, and what it prints."""

import json
import sys
from pathlib import Path

import pytest
from helpers import settings_in
from runs import case

from assistant.index.store import Store
from assistant.models.embedder.embedder import HashEmbedder
from eval.bench.answers import public
from eval.run.types import Measure
from ingest.index import build_index

TEXT = "The harbour of Vell opened in 1904. The ferry to Horn takes forty minutes."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of sets with one set: two questions, one of them answerable."""
    docs = tmp_path / "data" / "harbours" / "docs"
    docs.mkdir(parents=True)
    (docs / "Vell.txt").write_text(TEXT, encoding="utf-8")
    gold = {"doc": "Vell", "start": 0, "end": 35, "text": TEXT[:35]}
    records = [
        {"id": "1", "question": "When did the harbour of Vell open?", "answerable": True, "gold": [gold],
         "gold_rule": "any", "answers": ["1904"], "gold_docs": ["Vell"], "kind": "fact", "history": []},
        {"id": "2", "question": "Who painted the bridge of Ulm?", "answerable": False, "gold": [], "answers": [],
         "gold_rule": "any", "gold_docs": [], "kind": "fact", "history": []},
    ]  # fmt: skip
    lines = "\n".join(map(json.dumps, records))
    (docs.parent / "questions.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path / "data"


def test_each_model_has_its_column_and_its_run_folder(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["public", "--data", str(data), "--out", str(out), "--sets", "harbours", "--model", "none"]
    monkeypatch.setattr(sys, "argv", words)
    public.main()
    printed = capsys.readouterr().out
    assert "harbours: 2 questions" in printed
    assert [line.split() for line in printed.split("\n") if line.startswith("right")] == [
        ["right", "1.00", "[0.34,", "1.00]", "2"]
    ]
    assert (out / "harbours-none" / "report.html").exists()


def test_a_question_without_an_answer_has_the_document_of_the_one_before_or_the_nearest(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path)
    for name, words in (("vell", "The harbour of Vell opened."), ("horn", "The lighthouse of Horn was lit.")):
        (tmp_path / f"{name}.txt").write_text(words, encoding="utf-8")
    build_index(settings, HashEmbedder(), [str(tmp_path / "vell.txt"), str(tmp_path / "horn.txt")])
    store = Store.open(settings, HashEmbedder())
    known = case("a", ("vell", 0, "The harbour"))
    asked = case("b", answerable=False, question="When was the lighthouse of Horn lit?")
    assert [doc for _, doc in public.placed([known, asked], "squad2", store)] == ["vell", "vell"]
    assert [doc for _, doc in public.placed([known, asked], "clapnq", store)] == ["vell", "horn"]


def test_a_figure_without_anything_to_count_is_a_dash() -> None:
    nothing = Measure(
        name="auroc", label="", group="", value=None, low=None, high=None, count=0, better="higher"
    )
    assert public.shown({"auroc": nothing}, "auroc") == "-"
    assert public.shown({}, "auroc") == "-"
