"""Pages, Markdown and text as people write them: words in mere boxes, folded answers, powers, tables of spaces."""

from pathlib import Path

import pytest
from fpdf import FPDF
from word_files import heading, paragraph, run, word_file

from assistant.core.errors import LoadError
from assistant.core.types import Document
from ingest.load import load_file

PAGE = "<html><head><title>Lake</title></head><body>{}</body></html>"


def load(folder: Path, name: str, content: str | bytes) -> Document:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_file(path, folder)


def shown(document: Document) -> list[tuple[str, str]]:
    """Return the blocks, each with the heading right over it."""
    return [
        ((block.section or ("",))[-1], document.text[block.start : block.end])
        for block in document.blocks
        if block.kind != "heading"
    ]


def lines(document: Document) -> list[str]:
    return [text for _, text in shown(document)]


# --- pages ---


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            "<h1>Lake</h1><div class='card'><div>Season</div><div>April to October</div></div><p>Dogs may swim.</p>",
            ["Season", "April to October", "Dogs may swim."],
        ),
        (
            "<main><h1>Lake</h1><p>Dogs may swim.</p><section>The lake is 9 m deep.</section>Boats are free.</main>",
            ["Dogs may swim.", "The lake is 9 m deep.", "Boats are free."],
        ),
        (
            "<main><h1>Lake</h1><p>Dogs may swim.</p><figure><img src='a'><figcaption>The dam of 1803.</figcaption></figure></main>",
            ["Dogs may swim.", "The dam of 1803."],
        ),
        (
            "<article><h1>Lake</h1><p>Dogs may swim.</p><div><span>Entry:</span> <b>4 euros</b><div>Pupils pay 2 euros.</div></div></article>",
            ["Dogs may swim.", "Entry: 4 euros", "Pupils pay 2 euros."],
        ),
        (
            "<main><h1>Lake</h1><p>Dogs may swim.</p><div><a href='/'>Home</a> <a href='/x'>Jobs</a></div></main>",
            ["Dogs may swim."],
        ),
        (
            "<main><h1>Lake</h1><p>Dogs may swim.</p><pre>open  9\nclose 18</pre></main>",
            ["Dogs may swim.", "open  9", "close 18"],
        ),
    ],
)
def test_words_in_mere_boxes_are_read(tmp_path: Path, body: str, found: list[str]) -> None:
    assert lines(load(tmp_path, "a.html", PAGE.format(body))) == found


@pytest.mark.parametrize(
    "faq",
    [
        "<div><button aria-expanded='false'>May I fish?</button><div><p>Only from the pier.</p></div></div>",
        "<section><div role='button'>May I fish?</div><div>Only from the pier.</div></section>",
        "<h3><button>May I fish?</button></h3><div>Only from the pier.</div>",
        "<details><summary>May I fish?</summary>Only from the pier.</details>",
    ],
)
def test_a_folded_answer_stands_under_its_question(tmp_path: Path, faq: str) -> None:
    body = f"<main><h1>Lake</h1><p>Dogs may swim.</p>{faq}</main>"
    assert shown(load(tmp_path, "a.html", PAGE.format(body))) == [
        ("Lake", "Dogs may swim."),
        ("May I fish?", "Only from the pier."),
    ]


def test_what_follows_a_folded_answer_does_not_belong_to_it(tmp_path: Path) -> None:
    folded = "<details><summary>May I fish?</summary>{}Only from the pier.{}</details>"
    page = f"<main><h1>Lake</h1>{folded.format('', '')}<p>The pier shuts at 21:00.</p></main>"
    found = [("May I fish?", "Only from the pier."), ("Lake", "The pier shuts at 21:00.")]
    assert shown(load(tmp_path, "a.html", PAGE.format(page))) == found
    loose = "# Lake\n\n" + folded.format("\n\n", "\n\n") + "\n\nThe pier shuts at 21:00.\n"
    assert shown(load(tmp_path, "a.md", loose)) == found
    tight = "# Lake\n\n" + folded.format("<p>", "</p>") + "\n\nThe pier shuts at 21:00.\n"
    assert shown(load(tmp_path, "b.md", tight)) == found


