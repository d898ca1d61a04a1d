"""The row under an answer: drawn by itself on a kept conversation, and used in a real browser."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from helpers import embedded_checker, settings_in
from patience import LONG_S
from playwright.sync_api import Browser, Page, expect
from runs import citation, claim
from site_page import COST, HOSTILE, STAFF, STAFF_ARTICLE, new_page, opened, settled
from streamlit.testing.v1 import AppTest

from assistant.answer.recheck import recheck_all
from assistant.core.settings import Settings, load_settings
from assistant.core.types import Answer, Document
from assistant.index.store import Store
from assistant.models.embedder.embedder import HashEmbedder
from assistant.models.embedder.load import load_embedder
from ingest.index import build_index
from ingest.loaders.word.docx import read_docx
from ui.export.feedback import FILE, in_force, read
from ui.export.history import History, SavedTurn
from ui.export.saved import read_saved
from ui.library.library import read_article

SCRIPT = """
from pathlib import Path
import streamlit as st
from assistant.models.embedder.embedder import HashEmbedder
from assistant.core.settings import load_settings
from assistant.index.store import Store
from ui.page.ask import actions
from ui.export.history import History

settings = load_settings(data_dir={data!r}, embedder="hash", model="none", dtype="float32")
store = Store.open(settings, HashEmbedder())
st.html(Path(actions.__file__).parents[1].joinpath("style.css"))
actions.draw_style()
turns = History(settings.data_dir).load("abc")
for at in range(len(turns)):
    actions.draw_actions(
        turns, at, conversation="abc", title="On staff", folder=settings.data_dir, find=store.document
    )
