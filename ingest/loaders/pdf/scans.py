"""Find the pages of a PDF that are pictures of text, and read them where the extra `ocr` is installed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from importlib.util import find_spec
from threading import Lock
from typing import Any

from ingest.loaders.pdf.lines import Run

STAMP = 100  # characters of text on a page, below which a picture of half of it counts as a scan
MIN_CHARACTERS = 5  # below which it holds no text
SHARES = {"bare": 0.1, "stamped": 0.5, "beside": 0.3}  # of the page, that pictures cover at least
MAX_PAGES = 300  # recognised of one file
MAX_LINES = 30_000  # of a file, after which no further page is recognised
MAX_PIXELS = 150_000_000  # of a page's pictures as they are stored
MAX_POINTS = 12_000_000  # of a page as it is drawn
SCALE = 200 / 72  # 200 dots an inch
PROSE = 4  # words of a line; what stands beside text is read where most of it is in such lines
NAMED = 10  # pages named in a note
INSTALL = 'pip install "bpo-kpo-assistant[ocr]"'
PDFIUM = Lock()  # which is not made for threads

Lines = list[list[Run]]
Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True, kw_only=True)
class Scans:
    """What was read of the pictures of a file: lines by page, and in words what was not or may be wrong."""

    lines: Mapping[int, Lines] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Pictured:
    """A page with pictures of text: a scan, or pictures beside text."""

    page: int
    whole: bool
    pixels: int  # of its pictures as they are stored
    longest: float  # side, in points


def read_scans(data: bytes) -> Scans:
    """Return the lines on the scanned pages of a PDF, and notes on them for who reads it."""
    found = list(pictured_pages(data))
    scans = [item.page for item in found if item.whole]
    if not can_recognise():
        note = f"{_pages(scans, 'not read')}; to read them: {INSTALL}" if scans else ""
        return Scans(notes=tuple(filter(None, [note])))
    lines: dict[int, Lines] = {}
    unread: dict[str, list[int]] = {}  # by the reason
    for item, read in _recognised(data, found):
        if isinstance(read, str):
            unread.setdefault(read, []).extend([item.page] if item.whole else [])
        elif item.whole or _is_prose(read):
            lines[item.page] = read
    notes = [f"{_pages(lines, 'read')} by text recognition, which errs now and then"] if lines else []
    notes += [f"{_pages(pages, 'not read')}: {why}" for why, pages in unread.items() if pages]
    return Scans(lines=lines, notes=tuple(notes))


def can_recognise() -> bool:
    """Tell whether text recognition is installed."""
    return find_spec("rapidocr") is not None


def pictured_pages(data: bytes) -> Iterator[Pictured]:
    """Yield the pages that show pictures where text may stand; none for a file that cannot be opened."""
    import pypdfium2 as pdfium

    with PDFIUM:
        try:
            with closing(pdfium.PdfDocument(data)) as pdf:
                found = [_pictured(page, number) for number, page in enumerate(pdf, 1)]
        except pdfium.PdfiumError:
            return
    yield from filter(None, found)


def _pictured(page: Any, number: int) -> Pictured | None:
    import pypdfium2.raw as raw

    width, height = page.get_size()
    pictures = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    if not pictures:
        return None
    shares = [_share(_bounds(item), page.get_bbox(), width * height) for item in pictures]
    with closing(page.get_textpage()) as text:
        characters = _letters(text.get_text_range())
        beside = [
            share
            for item, share in zip(pictures, shares, strict=True)
            if share >= SHARES["beside"] and _letters(text.get_text_bounded(*_bounds(item))) < MIN_CHARACTERS
        ]
    bare = characters < MIN_CHARACTERS and sum(shares) >= SHARES["bare"]
    whole = bare or (characters < STAMP and sum(shares) >= SHARES["stamped"])
    if not whole and not beside:
        return None
    sizes = [item.get_px_size() for item in pictures]
    pixels = sum(across * down for across, down in sizes)
    return Pictured(page=number, whole=whole, pixels=pixels, longest=max(width, height))


def _bounds(item: Any) -> Box:
    """Return where an object stands on its page, also one inside others."""
    box, inside = item.get_bounds(), item.container
    while inside is not None:
        box, inside = inside.get_matrix().on_rect(*box), inside.container
    return box  # type: ignore[no-any-return]


def _share(box: Box, page: Box, area: float) -> float:
    across = min(box[2], page[2]) - max(box[0], page[0])
    down = min(box[3], page[3]) - max(box[1], page[1])
    return max(0.0, across) * max(0.0, down) / max(1.0, area)


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _recognised(data: bytes, found: Sequence[Pictured]) -> Iterator[tuple[Pictured, Lines | str]]:
    """Yield the lines of each page, or why there are none."""
    from ingest.loaders.pdf.recognise import Recogniser

    engine: Recogniser | None = None
    count = 0
    for at, item in enumerate(found):
        if at >= MAX_PAGES or count >= MAX_LINES:
            yield item, "too many in one file; split it up"
        elif item.pixels > MAX_PIXELS:
            yield item, "pictures of more than 150 megapixels; scan at 300 dots an inch"
        else:
            try:
                engine = engine or Recogniser(max(page.longest for page in found))
                lines = engine.lines(*_drawn(data, item.page))
            except Exception as error:  # of one page, whose fault may lie anywhere; the others are read
                reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
                yield item, f"text recognition failed ({reason})"
                continue
            count += len(lines)
            yield item, lines or "no words were made out"


def _drawn(data: bytes, number: int) -> tuple[Any, float]:
    """Return a page as a picture on which the text that can be read otherwise is blank, and its scale."""
    import pypdfium2 as pdfium

    with PDFIUM, closing(pdfium.PdfDocument(data)) as pdf:
        page = pdf[number - 1]
        width, height = page.get_size()
        scale = min(SCALE, (MAX_POINTS / max(1.0, width * height)) ** 0.5)
        bitmap = page.render(scale=scale, rev_byteorder=False)
        picture, place = bitmap.to_numpy().copy(), bitmap.get_posconv(page)
        with closing(page.get_textpage()) as text:
            for at in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(at)
                (x0, y0), (x1, y1) = place.to_bitmap(left, top), place.to_bitmap(right, bottom)
                picture[max(0, min(y0, y1)) : max(y0, y1) + 1, max(0, min(x0, x1)) : max(x0, x1) + 1] = 255
    return picture, scale


def _is_prose(lines: Lines) -> bool:
    """Tell whether most of what was recognised is running text, as the labels of a chart are not."""
    runs = [run.text for line in lines for run in line]
    return sum(len(text) for text in runs if len(text.split()) >= PROSE) * 2 > sum(map(len, runs))


def _pages(pages: Sequence[int] | Mapping[int, Lines], done: str) -> str:
    """Say of pages what was done: "2 scanned pages (3, 5) were read"."""
    numbers = ", ".join(map(str, list(pages)[:NAMED])) + (", ..." if len(pages) > NAMED else "")
    return f"{len(pages)} scanned page{'s' * (len(pages) != 1)} ({numbers}) {'was' if len(pages) == 1 else 'were'} {done}"