POWERS = "The lake holds 10⁶ m³, the dam 2 1/2 times that."


def test_figures_above_the_line_stay_apart_from_those_on_it(tmp_path: Path) -> None:
    words = "The lake holds 10<sup>6</sup> m<sup>3</sup>, the dam 2<sup>1/2</sup> times that."
    assert lines(load(tmp_path, "a.html", PAGE.format(f"<p>{words}</p>"))) == [POWERS]
    assert lines(load(tmp_path, "a.md", words.replace("<sup>1/2</sup>", " 1/2"))) == [POWERS]
    parted = words.replace("<sup>1/2</sup>", "<sup>1</sup>/<sub>2</sub>")
    noted = parted.replace("that.", "that<sup><a href='#n'>1</a></sup>.<sup>[2]</sup>")
    assert lines(load(tmp_path, "b.html", PAGE.format(f"<p>{noted}</p>"))) == [POWERS]
    above = '<w:vertAlign w:val="superscript"/>'
    runs = (
        run("The lake holds 10"),
        run("6", above),
        run(" m"),
        run("3", above),
        run(", the dam 2 1/2 times that."),
    )
    assert lines(load(tmp_path, "a.docx", word_file(heading("Lake") + paragraph(*runs)))) == [POWERS]


def test_boxes_outside_of_forms_are_read_with_their_labels(tmp_path: Path) -> None:
    boxes = "<label><input type='checkbox' checked> Pier swept</label><br><label><input type='checkbox'> Rope dried</label>"
    page = PAGE.format(f"<main><h1>Lake</h1><p>Dogs may swim.</p>{boxes}</main>")
    assert lines(load(tmp_path, "a.html", page)) == ["Dogs may swim.", "☑ Pier swept", "☐ Rope dried"]


# --- Markdown ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Weir\n: A low wall.\n\n**Lock**\n\n: A chamber.\n", ["Weir: A low wall.", "Lock: A chamber."]),
        ("Depth: 4 m\nBerths: 120\nHarbour master: Lea Brandt\n", ["Depth: 4 m", "Berths: 120", "Harbour master: Lea Brandt"]),
        ("Weir\n: A low wall.\n: A fish trap.\n", ["Weir: A low wall. A fish trap."]),
        ("Depth: 4 m  \nBerths: 120\n", ["Depth: 4 m", "Berths: 120"]),
        ("The lake is deep:\nnobody dives here.\n", ["The lake is deep: nobody dives here."]),
        ("```\na\n: b\n```\n", ["a", ": b"]),
    ],
)  # fmt: skip
def test_lines_that_tell_one_thing_each_stay_apart(tmp_path: Path, text: str, found: list[str]) -> None:
    assert lines(load(tmp_path, "a.md", text)) == found


def test_ligatures_and_unseen_signs_are_no_part_of_words(tmp_path: Path) -> None:
    made = load(tmp_path, "a.md", "# The \u200b\ufb01rst\n\nThe \ufb02oor of the o\ufb03ce is closed.\n")
    assert (made.title, lines(made)) == ("The first", ["The floor of the office is closed."])
    assert lines(load(tmp_path, "a.txt", "The \ufb02oor is closed.")) == ["The floor is closed."]
    assert lines(load(tmp_path, "a.html", PAGE.format("<p>The \ufb02oor is closed.</p>"))) == [
        "The floor is closed."
    ]


