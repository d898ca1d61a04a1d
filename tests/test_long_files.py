"""Files too long to be read as a whole: read up to a line, and said so."""

import re
from pathlib import Path

import pytest

from ingest import loaders
from ingest.load import load_file
from ingest.loaders.plain import bounds
from ingest.loaders.plain.bounds import cut

BARS = re.compile("[\n|]")


@pytest.mark.parametrize(
    ("text", "most", "kept", "said"),
    [
        ("a|b\nc|d\ne", 4, "a|b\nc|d\ne", None),
        ("a|b\nc|d\ne|f", 4, "a|b\nc|d\n", "line 2 of 3"),
        ("a|b\nc|d\ne", 2, "a|b\n", "line 1 of 3"),
        ("a|b|c|d", 2, "a|b|c", "character 5"),
    ],
)
def test_a_text_is_cut_behind_the_last_line_within_bounds(
    text: str, most: int, kept: str, said: str | None
) -> None:
    read, notes = cut(text, BARS, most)
    assert read == kept
    assert [note.partition("up to ")[2] for note in notes] == ([f"{said}; split it"] if said else [])


def test_a_text_without_marks_has_bounds_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_LENGTH", 6)
    assert cut("one\ntwo\nthree", BARS, 9)[0] == "one\n"


@pytest.mark.parametrize(
    ("name", "most", "value"),
    [
        ("markdown", "MAX_MARKS", "a.md"),
        ("plain.rst", "MAX_MARKS", "a.rst"),
        ("plain.text", "MAX_MARKS", "a.txt"),
        ("html", "MAX_TAGS", "a.html"),
    ],
)
def test_what_is_read_of_a_long_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: str, value: str
) -> None:
    monkeypatch.setattr(f"{loaders.__name__}.{name}.{most}", 2 if name == "html" else 4)
    path = tmp_path / value
    path.write_text("<p>Dogs swim.</p>\n\n<p>Cats sleep.</p>\n\n<p>Owls hunt.</p>\n", encoding="utf-8")
    document = load_file(path, tmp_path)
    assert "Dogs swim." in document.text and "Owls hunt." not in document.text
    assert document.notes and "it is too long to be read as a whole" in document.notes[0]
