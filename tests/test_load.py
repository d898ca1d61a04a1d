import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from assistant.core.errors import InputError, LoadError
from assistant.core.types import Document
from ingest.files import Files, find_files
from ingest.load import load_file
from ingest.loaders.pdf.layout import join_lines
from ingest.sources.names import readable, slug
from ingest.split import split

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
ROWS = [
    "Aspect: Nature of work | BPO: routine | KPO: judgement",
    "Aspect: Skills | KPO: expert",
]


def load(folder: Path, name: str, content: str | bytes) -> Document:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_file(path, folder)


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def texts(document: Document, kind: str) -> list[str]:
    return [text for found, text in shown(document) if found == kind]


@contextmanager
def closed(path: Path) -> Iterator[None]:
    """Take every right from a path and, where the tests run as root, go on as a user whom that stops."""
    path.chmod(0)
    if os.geteuid() != 0:
        yield
        return
    for folder in path.parents:
        if folder.stat().st_uid == 0 and folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(0o755)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


# Markdown


def test_markdown_keeps_words_and_drops_signs(tmp_path: Path) -> None:
    document = load(
        tmp_path,
        "a.md",
        "# KPO *explained*\n\n"
        "Knowledge **process** outsourcing, see [the guide](http://x.y/z) and `code`.[^1]\n"
        "It runs on.\n\n## Why {#why}\n\n- First item\n  - Nested item\n1. Step\n\n> A quote.\n\n"
        "![logo](x.png)\n\n```\nx = 1\n  y = 2\n```\n\n---\n\n[^1]: A note.\n",
    )
    assert shown(document) == [
        ("heading", "KPO explained"),
        ("paragraph", "Knowledge process outsourcing, see the guide and code. It runs on."),
        ("heading", "Why"),
        ("item", "First item"),
        ("item", "Nested item"),
        ("item", "Step"),
        ("paragraph", "A quote."),
        ("code", "x = 1"),
        ("code", "  y = 2"),
        ("paragraph", "A note."),
    ]
    assert document.title == "KPO explained"
    assert document.blocks[3].section == ("KPO explained", "Why")
    assert document.blocks[2].section == ("KPO explained",)


def test_markdown_table_rows_repeat_their_heads(tmp_path: Path) -> None:
    document = load(
        tmp_path,
        "a.md",
        "| Aspect | BPO | KPO |\n|---|:-:|---|\n"
        "| Nature of work | routine | *judgement* |\n| Skills | | expert |\n",
    )
    assert shown(document) == [("row", row) for row in ROWS]


def test_row_without_first_head_gives_the_cell_alone(tmp_path: Path) -> None:
    document = load(tmp_path, "a.md", "| | BPO |\n|---|---|\n| Skills | basic |\n")
    assert texts(document, "row") == ["Skills | BPO: basic"]


def test_markdown_drops_raw_html_but_keeps_its_words(tmp_path: Path) -> None:
    document = load(
        tmp_path,
        "a.md",
        "<div onclick='x()'>Shown <b>words</b>.</div>\n\n<script>\nevil()\n\nmore()\n</script>\n\n"
        "<!-- hidden -->\n\nText with <em>inline</em><script>bad()</script> tags.\n",
    )
    assert shown(document) == [("paragraph", "Shown words."), ("paragraph", "Text with inline tags.")]


def test_front_matter_names_the_document(tmp_path: Path) -> None:
    document = load(
        tmp_path, "a.md", "---\ntitle: 'KPO: a view'\nid: kpo-1\ndate: 2026-11-21\nsources: []\n---\nWords.\n"
    )
    assert (document.doc_id, document.title, document.date) == ("kpo-1", "KPO: a view", "2026-11-21")
    assert document.text == "Words."
    # printf Words. | sha256sum
    assert document.sha256 == "44dcebcdcc564a642123c985ea211a70d843bbb02df908a1a46172c4ca15c11f"


@pytest.mark.parametrize(
    ("yaml", "title", "date"),
    [
        ("title: Rates: spring\ndate: 2026-03-01", "Rates: spring", "2026-03-01"),
        ("title: [Draft] Rules of the house", "[Draft] Rules of the house", None),
        ("title: 'open", "'open", None),
        ("title: {{ page.name }}", "A", None),
        ("title: Fees\t", "Fees", None),
        ("title: Fees\ndate: 2026-13-45", "Fees", "2026-13-45"),
        ("title: [1, 2]", "A", None),
        ("a: b: c", "A", None),
        ("x: " + "[" * 5000, "A", None),
    ],
)
def test_front_matter_that_is_no_yaml_is_read_line_by_line(
    tmp_path: Path, yaml: str, title: str, date: str | None
) -> None:
    document = load(tmp_path, "a.md", f"---\n{yaml}\n---\nWords.\n")
    assert (document.title, document.date, document.text) == (title, date, "Words.")


