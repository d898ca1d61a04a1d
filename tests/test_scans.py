"""Scanned PDFs: said so without text recognition, read where it is installed."""

import io
import math
import socket
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from helpers import settings_in
from PIL import Image, ImageDraw, ImageFont

from assistant import Assistant
from assistant.core.errors import LoadError
from assistant.models.embedder.load import load_embedder
from assistant.show.phrases import place
from ingest.index import build_index
from ingest.load import load_file
from ingest.loaders.pdf import recognise, scans
from ingest.loaders.pdf.lines import Run
from ingest.loaders.pdf.read import read_pdf
from ui.library.page_image import page_image
from ui.page.ask.source import where_html

A6 = (826, 1165)  # dots at 200 an inch
TYPED = "The harbour office is in the old mill."
LONG = " ".join([TYPED] * 4)  # more than a stamp


def scan(*lines: str, angle: float = 0.0, columns: int = 1) -> Image.Image:
    """Draw lines, the first as a heading, as a scanner would see them; the rest in columns, one after the other."""
    page = Image.new("L", A6, 250)
    draw = ImageDraw.Draw(page)
    draw.text((60, 80), lines[0], font=ImageFont.load_default(48), fill=20)
    size, per = 28 if columns == 1 else 18, math.ceil(len(lines[1:]) / columns)
    for at, line in enumerate(lines[1:]):
        left, top = 40 + at // per * 390, 190 + at % per * size * 1.5
        draw.text((left, top), line, font=ImageFont.load_default(size), fill=20)
    return page.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=250)


def pdf(*pages: tuple[str, Image.Image | None]) -> bytes:
    """Return a PDF of typed words and pictures: a picture alone fills its page, beside words the lower half."""
    made = FPDF(format=(105, 148))
    made.set_auto_page_break(False)
    made.set_font("Helvetica", size=11)
    for words, picture in pages:
        made.add_page()
        if words:
            made.multi_cell(0, 5, words)
        if picture is not None:
            out = io.BytesIO()
            picture.save(out, "PNG")
            if words:
                made.image(out, x=0, y=74, w=105, h=74, keep_aspect_ratio=False)
            else:
                made.image(out, x=0, y=0, w=105, h=148)
    return bytes(made.output())


def put(folder: Path, data: bytes) -> Path:
    path = folder / "scan.pdf"
    path.write_bytes(data)
    return path


def half(*lines: str) -> Image.Image:
    """Return the upper half of a scan."""
    return scan(*lines).crop((0, 0, A6[0], A6[1] // 2))


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        ([("", scan("Rules")), ("", scan("Fees"))], [(1, True), (2, True)]),
        ([(TYPED, None), ("", scan("Fees"))], [(2, True)]),
        ([(TYPED, None), ("", None)], []),
        ([(LONG, half("Fees"))], [(1, False)]),
    ],
)
def test_pages_with_pictures_where_text_may_stand_are_found(
    pages: list[tuple[str, Image.Image | None]], found: list[tuple[int, bool]]
) -> None:
    assert [(item.page, item.whole) for item in scans.pictured_pages(pdf(*pages))] == found


def test_a_picture_behind_text_is_no_scan() -> None:
    made = FPDF(format=(105, 148))
    made.add_page()
    made.set_font("Helvetica", size=11)
    made.image(scan("Behind"), x=0, y=0, w=105, h=148)
    made.multi_cell(0, 5, LONG)
    assert list(scans.pictured_pages(bytes(made.output()))) == []


def test_without_recognition_a_scan_is_named_and_the_rest_of_a_file_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "can_recognise", lambda: False)
    path = put(tmp_path, pdf(("", scan("Rules")), ("", scan("Fees"))))
    with pytest.raises(LoadError) as caught:
        load_file(path, tmp_path)
    assert str(caught.value) == (
        f"{path} holds no text: 2 scanned pages (1, 2) were not read; "
        'to read them: pip install "bpo-kpo-assistant[ocr]"'
    )
    document = load_file(
        put(tmp_path, pdf((TYPED, None), ("", scan("Fees")), (LONG, half("Fees")))), tmp_path
    )
    assert document.text == f"{TYPED}\n\n{LONG}"
    assert (document.scanned, document.notes) == (
        (),
        ('1 scanned page (2) was not read; to read them: pip install "bpo-kpo-assistant[ocr]"',),
    )


