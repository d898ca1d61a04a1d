"""Questions written beside the documents are matched with what is asked, and their sentences are quoted."""

import json
from pathlib import Path

import pytest
from helpers import settings_in

from assistant.assistant import Assistant
from assistant.core.errors import LoadError
from assistant.core.settings import Settings
from assistant.models.embedder.load import load_embedder
from assistant.write.quote.faq import agreeing, turned_round
from ingest.asked import QUESTIONS, read_questions
from ingest.index import IndexReport, build_index

GUIDE = """# Staff guide

Leave is booked in the rota tool. Twenty-five days are given a year, and five of them may be carried over.

## Money

Wages are paid on the last working day. A travel card is paid for by the firm.
"""
ANSWERS = [
    {
        "doc": "guide.md",
        "questions": ["How much holiday do I get?"],
        "answer": ["Twenty-five days are given"],
    },
    {"doc": "guide.md", "questions": ["When do I get my salary?"], "answer": ["Wages are paid"]},
    {"doc": "guide.md", "questions": ["What are the benefits of working here?"], "answer": ["A travel card"]},
]


def build(folder: Path, *rows: object) -> tuple[Settings, IndexReport]:
    articles = folder / "articles"
    articles.mkdir(exist_ok=True)
    (articles / "guide.md").write_text(GUIDE, encoding="utf-8")
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (articles / QUESTIONS).write_text(lines, encoding="utf-8")
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    return settings, build_index(settings, load_embedder(settings), [str(articles)])


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    settings, report = build(tmp_path_factory.mktemp("faq"), *ANSWERS)
    assert report.added == ["guide"] and not report.failed
    return Assistant.open(settings)


@pytest.mark.parametrize(
    ("asked", "quoted"),
    [
        (
            "How much holiday do we get?",
            "Twenty-five days are given a year, and five of them may be carried over.",
        ),
        ("When do I get my salary?", "Wages are paid on the last working day."),
    ],
)
def test_a_question_in_other_words_is_answered(assistant: Assistant, asked: str, quoted: str) -> None:
    answer = assistant.ask(asked)
    assert [claim.text for claim in answer.claims] == [quoted]
    text = assistant.document("guide").text
    assert [text[cite.start : cite.end] for cite in answer.citations] == [quoted]


def test_an_opposite_is_another_question(assistant: Assistant) -> None:
    assert turned_round("What are the drawbacks of working here?", "What are the benefits of working here?")
    answer = assistant.ask("What are the drawbacks of working here?")
    assert answer.status != "answered"


def test_sorts_of_a_thing_are_not_its_meaning(tmp_path: Path) -> None:
    meaning = {"doc": "guide.md", "questions": ["What does leave mean?"], "answer": ["Leave is booked"]}
    answer = Assistant.open(build(tmp_path, meaning)[0])
    assert answer.ask("What is leave?").claims[0].text == "Leave is booked in the rota tool."
    assert agreed(answer, "What is leave?") == ["What does leave mean?"]
    assert agreed(answer, "What are the kinds of leave?") == []


def agreed(assistant: Assistant, question: str) -> list[str]:
    store = assistant.retriever.store
    found = agreeing(store, question, store.embedder.embed_query(question), assistant.reader)
    return [near.asked.question for near in found]


def test_a_changed_answer_is_taken_in(tmp_path: Path) -> None:
    build(tmp_path, ANSWERS[0])
    settings, report = build(tmp_path, ANSWERS[1])
    assert report.updated == ["guide"]
    answer = Assistant.open(settings).ask("When do I get my salary?")
    assert [claim.text for claim in answer.claims] == ["Wages are paid on the last working day."]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"doc": "guide.md", "questions": ["Who?"], "answer": ["Nobody says"]},
            "no sentence begins with 'Nobody says'",
        ),
        ({"doc": "guide.md", "question": "Who?"}, "line 1: want"),
    ],
)
def test_what_is_wrong_in_the_file_is_said(tmp_path: Path, row: object, said: str) -> None:
    _, report = build(tmp_path, row)
    assert [said in reason for _, reason in report.failed] == [True]


def test_a_line_that_is_no_json_is_said(tmp_path: Path) -> None:
    (tmp_path / QUESTIONS).write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(LoadError, match=r"questions\.jsonl, line 1: is no JSON"):
        read_questions(tmp_path)


def test_a_summary_is_no_answer_to_a_question_on_the_same_thing(tmp_path: Path) -> None:
    """Only a written question that asks for a summary too gives its sentences."""
    fact = {"doc": "guide.md", "questions": ["staff guide money"], "answer": ["Wages are paid"]}
    asks = {"doc": "guide.md", "questions": ["Summarise the staff guide"], "answer": ["A travel card"]}
    for name, rows, first in (("fact", [fact], "Leave is booked"), ("both", [fact, asks], "A travel card")):
        (tmp_path / name).mkdir()
        answer = Assistant.open(build(tmp_path / name, *rows)[0]).ask(
            "Summarise the staff guide in 2 bullets"
        )
        assert answer.claims[0].text.startswith(first)
