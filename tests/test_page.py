"""The page in a real browser: a real server process, the real index, a model on a local server."""

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from patience import LONG_S, ended, free_port, wait_until
from playwright.sync_api import Browser, Page, expect
from site_page import HOSTILE, ROOT, Model, ask, opened, question_box, settled, wait_for_server

from assistant.core.errors import InputError, SettingsError
from assistant.core.settings import BUNDLED_CORPUS, load_settings
from assistant.core.types import Answer, AnswerDone, Claim, ClaimShown, Event, Message
from ui.page.ask.state import Conversation, Turn
from ui.page.start import HOST, check_port, run_chat


def test_a_citation_opens_the_source_with_exactly_the_quoted_words_marked(page: Page) -> None:
    ask(page, "What does KPO stand for?")
    claim = page.locator(".st-key-claim-0-0")
    quoted = claim.locator(".claim.quote").inner_text()
    assert "knowledge process outsourcing" in quoted.lower() and not quoted.startswith("“")
    expect(page.locator(".st-key-source")).to_have_count(0)
    claim.get_by_role("button", name="Source 1", exact=True).click()
    marks = page.locator(".st-key-source .passage mark")
    expect(marks).to_have_text([quoted])
    title = page.locator(".st-key-source-head h2").inner_text()
    articles = "".join(path.read_text(encoding="utf-8") for path in BUNDLED_CORPUS.glob("*.md"))
    assert f"title: {title.removeprefix('[1] ')}" in articles.replace('"', "")
    page.get_by_text("Whole article").click()
    expect(page.locator(".st-key-source .article mark")).to_have_text([quoted])
    page.get_by_test_id("stMain").evaluate("main => { main.scrollTop = 0; }")  # where the source lies lowest
    wait_until(lambda: ends_above_the_bar(page))
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".st-key-source")).to_have_count(0)
    expect(claim.locator(".claim")).to_have_text(quoted)


def ends_above_the_bar(page: Page) -> bool:
    """Tell whether the end of the source is not hidden, once the page stands still."""
    card, bar = page.locator(".st-key-source").bounding_box(), page.get_by_test_id("stBottom").bounding_box()
    return bool(card and bar and card["y"] + card["height"] <= bar["y"])


def test_what_the_model_made_up_is_withheld_and_listed_under_the_check(page: Page) -> None:
    ask(page, "What does KPO stand for?")
    check = page.locator(".st-key-check-0")
    expect(check.locator("summary")).to_contain_text(
        re.compile(r"^[^0-9]*\d+ sentences?, quoted word for word; 1 withheld")
    )
    check.locator("summary").click()
    expect(check.locator("li")).to_contain_text("The moon pays 99 per cent of all fees & $costs$ in 1850.")
    expect(page.get_by_test_id("stChatMessage").locator("a, img, b, script")).to_have_count(0)


def test_a_follow_up_is_read_with_the_question_before_it(page: Page) -> None:
    ask(page, "What are the challenges of KPO?")
    ask(page, "And of BPO?", turn=1)
    answer = page.get_by_test_id("stChatMessage").nth(3)
    expect(answer.get_by_text("Read as: What are the challenges of BPO?")).to_be_visible()
    expect(page.locator(".question")).to_have_text(["What are the challenges of KPO?", "And of BPO?"])


def test_a_declined_question_says_why_and_offers_passages_to_read(page: Page) -> None:
    ask(page, "How far away is the planet Neptune?")
    expect(page.locator(".declined")).to_have_text(
        re.compile(
            r"^(The question is not about what these articles cover|The articles do not plainly answer this)\.$"
        )
    )
    expect(page.locator(".claim")).to_have_count(0)
    expect(page.locator(".near")).to_have_count(3)
    page.get_by_text("What the 22 articles cover").click()
    expect(page.locator(".titles li", has_text="Legal process outsourcing").first).to_be_visible()
    page.get_by_role("button", name="Read it in its place").first.click()
    expect(page.locator(".st-key-source .passage mark").first).to_be_visible()


def test_a_greeting_is_answered_by_one_line_with_nothing_to_check(page: Page) -> None:
    question_box(page).fill("Hello")
    question_box(page).press("Enter")
    expect(page.locator(".said")).to_have_text(
        "Hello. Ask a question about the articles; each sentence of the answer shows the words it rests on."
    )
    titles = page.locator("details.note")
    expect(titles.locator("summary")).to_have_text("The index holds 22 articles")
    expect(titles).not_to_have_attribute("open", "")
    expect(page.locator("[data-turn]")).to_have_count(1)  # the turn is drawn to its end
    for absent in (".st-key-check-0", ".st-key-cover-0", ".near", ".claim"):
        expect(page.locator(absent)).to_have_count(0)


