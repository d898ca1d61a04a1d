"""The page over a server: choosing articles, attaching a file, beginning anew; and a server that only answers."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from serving import Served, served
from site_page import ask, file, opened, question_box, settled
from small_index import build

from assistant.core.settings import Settings
from ui.serve.client import ServerAssistant

QUOTE = "KPO stands for Knowledge Process Outsourcing."
CANTEEN = "# Canteen rules\n\nGuests pay four euros for lunch. The kitchen closes at three.\n"
VELL = "# Vell\n\nThe harbour of Vell opened in 1904.\n"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return build(tmp_path_factory.mktemp("server"))


@pytest.fixture(scope="module")
def server(settings: Settings) -> Iterator[Served]:
    with served(settings.data_dir, "--model", "none", "--rate", "0", **_variables(settings)) as found:
        yield found


@pytest.fixture(scope="module")
def shared(server: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a page over that server."""
    with _page_over(server.address, tmp_path_factory.mktemp("mine")) as found:
        yield found.address


def _page_over(address: str, folder: Path) -> AbstractContextManager[Served]:
    return served(folder, "--no-browser", "--server", address, command="chat")


def _variables(settings: Settings) -> dict[str, str]:
    return {"BPO_KPO_EMBEDDER": settings.embedder, "BPO_KPO_DTYPE": "float32"}


@pytest.fixture
def page(browser: Browser, shared: str) -> Iterator[Page]:
    page = opened(browser, shared)
    expect(question_box(page)).to_be_enabled()
    yield page
    page.close()


def test_a_new_conversation_begins_at_once_and_the_old_one_is_opened_again(page: Page) -> None:
    ask(page, "What does KPO stand for?")
    expect(page.locator(".st-key-claim-0-0 .claim")).to_have_text(QUOTE)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".st-key-claim-0-0")).to_have_count(0)
    expect(page.get_by_role("heading", name="Answers you can check")).to_be_visible()
    kept = page.get_by_test_id("stSidebar")
    kept.get_by_role("button", name="What does KPO stand for?", exact=True).click()
    expect(page.locator(".st-key-claim-0-0 .claim")).to_have_text(QUOTE)


def test_a_file_sent_along_is_asked_alone_until_all_are_again(
    page: Page, server: Served, settings: Settings
) -> None:
    page.locator("[data-testid=stChatInput] input[type=file]").set_input_files(
        [file("canteen.md", CANTEEN), file("tool.exe", "MZ")]
    )
    expect(page.get_by_test_id("stChatInput").get_by_text("canteen.md")).to_be_visible()
    settled(page)
    ask(page, "What do guests pay for lunch?")
    expect(page.locator(".st-key-claim-0-0 .claim")).to_have_text("Guests pay four euros for lunch.")
    expect(page.locator(".limits")).to_have_text("Asked of “Canteen rules” alone.")
    notes = page.locator(".st-key-turn-0-last .note").all_inner_texts()
    assert "Added to the index “default”: “Canteen rules”." in notes
    assert any(note.startswith("tool.exe is of the kind '.exe', which is not read") for note in notes)
    expect(page.locator(".st-key-scope-open")).to_contain_text("default · 1 of 2 articles")
    page.get_by_role("button", name="Ask all").click()
    expect(page.locator(".st-key-scope-open")).to_contain_text("default · 2 articles")
    ServerAssistant.open(server.address, settings).remove("canteen")


def test_articles_are_chosen_to_be_asked_alone(page: Page, server: Served, settings: Settings) -> None:
    far = ServerAssistant.open(server.address, settings)
    far.job(far.add([("vell.md", VELL.encode())])["job_id"], wait_s=60)
    page.reload()
    page.locator(".st-key-scope-open button:visible").click()
    chosen = page.get_by_role("dialog")
    expect(chosen.get_by_role("radio")).to_have_count(0)  # a server has one index
    page.get_by_role("combobox", name="Articles").fill("Vell")
    page.get_by_role("option", name="Vell").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    settled(page)
    page.get_by_role("button", name="Ask this").click()
    expect(page.locator(".limits")).to_have_text("Now asking “Vell” alone.")
    ask(page, "When did the harbour of Vell open?")
    expect(page.locator(".limits")).to_have_text("Asked of “Vell” alone.")
    expect(page.locator(".st-key-claim-0-0 .claim")).to_have_text("The harbour of Vell opened in 1904.")
    far.remove("vell")


def test_the_list_holds_what_was_added_here_and_a_server_that_went_is_tried_again(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    with (
        served(settings.data_dir, "--model", "none", **_variables(settings)) as server,
        _page_over(server.address, tmp_path) as found,
    ):
        page = opened(browser, f"{found.address}/articles")
        before = page.locator(".lead").inner_text()
        page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(file("vell.md", VELL))
        page.get_by_role("button", name="Add the files").click()
        expect(page.get_by_text("1 article added.")).to_be_visible()
        expect(page.locator(".lead")).not_to_have_text(before)
        expect(page.get_by_text("Vell (8 words)")).to_be_visible()
        ServerAssistant.open(server.address, settings).remove("vell")
        server.process.kill()
        server.process.wait()
        page.get_by_role("button", name="Close the message").click()
        again = page.get_by_role("button", name="Try again")
        expect(again).to_be_visible()
        port = server.address.rpartition(":")[2]
        with served(settings.data_dir, "--model", "none", "--port", port, **_variables(settings)):
            again.click()
            expect(page.locator(".lead")).to_have_text(before)
        page.close()


def test_a_server_that_only_answers_takes_no_files(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    with (
        served(settings.data_dir, "--model", "none", "--read-only", **_variables(settings)) as server,
        _page_over(server.address, tmp_path) as found,
    ):
        page = opened(browser, found.address)
        expect(page.locator(".lead")).not_to_contain_text("attach")
        expect(page.locator("[data-testid=stChatInput] input[type=file]")).to_have_count(0)
        ask(page, "What does KPO stand for?")
        page.close()
