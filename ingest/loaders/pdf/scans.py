"""Scanned PDF pages: find them, and read them where the text recognition of the extra `ocr` is installed."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from assistant.core.errors import LoadError
from ingest.loaders.blocks import Draft, draft, pieces_of
from ingest.loaders.pdf.layout import Line, page_pieces

MIN_CHARACTERS = 5  # of text on a page, below which a picture on it counts as a scan
MAX_PAGES = 300  # recognised of one file
MAX_POINTS = 12_000_000  # of a page's picture
SCALE = 200 / 72  # 200 dots an inch
MIN_SCORE = 0.5  # of a line, below which it is left out
INSTALL = "pip install 'bpo-kpo-assistant[ocr]'"


def scanned_pages(data: bytes) -> list[int]:
    """Return the numbers of the pages that show a picture and hold no text; none for a file that cannot be opened."""
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        return []
    with closing(pdf):
        return [number for number, page in enumerate(pdf, 1) if _is_scan(page)]


def with_scans(data: bytes, made: Draft) -> Draft:
    """Return what was made of a PDF with its scanned pages read too, in the order of the pages.

    Raises LoadError where nothing but scanned pages is there and no text recognition is installed.
    """
    pages = scanned_pages(data)
    if not pages:
        return made
    if not can_recognise():
        if made.blocks:
            return made
        raise LoadError(
            f"is a scanned PDF without text ({len(pages)} pages); to read scans: {INSTALL}, or run text recognition over it"
        )
    read = list(page_pieces(list(_lines(data, pages[:MAX_PAGES]))))
    pieces = sorted([*pieces_of(made), *read], key=lambda piece: piece.page or 0)
    return draft(pieces, title=made.title, date=made.date, doc_id=made.doc_id)


def unread_pages(data: bytes) -> str | None:
    """Say which pages of a PDF are scanned and were not read; None where all were."""
    pages = scanned_pages(data)
    left = pages[MAX_PAGES:] if can_recognise() else pages
    if not left:
        return None
    named = ", ".join(map(str, left[:10])) + (", ..." if len(left) > 10 else "")
    advice = "split it up" if can_recognise() else f"to read them: {INSTALL}"
    return f"{len(left)} scanned pages were not read ({named}); {advice}"


def can_recognise() -> bool:
    """Tell whether text recognition is installed."""
    return find_spec("rapidocr") is not None


def _is_scan(page: Any) -> bool:
    import pypdfium2.raw as raw

    with closing(page.get_textpage()) as text:
        if len("".join(text.get_text_range().split())) >= MIN_CHARACTERS:
            return False
    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def _lines(data: bytes, pages: Sequence[int]) -> Iterator[Line]:
    import pypdfium2 as pdfium

    with closing(pdfium.PdfDocument(data)) as pdf:
        for number in pages:
            page = pdf[number - 1]
            width, height = page.get_size()
            scale = min(SCALE, (MAX_POINTS / max(1.0, width * height)) ** 0.5)
            picture = page.render(scale=scale).to_numpy()
            found = _engine()(picture)
            words = zip(found.boxes, found.txts, found.scores, strict=True) if found.boxes is not None else ()
            for box, text, score in words:
                if score >= MIN_SCORE and text.strip():
                    yield _line([(x / scale, y / scale) for x, y in box], text, number, width, height)


def _line(box: Sequence[tuple[float, float]], text: str, page: int, width: float, height: float) -> Line:
    across, down = [float(x) for x, _ in box], [float(y) for _, y in box]
    return Line(
        text=" ".join(text.split()),
        page=page,
        top=min(down),
        bottom=max(down),
        x0=min(across),
        x1=max(across),
        right=width,
        size=round(max(down) - min(down)),
        bold=False,
        height=height,
    )


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error"})
