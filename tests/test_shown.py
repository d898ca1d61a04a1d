"""What a reader of a document does not see is not read; tick boxes and list numbers are."""

from pathlib import Path

import pytest
from word_files import heading, paragraph, run, word_file

from assistant.core.types import Document
from ingest.load import load_file


def load(folder: Path, name: str, content: str | bytes) -> Document:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_file(path, folder)


def lines(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks if block.kind != "heading"]


PAGE = "<html><head><title>Pier</title><style>{style}</style></head><body><main><h1>Pier</h1>{body}</main></body></html>"


@pytest.mark.parametrize(
    ("style", "body"),
    [
        ("", "<p><del>Fishing costs 3 euros.</del></p>"),
        ("", "<p><strike>Fishing costs 3 euros.</strike></p>"),
        ("", "<p hidden>Fishing costs 3 euros.</p>"),
        ("", "<p style='DISPLAY: none'>Fishing costs 3 euros.</p>"),
        ("", "<p style='text-decoration: red line-through'>Fishing costs 3 euros.</p>"),
        ("", "<p style='font-size:0'>Fishing costs 3 euros.</p>"),
        ("", "<p style='position:absolute; left:-9999px'>Fishing costs 3 euros.</p>"),
        ("", "<p style='color:#FFF'>Fishing costs 3 euros.</p>"),
        ("", "<p style='background:#ffffff'><span style='color:white'>Fishing costs 3 euros.</span></p>"),
        (".old { visibility: hidden }", "<p class='a old'>Fishing costs 3 euros.</p>"),
        ("p#gone, .x { display: none }", "<p id='gone'>Fishing costs 3 euros.</p>"),
        ("", "<template><p>Fishing costs 3 euros.</p></template>"),
        ("", "<dialog><p>Fishing costs 3 euros.</p></dialog>"),
    ],
)
def test_a_page_s_struck_and_hidden_words_are_left_out(tmp_path: Path, style: str, body: str) -> None:
    kept = "<p>The pier opens at <s>eight</s> nine. <ins>It shuts at ten.</ins></p>"
    document = load(tmp_path, "a.html", PAGE.format(style=style, body=body + kept))
    assert lines(document) == ["The pier opens at nine. It shuts at ten."]


@pytest.mark.parametrize(
    ("style", "body"),
    [
        ("", "<p style='display:block'>Dogs may come.</p>"),
        ("", "<div style='background:#003'><p style='color:white'>Dogs may come.</p></div>"),
        (
            ".top { background-color: navy }",
            "<div class='top'><p style='color:white'>Dogs may come.</p></div>",
        ),
        ("@media print { p { display: none } }", "<p>Dogs may come.</p>"),
        (".old p { display: none }", "<p>Dogs may come.</p>"),
        ("", "<p style='opacity:0.9'>Dogs may come.</p>"),
    ],
)
def test_what_a_page_shows_stays(tmp_path: Path, style: str, body: str) -> None:
    assert lines(load(tmp_path, "a.html", PAGE.format(style=style, body=body))) == ["Dogs may come."]


def test_white_words_stay_where_the_style_is_elsewhere(tmp_path: Path) -> None:
    body = "<link rel='stylesheet' href='a.css'><p style='color:white'>Dogs may come.</p>"
    assert lines(load(tmp_path, "a.html", PAGE.format(style="", body=body))) == ["Dogs may come."]


def test_markdown_leaves_struck_and_hidden_words_out(tmp_path: Path) -> None:
    document = load(
        tmp_path,
        "a.md",
        "# Pier\n\n~~It opens at eight.~~ It opens at nine, ~~not~~ every **day**.\n\n"
        "Tickets cost <del>3</del> 4 euros<span hidden> or nothing</span>.\n\n"
        "- ~~Bread~~\n- Water ~~and wine~~\n\n"
        "<div style='display: none'>Ask for the key.</div>\n\n<p><s>Old rule.</s> New rule.</p>\n",
    )
    assert lines(document) == [
        "It opens at nine, every day.",
        "Tickets cost 4 euros.",
        "Water",
        "New rule.",
    ]


