"""Forms that documents take, asked as people ask: leave and duty in other words."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from helpers import document, settings_in
from test_fit import evidence

from assistant import Assistant
from assistant.core.types import Answer, Passage
from assistant.models.embedder.load import load_embedder
from assistant.write.quote.fit.fitting import misfit
from assistant.write.quote.wording.leave import as_written
from ingest.index import build_index

FOLDERS: dict[str, dict[str, str]] = {
    "leave": {
        "hall.md": "# Questions about the swimming hall\n\n### Can I bring my own food?\n\nYes, into the garden only.\n\n"
        "### Can I bring a guest?\n\nYes, one guest on Sundays.\n\n### Do I have to shower before?\n\nYes, without exception.\n\n"
        "### Am I allowed to film?\n\nOnly with a permit of the bath master.\n",
        "library.html": "<h1>Library help</h1><dl><dt>May children borrow films?</dt><dd>From the age of twelve.</dd>"
        "<dt>Is it possible to reserve a book by telephone?</dt><dd>Yes, between ten and twelve.</dd></dl>",
    },
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Answer]:
    """Return a function that asks a question of one of FOLDERS, indexed once."""
    opened: dict[str, Assistant] = {}

    def asked(folder: str, question: str) -> Answer:
        if folder not in opened:
            root = tmp_path_factory.mktemp(folder)
            for name, content in FOLDERS[folder].items():
                (root / name).write_text(content, encoding="utf-8")
            settings = settings_in(tmp_path_factory.mktemp("data"), embedder="all-MiniLM-L6-v2", index=folder)
            build_index(settings, load_embedder(settings), [str(root)])
            opened[folder] = Assistant.open(settings)
        return opened[folder].ask(question)

    return asked


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


# --- leave and duty ---


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("May I film?", "Can I film?"),
        ("Is filming allowed?", "Am I allowed to film?"),
        ("Can books be reserved by telephone?", "Is it possible to reserve a book by telephone?"),
        ("Are children allowed to borrow films?", "May children borrow films?"),
        ("Must I shower before?", "Do I have to shower before?"),
        ("Am I required to wear a helmet?", "Do we need to wear a helmet?"),
        ("May I bring a dog to the mill?", "Can I bring my dog?"),
    ],
)
def test_leave_and_duty_are_asked_as_they_are_written(question: str, written: str) -> None:
    assert as_written(question, [over(written)]) == written


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("May I film?", "Do I have to film?"),
        ("May I pay with a card?", "Can I pay without a card?"),
        ("Can I come?", "Can I not come?"),
        ("Can a guest bring children?", "May children bring a guest?"),
        ("May I bring a dog?", "Can I bring a cat?"),
        ("When may I film?", "Can I film?"),
        ("May I film?", "Filming"),
    ],
)
def test_another_leave_stays_as_it_is_asked(question: str, written: str) -> None:
    assert as_written(question, [over(written)]) == question


def over(heading: str) -> Passage:
    return replace(
        evidence(document("mill", "Yes.", title="Visits of the mill"), "Yes.").passage, section=heading
    )


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("May I bring my own food?", ["Can I bring my own food?\n\nYes, into the garden only."]),
        ("May I film?", ["Am I allowed to film?\n\nOnly with a permit of the bath master."]),
        ("Are children allowed to borrow films?", ["May children borrow films?\n\nFrom the age of twelve."]),
        (
            "May I reserve a book by telephone?",
            ["Is it possible to reserve a book by telephone?\n\nYes, between ten and twelve."],
        ),
        ("Must I bring my own food?", []),
    ],
)
def test_leave_is_answered_in_its_document_s_words(
    ask: Callable[[str, str], Answer], question: str, shown: list[str]
) -> None:
    assert quotes(ask("leave", question)) == shown


@pytest.mark.parametrize(
    "question", ["May I see the mill?", "We come by boat. May we land?", "May guests swim?"]
)
def test_may_that_asks_for_leave_is_no_month(question: str) -> None:
    assert not misfit(question, "It is open to everybody in July.")
    assert misfit("Is it open in May?", "It is open to everybody in July.")
