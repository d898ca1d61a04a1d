"""Documents as people have them, asked as people ask: nothing false is shown as their word."""

from collections.abc import Callable

import pytest
from helpers import settings_in
from word_files import heading, paragraph, word_file

from assistant import Assistant
from assistant.core.types import Answer
from assistant.models.embedder.load import load_embedder
from ingest.index import build_index

PAGE = "<html><head><title>{0}</title></head><body><main><h1>{0}</h1>{1}</main></body></html>"
NUMBERS = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


ROMAN = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/>'
    '<w:lvlText w:val="Article %1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


def clause(words: str, level: int) -> str:
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return paragraph(words, properties=numbered)


FOLDERS: dict[str, dict[str, str | bytes]] = {
    "boxes": {
        "lease.txt": "Lease of the mill\n\nTerm of the lease:\n[ ] Continues until terminated\n[x] Ends on 30 September 2025\n",
        "kiosk.md": "# Opening the kiosk\n\n- [x] Shutters opened\n- [ ] Till counted\n- [ ] Ice ordered\n",
        "return.html": PAGE.format(
            "Return of Ostra Mills", "<p>Is the firm a letterbox firm? Yes ☐ No ☑</p>"
        ),
    },
    "questions": {
        "swim.txt": "Help for swimmers\n\nQ. May I dive?\nA. Only in the deep end.\n\nQ. What does a cap cost?\nA. Four euros.\n",
        "rink.md": "# The ice rink\n\n**Is the rink heated?** No. Bring a coat.\n\n**How long is a session?** Ninety minutes.\n",
        "post.html": PAGE.format(
            "Parcel lockers",
            "<details><summary>How long is my parcel kept?</summary><p>For six days.</p></details>",
        ),
    },
    "versions": {
        "rules-2021.md": "---\ntitle: Travel rules\ndate: 2021-02-01\n---\nThe daily allowance is 48 euros.\n",
        "rules-2024.html": PAGE.format("Travel rules 2024", "<p>The daily allowance is 62 euros.</p>"),
        "rules-2018.docx": word_file(
            heading("Travel rules 2018") + paragraph("The daily allowance is 41 euros.")
        ),
    },
    "places": {
        "lease.docx": word_file(
            heading("Lease of the barn")
            + clause("Rent", 0)
            + clause("The rent is 900 euros a month.", 1)
            + clause("The rent is paid on the third working day.", 1)
            + clause("Keys", 0)
            + clause("Two keys are handed over.", 1)
            + clause("The tenant returns both keys.", 1),
            numbering=NUMBERS,
        ),
        "hall.md": "# Closing the hall\n\nSteps for closing the hall:\n\n1. Ring the bell.\n2. Check the showers.\n3. Cover the pool.\n4. Lock the door.\n",
        "choir.html": PAGE.format(
            "Statutes of the choir",
            "<h2>§ 4 Fees</h2><p>Members pay 60 euros.</p><h2>§ 14 End</h2><p>A vote ends it.</p>",
        ),
    },
    "articles": {
        "fund.docx": word_file(
            heading("Fund of the choir")
            + clause("The board meets monthly.", 0)
            + clause("The auditors are chosen for two years.", 0),
            numbering=ROMAN,
        ),
        "room.html": PAGE.format(
            "Reading room", "<ol start='5'><li>Bags stay outside.</li><li>Pens are not allowed.</li></ol>"
        ),
        "bridge.md": "# Why is the bridge closed?\n\n- The bearings are worn.\n- Work ends in November.\n\n## Costs\n\nThe paint costs 9 crowns.\n",
    },
    "lists": {
        "gifts.md": "# Gifts\n\nNot allowed:\n\n- Vineyard visits\n- Flights\n\nFine for customers:\n\n- Pens\n- A modest lunch\n",
        "stove.html": PAGE.format(
            "Wood stove",
            "<p>Pros:</p><ul><li>It works without power.</li></ul><p>Cons:</p><ul><li>It smells.</li></ul>",
        ),
        "ship.txt": "Ship rules\n\nInstead of a cabin key, each deckhand gets a code of six digits.\n\nApart from that, doors stay open.\n",
    },
    "glossary": {
        "river.md": "# Words of the river\n\n**Weir**\n: A low wall across a river.\n\n**Sluice** – A gate in a channel.\n",
        "ford.txt": "Crossings\n\nFord. A shallow place where a river is crossed.\n\nFerry. A boat that goes to and fro.\n",
    },
    "sheets": {
        "mill.html": PAGE.format(
            "Ostra Mill",
            "<p>Yearly return for 2021.</p><p>Ticker: OSML</p><p>Auditor: Holm</p><p>Seat: Brem</p>",
        ),
        "steel.html": PAGE.format(
            "Steel T40",
            "<table><tr><th>Form</th><th>Tensile strength</th></tr><tr><td>Bars</td><td>1000 N/mm2</td></tr></table>"
            "<p>Tensile strength of steel T40.</p>",
        ),
    },
    "log": {
        "bridge.md": "# Log of the bridge\n\nThe bearings were changed on 2024-06-18.\n\nThe lamps were mended on 3 May 2023.\n\n"
        "The rails were painted on 31.12.2022.\n\nThe deck was swept on 7 July 2021.\n"
    },
    "prices": {
        "caretaker.md": "# Prices of the caretaker\n\n| Item | Price |\n|---|---|\n| Key | 18 euros |\n| Lamp | 4 euros |\n",
        "office.csv": "Item;Price\nKey;15 euros\nBin;60 euros\n",
    },
    "yearly": {
        "rules-2021.md": "---\ntitle: Travel rules\ndate: 2021-02-01\n---\nThe daily allowance for travel is 48 euros.\n",
        "rules-2024.md": "---\ntitle: Travel rules\ndate: 2024-05-10\n---\nThe daily allowance for travel is 62 euros. "
        "These rules replace those of 2021.\n",
        "Fees 2019.txt": "Fees of the pier\n\nA berth for a rowing boat costs 9 euros.\n",
    },
    "mixed": {
        "camp.md": "# Camp\n\n## What to bring\n\n- A sleeping bag\n- Two torches\n\n## Rules\n\nThe camp starts at noon.\n",
        "heat.md": "# Ways to heat\n\n## Stove\n\nA stove warms one room.\n\nPros:\n\n- Wood is cheap here.\n\nCons:\n\n"
        "- The ash must be carried out.\n\n## Pump\n\nPros:\n\n- It runs by itself.\n\nCons:\n\n- It needs power.\n",
    },
    "others": {
        "tickets.md": "# Tickets\n\nA week ticket costs 31 euros. A day ticket costs 6 euros.\n",
        "work.html": PAGE.format(
            "Depots",
            "<p>In the north depot work starts at 6:00.</p><p>In the south depot work starts at 7:30.</p>",
        ),
        "rooms.txt": "Rooms\n\nA room with breakfast costs 92 euros.\n\nA room without breakfast costs 79 euros.\n",
    },
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Answer]:
    opened: dict[str, Assistant] = {}

    def asked(folder: str, question: str) -> Answer:
        if folder not in opened:
            place = tmp_path_factory.mktemp(folder)
            for name, content in FOLDERS[folder].items():
                data = content if isinstance(content, bytes) else content.encode()
                (place / name).write_bytes(data)
            settings = settings_in(tmp_path_factory.mktemp("data"), embedder="all-MiniLM-L6-v2", index=folder)
            assert not build_index(settings, load_embedder(settings), [str(place)]).failed
            opened[folder] = Assistant.open(settings)
        answer = opened[folder].ask(question)
        for citation in answer.citations:
            text = opened[folder].document(citation.doc_id).text
            assert text[citation.start : citation.end] == citation.quote
        return answer

    return asked


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    ("folder", "question", "shown"),
    [
        ("boxes", "When does the lease of the mill end?", ["[x] Ends on 30 September 2025"]),
        ("boxes", "Which tasks of the kiosk are still open?", ["☐ Till counted", "☐ Ice ordered"]),
        ("questions", "What does a cap cost?", ["What does a cap cost?\nA. Four euros."]),
        ("questions", "How long is my parcel kept?", ["How long is my parcel kept?\n\nFor six days."]),
        ("questions", "How long is a session on the rink?", ["How long is a session? Ninety minutes."]),
        (
            "versions",
            "What is the daily allowance?",
            [f"The daily allowance is {sum_} euros." for sum_ in (62, 48, 41)],
        ),
        ("versions", "What was the daily allowance in 2021?", ["The daily allowance is 48 euros."]),
        ("versions", "What is the current daily allowance?", ["The daily allowance is 62 euros."]),
        (
            "places",
            "What does clause 1.2 of the lease say?",
            ["1.2 The rent is paid on the third working day."],
        ),
        ("places", "Which clause is about returning both keys?", ["2.2 The tenant returns both keys."]),
        ("places", "What is step 3 of closing the hall?", ["3. Cover the pool."]),
        ("places", "What is the last step for closing the hall?", ["4. Lock the door."]),
        ("places", "What does § 4 of the statutes say?", ["Members pay 60 euros."]),
        ("lists", "What are the cons of the wood stove?", ["Cons:\n\nIt smells."]),
        ("articles", "What does Article V say?", ["Article V. The auditors are chosen for two years."]),
        (
            "articles",
            "Why is the bridge closed?",
            ["The bearings are worn.", "Work ends in November."],
        ),
        (
            "lists",
            "What does each deckhand get instead of a cabin key?",
            ["Instead of a cabin key, each deckhand gets a code of six digits."],
        ),
        ("glossary", "What is a weir?", ["Weir: A low wall across a river."]),
        ("glossary", "What is a sluice?", ["Sluice – A gate in a channel."]),
        ("glossary", "What is a ford?", ["Ford. A shallow place where a river is crossed."]),
        ("sheets", "What is the ticker of Ostra Mill?", ["Ticker: OSML"]),
        ("sheets", "What is the seat of Ostra Mill?", ["Seat: Brem"]),
        (
            "sheets",
            "What is the tensile strength of steel T40?",
            ["Form: Bars | Tensile strength: 1000 N/mm2"],
        ),
        ("log", "What was changed on 18 June 2024?", ["The bearings were changed on 2024-06-18."]),
        ("log", "What was mended on 2023-05-03?", ["The lamps were mended on 3 May 2023."]),
        ("log", "What was painted on December 31, 2022?", ["The rails were painted on 31.12.2022."]),
        (
            "yearly",
            "What was the daily allowance for travel in 2021?",
            ["The daily allowance for travel is 48 euros."],
        ),
        (
            "yearly",
            "What is the daily allowance for travel in 2024?",
            ["The daily allowance for travel is 62 euros."],
        ),
        (
            "yearly",
            "What did a berth for a rowing boat cost in 2019?",
            ["A berth for a rowing boat costs 9 euros."],
        ),
        ("mixed", "What are the things to bring to the camp?", ["A sleeping bag", "Two torches"]),
        ("mixed", "What are the cons of the stove?", ["The ash must be carried out."]),
        ("mixed", "What are the pros of the pump?", ["Pros:\n\nIt runs by itself."]),
        ("others", "What does a week ticket cost?", ["A week ticket costs 31 euros."]),
        ("others", "What does a month ticket cost?", []),
        ("others", "When does work start in the south depot?", ["In the south depot work starts at 7:30."]),
        ("others", "What does a room without breakfast cost?", ["A room without breakfast costs 79 euros."]),
    ],
)
def test_what_the_document_says_is_quoted(
    ask: Callable[[str, str], Answer], folder: str, question: str, shown: list[str]
) -> None:
    assert quotes(ask(folder, question)) == shown


