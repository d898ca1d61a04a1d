"""The report in a real browser, from disk, with the network off."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from report_run import run
from site_page import new_page

from eval.report.page.page import to_html


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    path = tmp_path / "report.html"
    path.write_text(to_html(run()), encoding="utf-8")
    page = new_page(browser, 1280, 800, offline=True)
    fetched: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    yield page
    assert ([url for url in fetched if not url.startswith("file:")], complaints) == ([], [])
    assert page.title().startswith("Evaluation: </style></script>")
    page.context.close()


def test_the_report_opens_from_disk_and_each_case_shows_answer_and_evidence(page: Page) -> None:
    shown = [text[:15] for text in page.locator(".case h3").all_inner_texts()]
    not_right = ["</style></scrip", "What of dead?", "What of shy?"]
    assert shown == [*not_right, "What of right?", "What of none?", "What of ranked?", "What of table?"]
    right = page.locator(".case", has_text="What of right?")
    expect(right.locator(".inside")).to_be_hidden()
    right.locator("summary").press("Enter")
    expect(right.locator(".claim")).to_contain_text("“The fee is capped.”")
    expect(right.locator(".say").first).to_have_text("reader: supported 0.97")
    expect(right.locator(".say").nth(1)).to_contain_text("person: unsupported")
    expect(right.locator(".source blockquote")).to_have_text("Before. The fee is capped. After.")
    expect(right.locator(".source b")).to_have_text("The fee is capped.")
    expect(right.locator(".gold .mark")).to_have_text(["cited", "not cited"])
    expect(right.locator(".quiet .mark")).to_have_text(["capped: said", "credit: not said"])
    expect(right.locator(".withheld li")).to_contain_text("The moon pays.")
    right.locator("a.n").click()
    expect(page.locator(":target")).to_contain_text("The fee is capped.")


def test_a_case_for_retrieval_alone_shows_what_was_retrieved(page: Page) -> None:
    shown = page.locator(".case", has_text="What of ranked?")
    shown.locator("summary").click()
    expect(shown.locator(".ranking li")).to_have_text(["d1", "d2 marked as right", "d3"])
    expect(shown.locator(".foot")).to_have_text("Marked documents retrieved at rank 2 of 3.")


def test_a_comparison_is_a_table_and_a_shared_row_spans_it(page: Page) -> None:
    shown = page.locator(".case", has_text="What of table?")
    shown.locator("summary").click()
    expect(shown.locator(".compare thead th")).to_have_text(["BPO", "KPO"])
    cells = shown.locator(".compare td")
    assert [cell.split("”")[0] for cell in cells.all_inner_texts()] == [
        "“BPO repeats.",
        "“KPO decides.",
        "“Both are outsourced.",
    ]
    expect(cells.nth(2)).to_have_attribute("colspan", "2")


def test_the_cases_of_one_kind_can_be_chosen_without_a_script(page: Page) -> None:
    expect(page.locator(".case:visible")).to_have_count(7)
    page.get_by_role("radio", name="number").check(force=True)
    expect(page.locator(".case:visible")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_needs_no_scrolling_sideways(browser: Browser, tmp_path: Path, scheme: str) -> None:
    path = tmp_path / "report.html"
    path.write_text(
        to_html(run()).replace('<details class="case', '<details open class="case'), encoding="utf-8"
    )
    page = new_page(browser, 360, 740, scheme)
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    bright = [sum(map(int, re.findall(r"\d+", colour)[:3])) > 384 for colour in (ink, paper)]
    assert bright == ([False, True] if scheme == "light" else [True, False])
    page.context.close()


def test_on_paper_what_is_not_right_is_told_in_full(page: Page) -> None:
    page.emulate_media(media="print")
    bad = page.locator(".case", has_text="What of shy?").locator(".happened")
    assert (bad.bounding_box() or {"height": 0})["height"] > 10
    right = page.locator(".case", has_text="What of right?").locator(".claim")
    assert not right.is_visible()
