"""Answers as files: readable anywhere, nothing foreign live, and read back only as they were written."""

import json
import re
import zlib
from base64 import b64decode, b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import document
from markdown_it import MarkdownIt
from runs import answer, citation, claim, passage

from assistant.core.errors import InputError
from assistant.core.types import Answer, Document, Row, Table
from ui.export.about import About, about_cited
from ui.export.export import escaped, file_name, to_file
from ui.export.history import SavedTurn
from ui.export.saved import read_saved

HOSTILE = '<img src=x onerror="alert(1)"> --> [go](javascript:alert(1)) ![p](http://evil.test/a|b.png) <!-- bpo-kpo-answers 1'
ONE = replace(answer(("vell", 10, "The harbour opened in 1904.")), question="When?", index_id="sha256:1")
TABLE = Answer(
    question="Tea or ale?",
    claims=(claim("Tea is hot.", 1), claim("Ale is | cold.", 2), claim("It is kept cool.", 2, origin="model")),
    citations=(citation(1, ("tea", 0, "Tea is hot.")), citation(2, ("ale", 4, "Ale is | cold."))),
    table=Table(
        sides=("tea", "ale"),
        rows=(Row(aspect="Heat", cells=((0,), (1, 2))), Row(aspect="Price", cells=((), (1,)))),
    ),
)  # fmt: skip
DECLINED = Answer(
    question="Why?", reason="off_topic", passages=(passage("tea", 0, "Tea is hot."),), notices=("So *there*.",)
)  # fmt: skip
TALK = [
    SavedTurn(question="When?", answer=ONE),
    SavedTurn(question="Tea or ale?", answer=TABLE),
    SavedTurn(question="And then?", answer=None, error="The model failed."),
    SavedTurn(question="Why?", answer=DECLINED),
]


def kept(folder: Path, name: str, body: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def shown(file: bytes) -> str:
    """Return what stands before the answers."""
    return file.decode().split("\n\n<!-- bpo-kpo-answers 2 ")[0]


def test_one_answer_is_markdown_with_a_footnote() -> None:
    assert shown(to_file(TALK[:1], "ignored", "markdown", {"vell": About(date="2020-05-01")})).split(
        "\n"
    ) == [
        "# When?",
        "",
        "“The harbour opened in 1904.”[^1]",
        "",
        "*1 sentence, quoted word for word.*",
        "",
        "[^1]: “The harbour opened in 1904.” – Vell, 2020-05-01, vell.md; characters 10 to 37 of vell, SHA-256 "
        + "0" * 64,
    ]


def test_a_conversation_is_markdown_with_a_table_and_notes_of_its_own_for_each_answer() -> None:
    lines = shown(to_file(TALK, "On drinks", "markdown")).split("\n")
    assert [line for line in lines if line.startswith("#")] == [
        "# On drinks",
        "## When?",
        "## Tea or ale?",
        "## And then?",
        "## Why?",
    ]
    assert [line for line in lines if line.startswith("|")] == [
        "| | tea | ale |",
        "|---|---|---|",
        r"| **Heat** | “Tea is hot.”[^2-1] | “Ale is \| cold.”[^2-2]<br>It is kept cool.[^2-2] |",
        r"| **Price** | *not found in the articles* | “Ale is \| cold.”[^2-2] |",
    ]
    labels = [line.split(":")[0] for line in lines if line.startswith("[^")]
    assert labels == ["[^1-1]", "[^2-1]", "[^2-2]"]
    assert "The model failed." in lines
    assert "> Tea is hot. – Tea" in lines
    assert r"*Note: So \*there\*.*" in lines


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1. A list, or not (so)?", r"1\. A list, or not (so)?"),
        ("- no item", r"\- no item"),
        ("=== no line", r"\=== no line"),
        ("a*b_c <i> [x](y) `z` &amp; #1", r"a\*b\_c \<i\> \[x\](y) \`z\` \&amp; \#1"),
        ("a\nb", "a b"),
        ("at www.evil.test/a_b", "at `www.evil.test/a_b`"),
        (r"a\. b\|", r"a\\. b\\\|"),
    ],
)
def test_markdown_shows_foreign_text_word_for_word(text: str, written: str) -> None:
    assert escaped(text) == written
    html = MarkdownIt("commonmark").enable("table").render(escaped(text))
    plain = re.sub(r"</?(?:p|code)>", "", html).strip()
    assert plain == " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_hostile_text_is_neither_live_nor_ends_the_answers(form: str, tmp_path: Path) -> None:
    hostile = Answer(
        question=HOSTILE,
        claims=(claim(HOSTILE, 1, origin="model"), claim(HOSTILE, 1)),
        citations=(replace(citation(1, ("vell", 0, HOSTILE)), title=HOSTILE, source=HOSTILE),),
        notices=(HOSTILE,),
        table=Table(sides=(HOSTILE, "b"), rows=(Row(aspect=HOSTILE, cells=((0,), (1,))),)),
    )
    turns = [
        SavedTurn(question=HOSTILE, answer=hostile),
        SavedTurn(question="x\ud800", answer=None, error=HOSTILE),
    ]
    file = to_file(turns, HOSTILE, form, {"vell": About(date=HOSTILE)})  # type: ignore[arg-type]
    html = shown(file)
    if form == "markdown":
        html = MarkdownIt("commonmark").enable("table").render(html)
        assert [row.count("<td>") for row in html.split("<tr>")[2:]] == [3]
    else:
        assert (
            re.findall(r"<meta [^>]*>", html)[1]
            == re.findall(r"<meta [^>]*default-src 'none'[^>]*>", html)[0]
        )
    assert set(re.findall(r"<(?:img|script|iframe|object|base|link|form)\b", html)) == set()
    assert [href for href in re.findall(r'href="([^"]*)"', html) if not href.startswith("#source-")] == []
    saved = read_saved(kept(tmp_path, {"markdown": "a.md", "html": "a.html"}[form], file))
    assert saved.findings == ()
    assert [Answer.from_dict(body) for body in saved.answers] == [hostile]