def test_rule_at_the_start_is_no_front_matter(tmp_path: Path) -> None:
    assert load(tmp_path, "a.md", "---\n\nWords.\n").text == "Words."


@pytest.mark.parametrize("between", ["\n**The court**\n", "**The court**"])
def test_words_between_two_rules_are_no_front_matter(tmp_path: Path, between: str) -> None:
    text = f"---\n{between}\n---\n\nWords."
    assert load(tmp_path, "a.txt", text).text == text


def test_control_characters_are_dropped(tmp_path: Path) -> None:
    assert load(tmp_path, "a.md", "A\x1b[31m wo\xadrd\u202e\u200b, &#xD800;.\n").text == "A[31m word, \ufffd."


# Plain text


def test_text_stays_where_the_file_has_it(tmp_path: Path) -> None:
    raw = (
        "\ufeffOutsourcing today\r\n\r\nA firm hands work over.\r\nA provider  does it.\x07\r\n\r\n"
        "- One item\r\n2) Two\r\n\r\n"
    )
    document = load(tmp_path, "notes on-KPO_2.txt", raw)
    plain = raw.removeprefix("\ufeff").replace("\r\n", "\n")
    assert document.text == plain.replace("\x07", " ").rstrip()
    assert shown(document) == [
        ("heading", "Outsourcing today"),
        ("paragraph", "A firm hands work over."),
        ("paragraph", "A provider  does it."),
        ("item", "One item"),
        ("item", "Two"),
    ]
    assert (document.doc_id, document.title) == ("notes-on-kpo-2", "Outsourcing today")
    assert document.blocks[1].section == ("Outsourcing today",)


def test_text_joins_wrapped_lines_into_one_block(tmp_path: Path) -> None:
    wrapped = (
        "Business process outsourcing hands routine work to a provider, and\n"
        "knowledge process outsourcing hands over work that needs judgement. The\n"
        "United States sends most of it."
    )
    document = load(tmp_path, "a.txt", f"{wrapped}\n\nNext paragraph.\n")
    assert texts(document, "paragraph") == [wrapped, "Next paragraph."]


def test_text_headings(tmp_path: Path) -> None:
    document = load(
        tmp_path,
        "a.txt",
        "Title of the whole\n\nFirst part\n\nSome words.\n\nSecond part\n===========\nMore words here.\n\n"
        "### Third part\nLast words.\n\nA line at the end\n",
    )
    assert texts(document, "heading") == ["Title of the whole", "First part", "Second part", "Third part"]
    assert document.blocks[-1].section == ("Title of the whole", "Second part", "Third part")
    assert texts(document, "paragraph") == [
        "Some words.",
        "More words here.",
        "Last words.",
        "A line at the end",
    ]


def test_text_headings_between_lines_without_blanks(tmp_path: Path) -> None:
    text = "It pays.\nKey points\n- BPO is routine.\nRisks\nThey are:\nAttrition\nStaff leave.\n"
    assert texts(load(tmp_path, "a.txt", text), "heading") == ["Key points", "Risks"]


def test_text_lists_of_short_lines_are_no_headings(tmp_path: Path) -> None:
    document = load(tmp_path, "a.txt", "Payroll\nData entry\nVoice support\n")
    assert texts(document, "paragraph") == ["Payroll", "Data entry", "Voice support"]


def test_text_table_is_rewritten(tmp_path: Path) -> None:
    document = load(
        tmp_path,
        "a.txt",
        "Before it.\n\nAspect | BPO | KPO |\n---|---|---|\n"
        "Nature of work | routine | judgement |\nSkills | | expert |\n\nAfter it.\n",
    )
    assert shown(document) == [
        ("paragraph", "Before it."),
        *(("row", row) for row in ROWS),
        ("paragraph", "After it."),
    ]
    assert document.text == f"Before it.\n\n{ROWS[0]}\n\n{ROWS[1]}\n\nAfter it."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_decides_the_encoding(tmp_path: Path, encoding: str) -> None:
    assert load(tmp_path, "a.txt", "Zürich has 5 € more.".encode(encoding)).text == "Zürich has 5 € more."


# HTML

