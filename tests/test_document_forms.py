"""Forms that documents take, asked as people ask: leave and duty in other words, options, figures under a year."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from helpers import document, misfits, settings_in
from test_fit import evidence

from assistant import Assistant
from assistant.core.types import Answer, Passage
from assistant.models.embedder.load import load_embedder
from assistant.text.lexicon.sorts import of_another_sort
from assistant.write.quote.wording.dated import year_over
from assistant.write.quote.wording.leave import as_written
from assistant.write.quote.wording.said import measures
from assistant.write.quote.wording.ticked import ticked_alone
from ingest.index import build_index

FOLDERS: dict[str, dict[str, str]] = {
    "options": {
        "cover.md": "# Cover plan of the sailing club\n\nChoose one level of cover:\n\n- [ ] Basic hull cover, 90 euros a year\n"
        "- [x] Full hull cover with rigging, 210 euros a year\n- [ ] Racing cover, 480 euros a year\n",
        "hall.txt": "Rental of the hall\n\nInsurance of the event:\n( ) by the hall\n(x) by the tenant\n",
        "camp.html": "<h1>Registration for the summer camp</h1><p>Diet of the child:</p><ul><li>☐ Vegetarian meals</li>"
        "<li>☑ No pork in meals</li></ul>",
        "order.md": "# Order of the boat house\n\nEquipment that was ordered:\n\n- [x] Four oars\n- [ ] A new mast\n- [x] Two anchors\n",
    },
    "years": {
        "club.md": "# Rowing club in figures\n\n## 2021\n\nMembers: 412. The club won 7 races.\n\n## 2023\n\n"
        "Members: 498. The club won 11 races.\n",
        "mill.txt": "Yearly report of the mill\n\n2019\nThe mill ground 340 tonnes of rye.\n\n2020\nThe mill ground 290 tonnes of rye.\n",
        "museum.html": "<h1>The glass museum</h1><h2>Season 2018</h2><ul><li>Guided tours: 310</li></ul><h2>Season 2022</h2><ul>"
        "<li>Guided tours: 520</li></ul><h2>1998</h2><p>The museum moved into the old brewery.</p>",
        "bridge.md": "# History of the Marn bridge\n\n## 1912\n\nA tram line was laid over the bridge.\n\n## Summer 1946\n\n"
        "The middle arch was rebuilt. Three lamps were hung.\n",
    },
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


# --- options ---


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Which cover applies for the sailing club?", ["☑ Full hull cover with rigging, 210 euros a year"]),
        ("Which level of cover was chosen?", ["☑ Full hull cover with rigging, 210 euros a year"]),
        ("Who insures the event?", ["(x) by the tenant"]),
        ("What diet does the child have?", ["☑ No pork in meals"]),
        ("What equipment was ordered?", ["☑ Four oars", "☑ Two anchors"]),
        (
            "Which options of cover are there?",
            [
                "Choose one level of cover:\n\n☐ Basic hull cover, 90 euros a year\n\n"
                "☑ Full hull cover with rigging, 210 euros a year\n\n☐ Racing cover, 480 euros a year"
            ],
        ),
    ],
)
def test_of_a_list_of_options_the_ticked_ones_are_quoted(
    ask: Callable[[str, str], Answer], question: str, shown: list[str]
) -> None:
    assert quotes(ask("options", question)) == shown


@pytest.mark.parametrize(
    ("question", "text", "kept"),
    [
        ("Which fuel is used?", "Fuel:\n☐ oil\n☑ gas", ["☑ gas"]),
        ("Which fuels can I choose?", "Fuel:\n☐ oil\n☑ gas", ["Fuel:\n☐ oil\n☑ gas"]),
        ("What is done first?", "Tasks of the day:\n☐ sweep\n☑ lock", ["Tasks of the day:\n☐ sweep\n☑ lock"]),
        ("Which fuel is used?", "Fuel:\n☐ oil\n☐ gas", ["Fuel:\n☐ oil\n☐ gas"]),
        (
            "Is it heated?",
            "Heated? Yes ☐ No ☑\nCooled? Yes ☑ No ☐",
            ["Heated? Yes ☐ No ☑\nCooled? Yes ☑ No ☐"],
        ),
    ],
)
def test_a_list_of_tasks_stays_whole(question: str, text: str, kept: list[str]) -> None:
    source = document("form", text)
    found = ticked_alone(question, [evidence(source, text)])
    assert [item.text for item in found] == kept
    assert all(source.text[item.start : item.end] == item.text for item in found)


# --- the size of a thing ---


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How long is the paid break?", "Every four years you may take an 8-week paid break."),
        ("How long is a session?", "Guests book a 90-minute session by telephone."),
        ("How high is the old tower?", "A lamp hangs from the 40-metre old tower."),
        ("How deep is the pool?", "Children keep away from the 3 m deep pool."),
        ("How heavy is the bell?", "Six men carried the 340 kg bell."),
    ],
)
def test_a_measure_before_a_thing_is_its_size(question: str, sentence: str) -> None:
    assert measures(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How long is the paid break?", "There is no 8-week paid break."),
        ("How long is the break?", "An 8-week notice ends the break."),
        ("How high is the tower?", "They sold a 90-minute tower tour."),
        ("How long is the break?", "Is there an 8-week break?"),
        ("How long are we open?", "We have a 3 m deep pool."),
    ],
)
def test_a_measure_of_something_else_is_not(question: str, sentence: str) -> None:
    assert not measures(question, sentence)


# --- a year as heading ---


@pytest.mark.parametrize(
    ("question", "shown", "told"),
    [
        (
            "How many members does the club have?",
            ["Members: 498.", "Members: 412."],
            "The articles differ on this: ",
        ),
        (
            "How many guided tours were there?",
            ["Guided tours: 520", "Guided tours: 310"],
            "The articles differ on this: ",
        ),
        (
            "How many races did the club win?",
            ["The club won 11 races.", "The club won 7 races."],
            "The articles differ on this: “Rowing club in figures”, 2023; “Rowing club in figures”, 2021.",
        ),
        ("How much rye did the mill grind in 2020?", ["The mill ground 290 tonnes of rye."], ""),
        (
            "How many lamps were hung?",
            ["Three lamps were hung."],
            "This stands under the heading “Summer 1946”.",
        ),
    ],
)
def test_a_figure_keeps_the_year_over_it(
    ask: Callable[[str, str], Answer], question: str, shown: list[str], told: str
) -> None:
    answer = ask("years", question)
    assert quotes(answer) == shown
    assert any(notice.startswith(told) for notice in answer.notices) or not told


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        (
            "When did the museum move into the old brewery?",
            ["1998\n\nThe museum moved into the old brewery."],
        ),
        ("When was a tram line laid over the bridge?", ["1912\n\nA tram line was laid over the bridge."]),
        ("When was the middle arch rebuilt?", ["Summer 1946\n\nThe middle arch was rebuilt."]),
        ("When did the club win 7 races?", ["2021\n\nMembers: 412. The club won 7 races."]),
    ],
)
def test_a_year_over_a_sentence_says_when(
    ask: Callable[[str, str], Answer], question: str, shown: list[str]
) -> None:
    assert quotes(ask("years", question)) == shown


@pytest.mark.parametrize(
    ("heading", "year"),
    [
        ("2021", "2021"),
        ("Season 2018", "Season 2018"),
        ("The year 1998", "The year 1998"),
        ("2021/22 season", "2021/22 season"),
        ("May 1998", "May 1998"),
        ("2021 > Members", "2021"),
        ("Plans for 2030", ""),
        ("Room 2021", ""),
        ("Members", ""),
    ],
)
def test_a_heading_is_a_year_or_none(heading: str, year: str) -> None:
    assert year_over(over(heading)) == year


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Members: 412.", "Members: 498."),
        ("Tours: 3", "Tours: 5"),
        ("We planted 40 trees.", "We planted 9 trees."),
    ],
)
def test_a_figure_behind_a_colon_or_a_verb_names_no_other_thing(one: str, other: str) -> None:
    assert not of_another_sort(one, other)
    assert of_another_sort("Section: 4", "Section: 5")


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
    ],
)
def test_leave_is_answered_in_its_document_s_words(
    ask: Callable[[str, str], Answer], question: str, shown: list[str]
) -> None:
    answer = ask("leave", question)
    assert (answer.status, quotes(answer)) == ("answered", shown)


def test_what_a_document_says_of_leave_only_may_answer_a_question_for_duty(
    ask: Callable[[str, str], Answer],
) -> None:
    assert ask("leave", "Must I bring my own food?").status == "partial"


@pytest.mark.parametrize(
    "question", ["May I see the mill?", "We come by boat. May we land?", "May guests swim?"]
)
def test_may_that_asks_for_leave_is_no_month(question: str) -> None:
    assert not misfits(question, "It is open to everybody in July.")
    assert misfits("Is it open in May?", "It is open to everybody in July.")
