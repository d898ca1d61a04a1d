"""What a reader does with an answer on the page: copy it, cite a source, follow it, say what was wrong; change a setting."""

import re
from pathlib import Path

import pytest
from patience import wait_until
from playwright.sync_api import Browser, Page, expect
from site_page import ask, opened, settled

from ui.export.feedback import read

QUESTION = "What does KPO stand for?"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def phone(browser: Browser, address: str) -> Page:
    return opened(browser, address, 360, "dark", has_touch=True, permissions=CLIPBOARD)


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_source_is_followed_and_cited_with_a_tap(phone: Page) -> None:
    ask(phone, QUESTION)
    quote = phone.locator(".st-key-claim-0-0 .claim").inner_text()
    phone.locator(".st-key-claim-0-0").get_by_role("button", name="Source 1", exact=True).tap()
    named = phone.locator(".st-key-references")
    named.locator("summary").tap()
    link = named.locator("a").first
    expect(link).to_have_attribute("href", re.compile("^https?://"))
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    phone.get_by_role("button", name="Cite this").tap()
    copy = phone.get_by_test_id("stPopoverBody").get_by_role("button", name="Copy to clipboard")
    expect(copy).to_have_count(2)
    copy.first.tap()
    wait_until(lambda: copied(phone).startswith(f"“{quote}” ("))
    phone.context.close()


def test_an_answer_is_copied_as_text_with_footnotes_in_one_tap(phone: Page) -> None:
    ask(phone, QUESTION)
    settled(phone)
    words = phone.locator(".st-key-claim-0-0 .claim").inner_text()
    phone.locator("button.copy").tap()
    expect(phone.get_by_text("Copied")).to_have_count(1)
    text = copied(phone)
    assert text.startswith(f"{QUESTION}\n\n{words} [1]\n") and re.search(r"\n\n\[1\] \S", text)
    phone.context.close()


def test_a_thumb_down_asks_what_was_wrong_and_keeps_it(phone: Page, site_folder: Path) -> None:
    ask(phone, QUESTION)
    phone.get_by_role("radio", name="Thumbs down").tap()
    form = phone.get_by_test_id("stForm")
    form.get_by_text("Too long", exact=True).tap()
    phone.get_by_label("In your words").fill("One sentence is enough")
    form.get_by_role("button", name="Keep this").tap()
    expect(phone.get_by_text("Kept: Too long; One sentence is enough")).to_be_visible()
    last = read(site_folder / "data")[-1]
    assert (last.said, last.note) == ("down", "Too long; One sentence is enough")
    phone.context.close()


def test_a_setting_that_is_put_in_force_says_so_in_view(phone: Page) -> None:
    phone.locator(".st-key-bar").get_by_role("link", name="Settings").tap()
    phone.get_by_text("Answer more", exact=True).tap()
    settled(phone)
    phone.get_by_role("button", name="Use these settings").tap()
    expect(phone.get_by_text("These settings are in force now.")).to_be_in_viewport(ratio=1)
    phone.context.close()
