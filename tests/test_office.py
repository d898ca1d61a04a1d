"""Answers as Word and PDF files: all that was said and from where, nothing that runs, letters of every script."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from runs import citation, claim
from test_export import HOSTILE, TALK

from assistant.core.types import Answer, Reference, Row, Table
from ingest.loaders.word.docx import read_docx
from ui.export.about import About
from ui.export.export import file_name, to_file
from ui.export.history import SavedTurn
from ui.export.office import fonts, pdf

KNOWN = {
    "vell": About(
        date="2020-05-01",
        references=(Reference(title="The port book", url="https://port.test/a?b=1", kind="press"),),
    )
}
UNSURE = Answer(
    question="How deep is it?",
    claims=(
        replace(claim("It is nine fathoms deep.", 1, verdict="unverified", origin="model"), weak=((6, 18),)),
    ),
    citations=(replace(citation(1, ("vell", 3, "It is deep.")), source="https://vell.test/deep", page=4),),
    notices=("A note.",),
    articles={"vell": "Vell"},
)
TURNS = [*TALK, SavedTurn(question="How deep is it?", answer=UNSURE)]
SCRIPTS = "Ελληνικά Кириллица 日本語 العربية हिन्दी 😀 \x00\x07\ud800\ufffe {nb} " + "x" * 3000


def words_of(form: str, file: bytes) -> str:
    """Return what a reader of the file sees, as one line."""
    if form == "pdf":
        pages = pypdf.PdfReader(BytesIO(file)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())
    return " ".join(read_docx(file).text.split())


@pytest.mark.parametrize("form", ["word", "pdf"])
def test_all_that_was_said_stands_there_with_its_source(form: str) -> None:
    words = words_of(form, to_file(TURNS, "On drinks", form, KNOWN))  # type: ignore[arg-type]
    for said in (
        "On drinks",
        "“The harbour opened in 1904.” [1]",
        "[1] “The harbour opened in 1904.” – Vell, 2020-05-01",
        "not found in the articles",
        "It is kept cool. [2]",
        "The model failed.",
        "The question is not about what these articles cover.",
        "Note: So *there*.",
        "Tea is hot. – Tea",
        "Asked of: “Vell” alone",
        "It is nine fathoms deep. [1] (not verified; nothing found for “nine fathoms”)",
        "[1] “It is deep.” – Vell (p. 4), 2020-05-01, https://vell.test/deep",
        "Sources that the cited articles name",
        "The port book (press), https://port.test/a?b=1",
    ):
        assert said in words
    assert words.index("When?") < words.index("Tea or ale?") < words.index("And then?") < words.index("Why?")


def hostile() -> list[SavedTurn]:
    text = f"{HOSTILE} {SCRIPTS}"
    answer = Answer(
        question=text,
        claims=(claim(text, 1, origin="model"), replace(claim(text, 1), item=True)),
        citations=(replace(citation(1, ("vell", 0, text)), title=text, source=f"javascript://{HOSTILE}"),),
        notices=(text,),
        table=Table(sides=(text, "b"), rows=(Row(aspect=text, cells=((0,), ())),)),
        articles={"a": text},
    )
    return [SavedTurn(question=text, answer=answer), SavedTurn(question=HOSTILE, answer=None, error=text)]


@pytest.mark.parametrize("form", ["word", "pdf"])
def test_hostile_text_is_text_and_nothing_in_the_file_runs(form: str) -> None:
    about = {"vell": About(date=HOSTILE, references=(Reference(title=HOSTILE, url="https://x.test/"),))}
    file = to_file(hostile(), HOSTILE, form, about)  # type: ignore[arg-type]
    words = words_of(form, file)
    assert '<img src=x onerror="alert(1)"> --> [go](javascript:alert(1))' in words and "{nb}" in words
    assert "Ελληνικά Кириллица" in words
    if form == "word":
        parts = {name: body for name, body in _parts(file).items() if name.startswith("word/")}
        assert not re.search(rb"<w:(hyperlink|fldSimple|instrText|object)\b", parts["word/document.xml"])
        assert b'TargetMode="External"' not in b"".join(parts.values())
        assert "日本語" in words and "हिन्दी" in words and "😀" in words
    else:
        objects = b"".join(
            re.findall(rb"/(?:Annots|JavaScript|JS|AA|OpenAction /|URI|Launch|AcroForm)\b", file)
        )
        assert objects == b""


def _parts(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_no_font_has_is_a_box_and_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = [SavedTurn(question="Где?", answer=None, error="Nothing “here” – yet.")]
    monkeypatch.setattr(pdf, "fonts", tuple)
    words = words_of("pdf", to_file(turns, "", "pdf"))
    assert words.startswith("???? Nothing “here” – yet. 3 characters of other scripts")


def test_plain_text_needs_no_font_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> tuple[Path, ...]:
        raise AssertionError("looked for fonts")

    monkeypatch.setattr(pdf, "fonts", refuse)
    assert "“The harbour opened in 1904.”" in words_of("pdf", to_file(TALK, "On drinks", "pdf"))
    assert fonts.is_built_in("“a” – é …") and not fonts.is_built_in("ł")


def test_a_comparison_that_outgrows_a_page_is_written_aspect_by_aspect() -> None:
    long = " ".join(f"Word{n} is long." for n in range(700))
    answer = Answer(
        question="Tea or ale?",
        claims=(claim(long, 1), claim("It cools.", 1)),
        citations=(citation(1, ("tea", 0, long)),),
        table=Table(sides=("tea", "ale"), rows=(Row(aspect="Heat", cells=((0, 1), ())),)),
    )
    file = to_file([SavedTurn(question="Tea or ale?", answer=answer)], "", "pdf")
    words = words_of("pdf", file)
    assert (
        "Heat tea: “Word0 is long." in words
        and "Word699 is long.” [1] “It cools.” [1] ale: not found in the articles" in words
    )
    pages = pypdf.PdfReader(BytesIO(file)).pages
    assert len(pages) > 3
    begun = [line[:8] for page in pages for line in page.extract_text().splitlines()]
    assert begun.count("“It cool") == 1 and begun.count("ale: not") == 1


def test_files_are_named_for_their_form() -> None:
    assert [file_name("On tea", form) for form in ("word", "pdf")] == ["on-tea.docx", "on-tea.pdf"]
