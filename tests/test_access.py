"""The page for everyone: an automatic check (axe) of each state, and a turn with the keyboard alone."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from runs import citation, claim, passage
from site_page import Model, ask, question_box, settled
from site_page import opened as at

from assistant.core.types import Answer
from ui.export.history import History, SavedTurn

OPTIONS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
# What Streamlit itself draws, and this page cannot change.
STREAMLIT = (
    ".stAppDeployButton",
    "[data-testid=stFileUploaderDropzone]",
    "[data-testid=stSidebarCollapseButton]",
)


def opened(
    browser: Browser, address: str, *, width: int = 1440, scheme: str = "light", path: str = ""
) -> Page:
    return at(browser, f"{address}/{path}", width, scheme, reduced_motion="reduce")


def violations(page: Page) -> list[str]:
    settled(page)  # what is left of the run before is dimmed
    page.wait_for_timeout(500)  # colours fade in
    settled(page)
    context = {"exclude": [[selector] for selector in STREAMLIT]}
    found = Axe().run(page, context, OPTIONS)
    return [
        f"{item['id']}: {node['target']} {node.get('failureSummary', '')}"
        for item in found.response["violations"]
        for node in item["nodes"]
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_asking_and_reading_a_source_has_no_barrier(
    browser: Browser, address: str, model: Model, width: int, scheme: str
) -> None:
    page = opened(browser, address, width=width, scheme=scheme)
    expect(page.locator(".st-key-starters button").first).to_be_visible()
    assert violations(page) == []
    ask(page, "What is the difference between BPO and KPO?")
    ask(page, "What does a KPO analyst in Kenya earn?", 1)
    assert violations(page) == []
    page.get_by_role("button", name="Source 1", exact=True).first.click()
    expect(page.locator(".st-key-source .passage mark")).to_have_count(1)
    assert violations(page) == []
    page.context.close()


@pytest.fixture(scope="module")
def kept(address: str, site_folder: Path) -> str:
    """Keep a conversation with a turn in each look there is; return its id."""
    unsure = replace(claim("About 40 per cent of them.", 1), lead="This may answer it:")
    weak = replace(claim("KPO pays well.", 1, 2, verdict="unverified", origin="model"), weak=((4, 8),))
    cited = (
        citation(1, ("staff", 0, "KPO needs analysts with long training.")),
        citation(2, ("staff", 39, "About 40 per cent of the buyers were charged more than planned.")),
    )
    answers = [
        Answer(question="Unverified?", claims=(weak,), citations=cited, articles={"staff": "Staff"}),
        Answer(question="Unsure?", claims=(unsure,), citations=cited, reason="unsure", notices=("A note.",)),
        Answer(question="Listed?", claims=(replace(claim("Analysts.", 1), item=True),), citations=cited),
        Answer(question="Moon?", reason="off_topic", passages=(passage("staff", 0, "KPO needs analysts."),)),
    ]
    turns = [SavedTurn(question=answer.question, answer=answer) for answer in answers]
    history = History(site_folder / "data")
    for turn in [*turns, SavedTurn(question="Failed?", answer=None, error="The model failed.")]:
        history.finish("looks", history.begin("looks", turn.question), turn)
    return "looks"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_every_look_of_an_answer_and_every_menu_has_no_barrier(
    browser: Browser, address: str, kept: str, width: int, scheme: str
) -> None:
    page = opened(browser, address, width=width, scheme=scheme, path=f"?c={kept}")
    expect(page.locator(".question")).to_have_count(5)
    expect(page.locator(".claim.unverified")).to_have_count(1)
    settled(page)
    numbered = page.locator(".st-key-cite-0-0-2 button, blockquote.compare")
    expect(numbered).to_have_count(3)
    number, first, second = numbered.evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().toJSON())"
    )  # the numbers behind the sentence, then each quotation on a line of its own
    assert number["bottom"] <= first["top"] and first["bottom"] <= second["top"]
    assert violations(page) == []
    row = page.locator(".st-key-actions-looks-0")
    row.get_by_role("radio", name="Thumbs down").click()
    expect(page.get_by_text("What was wrong?")).to_be_visible()
    page.locator(".st-key-edit-1-open button:visible").click()
    expect(page.get_by_label("Your question")).to_be_visible()
    assert violations(page) == []
    for menu, shown in (("Copy or download", "Markdown"), ("Report a citation", "Keep this")):
        row.get_by_role("button", name=re.compile(f"^{menu}")).click()
        expect(page.get_by_test_id("stPopoverBody").get_by_role("button", name=shown).first).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    row.get_by_role("radio", name="Thumbs down").click()
    page.locator(".st-key-scope-open button:visible").click()
    page.get_by_role("combobox", name="Articles").fill("Staff")
    page.get_by_role("option", name="Staff <img").click()
    page.keyboard.press("Escape")
    assert violations(page) == []
    page.context.close()


def test_a_phone_reaches_every_page_and_conversation(browser: Browser, address: str, kept: str) -> None:
    page = opened(browser, address, width=360, path=f"?c={kept}")
    expect(page.locator(".question")).to_have_count(5)
    page.mouse.move(180, 400)
    page.mouse.wheel(0, 600)
    for name, heading in (("Articles", "Articles"), ("Settings", "Settings")):
        link = page.locator(".st-key-bar").get_by_role("link", name=name)
        expect(link).to_be_in_viewport(ratio=1)
        link.click()
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator(".st-key-bar").get_by_role("link", name="Ask").click()
    expect(page.locator(".question")).to_have_count(5)
    expect(page.locator(".st-key-scope-open")).to_be_in_viewport(ratio=1)
    page.get_by_test_id("stExpandSidebarButton").click()
    entry = page.locator(".st-key-open-looks button:visible")
    expect(entry).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".question")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("path", ["articles", "settings"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_articles_and_settings_have_no_barrier(
    browser: Browser, address: str, path: str, width: int, scheme: str
) -> None:
    page = opened(browser, address, width=width, scheme=scheme, path=path)
    expect(page.get_by_role("heading", name=re.compile(path, re.I)).first).to_be_visible()
    assert violations(page) == []
    page.context.close()


def test_the_keyboard_alone_asks_opens_a_source_and_closes_it(
    browser: Browser, address: str, model: Model
) -> None:
    page = opened(browser, address)
    question_box(page).focus()
    page.keyboard.type("What does KPO stand for?")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-check-0")).to_be_visible()
    source = page.get_by_role("button", name="Source 1", exact=True)
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if source.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-source .passage mark")).to_have_count(1)
    page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-source")).to_have_count(0)
    page.context.close()
