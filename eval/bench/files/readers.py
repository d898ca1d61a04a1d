"""Compare readers of PDF files: what stays whole and in order, and in what time.

    python -m eval.bench.files.readers [--pages 50] [--show NAME]

Read are twelve small files made here, each with phrases that a person reads in it, in this order. The product's own reader,
pdfplumber and pypdfium2 are installed with the product; `pip install pymupdf` (AGPL or bought) adds its own where it is
to be compared.
"""

import argparse
import re
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

from eval.bench.files.ingest import long_pdf, pdfplumber_text

Reader = Callable[[bytes], str]
FERRY = "The ferry of Lund was built in 1903 by a family of carpenters. It carries forty people across the river. "
WINTER = "In winter it rests in the shed of the mill. Its keeper paints the hull every second year. "
PRICES = (("Ticket", "Summer", "Winter"), ("Adult", "4.00", "3.00"), ("Child", "2.00", "1.50"))
FOUND = (
    "Adult\\W.{0,40}4\\.00\\W.{0,40}3\\.00",
    "Child\\W.{0,40}2\\.00\\W.{0,40}1\\.50",
)  # rows, heads between cells allowed


def made_files() -> dict[str, tuple[bytes, tuple[str, ...]]]:
    """Return files by what is hard in them, each with patterns of the phrases it shows in their order."""
    return {
        "two columns": (_drawn(_columns, 2), ("family of carpenters", "across the river", "In winter", "shed of the mill")),
        "three columns": (_drawn(_columns, 3), ("family of carpenters", "In winter it rests", "hull every second year")),
        "ruled table": (_drawn(_ruled), FOUND),
        "table without rules": (_drawn(_unruled), FOUND),
        "labels and values": (_drawn(_labels), ("Tenant:? Mira Holt", "Deposit:? 1,920 euros", "Keys:? three")),
        "broken word": (_drawn(_broken), ("a paper of the harbour master", "The number is 2031-0457")),
        "watermark": (_drawn(_watermark), ("shaft is 212 metres deep and full of water", "four degrees at the bottom")),
        "printed twice": (_drawn(_twice), ("The toll for lorries is 34 crowns",)),
        "powers": (_drawn(_powers), ("holds 10(?:⁶|\\^6|<sup>6</sup>| 6|\\[6\\]) litres",)),
        "box in the margin": (_drawn(_box), ("only matter\\. It costs 31,000 euros to mend it", "mended in 1988")),
        "turned page": (_drawn(_turned), ("The dairy makes nine kinds of cheese", "twelve degrees all year")),
        "wrapped item": (_drawn(_items), ("stay dry over night", "Lock the door")),
    }  # fmt: skip


def readers() -> dict[str, Reader]:
    """Return the readers that are installed."""
    found: dict[str, Reader] = {"the product's": _own, "pdfplumber": pdfplumber_text, "pypdfium2": _pdfium}
    if find_spec("pymupdf"):
        found["pymupdf"] = _pymupdf
    return found


def in_order(text: str, patterns: Sequence[str]) -> bool:
    """Tell whether all phrases stand whole in a text, one behind the other."""
    text, at = " ".join(re.sub(r"\*\*|__|<br>|[|]", " ", text).split()), 0
    for pattern in patterns:
        match = re.compile(pattern.replace(" ", r"\s+")).search(text, at)
        if match is None:
            return False
        at = match.end()
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each file and reader, then the time of each for a long file."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.files.readers", description=__doc__)
    parser.add_argument("--pages", type=int, default=50, help="of the file that is timed (default: 50)")
    parser.add_argument("--show", help="print what each reader makes of this file")
    options = parser.parse_args(arguments)
    files, long = made_files(), long_pdf(options.pages)
    for name, reader in readers().items():
        texts = {kind: reader(data) for kind, (data, _) in files.items()}
        failed = [kind for kind, text in texts.items() if not in_order(text, files[kind][1])]
        begun = time.process_time()
        reader(long)
        spent = (time.process_time() - begun) / options.pages * 1000
        told = f"not: {', '.join(failed)}" if failed else ""
        print(f"{name}: {len(files) - len(failed)} of {len(files)} in order, {spent:.1f} ms a page {told}")
        if options.show:
            print(texts[options.show])
        sys.stdout.flush()
    return 0


