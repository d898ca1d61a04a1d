"""A page of a PDF as printed, the quoted words marked: found in columns, in rows of tables, on turned pages."""

import io
from collections.abc import Iterator

import pypdfium2
import pytest
from fpdf import FPDF
from helpers import settings_in
from PIL import Image
from serving import client_of

from assistant import Assistant
from assistant.core.settings import Settings
from assistant.models.embedder.load import load_embedder
from ingest.index import build_index
from ui.library.library import read_article
from ui.library.page_image import page_image


def columns() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    with pdf.text_columns(ncols=2, gutter=10) as text:
        text.write("The ferry runs from April to October. " * 120)
        text.write("Dogs travel free on the upper deck.")
    return bytes(pdf.output())


def table() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    with pdf.table() as rows:
        for cells in (
            ("Service", "Up to 6 m", "Over 6 m"),
            ("Hull wash", "80", "120"),
            ("Winter storage", "450", "640"),
        ):
            row = rows.row()
            for cell in cells:
                row.cell(cell)
    return bytes(pdf.output())


def turned() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    pdf.multi_cell(0, 6, "The pier is shut in storms. Boats are lent from nine to five.")
    with pypdfium2.PdfDocument(bytes(pdf.output())) as document:
        document[0].set_rotation(90)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    place = tmp_path_factory.mktemp("pages")
    for name, data in (("columns", columns()), ("table", table()), ("turned", turned())):
        (place / f"{name}.pdf").write_bytes(data)
    (place / "plain.md").write_text("# Plain\n\nNo page stands behind this.\n")
    settings = settings_in(tmp_path_factory.mktemp("data"))
    assert not build_index(settings, load_embedder(settings), [str(place)]).failed
    return settings


def marked(picture: bytes) -> Iterator[tuple[float, float]]:
    """Yield where the marks are, as shares of width and height."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for n, (red, green, blue) in enumerate(image.getdata()):
        if red > 200 and green > 180 and blue < 200:
            yield n % image.width / image.width, n // image.width / image.height


@pytest.mark.parametrize(
    ("doc_id", "quote", "least", "most"),
    [
        ("columns.pdf", "Dogs travel free on the upper deck.", 0.4, 1.0),  # at the end of the right column
        ("table.pdf", "Service: Winter storage | Up to 6 m: 450 | Over 6 m: 640", 0.0, 1.0),
        (
            "turned.pdf",
            "Boats are lent from nine to five.",
            0.8,
            1.0,
        ),  # the first line stands at the right edge
    ],
)
def test_the_words_are_marked_where_they_are_printed(
    settings: Settings, doc_id: str, quote: str, least: float, most: float
) -> None:
    document = read_article(settings, doc_id)
    assert document is not None
    assert quote in document.text.replace("\n", " ")
    picture = page_image(settings, doc_id, 1, quote)
    assert picture is not None
    across = [x for x, _ in marked(picture)]
    assert across
    assert least <= min(across) <= max(across) <= most


@pytest.mark.parametrize(
    ("doc_id", "page", "quote"),
    [
        ("columns.pdf", 1, "Cats travel free on the upper deck."),
        ("columns.pdf", 9, "Dogs travel free"),
        ("plain", 1, "No page"),
        ("gone", 1, "No page"),
        ("table.pdf", None, "Hull wash"),
    ],
)
def test_a_page_without_the_words_is_not_shown(
    settings: Settings, doc_id: str, page: int | None, quote: str
) -> None:
    assert page_image(settings, doc_id, page, quote) is None


def test_the_page_of_a_quotation_comes_over_http(settings: Settings) -> None:
    with client_of(Assistant.open(settings), rate=0) as client:
        ask: dict[str, str | int] = {"doc_id": "table.pdf", "page": 1, "quote": "Hull wash"}
        found = client.get("/v1/page-image", params=ask)
        assert found.headers["content-type"] == "image/png"
        assert list(marked(found.content))
        assert client.get("/v1/page-image", params={**ask, "quote": "Sail repair"}).status_code == 404
