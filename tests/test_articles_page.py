"""The articles page: drawn by itself with real indexes, and used in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import settings_in
from patience import LONG_S
from playwright.sync_api import Browser, FilePayload, Page, expect
from site_page import opened as at
from site_page import settled
from streamlit.testing.v1 import AppTest
from tiny_embedders import save_bert

from assistant.core.settings import Settings
from assistant.index.store import Store
from assistant.index.writer import IndexWriter
from assistant.models.embedder.embedder import HashEmbedder
from assistant.models.embedder.load import load_embedder
from ingest.index import build_index
from ingest.split import CHUNKING
from ui.library.library import list_articles
from ui.page.articles import state

HOSTILE = 'Tea <img src=x onerror="document.title=1"> :red[x] [go](javascript:alert(1)) ![p](http://evil.test/p.png)'
ARTICLE = f"""---
title: '{HOSTILE}'
date: 2026-01-02
---

# {HOSTILE}

## Brewing

Tea is brewed in hot water. `{HOSTILE} <script>document.title=2</script>`
"""
SCRIPT = """
from pathlib import Path
import streamlit as st
from assistant.core.errors import AssistantError
from assistant.assistant import Assistant
from assistant.core.settings import load_settings
from ui.page.articles import articles

index = st.session_state.get("chosen", "default")
settings = load_settings(data_dir={data!r}, index=index, embedder={embedder!r}, model="none")
assistant, why = None, None
try:
    assistant = st.cache_resource(Assistant.open, hash_funcs={{type(settings): repr}})(settings)
except AssistantError as error:
    why = str(error)
