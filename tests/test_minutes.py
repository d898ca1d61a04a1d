"""Minutes of meetings, as people write them: each name and each task knows the heading it stands under."""

import io
from pathlib import Path

import docx
import pytest

from ingest.load import load_file
from ingest.loaders.tables.rows import in_one_line
from ingest.split import split


def read(folder: Path, name: str, content: str | bytes) -> list[tuple[str, str, str]]:
    """Return kind, heading and words of each block of a file, the main heading left out."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    document = load_file(path, folder)
    return [
        (block.kind, block.section[-1], document.text[block.start : block.end])
        for block in document.blocks
        if block.section
    ]


def test_names_below_a_label_in_plain_text_are_its_list(tmp_path: Path) -> None:
    text = (
        "MINUTES OF THE PARISH COUNCIL\nHeld on 3 March 2025 in the village hall\n\n"
        "Present:\nCllr A. Brown (Chair)\nCllr J. Green\n\n"
        "Apologies:\nCllr K. Black\n\n"
        "Matters arising:\nThe path by the mill is closed until May.\nAction: Cllr Green to write to the county.\n"
    )
    council = "MINUTES OF THE PARISH COUNCIL"
    assert read(tmp_path, "council.txt", text) == [
        ("paragraph", council, "Held on 3 March 2025 in the village hall"),
        ("paragraph", council, "Present:"),
        ("item", council, "Cllr A. Brown (Chair)"),
        ("item", council, "Cllr J. Green"),
        ("paragraph", council, "Apologies:"),
        ("item", council, "Cllr K. Black"),
        ("paragraph", council, "Matters arising:"),
        ("paragraph", council, "The path by the mill is closed until May."),
        ("paragraph", council, "Action: Cllr Green to write to the county."),
    ]


def test_a_bold_line_heads_what_stands_below_it_in_its_paragraph(tmp_path: Path) -> None:
    page = (
        "<html><body><h1>Board meeting</h1>"
        "<p><b>Attendees</b></p><ul><li>Rosa Klein</li><li>Omar Aziz</li></ul>"
        "<p><strong>Next meeting</strong><br>Tuesday 10 June, 14:00, online</p>"
        "<p><strong>Note:</strong><br>The room is small.</p></body></html>"
    )
    assert read(tmp_path, "board.html", page) == [
        ("heading", "Board meeting", "Attendees"),
        ("item", "Attendees", "Rosa Klein"),
        ("item", "Attendees", "Omar Aziz"),
        ("heading", "Board meeting", "Next meeting"),
        ("paragraph", "Next meeting", "Tuesday 10 June, 14:00, online"),
        ("paragraph", "Next meeting", "Note: The room is small."),
    ]
    text = "# Sync\n\n**Next meeting**\n19 May, 10:00\n\n**Nothing** else\nwas said.\n\n**Nobody**\nwas absent.\n"
    assert read(tmp_path, "sync.md", text) == [
        ("heading", "Sync", "Next meeting"),
        ("paragraph", "Next meeting", "19 May, 10:00"),
        ("paragraph", "Next meeting", "Nothing else was said."),
        ("paragraph", "Next meeting", "Nobody was absent."),
    ]


def test_names_in_a_cell_stay_apart(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Works council", 1)
    table = made.add_table(rows=3, cols=2)
    names = [
        ("Attendees", "Jana Holm\nPeter Voss"),
        ("Apologies", "Kai Ross"),
        ("Next meeting", "13 June 2025"),
    ]
    for row, (label, told) in zip(table.rows, names, strict=True):
        row.cells[0].text = label
        row.cells[1].text = told
    table.rows[0].cells[1].add_paragraph("Ute Lang")
    out = io.BytesIO()
    made.save(out)
    assert read(tmp_path, "council.docx", out.getvalue()) == [
        ("row", "Works council", "Attendees: Jana Holm, Peter Voss, Ute Lang"),
        ("row", "Works council", "Apologies: Kai Ross"),
        ("row", "Works council", "Next meeting: 13 June 2025"),
    ]
    page = (
        "<html><body><h1>Actions</h1><table><tr><th>Task<br>In short</th><th>Who</th></tr>"
        "<tr><td>Print the plan</td><td>Ana Kolar<br>Ben Okafor</td></tr>"
        "<tr><td>Call the<br>auditor</td><td><p>Chi Tran</p><p>(by phone)</p></td></tr></table></body></html>"
    )
    assert read(tmp_path, "actions.html", page) == [
        ("row", "Actions", "Task In short: Print the plan | Who: Ana Kolar, Ben Okafor"),
        ("row", "Actions", "Task In short: Call the auditor | Who: Chi Tran (by phone)"),
    ]
    text = "# Sync\n\n| Topic | Who |\n|---|---|\n| Release | Ana Kolar<br>Ben Okafor |\n"
    assert read(tmp_path, "sync.md", text) == [("row", "Sync", "Topic: Release | Who: Ana Kolar, Ben Okafor")]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["Monday to", "Friday"], "Monday to Friday"),
        (["14 Quay Lane", "Tellmar"], "14 Quay Lane, Tellmar"),
        (["9:00 to 12:00", "14:00 to 18:00"], "9:00 to 12:00, 14:00 to 18:00"),
        (["weight up to", "10 kg"], "weight up to 10 kg"),
        (["Hill &", "Sons"], "Hill & Sons"),
        (["Done.", "Ana agreed"], "Done. Ana agreed"),
        (["", "  one  line ", ""], "one line"),
        ([], ""),
    ],
)
def test_the_lines_of_a_cell_in_one(lines: list[str], told: str) -> None:
    assert in_one_line(lines) == told


def test_the_passage_of_a_task_says_what_list_it_is_of(tmp_path: Path) -> None:
    path = tmp_path / "sync.md"
    path.write_text("# Sync\n\nAttendees:\n- Ana Kolar\n- Ben Okafor\n\n## Actions\n\n- Ana: call the bank\n")
    assert [(chunk.section, chunk.text) for chunk in split(load_file(path, tmp_path))] == [
        ("", "Attendees:\n\nAna Kolar\n\nBen Okafor"),
        ("Actions", "Ana: call the bank"),
    ]
