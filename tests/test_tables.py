"""Tables of every format as rows that stand on their own, and how they answer."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from helpers import settings_in
from small_index import EMBEDDER
from word_files import heading, paragraph, word_file

from assistant.assistant import Assistant
from assistant.core.types import Document
from assistant.models.embedder.load import load_embedder
from assistant.show.markdown import to_markdown
from assistant.show.phrases import place
from assistant.show.text import to_text
from ingest.index import build_index
from ingest.load import load_file
from ingest.loaders.tables.rows import Cell, table_pieces


def rows_of(*rows: Sequence[str | Cell], headed: bool = False) -> list[str]:
    return [piece.text for piece in table_pieces(rows, headed=headed)]


def load(folder: Path, name: str, content: str | bytes) -> Document:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    document = load_file(path, folder)
    assert all(document.text[b.start : b.end].strip() for b in document.blocks)
    return document


def rows_in(document: Document) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == "row"]


# --- heads, data, units, groups ---


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Owner", "Ed Roe"], ["Built", "1920"], ["Rooms", "six"]], ["Owner: Ed Roe", "Built: 1920", "Rooms: six"]),
        ([["Name:", "Iva"], ["Born:", "Graz"]], ["Name: Iva", "Born: Graz"]),
        ([["Phone", "0555 01"], ["E-mail", "a@b.example"]], ["Phone: 0555 01", "E-mail: a@b.example"]),
        ([["Weight", "Price"], ["to 2 kg", "5 euros"], ["to 9 kg", "8 euros"]],
         ["Weight: to 2 kg | Price: 5 euros", "Weight: to 9 kg | Price: 8 euros"]),
        ([["Town", "People"], ["Lund", "900"], ["Ystad", "700"]],
         ["Town: Lund | People: 900", "Town: Ystad | People: 700"]),
    ],
)  # fmt: skip
def test_two_columns_are_labels_or_have_heads(rows: list[list[str]], expected: list[str]) -> None:
    assert rows_of(*rows) == expected


@pytest.mark.parametrize(
    ("units", "heads"),
    [
        (["", "kg", "W"], ["Weight (kg)", "Power (W)"]),
        (["Unit", "lm", "m/s"], ["Weight (lm)", "Power (m/s)"]),
        (["", "(N/mm2)", "%"], ["Weight (N/mm2)", "Power (%)"]),
    ],
)
def test_a_row_of_units_goes_to_the_heads(units: list[str], heads: list[str]) -> None:
    rows = rows_of(["Pump", "Weight", "Power"], units, ["A1", "12", "40"], ["A2", "15", "60"], headed=True)
    assert rows == [
        f"Pump: A1 | {heads[0]}: 12 | {heads[1]}: 40",
        f"Pump: A2 | {heads[0]}: 15 | {heads[1]}: 60",
    ]


@pytest.mark.parametrize(
    ("last", "row"),
    [
        (["", "", "Total", "33.00"], "Total | Sum: 33.00"),
        (["", "", "VAT 20%", "6.60"], "VAT 20% | Sum: 6.60"),
        (["", "Net total", "", "33.00"], "Net total | Sum: 33.00"),
        (["", "", "3.00", "9.00"], "Each: 3.00 | Sum: 9.00"),
        (["", "2", "on request", "9.00"], "Number: 2 | Each: on request | Sum: 9.00"),
    ],
)
def test_what_a_sum_is_called_is_no_value_of_its_column(last: list[str], row: str) -> None:
    bill = [["Item", "Number", "Each", "Sum"], ["Oar", "2", "12.00", "24.00"], ["Rope", "3", "3.00", "9.00"]]
    assert rows_of(*bill, last, headed=True)[-1] == row


def test_a_row_of_data_that_looks_short_is_no_row_of_units() -> None:
    assert rows_of(["Pier", "Berth", "Boat"], ["N", "a", "t"], ["S", "b", "m"], headed=True) == [
        "Pier: N | Berth: a | Boat: t",
        "Pier: S | Berth: b | Boat: m",
    ]


@pytest.mark.parametrize(
    "group",
    [
        ["Boats", "", ""],
        [Cell(text="Boats", columns=3)],
        [Cell(text="Boats", columns=3, head=True)],
    ],
)
def test_a_row_that_names_a_group_stands_before_its_rows(group: list[str | Cell]) -> None:
    rows = rows_of(["Kind", "Day", "Week"], group, ["Canoe", "9", "40"], ["Raft", "12", "55"], headed=True)
    assert rows == ["Boats | Kind: Canoe | Day: 9 | Week: 40", "Boats | Kind: Raft | Day: 12 | Week: 55"]


def test_a_note_at_the_end_belongs_to_no_group() -> None:
    rows = rows_of(
        ["A", "B"], ["x", "1"], ["y", "2"], [Cell(text="All fees hold until May.", columns=2)], headed=True
    )
    assert rows[-1] == "All fees hold until May."


def test_a_table_wide_beyond_measure_is_read_in_bounds() -> None:
    rows = rows_of([Cell(text="a", columns=100_000_000, rows=100_000_000), "b"], ["c"])
    assert "".join(rows).count("a") < 10


# --- HTML ---

SHIPS = """<html><body><main><h1>Ships</h1><p>They sail daily.</p><table><caption>Ships in 2024</caption>
<tr><th rowspan=2>Ship</th><th colspan=2>Load</th><th rowspan=2>Master</th></tr>
<tr><th>Crates</th><th>People</th></tr>
<tr><td rowspan=2>Ida</td><td>40</td><td>9</td><td>Roe</td></tr>
<tr><td>50</td><td>8</td><td>Lind<ul><li>spare: Voss</li><li>cook: Abel</li></ul></td></tr>
</table></main></body></html>"""


def test_spans_two_levels_of_heads_lists_in_cells_and_the_caption(tmp_path: Path) -> None:
    document = load(tmp_path, "a.html", SHIPS)
    assert rows_in(document) == [
        "Ship: Ida | Load, Crates: 40 | Load, People: 9 | Master: Roe",
        "Ship: Ida | Load, Crates: 50 | Load, People: 8 | Master: Lind, spare: Voss, cook: Abel",
    ]
    assert {b.caption for b in document.blocks if b.kind == "row"} == {"Ships in 2024"}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("<tr><th>Phone</th><td>0555</td></tr><tr><th>Head</th><td>Ida</td></tr>", ["Phone: 0555", "Head: Ida"]),
        ("<tr><td><b>Phone</b></td><td>0555</td></tr><tr><td><b>Head</b></td><td>Ida</td></tr>",
         ["Phone: 0555", "Head: Ida"]),
        ("<tr><th>Name</th><td>Ida</td><th>Age</th><td>40</td></tr>", ["Name: Ida | Age: 40"]),
        ("<tr><td></td><th>May</th><th>June</th></tr><tr><th>Rain</th><td>9</td><td>7</td></tr>",
         ["Rain | May: 9 | June: 7"]),
    ],
)  # fmt: skip
def test_heads_at_the_side(tmp_path: Path, table: str, expected: list[str]) -> None:
    page = f"<main><h1>T</h1><p>Words stand here.</p><table>{table}</table></main>"
    assert rows_in(load(tmp_path, "a.html", page)) == expected


def test_a_definition_list_joins_terms_and_meanings(tmp_path: Path) -> None:
    page = "<main><h1>T</h1><dl><dt>Oar</dt><dd>A pole.</dd><dt>Bow</dt><dt>Prow</dt><dd>The front.</dd></dl></main>"
    assert load(tmp_path, "a.html", page).text == "T\n\nOar: A pole.\n\nBow, Prow: The front."


def test_html_tables_inside_markdown_with_blank_lines_between_rows(tmp_path: Path) -> None:
    table = "<table>\n<tr><th>Pier</th><th>Fee</th></tr>\n\n<tr><td>North</td><td>3</td></tr>\n\n</table>"
    document = load(
        tmp_path, "a.md", f"# T\n\nOur fees:\n\n{table}\n\n<dl><dt>Oar</dt><dd>A pole.</dd></dl>\n"
    )
    assert rows_in(document) == ["Pier: North | Fee: 3"]
    assert [b.caption for b in document.blocks if b.kind == "row"] == ["Our fees"]
    assert document.text.endswith("Oar: A pole.")


# --- Word ---


def cell(words: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(words) if words else '<w:p/>'}</w:tc>"


def table_of(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((cell("Hall") + cell("Area") + cell("Rent"), cell("A", '<w:gridSpan w:val="2"/>') + cell("400")),
         ["Hall / Area: A | Rent: 400"]),
        ((cell("Hall") + cell("Rent"), cell("A", '<w:vMerge w:val="restart"/>') + cell("4"),
          cell("", "<w:vMerge/>") + cell("5")), ["Hall: A | Rent: 4", "Hall: A | Rent: 5"]),
        ((cell("Hall") + cell("Rent"), cell("A") + cell("4") + cell("9"), cell("B", "<w:vMerge/>")),
         ["Hall: A | Rent: 4 | 9", "Hall: B"]),
        ((cell("Hall") + cell("Rent"), cell("A", '<w:gridSpan w:val="100000000"/>')),
         ["Hall | Rent", "A"]),
    ],
)  # fmt: skip
def test_word_tables_of_any_shape(tmp_path: Path, rows: tuple[str, ...], expected: list[str]) -> None:
    body = heading("Halls") + table_of(*rows) + paragraph("Keys are at the desk.")
    document = load(tmp_path, "a.docx", word_file(body))
    assert rows_in(document) == expected
    assert document.text.endswith("Keys are at the desk.")


# --- rows answer ---

PIERS = """# Piers of Vell

