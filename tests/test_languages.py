"""Questions and articles in other languages: told, never corrected, quoted as well as the embedder can."""

from pathlib import Path

import pytest
from helpers import settings_in

from assistant.assistant import Assistant
from assistant.models.embedder.load import load_embedder
from ingest.index import build_index

GERMAN = (
    "# Hafen Vell\n\nDie Fähre fährt jeden Tag um acht Uhr ab. Hunde dürfen kostenlos mitfahren.\n\n"
    "Im Winter bleibt der Kiosk geschlossen. Die Liegegebühr beträgt vierzig Euro im Monat.\n"
)
ENGLISH = "# Mill\n\nThe mill of Horn grinds rye. It opens at nine and closes at five on all working days.\n"


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return opened(tmp_path_factory.mktemp("english"), {"mill.md": ENGLISH})


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return opened(tmp_path_factory.mktemp("mixed"), {"mill.md": ENGLISH, "hafen.md": GERMAN})


def opened(folder: Path, files: dict[str, str]) -> Assistant:
    (folder / "articles").mkdir()
    for name, text in files.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    settings = settings_in(folder / "data")
    build_index(settings, load_embedder(settings), [str(folder / "articles")])
    return Assistant.open(settings)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Wann öffnet die Mühle?", "German"),
        ("Quand est-ce que le moulin ouvre ?", "French"),
        ("¿Cuándo abre el molino y cuánto cuesta?", "Spanish"),
        ("Когда открывается мельница?", "Russian"),
    ],
)
def test_a_question_in_another_language_is_told_in_a_line(
    english: Assistant, question: str, name: str
) -> None:
    answer = english.ask(question)
    assert (answer.status, answer.reason, answer.read_as) == ("declined", "other_language", None)
    assert answer.notices == (
        f"The question looks {name}; the articles and the reading are English: ask in English.",
    )
    assert answer.passages


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Wann fährt die Fähre ab?", "Die Fähre fährt jeden Tag um acht Uhr ab."),
        ("Wie hoch ist die Liegegebühr im Monat?", "Die Liegegebühr beträgt vierzig Euro im Monat."),
        ("Dürfen Hunde kostenlos mitfahren?", "Hunde dürfen kostenlos mitfahren."),
    ],
)
def test_articles_in_a_language_answer_in_it_and_say_what_the_checks_are_for(
    mixed: Assistant, question: str, quote: str
) -> None:
    answer = mixed.ask(question)
    assert answer.read_as is None
    assert answer.citations[0].quote == quote
    first = answer.citations[0]
    assert mixed.document(first.doc_id).text[first.start : first.end] == quote
    assert "the reading and the checks were made for English" in answer.notices[0]
    assert answer.notices[-1].endswith("in German: the checks were made for English.")


def test_an_english_question_is_answered_from_english_without_a_word_of_languages(mixed: Assistant) -> None:
    answer = mixed.ask("What does the mill of Horn grind?")
    assert answer.citations[0].quote == "The mill of Horn grinds rye."
    assert not any("English" in notice for notice in answer.notices)