def test_a_comparison_is_a_table_whose_numbers_open_the_source(page: Page) -> None:
    ask(page, "What is the difference between BPO and KPO?")
    table = page.locator(".st-key-table-0")
    expect(table.locator(".head")).to_have_text(["BPO", "KPO"])
    settled(page)
    row = page.locator(".st-key-row-0-0")
    assert row.locator(".aspect").inner_text().strip()
    first, second = row.locator(".claim").all_inner_texts()
    assert "BPO" in first and "KPO" in second
    left, right = (cell.bounding_box() for cell in row.locator(".claim").all())
    assert left and right and right["x"] > left["x"] + left["width"] / 2
    row.locator("button").last.click()
    expect(page.locator(".st-key-source .passage mark")).to_have_text([second])
    settled(page)
    shown = page.locator(".claim").all_inner_texts()
    assert len(shown) == len(set(shown))


def test_on_a_narrow_screen_each_cell_names_its_side(browser: Browser, address: str) -> None:
    page = opened(browser, address, 360)
    ask(page, "What is the difference between BPO and KPO?")
    row = page.locator(".st-key-row-0-0")
    expect(row.locator(".side-name")).to_have_text(["BPO:", "KPO:"])
    # both at one moment: the page may still scroll to the end of the answer
    upper, lower = row.locator(".side-name").evaluate_all(
        "names => names.map(n => n.getBoundingClientRect().toJSON())"
    )
    assert upper["width"] > 20 and lower["top"] > upper["bottom"]
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.context.close()


def test_a_question_to_begin_with_is_not_cut_on_a_narrow_screen(browser: Browser, address: str) -> None:
    page = opened(browser, address, 260)
    words = page.locator(".st-key-starters button p")
    expect(words).to_have_count(4)
    assert words.evaluate_all("all => all.filter(p => p.scrollWidth > p.clientWidth).length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 260
    page.context.close()


def test_a_new_conversation_is_empty_and_sessions_do_not_mix(
    page: Page, browser: Browser, address: str
) -> None:
    page.locator(".st-key-starters button").first.click()
    expect(page.locator(".st-key-check-0")).to_be_visible()
    page.locator(".st-key-claim-0-0").get_by_role("button", name="Source 1", exact=True).click()
    expect(page.locator(".st-key-source")).to_have_count(1)
    other = opened(browser, address)
    expect(other.locator(".st-key-starters button")).to_have_count(4)
    expect(other.get_by_test_id("stChatMessage")).to_have_count(0)
    other.context.close()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".st-key-starters button")).to_have_count(4)
    expect(page.get_by_test_id("stChatMessage")).to_have_count(0)
    expect(page.locator(".st-key-source")).to_have_count(0)


def test_a_conversation_survives_a_reload_is_found_renamed_and_deleted(
    page: Page, browser: Browser, address: str
) -> None:
    ask(page, "What is a captive centre?")
    settled(page)
    words = page.locator(".st-key-claim-0-0").inner_text()
    page.reload()
    expect(page.locator(".st-key-claim-0-0")).to_have_text(words, use_inner_text=True)
    expect(page.locator(".st-key-following button").first).to_be_visible()
    page.locator(".st-key-claim-0-0").get_by_role("button", name="Source 1", exact=True).click()
    expect(page.locator(".st-key-source .passage mark")).to_have_count(1)
    ask(page, "And who runs it?", 1)
    other = opened(browser, address)
    expect(question_box(other)).to_be_enabled()
    settled(other)
    other.get_by_label("Search conversations").fill("captive runs")
    other.get_by_label("Search conversations").press("Enter")
    listed = other.locator("[class*=st-key-open-] button", has_text="What is a captive centre?")
    expect(listed).to_have_count(1)
    settled(other)
    listed.click()
    expect(other.locator(".st-key-claim-0-0")).to_have_text(words, use_inner_text=True)
    expect(other.locator(".st-key-check-1")).to_be_visible()
    settled(other)
    other.get_by_role("button", name=re.compile("Rename or delete")).first.click()
    other.get_by_label("Title").fill("On captives")
    other.get_by_label("Title").press("Enter")
    expect(other.locator("[class*=st-key-open-] button", has_text="On captives")).to_have_count(1)
    other.locator("[class*=st-key-delete-] button").click()
    expect(other.locator("[class*=st-key-open-] button", has_text="On captives")).to_have_count(0)
    expect(other.get_by_test_id("stChatMessage")).to_have_count(0)
    other.context.close()