The piers are swept each morning.

## Fees

Fees per night:

| Pier | Fee | Keeper | Longest boat |
|---|---|---|---|
| North | 31 euros | Ida Roe | 12 metres |
| South | 27 euros | Tom Abel | 9 metres |
| Old quay | 18 euros | Ann Voss | up to 7 metres |
"""
CONTACT = """<main><h1>Harbour office of Vell</h1><p>The office is new.</p><table>
<tr><th>Telephone</th><td>0555 0177</td></tr><tr><th>Director</th><td>Lea Brandt</td></tr></table></main>"""


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("harbour")
    articles = folder / "articles"
    articles.mkdir()
    (articles / "piers.md").write_text(PIERS)
    (articles / "office.html").write_text(CONTACT)
    settings = settings_in(folder, embedder=EMBEDDER)
    build_index(settings, load_embedder(settings), [str(articles)])
    return Assistant.open(settings)


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("What does a night at the South pier cost?",
         "Pier: South | Fee: 27 euros | Keeper: Tom Abel | Longest boat: 9 metres"),
        ("Who is the keeper of the North pier?",
         "Pier: North | Fee: 31 euros | Keeper: Ida Roe | Longest boat: 12 metres"),
        ("Which pier does Ann Voss keep?",
         "Pier: Old quay | Fee: 18 euros | Keeper: Ann Voss | Longest boat: up to 7 metres"),
        ("What is the telephone number of the harbour office?", "Telephone: 0555 0177"),
        ("Who is the director of the harbour office?", "Director: Lea Brandt"),
    ],
)  # fmt: skip
def test_the_row_that_answers_is_quoted(harbour: Assistant, question: str, row: str) -> None:
    answer = harbour.ask(question)
    assert [claim.text for claim in answer.claims] == [row]
    assert answer.claims[0].row
    citation = answer.citations[0]
    assert harbour.document(citation.doc_id).text[citation.start : citation.end] == citation.quote == row


@pytest.mark.parametrize(
    ("wish", "heads", "rows"),
    [
        ("Make a table of the North and the South pier by fee and keeper", ("Fee", "Keeper"),
         {"North": ["31 euros", "Ida Roe"], "South": ["27 euros", "Tom Abel"]}),
        ("Give me a table of the piers by longest boat", ("Longest boat",),
         {"North": ["12 metres"], "South": ["9 metres"], "Old quay": ["up to 7 metres"]}),
    ],
)  # fmt: skip
def test_a_table_is_wished_for_that_an_article_has(
    harbour: Assistant, wish: str, heads: tuple[str, ...], rows: dict[str, list[str]]
) -> None:
    answer = harbour.ask(wish)
    assert answer.table is not None and answer.table.sides == heads
    told = {
        row.aspect: [answer.claims[at].text for cell in row.cells for at in cell] for row in answer.table.rows
    }
    assert told == rows
    for cited in answer.citations:
        assert harbour.document(cited.doc_id).text[cited.start : cited.end] == cited.quote


def test_a_table_that_no_article_has_is_said_to_be_missing(harbour: Assistant) -> None:
    answer = harbour.ask("Show me in a table when the piers are swept")
    assert answer.table is None
    assert "No article has such a table: its sentences are quoted instead." in answer.notices


@pytest.mark.parametrize(
    "question",
    [
        "Who is the keeper of the West pier?",
        "How deep is the water at the South pier?",
        "What did a berth cost in 1987?",
    ],
)
def test_a_row_or_column_that_is_not_there_is_no_answer(harbour: Assistant, question: str) -> None:
    assert harbour.ask(question).status != "answered"


def test_a_sentence_that_says_it_goes_before_rows(harbour: Assistant) -> None:
    answer = harbour.ask("When are the piers swept?")
    assert [claim.text for claim in answer.claims] == ["The piers are swept each morning."]


def test_a_quoted_row_is_marked_in_every_display(harbour: Assistant) -> None:
    answer = harbour.ask("What does a night at the South pier cost?")
    assert answer.citations[0].table == "Fees per night"
    assert place(answer.citations[0]) == "Piers of Vell, Fees, row of the table “Fees per night”"
    assert answer.text.startswith("Table row: Pier: South")
    assert 'Table row: "Pier: South' in to_text(answer)
    assert "Table row: “Pier" in to_markdown(answer)
    assert "<strong>Table row:</strong>" in answer._repr_html_()
    assert answer.to_dict()["claims"][0]["row"] is True


def test_a_cell_merged_downwards_may_hold_an_empty_run(tmp_path: Path) -> None:
    def cell(words: str, merge: str = "") -> str:
        return f"<w:tc><w:tcPr>{merge}</w:tcPr>{paragraph(words)}</w:tc>"

    rows = (
        cell("Glaze") + cell("Cone") + cell("Hours"),
        cell("Celadon", '<w:vMerge w:val="restart"/>') + cell("6") + cell("9"),
        cell("", "<w:vMerge/>") + cell("10") + cell("14"),
    )
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    assert rows_in(load(tmp_path, "kiln.docx", word_file(heading("Kiln") + table))) == [
        "Glaze: Celadon | Cone: 6 | Hours: 9",
        "Glaze: Celadon | Cone: 10 | Hours: 14",
    ]