PAGE = """<?xml version="1.0" encoding="utf-8"?><!doctype html><html><head>
<title>KPO explained | Example Site</title>
<style>p {}</style><script>var secret = 'tracking words'</script></head><body>
<nav><ul><li><a href="/">Home page</a></li><li><a href="/about">About us</a></li></ul></nav>
<div class="cookie-notice"><p>We use cookies to improve your experience.</p><button>Accept</button></div>
%s<h1>KPO explained</h1>
<p>Knowledge process outsourcing gives <b>expert</b> work to a <a href="http://x.y">provider</a>.<!-- note -->
It needs judgement.</p>
<h2>Benefits</h2><p>The benefits are:</p>
<ul><li>Access to experts<ul><li>Nested one</li></ul></li><li>Lower cost</li></ul>
<table><caption>In short</caption><tr><th>Aspect</th><th>BPO</th><th>KPO</th></tr>
<tr><td>Nature<br>of work</td><td>routine</td><td>judgement</td></tr>
<tr><td>Skills</td><td></td><td>expert</td></tr></table>
%s<footer><p>Copyright 2026 Example Ltd. All rights reserved.</p></footer></body></html>"""


@pytest.mark.parametrize(
    "frame", [("<main><article>", "</article></main>"), ("", ""), ("<div id=x>", "</div>")]
)
def test_html_keeps_the_main_text_only(tmp_path: Path, frame: tuple[str, str]) -> None:
    document = load(tmp_path, "a.html", PAGE % frame)
    assert shown(document) == [
        ("heading", "KPO explained"),
        ("paragraph", "Knowledge process outsourcing gives expert work to a provider. It needs judgement."),
        ("heading", "Benefits"),
        ("paragraph", "The benefits are:"),
        ("item", "Access to experts"),
        ("item", "Nested one"),
        ("item", "Lower cost"),
        ("paragraph", "In short"),
        *(("row", row) for row in ROWS),
    ]
    assert document.title == "KPO explained | Example Site"


@pytest.mark.parametrize(
    ("page", "heading", "words", "title"),
    [
        ("Fees | Willow Vets", "Fees", "A visit costs 40 euros.", "Fees | Willow Vets"),
        ("Fees | Willow Vets", "Fees", "Willow Vets take 40 euros.", "Fees"),  # the page says it itself
        ("Willow Vets - Fees", "Fees", "A visit costs 40 euros.", "Fees | Willow Vets"),
        ("Willow Vets", "Fees", "A visit costs 40 euros.", "Fees | Willow Vets"),
        ("Our fees", "Fees", "Our visits cost 40 euros.", "Fees"),
    ],
)
def test_a_page_keeps_the_name_that_only_its_title_tells(
    tmp_path: Path, page: str, heading: str, words: str, title: str
) -> None:
    body = f"<h1>{heading}</h1><p>{words}</p><h2>Late fees</h2><p>None are taken.</p>"
    document = load(tmp_path, "a.html", f"<html><head><title>{page}</title></head><body>{body}</body></html>")
    assert document.title == title
    assert [chunk.section for chunk in split(document)] == ["", "Late fees"]


def test_html_title_and_character_set(tmp_path: Path) -> None:
    head = "<html><head><meta charset='iso-8859-1'><title>Zürich | Site</title></head>"
    page = f"{head}<body><p>Zürich costs more.</p></body></html>"
    document = load(tmp_path, "a.htm", page.encode("latin-1"))
    assert (document.title, document.text) == ("Zürich | Site", "Zürich costs more.")


# PDF