def test_a_suggested_question_is_asked_with_one_click(page: Page) -> None:
    ask(page, "What does KPO stand for?")
    suggested = page.locator(".st-key-following button").first
    words = suggested.inner_text()
    suggested.click()
    expect(page.locator(".st-key-check-1")).to_be_visible()
    expect(page.locator(".question")).to_have_text(["What does KPO stand for?", words])


def test_a_reload_finds_the_answer_that_is_being_written(page: Page, model: Model) -> None:
    model.gate.clear()
    question_box(page).fill("What does KPO stand for?")
    question_box(page).press("Enter")
    expect(page.locator(".st-key-claim-0-0")).to_be_visible()
    page.reload()
    expect(page.locator(".st-key-claim-0-0")).to_be_visible()
    expect(page.locator(".st-key-progress-0")).to_be_visible()
    model.gate.set()
    expect(page.locator(".st-key-check-0")).to_be_visible()


def test_clicking_and_typing_while_an_answer_runs_loses_nothing(page: Page, model: Model) -> None:
    model.gate.clear()
    question_box(page).fill("What does KPO stand for?")
    question_box(page).press("Enter")
    first = page.locator(".st-key-claim-0-0 .claim")
    expect(first).to_be_visible()
    expect(page.locator("h1.title, .st-key-starters")).to_have_count(
        0
    )  # the start is gone, not only at the end
    shown = first.inner_text()
    question_box(page).fill("a thought half typ")
    page.locator(".st-key-claim-0-0").get_by_role("button", name="Source 1", exact=True).click()
    expect(page.locator(".st-key-source .passage mark")).to_have_text([shown])
    expect(page.locator(".working")).to_be_visible()
    model.gate.set()
    expect(page.locator(".st-key-check-0")).to_be_visible()
    expect(page.locator(".working")).to_have_count(0)
    settled(page)
    texts = page.locator(".claim").all_inner_texts()
    assert texts[0] == shown and len(texts) == len(set(texts))
    expect(question_box(page)).to_have_value("a thought half typ")


def test_a_stopped_answer_keeps_its_checked_sentences_and_the_next_question_is_answered(
    page: Page, model: Model
) -> None:
    model.gate.clear()
    question_box(page).fill("What does KPO stand for?")
    question_box(page).press("Enter")
    expect(page.locator(".st-key-claim-0-0")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    expect(page.locator(".claim")).to_have_count(1)
    model.gate.set()
    ask(page, "What does BPO stand for?", turn=1)
    second = page.get_by_test_id("stChatMessage").nth(3).locator(".claim").first
    expect(second).to_contain_text("business process", ignore_case=True)
    expect(page.locator(".st-key-check-0")).to_have_count(0)


def test_a_model_that_fails_in_the_middle_leaves_the_quotations_and_says_so(page: Page, model: Model) -> None:
    model.breaks = True
    try:
        ask(page, "What does KPO stand for?")
    finally:
        model.breaks = False
    expect(page.locator(".claim.quote").first).to_contain_text(
        "nowledge process outsourcing", ignore_case=True
    )
    expect(page.locator(".claim.model")).to_have_count(0)
    expect(page.locator(".note", has_text="broke off in the middle of its reply")).to_have_count(1)


def test_hostile_questions_and_articles_are_shown_as_text(page: Page) -> None:
    ask(page, HOSTILE)
    expect(page.locator(".question")).to_have_text(HOSTILE)
    ask(page, "When do Zorblax auditors inspect every quibbling ledger?", turn=1)
    claim = page.locator(".st-key-claim-1-0")
    expect(claim.locator(".claim")).to_contain_text("third Friday")
    claim.get_by_role("button", name="Source 1", exact=True).click()
    expect(page.locator(".st-key-source h2")).to_contain_text(
        'Zorblax <img src=x onerror="document.title=2"> [handbook](http://evil.test)'
    )
    expect(page.locator(".st-key-source .passage")).to_contain_text(HOSTILE)
    live = page.locator("[data-testid=stMain], [data-testid=stSidebar]").locator(
        "a[href^='http'], a[href^='javascript'], .stHtml img, [data-testid=stChatMessage] script, .st-key-source script"
    )
    expect(live).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_shows_the_source_as_a_sheet(browser: Browser, address: str, scheme: str) -> None:
    page = opened(browser, address, 360, scheme)
    ask(page, "What does KPO stand for?")
    page.locator(".st-key-claim-0-0").get_by_role("button", name="Source 1", exact=True).click()
    sheet = page.locator(".st-key-source")
    expect(sheet).to_be_visible()
    settled(page)
    assert sheet.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 900}
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    ink, paper = sheet.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
    bright = [sum(map(int, re.findall(r"\d+", colour)[:3])) > 384 for colour in (ink, paper)]
    assert bright == ([False, True] if scheme == "light" else [True, False])
    page.context.close()


