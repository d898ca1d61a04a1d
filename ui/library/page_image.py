"""Show a page of a PDF as it is printed, with quoted words marked in their place."""

import io
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.core.settings import Settings
from ingest.loaders.pdf.scans import PDFIUM
from ui.library.library import read_manifest

SCALE = 120 / 72  # 120 dots an inch
MAX_POINTS = 4_000_000  # of a picture
MAX_BYTES = 200_000_000  # of a file
MIN_PART = 3  # letters of a table cell that is marked by itself
MARK = (255, 214, 0, 90)  # as on the page of the passage

Box = tuple[float, float, float, float]  # left, bottom, right, top


def page_image(settings: Settings, doc_id: str, page: int | None, quote: str) -> bytes | None:
    """Return a page of an article's PDF as PNG; None where there is no PDF, or the words are not found on its page.

    A scanned page holds no words to find and comes without marks.
    """
    manifest = read_manifest(settings)
    entry = manifest.documents.get(doc_id) if manifest and page else None
    if entry is None or page is None or not entry.read_from.lower().endswith(".pdf"):
        return None
    path = Path(entry.read_from)
    try:
        found = path.stat()
        if found.st_size > MAX_BYTES:
            return None
        return _drawn(path, found.st_mtime_ns, page, quote, page in entry.scanned)
    except OSError:  # an address, or a file that has gone
        return None


def boxes_of(letters: Sequence[tuple[str, Box]], quote: str) -> list[Box]:
    """Return where a quote stands among the letters of a page, line by line; [] where it is not found whole.

    Of a table row, which repeats the heads of its columns, the cells are found.
    """
    text = "".join(letter for letter, _ in letters)
    cells = [_letters(cell.partition(": ")[2] or cell) for cell in quote.split(" | ")]
    for words in (_letters(quote), "".join(cells)):
        if words and (at := text.find(words)) >= 0:
            return _lines([box for _, box in letters[at : at + len(words)]])
    places = [(text.find(cell), len(cell)) for cell in cells if len(cell) >= MIN_PART and " | " in quote]
    return [
        box for at, size in places if at >= 0 for box in _lines([box for _, box in letters[at : at + size]])
    ]


@lru_cache(maxsize=8)
def _drawn(path: Path, changed: int, page: int, quote: str, scanned: bool) -> bytes | None:
    """Draw a page; `changed` only tells one state of the file from another."""
    import pypdfium2 as pdfium

    data = path.read_bytes()
    with PDFIUM:
        try:
            with closing(pdfium.PdfDocument(data)) as pdf:
                return _png(pdf[page - 1], quote, scanned) if page <= len(pdf) else None
        except pdfium.PdfiumError:
            return None


def _png(page: Any, quote: str, scanned: bool) -> bytes | None:
    from PIL import Image, ImageDraw

    boxes = boxes_of(list(_page_letters(page)), quote)
    if not boxes and not scanned:
        return None
    width, height = page.get_size()
    scale = min(SCALE, (MAX_POINTS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale)
    picture = bitmap.to_pil().convert("RGBA")
    marks = Image.new("RGBA", picture.size)
    draw, place = ImageDraw.Draw(marks), bitmap.get_posconv(page)
    for left, bottom, right, top in boxes:
        (x0, y0), (x1, y1) = place.to_bitmap(left, top), place.to_bitmap(right, bottom)
        draw.rectangle((min(x0, x1) - 1, min(y0, y1) - 1, max(x0, x1) + 1, max(y0, y1) + 1), fill=MARK)
    out = io.BytesIO()
    Image.alpha_composite(picture, marks).convert("RGB").save(out, "PNG")
    return out.getvalue()


def _page_letters(page: Any) -> Iterator[tuple[str, Box]]:
    """Yield the letters and digits of a page in the order of the file, each with its box."""
    from pypdfium2.raw import FPDFText_GetUnicode

    text = page.get_textpage()
    for n in range(text.count_chars()):
        code = FPDFText_GetUnicode(text, n)
        for letter in _letters(chr(code)) if code < 0x110000 else "":
            yield letter, text.get_charbox(n)


def _letters(words: str) -> str:
    """Return the letters and digits of words alone, as spaces, hyphens and ligatures differ between readers."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", words).casefold()))


def _lines(boxes: Sequence[Box]) -> list[Box]:
    """Join boxes that stand side by side on one line."""
    joined: list[Box] = []
    for left, bottom, right, top in boxes:
        if joined:
            a, b, c, d = joined[-1]
            height = d - b
            if bottom < d and top > b and a <= left < c + 2 * height:
                joined[-1] = (a, min(b, bottom), max(c, right), max(d, top))
                continue
        joined.append((left, bottom, right, top))
    return joined
