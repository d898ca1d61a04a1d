import pytest
from helpers import settings_in

from assistant.answer.compose.repeats import alike, held
from assistant.index.search import search
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from assistant.write.quote.topic.section import gather
from ingest.index import build_index

ARTICLE = """# Attrition

## Causes of attrition in India

The post names two causes:

1. Night shifts tire the staff. They sleep by day.
2. Rivals pay more.

Who can blame them?

## Attrition in Poland

Attrition in Poland is low. Few leave.
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("data")
    (folder / "article.md").write_text(ARTICLE, encoding="utf-8")
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    embedder = load_embedder(settings)
    build_index(settings, embedder, [str(folder / "article.md")])
    return Store.open(settings, embedder)


def gathered(store: Store, question: str) -> list[tuple[str, list[str]]]:
    sections = gather(store, question, search(store, question, 8), 0.5)
    return [(section.passage.section, [item.text for item in section.items]) for section in sections]


def test_a_list_gives_the_first_sentence_of_each_item(store: Store) -> None:
    assert gathered(store, "What are the causes of attrition in India?")[:1] == [
        ("Causes of attrition in India", ["Night shifts tire the staff.", "Rivals pay more."])
    ]


def test_a_paragraph_gives_every_sentence(store: Store) -> None:
    assert gathered(store, "How high is attrition in Poland?") == [
        ("Attrition in Poland", ["Attrition in Poland is low.", "Few leave."])
    ]


@pytest.mark.parametrize(
    "question",
    ["What are the causes of attrition in Spain?", "What is the price of rent?", "Who is the CEO?"],
)
def test_a_heading_that_names_something_else_does_not_answer(store: Store, question: str) -> None:
    assert gathered(store, question) == []


def test_what_the_shown_sentences_hold_is_no_news() -> None:
    assert held("KPO needs experts.", ["KPO work needs many experts."])
    assert not held("KPO needs doctors.", ["KPO work needs many experts."])
    assert not held("KPO needs experts.", [])


def test_alike_sentences_speak_of_the_same_subjects_and_numbers(store: Store) -> None:
    embedder = store.embedder
    assert alike(embedder, "KPO firms hire experts.", ["KPO companies employ experts."])
    assert not alike(embedder, "KPO firms hire experts.", ["BPO firms hire experts."])
    assert not alike(embedder, "Wages rose 5 per cent.", ["Wages rose 7 per cent."])