def claim(text: str) -> Claim:
    return Claim(text=text, verdict="supported", score=1.0, citations=(1,), origin="quote")


def done(turn: Turn) -> Turn:
    while not turn.done:
        turn.wait(len(turn.claims), LONG_S)
    return turn


def test_earlier_questions_and_answers_are_handed_on_and_failed_turns_are_not() -> None:
    histories: list[Sequence[Message]] = []

    def answering(question: str, history: Sequence[Message]) -> Iterator[Event]:
        histories.append(history)
        if question == "bad":
            raise InputError("The question is bad: ask another.")
        claims = () if question == "moon" else (claim("One."), claim("Two."))
        yield from (ClaimShown(claim=item, new_citations=()) for item in claims)
        yield AnswerDone(
            answer=Answer(question=question, claims=claims, reason=None if claims else "off_topic")
        )

    talk = Conversation()
    for question in ("first", "bad", "moon", "last"):
        talk.ask(answering, question)
        done(talk.turns[-1])
    assert [turn.error for turn in talk.turns] == [None, "The question is bad: ask another.", None, None]
    assert [(message.role, message.content) for message in histories[-1]] == [
        ("user", "first"),
        ("assistant", "One. Two."),
        ("user", "moon"),
        ("assistant", "The question is not about what these articles cover."),
    ]
    talk.clear()
    assert (talk.turns, talk.source) == ([], None)


def test_an_unforeseen_failure_is_one_line_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def failing(question: str, history: Sequence[Message]) -> Iterator[Event]:
        yield ClaimShown(claim=claim("One."), new_citations=())
        raise ZeroDivisionError("by zero")

    talk = Conversation()
    talk.ask(failing, "why?")
    turn = done(talk.turns[0])
    assert turn.error == "The answer failed with ZeroDivisionError; the terminal shows the details."
    assert [item.text for item in turn.claims] == ["One."]
    assert "ZeroDivisionError: by zero" in caplog.text


def test_a_new_question_stops_the_one_before_and_ends_its_stream() -> None:
    go_on, closed = threading.Event(), threading.Event()

    def endless(question: str, history: Sequence[Message]) -> Iterator[Event]:
        try:
            while True:
                yield ClaimShown(claim=claim(question), new_citations=())
                assert go_on.wait(LONG_S)
        finally:
            closed.set()

    talk = Conversation()
    talk.ask(endless, "old")
    talk.turns[0].wait(0, LONG_S)
    talk.ask(endless, "new")
    assert (talk.turns[0].stopped, talk.turns[0].done, talk.turns[0].answer) == (True, True, None)
    go_on.set()
    assert closed.wait(LONG_S)
    assert [item.text for item in talk.turns[0].claims] == ["old"]
    talk.stop()


def test_a_port_in_use_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"^--port is {port}: it is in use; .*, or give another$"):
            run_chat(load_settings(), port, False)
    check_port(free_port())
    with pytest.raises(SettingsError, match="^--port is 70000: "):
        check_port(70000)


def test_a_missing_index_is_one_line_on_the_page(browser: Browser, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "server.log"
    code = (
        "import sys; from assistant.core.settings import load_settings; from ui.page.start import run_chat; "
    )
    code += (
        "run_chat(load_settings(data_dir=sys.argv[1], index='other', model='none'), int(sys.argv[2]), False)"
    )
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), str(port)], cwd=ROOT, stdout=out, stderr=out
        )
    try:
        wait_for_server(process, port, log)
        page = opened(browser, f"http://{HOST}:{port}")
        alert = page.get_by_test_id("stAlert")
        expect(alert).to_contain_text("other")
        assert "\n" not in alert.inner_text().strip()
        page.close()
    finally:
        ended(process)
