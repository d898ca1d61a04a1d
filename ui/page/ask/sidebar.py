"""Draw the list of conversations: open, search, rename, delete."""

import time
from datetime import UTC, datetime

import streamlit as st

from assistant.show.escape import escape_markdown, html_text
from ui.export.history import Entry, History, Removed
from ui.page.ask.state import Conversation

SHOWN = 15  # conversations in the list before "Show all"
REMOVED = "removed-conversation"  # what was deleted last, and when
UNDO_S = 120  # seconds in which that can be undone


def draw_conversations(history: History, talk: Conversation) -> None:
    """Draw the button for a new conversation and the list of those kept, last changed first."""
    st.button("New conversation", key="new", icon=":material/add:", on_click=talk.clear, width="stretch")
    _draw_undo(history)
    if history.note:
        st.html(f'<p class="note">{html_text(history.note)}</p>')
    everything = history.entries()
    if not everything:
        return
    st.html('<h2 class="side">Conversations</h2>')
    words = st.text_input(
        "Search conversations", key="find", placeholder="Search", label_visibility="collapsed"
    )
    found = history.entries(words) if words else everything
    if not found:
        st.html('<p class="note">No conversation holds these words.</p>')
    shown = found if st.session_state.get("all-conversations") else found[:SHOWN]
    for entry in shown:
        _draw_entry(history, talk, entry)
    if len(found) > len(shown):
        st.button(
            f"Show all {len(found)}", key="more-conversations", type="tertiary",
            on_click=lambda: st.session_state.update({"all-conversations": True}),
        )  # fmt: skip


def _draw_entry(history: History, talk: Conversation, entry: Entry) -> None:
    mine = entry.id == talk.id
    with st.container(horizontal=True, key=f"talk-{entry.id}", gap="xsmall", vertical_alignment="center"):
        st.button(
            escape_markdown(entry.title),
            key=f"open-{entry.id}",
            on_click=_open,
            args=(talk, entry.id),
            type="primary" if mine else "tertiary",
            width="stretch",
        )
        with st.popover(f"Rename or delete {escape_markdown(entry.title)}", icon=":material/more_vert:"):
            questions = "1 question" if entry.turns == 1 else f"{entry.turns} questions"
            where = f", index “{html_text(entry.index)}”" if entry.index else ""
            st.html(f'<p class="note">{questions}, {told(entry.changed)}{where}</p>')
            st.text_input(
                "Title",
                value=entry.title,
                key=f"title-{entry.id}",
                max_chars=80,
                on_change=_rename,
                args=(history, entry.id),
            )
            st.button(
                "Delete",
                key=f"delete-{entry.id}",
                icon=":material/delete:",
                on_click=_delete,
                args=(history, talk, entry.id),
            )


def told(changed: str) -> str:
    """Return when a conversation was last changed, as a date, and for today's as a time."""
    when = datetime.fromisoformat(changed).astimezone()
    today = datetime.now(UTC).astimezone().date()
    return when.strftime("today %H:%M") if when.date() == today else when.strftime("%d %B %Y")


def _open(talk: Conversation, conversation: str) -> None:
    talk.open(conversation)


def _rename(history: History, conversation: str) -> None:
    title = st.session_state[f"title-{conversation}"]
    if title.strip():
        history.rename(conversation, title)


def _delete(history: History, talk: Conversation, conversation: str) -> None:
    if talk.id == conversation:
        talk.clear()
    if removed := history.delete(conversation):
        st.session_state[REMOVED] = (removed, time.monotonic())


def _draw_undo(history: History) -> None:
    """Draw the way back for the conversation that was deleted last; it is kept in this session alone."""
    removed, at = st.session_state.get(REMOVED, (None, 0.0))
    if removed is None or time.monotonic() - at > UNDO_S:
        st.session_state.pop(REMOVED, None)
        return
    with st.container(key="undo", gap=None):
        st.html(f'<p class="note">Deleted “{html_text(removed.title)}”.</p>')
        st.button("Undo", key="undo-delete", icon=":material/undo:", type="tertiary",
                  on_click=_undo, args=(history, removed))  # fmt: skip


def _undo(history: History, removed: Removed) -> None:
    history.restore(removed)
    st.session_state.pop(REMOVED, None)
