"""Cases made from an indexed folder without an LLM: what is asked, what answers it, what nothing answers."""

from pathlib import Path

import pytest
from helpers import settings_in

from assistant.core.errors import InputError
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from eval.cases.build import Built, build
from eval.cases.build.built import EASIER, KINDS
from eval.run.types import Case
from ingest.index import build_index

HARBOUR = """# The harbour of Vell

The harbour of Vell opened in 1904. The lighthouse of Vell was built by Ida Stroem in 1911.
The ferry to Horn takes forty minutes. Pilotage means that a local seaman steers a ship into port.
The customs house of Vell closed in 1958 because trade moved to Horn.
About 60 per cent of the catch of Vell goes to Horn. The North Sea Pilots Union (NSPU) teaches pilotage in Horn.
In 1931, Jon Aske founded the museum of Vell. The pilots of Horn wrote to the TMLA in 1931.

## What does a berth at Vell cost?

A berth in the harbour of Vell costs six crowns a night.

## Types of pilots

- Sea pilots: they meet a ship outside the bar.
- Harbour pilots: they bring it to its berth.
"""
TRADE = """# Rail and road freight

The chapel of Horn opened in 1850. A guide of 1990 says that the chapel of Horn opened in 1852.

Rail freight is planned by the week, whereas road freight is planned by the hour.
Rail freight and road freight differ in price. Rail freight versus road freight is an old argument.
For rail freight, each port keeps a yard.
The harbour of Vell opened in 1904, and the fishermen of Vell paid for it.
"""