"""


def prepared(folder: Path) -> Settings:
    """Make an index of one article and keep a conversation about it."""
    settings = settings_in(folder / "data")
    (folder / "in").mkdir()
    (folder / "in" / "staff.md").write_text(STAFF_ARTICLE)
    build_index(settings, HashEmbedder(), [str(folder / "in")])
    keep(settings, Store.open(settings, HashEmbedder()).document("staff"))
    return settings


def keep(settings: Settings, document: Document) -> None:
    """Keep a conversation of four turns: two citations, a hostile one, a decline, a failure."""
    cited = [
        replace(
            citation(n, ("staff", document.text.index(words), words)),
            title=document.title,
            source=document.source,
            date=document.date,
            doc_sha256=document.sha256,
        )
        for n, words in enumerate((STAFF, COST), 1)
    ]
    good = Answer(question="Who?", claims=(claim(STAFF, 1), claim(COST, 2)), citations=tuple(cited))
    hostile = Answer(question=HOSTILE, claims=(claim(COST, 2),), citations=(cited[1],))
    history = History(settings.data_dir)
    turns = [
        SavedTurn(question="Who?", answer=good),
        SavedTurn(question=HOSTILE, answer=hostile),
        SavedTurn(question="Why?", answer=Answer(question="Why?", reason="off_topic")),
        SavedTurn(question="And?", answer=None, error="The model failed."),
    ]
    for turn in turns:
        history.finish("abc", history.begin("abc", turn.question), turn)
    history.rename("abc", "On staff")


def drawn(settings: Settings) -> AppTest:
    return AppTest.from_string(SCRIPT.format(data=str(settings.data_dir)), default_timeout=LONG_S).run()


def given(settings: Settings) -> list[tuple[int, str, int | None, str]]:
    return [(row.position, row.said, row.citation, row.note) for row in in_force(read(settings.data_dir))]


# --- drawn by itself ---


def test_each_answer_has_a_row_and_a_failed_turn_has_none(tmp_path: Path) -> None:
    app = drawn(prepared(tmp_path))
    assert not app.exception
    assert [item.key for item in app.feedback] == ["thumbs-abc-0", "thumbs-abc-1", "thumbs-abc-2"]


def test_a_thumb_is_kept_shown_again_and_taken_back(tmp_path: Path) -> None:
    settings = prepared(tmp_path)
    app = drawn(settings)
    app.feedback(key="thumbs-abc-1").set_value(1).run()
    assert given(settings) == [(1, "up", None, "")]
    assert [item.content for item in read(settings.data_dir)[0].history] == ["Who?", f"{STAFF} {COST}"]
    again = drawn(settings)
    assert [item.value for item in again.feedback] == [None, 1, None]
    again.feedback(key="thumbs-abc-1").set_value(0).run()
    assert given(settings) == [(1, "down", None, "")]
    again.feedback(key="thumbs-abc-1").set_value(None).run()
    assert given(settings) == []
    assert [item.value for item in drawn(settings).feedback] == [None, None, None]


def test_feedback_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    settings = prepared(tmp_path)
    (settings.data_dir / FILE).mkdir()
    app = drawn(settings)
    app.feedback(key="thumbs-abc-0").set_value(1).run()
    assert not app.exception
    assert len(app.error) == 1 and "the feedback was not kept" in app.error[0].value


# --- in a browser ---


@pytest.fixture(scope="module")
def settings(address: str, site_folder: Path) -> Settings:
    """Keep the conversation where the shared page finds it."""
    settings = load_settings(data_dir=site_folder / "data", model="none")
    document = read_article(settings, "staff")
    assert document
    keep(settings, document)
    return settings


def at_conversation(browser: Browser, address: str, width: int = 1440, scheme: str = "light") -> Page:
    page = opened(browser, f"{address}/?c=abc", width, scheme)
    expect(page.locator(".st-key-actions-abc-2 button:visible").nth(2)).to_be_visible()
    return page


@pytest.fixture
def page(browser: Browser, address: str, settings: Settings) -> Iterator[Page]:
    page = at_conversation(browser, address)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    title = page.title()
    yield page
    foreign = [url for url in fetched if not url.startswith((address, "data:", "blob:", "ws://127.0.0.1"))]
    assert (foreign, page.title()) == ([], title)
    page.context.close()


def watch(page: Page, fetched: list[str], told: list[str]) -> None:
    """Note what a page fetches and what it tells the console."""
    page.on("request", lambda request: fetched.append(request.url))
    page.on("console", lambda message: told.append(message.text))


@pytest.mark.parametrize(("name", "ending"), [("Markdown", "md"), ("HTML page", "html"), ("JSON", "json")])
def test_a_conversation_is_downloaded_and_holds_when_checked_again(
    page: Page, settings: Settings, tmp_path: Path, name: str, ending: str
) -> None:
    page.locator(".st-key-actions-abc-1").get_by_role("button", name="Copy or download").click()
    page.get_by_text("The whole conversation").click()
    shown = page.locator(".st-key-export-abc-1 code, [data-testid=stPopoverBody] [data-testid=stCode] code")
    expect(shown.first).to_contain_text("# On staff")
    settled(page)  # the buttons below arrive after the text
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename == f"on-staff.{ending}"
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    saved = read_saved(path)
    assert [answer["question"] for answer in saved.answers] == ["Who?", HOSTILE, "Why?"]
    report = recheck_all(
        saved.answers, Store.open(settings, load_embedder(settings)), embedded_checker(), saved.findings
    )
    assert report.holds and len(report.findings) == 7
    if ending == "md":
        assert "2026-01-02" in path.read_text()


def test_a_conversation_is_downloaded_for_word_and_as_pdf(page: Page, tmp_path: Path) -> None:
    page.locator(".st-key-actions-abc-1").get_by_role("button", name="Copy or download").click()
    page.get_by_text("The whole conversation").click()
    for name, ending in (("Word", "docx"), ("PDF", "pdf")):
        settled(page)
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        assert download.value.suggested_filename == f"on-staff.{ending}"
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        words = (
            read_docx(path.read_bytes()).text
            if ending == "docx"
            else "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        )
        words = " ".join(words.split())
        assert f"“{STAFF}”" in words and HOSTILE in words and "2026-01-02" in words
        assert "The model failed." in words


def test_an_exported_page_runs_and_fetches_nothing(page: Page, browser: Browser, tmp_path: Path) -> None:
    page.locator(".st-key-actions-abc-1").get_by_role("button", name="Copy or download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="HTML page").click()
    path = tmp_path / "answer.html"
    download.value.save_as(path)
    for scheme in ("light", "dark"):
        other = new_page(browser, 360, 740, scheme)
        fetched: list[str] = []
        told: list[str] = []
        watch(other, fetched, told)
        other.goto(path.as_uri())
        expect(other.locator("h1")).to_have_text(HOSTILE)
        expect(other.locator("img, script, iframe")).to_have_count(0)
        assert (fetched, told) == ([path.as_uri()], [])
        assert other.evaluate("document.documentElement.scrollWidth") == 360
        dark = other.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
        assert dark is (scheme == "dark")
        assert "bpo-kpo-answers" not in other.locator("body").inner_text()
        other.context.close()


def test_the_menus_have_room_also_where_their_row_stands_at_the_end_of_the_view(page: Page) -> None:
    settled(page)
    row = page.locator(".st-key-actions-abc-1")
    for name, last in (("Copy or download", "PDF"), ("Report a citation", "Keep this")):
        button = row.get_by_role("button", name=name)
        button.evaluate("button => button.scrollIntoView({block: 'end'})")
        button.click()
        body = page.get_by_test_id("stPopoverBody")
        expect(body.get_by_role("button", name=last)).to_be_in_viewport(ratio=1)
        page.keyboard.press("Escape")
        expect(body).to_have_count(0)


def test_a_citation_is_called_wrong_with_a_note_and_taken_back(page: Page, settings: Settings) -> None:
    row = page.locator(".st-key-actions-abc-0")
    row.get_by_role("button", name=re.compile("^Report a citation")).click()
    page.get_by_role("combobox", name="Which citation is wrong?").click()
    page.get_by_role("option", name="[2]").click()
    page.get_by_label("What is wrong with it?").fill(f"Not said. {HOSTILE}")
    page.get_by_role("button", name="Keep this").click()
    told = page.locator(".called-wrong")
    expect(told).to_have_text(f"You called [2] wrong: Not said. {HOSTILE}")
    assert given(settings) == [(0, "wrong", 2, f"Not said. {HOSTILE}")]
    expect(page.get_by_label("What is wrong with it?")).to_have_value("")
    page.get_by_role("button", name="Take back [2]").click()
    expect(told).to_have_count(0)
    assert given(settings) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_and_the_keyboard_suffice(
    browser: Browser, address: str, settings: Settings, scheme: str
) -> None:
    page = at_conversation(browser, address, 360, scheme)
    row = page.locator(".st-key-actions-abc-0")
    buttons = row.locator("button:visible")
    expect(buttons).to_have_count(6)
    settled(page)
    boxes = buttons.evaluate_all("all => all.map(b => b.getBoundingClientRect().toJSON())")
    assert all(box["width"] >= 24 and box["height"] >= 24 and box["right"] <= 360 for box in boxes)
    names = page.locator("button:visible").evaluate_all(
        "all => all.map(b => (b.getAttribute('aria-label') || b.innerText || '').trim())"
    )
    assert all(names)
    up = row.get_by_role("radio", name="Thumbs up")
    up.focus()
    page.keyboard.press("Enter")
    expect(up).to_have_attribute("aria-checked", "true")
    page.reload()
    expect(up).to_have_attribute("aria-checked", "true")
    up.focus()
    page.keyboard.press("Enter")
    expect(up).to_have_attribute("aria-checked", "false")
    row.get_by_role("button", name="Copy or download").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Markdown", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Markdown", exact=True)).to_have_count(0)
    expect(page.locator(".st-key-actions-abc-0")).to_be_visible()
    assert given(settings) == []
    page.context.close()
