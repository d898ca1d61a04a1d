"""Measure how many words of scanned pages are read right and in order, and in what time; needs the extra `ocr`.

    python -m eval.bench.files.scans [--pages 3] [--show NAME]

The pages are text of the bundled articles, drawn here at 200 dots an inch, then turned, set in columns, blurred or laid on
their side. A word is right where it stands in what was read in its order, those of a table behind the heads of their
columns. `--show` prints what was read of one kind.
"""

import argparse
import io
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from PIL import Image, ImageFilter

from assistant.core.settings import BUNDLED_CORPUS
from ingest.load import load_file
from ingest.loaders.pdf.read import read_pdf
from ingest.loaders.pdf.scans import can_recognise

DOTS = 200  # an inch
WORDS = 420  # of a page
PRICES = [("Service", "Up to 6 m", "Over 6 m", "Due")] + [
    (name, str(at * 40), str(at * 65), f"{at} May")
    for at, name in enumerate(("Hull wash", "Winter storage", "Crane", "Mooring", "Diver", "New ropes"), 1)
]


def made_scans(pages: int) -> Iterator[tuple[str, bytes, list[str]]]:
    """Yield scanned files by what is hard in them, each with the words it shows in their order."""
    texts = list(_texts(pages))
    words = _words(" ".join(texts))
    plain, columns = _typed(texts, 1), _typed(texts, 2)
    yield "clean", _scanned(plain), words
    yield "turned by 1.5 degrees", _scanned(plain, lambda page: _turned(page, 1.5)), words
    yield "two columns", _scanned(columns), words
    yield "table", _scanned(_table()), _words(" ".join(_told()))
    yield "poor copy", _scanned(plain, _worn), words
    yield "upside down", _scanned(plain, lambda page: _turned(page, 180)), words
    yield "on its side", _scanned(plain, lambda page: page.transpose(Image.Transpose.ROTATE_90)), words


def right(words: Sequence[str], read: str) -> int:
    """Count the words that stand in what was read, in their order."""
    matcher = SequenceMatcher(None, words, _words(read), autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _told() -> Iterator[str]:
    """Yield the cells of the table, each behind the head of its column, as tables are read."""
    for row in PRICES[1:]:
        yield from (f"{head} {cell}" for head, cell in zip(PRICES[0], row, strict=True))


def _texts(pages: int) -> Iterator[str]:
    """Yield the first words of so many articles, each a page."""
    left = pages
    for path in sorted(BUNDLED_CORPUS.glob("*.md")):
        document = load_file(path, BUNDLED_CORPUS)
        prose = [document.text[one.start : one.end] for one in document.blocks if one.kind == "paragraph"]
        words = " ".join(prose).encode("latin-1", "ignore").decode("latin-1").split()
        if left and len(words) >= WORDS:
            left -= 1
            yield " ".join(words[:WORDS])


def _typed(texts: Sequence[str], columns: int) -> bytes:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("Times", size=11)
    for text in texts:
        pdf.add_page()
        with pdf.text_columns(ncols=columns, gutter=8, text_align="J") as place:
            place.write(text)
    return bytes(pdf.output())


def _table() -> bytes:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    with pdf.table() as table:
        for cells in PRICES:
            table.row(cells)
    return bytes(pdf.output())


def _scanned(typed: bytes, change: Callable[[Image.Image], Image.Image] | None = None) -> bytes:
    """Return a PDF whose pages are pictures of those of another."""
    import pypdfium2

    pages = []
    with pypdfium2.PdfDocument(typed) as pdf:
        for page in pdf:
            picture: Any = page.render(scale=DOTS / 72).to_pil().convert("L")
            pages.append(change(picture) if change else picture)
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=DOTS, save_all=True, append_images=pages[1:])
    return out.getvalue()


def _turned(page: Image.Image, degrees: float) -> Image.Image:
    return page.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=255)


def _worn(page: Image.Image) -> Image.Image:
    """Return a page as a copy of a copy: turned, coarse, blurred, specked and pale."""
    rng = random.Random(7)
    small = _turned(page, -0.7).resize((page.width * 3 // 5, page.height * 3 // 5))
    small = small.filter(ImageFilter.GaussianBlur(0.7)).point(lambda tone: 70 + tone * 0.65)
    for _ in range(3000):
        small.putpixel((rng.randrange(small.width), rng.randrange(small.height)), rng.randrange(256))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=40)
    return Image.open(out).resize(page.size)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read each file and print a line for it."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.files.scans", description=__doc__)
    parser.add_argument("--pages", type=int, default=3)
    parser.add_argument("--show", metavar="NAME")
    options = parser.parse_args(arguments)
    if not can_recognise():
        print("The extra `ocr` is not installed: python -m pip install -e '.[ocr]'", file=sys.stderr)
        return 1
    for name, data, words in made_scans(options.pages):
        if options.show not in (None, name):
            continue
        pages = 1 if name == "table" else options.pages
        begun, processor = time.monotonic(), time.process_time()
        made = read_pdf(data)
        wall, spent = (time.monotonic() - begun) / pages, (time.process_time() - processor) / pages
        share = right(words, made.text) / len(words)
        print(
            f"{name}: {share:.1%} of {len(words)} words, {spent:.1f} s of the processor and {wall:.1f} s a page",
            flush=True,
        )
        if options.show:
            print(made.text)
    unit = 1 if sys.platform == "darwin" else 1024
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9:.2f} GB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
