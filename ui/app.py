"""The page: a conversation on the left, the source of the clicked citation on the right."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.errors import AssistantError
from assistant.settings import load_settings, silence_libraries
from assistant.types import Answer, Citation, Document, Passage, Table
from ui.history import History
from ui.page import Conversation, Turn
from ui.render import (
    NEAREST,
    article_html,
    check_line,
    claim_html,
    escape_markdown,
    html_text,
    open_parts,
    passage_html,
    place,
    reason_text,
)
from ui.sidebar import draw_conversations
from ui.table import UNSTATED, is_shared

if TYPE_CHECKING:
    from assistant.pipeline import Assistant

STARTERS = (
    "What does KPO stand for?",
    "What is the difference between BPO and KPO?",
    "What are the challenges of KPO?",
    "How is outsourcing priced?",
)


def main() -> None:
    """Draw the page once; Streamlit calls this again after every click."""
    st.set_page_config(page_title="BPO and KPO, answered from the articles", page_icon="📖", layout="wide")
    st.html(Path(__file__).with_name("style.css"))
    try:
        draw_page(open_assistant())
    except AssistantError as error:
        st.error(escape_markdown(str(error)))


def draw_page(assistant: Assistant) -> None:
    """Draw side bar, conversation and the open source; raises AssistantError when the index has gone."""
    talk = open_conversation(assistant)
    if question := st.chat_input("Ask about the articles", key="question", max_chars=2000):
        talk.ask(assistant.ask_stream, question)
    draw_sidebar(assistant, talk)  # after asking, so that the conversation is in the list
    if talk.turns:
        st.query_params["c"] = talk.id  # a reload comes back to it
    elif "c" in st.query_params:
        del st.query_params["c"]
    with st.container(key="desk"):  # always two columns, else a redraw would leave old elements behind
        left, right = st.columns([3, 2], gap="large")
    aside = right.empty()
    if talk.source:
        with aside.container(key="source"):
            draw_source(assistant, talk, talk.source)
    with left:
        draw_conversation(assistant, talk)


@st.cache_resource(show_spinner="Opening the articles …")
def open_assistant() -> Assistant:
    """Open the assistant, once per process; raises AssistantError."""
    silence_libraries()
    from assistant.pipeline import Assistant

    return Assistant.open(load_settings())


@st.cache_resource(show_spinner=False)
def open_history(folder: Path) -> History:
    """Open the conversations kept on disk; raises InputError."""
    return History(folder)


def open_conversation(assistant: Assistant) -> Conversation:
    """Return the conversation of this browser session; a new session goes on with the one of its address."""
    if "talk" not in st.session_state:
        talk = Conversation(history=open_history(assistant.settings.data_dir))
        if known := st.query_params.get("c"):
            talk.open(known)
        st.session_state["talk"] = talk
    found: Conversation = st.session_state["talk"]
    return found


def draw_sidebar(assistant: Assistant, talk: Conversation) -> None:
    """Draw the conversations and the list of articles."""
    with st.sidebar:
        if talk.history:
            draw_conversations(talk.history, talk)
        titles = "".join(f"<li>{html_text(title)}</li>" for title in assistant.titles)
        st.html(f'<h2 class="side">The articles</h2><ul class="titles">{titles}</ul>')


def draw_conversation(assistant: Assistant, talk: Conversation) -> None:
    """Draw every turn; the last one grows while it is being answered."""
    st.html(
        '<h1 class="title">Ask the articles</h1><p class="lead">Every sentence of an answer comes with the '
        "words of the article that support it. Click a number to read them in their place.</p>"
    )
    if not talk.turns:
        with st.container(horizontal=True, key="starters"):
            for number, starter in enumerate(STARTERS):
                st.button(
                    starter, key=f"start-{number}", on_click=talk.ask, args=(assistant.ask_stream, starter)
                )
    for number, turn in enumerate(talk.turns):
        with st.chat_message("user", avatar=":material/person:"):
            st.html(f'<div class="question">{html_text(turn.question)}</div>')
        with st.chat_message("assistant", avatar=":material/menu_book:"):
            draw_turn(talk, turn, f"{number}")


def draw_turn(talk: Conversation, turn: Turn, key: str) -> None:
    """Draw one answer, sentence by sentence as they pass the check."""
    sentences = st.container(key=f"sentences-{key}", gap="xsmall")
    progress = st.empty()
    if not turn.done:
        with progress.container(horizontal=True, vertical_alignment="center", key=f"progress-{key}"):
            clock = st.empty()
            st.button("Stop", key=f"stop-{key}", on_click=turn.stop, type="tertiary")
    shown = 0
    while True:
        done = turn.done  # read before the claims, so that none is missed
        for number, _ in enumerate(turn.claims[shown:], start=shown):
            if number not in turn.cells:
                with sentences:
                    draw_claim(talk, turn, number, key)
            shown += 1
        if done:
            break
        # Drawing is also where Streamlit ends a run that a click has made stale.
        clock.html(f'<span class="working">Reading and checking … {turn.seconds:.0f} s</span>')
        turn.wait(shown, 0.5)
    progress.empty()
    if turn.error:
        st.error(escape_markdown(turn.error))
    elif turn.answer:
        draw_table(talk, turn, turn.answer.table, key)
        draw_outcome(talk, turn.answer, key)
    else:
        st.html('<p class="note">Stopped. What stands above had passed the check.</p>')


def draw_claim(talk: Conversation, turn: Turn, number: int, key: str) -> None:
    """Draw one sentence, its citation numbers as buttons behind the last word."""
    claim = turn.claims[number]
    with st.container(key=f"claim-{key}-{number}"):
        st.html(claim_html(claim))
        for n in claim.citations:
            draw_button(talk, turn.citations[n], f":grey[Source] {n}", f"cite-{key}-{number}-{n}")


def draw_table(talk: Conversation, turn: Turn, table: Table | None, key: str) -> None:
    """Draw a comparison row by row: its aspect, then each side's sentences with their buttons.

    Every cell names its side, for narrow screens, where cells stand under each other, and for screen readers.
    """
    if table is None:
        return
    with st.container(key=f"table-{key}", gap=None):
        heads = st.columns(len(table.sides))
        for column, side in zip(heads, table.sides, strict=True):
            column.html(f'<div class="head">{html_text(side)}</div>')
        for number, row in enumerate(table.rows):
            with st.container(key=f"row-{key}-{number}", gap=None):
                st.html(f'<h4 class="aspect">{html_text(row.aspect)}</h4>')
                shared = is_shared(row)
                sides = [" / ".join(table.sides)] if shared else table.sides
                for column, side, cell in zip(st.columns(len(sides)), sides, row.cells, strict=False):
                    with column:
                        st.html(f'<span class="side-name">{html_text(side)}: </span>')
                        for at in cell:
                            draw_claim(talk, turn, at, f"{key}-{number}")
                        if not cell:
                            st.html(f'<span class="unstated">{UNSTATED}</span>')


def draw_button(talk: Conversation, item: Citation | Passage, label: str, key: str) -> None:
    """Draw a button that opens a source; it stands out while the source is open."""
    kind = "primary" if item == talk.source else "secondary"
    st.button(label, key=key, on_click=talk.show, args=(item,), type=kind)  # type: ignore[arg-type]


def draw_outcome(talk: Conversation, answer: Answer, key: str) -> None:
    """Draw what stands under the sentences: the reason, notes, the check and what was withheld."""
    if not answer.claims:
        st.html(f'<p class="declined">{html_text(reason_text(answer.reason))}</p>')
    notes = [f"Read as: {answer.read_as}"] if answer.read_as else []
    notes += [f"Not settled by the articles: {part}" for part in open_parts(answer)]
    for note in [*notes, *answer.notices]:
        st.html(f'<p class="note">{html_text(note)}</p>')
    if not answer.claims and answer.passages:
        draw_nearest(talk, answer, key)
    with st.expander(check_line(answer), key=f"check-{key}", icon=":material/fact_check:", type="compact"):
        st.html(check_html(answer))


def draw_nearest(talk: Conversation, answer: Answer, key: str) -> None:
    """Draw the nearest passages of a declined answer, each with a button that opens it."""
    st.html('<p class="note">The nearest passages:</p>')
    for number, passage in enumerate(answer.passages[:NEAREST]):
        with st.container(key=f"near-{key}-{number}"):
            words = " ".join(passage.text.split())
            short = words if len(words) <= 220 else words[:220].rsplit(" ", 1)[0] + " …"
            st.html(f'<div class="near"><b>{html_text(place(passage))}</b><br>{html_text(short)}</div>')
            draw_button(talk, passage, "Read it in its place", f"read-{key}-{number}")


def check_html(answer: Answer) -> str:
    """Return what was withheld and why, and with what the answer was made."""
    rows = "".join(
        f"<li>{html_text(item.text)} <i>({html_text('; '.join(item.reasons) or item.verdict)})</i></li>"
        for item in answer.withheld
    )
    head = f"<p>Written by the model, not shown:</p><ul>{rows}</ul>" if rows else ""
    seconds = answer.timings_s.get("total")
    parts = [f"model {answer.model}", f"checker {answer.checker}" if answer.checker else ""]
    parts += [f"passages read: {len(answer.passages)}", f"{seconds:.1f} s" if seconds is not None else ""]
    return f'<div class="check">{head}<p>{escape(" · ".join(part for part in parts if part))}</p></div>'


def draw_source(assistant: Assistant, talk: Conversation, item: Citation | Passage) -> None:
    """Draw the open source: where it stands, the words in their place, the whole article."""
    with st.container(horizontal=True, horizontal_alignment="distribute", key="source-head"):
        number = f"[{item.n}] " if isinstance(item, Citation) else ""
        st.html(f'<h2 class="title">{number}{html_text(item.title)}</h2>', width="stretch")
        st.button("Close", key="close", on_click=talk.show, args=(None,), type="tertiary")
    document = find_document(assistant, item)
    st.html(where_html(item, document))
    if document is None:
        quote = item.quote if isinstance(item, Citation) else item.text
        st.html(
            '<p class="note">The article was changed or removed since this answer was given; '
            f"these were its words:</p><blockquote>{html_text(quote)}</blockquote>"
        )
        return
    st.html(passage_html(document, item.start, item.end))
    with st.expander("Whole article", key="whole"):
        st.html(article_html(document, item.start, item.end))


def find_document(assistant: Assistant, item: Citation | Passage) -> Document | None:
    """Return the stored article the item was taken from, or None when it has changed or gone."""
    try:
        document = assistant.document(item.doc_id)
    except KeyError:
        return None
    return document if document.sha256 == item.doc_sha256 else None


def where_html(item: Citation | Passage, document: Document | None) -> str:
    """Return section, page, date and file of a source, one line."""
    parts = [item.section, f"page {item.page}" if item.page is not None else ""]
    parts += [(document.date or "") if document else "", item.source]
    return f'<p class="where">{html_text(" · ".join(part for part in parts if part))}</p>'


main()
