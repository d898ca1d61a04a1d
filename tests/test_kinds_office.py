"""Slides, sheets, OpenDocument, RTF and books, written by the libraries that people's programs resemble."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from pptx import Presentation
from pptx.util import Inches

from assistant.core.errors import LoadError
from assistant.core.types import Document
from ingest.load import load_file
from ingest.loaders.office.formats import BUILT_IN, shown_number


def load(folder: Path, name: str, data: bytes) -> Document:
    path = folder / name
    path.write_bytes(data)
    document = load_file(path, folder)
    for block in document.blocks:  # offsets are exact, and words have no white space around them
        words = document.text[block.start : block.end]
        assert words == words.strip() != ""
    return document


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


# --- PowerPoint ---


def deck(make: Callable[[Any], None]) -> bytes:
    slides = Presentation()
    make(slides)
    out = io.BytesIO()
    slides.save(out)
    return out.getvalue()


def add_slide(slides: Any, layout: int, title: str, *lines: str) -> Any:
    slide = slides.slides.add_slide(slides.slide_layouts[layout])
    slide.shapes.title.text = title
    if lines:
        slide.placeholders[1].text = "\n".join(lines)
    return slide


def test_slides_give_titles_bullets_notes_and_pages(tmp_path: Path) -> None:
    def make(slides: Any) -> None:
        add_slide(slides, 0, "Harbour plan", "Vell, 2031")
        second = add_slide(slides, 1, "Opening", "The pier opens in May.", "Dogs are allowed.")
        second.notes_slide.notes_text_frame.text = "The mayor cuts the ribbon."

    document = load(tmp_path, "plan.pptx", deck(make))
    assert document.title == "Harbour plan"
    assert [(kind, text) for kind, text in shown(document) if kind != "paragraph"] == [
        ("heading", "Harbour plan"),
        ("heading", "Opening"),
        ("item", "The pier opens in May."),
        ("item", "Dogs are allowed."),
    ]
    assert ("paragraph", "The mayor cuts the ribbon.") in shown(document)
    assert [block.page for block in document.blocks] == [1, 1, 2, 2, 2, 2]
    assert document.blocks[3].section == ("Harbour plan", "Opening")


def test_a_table_on_a_slide_has_heads_and_its_merged_cells_hold_for_all_rows(tmp_path: Path) -> None:
    def make(slides: Any) -> None:
        slide = add_slide(slides, 5, "Fares")
        table = slide.shapes.add_table(3, 3, Inches(1), Inches(2), Inches(6), Inches(2)).table
        rows = (("Zone", "Age", "Fare"), ("Inner", "adult", "2.40"), ("", "child", "1.20"))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                table.cell(r, c).text = text
        table.cell(1, 0).merge(table.cell(2, 0))

    rows = [text for kind, text in shown(load(tmp_path, "fares.pptx", deck(make))) if kind == "row"]
    assert rows == ["Zone: Inner | Age: adult | Fare: 2.40", "Zone: Inner | Age: child | Fare: 1.20"]


def test_hidden_slides_and_struck_words_are_left_out_and_groups_are_read(tmp_path: Path) -> None:
    def make(slides: Any) -> None:
        hidden = add_slide(slides, 1, "Draft", "The fee is 90 euros.")
        hidden._element.set("show", "0")
        slide = add_slide(slides, 1, "Fee", "The fee is ")
        frame = slide.placeholders[1].text_frame
        old = frame.paragraphs[0].add_run()
        old.text = "70 euros "
        old._r.get_or_add_rPr().set("strike", "sngStrike")
        frame.paragraphs[0].add_run().text = "80 euros."
        box = slide.shapes.add_group_shape().shapes.add_textbox(0, 0, Inches(2), Inches(1))
        box.text_frame.text = "Payable at the gate."

    document = load(tmp_path, "fee.pptx", deck(make))
    assert shown(document) == [
        ("heading", "Fee"),
        ("item", "The fee is 80 euros."),
        ("paragraph", "Payable at the gate."),
    ]
    assert {block.page for block in document.blocks} == {2}


# --- Excel ---


def test_a_slide_without_a_title_is_not_under_the_one_before(tmp_path: Path) -> None:
    def make(slides: Any) -> None:
        add_slide(slides, 0, "Fire safety")
        add_slide(slides, 1, "Who to call", "Ravi, third floor")
        bare = slides.slides.add_slide(slides.slide_layouts[6])
        bare.shapes.add_textbox(Inches(1), Inches(1), Inches(7), Inches(2)).text_frame.text = "Smoke outside."

    document = load(tmp_path, "a.pptx", deck(make))
    assert [block.section for block in document.blocks][-2:] == [
        ("Fire safety", "Who to call"),
        ("Fire safety",),
    ]


def book(make: Callable[[Workbook], None]) -> bytes:
    made = Workbook()
    make(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_sheet_is_a_table_shown_as_its_cells_are(tmp_path: Path) -> None:
    def make(made: Workbook) -> None:
        sheet = made.active
        assert sheet is not None
        sheet.append(["Mooring", "From", "Fee", "Share"])
        sheet.append(["North quay", date(2024, 3, 5), 1355.5, 0.125])
        sheet.append(["South quay", date(2024, 4, 1), 980, 0.5])
        for row in (2, 3):
            sheet.cell(row, 3).number_format = '#,##0.00 "€"'
            sheet.cell(row, 4).number_format = "0.0%"

    assert shown(load(tmp_path, "fees.xlsx", book(make))) == [
        ("row", "Mooring: North quay | From: 2024-03-05 | Fee: 1,355.50 € | Share: 12.5%"),
        ("row", "Mooring: South quay | From: 2024-04-01 | Fee: 980.00 € | Share: 50.0%"),
    ]


def test_sheets_have_names_captions_remarks_and_merged_heads(tmp_path: Path) -> None:
    def make(made: Workbook) -> None:
        first = made.active
        assert first is not None
        first.title = "Prices"
        for row in (
            ["Prices of the season"],
            [],
            ["Plan", "Price in euros", None, "Spaces"],
            [None, "Month", "Year", None],
            ["Basic", 45, 480, 60],
            ["Plus", 70, 760, 20],
            ["Source: harbour office"],
        ):
            first.append(row)
        first.merge_cells("A3:A4")
        first.merge_cells("B3:C3")
        first.merge_cells("D3:D4")
        second = made.create_sheet("Crew")
        second.append(["Name", "Role"])
        second.append(["Ilse", "pilot"])
        second.append(["Odo", "cook"])

    assert shown(load(tmp_path, "prices.xlsx", book(make))) == [
        ("heading", "Prices"),
        ("paragraph", "Prices of the season"),
        ("row", "Plan: Basic | Price in euros, Month: 45 | Price in euros, Year: 480 | Spaces: 60"),
        ("row", "Plan: Plus | Price in euros, Month: 70 | Price in euros, Year: 760 | Spaces: 20"),
        ("paragraph", "Source: harbour office"),
        ("heading", "Crew"),
        ("row", "Name: Ilse | Role: pilot"),
        ("row", "Name: Odo | Role: cook"),
    ]


@pytest.mark.parametrize("left", [3, 4])
def test_tables_that_stand_beside_each_other_are_two(tmp_path: Path, left: int) -> None:
    def make(made: Workbook) -> None:
        sheet = made.active
        assert sheet is not None
        for begin, table in ((1, "Item Fee|Tent 400|Food 650"), (left + 2, "Name Shift|Ana early|Bo late")):
            for at, row in enumerate(table.split("|"), 1):
                for column, words in enumerate(row.split(), begin):
                    sheet.cell(at, column, words)

    found = [text for kind, text in shown(load(tmp_path, "a.xlsx", book(make))) if kind == "row"]
    assert found == [
        "Item: Tent | Fee: 400",
        "Item: Food | Fee: 650",
        "Name: Ana | Shift: early",
        "Name: Bo | Shift: late",
    ]


def test_what_a_sheet_hides_or_strikes_is_left_out(tmp_path: Path) -> None:
    def make(made: Workbook) -> None:
        sheet = made.active
        assert sheet is not None
        sheet.append(["Item", "Price", "Cost"])
        sheet.append(["Map", "4 euros", "1 euro"])
        sheet.append(["Guide", "9 euros", "3 euros"])
        sheet.append(["Stamp", "2 euros", "1 euro"])
        sheet.append(["Card", "1 euro", "1 euro"])
        sheet.column_dimensions["C"].hidden = True
        sheet.row_dimensions[3].hidden = True
        sheet["B4"].font = Font(strike=True)
        made.create_sheet("Old").append(["Map", "3 euros"])
        made["Old"].sheet_state = "hidden"

    text = load(tmp_path, "shop.xlsx", book(make)).text
    assert text == "Item: Map | Price: 4 euros\n\nItem: Stamp\n\nItem: Card | Price: 1 euro"


def test_a_sheet_larger_than_is_read_is_refused_in_a_line(tmp_path: Path) -> None:
    cells = "<c><v>1</v></c>" * 1000
    rows = "".join(f"<row>{cells}</row>" for _ in range(600))
    parts: dict[str, str | bytes] = {
        "_rels/.rels": RELS.format('<Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/>'),
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="A" r:id="b"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": RELS.format(
            '<Relationship Id="b" Type="x/worksheet" Target="sheet.xml"/>'
        ),
        "xl/sheet.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
    }
    with pytest.raises(LoadError, match="holds more than 500000 cells"):
        load(tmp_path, "big.xlsx", zipped(parts))
    parts["xl/sheet.xml"] = (
        '<worksheet><cols><col min="1" max="999999999" hidden="0"/></cols><sheetData>'
        '<row r="1"><c r="A1" t="str"><v>Fee</v></c><c r="B1" t="str"><v>Place</v></c></row>'
        '<row r="1048576"><c r="A1048576"><v>3</v></c><c r="XFD1048576" t="str"><v>Far</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1048576:XFC1048576"/></mergeCells></worksheet>'
    )
    assert "3" in load(tmp_path, "far.xlsx", zipped(parts)).text


RELS = "<Relationships>{}</Relationships>"


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("0.30000000000000004", "General", "0.3"),
        ("1234567", "#,##0", "1,234,567"),
        ("0.155", "0.0%", "15.5%"),
        ("0.5", BUILT_IN["9"], "50%"),
        ("-12.5", "0.00", "-12.50"),
        ("-12.5", "#,##0.00;(#,##0.00)", "(12.50)"),
        ("19.9", '"$"#,##0.00', "$19.90"),
        ("45", "[$€-407] 0", "€ 45"),
        ("12500", "#,##0 [$kr-41D]", "12,500 kr"),
        ("45356", BUILT_IN["14"], "2024-03-05"),
        ("45356.604166667", "dd/mm/yyyy hh:mm", "2024-03-05 14:30"),
        ("0.5625", "h:mm", "13:30"),
        ("60", "yyyy-mm-dd", "1900-02-28"),
        ("1e300", "0.00", "1e300"),
        ("NaN", "0.00", "NaN"),
        ("7", "@", "7"),
        ("1500000", '0.0,,"M"', "1.5M"),
    ],
)
def test_numbers_are_written_as_their_cells_display_them(value: str, code: str, text: str) -> None:
    assert shown_number(value, code) == text


def test_dates_of_old_macintosh_books_count_from_1904() -> None:
    assert shown_number("43894", "yyyy-mm-dd", from_1904=True) == "2024-03-05"


# --- OpenDocument ---


def test_a_text_of_opendocument_keeps_headings_lists_tables_and_notes(tmp_path: Path) -> None:
    from odf import style, table, text
    from odf.opendocument import OpenDocumentText

    made = OpenDocumentText()
    struck = style.Style(name="Gone", family="text")
    struck.addElement(style.TextProperties(textlinethroughstyle="solid"))
    made.automaticstyles.addElement(struck)
    made.text.addElement(text.H(outlinelevel=1, text="Ferry"))
    line = text.P(text="The ferry leaves at ")
    line.addElement(text.Span(stylename=struck, text="eight "))
    line.addText("nine.")
    note = text.Note(noteclass="footnote")
    note.addElement(text.NoteCitation(text="1"))
    body = text.NoteBody()
    body.addElement(text.P(text="Not on Sundays."))
    note.addElement(body)
    line.addElement(note)
    made.text.addElement(line)
    listed = text.List()
    for words in ("Bring a ticket.", "Come early."):
        item = text.ListItem()
        item.addElement(text.P(text=words))
        listed.addElement(item)
    made.text.addElement(listed)
    grid = table.Table()
    for cells in (("Deck", "Seats"), ("Upper", "40"), ("Lower", "60")):
        row = table.TableRow()
        for words in cells:
            cell = table.TableCell()
            cell.addElement(text.P(text=words))
            row.addElement(cell)
        grid.addElement(row)
    made.text.addElement(grid)
    out = io.BytesIO()
    made.write(out)
    assert shown(load(tmp_path, "ferry.odt", out.getvalue())) == [
        ("heading", "Ferry"),
        ("paragraph", "The ferry leaves at nine."),
        ("paragraph", "Not on Sundays."),
        ("item", "Bring a ticket."),
        ("item", "Come early."),
        ("row", "Deck: Upper | Seats: 40"),
        ("row", "Deck: Lower | Seats: 60"),
    ]


ODF = (
    '<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="ta" xmlns:style="s" xmlns:draw="d">'
    "<office:body>{}</office:body></office:document-content>"
)


def test_deletions_kept_for_review_and_comments_are_no_text(tmp_path: Path) -> None:
    body = (
        "<office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>The dam is open.</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes><text:p>The dam is<office:annotation><text:p>why?"
        '</text:p></office:annotation> closed<text:s text:c="2"/>now.</text:p></office:text>'
    )
    document = load(tmp_path, "dam.odt", zipped({"content.xml": ODF.format(body)}))
    assert shown(document) == [("paragraph", "The dam is closed now.")]


def test_sheets_of_opendocument_repeat_and_span_within_bounds(tmp_path: Path) -> None:
    def cell(words: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{words}</text:p></table:table-cell>"

    body = (
        '<office:spreadsheet><table:table table:name="A">'
        f"<table:table-row>{cell('Hall')}{cell('Seats')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{cell("West")}{cell("12")}</table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table></office:spreadsheet>'
    )
    document = load(tmp_path, "halls.ods", zipped({"content.xml": ODF.format(body)}))
    assert document.text == "Hall: West | Seats: 12\n\nHall: West | Seats: 12"


def test_a_locked_opendocument_is_named(tmp_path: Path) -> None:
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    with pytest.raises(LoadError, match=r"secret\.odt is protected by a password; save it without one"):
        load(tmp_path, "secret.odt", zipped({"content.xml": b"\x9f", "META-INF/manifest.xml": manifest}))


# --- RTF ---


def rtf(body: str) -> bytes:
    head = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}}{\info{\title Notes}}"
    return (head + body + "}").encode("cp1252")


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        (
            r"\pard\outlinelevel0 Lock\par\pard The lock is \strike shut\strike0  open.\par"
            r"\pard It has {\v no }two gates, {\deleted three} and a caf\'e9.\par",
            [
                ("heading", "Lock"),
                ("paragraph", "The lock is open."),
                ("paragraph", "It has two gates, and a café."),
            ],
        ),
        (
            r"\pard\ls1{\listtext\'b7\tab}First thing\par{\listtext\'b7\tab}Second thing\par\pard After \u8364?5.\par",
            [("item", "First thing"), ("item", "Second thing"), ("paragraph", "After €5.")],
        ),
        (
            r"\trowd\pard\intbl Dock\cell Depth\cell\row\trowd\intbl East\cell 7 m\cell\row"
            r"\trowd\intbl West\cell 9 m\cell\row\pard End \f1\'cc\'ee\f0 .\par",
            [
                ("row", "Dock: East | Depth: 7 m"),
                ("row", "Dock: West | Depth: 9 m"),
                ("paragraph", "End Мо."),
            ],
        ),
        (
            r"\pard {\field{\*\fldinst HYPERLINK x}{\fldrslt The site}} tells \{more\}\u-10179?\u-8704?.\par",
            [("paragraph", "The site tells {more}\U0001f600.")],
        ),
        ("{" * 3 + r"\pard Deep.\par" + "}" * 3, [("paragraph", "Deep.")]),
    ],
)
def test_rich_text(tmp_path: Path, body: str, blocks: list[tuple[str, str]]) -> None:
    assert shown(load(tmp_path, "notes.rtf", rtf(body))) == blocks


def test_rich_text_nested_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="nests more than 1000 groups"):
        load(tmp_path, "deep.rtf", rtf("{" * 200_000))


# --- EPUB ---

OPF = (
    '<package xmlns:dc="d"><metadata><dc:title>Tides of Vell</dc:title><dc:date>2019-05-01</dc:date></metadata>'
    '<manifest><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    '<item id="b" href="two.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="a" href="text/one%20a.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>'
)
CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'


def epub(**more: str) -> bytes:
    page = "<html><body><h1>{}</h1><p>{}</p></body></html>"
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": OPF,
            "OEBPS/nav.xhtml": page.format("Contents", "One, two, and so on to the end."),
            "OEBPS/text/one a.xhtml": page.format("The bay", "The tide turns twice a day in the bay."),
            "OEBPS/two.xhtml": page.format("The river", "Salmon run up the river in June."),
            **{name.replace("__", "/"): part for name, part in more.items()},
        }
    )


def test_a_book_is_read_in_its_order_without_its_contents(tmp_path: Path) -> None:
    document = load(tmp_path, "tides.epub", epub())
    assert (document.title, document.date) == ("Tides of Vell", "2019-05-01")
    assert shown(document) == [
        ("heading", "The bay"),
        ("paragraph", "The tide turns twice a day in the bay."),
        ("heading", "The river"),
        ("paragraph", "Salmon run up the river in June."),
    ]


def test_a_locked_book_is_named_and_one_with_locked_fonts_is_read(tmp_path: Path) -> None:
    lock = '<encryption><EncryptedData><CipherData><CipherReference URI="{}"/></CipherData></EncryptedData></encryption>'
    data = epub(**{"META-INF__encryption.xml": lock.format("OEBPS/two.xhtml")})
    with pytest.raises(LoadError, match=r"locked\.epub is locked by its seller"):
        load(tmp_path, "locked.epub", data)
    data = epub(**{"META-INF__encryption.xml": lock.format("OEBPS/font.otf")})
    assert "Salmon" in load(tmp_path, "fonts.epub", data).text


# --- hostile ---


@pytest.mark.parametrize("name", ["a.pptx", "a.xlsx", "a.odt", "a.epub"])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"words", "is not a"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is protected by a password or of an old format"),
        (zipped({"x": "y"}), "has no part"),
        (zipped({f"{n}": b"" for n in range(20_001)}), "more than are read; split it up"),
    ],
)
def test_what_is_no_office_file_is_told_in_a_line(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    with pytest.raises(LoadError, match=words) as caught:
        load(tmp_path, name, data)
    assert "\n" not in str(caught.value)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="unpacks to 262144000 bytes in 1 parts, more than are read"):
        load(tmp_path, "bomb.odt", zipped({"content.xml": bytes(250 * 1024 * 1024)}))


def test_entities_are_not_blown_up(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{levels}]>' + ODF.format(
        "<office:text><text:p>The mill is shut.&e9;</text:p></office:text>"
    )
    try:
        text = load(tmp_path, "laughs.odt", zipped({"content.xml": bomb})).text
    except LoadError as error:
        text = str(error)
    assert len(text) < 500


def test_times_in_a_sheet_keep_their_day(tmp_path: Path) -> None:
    def make(made: Workbook) -> None:
        sheet = made.active
        assert sheet is not None
        sheet.append(["Event", "Begins"])
        sheet.append(["Fair", datetime(2024, 3, 5, 14, 30)])

    assert load(tmp_path, "fair.xlsx", book(make)).text == "Event: Fair | Begins: 2024-03-05 14:30:00"


def test_what_a_parser_says_of_a_broken_part_is_one_line(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Pier", "Depth"])
    whole, broken = io.BytesIO(), io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, old.read(name).replace(b"<fonts", b"\0<fonts") if "styles" in name else old.read(name)
            )
    with pytest.raises(LoadError, match="is broken at its part 'xl/styles.xml'") as told:
        load(tmp_path, "a.xlsx", broken.getvalue())
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(("value", "shown"), [(18.9, "18.9"), (6.25, "6.25"), (0.1, "0.1"), (29, "29")])
def test_a_number_without_a_format_of_its_own_keeps_its_decimals(
    tmp_path: Path, value: float, shown: str
) -> None:
    book = Workbook()
    book.active.append(["Article", "Price"])
    book.active.append(["Pump", value])
    book.save(tmp_path / "stock.xlsx")
    assert f"Price: {shown}" in load_file(tmp_path / "stock.xlsx", tmp_path).text


def test_no_sheet_of_several_names_the_file(tmp_path: Path) -> None:
    book = Workbook()
    for name in ("Sheet", "Suppliers"):
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        sheet.append(["Name", "City"])
        sheet.append(["Velo", "Basel"])
    book.save(tmp_path / "bike-shop.xlsx")
    document = load_file(tmp_path / "bike-shop.xlsx", tmp_path)
    assert document.title == "Bike shop"
    assert [block.section for block in document.blocks if block.kind == "row"] == [(), ("Suppliers",)]
