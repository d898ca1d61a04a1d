"""Draw what is asked: the index in force and its articles, which can be changed here, and what writes the answers."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from assistant.show.escape import escape_markdown, html_text
from ui.page.ask.shelf import Shelf
from ui.page.ask.state import Conversation
from ui.page.opening import Opening

INDEX, ARTICLES = "scope-index", "scope-articles"
ChooseIndex = Callable[[str], None]


def draw_scope(
    shelf: Shelf, opening: Opening[Any], talk: Conversation, choose_index: ChooseIndex | None
) -> None:
    """Draw one line: the index, how many of its articles are asked, and what answers."""
    if not opening.ready.is_set():
        _await_opening(shelf.index, opening)
        return
    indexes = shelf.indexes()
    about = indexes.get(shelf.index, "not made yet")
    if talk.articles:
        about = f"{len(talk.articles)} of {about}"
    asked = st.button(
        f"{escape_markdown(shelf.index)} · {about}", key="scope-open", icon=":material/library_books:",
        type="tertiary", help="Change what is asked",
    )  # fmt: skip
    if talk.articles:
        st.button("Ask all", key="scope-all", type="tertiary", on_click=_choose_articles, args=(talk, []))
    st.html(f'<p class="note">{html_text(shelf.answers)}</p>')
    if asked:
        _choose(shelf, talk, indexes, choose_index)


@st.fragment(run_every=0.4)
def _await_opening(index: str, opening: Opening[Any]) -> None:
    if opening.ready.is_set():
        st.rerun()
    st.html(f'<p class="note working">Opening “{html_text(index)}” …</p>')


@st.dialog("What to ask", width="small")
def _choose(
    shelf: Shelf, talk: Conversation, indexes: dict[str, str], choose_index: ChooseIndex | None
) -> None:
    """Draw the indexes to choose from, and the articles of the one in force; choosing closes the dialog."""
    chosen: str | None = shelf.index
    if choose_index:
        names = list(indexes)
        chosen = st.radio(
            "Index", names, key=INDEX, index=names.index(shelf.index) if shelf.index in names else None,
            captions=[indexes[name] for name in names], format_func=escape_markdown,
        )  # fmt: skip
    titles = dict(shelf.titles())
    picked: list[str] = []
    if chosen == shelf.index:
        picked = _pick_articles(titles, talk)
    else:
        st.html('<p class="note">Another index begins a new conversation; this one stays in the list.</p>')
    made = "Indexes are made, and articles added, under" if choose_index else "Articles are added under"
    st.html(f'<p class="note">{made} “Articles”.</p>')
    if st.button("Ask this", key="scope-use", type="primary", disabled=chosen is None) and chosen:
        if choose_index and chosen != shelf.index:
            choose_index(chosen)
        else:
            _choose_articles(talk, [(doc_id, titles[doc_id]) for doc_id in titles if doc_id in picked])
        st.rerun()


def _pick_articles(titles: dict[str, str], talk: Conversation) -> list[str]:
    """Draw the articles, to ask some of them alone; return the ids of those that are chosen."""
    return st.multiselect(
        "Articles", list(titles), key=ARTICLES, format_func=lambda doc_id: titles[doc_id],
        default=[doc_id for doc_id in talk.articles if doc_id in titles],
        placeholder=f"All {len(titles)}; choose some to ask them alone",
    )  # fmt: skip


def _choose_articles(talk: Conversation, chosen: list[tuple[str, str]]) -> None:
    talk.articles = dict(chosen)
