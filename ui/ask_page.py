"""Draw the page to ask on: the conversation on the left, the source of the clicked citation on the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from assistant.show.escape import escape_markdown, html_text
from assistant.show.html import claim_html, compared_html
from assistant.show.phrases import (
    NEAREST,
    STOPPED,
    check_line,
    made_with,
    open_parts,
    place,
    reason_text,
    why,
)
from assistant.show.table import UNSTATED, is_shared
from assistant.types import Answer, Message, Table
from ui.actions import draw_actions
from ui.page import Conversation, Suggest, Turn
from ui.sidebar import draw_conversations
from ui.source import draw_button, draw_source

if TYPE_CHECKING:
    from assistant.pipeline import Assistant


def draw_asking(assistant: Assistant, talk: Conversation, starters: Sequence[str]) -> None:
    """Draw side bar, conversation and the open source; raises AssistantError when the index has gone."""
    ask, suggest = asker(assistant, talk)
    if question := st.chat_input("Ask about the articles", key="question", max_chars=2000):
        ask(question)
    draw_sidebar(talk)  # after asking, so that the conversation is in the list
    if talk.turns:
        talk.turns[-1].look(suggest, [message for turn in talk.turns[:-1] for message in turn.messages()])
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
        draw_conversation(assistant, talk, ask, starters)


def draw_sidebar(talk: Conversation) -> None:
    """Draw the conversations that are kept."""
    with st.sidebar:
        if talk.history:
            draw_conversations(talk.history, talk)


def asker(assistant: Assistant, talk: Conversation) -> tuple[Callable[[str], None], Suggest]:
    """Return what asks a question in this conversation, and what looks for questions to go on with."""
    from assistant.suggest import following

    def suggest(answer: Answer, history: Sequence[Message]) -> list[str]:
        return following(assistant, answer, history)

    return (lambda question: talk.ask(assistant.ask_stream, question, suggest)), suggest


def draw_conversation(
    assistant: Assistant, talk: Conversation, ask: Callable[[str], None], starters: Sequence[str]
) -> None:
    """Draw every turn; the last one grows while it is being answered."""
    st.html(
        '<h1 class="title">Ask the articles</h1><p class="lead">Every sentence of an answer comes with the '
        "words of the article that support it. Select a number to read them in their place.</p>"
    )
    if not talk.turns:
        with st.container(horizontal=True, key="starters"):
            for number, starter in enumerate(starters):
                st.button(escape_markdown(starter), key=f"start-{number}", on_click=ask, args=(starter,))
    saved, title = [turn.saved for turn in talk.turns], talk.title
    for number, turn in enumerate(talk.turns):
        with st.chat_message("user", avatar=":material/person:"):
            st.html(f'<div class="question">{html_text(turn.question)}</div>')
        with st.chat_message("assistant", avatar=":material/menu_book:"):
            draw_turn(talk, turn, f"{number}")
            if turn.done and turn.answer and not turn.answer.claims:
                draw_coverage(assistant.titles, f"{number}")
            if turn.done and (now := turn.saved).answer:
                saved[number] = now  # it may have ended while it was drawn
                draw_actions(
                    saved,
                    number,
                    conversation=talk.id,
                    title=title,
                    folder=assistant.settings.data_dir,
                    find=assistant.document,
                )
    if talk.turns and talk.turns[-1].done:
        draw_following(talk.turns[-1], ask)


def draw_following(turn: Turn, ask: Callable[[str], None]) -> None:
    """Draw questions to go on with; while they are looked for, look again."""
    if turn.following is None:
        _await_following(turn)
        return
    with st.container(horizontal=True, key="following"):
        for number, question in enumerate(turn.following):
            st.button(escape_markdown(question), key=f"next-{number}", on_click=ask, args=(question,))


@st.fragment(run_every=0.5)
def _await_following(turn: Turn) -> None:
    if turn.following is not None:
        st.rerun()


def draw_turn(talk: Conversation, turn: Turn, key: str) -> None:
    """Draw one answer, sentence by sentence as they pass the check."""
    sentences = st.container(key=f"sentences-{key}", gap="xsmall")
    loose = turn.answer is None  # until the table can be drawn, its sentences stand one under the other
    cells = st.empty()
    below = cells.container(key=f"cells-{key}", gap="xsmall") if loose else sentences
    progress = st.empty()
    if not turn.done:
        with progress.container(horizontal=True, vertical_alignment="center", key=f"progress-{key}"):
            clock = st.empty()
            st.button("Stop", key=f"stop-{key}", on_click=turn.stop, type="tertiary")
    shown = 0
    while True:
        done = turn.done  # read before the claims, so that none is missed
        for number, _ in enumerate(turn.claims[shown:], start=shown):
            if loose or number not in turn.cells:
                with below if number in turn.cells else sentences:
                    draw_claim(talk, turn, number, key)
            shown += 1
        if done:
            break
        # Drawing is also where Streamlit ends a run that a click has made stale.
        clock.html(f'<span class="working">Reading and checking … {turn.seconds:.0f} s</span>')
        turn.wait(shown, 0.5)
    progress.empty()
    if turn.answer:
        cells.empty()
    if turn.error:
        st.error(escape_markdown(turn.error))
    elif turn.answer and turn.answer.reason != STOPPED:
        draw_table(talk, turn, turn.answer.table, key)
        draw_outcome(talk, turn.answer, key)
    else:
        passed = (
            "What stands above had passed the check." if turn.claims else "Nothing had passed the check yet."
        )
        st.html(f'<p class="note">Stopped. {passed}</p>')


def draw_claim(talk: Conversation, turn: Turn, number: int, key: str) -> None:
    """Draw one sentence, its citation numbers as buttons behind the last word."""
    claim = turn.claims[number]
    with st.container(key=f"claim-{key}-{number}"):
        cited = [turn.citations[n] for n in claim.citations]
        st.html(claim_html(claim) + compared_html(claim, cited))
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


def draw_coverage(titles: Sequence[str], key: str) -> None:
    """Draw what the articles do cover, under a declined answer."""
    with st.expander(
        f"What the {len(titles)} articles cover",
        key=f"cover-{key}",
        icon=":material/library_books:",
        type="compact",
    ):
        items = "".join(f"<li>{html_text(title)}</li>" for title in titles)
        st.html(f'<ul class="titles">{items}</ul>')


def check_html(answer: Answer) -> str:
    """Return what was withheld and why, and with what the answer was made."""
    rows = "".join(
        f"<li>{html_text(item.text)} <i>({html_text(why(item))})</i></li>" for item in answer.withheld
    )
    head = f"<p>Written by the model, not shown:</p><ul>{rows}</ul>" if rows else ""
    return f'<div class="check">{head}<p>{html_text(made_with(answer))}</p></div>'
