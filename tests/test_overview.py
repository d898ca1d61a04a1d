"""An overview of a topic: how the sections of its article begin, in their order."""

from pathlib import Path

import pytest
from small_index import build

from assistant import Assistant

ARTICLE = """---
title: The harbour of Vell
---
# The harbour of Vell

The harbour of Vell is the oldest on the coast. It has two quays.

## Building

Work on the first quay began in 1899. This took five years.

## Ships

Forty fishing boats land their catch in Vell. They come at dawn.

## Dues

Every boat pays three crowns a night. The harbour master collects them.
"""
LEADS = [
    "The harbour of Vell is the oldest on the coast.",
    "Work on the first quay began in 1899.",
    "Forty fishing boats land their catch in Vell.",
    "Every boat pays three crowns a night.",
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(build(Path(tmp_path_factory.mktemp("vell")), ARTICLE))


def test_a_summary_gives_how_each_section_begins(assistant: Assistant) -> None:
    answer = assistant.ask("Summarise the harbour of Vell")
    assert [claim.text for claim in answer.claims] == LEADS
    assert all(claim.item for claim in answer.claims)


def test_a_number_of_bullets_is_kept(assistant: Assistant) -> None:
    answer = assistant.ask("Summarise the harbour of Vell in 2 bullets")
    texts = [claim.text for claim in answer.claims]
    assert len(texts) == 2
    assert texts == [text for text in LEADS if text in texts]


def test_what_falls_short_of_the_number_is_said(assistant: Assistant) -> None:
    answer = assistant.ask("Summarise the harbour of Vell in 9 bullets")
    assert len(answer.claims) == 4
    assert "4 of the 9 asked for are quoted; the sections cited may hold more." in answer.notices


def test_a_plain_question_is_no_summary(assistant: Assistant) -> None:
    answer = assistant.ask("When did work on the first quay begin?")
    assert answer.claims[0].text == LEADS[1]
