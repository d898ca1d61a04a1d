"""Read Word documents."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assistant.errors import LoadError
from ingest.blocks import Draft, Piece, clean_line, draft, table_pieces

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

MAX_UNPACKED = 400 * 1024 * 1024  # bytes
_OLE = b"\xd0\xcf\x11\xe0"  # what an encrypted .docx and the old .doc start with
_RUNS = ".//w:r[not(ancestor::w:del)][not(ancestor::w:txbxContent)]"
_HOLDERS = ("sdt", "sdtContent", "ins", "customXml", "smartTag")


def read_docx(data: bytes) -> Draft:
    """Read a DOCX file in document order: headings by style, lists, tables.

    Raises LoadError for a file that is broken, protected by a password or too large when unpacked.
    """
    if data.startswith(_OLE):
        raise LoadError("is protected by a password or an old .doc file; save it as plain .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile:
        raise LoadError("is not a Word document or is broken; save it again as .docx") from None
    if size > MAX_UNPACKED:
        raise LoadError(f"unpacks to {size} bytes, more than {MAX_UNPACKED}; split it up")
    from docx import Document

    document = Document(io.BytesIO(data))
    pieces = list(_pieces(document.element.body, document))
    titled = any(piece.kind == "heading" and piece.level == 1 for piece in pieces)
    title = None if titled else clean_line(document.core_properties.title or "")
    return draft(pieces, title=title or None)


def _pieces(parent: Any, document: Any) -> Iterator[Piece]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for child in parent:
        name = str(child.tag).rpartition("}")[2]
        if name == "p":
            yield _paragraph(Paragraph(child, document))
        elif name == "tbl":
            yield from table_pieces(_rows(Table(child, document)))
        elif name in _HOLDERS:
            yield from _pieces(child, document)


def _paragraph(paragraph: "Paragraph") -> Piece:
    style = (paragraph.style.name if paragraph.style is not None else "") or ""
    text = _words(paragraph)
    if style == "Title":
        return Piece(kind="heading", text=text, level=1)
    if match := re.fullmatch(r"[Hh]eading ([1-9])", style):
        return Piece(kind="heading", text=text, level=int(match[1]))
    numbered = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    return Piece(kind="item" if numbered or style.startswith("List") else "paragraph", text=text)


def _words(paragraph: "Paragraph") -> str:
    """Return the words of a paragraph: with links and insertions, without deletions and text boxes."""
    from docx.text.run import Run

    return "".join(Run(run, paragraph).text for run in paragraph._p.xpath(_RUNS))


def _rows(table: "Table") -> list[list[str]]:
    rows = []
    for row in table.rows:
        cells, seen = [], None
        for cell in row.cells:
            # A merged cell is given once for each column it spans.
            cells.append("" if cell._tc is seen else " ".join(_cell_lines(cell)))
            seen = cell._tc
        if any(cells):
            rows.append(cells)
    return rows


def _cell_lines(cell: Any) -> Iterator[str]:
    from docx.table import Table

    for item in cell.iter_inner_content():
        if isinstance(item, Table):
            yield from (" ".join(filter(None, row)) for row in _rows(item))
        else:
            yield _words(item)