st.html(Path(articles.__file__).parents[1].joinpath("style.css"))
articles.draw_articles(settings, assistant, lambda name: st.session_state.update(chosen=name), why)
"""


def ingest(settings: Settings, folder: Path, **texts: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text)
    build_index(settings, HashEmbedder(), [str(folder)])


def drawn(settings: Settings, embedder: str = "hash") -> AppTest:
    script = SCRIPT.format(data=str(settings.data_dir), embedder=embedder)
    return AppTest.from_string(script, default_timeout=LONG_S).run()


def finished(app: AppTest) -> AppTest:
    """Wait for the work in the background and draw what came of it."""
    job = app.session_state["library"].job
    assert job.done.wait(LONG_S)
    return app.run()


def labels(app: AppTest, start: str) -> list[str]:
    return [button.label for button in app.button if (button.key or "").startswith(start)]


def words(app: AppTest) -> str:
    return "\n".join(element.value for element in app.html)


# --- drawn by itself ---


def test_articles_are_listed_with_counts_searched_and_sorted(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    ingest(
        settings, tmp_path / "in", tea="# Tea\n\nTea is brewed in hot water.\n", ale="# Ale\n\nAle is old.\n"
    )
    app = drawn(settings)
    assert not app.exception
    assert "2 articles · 11 words in the index “default”" in words(app)
    assert "undated · 7 words<" in words(app) and "Tea is brewed in hot water." in words(app)
    assert labels(app, "library-open-") == ["Ale", "Tea"]
    app.selectbox(key="library-order").set_value("Longest first").run()
    assert labels(app, "library-open-") == ["Tea", "Ale"]
    app.text_input(key="library-words").set_value("ALE.md").run()
    assert labels(app, "library-open-") == ["Ale"]
    app.text_input(key="library-words").set_value("HOT wat").run()
    assert labels(app, "library-open-") == ["Tea"]
    assert "Tea is brewed in <mark>hot</mark> <mark>wat</mark>er." in words(app)
    app.text_input(key="library-words").set_value("water old").run()
    assert labels(app, "library-open-") == []
    assert "No article holds all of these words." in words(app)


def test_a_long_list_comes_in_pages(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    ingest(settings, tmp_path / "in", **{f"a{n:02}": f"# A{n:02}\n\nWords.\n" for n in range(27)})
    app = drawn(settings)
    assert labels(app, "library-open-") == [f"A{n:02}" for n in range(25)]
    app.pagination(key="library-page").set_value(2).run()
    assert labels(app, "library-open-") == ["A25", "A26"]
    app.text_input(key="library-words").set_value("a0").run()
    assert labels(app, "library-open-") == [f"A{n:02}" for n in range(10)]


def test_markup_in_titles_and_sources_is_text(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    ingest(settings, tmp_path / "in", tea=ARTICLE)
    app = drawn(settings)
    (label,) = labels(app, "library-open-")
    assert r"\:red\[x\]" in label and "[go]" not in label and "<img" not in label.replace(r"\<img", "")
    app.button(key="library-open-0").click().run()
    assert not app.exception
    assert "<img" not in words(app) and "<script" not in words(app)
    assert "&lt;script&gt;document.title=2" in words(app)


def test_an_article_is_removed_after_a_question(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    ingest(settings, tmp_path / "in", tea="# Tea\n\nTea is brewed.\n", ale="# Ale\n\nAle is old.\n")
    app = drawn(settings)
    app.button(key="library-open-1").click().run()
    assert "Its file stays where it is." in words(app)
    assert len(list_articles(settings)) == 2
    app.button(key="library-remove-it").click().run()
    finished(app)
    assert [box.value for box in app.success] == ["Removed “Tea”\\."]
    assert labels(app, "library-open-") == ["Ale"]
    assert (tmp_path / "in" / "tea.md").exists()


def test_files_are_added_and_bad_ones_reported(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    ingest(settings, tmp_path / "in", ale="# Ale\n\nAle is old.\n")
    app = drawn(settings)
    app.file_uploader(key="library-upload").set_value(
        [("tea.md", b"# Tea\n\nTea is brewed.\n", "text/markdown"), ("<b>.txt", b" ", "text/plain")]
    )
    app.button(key="library-add-files").click().run()
    finished(app)
    assert not app.exception
    assert labels(app, "library-open-") == ["Ale", "Tea"]
    (warning,) = app.warning
    assert warning.value == "1 article added\\. The index \\'default\\' holds 2 articles now\\."
    assert "<li><b>&lt;b&gt;.txt</b> is empty; fill it first</li>" in words(app)
    app.button(key="library-close").click().run()
    assert not app.warning


def test_what_came_of_the_work_is_told_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_in(tmp_path / "data")
    ingest(settings, tmp_path / "in", ale="# Ale\n\nAle is old.\n")
    app = drawn(settings)
    app.file_uploader(key="library-upload").set_value([("tool.exe", b"MZ", "text/plain")])
    app.button(key="library-add-files").click().run()
    finished(app)
    assert "<li><b>tool.exe</b> is of the kind &#x27;.exe&#x27;, which is not read; " in words(app)
    monkeypatch.setattr(state, "TOLD_S", 0)
    app.run()
    assert not app.warning and "tool.exe" not in words(app)


def test_a_busy_index_and_a_bad_address_are_one_line(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    ingest(settings, tmp_path / "in", ale="# Ale\n\nAle is old.\n")
    app = drawn(settings)
    with IndexWriter(settings, HashEmbedder(), CHUNKING):
        app.button(key="library-rebuild-0").click().run()
        finished(app)
    (error,) = app.error
    assert error.value.startswith("The index \\'default\\' is busy\\: another process is writing to it")
    app.text_input(key="library-address").set_value("file:///etc/passwd")
    app.button(key="library-add-page").click().run()
    finished(app)
    (error,) = app.error
    assert "is not the address of a page" in error.value
    app.button(key="library-add-files").click().run()
    assert "No file was chosen" in words(app)


def test_an_index_of_another_embedder_is_built_anew_with_every_article(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    ingest(settings, tmp_path / "in", ale="# Ale\n\nAle is old.\n", tea="# Tea\n\nTea is hot.\n")
    tiny = str(save_bert(tmp_path / "tiny"))
    app = drawn(settings, tiny)
    (warning,) = app.warning
    assert warning.value.startswith(
        "This index cannot be asked as it is. Building it anew, under “Indexes”, may"
    )
    assert "was built with the embedder hash" in warning.value
    app.button(key="library-rebuild-0").click().run()
    finished(app)
    assert not app.warning
    assert [item.value for item in app.success] == ["Built anew\\: 2 articles\\."]
    assert labels(app, "library-open-") == ["Ale", "Tea"]
    now = settings.model_copy(update={"embedder": tiny})
    assert Store.open(now, load_embedder(now)).manifest.dimension == 24


def test_indexes_are_made_used_and_removed(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    ingest(settings, tmp_path / "in", ale="# Ale\n\nAle is old.\n")
    app = drawn(settings)
    app.text_input(key="library-name").set_value("mine")
    app.button(key="library-make-it").click().run()
    finished(app)
    assert labels(app, "library-use-") == ["Use mine"]
    app.button(key="library-use-1").click().run()
    assert "0 articles · 0 words in the index “mine”" in words(app)
    assert "It is the index in use." in words(app)
    app.button(key="library-drop-it-1").click().run()
    assert "1 article · 4 words in the index “default”" in words(app)
    assert labels(app, "library-use-") == []
    app.button(key="library-drop-it-0").click().run()
    assert "There is no index named “default” yet" in words(app)
    app.button(key="library-bundle").click().run()
    finished(app)
    assert len(labels(app, "library-open-")) == 20
    assert not app.exception


# --- in a browser ---


@pytest.fixture
def data(site_folder: Path) -> Path:
    return site_folder


def opened(browser: Browser, address: str, width: int = 1440, scheme: str = "light") -> Page:
    page = at(browser, f"{address}/articles", width, scheme)
    expect(page.locator(".st-key-library-row-0")).to_be_visible()
    return page


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = opened(browser, address)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    title = page.title()
    yield page
    foreign = [url for url in fetched if not url.startswith((address, "data:", "blob:", "ws://127.0.0.1"))]
    assert (foreign, page.title()) == ([], title)
    page.context.close()


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    page.get_by_role("tab", name="Add").click()
    payload = [FilePayload(name=name, mimeType="text/plain", buffer=body) for name, body in files]
    page.locator(".st-key-library-upload input[type=file]").set_input_files(payload)
    for name, _ in files:
        expect(page.get_by_role("button", name=f"Remove {name}")).to_be_visible()
    page.get_by_role("button", name="Add the files").click()


def test_a_hostile_article_is_uploaded_read_and_removed_as_text(page: Page, data: Path) -> None:
    upload(page, ("zz tea.md", ARTICLE.encode()), ("void.txt", b"  "))
    outcome = page.locator(".st-key-library-outcome")
    expect(outcome).to_contain_text("1 article added. The index 'default' holds 23 articles now.")
    expect(outcome.locator("li")).to_have_text(["void.txt is empty; fill it first"])
    folder = data / "data" / "uploads" / "default"
    assert [path.name for path in folder.iterdir()] == ["zz tea.md"]
    settled(page)
    page.get_by_role("tab", name="Read").click()
    page.get_by_role("searchbox", name="Search").fill("zz tea")
    expect(page.locator("[class*='st-key-library-row-']")).to_have_count(1)
    page.locator(".st-key-library-row-0 button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".article h4").last).to_have_text("Brewing")
    expect(dialog).to_contain_text(HOSTILE)
    expect(dialog.locator(".article")).to_contain_text("Tea is brewed in hot water.")
    expect(dialog.locator("a, img, script")).to_have_count(0)
    dialog.get_by_role("button", name="Remove this article").click()
    page.get_by_role("button", name="Remove it").click()
    expect(outcome).to_contain_text("Removed “Tea ")
    expect(page.locator(".lead")).to_contain_text("22 articles")
    assert list(folder.iterdir()) == []


def test_another_session_sees_a_new_index_and_keeps_its_own(
    page: Page, browser: Browser, address: str
) -> None:
    page.get_by_role("tab", name="Indexes").click()
    page.get_by_label("Name of a new index").fill("mine")
    page.get_by_role("button", name="Make the index").click()
    expect(page.locator(".st-key-library-outcome")).to_contain_text("The index 'mine' is made")
    page.get_by_role("button", name="Use mine").click()
    expect(page.locator(".lead")).to_contain_text("0 articles · 0 words in the index “mine”")
    other = opened(browser, address)
    expect(other.locator(".lead")).to_contain_text("22 articles")
    other.get_by_role("tab", name="Indexes").click()
    other.get_by_role("button", name="Remove mine").click()
    other.get_by_role("button", name="Remove the index").click()
    expect(other.locator(".st-key-library-outcome")).to_contain_text("Removed the index “mine”.")
    expect(other.get_by_role("button", name="Use mine")).to_have_count(0)
    other.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_holds_the_page_and_every_button_has_a_name(
    browser: Browser, address: str, scheme: str
) -> None:
    page = opened(browser, address, width=360, scheme=scheme)
    for tab in ("Add", "Indexes", "Read"):
        page.get_by_role("tab", name=tab).click()
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(page.locator("button:visible").nth(20)).to_be_attached()
    settled(page)
    names = page.locator("button:visible").evaluate_all(
        "all => all.map(b => (b.innerText || b.getAttribute('aria-label') || b.title).trim())"
    )
    assert all(names)
    page.locator(".st-key-library-row-0 button").focus()
    page.keyboard.press("Enter")
    article = page.get_by_role("dialog").locator(".article")
    expect(article).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.keyboard.press("Escape")
    expect(article).to_have_count(0)
    page.context.close()