class Stub:
    """Recognises the same words on every picture, but fails on those that are wide."""

    def __init__(self, longest: float) -> None: ...

    def lines(self, picture: Any, scale: float) -> list[list[Run]]:
        if picture.shape[1] > picture.shape[0]:
            raise RuntimeError("no memory")
        run = Run(text="Dogs pay.", x0=20, x1=90, top=60, bottom=70, base=65, size=10, bold=False)
        return [[run]]


def test_a_page_that_cannot_be_read_is_named_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "can_recognise", lambda: True)
    monkeypatch.setattr(recognise, "Recogniser", Stub)
    made = FPDF(unit="pt")
    for size, dots in (((300, 400), 60), ((400, 300), 60), ((300, 400), 400), ((300, 400), 60)):
        made.add_page(format=size)
        made.image(Image.new("L", (dots, dots), 250), x=0, y=0, w=size[0], h=size[1])
    data = bytes(made.output())
    monkeypatch.setattr(scans, "MAX_PIXELS", 400 * 400 - 1)
    read = read_pdf(data)
    assert (read.text, read.scanned) == ("Dogs pay.\n\nDogs pay.", (1, 4))
    assert read.notes == (
        "2 scanned pages (1, 4) were read by text recognition, which errs now and then",
        "1 scanned page (2) was not read: text recognition failed (RuntimeError: no memory)",
        "1 scanned page (3) was not read: pictures of more than 150 megapixels; scan at 300 dots an inch",
    )
    monkeypatch.setattr(scans, "MAX_PAGES", 1)
    assert read_pdf(data).notes[1] == (
        "3 scanned pages (2, 3, 4) were not read: too many in one file; split it up"
    )


def box(x0: float, x1: float, middle: float, high: float, angle: float) -> list[tuple[float, float]]:
    """Return a box on a page that lies turned."""
    corners = (
        (x0, middle - high / 2),
        (x1, middle - high / 2),
        (x1, middle + high / 2),
        (x0, middle + high / 2),
    )
    return [
        (x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle))
        for x, y in corners
    ]


def test_boxes_on_a_turned_page_become_level_lines_of_one_size() -> None:
    angle = math.radians(3)
    placed = [
        ("Left one", box(50, 250, 100, 13.4, angle)),
        ("Right one", box(300, 500, 101, 12.8, angle)),
        ("Left", box(50, 120, 120, 13, angle)),
        ("two", box(124, 150, 119, 12, angle)),
        ("Right two", box(300, 480, 120, 13, angle)),
    ]
    lines = recognise.lines_of([corners for _, corners in placed], [text for text, _ in placed])
    assert [[(run.text, round(run.x0), run.size) for run in line] for line in lines] == [
        [("Left one", 50, 10.0), ("Right one", 300, 10.0)],
        [("Left two", 50, 10.0), ("Right two", 300, 10.0)],
    ]


def test_signs_of_chinese_print_are_those_of_latin_print_among_latin_words() -> None:
    (line,) = recognise.lines_of([box(0, 200, 50, 13, 0.0)], ["Fee （2024）：３ euros"])
    assert line[0].text == "Fee (2024):3 euros"
    (line,) = recognise.lines_of([box(0, 200, 50, 13, 0.0)], ["费用：３"])
    assert line[0].text == "费用：３"


