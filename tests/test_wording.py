"""A question held against what may answer it: in its own words, its amount, the thing it names, its document, whose task it is."""

from collections.abc import Callable

import pytest
from helpers import document, settings_in

from assistant import Assistant
from assistant.core.types import Answer, Evidence, Passage
from assistant.models.embedder.load import load_embedder
from assistant.write.quote.wording.named import of_the_thing, titled
from assistant.write.quote.wording.said import which_say
from ingest.index import build_index


def lines(*texts: str, title: str = "Notes", date: str | None = None) -> list[Evidence]:
    source = document("a", *texts, title=title)
    passage = Passage(
        chunk_id="a:0", doc_id="a", title=title, source="a.md", section="", page=None, start=0,
        end=len(source.text), score=1.0, text=source.text, doc_sha256="", date=date,
    )  # fmt: skip
    starts = [source.text.index(text) for text in texts]
    return [
        Evidence(passage=passage, start=start, end=start + len(text), text=text, score=0.0)
        for start, text in zip(starts, texts, strict=True)
    ]


@pytest.mark.parametrize(
    ("question", "sentence", "told"),
    [
        ("Who orders the tents?", "Ben orders the tents by 20 April.", True),
        ("Who will call our bank?", "Action: Chi will call the bank tomorrow.", True),
        ("Who is responsible for the pumps?", "The duty engineer is responsible for the pumps.", True),
        ("Which depot takes large parcels?", "Only the Vint depot takes large parcels.", True),
        ("Who orders the tents?", "We thank the man who orders the tents.", False),
        ("Who orders the tents?", "If Ben orders the tents, we need no hall.", False),
        ("Who orders the tents?", "It is not said that Ben orders the tents.", False),
        ("Who orders the tents?", "Nobody orders the tents.", False),
        ("Who orders the tents?", "Ben orders the tent pegs.", False),
        ("Who orders the tents?", "Has Ben asked who orders the tents?", False),
        ("What is a weir?", "This is a weir.", False),
        ("What did Ana order?", "Ben did Ana order.", False),
    ],
)
def test_a_sentence_says_it_in_the_words_of_the_question(question: str, sentence: str, told: bool) -> None:
    assert which_say(question, [sentence]) == [told]


PAY = "You get three weeks of pay when you are let go."


@pytest.mark.parametrize(
    ("question", "found", "kept"),
    [
        ("How long is the paid break?", (PAY, "You may take an 8-week paid break."), (1,)),
        ("How much is the cleaning fee?", ("Breakfast is 9 euros.", "The cleaning fee is due."), (1,)),
        ("When is our summer party?", ("The office opens at 8.", "The summer party is in June."), (1,)),
        ("How long is the paid break?", ("You may take a paid break.", "It lasts eight weeks."), (0, 1)),
        ("How long is the break?", (PAY, "The break is short."), (0, 1)),
        ("How long is the paid break?", (PAY, "A rest of eight weeks is granted."), (0, 1)),
    ],
)
def test_what_shares_nothing_with_the_thing_asked_about_is_left_out(
    question: str, found: tuple[str, ...], kept: tuple[int, ...]
) -> None:
    assert [item.text for item in of_the_thing(question, lines(*found))] == [found[at] for at in kept]


@pytest.mark.parametrize(
    ("question", "rest", "titles"),
    [
        ("What is the fee under the Travel rules 2018?", "What is the fee?", ["Travel rules 2018"]),
        ("What is the fee in the 2021 travel rules?", "What is the fee?", ["Travel rules 2021"]),
        ("According to the “House rules”, may I keep cats?", "may I keep cats?", ["House rules"]),
        (
            "How high is the fee as per the Travel rules?",
            "How high is the fee?",
            ["Travel rules 2018", "Travel rules 2021"],
        ),
        ("What changed in the House rules?", "What changed in the House rules?", None),
        (
            "What is the fee under the Travel rules 1999?",
            "What is the fee under the Travel rules 1999?",
            None,
        ),
        ("What is the aim of the House rules?", "What is the aim of the House rules?", None),
    ],
)
def test_a_question_names_its_document(question: str, rest: str, titles: list[str] | None) -> None:
    every = ["Travel rules 2018", "Travel rules 2021", "House rules"]
    found = [item for title in every for item in lines("The fee is 9 euros.", title=title)]
    bare, kept = titled(question, found)
    assert (bare, [item.passage.title for item in kept]) == (rest, every if titles is None else titles)


FOLDER = {
    "minutes.md": "# Minutes of the fair\n\n- Ana: the fair should start in May.\n- Decision: it starts in June. Ben orders the tents.\n\n"
    "## Open points\n\n* Toilets (Ana)\n* Insurance (Chi, until 1 May)\n",
    "sync.txt": "Weekly sync\n\nAction items:\n- Dora: renew the certificate\n- Order laptops - Emil, by Friday\n- Book the hall @finn\n",
    "plan.html": "<html><body><h1>Harbour day</h1><h2>Who does what</h2><ul><li>Posters &#8211; Gita Rao</li>"
    "<li>Ice cream: Hal Moor</li></ul><h2>Places</h2><ul><li>Lifeboat (North pier)</li></ul></body></html>",
    "tariff.md": "# Tariffs\n\n| Weight | Price |\n|---|---|\n| up to 2 kg | 5.40 euros |\n| up to 10 kg | 9.80 euros |\n",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Answer]:
    place = tmp_path_factory.mktemp("folder")
    for name, content in FOLDER.items():
        (place / name).write_text(content, encoding="utf-8")
    settings = settings_in(tmp_path_factory.mktemp("data"), embedder="all-MiniLM-L6-v2")
    assert not build_index(settings, load_embedder(settings), [str(place)]).failed
    return Assistant.open(settings).ask


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Who orders the tents?", ["Ben orders the tents."]),
        ("Who is responsible for the insurance?", ["Insurance (Chi, until 1 May)"]),
        ("Who takes care of the toilets?", ["Toilets (Ana)"]),
        ("Who is in charge of renewing the certificate?", ["Dora: renew the certificate"]),
        ("Whose job is it to order laptops?", ["Order laptops - Emil, by Friday"]),
        ("Who has to do the booking of the hall?", ["Book the hall @finn"]),
        ("Who does the posters?", ["Posters – Gita Rao"]),
        ("Who is responsible for ice cream?", ["Ice cream: Hal Moor"]),
        ("What is the price of a parcel up to 10 kg?", ["Weight: up to 10 kg | Price: 9.80 euros"]),
    ],
)
def test_the_one_line_is_quoted(ask: Callable[[str], Answer], question: str, shown: list[str]) -> None:
    assert [citation.quote for citation in ask(question).citations] == shown


def test_a_list_that_is_not_of_tasks_gives_nobody_a_task(ask: Callable[[str], Answer]) -> None:
    answer = ask("Who is responsible for the lifeboat?")
    assert answer.status != "answered"
