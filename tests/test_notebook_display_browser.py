"""Displayed answers in a real browser, on plain pages in the colours of the notebooks people use."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from site_page import new_page
from test_notebook_display import FULL, HOSTILE_DECLINED, PASSAGES, SHOWN, hostile_answer
from test_show import COMPARED, DECLINED

from assistant.core.display import Displayed
from assistant.core.types import Judgement
from assistant.show.notebook.html import card_html, turns_html

AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
HOSTS = {  # colours of text and page
    "plain": ("black", "white"),
    "jupyterlab light": ("rgba(0, 0, 0, 0.87)", "white"),
    "jupyterlab dark": ("white", "#111111"),
    "vscode light": ("#3b3b3b", "#f8f8f8"),
    "vscode dark": ("#cccccc", "#1f1f1f"),
}
SEVERAL: list[Displayed] = [
    *(FULL, COMPARED, DECLINED, PASSAGES, FULL.citations[0]),
    Judgement(verdict="contradicted", score=0.1, reasons=("3 is not 5",)),
    *(hostile_answer(), HOSTILE_DECLINED),
]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page; at the end nothing was fetched, nothing ran and nothing was complained of."""
    page = new_page(browser, 1000)
    news: list[str] = []
    page.on("request", lambda request: news.append(request.url))
    page.on("console", lambda message: news.append(message.text))
    page.on("pageerror", lambda error: news.append(str(error)))
    yield page
    assert (news, page.evaluate("window.ran"), page.title()) == ([], None, "Outputs")
    page.context.close()


def show(page: Page, *outputs: str, host: str = "plain") -> None:
    """Show outputs one under the other, as a notebook does."""
    text, ground = HOSTS[host]
    page.set_content(
        f'<!doctype html><html lang="en"><head><title>Outputs</title><style>body {{ color: {text}; background: {ground}; '
        f"font: 14px sans-serif; margin: 0; }}</style></head><body><main>{''.join(outputs)}</main></body></html>"
    )


def outputs() -> list[str]:
    card = card_html("Assistant", {"Index": "default, 20 articles", "Model": "none"})
    return [*(value._repr_html_() for value in SEVERAL), turns_html([FULL, DECLINED]), card]


@pytest.mark.parametrize("width", [1000, 360])
@pytest.mark.parametrize("host", HOSTS)
def test_every_output_is_readable_and_has_no_barrier(page: Page, host: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    show(page, *outputs(), host=host)
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    found = Axe().run(page, options=AXE)
    assert [f"{item['id']}: {item['nodes']}" for item in found.response["violations"]] == []
    measured = {kind: [item["id"] for item in found.response[kind]] for kind in ("passes", "incomplete")}
    assert "color-contrast" in measured["passes"] and "color-contrast" not in measured["incomplete"]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    colours = page.locator(".claim .quote").evaluate_all(
        "items => [...new Set(items.map(item => getComputedStyle(item).color))]"
    )
    assert len(colours) == 1 and colours == [page.evaluate("getComputedStyle(document.body).color")]


def test_the_keyboard_alone_opens_a_source_and_the_check(page: Page) -> None:
    show(page, FULL._repr_html_())
    quote = page.locator("mark").first
    expect(quote).to_be_hidden()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText").strip().endswith("[1]")
    page.keyboard.press("Enter")
    expect(quote).to_be_visible()
    expect(quote).to_have_text("KPO needs experts.")
    page.keyboard.press("Space")
    expect(quote).to_be_hidden()
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("KPO pays 9.")).to_be_visible()


def test_a_screen_reader_hears_sources_by_their_number_and_cells_of_a_table(page: Page) -> None:
    show(page, COMPARED._repr_html_())
    tree = page.locator("body").aria_snapshot()
    assert '- group "Answer"' in tree and "Source [4]" in tree
    assert '- row "Risk not found in the articles “KPO needs experts.”"' in tree
    assert '- columnheader "BPO"' in tree and '- rowheader "Skills"' in tree


def test_a_number_stands_in_the_line_of_its_sentence(page: Page) -> None:
    show(page, FULL._repr_html_())
    sentence, number = (page.locator(where).first.bounding_box() for where in (".quote", ".cite summary"))
    assert sentence and number
    assert number["x"] >= sentence["x"] + sentence["width"]
    assert sentence["y"] - 3 <= number["y"] <= sentence["y"] + sentence["height"]


def test_in_a_narrow_output_cells_stand_under_each_other_and_name_their_side(page: Page) -> None:
    show(page, f'<div style="width: 360px">{COMPARED._repr_html_()}</div>')
    left, right = (page.locator("tbody tr").first.locator("td").nth(n) for n in (0, 1))
    one, other = left.bounding_box(), right.bounding_box()
    assert one and other and one["x"] == other["x"] and other["y"] >= one["y"] + one["height"]
    assert left.evaluate("cell => getComputedStyle(cell, '::before').content") == '"BPO"'
    show(page, COMPARED._repr_html_())
    one, other = left.bounding_box(), right.bounding_box()
    assert one and other and one["y"] == other["y"] and other["x"] >= one["x"] + one["width"] - 1
    assert left.evaluate("cell => getComputedStyle(cell, '::before').content") == "none"


def test_the_rest_of_the_page_keeps_its_looks(page: Page) -> None:
    own = "<table id=own><tr><td><p>A <mark>cell</mark></p></td></tr></table>"
    look = """() => [...document.querySelectorAll('#own, #own *')].map(item => {
        const style = getComputedStyle(item); return [...style].map(name => style[name]).join() })"""
    show(page, own)
    before = page.evaluate(look)
    show(page, own, *outputs())
    assert page.evaluate(look) == before


def test_without_its_style_an_output_can_still_be_read(page: Page) -> None:
    show(page, COMPARED._repr_html_(), FULL._repr_html_())
    page.evaluate("document.querySelectorAll('main style').forEach(item => item.remove())")
    page.evaluate(
        "document.querySelectorAll('main *').forEach(item => ['class', 'role', 'aria-label', 'data-side', 'style']"
        ".forEach(name => item.removeAttribute(name)))"
    )
    for text in ("“KPO needs experts.”", "Source [1]", "not found in the articles", "Experts do KPO."):
        expect(page.get_by_text(text).first).to_be_visible()
    expect(page.locator("mark").first).to_be_hidden()
    page.locator("summary").first.click()
    expect(page.locator("mark").first).to_be_visible()


def test_hostile_text_is_seen_as_it_is_written(page: Page) -> None:
    show(page, hostile_answer()._repr_html_(), HOSTILE_DECLINED._repr_html_())
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    seen = page.locator("main").inner_text()
    assert seen.count(SHOWN) > 15
    assert page.locator("main :is(script, img, a, iframe, form, link)").count() == 0
