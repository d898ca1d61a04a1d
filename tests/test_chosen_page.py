"""What is asked on the page: chosen articles, attached files, a question put otherwise; and a deletion undone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect
from site_page import HOSTILE, STAFF, ask, file, question_box, settled

from assistant.core.settings import Settings, load_settings
from assistant.models.embedder.load import load_embedder
from ui.library.library import list_articles, remove_article

CANTEEN = "# Canteen rules\n\nGuests pay four euros for lunch. The kitchen closes at three.\n"


@pytest.fixture
def settings(site_folder: Path) -> Iterator[Settings]:
    """Give the settings of the shared page; what a test attached is taken out again."""
    settings = load_settings(data_dir=site_folder / "data", model="none")
    before = {item.doc_id for item in list_articles(settings)}
    yield settings
    for item in list_articles(settings):
        if item.doc_id not in before:
            remove_article(settings, load_embedder(settings), item.doc_id)


def attach(page: Page, *files: FilePayload) -> None:
    page.locator("[data-testid=stChatInput] input[type=file]").set_input_files(list(files))
    for one in files:
        expect(page.get_by_test_id("stChatInput").get_by_text(one["name"])).to_be_visible()
    settled(page)  # the files have reached the server


def test_chosen_articles_alone_are_asked_until_all_are_again(page: Page) -> None:
    expect(page.locator(".st-key-scope-open")).to_contain_text("default · 22 articles")
    page.locator(".st-key-scope-open button:visible").click()
    page.get_by_role("combobox", name="Articles").fill("Staff")
    page.get_by_role("option", name="Staff <img").click()
    page.keyboard.press("Escape")  # closes the list, not the dialog
    expect(page.get_by_role("listbox")).to_have_count(0)
    chosen = page.get_by_role("dialog")
    expect(chosen.get_by_text(f"Staff {HOSTILE}").first).to_be_visible()
    expect(chosen.locator("img, a")).to_have_count(0)
    settled(page)
    page.get_by_role("button", name="Ask this").click()
    told = page.locator(".limits")
    expect(told).to_have_text(f"Now asking “Staff {HOSTILE}” alone.")
    expect(page.locator(".st-key-scope-open")).to_contain_text("default · 1 of 22 articles")
    ask(page, "What does KPO need?")
    expect(told).to_have_text(f"Asked of “Staff {HOSTILE}” alone.")
    expect(page.locator(".st-key-claim-0-0 .claim")).to_have_text(STAFF)
    page.reload()
    expect(told).to_have_text(f"Asked of “Staff {HOSTILE}” alone.")
    expect(page.locator(".st-key-scope-open")).to_contain_text("default · 1 of 22 articles")
    page.get_by_role("button", name="Ask all").click()
    expect(page.get_by_role("button", name="Ask all")).to_have_count(0)
    expect(page.locator(".st-key-scope-open")).to_contain_text("default · 22 articles")
    ask(page, "What does KPO stand for?", turn=1)
    expect(told).to_have_count(1)
    expect(page.locator(".st-key-claim-1-0 .claim")).to_contain_text("nowledge", ignore_case=True)


def test_an_attached_file_is_added_and_asked_alone(page: Page, settings: Settings) -> None:
    attach(page, file("canteen.md", CANTEEN), file("tool.exe", "MZ"))
    ask(page, "What do guests pay for lunch?")
    expect(page.locator(".st-key-claim-0-0 .claim")).to_have_text("Guests pay four euros for lunch.")
    expect(page.locator(".limits")).to_have_text("Asked of “Canteen rules” alone.")
    notes = page.locator(".st-key-turn-0-last .note").all_inner_texts()
    assert "Added to the index “default”: “Canteen rules”." in notes
    assert any(
        note.startswith("tool.exe is of the kind '.exe', which is not read; read are ") for note in notes
    )
    page.locator(".st-key-claim-0-0").get_by_role("button", name="Source 1", exact=True).click()
    expect(page.locator(".st-key-source .passage mark")).to_have_text(["Guests pay four euros for lunch."])
    ask(page, "When does the kitchen close?", turn=1)
    expect(page.locator(".st-key-claim-1-0 .claim")).to_have_text("The kitchen closes at three.")
    expect(page.locator(".limits")).to_have_count(2)
    expect(page.locator(".st-key-scope-open")).to_contain_text("default · 1 of 23 articles")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".limits")).to_have_count(0)
    expect(page.locator(".st-key-scope-open")).to_contain_text("default · 23 articles")


def test_a_file_without_a_question_is_introduced(page: Page, settings: Settings) -> None:
    attach(page, file("canteen.md", CANTEEN))
    page.get_by_test_id("stChatInputSubmitButton").click()
    expect(page.locator(".question")).to_have_text("What is this about?")
    expect(page.locator(".st-key-claim-0-0 .claim")).to_have_text("Guests pay four euros for lunch.")


def test_a_file_that_cannot_be_read_is_refused_in_a_line_and_nothing_is_asked(
    page: Page, settings: Settings
) -> None:
    attach(page, file("tool.exe", "MZ"), file("empty.txt", " "))
    question_box(page).fill("What is it?")
    question_box(page).press("Enter")
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text(
        re.compile(
            r"^tool\.exe is of the kind '\.exe', which is not read; .*\. empty\.txt is empty; fill it first\.$"
        )
    )
    expect(page.locator(".claim")).to_have_count(0)
    expect(page.locator(".st-key-scope-open")).to_contain_text("default · 22 articles")
    ask(
        page, "What does KPO stand for?", turn=1
    )  # which is asked of all articles, and puts no word of the other
    expect(page.locator(".limits")).to_have_count(0)


def test_a_question_is_edited_and_asked_again_in_its_place(page: Page) -> None:
    ask(page, "What does KPO stand for?")
    ask(page, "What is a captive centre?", turn=1)
    page.locator(".st-key-edit-0-open button:visible").click()
    expect(page.get_by_text("What was asked after it is removed from this conversation.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Your question")).to_have_count(0)
    page.locator(".st-key-edit-0-open button:visible").click()
    expect(page.get_by_label("Your question")).to_be_visible()
    settled(page)
    page.get_by_label("Your question").fill("What does BPO stand for?")
    page.get_by_test_id("stForm").get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".question")).to_have_text(["What does BPO stand for?"])
    first = page.locator(".st-key-claim-0-0 .claim")
    expect(first).to_contain_text("business process", ignore_case=True)
    expect(page.locator(".st-key-check-1")).to_have_count(0)
    page.reload()
    expect(page.locator(".question")).to_have_text(["What does BPO stand for?"])
    words = first.inner_text()
    before = page.locator("[data-turn]").get_attribute("data-turn")
    page.get_by_role("button", name="Ask this again").click()
    expect(page.locator("[data-turn]")).not_to_have_attribute("data-turn", str(before))
    expect(page.locator(".st-key-check-0")).to_be_visible()
    expect(page.locator(".question")).to_have_text(["What does BPO stand for?"])
    expect(first).to_have_text(words)


def test_a_deleted_conversation_is_brought_back_as_it_was(page: Page) -> None:
    ask(page, "What is a captive centre?")
    words = page.locator(".st-key-claim-0-0").inner_text()
    listed = page.locator("[class*=st-key-open-] button[kind=primary]")
    expect(listed).to_have_text("What is a captive centre?")
    name = str(page.locator("[class*=st-key-talk-]").filter(has=listed).get_attribute("class"))
    key = re.search(r"st-key-talk-(\S+)", name)
    assert key
    page.locator(f".st-key-talk-{key[1]}").get_by_role("button", name=re.compile("Rename or delete")).click()
    page.locator(f".st-key-delete-{key[1]} button").click()
    expect(page.locator(f".st-key-talk-{key[1]}")).to_have_count(0)
    expect(page.get_by_test_id("stChatMessage")).to_have_count(0)
    expect(page.locator(".st-key-undo")).to_contain_text("Deleted “What is a captive centre?”.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".st-key-undo")).to_have_count(0)
    page.locator(f".st-key-open-{key[1]} button").click()
    expect(page.locator(".st-key-claim-0-0")).to_have_text(words, use_inner_text=True)
