"""Measure what reading and indexing cost: the bundled articles, a long PDF, a folder of many small files.

    python -m eval.bench.files.ingest [--pages 300] [--files 5000] [--parts corpus pdf folder]

Beside each stands what the bare libraries take for the same: their plain text without headings, tables or order, and
the same chunks embedded by sentence-transformers alone. Seconds are of the processor, of all cores together, so that
other work on the machine counts little.
"""

import argparse
import io
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.core.settings import BUNDLED_CORPUS, Settings, load_settings
from assistant.models.embedder.embedder import BATCH, Embedder
from assistant.models.embedder.load import load_embedder
from ingest.files import find_files
from ingest.index import build_index
from ingest.load import load_file
from ingest.split import split

LINE = "Pier {n} of the harbour opened in {year}. It lends {n} boats at {price} euros an hour, and dogs travel free.\n"


def long_pdf(pages: int) -> bytes:
    """Return a PDF of so many pages with heads, prose and a table each."""
    from fpdf import FPDF

    pdf = FPDF()
    for page in range(1, pages + 1):
        pdf.add_page()
        pdf.set_font("Helvetica", "B", size=13)
        pdf.cell(0, 10, f"{page}. Pier {page}", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", size=11)
        pdf.multi_cell(0, 6, "".join(LINE.format(n=page + n, year=1800 + n, price=n) for n in range(12)))
        for row in (("Boat", "Seats", "Euros"), *((f"Boat {n}", str(n), str(3 * n)) for n in range(1, 6))):
            for cell in row:
                pdf.cell(40, 7, cell)
            pdf.ln()
    return bytes(pdf.output())


def small_files(folder: Path, count: int) -> None:
    """Write so many files of a few sentences, Markdown, text and HTML in turn, in folders of a hundred."""
    for n in range(count):
        words = LINE.format(n=n, year=1800 + n % 200, price=n % 40)
        place = folder / f"{n // 100:03d}"
        place.mkdir(exist_ok=True)
        suffix, text = (
            (".md", f"# Pier {n}\n\n{words}\n- open daily\n- no fires\n"),
            (".txt", f"Pier {n}\n\n{words}"),
            (".html", f"<html><body><h1>Pier {n}</h1><p>{words}</p></body></html>"),
        )[n % 3]
        (place / f"pier-{n}{suffix}").write_text(text, encoding="utf-8")


def bare_text(path: Path) -> str:
    """Return the words of a file as the bare library gives them."""
    data = path.read_bytes()
    match path.suffix:
        case ".md":
            from markdown_it import MarkdownIt

            tokens = MarkdownIt("commonmark").parse(data.decode())
            return "\n".join(token.content for token in tokens if token.type == "inline")
        case ".html":
            import trafilatura

            return trafilatura.extract(data.decode()) or ""
        case ".pdf":
            return pdfplumber_text(data)
    return data.decode()


def pdfplumber_text(data: bytes) -> str:
    """Return the words of a PDF as pdfplumber's `extract_text` orders them."""
    import pdfplumber

    found = []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            found.append(page.extract_text())
            page.close()
    return "\n".join(found)


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of processor that some work takes, and what it returns."""
    begun = time.process_time()
    made = work()
    return time.process_time() - begun, made


def measure(folder: Path, settings: Settings, embedder: Embedder) -> Iterator[tuple[str, float]]:
    """Yield the seconds of reading and of the whole ingest of a folder, and of the bare libraries, each once it is known."""
    from assistant.models.embedder.files import find_model, load_model

    paths = find_files(folder).read
    yield "files", len(paths)
    reading, documents = seconds(lambda: [load_file(path, folder) for path in paths])
    yield "reading", reading
    bare, _ = seconds(lambda: [bare_text(path) for path in paths])
    yield "reading, bare libraries", bare
    chunks = [chunk.text for document in documents for chunk in split(document)]
    yield "chunks", len(chunks)
    whole, _ = seconds(lambda: build_index(settings, embedder, [str(folder)]))
    yield "whole ingest", whole
    model = load_model(find_model(settings.embedder), "float32")
    encoding, _ = seconds(lambda: model.encode(chunks, batch_size=BATCH, show_progress_bar=False))
    yield "embedding alone, sentence-transformers", encoding


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the parts asked for and print a line for each figure."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.files.ingest", description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument(
        "--parts", nargs="+", choices=("corpus", "pdf", "folder"), default=["corpus", "pdf", "folder"]
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        for part in options.parts:
            folder = Path(place) / part
            folder.mkdir()
            if part == "corpus":
                for article in BUNDLED_CORPUS.glob("*.md"):
                    shutil.copy(article, folder)
            elif part == "pdf":
                (folder / "long.pdf").write_bytes(long_pdf(options.pages))
            else:
                small_files(folder, options.files)
            settings = load_settings(data_dir=Path(place) / f"data-{part}", model="none")
            for name, value in measure(folder, settings, load_embedder(settings)):
                print(
                    f"{part}: {name}: {value:.2f}" if isinstance(value, float) else f"{part}: {name}: {value}"
                )
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
