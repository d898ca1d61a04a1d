from pathlib import Path

import pytest

from assistant.core.types import Chunk, Document
from assistant.text.sentences import sentence_spans
from ingest.load import load_file
from ingest.split import HIGH, TARGET, split

CORPUS = Path(__file__).resolve().parent.parent / "corpus"


def load(folder: Path, text: str, name: str = "a.md") -> Document:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_file(path, folder)


def sentence(letter: str, length: int) -> str:
    """A sentence of that many characters."""
    return (letter * 9 + " ") * ((length - 1) // 10) + letter.lower() * ((length - 1) % 10) + "."


def check(document: Document, chunks: list[Chunk]) -> None:
    for chunk in chunks:
        assert chunk.text == document.text[chunk.start : chunk.end] == chunk.text.strip()
        assert chunk.chunk_id == f"{document.doc_id}:{chunk.start}-{chunk.end}"
        assert 0 < len(chunk.text) <= HIGH
    assert all(a.end <= b.start for a, b in zip(chunks, chunks[1:], strict=False))


def sentences(document: Document) -> list[tuple[int, int]]:
    return [
        (block.start + start, block.start + end)
        for block in document.blocks
        if block.kind != "heading"
        for start, end in sentence_spans(document.text[block.start : block.end])
    ]


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.md")), ids=lambda path: path.stem)
def test_every_sentence_of_an_article_is_in_one_chunk(path: Path) -> None:
    document = load_file(path, CORPUS)
    chunks = split(document)
    check(document, chunks)
    found = [(c.start + start, c.start + end) for c in chunks for start, end in sentence_spans(c.text)]
    assert found == sentences(document)


def test_sections_and_their_title(tmp_path: Path) -> None:
    document = load(
        tmp_path, "# Title\n\nLead.\n\n## Risks\n\n### People\n\nThey leave.\n\n## Gains\n\nCost falls.\n"
    )
    assert [(c.section, c.text) for c in split(document)] == [
        ("", "Lead."),
        ("Risks > People", "They leave."),
        ("Gains", "Cost falls."),
    ]
    other = load(tmp_path, "---\ntitle: Other\n---\n# Title\n\nLead.\n")
    assert [c.section for c in split(other)] == ["Title"]


def test_sections_of_one_name_stay_apart(tmp_path: Path) -> None:
    document = load(tmp_path, "## Note\n\nOne.\n\n## Note\n\nTwo.\n")
    assert [c.text for c in split(document)] == ["One.", "Two."]


def test_chunks_are_filled_up_to_the_target(tmp_path: Path) -> None:
    text = "\n\n".join(sentence(letter, 300) for letter in "ABCD")
    document = load(tmp_path, text)
    chunks = split(document)
    check(document, chunks)
    assert [len(c.text) for c in chunks] == [602, 602]


def test_short_tail_joins_the_chunk_before(tmp_path: Path) -> None:
    document = load(tmp_path, f"{sentence('A', 650)}\n\n{sentence('B', 60)}")
    assert [len(c.text) for c in split(document)] == [712]
    document = load(tmp_path, f"{sentence('A', 650)}\n\n{sentence('B', 210)}")
    assert [len(c.text) for c in split(document)] == [650, 210]


def test_list_stays_with_the_line_before_it(tmp_path: Path) -> None:
    items = "\n".join(f"- {sentence(letter, 100)}" for letter in "BCDE")
    document = load(tmp_path, f"{sentence('A', 400)}\n\nThe gains are:\n\n{items}\n")
    first, second = split(document)
    assert first.text == sentence("A", 400)
    assert second.text.startswith("The gains are:\n\nBBBBBBBBB") and second.text.endswith("eeeeeeeee.")


def test_long_list_breaks_between_items(tmp_path: Path) -> None:
    item = sentence("B", 150) + " " + sentence("C", 100)
    document = load(tmp_path, "\n".join(f"- {item}" for _ in range(5)))
    assert [c.text for c in split(document)] == [f"{item}\n\n{item}", f"{item}\n\n{item}", item]


def test_long_sentence_is_cut_at_white_space(tmp_path: Path) -> None:
    document = load(tmp_path, "word " * 400 + "end.")
    chunks = split(document)
    check(document, chunks)
    assert " ".join(c.text for c in chunks) == document.text
    assert [len(c.text) for c in chunks] == [699, 699, 604]


def test_text_without_white_space_is_cut_too(tmp_path: Path) -> None:
    document = load(tmp_path, "x" * 1500)
    assert [len(c.text) for c in split(document)] == [TARGET, 800]


def test_wrapped_text_keeps_its_sentences(tmp_path: Path) -> None:
    text = (
        "Business process outsourcing hands routine work to a provider, and\n"
        "knowledge process outsourcing hands over work that needs judgement. The\n"
        "United States sends most of it. The head of the company is called Mr.\n"
        "Smith."
    )
    document = load(tmp_path, text, "a.txt")
    (chunk,) = split(document)
    assert chunk.text == text
    assert [text[start:end] for start, end in sentence_spans(chunk.text)] == [
        "Business process outsourcing hands routine work to a provider, and\n"
        "knowledge process outsourcing hands over work that needs judgement.",
        "The\nUnited States sends most of it.",
        "The head of the company is called Mr.\nSmith.",
    ]


def test_lines_that_are_not_wrapped_end_their_sentences() -> None:
    text = (
        "- Payroll for all of the branches that the company has abroad\n- data entry\n"
        "1. Voice | chat? | mail\nlast"
    )
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "Payroll for all of the branches that the company has abroad",
        "data entry",
        "Voice | chat? | mail",
        "last",
    ]