# --- text ---


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (
            "Item            Unit    Price\nSand            m3      12.50\nGravel, fine    m3      18.00\n",
            ["Item: Sand | Unit: m3 | Price: 12.50", "Item: Gravel, fine | Unit: m3 | Price: 18.00"],
        ),
        (
            "Day\tOpens\tCloses\nMonday\t9:00\t17:00\nTuesday\t10:00\t18:00\n",
            ["Day: Monday | Opens: 9:00 | Closes: 17:00", "Day: Tuesday | Opens: 10:00 | Closes: 18:00"],
        ),
        (
            "Boat      Euros\n---------------\nSkiff        12\nGalley      140\n",
            ["Boat: Skiff | Euros: 12", "Boat: Galley | Euros: 140"],
        ),
        (
            "Caretaker:    Jon Vale\nTelephone:    0555 0123\nOffice:       Mill Road 3\n",
            ["Caretaker: Jon Vale", "Telephone: 0555 0123", "Office: Mill Road 3"],
        ),
    ],
)
def test_columns_of_spaces_or_tabs_are_a_table(tmp_path: Path, table: str, rows: list[str]) -> None:
    made = load(tmp_path, "a.txt", f"Prices\n\nThey hold from May.\n\n{table}\nAsk at the pier.\n")
    assert lines(made) == ["They hold from May.", *rows, "Ask at the pier."]
    assert [block.kind for block in made.blocks[2:-1]] == ["row"] * len(rows)


def test_sentences_with_wide_gaps_are_no_table(tmp_path: Path) -> None:
    text = "No boat leaves.  It is dark.\nNobody minds it.  He says so.\nThe pier shuts.  So it does."
    assert [block.kind for block in load(tmp_path, "a.txt", text).blocks] == ["paragraph"] * 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("* The hut is open\n  from eight to eight.\n* The key hangs\n  at the door.\n",
         ["The hut is open\n  from eight to eight.", "The key hangs\n  at the door."]),
        (" a) Skiffs cost 12 euros\n    an hour, with\n    a licence.\n b) Rafts are free.\n",
         ["Skiffs cost 12 euros\n    an hour, with\n    a licence.", "Rafts are free."]),
        ("1. Ask the\n   captain.\n2. Wait.\n", ["Ask the\n   captain.", "Wait."]),
        ("- Rope\n- Anchor\n", ["Rope", "Anchor"]),
    ],
)  # fmt: skip
def test_the_second_line_of_an_item_belongs_to_it(tmp_path: Path, text: str, found: list[str]) -> None:
    assert lines(load(tmp_path, "a.txt", text)) == found


def test_a_line_with_a_label_is_no_heading(tmp_path: Path) -> None:
    made = load(
        tmp_path, "a.txt", "The lake is deep.\n\nContact\nCaretaker: Jon Vale\nTelephone: 0555 0123\n"
    )
    assert shown(made)[1:] == [("Contact", "Caretaker: Jon Vale"), ("Contact", "Telephone: 0555 0123")]


# --- bold lines that head what follows ---

NO_HEAD = [("Pool", "Name: Ada"), ("Pool", "Ada Lund"), ("Pool", "Ben Holt")]


def test_a_short_bold_line_heads_the_text_below_it(tmp_path: Path) -> None:
    found = [("Opening hours", "From eight to eight."), ("Prices", "Adults 4 euros"), ("Prices", "Dive not!")]
    text = "# Pool\n\n**Opening hours**\n\nFrom eight to eight.\n\n__Prices__\n\n- Adults 4 euros\n\n**Dive not!**\n"
    assert shown(load(tmp_path, "a.md", text)) == found
    body = (
        "<h1>Pool</h1><p><b>Opening hours</b></p><p>From eight to eight.</p><p><strong>Prices</strong></p>"
        "<ul><li>Adults 4 euros</li></ul><p><b>Dive not!</b></p>"
    )
    assert shown(load(tmp_path, "a.html", PAGE.format(body))) == found
    bold = "<w:b/>"
    lines = (
        run("Opening hours", bold),
        run("From eight to eight."),
        run("Prices", bold),
        run("Adults 4 euros"),
    )
    word = heading("Pool") + "".join(map(paragraph, lines)) + paragraph(run("Dive not!", bold))
    assert shown(load(tmp_path, "a.docx", word_file(word))) == found


