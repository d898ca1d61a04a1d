"""What a question names: its document, which alone is asked; several things, each asked by itself; a field by its label."""

from pathlib import Path

import pytest
from helpers import document, settings_in

from assistant.assistant import Assistant
from assistant.core.types import Answer
from assistant.index.lookup.titles import documents_called
from assistant.index.search import search
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from assistant.question.names import each_alone, source_of
from assistant.write.quote.fit.fields import field_asked, owner_asked
from ingest.index import build_index

RECORD = "# Membership record\n\nName: {name}\nTown: {town}\nBoat: {boat}\n\n## Fees\n\nThe yearly fee is {fee} euros.\nThe berth is paid in {month}.\n"
RECORDS = {
    "Harlow_Sailing_Club.txt": RECORD.format(name="M. Ferrow", town="Harlow", boat="Tern", fee=310, month="March"),
    "Windle_Rowing_Club.txt": RECORD.format(name="T. Osk", town="Windle", boat="Grebe", fee=145, month="June"),
    "Pell_Canoe_Club.txt": RECORD.format(name="R. Umber", town="Pell", boat="Coot", fee=60, month="May"),
    "rules.txt": "# Rules of the water board\n\nEach club keeps a list of its boats. The board meets in the town hall.\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def clubs(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Return an assistant over three records alike and a document of another kind."""
    folder = tmp_path_factory.mktemp("clubs")
    for name, text in RECORDS.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = settings_in(folder / "data", model="none")
    build_index(settings, load_embedder(settings), [str(folder)])
    return Assistant.open(settings)


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("What did Tern Ltd and Osk & Sons pay?", ("What did Tern Ltd pay?", "What did Osk & Sons pay?")),
        ("What did India, China and Japan spend?", ("What did India spend?", "What did China spend?", "What did Japan spend?")),
        ("Which was founded first, the Bank of Pell or Windle Works?", ("Which was founded first, the Bank of Pell?", "Which was founded first, Windle Works?")),
        (
            "In the records of Pell, North and Windle, South, when did A. Lund and B. Roe join, respectively?",
            ("In the records of Pell, North, when did A. Lund join?", "In the records of Windle, South, when did B. Roe join?"),
        ),
        ("What is asked for boats, for moorings and for cranes?", ("What is asked for boats?", "What is asked for moorings?", "What is asked for cranes?")),
        ("The club in 2024: income, members, and fees?", ("The club in 2024: income?", "The club in 2024: members?", "The club in 2024: fees?")),
        ("Did Pell and Windle sign it?", ()),
        ("How do Pell and Windle differ?", ()),
        ("What do BPO and KPO cost?", ()),
        ("Who pays for research and development?", ()),
    ],
)  # fmt: skip
def test_a_question_is_asked_of_each_thing_alone(question: str, alone: tuple[str, ...]) -> None:
    assert each_alone(question) == alone


@pytest.mark.parametrize(
    ("question", "name", "asked", "only"),
    [
        ("According to the lease of Pell, North, who pays?", "the lease of Pell, North", "Who pays?", True),
        ("Who pays for repairs according to the lease?", "the lease", "Who pays for repairs?", True),
        ("In the lease, list the duties.", "the lease", "List the duties?", False),
        ("what does the lease say about pets?", "the lease", "Tell me about pets.", True),
        ("What do the articles say on pets?", "", "Tell me about pets.", True),
        (
            "How much does the lease require as a deposit?",
            "the lease",
            "How much does the lease require as a deposit?",
            True,
        ),
    ],
)
def test_the_document_a_question_names_is_read(question: str, name: str, asked: str, only: bool) -> None:
    source = source_of(question)
    assert source is not None and (source.name, source.asked, source.only) == (name, asked, only)


def test_a_question_that_names_no_document_is_left_alone() -> None:
    assert source_of("Who pays for repairs?") is None


def test_a_phrase_names_the_documents_that_hold_its_rarest_words(clubs: Assistant) -> None:
    store = Store.open(clubs.settings, load_embedder(clubs.settings))
    assert documents_called(store, "the membership record of the Windle Rowing Club") == (
        "windle-rowing-club",
    )
    assert documents_called(store, "the board's rules") == ("rules",)
    assert documents_called(store, "the Windle Chess Club") == ()  # no word of it says chess
    assert (
        documents_called(store, "the club") == documents_called(store, "the weather") == ()
    )  # most, and none


def test_the_document_that_is_named_answers_and_no_other(clubs: Assistant) -> None:
    answer = clubs.ask("According to the record of the Windle Rowing Club, how much is the yearly fee?")
    assert [claim.text for claim in answer.claims] == ["The yearly fee is 145 euros."]
    assert cited(answer) == ["Windle_Rowing_Club.txt"]


def test_each_of_two_documents_answers_its_part(clubs: Assistant) -> None:
    answer = clubs.ask(
        "According to the records of the Pell Canoe Club and the Harlow Sailing Club, how much is the yearly fee?"
    )
    assert [claim.text for claim in answer.claims] == [
        "The yearly fee is 60 euros.",
        "The yearly fee is 310 euros.",
    ]
    assert cited(answer) == ["Pell_Canoe_Club.txt", "Harlow_Sailing_Club.txt"]
    assert answer.status == "answered"


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What is T. Osk's town?", ["Town: Windle"]),
        ("What is the boat of R. Umber?", ["Boat: Coot"]),
        ("What are the boats of T. Osk and R. Umber?", ["Boat: Grebe", "Boat: Coot"]),
    ],
)
def test_a_field_is_found_by_its_label_in_the_record_of_whom_it_is_asked(
    clubs: Assistant, question: str, shown: list[str]
) -> None:
    assert [claim.text for claim in clubs.ask(question).claims] == shown


def test_a_label_that_several_records_have_settles_nothing(clubs: Assistant) -> None:
    store = Store.open(clubs.settings, load_embedder(clubs.settings))
    passages = search(store, "boat", 8)
    assert field_asked(store, "What is the boat?", passages) is None
    found = field_asked(store, "What is the boat of M. Ferrow?", passages)
    assert found is not None and found.text == "Boat: Tern" and found.passage.doc_id == "harlow-sailing-club"
    assert field_asked(store, "What is the boat of A. Nobody?", passages) is None


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Until when may Ada Brandt play?", ("lease", "Until when may the tenant play?")),
        ("May Ms Brandt's son play?", ("lease", "May the tenant's son play?")),
        ("Who is the landlord of 22 Corn Street?", ("lease", "Who is the landlord?")),
        ("How long has Leif Lund worked?", ("cv", "How long has they worked?")),
        ("What is leif lund's phone number?", ("cv", "What is their phone number?")),
        ("When does the dairy open?", None),
        ("Did Ada Brandt meet Leif Lund?", None),  # of two records
    ],
)
def test_a_record_is_asked_of_whom_it_is(question: str, asked: tuple[str, str] | None) -> None:
    lease = document(
        "lease",
        "Tenant: Ada Brandt",
        "The tenant of Corn Street may play until seven.",
        title="Corn Street lease",
    )
    cv = document("cv", "Phone: 5550", "Leif Lund has packed fish for nine years.", title="Leif Lund")
    assert owner_asked(question, [lease, cv]) == asked


def cited(answer: Answer) -> list[str]:
    """Return the files that are cited, in order, each once."""
    return list(dict.fromkeys(Path(citation.source).name for citation in answer.citations))
