"""Kinds of questions, asked of a small corpus through the whole path without a model."""

from pathlib import Path

import pytest
from helpers import settings_in

from assistant.answer.compose.disagreement import DIFFER
from assistant.assistant import Assistant
from assistant.core.types import Answer, Message
from assistant.models.embedder.load import load_embedder
from ingest.index import build_index

TEA = """---
title: Tea at a glance
---
# Tea at a glance

Tea is a drink made from the leaves of the camellia plant.

## Risks of storing tea

Storing tea carries three risks:

- Damp makes the leaves mouldy.
- Sunlight bleaches the leaves.
- Strong smells spoil the taste.

A tin with a tight lid is the usual remedy.

## Who brought tea to Ceylon?

James Taylor planted the first tea garden in Ceylon in 1867. It covered nineteen acres. This was the start of an industry.

## How much tea does Britain drink?

The Tea Board estimates that Britain drinks 36 billion cups a year. Later surveys disagree.
"""
TRADE = """---
title: The tea trade
---
# The tea trade

Auctions set the price of most tea. In London they were held from 1679.

The merchant Arthur Low says that Britain drinks 30 billion cups of tea a year.

Onshore blending costs more than offshore blending.

| Year | Event |
|---|---|
| 1834 | The monopoly of the company ends |
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("tea")
    (folder / "articles").mkdir()
    (folder / "articles" / "glance.md").write_text(TEA, encoding="utf-8")
    (folder / "articles" / "trade.md").write_text(TRADE, encoding="utf-8")
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    build_index(settings, load_embedder(settings), [str(folder / "articles")])
    return Assistant.open(settings)


def asked(assistant: Assistant, question: str, *before: str) -> Answer:
    answer = assistant.ask(question, [Message(role="user", content=text) for text in before])
    for citation in answer.citations:
        assert assistant.document(citation.doc_id).text[citation.start : citation.end] == citation.quote
    return answer


def texts(answer: Answer) -> list[str]:
    return [claim.text for claim in answer.claims]


def test_a_list_gives_every_item_its_own_citation(assistant: Assistant) -> None:
    answer = asked(assistant, "What are the risks of storing tea?")
    assert all(claim.item for claim in answer.claims)
    assert texts(answer)[:3] == [
        "Damp makes the leaves mouldy.",
        "Sunlight bleaches the leaves.",
        "Strong smells spoil the taste.",
    ]
    assert [claim.citations for claim in answer.claims[:3]] == [(1,), (2,), (3,)]


def test_the_section_that_asks_the_question_answers_it(assistant: Assistant) -> None:
    answer = asked(assistant, "Who brought tea to Ceylon?")
    assert texts(answer)[0] == "James Taylor planted the first tea garden in Ceylon in 1867."
    assert not any(claim.item for claim in answer.claims)


def test_no_sentence_is_shown_that_leans_on_one_not_shown(assistant: Assistant) -> None:
    shown = texts(asked(assistant, "How were tea auctions held in London?"))
    assert " ".join(shown).startswith(
        "Auctions set the price of most tea. In London they were held from 1679."
    )


def test_what_leans_on_a_heading_alone_is_quoted_under_it(tmp_path: Path) -> None:
    """Rather than declined: nothing stands before it that could be brought along."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "ferry.md").write_text(
        "# The Brenholm ferry\n\n## Timetable\n\nIt leaves at 7:40 on weekdays.\n", encoding="utf-8"
    )
    settings = settings_in(tmp_path, embedder="all-MiniLM-L6-v2")
    build_index(settings, load_embedder(settings), [str(tmp_path / "articles")])
    answer = asked(Assistant.open(settings), "When does the Brenholm ferry leave on weekdays?")
    assert [(claim.lead, claim.text) for claim in answer.claims] == [
        ("Under “Timetable”:", "It leaves at 7:40 on weekdays.")
    ]


def test_a_yes_or_no_question_is_told_what_the_passage_says(assistant: Assistant) -> None:
    answer = asked(assistant, "Does offshore blending cost more than onshore blending?")
    assert answer.claims[0].says != "yes"  # "no" where it is sure, else what may answer it
    assert answer.claims[0].text == "Onshore blending costs more than offshore blending."
    answer = asked(assistant, "Does onshore blending cost more than offshore blending?")
    assert [claim.says for claim in answer.claims] == ["yes"] + [None] * (len(answer.claims) - 1)
    assert all(claim.says is None for claim in asked(assistant, "What does onshore blending cost?").claims)


def test_sources_that_disagree_are_both_shown(assistant: Assistant) -> None:
    answer = asked(assistant, "How many cups of tea does Britain drink a year?")
    shown = " ".join(texts(answer))
    assert "36 billion" in shown and "30 billion" in shown
    assert len({citation.doc_id for citation in answer.citations}) == 2


def test_a_question_about_the_corpus_names_its_articles(assistant: Assistant) -> None:
    answer = asked(assistant, "What can you tell me about?")
    assert answer.status == "answered"
    assert answer.notices == ("The index holds 2 articles: Tea at a glance; The tea trade.",)
    assert texts(answer) == [
        "Tea is a drink made from the leaves of the camellia plant.",
        "Auctions set the price of most tea.",
    ]


def test_a_table_row_is_no_sentence(assistant: Assistant) -> None:
    answer = asked(assistant, "How much tea does Britain drink?")
    assert not any(" | " in text for text in texts(answer))


def test_a_follow_up_asks_the_same_of_another_place(assistant: Assistant) -> None:
    answer = asked(assistant, "and in Britain?", "How many cups of tea are drunk?")
    assert answer.read_as == "How many cups of tea are drunk in Britain?"
    assert "billion cups" in answer.text
    assert answer.notices == (DIFFER,)


def test_parts_with_one_answer_are_answered_once(assistant: Assistant) -> None:
    answer = asked(assistant, "Who planted the first tea garden in Ceylon, and when?")
    assert [(claim.lead, claim.text) for claim in answer.claims[:1]] == [
        ("", "James Taylor planted the first tea garden in Ceylon in 1867.")
    ]
    assert not any("[1]" in notice for notice in answer.notices)


def test_a_part_without_an_answer_is_named(assistant: Assistant) -> None:
    answer = asked(
        assistant, "1. Who planted the first tea garden in Ceylon? 2. Where can I park my bicycle?"
    )
    assert texts(answer) == ["James Taylor planted the first tea garden in Ceylon in 1867."]
    assert answer.unanswered == ("Where can I park my bicycle?",)