def test_bold_names_and_labels_head_nothing(tmp_path: Path) -> None:
    text = "# Pool\n\n**Name:** Ada\n\n**Ada Lund**\n\n**Ben Holt**\n"
    assert shown(load(tmp_path, "a.md", text)) == NO_HEAD
    body = "<h1>Pool</h1><p><b>Name:</b> Ada</p><p><b>Ada Lund</b></p><p><b>Ben Holt</b></p>"
    assert shown(load(tmp_path, "a.html", PAGE.format(body))) == NO_HEAD


# --- printed pages ---


def _printed(pages: int, *, head: str, body: str) -> bytes:
    pdf = FPDF()
    pdf.set_auto_page_break(False)
    for page in range(1, pages + 1):
        pdf.add_page()
        pdf.set_font("Helvetica", size=8)
        pdf.text(20, 10, head.format(page=page, side="left" if page % 2 else "right"))
        pdf.set_font("Helvetica", size=11)
        pdf.set_xy(20, 60)
        pdf.multi_cell(100, 6, body.format(page=page))
    return bytes(pdf.output())


@pytest.mark.parametrize(
    ("pages", "head"), [(3, "Rules, page {page}"), (8, "Rules on the {side}"), (6, "{page}")]
)
def test_running_heads_are_left_out_also_where_sides_differ(tmp_path: Path, pages: int, head: str) -> None:
    made = load(tmp_path, "a.pdf", _printed(pages, head=head, body="Boats of kind {page} rest here."))
    assert lines(made) == [f"Boats of kind {page} rest here." for page in range(1, pages + 1)]


def test_what_stands_once_in_the_margin_is_read(tmp_path: Path) -> None:
    made = load(tmp_path, "a.pdf", _printed(1, head="Rules of the pier", body="Boats rest here."))
    assert lines(made) == ["Rules of the pier", "Boats rest here."]


def test_a_printed_item_goes_on_at_the_margin(tmp_path: Path) -> None:
    long = "1. Cover the pool, and put all the chairs into the shed so that they stay dry over night\n2. Lock the door."
    made = load(tmp_path, "a.pdf", _printed(1, head="", body=long))
    assert lines(made) == [
        "Cover the pool, and put all the chairs into the shed so that they stay dry over night",
        "Lock the door.",
    ]


@pytest.mark.parametrize(("x", "width"), [(150, 45), (130, 30), (2, 16)])
def test_remarks_in_the_margin_part_no_sentence(tmp_path: Path, x: int, width: int) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    pdf.set_xy(20, 60)
    pdf.multi_cell(
        100, 6, "The board met in May, and the roof of the hall was the only matter. It costs 31,000 euros."
    )
    pdf.set_font("Helvetica", size=7)
    pdf.set_xy(x, 61)
    pdf.multi_cell(width, 4, "Mended last in the year 1988.")
    assert lines(load(tmp_path, "a.pdf", bytes(pdf.output()))) == [
        "The board met in May, and the roof of the hall was the only matter. It costs 31,000 euros.",
        "Mended last in the year 1988.",
    ]


def test_a_pdf_that_lacks_its_end_is_read_or_refused_at_once(tmp_path: Path) -> None:
    whole = _printed(1, head="", body="Boats rest here.")
    cut = whole[: whole.rindex(b"startxref")]
    assert lines(load(tmp_path, "a.pdf", cut)) == ["Boats rest here."]
    with pytest.raises(LoadError, match=r"\(its end is missing\); save it again"):
        load(tmp_path, "b.pdf", cut + b"%" * 11_000_000)


