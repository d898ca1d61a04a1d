"""Scanned PDFs: said so without text recognition, read where it is installed."""

import io
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from assistant.core.errors import LoadError
from ingest.load import load_file
from ingest.loaders.pdf import scans


def scan(*lines: str, angle: float = 0.0) -> Image.Image:
    """Draw lines as a scanner would see them."""
    page = Image.new("L", (1240, 1754), 250)
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        size = 60 if number == 0 else 40
        draw.text((120, 200 + 110 * number), line, font=ImageFont.load_default(size), fill=20)
    return page.rotate(angle, fillcolor=250)


def pdf(*pages: Image.Image | str) -> bytes:
    made = FPDF(format="A4")
    made.set_font("Helvetica", size=12)
    for page in pages:
        made.add_page()
        if isinstance(page, str):
            made.multi_cell(0, 8, page)
        else:
            picture = io.BytesIO()
            page.save(picture, "PNG")
            made.image(picture, x=0, y=0, w=210, h=297)
    return bytes(made.output())


def put(folder: Path, data: bytes) -> Path:
    path = folder / "scan.pdf"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("pages", "scanned"),
    [
        ((scan("Rules"), scan("Fees")), [1, 2]),
        (("Words of the page.", scan("Fees")), [2]),
        (("Words of the page.", ""), []),
    ],
)
def test_scanned_pages_are_found(pages: tuple[Image.Image | str, ...], scanned: list[int]) -> None:
    assert scans.scanned_pages(pdf(*pages)) == scanned


def test_without_recognition_a_scan_is_named_and_the_rest_of_a_file_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "can_recognise", lambda: False)
    path = put(tmp_path, pdf(scan("Rules"), scan("Fees")))
    with pytest.raises(
        LoadError, match=r"scan\.pdf is a scanned PDF without text \(2 pages\); to read scans: pip "
    ):
        load_file(path, tmp_path)
    data = pdf("Words of the page.", scan("Fees"))
    assert load_file(put(tmp_path, data), tmp_path).text == "Words of the page."
    assert scans.unread_pages(data) == (
        "1 scanned pages were not read (2); to read them: pip install 'bpo-kpo-assistant[ocr]'"
    )


def test_a_scan_is_read_where_recognition_is_installed(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    data = pdf(
        "The harbour office is in the old mill.",
        scan("Rules", "Dogs must be kept on a lead.", "The fee is 355 euros a year.", angle=0.6),
    )
    document = load_file(put(tmp_path, data), tmp_path)
    assert [document.text[block.start : block.end] for block in document.blocks if block.page == 2][
        -1
    ].endswith("The fee is 355 euros a year.")
    assert document.text.startswith("The harbour office is in the old mill.")
    assert "Dogs must be kept on a lead." in document.text
    assert scans.unread_pages(data) is None
