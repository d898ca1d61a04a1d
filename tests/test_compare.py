from pathlib import Path

import pytest
from helpers import settings_in

from assistant.assistant import Assistant
from assistant.core.types import Answer, Message
from assistant.index.contrasts import contrasts_in
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from assistant.question.comparison import read_comparison
from assistant.text.lexicon.contrasts import BUILT_IN, contrast_of, subjects
from assistant.write.table.clauses import cut, leans, makes_sense
from assistant.write.table.compare import Comparison, compare
from ingest.index import build_index

KIND = next(contrast for contrast in BUILT_IN if contrast.name == "kind of outsourcing")
BOTH = ("BPO", "KPO")
DRINKS = {
    "tea.md": """# Tea

Tea is brewed from the leaves of one shrub. A cup of tea contains about 45 mg of caffeine.

## Growing

Tea grows best on cool, misty slopes. It is picked by hand.

## Health

Green tea tastes grassy and fresh; black tea tastes malty and strong. Green tea is steeped at about 75 degrees.
""",
    "coffee.md": """# Coffee

Coffee is brewed from the roasted seeds of a plant. A cup of coffee contains about 95 mg of caffeine.

## Growing

Coffee grows best in warm highlands. They say it needs shade.

## Black tea, too

Black tea is steeped at about 95 degrees.
""",
    "debate.md": """# A debate

Most people draw the line between tea and coffee at calm versus drive. Sources disagree on whether tea or coffee is
better for the heart. A clinic of 2010 says that tea lowers blood pressure. A guide of 2015 says that coffee protects
the heart.
""",
    "office.md": """# Tea versus coffee at work

Coffee wakes people quickly, while tea works for longer. According to a survey, tea drinkers take longer breaks,
whereas coffee drinkers take more of them.

| Point | Tea | Coffee |
|---|---|---|
| Price of a cup | A few pence | Much more, with the machine |
| Stains | Yes | Yes |
""",
    "bread.md": """# Bread

| Loaf | Rise | Crust | Salt |
|---|---|---|---|
| Rye bread | A day | Dark | A little |
| Wheat bread | Two hours | Pale | A little |
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three articles on drinks, indexed by the real embedder."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "articles").mkdir()
    for name, text in DRINKS.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    build_index(settings, load_embedder(settings), [str(folder / "articles")])
    return folder


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    return Store.open(settings, load_embedder(settings))


def table(store: Store, question: str) -> dict[str, tuple[list[str], ...]]:
    """Return the rows of a table as words, each checked against the stored documents."""
    found = compare(store, store.embedder, question)
    assert isinstance(found, Comparison)
    for _, cells in found.rows:
        for item in (item for cell in cells for item in cell):
            assert store.document(item.passage.doc_id).text[item.start : item.end] == item.text
    return {aspect: tuple([item.text for item in cell] for cell in cells) for aspect, cells in found.rows}


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("What is the difference between BPO and KPO?", ("BPO", "KPO")),
        ("How does KPO differ?", ("KPO", "BPO")),
        ("difference between bpo n kpo", ("BPO", "KPO")),
        ("What sets KPO apart?", ("KPO", "BPO")),
        ("bpo v kpo", ("BPO", "KPO")),
        ("Captive centre or third party, whats the difference", ("captive", "third-party")),
        ("Compare captive centres with third-party outsourcing.", ("captive", "third-party")),
        ("onshore vs offshore", ("onshore", "offshore")),
        ("How do voice and non-voice work differ?", ("voice", "non-voice")),
        ("How is knowledge process outsourcing different from BPO?", ("KPO", "BPO")),
        ("Compare red wine and white wine", ("red wine", "white wine")),
        ("What distinguishes a lease from a loan?", ("lease", "loan")),
        ("Which is cheaper: BPO or KPO?", None),
        ("Is KPO more expensive than BPO?", None),
        ("What do BPO and KPO have in common?", None),
        ("What is KPO?", None),
        ("What are the challenges of KPO?", None),
    ],
)
def test_the_sides_of_a_comparison_question(question: str, sides: tuple[str, str] | None) -> None:
    asked = read_comparison(question, BUILT_IN)
    others = [term for term in subjects(asked.contrast) if term != asked.first] if asked else []
    assert (asked and (asked.first, asked.second or others[0])) == sides


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("How do BPO and KPO differ in pricing?", "pricing"),
        ("What is the difference in training between BPO and KPO?", "training"),
        ("How does attrition differ between KPO and BPO?", "attrition"),
        ("How do BPO and KPO differ in their relationship with the client?", "relationship with the client"),
        ("bpo vs kpo in terms of people, aim and pay", "people, aim and pay"),
        ("What is the difference between onshore and offshore outsourcing?", None),
        ("How much do KPO people earn vs BPO people?", "earn"),
        ("What training do BPO workers get versus KPO workers?", "training"),
    ],
)
def test_the_aspect_a_comparison_is_narrowed_to(question: str, aspect: str | None) -> None:
    asked = read_comparison(question)
    assert asked is not None and asked.aspect == aspect


def test_sides_that_share_a_noun_and_words_behind_a_side_are_told_by_the_corpus() -> None:
    held = {"innate immune system", "adaptive immune system", "tea", "coffee", "immune system"}
    asked = read_comparison("How do the innate and adaptive immune system differ?", holds=held.__contains__)
    assert asked is not None
    assert (asked.first, asked.second) == ("innate immune system", "adaptive immune system")
    asked = read_comparison("tea vs coffee sleep", holds=held.__contains__)
    assert asked is not None and (asked.second, asked.aspect) == ("coffee", "sleep")


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("BPO is routine, while KPO is expert.", ("BPO is routine", "KPO is expert.")),
        ("While BPO is routine, KPO is expert.", ("BPO is routine", "KPO is expert.")),
        ("KPO needs experts; BPO follows rules.", ("BPO follows rules.", "KPO needs experts")),
        (
            "Price: BPO costs a little and saves time, whereas KPO costs more.",
            ("BPO costs a little and saves time", "KPO costs more."),
        ),
        (
            "Onshore BPO costs most, and offshore KPO needs care.",
            ("Onshore BPO costs most", "offshore KPO needs care."),
        ),
    ],
)
def test_a_contrasting_sentence_is_cut_into_the_clause_of_each_side(
    text: str, clauses: tuple[str, str]
) -> None:
    spans = cut(text, KIND, BOTH)
    assert spans is not None
    assert tuple(text[start:end] for start, end in spans) == clauses


@pytest.mark.parametrize(
    "text",
    [
        "BPO is routine, the author says, while KPO is expert.",  # somebody's statement
        "According to one study, BPO is routine, while KPO is expert.",
        "BPO covers a broad range and KPO a narrow one.",  # no verb of its own
        "Typically BPO is routine, while KPO is expert.",  # the adverb may hold for both
        "BPO is routine, while neither holds for KPO.",
        "BPO grows in India, and the owner of a KPO firm grows too.",
        "BPO and KPO are dear, while ITO is cheap.",
        "Is BPO routine, while KPO is expert?",
        "Clients of BPO want savings, whereas this is not so in KPO.",
        "BPO is bought (as in India, while KPO is sold in Spain).",
    ],
)
def test_what_cannot_be_cut_safely_stays_whole(text: str) -> None:
    assert cut(text, KIND, BOTH) is None


def test_sentences_that_lean_on_others_are_no_cells() -> None:
    assert (
        leans("This costs more.") and leans("KPO therefore costs more.") and leans("The latter costs more.")
    )
    assert not leans("KPO costs more, such as research.")
    assert makes_sense("KPO needs experts from many fields.")
    assert not makes_sense("Sources on KPO are few and old.")


def test_a_table_pairs_what_articles_say_of_each_side(store: Store) -> None:
    rows = table(store, "What is the difference between tea and coffee?")
    assert rows["Caffeine"] == (
        ["A cup of tea contains about 45 mg of caffeine."],
        ["A cup of coffee contains about 95 mg of caffeine."],
    )
    assert rows["Growing"] == (
        ["Tea grows best on cool, misty slopes."],
        ["Coffee grows best in warm highlands."],
    )
    assert (["tea works for longer."], ["Coffee wakes people quickly"]) in rows.values()
    shown = [text for cells in rows.values() for cell in cells for text in cell]
    assert not any(word in text for text in shown for word in ("It is picked", "it needs shade", "Yes"))


def test_sides_change_places_with_the_question(store: Store) -> None:
    one = table(store, "tea versus coffee")
    other = table(store, "coffee versus tea")
    assert one["Caffeine"] == other["Caffeine"][::-1]


def test_what_a_source_says_of_both_stays_one_sentence(store: Store) -> None:
    said = (
        "According to a survey, tea drinkers take longer breaks, whereas coffee drinkers take more of them."
    )
    found = compare(store, store.embedder, "How do tea drinkers and coffee drinkers differ in their breaks?")
    assert found is not None
    assert [[item.text for item in cell] for cell in found.rows[0][1]] == [[said], [said]]


def test_a_narrow_question_gives_its_row_alone_if_need_be_from_a_table(store: Store) -> None:
    assert table(store, "How do tea and coffee differ in price?") == {
        "Price of a cup": (["Tea: A few pence"], ["Coffee: Much more, with the machine"])
    }


def test_a_table_with_a_row_for_each_side_gives_its_cells(store: Store) -> None:
    found = compare(store, store.embedder, "Compare rye bread with wheat bread")
    assert found is not None and found.sides == ("rye bread", "wheat bread")
    assert {(label, *(cell[0].text for cell in cells)) for label, cells in found.rows} == {
        ("Rise", "A day", "Two hours"),
        ("Crust", "Dark", "Pale"),  # what both have alike is left out
    }


def test_each_of_several_aspects_has_its_row_and_what_is_lacking_is_named(store: Store) -> None:
    found = compare(store, store.embedder, "tea vs coffee in terms of price, caffeine and packaging law")
    assert found is not None
    assert [aspect for aspect, _ in found.rows] == ["Price of a cup", "Caffeine"]
    assert found.lacking == ("packaging law",)


def test_where_sources_disagree_both_are_shown_across_the_columns(store: Store) -> None:
    rows = table(store, "What is the difference between tea and coffee?")
    views = [
        "Sources disagree on whether tea or coffee is better for the heart.",
        "A clinic of 2010 says that tea lowers blood pressure.",
        "A guide of 2015 says that coffee protects the heart.",
    ]
    assert (views, views) in rows.values()
    assert list(rows.values())[-1] == (views, views)


def test_a_sentence_that_draws_the_line_leads(store: Store) -> None:
    found = compare(store, store.embedder, "tea vs coffee")
    assert found is not None and found.lead is not None
    assert found.lead.text == "Most people draw the line between tea and coffee at calm versus drive."


def test_other_pairs_of_the_same_corpus_work_too(store: Store) -> None:
    rows = table(store, "What is the difference between green tea and black tea?")
    assert (["Green tea tastes grassy and fresh"], ["black tea tastes malty and strong."]) in rows.values()
    assert (
        ["Green tea is steeped at about 75 degrees."],
        ["Black tea is steeped at about 95 degrees."],
    ) in rows.values()


@pytest.mark.parametrize("question", ["tea vs water", "How do tea and coffee differ in law?", "What is tea?"])
def test_too_little_makes_no_table(store: Store, question: str) -> None:
    assert compare(store, store.embedder, question) is None


def test_contrasts_of_the_settings_come_first_and_listed_ones_stay(folder: Path, store: Store) -> None:
    settings = settings_in(folder, contrasts=("Captive / third party", "leaf / seed"))
    names = [contrast.name for contrast in contrasts_in(store, settings)]
    assert names[:2] == ["leaf / seed", BUILT_IN[0].name]


def answer_to(folder: Path, question: str, *history: Message) -> Answer:
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    return Assistant.open(settings).ask(question, history)


def test_the_answer_holds_the_table_by_the_positions_of_its_claims(folder: Path) -> None:
    answer = answer_to(folder, "What is the difference between tea and coffee?")
    assert answer.table is not None
    assert (answer.status, answer.table.sides) == ("answered", ("tea", "coffee"))
    row = next(row for row in answer.table.rows if row.aspect == "Caffeine")
    cells = [[answer.claims[at] for at in cell] for cell in row.cells]
    assert [[claim.text for claim in cell] for cell in cells] == [
        ["A cup of tea contains about 45 mg of caffeine."],
        ["A cup of coffee contains about 95 mg of caffeine."],
    ]
    quotes = {citation.n: citation.quote for citation in answer.citations}
    assert all(claim.text == quotes[claim.citations[0]] for cell in cells for claim in cell)
    body = answer.to_dict()["table"]
    assert body["sides"] == ["tea", "coffee"]
    assert {"aspect": "Caffeine", "cells": [list(cell) for cell in row.cells]} in body["rows"]


def test_a_follow_up_narrows_the_table(folder: Path) -> None:
    before = Message(role="user", content="What is the difference between tea and coffee?")
    answer = answer_to(folder, "How do tea and coffee differ in caffeine?", before)
    assert answer.table is not None and [row.aspect for row in answer.table.rows] == ["Caffeine"]


def test_other_questions_have_no_table(folder: Path) -> None:
    answer = answer_to(folder, "Where does coffee grow best?")
    assert answer.table is None and answer.to_dict()["table"] is None


def test_a_pair_of_the_user_s_own_is_told_apart_by_its_names() -> None:
    pair = contrast_of("leaf", "seed", {"leaf": ["foliage"]})
    text = "Foliage is picked weekly, while seeds are harvested once."
    spans = cut(text, pair, ("leaf", "seed"))
    assert spans is not None and text[slice(*spans[0])] == "Foliage is picked weekly"