def _own(data: bytes) -> str:
    from ingest.loaders.pdf.read import read_pdf

    return read_pdf(data).text


def _pdfium(data: bytes) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(data) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def _pymupdf(data: bytes) -> str:
    import pymupdf  # type: ignore[import-not-found]

    with pymupdf.open(stream=data, filetype="pdf") as pdf:
        return str(pymupdf.pymupdf4llm.to_markdown(pdf))


def _drawn(draw: Callable[..., None], *more: Any) -> bytes:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    draw(pdf, *more)
    return bytes(pdf.output())


def _columns(pdf: Any, count: int) -> None:
    width = 180 / count
    pdf.set_font("Helvetica", size=9)
    for n, words in enumerate((FERRY * 3, WINTER * 3, (FERRY + WINTER) * 2)[:count]):
        pdf.set_xy(10 + n * (width + 5), 20)
        pdf.multi_cell(width - 3, 4.5, words)


def _ruled(pdf: Any) -> None:
    with pdf.table() as table:
        for cells in PRICES:
            table.row(cells)


def _unruled(pdf: Any) -> None:
    for cells in PRICES:
        for cell in cells:
            pdf.cell(40, 7, cell)
        pdf.ln()


def _labels(pdf: Any) -> None:
    for label, value in (("Tenant:", "Mira Holt"), ("Deposit:", "1,920 euros"), ("Keys:", "three")):
        pdf.cell(50, 8, label)
        pdf.cell(0, 8, value, new_x="LMARGIN", new_y="NEXT")


def _broken(pdf: Any) -> None:
    lines = "Boats must show a paper of the har-\nbour master before they leave. The number is 2031-\n0457 for all."
    pdf.multi_cell(0, 6, lines)


def _watermark(pdf: Any) -> None:
    pdf.set_font("Helvetica", "B", 60)
    pdf.set_text_color(220, 220, 220)
    with pdf.rotation(45, 100, 150):
        pdf.text(30, 180, "CONFIDENTIAL")
    pdf.set_text_color(0, 0, 0)
    pdf.set_font("Helvetica", size=11)
    pdf.set_y(110)
    mine = (
        "The mine of Orm was closed in 1931. Its shaft is 212 metres deep and full of water. Divers measured "
    )
    pdf.multi_cell(0, 6, (mine + "four degrees at the bottom. ") * 4)


def _twice(pdf: Any) -> None:
    for shift in (0, 0.2):
        pdf.text(20 + shift, 40, "The toll for lorries is 34 crowns a day.")


def _powers(pdf: Any) -> None:
    pdf.text(20, 40, "The lake holds 10")
    at = 20 + pdf.get_string_width("The lake holds 10")
    pdf.set_font("Helvetica", size=7)
    pdf.text(at, 38, "6")
    pdf.set_font("Helvetica", size=11)
    pdf.text(at + 2, 40, " litres of water.")


def _box(pdf: Any) -> None:
    board = "The board met on 4 May at 16:00. Ana Kolar was in the chair, and the roof was the only matter. It costs "
    pdf.multi_cell(120, 6, board + "31,000 euros to mend it.")
    pdf.set_font("Helvetica", size=8)
    pdf.set_xy(150, 12)
    pdf.multi_cell(45, 4, "The roof was last mended in 1988.")


def _turned(pdf: Any) -> None:
    for n, words in enumerate(
        ("The dairy makes nine kinds of cheese.", "Its cellar is kept at twelve degrees all year.")
    ):
        with pdf.rotation(90, 60 + 8 * n, 200):
            pdf.text(60 + 8 * n, 200, words)


def _items(pdf: Any) -> None:
    pool = (
        "1. Cover the pool, and put the chairs of the terrace into the shed so that they stay dry over night."
    )
    for words in (pool, "2. Lock the door."):
        pdf.multi_cell(150, 6, words, new_x="LMARGIN", new_y="NEXT")


if __name__ == "__main__":
    raise SystemExit(main())
