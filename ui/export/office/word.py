"""Write answers as a Word file."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ui.export.about import About
from ui.export.history import SavedTurn
from ui.export.office.outline import Grid, Kind, Line, outline

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

STYLES: dict[Kind, str] = {
    "title": "Title", "question": "Heading 1", "head": "Heading 2", "item": "List Bullet", "quote": "Quote",
}  # fmt: skip
SMALL = ("note", "source")
SMALL_PT = 9


def to_word(turns: Sequence[SavedTurn], title: str, about: Mapping[str, About]) -> bytes:
    """Return the answers as a .docx file without fields, links or macros."""
    from docx import Document

    lines = list(outline(turns, title, about))
    made = Document()
    facts = made.core_properties
    facts.author, facts.comments = "bpo-kpo", ""
    facts.title = lines[0].text[:255] if isinstance(lines[0], Line) else ""
    for line in lines:
        if isinstance(line, Grid):
            _draw_grid(made, line)
        else:
            _fill(made.add_paragraph(style=STYLES.get(line.kind)), line)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def _draw_grid(made: Any, grid: Grid) -> None:
    table = made.add_table(rows=1, cols=1 + len(grid.sides), style="Table Grid")
    for cell, side in zip(table.rows[0].cells[1:], grid.sides, strict=True):
        cell.paragraphs[0].add_run(side).bold = True
    for aspect, cells in grid.rows:
        row = table.add_row().cells
        row[0].paragraphs[0].add_run(aspect).bold = True
        for cell, lines in zip(row[1:], cells, strict=True):
            for at, line in enumerate(lines):
                _fill(cell.add_paragraph() if at else cell.paragraphs[0], line)
    made.add_paragraph()


def _fill(paragraph: "Paragraph", line: Line) -> None:
    from docx.shared import Pt

    for run in line.runs:
        written = paragraph.add_run(run.text)
        written.bold = run.look == "bold" or line.kind == "declined" or None
        written.italic = run.look == "italic" or line.kind == "note" or None
        written.font.superscript = run.look == "raised" or None
        if line.kind in SMALL:
            written.font.size = Pt(SMALL_PT)