def test_the_page_needs_nothing_and_its_links_lead_to_its_sources() -> None:
    html = shown(to_file(TALK, "On drinks", "html", {"vell": About(date="2020-05-01")}))
    assert re.findall(r'href="#([^"]+)"', html) == [
        "source-1-1",
        "source-2-1",
        "source-2-2",
        "source-2-2",
        "source-2-2",
    ]
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(re.findall(r'id="([^"]+)"', html))
    assert "Vell, 2020-05-01, vell.md; characters 10 to 37 of vell" in html
    assert "default-src 'none'" in html
    assert not re.search(r"\b(?:src|srcset|action|on\w+)=|url\(|@import|<script", html)
    assert html.count("not found in the articles") == 1
    assert "The question is not about what these articles cover." in html


@pytest.mark.parametrize(("form", "name"), [("markdown", "a.md"), ("html", "a.html"), ("json", "a.json")])
def test_every_form_is_read_back_as_it_was(form: str, name: str, tmp_path: Path) -> None:
    file = to_file(TALK, "On drinks", form)  # type: ignore[arg-type]
    for body in (file, b"\xef\xbb\xbf" + file, file.replace(b"\n", b"\r\n")):
        saved = read_saved(kept(tmp_path, name, body))
        assert [Answer.from_dict(item) for item in saved.answers] == [ONE, TABLE, DECLINED]
        assert saved.findings == ()
    assert to_file(TALK, "On drinks", form) == file  # type: ignore[arg-type]


def test_the_json_form_is_the_contract_under_a_small_head() -> None:
    body = json.loads(to_file(TALK, "On drinks", "json", {"vell": About(date="2020-05-01")}))
    answers = body.pop("answers")
    assert len(body.pop("sha256")) == 64
    assert body == {
        "format": "bpo-kpo conversation",
        "version": 1,
        "title": "On drinks",
        "without_answer": [{"position": 2, "question": "And then?", "error": "The model failed."}],
        "dates": {"vell": "2020-05-01"},
    }
    assert answers == [ONE.to_dict(), TABLE.to_dict(), DECLINED.to_dict()]


@pytest.mark.parametrize(("form", "name"), [("markdown", "a.md"), ("html", "a.html")])
def test_words_changed_by_hand_are_noticed(form: str, name: str, tmp_path: Path) -> None:
    file = to_file(TALK, "On drinks", form)  # type: ignore[arg-type]
    changed = "the text was changed after it was exported; checked below is what was exported"
    for edited in (file.replace(b"1904", b"1905", 1), file + b"\nMore.\n", b"More.\n" + file):
        assert [item.detail for item in read_saved(kept(tmp_path, name, edited)).findings] == [changed]


def test_words_changed_together_with_their_hash_are_noticed(tmp_path: Path) -> None:
    from ui.export.seal import sealed, unsealed

    file = to_file(TALK, "On drinks", "markdown").decode()
    forged = sealed(shown(file.encode()).replace("1904", "1905"), unsealed(file).body)
    (finding,) = read_saved(kept(tmp_path, "a.md", forged)).findings
    assert not finding.holds
    assert finding.detail.startswith("the text is not what this version writes of the answers behind it")


def test_a_text_that_does_not_follow_from_the_claims_is_noticed(tmp_path: Path) -> None:
    body = ONE.to_dict() | {"text": "The harbour opened in 1905 [1]."}
    (finding,) = read_saved(kept(tmp_path, "a.json", json.dumps(body))).findings
    assert (finding.what, finding.holds) == ("text", False)
    talk = json.loads(to_file(TALK, "On drinks", "json"))
    talk["answers"][1]["status"] = "declined"
    changed, derived = read_saved(kept(tmp_path, "a.json", json.dumps(talk))).findings
    assert (changed.what, derived.what) == ("text", "answer 2, status")


