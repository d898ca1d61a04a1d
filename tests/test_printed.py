"""Printed pages: what their readers do not see is left out, what stands beside each other is not mixed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF

from assistant.text.places import labels
from ingest.load import load_file


def lines(folder: Path, draw: Callable[[FPDF], object], *, landscape: bool = False) -> list[str]:
    pdf = FPDF(orientation="landscape" if landscape else "portrait")
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    draw(pdf)
    path = folder / "a.pdf"
    path.write_bytes(bytes(pdf.output()))
    document = load_file(path, folder)
    return [document.text[block.start : block.end] for block in document.blocks]


def at(pdf: FPDF, y: float, words: str) -> float:
    """Print a line at a height and return where it ends."""
    pdf.set_xy(20, y)
    pdf.cell(60, 8, words)
    return 21 + pdf.get_string_width(words)


def test_words_with_a_line_through_them_are_left_out_underlined_ones_stay(tmp_path: Path) -> None:
    def draw(pdf: FPDF) -> None:
        end = at(pdf, 30, "The toll is 8 crowns.")
        pdf.line(21, 34, end, 34)
        end = at(pdf, 50, "The toll is 10 crowns.")
        pdf.line(21, 56, end, 56)
        end = at(pdf, 70, "Dogs pay 2 crowns.")
        pdf.set_fill_color(0)
        pdf.rect(21, 73.8, end - 21, 0.3, style="F")

    assert lines(tmp_path, draw) == ["The toll is 10 crowns."]


@pytest.mark.parametrize("white", [(255, 255, 255), (255,)])
def test_white_words_are_left_out_unless_they_stand_on_a_colour(
    tmp_path: Path, white: tuple[int, ...]
) -> None:
    def draw(pdf: FPDF) -> None:
        at(pdf, 30, "The toll is 10 crowns.")
        pdf.set_text_color(*white)
        at(pdf, 50, "The bridge is free at night.")
        pdf.set_fill_color(0, 60, 120)
        pdf.rect(15, 70, 120, 12, style="F")
        at(pdf, 72, "The bridge shuts in May.")

    assert " ".join(lines(tmp_path, draw)) == "The toll is 10 crowns. The bridge shuts in May."


def test_powers_are_raised_where_the_file_moves_their_line(tmp_path: Path) -> None:
    def draw(pdf: FPDF) -> None:
        pdf.set_xy(20, 30)
        pdf.write(8, "The roof measures 240 m")
        pdf.char_vpos = "SUP"
        pdf.write(8, "2")
        pdf.char_vpos = "LINE"
        pdf.write(8, " and drains into one tank.")

    assert lines(tmp_path, draw) == ["The roof measures 240 m² and drains into one tank."]


def test_two_columns_of_two_lines_are_read_one_after_the_other(tmp_path: Path) -> None:
    def draw(pdf: FPDF) -> None:
        pdf.set_font_size(12)
        pdf.set_xy(20, 30)
        pdf.multi_cell(110, 7, "The quarry yields 900 tonnes of slate a year. It employs seventeen people.")
        pdf.set_xy(150, 30)
        pdf.multi_cell(110, 7, "The quarry railway was laid in 1871. It is three kilometres long.")

    assert lines(tmp_path, draw, landscape=True) == [
        "The quarry yields 900 tonnes of slate a year. It employs seventeen people.",
        "The quarry railway was laid in 1871. It is three kilometres long.",
    ]


def test_printed_places_keep_their_numbers(tmp_path: Path) -> None:
    told = (
        "2. Lock the door.",
        "3. Go home.",
        "4.1 Every tenant may be a member.",
        "4.2 The fee is 24 crowns.",
    )

    def draw(pdf: FPDF) -> None:
        for words in told:
            pdf.cell(0, 7, words, new_x="LMARGIN", new_y="NEXT")

    assert lines(tmp_path, draw) == ["Lock the door.", "Go home.", *told[2:]]
    document = load_file(tmp_path / "a.pdf", tmp_path)
    numbers = [label.number for label in labels(document.text, document.blocks)]
    assert numbers == [("2",), ("3",), ("4", "1"), ("4", "2")]


def bold_then(pdf: FPDF, x: float, y: float, label: str, words: str = "", style: str = "B") -> None:
    """Print words behind a label in bold print."""
    pdf.set_xy(x, y)
    pdf.set_font(style=style)
    pdf.write(8, label)
    pdf.set_font(style="")
    pdf.write(8, words)


@pytest.mark.parametrize("head", [("No.", "Task", "Who"), ("Task", "Who", "By"), ("Town", "Owner", "Trade")])
def test_a_row_in_bold_print_heads_a_table_of_words(tmp_path: Path, head: tuple[str, ...]) -> None:
    rows = [("a)", "Mend the roof", "Tom"), ("b)", "Write to the council", "Ellen")]

    def draw(pdf: FPDF) -> None:
        with pdf.table() as table:
            for row in (head, *rows):
                table.row(row)

    named = [" | ".join(f"{name}: {cell}" for name, cell in zip(head, row, strict=True)) for row in rows]
    assert lines(tmp_path, draw) == named


def test_a_column_in_bold_print_holds_labels(tmp_path: Path) -> None:
    rows = [("Keeper", "Ada Lund", "from May"), ("Cook", "Jon Vale", "all year")]

    def draw(pdf: FPDF) -> None:
        for y, (label, *rest) in enumerate(rows):
            for x, words in enumerate((label, *rest)):
                pdf.set_xy(20 + 50 * x, 30 + 10 * y)
                pdf.set_font(style="" if x else "B")
                pdf.cell(50, 10, words, border=1)

    assert lines(tmp_path, draw) == ["Keeper: Ada Lund | from May", "Cook: Jon Vale | all year"]


def test_a_label_centred_beside_its_lines_stands_before_them(tmp_path: Path) -> None:
    def draw(pdf: FPDF) -> None:
        for y, words in (
            (30, "Ada Lund, Jon Vale, Mia Roth, Ben Okafor, Chi Tran,"),
            (35, "Petra Lind and Anna Voss"),
        ):
            pdf.text(60, y, words)
        bold_then(pdf, 20, 28, "Present:")
        pdf.text(60, 45, "Ilse Varga, Hanne Holt, Colin Best, Karin Lohse,")
        pdf.text(60, 50, "Walter Lamb,")
        pdf.text(60, 55, "Rita Blum")
        bold_then(pdf, 20, 45, "Absent:")

    assert " ".join(lines(tmp_path, draw)) == (
        "Present: Ada Lund, Jon Vale, Mia Roth, Ben Okafor, Chi Tran, Petra Lind and Anna Voss "
        "Absent: Ilse Varga, Hanne Holt, Colin Best, Karin Lohse, Walter Lamb, Rita Blum"
    )


def test_each_label_in_bold_print_begins_a_line_of_its_own(tmp_path: Path) -> None:
    def draw(pdf: FPDF) -> None:
        for at, (label, words) in enumerate((("Ward:", " Aster House"), ("Visits:", " from two to six"))):
            bold_then(pdf, 20, 30 + 6 * at, label, words)

    assert lines(tmp_path, draw) == ["Ward: Aster House", "Visits: from two to six"]


def test_a_sheet_of_labels_is_read_as_one_though_other_lines_follow(tmp_path: Path) -> None:
    def draw(pdf: FPDF) -> None:
        for at, (label, words) in enumerate(
            (("Name", "Mira Holt"), ("Telephone", "0555 0142"), ("Address", "14 Quay Lane"))
        ):
            pdf.text(20, 30 + 8 * at, label)
            pdf.text(80, 30 + 8 * at, words)
        for at in range(5):
            pdf.text(20, 70 + 8 * at, f"No fires, rule {at}.")

    assert lines(tmp_path, draw)[:3] == ["Name: Mira Holt", "Telephone: 0555 0142", "Address: 14 Quay Lane"]


def test_an_address_beside_the_numbers_of_a_letter_is_no_table_with_what_follows(tmp_path: Path) -> None:
    beside = [
        ("Ms", "Invoice no.", "R-318"),
        ("Mira Holt", "Customer no.", "K-204"),
        ("9 Mill Road", "Due", "3 May"),
    ]
    sold = [
        ("Pos", "Item", "Price", "Sum"),
        ("1", "Oak boards", "31.00", "372.00"),
        ("2", "Work on site", "52.00", "442.00"),
    ]

    def draw(pdf: FPDF) -> None:
        for at, row in enumerate(beside):
            for x, words in zip((20, 110, 160), row, strict=True):
                pdf.text(x, 40 + 5 * at, words)
        for at, cells in enumerate([*sold, ("", "", "Net", "814.00")]):
            for x, words in zip((20, 40, 120, 160), cells, strict=True):
                pdf.text(x, 80 + 6 * at, words)

    found = lines(tmp_path, draw)
    assert found[1] == "Mira Holt | Customer no. | K-204"
    assert found[-3:] == [
        "Pos: 1 | Item: Oak boards | Price: 31.00 | Sum: 372.00",
        "Pos: 2 | Item: Work on site | Price: 52.00 | Sum: 442.00",
        "Net | Sum: 814.00",
    ]
