"""Write answers as a PDF file: text alone, without links, scripts or forms."""

from collections.abc import Mapping, Sequence
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from ui.export.about import About
from ui.export.history import SavedTurn
from ui.export.office.fonts import BUILT_IN, fonts, is_built_in
from ui.export.office.outline import Grid, Kind, Line, Run, outline

SIZES: dict[Kind, float] = {"title": 18, "question": 14, "head": 11, "note": 9, "source": 9}
SIZE = 10.5  # points of all else
BOLD: frozenset[Kind] = frozenset({"title", "question", "head", "declined"})
INDENT: dict[Kind, float] = {"item": 6, "quote": 6}  # millimetres
LONG_CELL = 1_000  # characters from which a table could outgrow a page
LACKING = (
    "{} characters of other scripts are shown as □: no font of this machine has them. The Word file has them."
)


class _Sheet(FPDF):
    """Pages with their numbers, in the built-in letters or in fonts of this machine."""

    def __init__(self, text: str) -> None:
        super().__init__(format="A4")
        self.alias_nb_pages(None)  # type: ignore[arg-type]  # else "{nb}" in a quotation would be replaced
        self.core_fonts_encoding = BUILT_IN
        self.lacking = 0
        self._known: frozenset[str] | None = None
        self._family = "helvetica" if is_built_in(text) else self._add_fonts(text)
        self.set_lang("en")
        self.set_creator("bpo-kpo")
        self.set_auto_page_break(True, margin=18)
        self.set_margins(20, 18)

    def _add_fonts(self, text: str) -> str:
        """Add the fonts that a text needs; return the name of the first."""
        wanted = {char for char in text if char > " "}
        names: list[str] = []
        known: set[str] = set()
        for path in fonts():
            name = f"font{len(names)}"
            self.add_font(name, fname=path)
            has = {chr(code) for code in self.fonts[name].cmap}  # type: ignore[union-attr]
            if names and not has & wanted:
                del self.fonts[name]
                continue
            names.append(name)
            known |= has
            wanted -= has
            if not wanted:
                break
        if not names:
            return "helvetica"
        self.set_fallback_fonts(names[1:], exact_match=False)
        self._known = frozenset(known)
        return names[0]

    def footer(self) -> None:
        """Write the number of the page."""
        self.set_y(-12)
        self.look(8)
        self.cell(0, 6, str(self.page_no()), align="C")

    def look(self, size: float, style: Any = "") -> None:
        """Write on in a size and a style; fonts of this machine have one style."""
        self.set_font(self._family, "" if self._known else style, size)

    def plain(self, text: str) -> str:
        """Return a text with a box in the place of each character that no font has."""
        if self._known is None:
            shown = "".join(char if is_built_in(char) else "?" for char in text)
        else:
            shown = "".join(char if char in self._known or char <= " " else "□" for char in text)
        self.lacking += sum(one != other for one, other in zip(shown, text, strict=True))
        return shown


def to_pdf(turns: Sequence[SavedTurn], title: str, about: Mapping[str, About]) -> bytes:
    """Return the answers as a PDF file; what no font of this machine has is shown as a box, and counted at the end."""
    lines = list(outline(turns, title, about))
    sheet = _Sheet("".join(map(_words, lines)))
    sheet.set_title(lines[0].text if isinstance(lines[0], Line) else "")
    sheet.add_page()
    for line in lines:
        if isinstance(line, Grid):
            _draw_grid(sheet, line)
        else:
            _draw(sheet, line)
    if sheet.lacking:
        _draw(sheet, Line(kind="note", runs=(Run(text=LACKING.format(sheet.lacking)),)))
    return bytes(sheet.output())


def _words(line: Line | Grid) -> str:
    if isinstance(line, Line):
        return line.text + ("•" if line.kind == "item" else "")
    cells = [one.text for _, row in line.rows for cell in row for one in cell]
    return "".join([*line.sides, *(aspect for aspect, _ in line.rows), *cells])


def _draw(sheet: _Sheet, line: Line) -> None:
    """Draw one paragraph; a heading does not stand alone at the end of a page."""
    size = SIZES.get(line.kind, SIZE)
    if line.kind in ("question", "head"):
        sheet.ln(3)
        if sheet.will_page_break(30):
            sheet.add_page()
    left = sheet.l_margin
    sheet.set_left_margin(left + INDENT.get(line.kind, 0))
    if line.kind == "item":
        sheet.look(size)
        sheet.set_x(left + 1)
        sheet.cell(INDENT["item"] - 1, size * 0.5, "•", new_x=XPos.LEFT, new_y=YPos.TOP)
    sheet.set_x(sheet.l_margin)
    for run in line.runs:
        bold = run.look == "bold" or line.kind in BOLD
        italic = run.look == "italic" or line.kind in ("note", "quote")
        sheet.look(size, ("B" if bold else "") + ("I" if italic else ""))
        sheet.char_vpos = "SUP" if run.look == "raised" else "LINE"
        sheet.write(size * 0.5, sheet.plain(run.text))
    sheet.char_vpos = "LINE"
    sheet.set_left_margin(left)
    sheet.ln(size * 0.5 + 1.5)


def _draw_grid(sheet: _Sheet, grid: Grid) -> None:
    """Draw a comparison as a table, or aspect by aspect where a cell is too long for one."""
    texts = [["\n".join(one.text for one in cell) for cell in row] for _, row in grid.rows]
    if any(len(text) > LONG_CELL for row in texts for text in row):
        for aspect, row in grid.rows:
            _draw(sheet, Line(kind="head", runs=(Run(text=aspect),)))
            for side, cell in zip(grid.sides, row, strict=True):
                name = Run(text=f"{side}: ", look="bold")
                for one in cell:
                    _draw(
                        sheet, Line(kind="text", runs=one.runs if one is not cell[0] else (name, *one.runs))
                    )
        return
    sheet.look(SIZES["source"])
    with sheet.table(
        col_widths=(1, *(2 for _ in grid.sides)), text_align="LEFT", line_height=5, padding=1
    ) as table:
        table.row(["", *map(sheet.plain, grid.sides)])
        for (aspect, _), cells in zip(grid.rows, texts, strict=True):
            table.row([sheet.plain(aspect), *map(sheet.plain, cells)])
    sheet.ln(3)