@pytest.mark.parametrize(
    ("folder", "question", "says"),
    [
        ("boxes", "Does the lease continue until terminated?", "no"),
        ("boxes", "Has the till been counted?", "no"),
        ("boxes", "Were the shutters opened?", "yes"),
        ("boxes", "Is Ostra Mills a letterbox firm?", "no"),
        ("questions", "Is the rink heated?", "no"),
        ("lists", "Are vineyard visits allowed as gifts?", "no"),
        ("lists", "Is a modest lunch fine for customers?", "yes"),
    ],
)
def test_yes_and_no_follow_from_the_form(
    ask: Callable[[str, str], Answer], folder: str, question: str, says: str
) -> None:
    assert ask(folder, question).claims[0].says == says


def test_versions_are_announced_with_their_dates(ask: Callable[[str, str], Answer]) -> None:
    notices = " ".join(ask("versions", "What is the daily allowance?").notices)
    assert "2021-02-01" in notices and "Travel rules 2024" in notices


def test_rows_that_differ_are_announced(ask: Callable[[str, str], Answer]) -> None:
    answer = ask("prices", "What does a key cost?")
    assert sorted(quotes(answer)) == ["Item: Key | Price: 15 euros", "Item: Key | Price: 18 euros"]
    assert any(told.startswith("The articles differ on this: ") for told in answer.notices)


def test_a_place_that_is_not_there_is_told(ask: Callable[[str, str], Answer]) -> None:
    answer = ask("places", "What does clause 7.3 of the lease say?")
    assert answer.status == "declined"
    assert answer.notices == ("The articles found have no clause 7.3.",)