def test_a_json_export_changed_by_hand_is_noticed_and_one_written_anew_is_not(tmp_path: Path) -> None:
    talk = json.loads(to_file(TALK, "On drinks", "json"))
    assert read_saved(kept(tmp_path, "a.json", json.dumps(talk, sort_keys=True))).findings == ()
    talk["answers"][0]["question"] = "Is it free?"
    (finding,) = read_saved(kept(tmp_path, "a.json", json.dumps(talk))).findings
    assert (finding.what, finding.holds) == ("text", False)
    assert finding.detail.startswith("the file was changed after it was exported")


def resealed(file: bytes, **values: object) -> str:
    """Return a Markdown export with other values in the answers behind it, in the form of the first version."""
    head, _, rest = file.decode().partition("<!-- bpo-kpo-answers 2 ")
    holder = json.loads(zlib.decompress(b64decode(rest.partition(" -->")[0])))
    holder["body"] |= values
    code = b64encode(json.dumps(holder).encode()).decode()
    lines = "\n".join(code[at : at + 76] for at in range(0, len(code), 76))
    return f"{head}<!-- bpo-kpo-answers 1\n{lines}\n-->\n"


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("a.md", lambda file: shown(file), "it holds no whole comment with answers"),
        ("a.md", lambda file: file.decode() * 2, "it holds more than one comment with answers"),
        ("a.md", lambda file: file.decode().replace(" -->", "! -->"), "it holds no whole comment"),
        ("a.md", lambda file: re.sub(r"(answers 2 ).{8}", r"\1AAAAAAAA", file.decode()), "are damaged"),
        ("a.md", lambda file: re.sub(r"(answers 2 .{80}).*( -->)", r"\1\2", file.decode()), "are damaged"),
        ("a.md", lambda file: resealed(file, version=2), "it is not in version 1"),
        ("a.md", lambda file: resealed(file, answers=[{}]), "not in the form of an export"),
        ("a.md", lambda file: resealed(file, answers=7), "not in the form of an export"),
        ("a.md", lambda file: resealed(file, without_answer=[7]), "not in the form of an export"),
        ("a.md", lambda file: resealed(file, answers=[_broken_table()]), "not in the form of an export"),
        ("a.json", lambda file: file.decode(), "it is not an answer: give a file saved by"),
        ("a.json", lambda _: "[1, 2]", "it is not an answer"),
        ("a.json", lambda _: '{"claims": []}', "question of the answer is missing or of another type"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_in_one_line(name: str, make, reason: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = kept(tmp_path, name, make(to_file(TALK, "On drinks", "markdown")))
    with pytest.raises(InputError) as error:
        read_saved(path)
    assert str(error.value).startswith(f"{path} cannot be checked: ")
    assert reason in str(error.value) and "\n" not in str(error.value)


def _broken_table() -> dict[str, object]:
    body = TABLE.to_dict()
    body["table"]["rows"][0]["cells"] = [[0], [9]]
    return body


def test_the_answers_behind_an_export_take_one_line_and_those_of_the_first_version_are_read(
    tmp_path: Path,
) -> None:
    file = to_file(TALK, "On drinks", "markdown")
    *_, last = file.decode().splitlines()
    assert last.startswith("<!-- bpo-kpo-answers 2 ") and file.decode().count("bpo-kpo-answers 2") == 1
    assert read_saved(kept(tmp_path, "old.md", resealed(file))).findings == ()


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none.md cannot be read"):
        read_saved(tmp_path / "none.md")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_saved(kept(tmp_path, "a.json", b"\xff\xfe\x00"))


def test_dates_are_those_of_unchanged_articles() -> None:
    vell = replace(document("vell", "The harbour opened in 1904."), date="2020-05-01")
    tea = replace(document("tea", "Tea is hot."), date="2021-06-02")

    def find(doc_id: str) -> Document:
        return {"vell": vell, "tea": tea}[doc_id]

    cited = replace(citation(1, ("vell", 0, "The")), doc_sha256=vell.sha256)
    turns = [*TALK, SavedTurn(question="When?", answer=replace(ONE, citations=(cited,)))]
    assert about_cited(turns, find) == {"vell": About(date="2020-05-01")}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("What is KPO?", "what-is-kpo.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("Crème & Ähre", "creme-ahre.md"),
        ("你好", "answer.md"),
        ("a" * 99, "a" * 60 + ".md"),
    ],
)
def test_a_file_name_is_plain(title: str, name: str) -> None:
    assert file_name(title, "markdown") == name