# --- tables, questions and print as people have them ---


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("| Power | 40 W |\n| Weight | 1.2 kg |\n", ["Power: 40 W", "Weight: 1.2 kg"]),
        ("| Maker | Orla |\n| Colour | red |\n", ["Maker: Orla", "Colour: red"]),
        ("| Rent | 900 euros |\n| Deposit | 1,800 euros |\n", ["Rent: 900 euros", "Deposit: 1,800 euros"]),
    ],
)
def test_an_empty_row_of_heads_heads_nothing(tmp_path: Path, rows: str, found: list[str]) -> None:
    assert lines(load(tmp_path, "a.md", f"# Sheet\n\n| | |\n|---|---|\n{rows}")) == found


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "No.;Question;Answer;Theme\n1;May I fish?;Only from the pier.;Lake\n"),
        (
            "a.md",
            "# Lake\n\n| Question | Reply | Theme |\n|---|---|---|\n| May I fish? | Only from the pier. | Lake |\n",
        ),
        (
            "a.eml",
            "From: a@x.example\nSubject: Lake\n\nHello,\n\n> May I fish?\nOnly from the pier.\n\n> And swim?\nYes.\n",
        ),
    ],
)
def test_a_question_in_a_wider_table_or_an_answered_mail_heads_its_answer(
    tmp_path: Path, name: str, content: str
) -> None:
    assert ("May I fish?", "Only from the pier.") in shown(load(tmp_path, name, content))


def test_a_wrapped_line_in_which_a_sentence_begins_goes_on(tmp_path: Path) -> None:
    text = (
        "The hall is open from eight in the morning until ten at\nnight. On Sundays no saws\nmay be used.\n"
    )
    assert lines(load(tmp_path, "a.txt", f"Hall\n\n{text}")) == [text.strip()]


def pdf_table(heads: list[tuple[str, int]], *rows: tuple[str, ...]) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    with pdf.table() as table:
        row = table.row()
        for words, wide in heads:
            row.cell(words, colspan=wide)
        for cells in rows:
            row = table.row()
            for words in cells:
                row.cell(words)
    return bytes(pdf.output())


@pytest.mark.parametrize(
    ("heads", "rows", "last"),
    [
        (
            [("Service", 1), ("Up to 6 m", 1), ("Over 6 m", 1)],
            [("Hull wash", "80", "120"), ("Storage", "450", "640")],
            "Service: Storage | Up to 6 m: 450 | Over 6 m: 640",
        ),
        (
            [("", 1), ("2023", 2), ("2024", 2)],
            [("Product", "Spring", "Autumn", "Spring", "Autumn"), ("Milk", "110", "140", "115", "150")],
            "Product: Milk | 2023, Spring: 110 | 2023, Autumn: 140 | 2024, Spring: 115 | 2024, Autumn: 150",
        ),
    ],
)
def test_heads_of_a_printed_table_are_told(
    tmp_path: Path, heads: list[tuple[str, int]], rows: list[tuple[str, ...]], last: str
) -> None:
    assert lines(load(tmp_path, "a.pdf", pdf_table(heads, *rows)))[-1] == last


def test_a_footer_cuts_no_sentence(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.set_auto_page_break(True, margin=30)
    pdf.add_page()
    pdf.set_font("Helvetica", size=8)
    pdf.text(20, 290, "Village letter - Spring - not for resale")
    pdf.set_font("Helvetica", size=11)
    with pdf.text_columns(ncols=2, gutter=10) as text:
        text.write("Our people write about what happens in the village and beyond. " * 70)
    words = lines(load(tmp_path, "a.pdf", bytes(pdf.output())))
    assert "Village letter - Spring - not for resale" in words
    assert not any("resale about" in line or "write Village" in line for line in words)


def test_typed_bullets_make_items_dashes_do_not(tmp_path: Path) -> None:
    told = ("Not permitted:", "• Smoking", "▪ Open fire", "– He said so.")
    word = heading("Rooms") + "".join(map(paragraph, told))
    made = load(tmp_path, "a.docx", word_file(word))
    found = [(block.kind, made.text[block.start : block.end]) for block in made.blocks[1:]]
    assert found == [
        ("paragraph", "Not permitted:"),
        ("item", "Smoking"),
        ("item", "Open fire"),
        ("paragraph", "– He said so."),
    ]
