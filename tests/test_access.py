"""The page for everyone: an automatic check (axe) of each state, and a turn with the keyboard alone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from test_page import WAIT, Model, address, ask, browser, model, question_box

__all__ = ["address", "browser", "model"]  # fixtures

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
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(WAIT)
    expect.set_options(timeout=WAIT)
    page.goto(f"{address}/{path}")
    return page


def violations(page: Page) -> list[str]:
    page.wait_for_timeout(500)  # colours fade in
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


@pytest.mark.parametrize("path", ["articles", "settings"])
@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (360, "light")])
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
