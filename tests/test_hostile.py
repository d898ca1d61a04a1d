"""Files made to cost time or memory, and trifles that must not refuse a file: read in bounds, or refused in a line."""

import io
import json
import time
import zipfile
from pathlib import Path

import pytest

from assistant.core.errors import LoadError
from assistant.text.sentences import MAX_RUN, sentence_spans
from ingest.load import load_file
from ingest.loaders.markdown import narrowed

FAST = 25  # seconds of processor; the slowest took 60 and more before it was bounded


def read(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    begun = time.process_time()
    text = load_file(path, folder).text
    assert time.process_time() - begun < FAST
    return text


@pytest.mark.parametrize("text", ["`" * 200_000, "“a" * 100_000, "„a " * 70_000, "(a " * 70_000])
def test_marks_that_never_close_cost_little_time(text: str) -> None:
    begun = time.process_time()
    spans = sentence_spans(text)
    assert time.process_time() - begun < FAST
    assert spans[0][0] == 0 and spans[-1][1] == len(text.rstrip())


def test_a_long_paragraph_is_cut_between_its_sentences_alone() -> None:
    one = "Dr. Holm keeps the mill of the lower village, e.g. its wheel, in good order."
    text = " ".join([one] * (3 * MAX_RUN // len(one)))
    spans = sentence_spans(text)
    assert {text[start:end] for start, end in spans} == {one}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("head.eml", "Subject: " + "=?utf-8?q?a?= " * 100_000 + "\n\nThe oar is long.\n", "The oar is long."),
        ("to.eml", "To: " + "a@b.org, " * 50_000 + "\nSubject: Oar\n\nThe oar is long.\n", "The oar is long."),
        ("wide.md", "|" + " a |" * 5_000 + "\n|" + "---|" * 5_000 + "\n" + ("|" + " c |" * 5_000 + "\n") * 100, "a: c | a: c"),
        ("blank.txt", "\n" * 3_000_000 + "The oar is long.\n", "The oar is long."),
        ("line.rst", "|a|" * 50_000 + "\n\nThe oar is long.\n", "The oar is long."),
    ],
)  # fmt: skip
def test_what_costs_too_much_is_read_up_to_a_bound(
    tmp_path: Path, name: str, content: str, words: str
) -> None:
    assert words in read(tmp_path, name, content)


def test_the_rows_of_a_table_end_where_no_more_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.loaders.markdown.MAX_CELLS", 1_000)
    text = "| a | b |\n|---|---|\n" + "| c | d |\n" * 150_000 + "\nThe oar | is long.\n"
    lines = narrowed(text).split("\n")
    assert len(lines) == 1_000 // 3 + 3
    assert lines[-4:] == ["| c | d |", "", "The oar | is long.", ""]


def test_parts_within_parts_without_end_are_refused(tmp_path: Path) -> None:
    nested = "Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 20_000
    with pytest.raises(LoadError, match="holds more than 1000 parts within parts"):
        read(tmp_path, "a.eml", nested)


def test_a_long_line_is_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.rst"
    path.write_text(f"Oars\n====\n\n{'x' * 30_000}\n\nThe oar is long.\n")
    document = load_file(path, tmp_path)
    assert document.text == "Oars\n\nThe oar is long."
    assert document.notes == ("lines of more than 20000 characters are not read: 1",)


def test_a_broken_cell_is_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    cells = [
        {"cell_type": "markdown", "source": ["The oar is long."]},
        {"cell_type": "code", "source": 5},
        "x",
    ]
    path.write_text(json.dumps({"cells": cells}))
    document = load_file(path, tmp_path)
    assert (document.text, document.notes) == ("The oar is long.", ("cells that are broken are not read: 2",))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize(
    "words", ["The oar is made of ash.", "Die Öre misst drei Meter.", "Tea – “green” – costs 3 euros."]
)
def test_two_bytes_a_character_are_read_without_a_mark(tmp_path: Path, encoding: str, words: str) -> None:
    assert read(tmp_path, "a.txt", words.encode(encoding)) == words


def test_no_page_of_a_book_is_read_twice(tmp_path: Path) -> None:
    container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="c.opf"/></rootfiles></container>'
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
        + "</manifest><spine>"
        + '<itemref idref="a"/>' * 50_000
        + "</spine></package>"
    )
    page = "<html><body><p>The oar is long.</p></body></html>"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        for part, text in {"META-INF/container.xml": container, "c.opf": package, "a.xhtml": page}.items():
            book.writestr(part, text)
    assert read(tmp_path, "a.epub", made.getvalue()) == "The oar is long."
