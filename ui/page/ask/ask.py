"""Draw the page to ask on: the conversation on the left, the source of the clicked citation on the right."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from assistant.core.types import Answer, Passage, Table
from assistant.question.smalltalk import KINDS
from assistant.show.escape import escape_markdown, html_text
from assistant.show.html import claim_html, compared_html
from assistant.show.phrases import (
    STOPPED,
    asked_of,
    check_line,
    made_with,
    nearest,
    open_parts,
    place,
    reason_text,
    why,
)
from assistant.show.table import UNSTATED, is_shared
from ui.library.uploads import MAX_MB
from ui.page.ask.actions import draw_actions
from ui.page.ask.scope import draw_scope
from ui.page.ask.shelf import ALONE, Shelf
from ui.page.ask.sidebar import draw_conversations
from ui.page.ask.source import draw_button, draw_source
from ui.page.ask.state import Conversation, Turn
from ui.page.ask.welcome import draw_welcome
from ui.page.opening import Opening

EDITED = "edited"  # position of the question that is being edited
MAX_QUESTION = 2000  # characters
LONG_NOTE = 400  # characters of a note, about four lines; the rest of a longer one is folded
ROOM = (
    700,
    220,
)  # characters shown of the nearest passage, which holds the likeliest sentence, and of the others
# Until the answer is there or the reader scrolls: Streamlit would follow the end of what is written.
_TO_THE_TOP = """<script>(() => {
  let calm = 0, mine = true;
  const leave = () => { mine = false; };
  for (const kind of ["wheel", "touchmove", "keydown", "mousedown"])
    window.addEventListener(kind, leave, { once: true, passive: true });
  const step = () => {
    const turn = document.querySelector(KEY);
    if (turn && mine) turn.scrollIntoView({ block: "start" });
    calm = turn && !turn.querySelector('[class*="st-key-progress-"]') ? calm + 1 : 0;
    if (mine && calm < 15) setTimeout(step, 100);
  };
  step();
})();</script>"""


def draw_asking(
    shelf: Shelf, opening: Opening[Any], talk: Conversation, choose_index: Callable[[str], None] | None = None
) -> None:
    """Draw side bar, conversation and the open source; nothing of it waits for the index."""
    ask = partial(talk.ask, opening.ask, suggest=opening.suggest)
    with st.bottom:
        with st.container(horizontal=True, key="scope", gap="small", vertical_alignment="center"):
            draw_scope(shelf, opening, talk, choose_index)
        given = st.chat_input(
            "Ask about the articles", key="question", max_chars=MAX_QUESTION,
            accept_file="multiple" if shelf.grows else False, max_upload_size=MAX_MB,
        )  # fmt: skip
    if given:
        _leave_edited()
        words, files = (given, []) if isinstance(given, str) else (given.text, given.files)
        ask(question=words.strip() or ALONE, attach=partial(shelf.attach, files) if files else None)
    draw_sidebar(talk)  # after asking, so that the conversation is in the list
    if talk.turns:
        earlier = [message for turn in talk.turns[:-1] for message in turn.messages()]
        talk.turns[-1].look(opening.suggest, earlier)
    _address(talk)
    with st.container(key="desk"):  # always two columns, else a redraw would leave old elements behind
        left, right = st.columns([3, 2], gap="large")
    aside = right.empty()
    if talk.source:
        with aside.container(key="source"):
            draw_source(shelf.find, talk, talk.source, shelf.picture)
    with left:
        if opening.ready.is_set() and opening.error:
            st.error(escape_markdown(str(opening.error)))
        draw_conversation(shelf, opening, talk, lambda words: ask(question=words))


def _address(talk: Conversation) -> None:
    """Keep the conversation in the address, so that a reload comes back to it."""
    if talk.turns:
        st.query_params["c"] = talk.id
    elif "c" in st.query_params:
        del st.query_params["c"]
    st.session_state["address"] = st.query_params.get("c")  # ours: no wish to open another


def draw_sidebar(talk: Conversation) -> None:
    """Draw the conversations that are kept."""
    with st.sidebar:
        if talk.history:
            draw_conversations(talk.history, talk)


def draw_conversation(
    shelf: Shelf, opening: Opening[Any], talk: Conversation, ask: Callable[[str], None]
) -> None:
    """Draw every turn; the last one grows while it is being answered."""
    start = (
        st.empty()
    )  # cleared at once: what was drawn before would stay under an answer while it is written
    if not talk.turns:
        with start.container():
            draw_welcome(shelf, opening, talk.articles, ask)
    saved, title = [turn.saved for turn in talk.turns], talk.title
    for number, turn in enumerate(talk.turns):
        last = number == len(talk.turns) - 1
        with st.container(key=f"turn-{number}{'-last' if last else ''}"):
            draw_question(opening, talk, number)
            with st.chat_message("assistant", avatar=":material/menu_book:"):
                draw_turn(talk, turn, f"{number}", opening.waiting)
                if turn.done and turn.answer and is_declined(turn.answer) and not turn.articles:
                    draw_coverage(shelf, f"{number}")
                if turn.done and (now := turn.saved).answer:
                    saved[number] = now  # it may have ended while it was drawn
                    draw_actions(
                        saved,
                        number,
                        conversation=talk.id,
                        title=title,
                        folder=shelf.folder,
                        find=shelf.find,
                        again=partial(talk.ask_again, number, opening.ask, turn.question, opening.suggest),
                    )
            if last and turn.done:
                draw_following(turn, ask)
    if talk.turns:
        key = json.dumps(f".st-key-turn-{len(talk.turns) - 1}-last")
        mark = html_text(f"{talk.id}-{len(talk.turns)}-{talk.turns[-1].asked_at:.0f}")
        st.html(f'<i data-turn="{mark}"></i>' + _TO_THE_TOP.replace("KEY", key), unsafe_allow_javascript=True)


def is_declined(answer: Answer) -> bool:
    """Tell whether a question was not answered; what was no question is not declined."""
    return not answer.claims and answer.reason not in KINDS


def draw_question(opening: Opening[Any], talk: Conversation, number: int) -> None:
    """Draw a question, and the form to ask it otherwise where that was wished for."""
    turn, state = talk.turns[number], st.session_state
    with (
        st.chat_message("user", avatar=":material/person:"),
        st.container(key=f"asked-{number}", horizontal=True),
    ):
        if state.get(EDITED) == (talk.id, number):
            with st.form(f"edit-{number}", border=False):
                words = f"edit-{number}-words"
                st.text_area("Your question", value=turn.question, max_chars=MAX_QUESTION, key=words)
                if len(talk.turns) > number + 1:
                    st.html('<p class="note">What was asked after it is removed from this conversation.</p>')
                with st.container(horizontal=True):
                    # callbacks: a click would be lost where a run is ended before it comes to this form
                    st.form_submit_button(
                        "Ask", type="primary", on_click=_ask_otherwise, args=(opening, talk, number, words)
                    )
                    st.form_submit_button("Cancel", type="tertiary", on_click=_leave_edited)
            return
        st.html(f'<div class="question">{html_text(turn.question)}</div>', width="stretch")
        st.button(
            "Edit this question", key=f"edit-{number}-open", icon=":material/edit:", type="tertiary",
            on_click=lambda: state.update({EDITED: (talk.id, number)}),
        )  # fmt: skip


def _ask_otherwise(opening: Opening[Any], talk: Conversation, number: int, key: str) -> None:
    if words := str(st.session_state[key]).strip():
        _leave_edited()
        talk.ask_again(number, opening.ask, words, opening.suggest)


def _leave_edited() -> None:
    st.session_state.pop(EDITED, None)


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


def draw_turn(talk: Conversation, turn: Turn, key: str, waiting: str) -> None:
    """Draw one answer, sentence by sentence as they pass the check; above it, which articles alone were asked."""
    limits = st.empty()
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
        if turn.articles:
            limits.html(f'<p class="note limits">Asked of {html_text(asked_of(turn.articles))}.</p>')
        if done:
            break
        # Drawing is also where Streamlit ends a run that a click has made stale.
        clock.html(f'<span class="working">{turn.stage or waiting} … {turn.seconds:.0f} s</span>')
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
    """Draw one sentence, its citation numbers as buttons behind the last word, what it is compared with below."""
    claim = turn.claims[number]
    with st.container(key=f"claim-{key}-{number}"):
        st.html(claim_html(claim))
        for n in claim.citations:
            draw_button(talk, turn.citations[n], f":grey[Source] {n}", f"cite-{key}-{number}-{n}")
        if compared := compared_html(claim, [turn.citations[n] for n in claim.citations]):
            st.html(compared)


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
        kind = "said" if answer.reason in KINDS else "declined"
        st.html(f'<p class="{kind}">{html_text(reason_text(answer.reason))}</p>')
    notes = [f"Read as: {answer.read_as}"] if answer.read_as else []
    notes += [f"Not plainly answered: {part}" for part in open_parts(answer)]
    for note in [*notes, *answer.notices]:
        st.html(note_html(note))
    if answer.reason in KINDS:  # nothing was looked up, so there is nothing to check
        return
    if near := nearest(answer):
        draw_nearest(talk, near, key)
    with st.expander(check_line(answer), key=f"check-{key}", icon=":material/fact_check:", type="compact"):
        st.html(check_html(answer))


def note_html(note: str) -> str:
    """Return a note; of a long one ("The index holds 20 articles: …") the head, behind which the rest is folded."""
    head, colon, rest = note.partition(": ")
    if len(note) <= LONG_NOTE or not colon:
        return f'<p class="note">{html_text(note)}</p>'
    return f'<details class="note"><summary>{html_text(head)}</summary>{html_text(rest)}</details>'


def draw_nearest(talk: Conversation, near: Sequence[Passage], key: str) -> None:
    """Draw the nearest passages, each with a button that opens it."""
    st.html('<p class="note">The nearest passages:</p>')
    for number, passage in enumerate(near):
        with st.container(key=f"near-{key}-{number}"):
            words = " ".join(passage.text.split())
            room = ROOM[min(number, 1)]
            short = words if len(words) <= room else words[:room].rsplit(" ", 1)[0] + " …"
            st.html(f'<div class="near"><b>{html_text(place(passage))}</b><br>{html_text(short)}</div>')
            draw_button(talk, passage, "Read it in its place", f"read-{key}-{number}")


def draw_coverage(shelf: Shelf, key: str) -> None:
    """Draw what the articles do cover, under a declined answer."""
    titles = [title for _, title in shelf.titles()]
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