@pytest.mark.parametrize(
    ("lines", "sentences"),
    [
        (
            "The choir of Saint Anne meets in\nRoom 12 of the parish hall. At\nEaster it sings in the market of\nLower Brook.",
            ["The choir of Saint Anne meets in\nRoom 12 of the parish hall.", "At\nEaster it sings in the market of\nLower Brook."],
        ),
        (
            "Opening hours\nThe mill is open on all days\nbut Monday. On Friday the\nmiller Ms Hollander shows\nthe stones.",
            ["Opening hours", "The mill is open on all days\nbut Monday.", "On Friday the\nmiller Ms Hollander shows\nthe stones."],
        ),
        (
            "From the station take tram\nNine to the stop Old Mill\nand cross the bridge.",
            ["From the station take tram\nNine to the stop Old Mill\nand cross the bridge."],
        ),
        (
            "The office has moved to the house of\nCaptain Holm on the quay, where it was\nbefore the war.",
            ["The office has moved to the house of\nCaptain Holm on the quay, where it was\nbefore the war."],
        ),
    ],
)  # fmt: skip
def test_a_narrow_column_keeps_its_sentences(lines: str, sentences: list[str]) -> None:
    assert [lines[start:end] for start, end in sentence_spans(lines)] == sentences


@pytest.mark.parametrize(
    "lines",
    [
        ["Anna Berg from the town of Lund", "Carl Dahl from the harbour", "Eva Falk of Trondheim and Oslo"],
        ["two anchors from the old ferry", "a boat of twelve feet and oars", "plates and one big pot"],
        ["Please bring to the camp", "rain clothes for three days", "a map of the southern islands"],
        ["Harbour Office of Lower Brook", "Old Customs House, East Side", "12 Pier Street"],
        ["Rent: 640 euros a month in all", "Deposit: 1,920 euros in advance"],
    ],
)
def test_a_narrow_list_stays_one(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert [text[start:end] for start, end in sentence_spans(text)] == lines


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It takes approx. three weeks. Then rest.", ["It takes approx. three weeks.", "Then rest."]),
        ("Bring max. 10 kg. Call tel. 0800 now.", ["Bring max. 10 kg.", "Call tel. 0800 now."]),
        ("Open Mon. 9 to Fri. 5 only.", ["Open Mon. 9 to Fri. 5 only."]),
        ("We sat in the sun. 9 came later.", ["We sat in the sun.", "9 came later."]),
        ("i bought it. it broke.", ["i bought it.", "it broke."]),
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_pages_are_not_mixed(tmp_path: Path) -> None:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("helvetica", size=11)
    for text in ("First page words.", "Second page words."):
        pdf.add_page()
        pdf.cell(0, 6, text)
    path = tmp_path / "a.pdf"
    path.write_bytes(bytes(pdf.output()))
    assert [(c.page, c.text) for c in split(load_file(path, tmp_path))] == [
        (1, "First page words."),
        (2, "Second page words."),
    ]
