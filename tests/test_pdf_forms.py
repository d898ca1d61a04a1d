"""Forms in PDF files: what was filled in is read beside its label, what is hidden is not."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from ingest.load import load_file

Line = tuple[str, str]  # the kind of a block and its words


def filled(folder: Path, labels: Sequence[tuple[float, str]], fields: Sequence[dict[str, Any]]) -> list[Line]:
    """Return the blocks of a form with labels at heights from the foot, and fields given by their entries."""
    pdf = FPDF(unit="pt", format=(400, 400))
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    for foot, words in labels:
        pdf.text(30, 400 - foot, words)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(bytes(pdf.output()))))
    notes = [writer._add_object(entry({"Type": "/Annot", "Subtype": "/Widget", **field})) for field in fields]
    writer.pages[0][NameObject("/Annots")] = ArrayObject(notes)
    path = folder / "form.pdf"
    with path.open("wb") as file:
        writer.write(file)
    document = load_file(path, folder)
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def entry(value: Any) -> Any:
    """Return a value as the file holds it; a text that begins with a slash is a name."""
    if isinstance(value, dict):
        return DictionaryObject({NameObject(f"/{key}"): entry(own) for key, own in value.items()})
    if isinstance(value, list):
        return ArrayObject([entry(own) for own in value])
    if isinstance(value, str):
        return NameObject(value) if value.startswith("/") else TextStringObject(value)
    if isinstance(value, bytes):
        return ByteStringObject(value)
    return NumberObject(value) if isinstance(value, int) else FloatObject(value)


def text(foot: float, words: str, **more: Any) -> dict[str, Any]:
    return {"FT": "/Tx", "T": f"t{foot}", "V": words, "Rect": [150, foot - 5, 350, foot + 13], **more}


def box(foot: float, state: str, left: float = 30) -> dict[str, Any]:
    return {"FT": "/Btn", "T": f"b{foot}", "AS": state, "Rect": [left, foot - 3, left + 12, foot + 9]}


def test_what_was_typed_stands_with_its_label(tmp_path: Path) -> None:
    labels = [(350, "Name of the boat"), (320, "Length over all"), (290, "Home port")]
    fields = [text(350, "Sea Pearl"), text(320, "9.40 m", DA=b"/Helv 0 Tf 0 g"), text(290, "Marn")]
    assert filled(tmp_path, labels, fields) == [
        ("row", "Name of the boat: Sea Pearl"),
        ("row", "Length over all: 9.40 m"),
        ("row", "Home port: Marn"),
    ]


def test_a_ticked_box_differs_from_an_empty_one(tmp_path: Path) -> None:
    labels = [
        (350, "The berth is for"),
        (330, "       the summer"),
        (310, "       the whole year"),
        (270, "Signed in May."),
    ]
    fields = [box(330, "/Off"), box(310, "/Yes")]
    found = filled(tmp_path, labels, fields)
    assert ("item", "☐ the summer") in found
    assert ("item", "☑ the whole year") in found


def test_a_choice_is_written_as_its_list_shows_it_and_its_kind_may_stand_above(tmp_path: Path) -> None:
    field = {
        "Parent": {"FT": "/Ch", "V": "de", "Opt": [["de", "Germany"], ["dk", "Denmark"]]},
        "Rect": [150, 345, 350, 363],
    }
    assert filled(tmp_path, [(350, "Flag:")], [field])[0][1] == "Flag: Germany"


def test_words_of_several_lines_stay_in_order(tmp_path: Path) -> None:
    words = "The mast is to be laid by crane in October.\nThe keel needs paint."
    field = {**text(300, words), "Rect": [30, 200, 230, 300]}
    found = filled(tmp_path, [(350, "Remarks")], [field])
    assert " ".join(line for _, line in found).endswith(
        "The mast is to be laid by crane in October. The keel needs paint."
    )


@pytest.mark.parametrize(
    "field",
    [
        text(320, "secret", F=2),
        text(320, "secret", Ff=1 << 13),
        {"FT": "/Btn", "Ff": 1 << 16, "T": "secret", "Rect": [30, 320, 90, 340]},
        {"Subtype": "/Text", "Contents": "secret", "Rect": [30, 320, 90, 340]},
        text(320, "secret", Rect=[10, 10]),
        text(320, "secret", Rect=["a", "b", "c", "d"]),
    ],
)
def test_what_nobody_sees_is_not_read(tmp_path: Path, field: dict[str, Any]) -> None:
    assert filled(tmp_path, [(350, "The berth is free.")], [field]) == [("paragraph", "The berth is free.")]


def test_words_typed_over_a_form_are_read(tmp_path: Path) -> None:
    note = {"Subtype": "/FreeText", "Contents": "Hanne Voss", "Rect": [80, 345, 200, 361]}
    assert filled(tmp_path, [(350, "Skipper:")], [note]) == [("paragraph", "Skipper: Hanne Voss")]


def test_fields_without_end_are_bounded(tmp_path: Path) -> None:
    made: Callable[[int], dict[str, Any]] = lambda n: text(100, "word " * 2000, T=f"t{n}")  # noqa: E731
    found = filled(tmp_path, [(350, "The berth is free.")], [made(n) for n in range(40)])
    assert sum(len(words) for _, words in found) < 30_000