RULES = (
    "Rules",
    "Dogs must be kept on a lead.",
    "The fee for a berth is 355 euros a year.",
    "It is due in March.",
)
NEWS = (
    "News",
    "In winter the ferry of Lund rests in the", "shed behind the mill, where its keeper", "paints the hull every second year.",
    "From April to October it carries forty", "people across the river, and the bell", "is rung at nine by the harbour master.",
)  # fmt: skip


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError("nothing is fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.usefixtures("offline")
def test_scans_are_read_cited_and_shown(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    folder = tmp_path / "papers"
    folder.mkdir()
    put(folder, pdf((TYPED, None), ("", scan(*RULES, angle=1.5)), ("", scan(*NEWS, columns=2))))
    settings = settings_in(tmp_path)
    report = build_index(settings, load_embedder(settings), [str(folder)])
    assert report.problems() == [
        f"note: {folder / 'scan.pdf'}: 2 scanned pages (2, 3) were read by text recognition, which errs now and then"
    ]
    assistant = Assistant.open(settings)
    document = assistant.document("scan.pdf")
    text = document.text
    assert text.startswith(TYPED)
    assert (
        "Dogs must be kept on a lead.\n\nThe fee for a berth is 355 euros a year. It is due in March." in text
    )
    assert text.endswith(
        "In winter the ferry of Lund rests in the shed behind the mill, where its keeper paints the hull every second "
        "year.\n\nFrom April to October it carries forty people across the river, and the bell is rung at nine by the "
        "harbour master."
    )
    assert [text[one.start : one.end] for one in document.blocks if one.kind == "heading"] == [
        "Rules",
        "News",
    ]
    answer = assistant.ask("What is the fee for a berth?")
    (cited,) = [item for item in answer.citations if "355" in item.quote]
    assert (cited.quote, cited.page, cited.scanned) == ("The fee for a berth is 355 euros a year.", 2, True)
    assert place(cited) == "Rules (p. 2, scanned)"
    assert "page 2, scanned: its words were read by text recognition" in where_html(cited, document)
    shown = page_image(settings, "scan.pdf", 2, cited.quote)
    assert shown is not None and Image.open(io.BytesIO(shown)).size == (497, 700)
    assert page_image(settings, "scan.pdf", 1, "words that are not there") is None
    again = build_index(settings, load_embedder(settings), [str(folder)])
    assert (again.unchanged, again.notes) == (["scan.pdf"], [])


def test_a_picture_of_running_text_is_read_beside_typed_text(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    chart = half("2024", "10", "20", "Boats", "30")
    data = pdf((LONG, half(*RULES)), (LONG, chart))
    document = load_file(put(tmp_path, data), tmp_path)
    first, second = (
        " ".join(document.text[one.start : one.end] for one in document.blocks if one.page == page)
        for page in (1, 2)
    )
    assert first.startswith(LONG)
    assert "The fee for a berth is 355 euros a year." in first
    assert second == LONG
    assert (document.scanned, document.notes) == (
        (1,),
        ("1 scanned page (1) was read by text recognition, which errs now and then",),
    )


def test_installing_recognition_reads_files_with_scans_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    put(folder, pdf((TYPED, None), ("", scan("Fees"))))
    (folder / "note.md").write_text("The bell is rung at nine.", encoding="utf-8")
    settings = settings_in(tmp_path)
    embedder = load_embedder(settings)
    monkeypatch.setattr(scans, "can_recognise", lambda: False)
    monkeypatch.setattr("ingest.index.can_recognise", lambda: False)
    first = build_index(settings, embedder, [str(folder)])
    assert [note for _, note in first.notes] == [
        '1 scanned page (2) was not read; to read them: pip install "bpo-kpo-assistant[ocr]"'
    ]
    monkeypatch.setattr(scans, "can_recognise", lambda: True)
    monkeypatch.setattr("ingest.index.can_recognise", lambda: True)
    monkeypatch.setattr(recognise, "Recogniser", Stub)
    second = build_index(settings, embedder, [str(folder)])
    assert (second.updated, second.unchanged) == (["scan.pdf"], ["note"])
    assert Assistant.open(settings).document("scan.pdf").text == f"{TYPED}\n\nDogs pay."