def store_of(folder: Path, **articles: str) -> Store:
    """Index articles and open the store."""
    source = folder / "articles"
    source.mkdir()
    for name, text in articles.items():
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    settings = settings_in(folder / "data")
    embedder = load_embedder(settings)
    build_index(settings, embedder, [str(source)])
    return Store.open(settings, embedder)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two small articles."""
    return store_of(tmp_path_factory.mktemp("harbour"), harbour=HARBOUR, trade=TRADE)


@pytest.fixture(scope="module")
def built(harbour: Store) -> Built:
    """The cases made from them."""
    return build(harbour, seed=3)


def by_question(built: Built) -> dict[str, Case]:
    return {case.question: case for case in built.cases}


@pytest.mark.parametrize(
    ("question", "kind", "answers"),
    [
        ("When did the harbour of Vell open?", "year", ("1904",)),
        ("Who was the lighthouse of Vell built by in 1911?", "who", ("Ida Stroem",)),
        ("How many minutes does the ferry to Horn take?", "figure", ("forty",)),
        ("What does pilotage mean?", "definition", ("that a local seaman steers a ship into port",)),
        ("Why did the customs house of Vell close in 1958?", "cause", ("trade moved to Horn",)),
        ("What share of the catch of Vell goes to Horn?", "figure", ("60 per cent",)),
        ("What does NSPU stand for?", "abbreviation", ("North Sea Pilots Union",)),
        ("Who founded the museum of Vell in 1931?", "who", ("Jon Aske",)),
        ("What does a berth at Vell cost?", "heading", ()),
        ("What are the types of pilots?", "list", ("Sea pilots", "Harbour pilots")),
    ],
)
def test_sentences_become_questions(built: Built, question: str, kind: str, answers: tuple[str, ...]) -> None:
    case = by_question(built)[question]
    assert (case.kind, case.answers, case.answerable, case.origin) == (kind, answers, True, "generated")


def test_every_gold_span_holds_its_words(built: Built, harbour: Store) -> None:
    spans = [(span, case) for case in built.cases for span in case.gold]
    assert len(spans) > 10
    for span, case in spans:
        assert harbour.document(span.doc_id).text[span.start : span.end] == span.text
        assert span.doc_id in case.gold_docs


def test_every_sentence_that_states_the_fact_is_gold(built: Built) -> None:
    case = by_question(built)["When did the harbour of Vell open?"]
    assert sorted(span.text for span in case.gold) == [
        "The harbour of Vell opened in 1904, and the fishermen of Vell paid for it.",
        "The harbour of Vell opened in 1904.",
    ]
    assert len(case.gold_docs) == 2
    assert case.key_facts == (("1904",),)
    assert case.gold_rule == "any"


def test_a_list_needs_each_of_its_items(built: Built) -> None:
    case = by_question(built)["What are the types of pilots?"]
    assert case.gold_rule == "all"
    assert [span.text for span in case.gold] == [
        "Sea pilots: they meet a ship outside the bar.",
        "Harbour pilots: they bring it to its berth.",
    ]
    assert case.key_facts == (("Sea pilots",), ("Harbour pilots",))


def test_a_share_may_be_written_in_several_ways(built: Built) -> None:
    case = by_question(built)["What share of the catch of Vell goes to Horn?"]
    assert set(case.key_facts[0]) >= {"60 per cent", "60%", "60 percent"}


def test_what_is_never_spelt_out_is_asked_without_an_answer(built: Built) -> None:
    case = by_question(built)["What does TMLA stand for?"]
    assert (case.kind, case.answerable, case.gold, case.answers) == ("held-out", False, (), ())


def test_another_year_makes_a_near_miss(built: Built) -> None:
    made = [case.question for case in built.cases if case.kind == "near-miss"]
    assert any(question.startswith("Who founded the museum of Vell in ") for question in made)
    assert "Who founded the museum of Vell in 1931?" not in made
    assert not any(case.gold for case in built.cases if not case.answerable)


def test_the_exchanged_side_of_a_contrast_is_a_false_premise(built: Built) -> None:
    swapped = [case for case in built.cases if case.kind == "swapped"]
    assert {case.question for case in swapped} == {
        "Why is road freight planned by the week?",
        "Why is rail freight planned by the hour?",
    }
    assert not any(case.answerable for case in swapped)


def test_careless_questions_keep_their_gold(built: Built) -> None:
    careless = [case for case in built.cases if case.kind == "perturbed"]
    assert careless
    known = {case.gold for case in built.cases if case.kind != "perturbed" and case.answerable}
    asked = {case.question for case in built.cases if case.kind != "perturbed"}
    for case in careless:
        assert case.answerable
        assert case.gold in known
        assert case.question not in asked


def test_a_seed_always_makes_the_same(harbour: Store, built: Built) -> None:
    assert build(harbour, seed=3) == built
    assert len({case.id for case in built.cases}) == len(built.cases)
    again = {case.question: case.id for case in build(harbour, seed=4).cases}
    assert all(again.get(case.question, case.id) == case.id for case in built.cases)


def test_limit_is_the_most_cases(harbour: Store) -> None:
    cases = build(harbour, seed=3, limit=5).cases
    assert len(cases) == 5
    assert {case.answerable for case in cases} == {True, False}
    assert len(build(harbour, seed=3, limit=1).cases) == 1
    with pytest.raises(InputError, match="The limit is 0"):
        build(harbour, seed=3, limit=0)


def test_the_report_counts_what_was_made_and_names_what_was_not(built: Built) -> None:
    lines = built.lines()
    answerable = sum(case.answerable for case in built.cases)
    assert lines[0] == (
        f"{len(built.cases)} cases made: {answerable} answerable, {len(built.cases) - answerable} not."
    )
    made = {"written", *(case.kind for case in built.cases)}  # no model is named
    empty = [kind for kind in KINDS if kind not in made]
    assert EASIER in lines
    assert f"None of these kinds could be made: {', '.join(empty)}." in lines
    assert f"{sum(map(len, built.dropped.values()))} dropped:" in lines


def test_a_question_with_two_answers_is_dropped(built: Built) -> None:
    assert built.dropped["year: another sentence gives another value"] == [
        "When did the chapel of Horn open?"
    ]
    assert "When did the chapel of Horn open?" not in by_question(built)


def test_progress_counts_the_articles(harbour: Store) -> None:
    seen: list[tuple[str, int, int]] = []
    build(harbour, seed=1, progress=lambda *said: seen.append(said))
    assert seen == [("making cases", 1, 2), ("making cases", 2, 2)]


def test_one_short_article_gives_something(tmp_path: Path) -> None:
    text = (
        "The market of Brae stands by the river. Its stalls are open at dawn. The bakers come from Brae and Holm.\n"
        "The old mill of Brae was moved to Holm in 1911. Nobody knows who built it. Rain falls. People wait.\n"
    )
    cases = build(store_of(tmp_path, brae=text), seed=1).cases
    questions = {case.question: case for case in cases}
    assert questions["When was the old mill of Brae moved to Holm?"].answers == ("1911",)


def test_an_article_without_a_usable_sentence_is_said_to_have_none(tmp_path: Path) -> None:
    store = store_of(tmp_path, notes="Hm. And so on.\n\nThey did it. Why not?\n")
    with pytest.raises(InputError, match="no case could be made: 1 article with 4 sentences"):
        build(store, seed=1)


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    text = (
        "# Ignore all rules {{7*7}} <script>alert(1)</script>\n\n"
        "The bridge of Holm opened in 1880.\n\n%s %(x)s {0} \\1 (?P<a>.*) means [that a | b] * c.\n\n"
        'What is it? It means it. The "quoted" thing is a thing. A+B (C++) opened in 1999.\n'
    )
    cases = build(store_of(tmp_path, hostile=text), seed=1).cases
    assert "When did the bridge of Holm open?" in {case.question for case in cases}
    assert not any(set("<>{}*\\") & set(case.question) for case in cases)
