"""Where an answer begins on the page, what stands before it, and that nothing waits for what comes after it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import HOLD, wait_until
from playwright.sync_api import Browser, Page, expect
from site_page import ask, opened, question_box, settled

from assistant.core.settings import Settings, load_settings
from assistant.models.embedder.load import load_embedder
from ingest.index import build_index
from ui.export.history import History, SavedTurn
from ui.page.ask.shelf import LocalShelf


@pytest.fixture
def hold(site_folder: Path) -> Iterator[Path]:
    """Hold back what the page does in the background, until this file is removed."""
    hold = site_folder / "data" / HOLD
    hold.touch()
    yield hold
    hold.unlink(missing_ok=True)


@pytest.fixture
def vell(address: str, site_folder: Path) -> Iterator[Settings]:
    """Make a second index of one article, and a conversation that belongs to it."""
    settings = load_settings(data_dir=site_folder / "data", index="vell", model="none")
    article = site_folder / "vell.md"
    article.write_text("# Vell\n\nThe harbour of Vell opened in 1904.\n")
    build_index(settings, load_embedder(settings), [str(article)])
    history = History(settings.data_dir)
    turn = SavedTurn(question="Is Vell far?", answer=None, error="The model failed.")
    history.finish("vell", history.begin("vell", turn.question, "vell"), turn)
    yield settings
    history.delete("vell")
    shutil.rmtree(settings.index_dir)


def test_the_start_says_what_is_asked_and_what_answers(page: Page) -> None:
    expect(page.locator(".lead")).to_have_text(
        re.compile(r"^Ask 22 articles about KPO, BPO and outsourcing\. ")
    )
    scope = page.locator(".st-key-scope")
    expect(scope).to_contain_text("default · 22 articles")
    expect(scope).to_contain_text("openai:m at http://127.0.0.1:")


def test_the_indexes_of_evaluations_are_not_offered(vell: Settings) -> None:
    measured = vell.indexes_dir / "eval-0123456789ab"
    shutil.copytree(vell.index_dir, measured)
    try:
        assert LocalShelf(vell).indexes() == {"default": "22 articles", "vell": "1 article"}
        asked = vell.model_copy(update={"index": measured.name})
        assert measured.name in LocalShelf(asked).indexes()
    finally:
        shutil.rmtree(measured)


def test_a_conversation_brings_its_index_which_is_opened_while_the_box_stands(
    browser: Browser, address: str, vell: Settings, hold: Path
) -> None:
    page = opened(browser, f"{address}/?c=vell")
    scope = page.locator(".st-key-scope")
    expect(scope).to_have_text("Opening “vell” …")
    expect(question_box(page)).to_be_enabled()
    hold.unlink()
    expect(scope).to_contain_text("vell · 1 article")  # nobody clicked
    page.locator(".st-key-scope-open button:visible").click()
    page.get_by_role("dialog").get_by_text("default", exact=True).click()
    expect(page.get_by_text("Another index begins a new conversation")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Ask this").click()
    expect(scope).to_contain_text("default · 22 articles")
    expect(page.locator(".question")).to_have_count(0)
    page.locator(".st-key-open-vell button").click()
    expect(scope).to_contain_text("vell · 1 article")
    ask(page, "When did the harbour of Vell open?", 1)
    expect(page.locator(".st-key-claim-1-0 .claim")).to_have_text("The harbour of Vell opened in 1904.")
    page.context.close()


def test_nothing_waits_for_the_questions_to_go_on_with(page: Page, hold: Path) -> None:
    ask(page, "What does KPO stand for?")
    page.locator(".st-key-claim-0-0").get_by_role("button", name="Source 1", exact=True).click()
    expect(page.locator(".st-key-source .passage mark")).to_have_count(1)
    mine = page.locator("[class*=st-key-open-] button[kind=primary]")
    key = re.search(
        r"st-key-talk-(\S+)",
        str(page.locator("[class*=st-key-talk-]").filter(has=mine).get_attribute("class")),
    )
    assert key
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("heading", name="Answers you can check")).to_be_visible()
    expect(page.locator(".st-key-claim-0-0")).to_have_count(0)
    assert "c=" not in page.url
    page.locator(f".st-key-open-{key[1]} button").click()
    expect(page.locator(".st-key-claim-0-0")).to_have_count(1)
    expect(page.locator(".st-key-following button")).to_have_count(0)  # it was held back all the while
    hold.unlink()
    expect(page.locator(".st-key-following button").first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 360])
def test_the_page_stands_at_the_beginning_of_the_new_answer(
    browser: Browser, address: str, width: int
) -> None:
    page = opened(browser, address, width)
    ask(page, "What is the difference between BPO and KPO?")
    wait_until(lambda: _below_the_bar(page, 0))
    ask(page, "How far away is the planet Neptune?", 1)
    wait_until(lambda: _below_the_bar(page, 1))
    expect(page.locator(".declined")).to_be_in_viewport(ratio=1)
    page.context.close()


def _below_the_bar(page: Page, turn: int) -> bool:
    """Tell whether a question stands right below the way between the pages."""
    question, bar = (
        page.locator(f".st-key-asked-{turn}").bounding_box(),
        page.locator(".st-key-bar").bounding_box(),
    )
    return bool(question and bar and bar["y"] >= 0 and 0 <= question["y"] - bar["y"] - bar["height"] < 80)
