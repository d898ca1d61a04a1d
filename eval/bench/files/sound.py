"""Make one sound file of each kind that is read, for benchmarks of the loaders."""

import io
import json
import zipfile

TEXT = "The ferry of Lund leaves at 8:20. It carries 40 people, and two carts. Tickets cost 3 euros.\n\n"
TABLE = "| Pier | Leaves | Price |\n|---|---|---|\n| North | 8:20 | 3 euros |\n| South | 9:40 | 4 euros |\n"
ROWS = (("Pier", "Leaves"), ("North", "8:20"), ("South", "9:40"))


def sound_files() -> dict[str, bytes]:
    """Return one sound file of each kind by its suffix."""
    page = TEXT.replace("\n\n", "</p><p>")
    rows = "".join(f"<tr><td>{n}</td><td rowspan=2>x</td><td colspan=2>y</td></tr>" for n in range(9))
    html = f"<html><head><title>F</title></head><body><h1>F</h1><p>{page}</p><table>{rows}</table></body>"
    cells = [{"cell_type": "markdown", "source": [TEXT]}, {"cell_type": "code", "source": ["x = 1\n"]}]
    return {
        ".md": f"---\ntitle: Ferry\n---\n# Ferry\n\n{TEXT}{TABLE}\n- [ ] a\n- b `c` **d** [e](f)\n".encode(),
        ".txt": (
            f"Ferry\n\n{TEXT}{TABLE}" + "wrapped words that go on and on\nin the next line here\n" * 9
        ).encode(),
        ".html": html.encode(),
        ".pdf": _pdf(),
        ".docx": _docx(),
        ".pptx": _pptx(),
        ".xlsx": _xlsx(),
        ".odt": _odt(),
        ".epub": _epub(html),
        ".rtf": rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0\b Ferry\b0\par " + TEXT.encode() + rb"\par\trowd\cell x\row}",
        ".eml": b"From: a@x.y\nSubject: Ferry\nDate: Mon, 4 Mar 2024 08:00:00 +0000\n"
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n' + TEXT.encode() + b"--b--\n",
        ".rst": f"Ferry\n=====\n\n{TEXT}* a\n* b\n\n.. note:: c\n\n== ==\na  b\n== ==\nc  d\n== ==\n".encode(),
        ".csv": "".join(";".join(row) + "\r\n" for row in ROWS).encode() * 20,
        ".json": json.dumps([{"pier": a, "leaves": {"at": b, "on": [1, 2]}} for a, b in ROWS] * 9).encode(),
        ".ipynb": json.dumps({"cells": cells * 5, "nbformat": 4}).encode(),
    }  # fmt: skip


def _pdf() -> bytes:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_compression(False)
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    pdf.multi_cell(150, 6, TEXT * 4)
    with pdf.table() as table:
        for cells in ROWS:
            table.row(cells)
    return bytes(pdf.output())


def _docx() -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("Ferry", 1)
    document.add_paragraph(TEXT)
    document.add_paragraph("first", style="List Number")
    table = document.add_table(rows=3, cols=3)
    for n, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell {n}"
    table.cell(0, 0).merge(table.cell(1, 1))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _pptx() -> bytes:
    from pptx import Presentation
    from pptx.util import Inches

    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text = "Ferry"
    slide.placeholders[1].text = TEXT
    size = [Inches(n) for n in (1, 3, 4, 2)]
    table = slide.shapes.add_table(len(ROWS), 2, *size).table
    for y, row in enumerate(ROWS):
        for x, words in enumerate(row):
            table.cell(y, x).text = words
    out = io.BytesIO()
    slides.save(out)
    return out.getvalue()


def _xlsx() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in ROWS * 9:
        book.active.append(row)
    book.active.merge_cells("A4:B5")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _odt() -> bytes:
    from odf.opendocument import OpenDocumentText
    from odf.text import H, P

    document = OpenDocumentText()
    document.text.addElement(H(outlinelevel=1, text="Ferry"))
    document.text.addElement(P(text=TEXT))
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


def _epub(page: str) -> bytes:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<dc:title>Ferry</dc:title></metadata><manifest><item id="a" href="a.xhtml" '
        'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="a.opf"/></rootfiles></container>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("a.opf", package)
        archive.writestr("a.xhtml", page)
    return out.getvalue()