def pdf_bytes(pages: int = 2) -> bytes:
    pdf = FPDF()
    pdf.set_auto_page_break(False)
    for number in range(1, pages + 1):
        pdf.add_page()
        pdf.set_font("helvetica", size=9)
        pdf.cell(0, 6, "Report on outsourcing", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("helvetica", style="B", size=18)
        pdf.cell(0, 14, f"Chapter {'ABC'[number - 1]}", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("helvetica", size=11)
        pdf.multi_cell(
            0,
            6,
            "The provider takes over work that the client did before, and the client "
            "pays for each unit of out-\n"
            "sourcing that it gets. Short end.\n\nA second paragraph stands here.",
            new_x="LMARGIN",
            new_y="NEXT",
        )
        pdf.ln(4)
        with pdf.table() as table:
            for row in (
                ("Aspect", "BPO", "KPO"),
                ("Nature of work", "routine", "judgement"),
                ("Skills", "", "expert"),
            ):
                table.row(row)
        pdf.set_y(-20)
        pdf.cell(0, 6, f"Page {number} of {pages}")
    return bytes(pdf.output())


def test_pdf_pages_paragraphs_and_tables(tmp_path: Path) -> None:
    document = load(tmp_path, "a report.pdf", pdf_bytes(3))
    page = [
        "The provider takes over work that the client did before, and the client pays for each unit of"
        " outsourcing that it gets. Short end.",
        "A second paragraph stands here.",
    ]
    for number, head in enumerate(("Chapter A", "Chapter B", "Chapter C"), 1):
        blocks = [block for block in document.blocks if block.page == number]
        assert [(block.kind, document.text[block.start : block.end]) for block in blocks] == [
            ("heading", head),
            *(("paragraph", text) for text in page),
            *(("row", row) for row in ROWS),
        ]
        assert blocks[1].section == (head,)
    assert document.title == "Chapter A"


def test_pdf_paragraph_goes_on_over_the_page(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.set_font("helvetica", size=11)
    for text in ("The client keeps the work that", "it knows best. New sentence."):
        pdf.add_page()
        pdf.cell(0, 6, text)
    document = load(tmp_path, "a.pdf", bytes(pdf.output()))
    assert document.text == "The client keeps the work that it knows best. New sentence."
    assert [block.page for block in document.blocks] == [1]


def test_pdf_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=10)
    for n in range(12):
        pdf.set_xy(10, 20 + 5 * n)
        pdf.cell(80, 5, f"left line {n} of the first column is here")
        pdf.set_xy(110, 20 + 5 * n)
        pdf.cell(80, 5, f"right line {n} of the second column is")
    text = load(tmp_path, "a.pdf", bytes(pdf.output())).text
    assert text.index("left line 11") < text.index("right line 0")


def test_broken_words_are_joined() -> None:
    assert join_lines(["of out-", "sourcing", "in non-", "EU places"]) == "of outsourcing in non-EU places"


def test_password_pdf(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf_bytes(1))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    with pytest.raises(LoadError, match=r"a\.pdf is protected by a password; save it without one$"):
        load(tmp_path, "a.pdf", out.getvalue())


def test_scanned_pdf(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.rect(10, 10, 50, 50)
    with pytest.raises(LoadError, match="holds no text; fill it or remove it"):
        load(tmp_path, "a.pdf", bytes(pdf.output()))


@pytest.mark.parametrize("cut", [40, 400])
def test_broken_pdf(tmp_path: Path, cut: int) -> None:
    with pytest.raises(LoadError, match=r"a\.pdf ") as caught:
        load(tmp_path, "a.pdf", pdf_bytes(1)[:cut])
    assert "\n" not in str(caught.value)


# DOCX


def docx_bytes() -> bytes:
    document = docx.Document()
    document.add_heading("The Title", 0)
    document.add_paragraph("First words, ").add_run("bold ones.").bold = True
    document.add_heading("Part", 1)
    document.add_heading("Detail", 2)
    document.add_paragraph("One item", style="List Bullet")
    table = document.add_table(rows=3, cols=3)
    for row, cells in zip(
        table.rows,
        (("Aspect", "BPO", "KPO"), ("Nature of work", "routine", "judgement"), ("Skills", "", "expert")),
        strict=True,
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("After the table.")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_docx_in_document_order(tmp_path: Path) -> None:
    document = load(tmp_path, "a.docx", docx_bytes())
    assert shown(document) == [
        ("heading", "The Title"),
        ("paragraph", "First words, bold ones."),
        ("heading", "Part"),
        ("heading", "Detail"),
        ("item", "One item"),
        *(("row", row) for row in ROWS),
        ("paragraph", "After the table."),
    ]
    assert document.title == "The Title"
    assert document.blocks[4].section[-2:] == ("Part", "Detail")


@pytest.mark.parametrize("content", [b"no zip", b"\xd0\xcf\x11\xe0 old", docx_bytes()[:3000]])
def test_broken_docx(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(LoadError, match=r"a\.docx is .*save it") as caught:
        load(tmp_path, "a.docx", content)
    assert "\n" not in str(caught.value)


def test_zip_that_is_no_docx(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.txt", "words")
    with pytest.raises(LoadError, match=r"a\.docx is broken"):
        load(tmp_path, "a.docx", out.getvalue())


# Bad input of any kind


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"", "is empty"),
        ("a.md", b" \n\t\n", "is empty"),
        ("a.md", b"# Only a heading\n", "holds no text"),
        ("a.html", b"<html><body><script>x</script></body></html>", "holds no text"),
        ("a.html", b"<div>" * 20_000, "a.html "),
        ("a.txt", b"abc\0def", "is not text but binary data"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "is not text but binary data"),
        ("a.txt", b"%PDF-1.4 x", "is not text but binary data"),
        ("a.txt", b"\xff\xfea\x00\x00\xd8b\x00", "is no text in any character set that is known"),
        ("a.doc", b"words", "is of the kind '.doc', which is not read; save it as .docx"),
        ("a.xyz", b"words", "is of the kind '.xyz', which is not read; read are Markdown, text, HTML, "),
    ],
)
def test_bad_files(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(LoadError) as caught:
        load(tmp_path, name, content)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_folder_with_a_file_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(LoadError, match=r"a\.txt could not be read: Is a directory"):
        load_file(tmp_path / "a.txt", tmp_path)


def test_file_without_permission(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    with closed(tmp_path / "a.txt"), pytest.raises(LoadError, match=r"a\.txt may not be read: no permission"):
        load_file(tmp_path / "a.txt", tmp_path)


# Names and folders


def test_ids_and_titles_from_paths(tmp_path: Path) -> None:
    (tmp_path / "Über uns" / "v1.2").mkdir(parents=True)
    document = load(tmp_path / "Über uns" / "v1.2", "KPO_vs (BPO).md", "Words.")
    assert document.doc_id == "kpo-vs-bpo"
    path = Path(document.source)
    assert load_file(path, tmp_path).doc_id == "über-uns/v1.2/kpo-vs-bpo"
    assert load_file(path, path).doc_id == "kpo-vs-bpo"
    assert document.title == "KPO vs (BPO)"
    assert (slug("../..//A"), slug("***"), readable("kpo-vs_bpo")) == ("a", "document", "Kpo vs bpo")


def test_find_files(tmp_path: Path) -> None:
    for name in (
        "b.md",
        "a.TXT",
        "sub/c.pdf",
        ".hidden.md",
        ".git/d.md",
        "CORPUS.md",
        "x.bin",
        "__pycache__/e.md",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Words.")
    names = ["CORPUS.md", "a.TXT", "b.md", "sub/c.pdf"]
    assert find_files(tmp_path) == Files([tmp_path / name for name in names], [], [tmp_path / "x.bin"])
    assert find_files(tmp_path / "b.md") == Files([tmp_path / "b.md"])
    with pytest.raises(
        InputError, match=r"x\.bin is of the kind '\.bin', which is not read; read are Markdown, "
    ):
        find_files(tmp_path / "x.bin")
    with pytest.raises(InputError, match="nowhere does not exist"):
        find_files(tmp_path / "nowhere")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_find_files_survives_links(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.md").write_text("Words.")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "sub")
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nothing.md")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    os.mkfifo(tmp_path / "pipe.txt")
    files = find_files(tmp_path)
    assert files.read == [tmp_path / "sub" / "a.md"]
    reasons = {path.relative_to(tmp_path).as_posix(): reason for path, reason in files.failed}
    assert sorted(reasons) == ["again", "gone.md", "loop.md", "pipe.txt", "round", "sub/up"]
    assert "leads back to" in reasons["sub/up"]
    assert "Too many levels of symbolic links" in reasons["loop.md"]
    assert reasons["gone.md"] == "is a link to nothing; remove it"
    assert reasons["pipe.txt"] == "is not a regular file; remove it"


def test_find_files_reports_a_closed_folder(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    with closed(tmp_path / "closed"):
        failures = find_files(tmp_path).failed
    assert [(path.name, reason.split(";")[0]) for path, reason in failures] == [
        ("closed", "cannot be opened: Permission denied")
    ]


# The bundled articles


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.md")), ids=lambda path: path.stem)
def test_bundled_articles(path: Path) -> None:
    document = load_file(path, CORPUS)
    assert document.doc_id == slug(path.stem)
    for block in document.blocks:
        words = document.text[block.start : block.end]
        assert words == words.strip() != ""
        assert "\n" not in words
    gaps = [
        document.text[a.end : b.start] for a, b in zip(document.blocks, document.blocks[1:], strict=False)
    ]
    assert all(re.fullmatch(r"\n\n(?:\d{1,2}\. )?", gap) for gap in gaps)
    assert (document.blocks[0].start, document.blocks[-1].end) == (0, len(document.text))
    assert not any(sign in document.text for sign in ("**", "](", "|--", "\n#", "\n- "))
