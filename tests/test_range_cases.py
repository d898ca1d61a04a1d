"""Questions on small documents whose tables and sentences lay down ranges: which of their lines holds the amount given.

`range_cases.jsonl` names for each question the lines that are right, none where its number is of another kind or lies
outside every range; the cases marked `kept` were not looked at while the reader of ranges was written.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from helpers import settings_in

from assistant import Assistant
from assistant.core.types import Answer
from assistant.models.embedder.load import load_embedder
from assistant.text.sentences import sentence_spans
from assistant.write.quote.fit.amounts import held
from ingest.index import build_index
from ingest.load import load_file

HERE = Path(__file__).parent
DOCUMENTS = HERE / "range_documents"
CASES = [json.loads(line) for line in (HERE / "range_cases.jsonl").read_text("utf-8").splitlines()]


@lru_cache
def lines(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the rows and sentences of a document, each with the headings over it."""
    document = load_file(DOCUMENTS / f"{name}.md", DOCUMENTS)
    found = []
    for block in document.blocks:
        text = document.text[block.start : block.end]
        spans = [(0, len(text))] if block.kind == "row" else sentence_spans(text)
        found += [(text[start:end], block.section) for start, end in spans if block.kind != "heading"]
    return tuple(found)


def is_right(case: dict[str, Any]) -> bool:
    """Tell whether exactly the right lines hold what a question gives."""
    told, sections = zip(*lines(case["doc"]), strict=True)
    verdicts = held(case["question"], told, sections).verdicts
    holding = [text for text, verdict in zip(told, verdicts, strict=True) if verdict]
    return len(holding) == len(case["rows"]) and all(
        any(row in text for text in holding) for row in case["rows"]
    )


@pytest.mark.parametrize(("kept", "least"), [(False, 38), (True, 31)])
def test_the_lines_that_hold_what_is_given(kept: bool, least: int) -> None:
    own = [case for case in CASES if bool(case.get("kept")) is kept]
    assert len(own) == 41
    assert sum(map(is_right, own)) >= least


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Answer]:
    settings = settings_in(tmp_path_factory.mktemp("data"), embedder="all-MiniLM-L6-v2")
    chosen = [str(DOCUMENTS / f"{name}.md") for name in ("leave", "pool", "castle", "shop", "court")]
    assert not build_index(settings, load_embedder(settings), chosen).failed
    return Assistant.open(settings).ask


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("How many days of annual leave do I get after seven years?", ["Completed years of service: 6 to 9 | Days of annual leave: 28"]),
        ("I've been with Harrow & Finch for seven years. How many holiday days do I get?",
         ["Completed years of service: 6 to 9 | Days of annual leave: 28"]),
        ("What does a single ticket cost at the age of 30?", ["Age: 16 to 64 years | Single ticket: 6.00 euros"]),
        ("When is the castle open on 14 December?", ["Season: 1 November to end of February | Open: 10:00 to 15:30"]),
        ("What does a court cost at 7 pm?", ["Time: 18:00 to 22:00 | Price of a court for an hour: 22 euros"]),
        ("Which voucher do I get for an order of 260 euros?", ["Order value: from 200 euros | Voucher: 15 euros"]),
    ],
)  # fmt: skip
def test_the_row_that_holds_the_amount_stands_alone(
    ask: Callable[[str], Answer], question: str, quoted: list[str]
) -> None:
    assert [citation.quote for citation in ask(question).citations] == quoted
