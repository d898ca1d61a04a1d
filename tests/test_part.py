"""Some articles of an index are asked as if it held no others; which they were is kept and said."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import settings_in
from small_index import EMBEDDER

from assistant.assistant import Assistant
from assistant.core.errors import InputError
from assistant.core.types import Answer
from assistant.index.part import Part, named
from assistant.index.search import search
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from assistant.show.markdown import to_markdown
from assistant.show.phrases import asked_of
from assistant.show.text import to_text
from ingest.index import build_index
from ui.cli.parse import main

ARTICLES = {
    "tea.md": "---\ntitle: On tea\n---\n# On tea\n\nTea is brewed in hot water for four minutes. The harbour of Vell sells tea.\n",
    "ale.md": "---\ntitle: On ale\n---\n# On ale\n\nAle is brewed in open vats for nine days. The harbour of Vell opened in 1904.\n",
    "port.md": "---\ntitle: On the harbour\n---\n# On the harbour\n\nThe harbour of Vell is kept by twelve pilots.\n",
}
ASKED = {"doc": "tea.md", "questions": ["How long does tea take?"], "answer": ["Tea is brewed"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an index of three articles, and one of two of them alone."""
    folder = tmp_path_factory.mktemp("part")
    for index, left_out in (("all", ""), ("two", "port.md")):
        articles = folder / index
        articles.mkdir()
        for name, text in ARTICLES.items():
            if name != left_out:
                (articles / name).write_text(text, encoding="utf-8")
        (articles / "questions.jsonl").write_text(json.dumps(ASKED), encoding="utf-8")
        settings = settings_in(folder / "data", index=index, embedder=EMBEDDER)
        build_index(settings, load_embedder(settings), [str(articles)])
    return folder


def store_of(folder: Path, index: str) -> Store:
    settings = settings_in(folder / "data", index=index, embedder=EMBEDDER)
    return Store.open(settings, load_embedder(settings))


def test_a_part_finds_what_an_index_of_these_articles_alone_finds(folder: Path) -> None:
    part, alone = Part(store_of(folder, "all"), ["tea", "ale"]), store_of(folder, "two")
    assert part.chunks == alone.chunks
    assert np.allclose(part.matrix, alone.matrix, atol=1e-6)
    assert part.asked.rows == alone.asked.rows and len(part.asked.rows) == 1
    for query in ("harbour of Vell", "How long is ale brewed?", "pilots"):
        found, wanted = (search(store, query, 5) for store in (part, alone))
        assert [item.chunk_id for item in found] == [item.chunk_id for item in wanted]
        assert [item.score for item in found] == pytest.approx([item.score for item in wanted], abs=1e-4)
    assert [passage.doc_id for passage in search(part, "pilots of the harbour", 5)] == ["ale", "tea"]
    with pytest.raises(KeyError):
        part.document("port")


def test_an_answer_rests_on_the_chosen_articles_alone_and_says_which(folder: Path) -> None:
    assistant = Assistant.open(settings_in(folder / "data", index="all", embedder=EMBEDDER))
    question = "Who keeps the harbour of Vell?"
    assert assistant.ask(question).citations[0].doc_id == "port"
    limited = assistant.ask(question, articles=["On tea", "ale.md"])
    assert {item.doc_id for item in limited.citations} <= {"tea", "ale"}
    assert {item.doc_id for item in limited.passages} == {"tea", "ale"}
    assert limited.articles == {"ale": "On ale", "tea": "On tea"}
    assert Answer.from_dict(json.loads(json.dumps(limited.to_dict()))) == limited
    assert assistant.invoke({"question": question, "articles": ["port"]}).articles == {
        "port": "On the harbour"
    }
    assert assistant.ask(question).articles == {}
    assert "The index holds 1 article: On tea." in assistant.ask("What can you do?", articles=["tea"]).notices


@pytest.mark.parametrize(
    ("articles", "line"),
    [
        (["teh"], "The index holds no article 'teh': did you mean 'tea'?"),
        (
            ["zzz"],
            "The index holds no article 'zzz': give the id or the title of one of On ale; On tea; On the harbour.",
        ),
        ("tea", "The articles are given as 'tea': give a list of their ids or titles."),
        ([1], "The articles are given as '[1]': give a list of their ids or titles."),
    ],
)
def test_an_article_that_is_not_there_is_one_line(folder: Path, articles: Any, line: str) -> None:
    assistant = Assistant.open(settings_in(folder / "data", index="all", embedder=EMBEDDER))
    with pytest.raises(InputError) as caught:
        assistant.ask("Who keeps it?", articles=articles)
    assert str(caught.value) == line


def test_a_name_that_two_articles_share_names_neither(folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(f"# Notes\n\nThe {name} is here.\n", encoding="utf-8")
    settings = settings_in(tmp_path / "data")
    build_index(settings, load_embedder(settings), [str(tmp_path)])
    manifest = Store.open(settings, load_embedder(settings)).manifest
    assert named(manifest, ["B", "a.md", "a"]) == ("b", "a")
    with pytest.raises(InputError, match="^The index holds no article 'Notes': "):
        named(manifest, ["Notes"])


def test_the_command_line_asks_the_articles_that_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--data-dir", str(folder / "data"), "--index", "all", "--embedder", EMBEDDER]
    assert (
        main(["ask", "Who keeps the harbour of Vell?", "--article", "tea", "--article", "On ale", *given])
        == 0
    )
    assert "Asked of: “On ale” and “On tea” alone\n" in capsys.readouterr().out
    assert main(["ask", "Who keeps it?", "--article", "wine", *given]) == 1
    assert capsys.readouterr().err.endswith(
        "bpo-kpo: The index holds no article 'wine': give the id or the title of one of On ale; On tea; On the harbour.\n"
    )
    batch = folder / "batch.jsonl"
    batch.write_text(
        '{"id": 1, "question": "Who keeps the harbour?", "articles": ["port"]}\n{"id": 2, "question": "Is tea hot?"}\n'
    )
    assert main(["ask", "--batch", str(batch), "--article", "tea", *given]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["articles"] for row in rows] == [{"port": "On the harbour"}, {"tea": "On tea"}]


def test_which_articles_were_asked_is_said_in_every_form() -> None:
    articles = {"a": "A*", "b": "<b>"}
    answer = Answer(question="Why?", reason="no_evidence", articles=articles)
    assert asked_of({}) == "" and asked_of({"a": "A"}) == "“A” alone"
    assert asked_of({str(n): str(n) for n in range(7)}) == "“0”, “1”, “2”, “3”, “4” and 2 more alone"
    assert "Asked of: “A*” and “<b>” alone" in to_text(answer)
    assert r"*Asked of: “A\*” and “\<b\>” alone*" in to_markdown(answer)
    assert "Asked of: “A*” and “&lt;b&gt;” alone" in answer._repr_html_()