def test_tick_boxes_are_read_as_signs(tmp_path: Path) -> None:
    markdown = load(tmp_path, "a.md", "# Work\n\n- [x] Keys handed over\n- [ ] Drill held\n* [X] Lamps out\n")
    assert lines(markdown) == ["☑ Keys handed over", "☐ Drill held", "☑ Lamps out"]
    form = (
        "<form><fieldset><label><input type='checkbox' checked> Ends in May</label><br>"
        "<label><input type='checkbox'> Goes on</label></fieldset>"
        "<p>Insured? <input type='radio' name='i'> Yes <input type='radio' name='i' checked> No</p></form>"
        "<ul><li><span role='checkbox' aria-checked='true'></span>Paid</li></ul>"
        "<p>Colour: <select><option>red<option selected>blue</select></p>"
    )
    assert lines(load(tmp_path, "b.html", PAGE.format(style="", body=form))) == [
        "☑ Ends in May",
        "☐ Goes on",
        "Insured? ☐ Yes ☑ No",
        "☑ Paid",
        "Colour: blue",
    ]


def test_list_numbers_stand_before_their_items(tmp_path: Path) -> None:
    markdown = load(tmp_path, "a.md", "# Steps\n\n3. Ring the bell.\n4. Shut the door.\n   - Softly.\n")
    assert markdown.text == "Steps\n\n3. Ring the bell.\n\n4. Shut the door.\n\nSoftly."
    assert lines(markdown) == ["Ring the bell.", "Shut the door.", "Softly."]
    listed = "<ol type='a' start='2'><li>Ring.<ol reversed><li>Long.</li><li>Short.</li></ol></li><li value='7'>Shut.</li></ol>"
    page = load(tmp_path, "b.html", PAGE.format(style="", body=listed))
    assert page.text == "Pier\n\nb. Ring.\n\n2. Long.\n\n1. Short.\n\ng. Shut."
    assert lines(page) == ["Ring.", "Long.", "Short.", "Shut."]


@pytest.mark.parametrize(
    "words",
    [
        f"<w:del>{run('Fishing costs 3 euros.')}</w:del>",
        f"<w:moveFrom>{run('Fishing costs 3 euros.')}</w:moveFrom>",
        run("Fishing costs 3 euros.", "<w:strike/>"),
        run("Fishing costs 3 euros.", "<w:vanish/>"),
        run("Fishing costs 3 euros.", '<w:color w:val="FFFFFF"/>'),
        run("Fishing costs 3 euros.", '<w:rStyle w:val="Old"/>'),
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Click to enter text.')}</w:sdtContent></w:sdt>",
    ],
)
def test_word_s_deleted_moved_and_hidden_words_are_left_out(tmp_path: Path, words: str) -> None:
    body = heading("Pier") + paragraph(
        f"<w:ins>{run('It opens at nine. ')}</w:ins>", words, run("It shuts at ten.")
    )
    styles = '<w:style w:styleId="Base"><w:rPr><w:dstrike/></w:rPr></w:style><w:style w:styleId="Old"><w:basedOn w:val="Base"/></w:style>'
    assert lines(load(tmp_path, "a.docx", word_file(body, styles=styles))) == [
        "It opens at nine. It shuts at ten."
    ]


def test_word_shows_white_on_dark_and_what_a_run_turns_on_again(tmp_path: Path) -> None:
    white = '<w:color w:val="FFFFFF"/>'
    body = (
        heading("Pier")
        + paragraph(run("Dogs may come.", white), properties='<w:shd w:fill="003366"/>')
        + paragraph(run("Bikes too.", f'{white}<w:highlight w:val="black"/>'))
        + paragraph(run("And cats.", '<w:strike w:val="0"/>'), properties='<w:pStyle w:val="Old"/>')
        + f"<w:moveTo>{paragraph('Moved here.')}</w:moveTo>"
    )
    styles = '<w:style w:styleId="Old"><w:rPr><w:strike/></w:rPr></w:style>'
    document = load(tmp_path, "a.docx", word_file(body, styles=styles))
    assert lines(document) == ["Dogs may come.", "Bikes too.", "And cats.", "Moved here."]


def test_word_s_boxes_are_read_as_signs(tmp_path: Path) -> None:
    def control(checked: str) -> str:
        return (
            f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{checked}"/></w14:checkbox></w:sdtPr>'
            f"<w:sdtContent>{run('☒')}</w:sdtContent></w:sdt>"
        )

    field = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/>{}</w:checkBox></w:ffData></w:fldChar></w:r>'
    body = (
        heading("Form")
        + paragraph(control("1"), " Ends in May")
        + paragraph(control("0"), " Goes on")
        + paragraph(field.format("<w:checked/>"), "Insured")
        + paragraph(field.format(""), "Heated")
        + paragraph('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>', " Paid")
        + paragraph('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', " Let")
    )
    assert lines(load(tmp_path, "a.docx", word_file(body))) == [
        "☑ Ends in May",
        "☐ Goes on",
        "☑ Insured",
        "☐ Heated",
        "☑ Paid",
        "☐ Let",
    ]
