"""Draw what is asked: the index in force and its articles, which can be changed here, and what writes the answers."""

from collections.abc import Callable

import streamlit as st

from assistant.core.settings import Settings
from assistant.show.escape import escape_markdown, html_text
from ui.page.ask.state import Conversation
from ui.page.opening import Opening

INDEX, ARTICLES = "scope-index", "scope-articles"


def draw_scope(
    settings: Settings, opening: Opening, talk: Conversation, choose_index: Callable[[str], None]
) -> None:
    """Draw one line: the index, how many of its articles are asked, and which model answers."""
    if not opening.ready.is_set():
        st.html(f'<p class="note working">Opening “{html_text(settings.index)}” …</p>')
        return
    from ui.library.indexes import list_indexes
    from ui.library.library import count
    from ui.page.settings.choices import model_text

    articles = {
        item.name: count(item.articles, "article") for item in list_indexes(settings) if not item.problem
    }
    about = articles.get(settings.index, "not made yet")
    if talk.articles:
        about = f"{len(talk.articles)} of {about}"
    asked = st.button(
        f"{escape_markdown(settings.index)} · {about}", key="scope-open", icon=":material/library_books:",
        type="tertiary", help="Change what is asked",
    )  # fmt: skip
    if talk.articles:
        st.button("Ask all", key="scope-all", type="tertiary", on_click=_choose_articles, args=(talk, []))
    st.html(f'<p class="note">{html_text(model_text(settings))}</p>')
    if asked:
        _choose(settings, talk, articles, choose_index)


@st.dialog("What to ask", width="small")
def _choose(
    settings: Settings, talk: Conversation, articles: dict[str, str], choose_index: Callable[[str], None]
) -> None:
    """Draw the indexes to choose from, and the articles of the one in force; choosing closes the dialog."""
    names = list(articles)
    chosen = st.radio(
        "Index", names, key=INDEX, index=names.index(settings.index) if settings.index in names else None,
        captions=[articles[name] for name in names], format_func=escape_markdown,
    )  # fmt: skip
    picked: list[str] = []
    if chosen == settings.index:
        picked = _pick_articles(settings, talk)
    else:
        st.html('<p class="note">Another index begins a new conversation; this one stays in the list.</p>')
    st.html('<p class="note">Indexes are made, and articles added, under “Articles”.</p>')
    if st.button("Ask this", key="scope-use", type="primary", disabled=chosen is None) and chosen:
        if chosen == settings.index:
            _choose_articles(
                talk, [(doc_id, title) for doc_id, title in _titles(settings) if doc_id in picked]
            )
        else:
            choose_index(chosen)
        st.rerun()


def _pick_articles(settings: Settings, talk: Conversation) -> list[str]:
    """Draw the articles, to ask some of them alone; return the ids of those that are chosen."""
    titles = dict(_titles(settings))
    return st.multiselect(
        "Articles", list(titles), key=ARTICLES, format_func=lambda doc_id: titles[doc_id],
        default=[doc_id for doc_id in talk.articles if doc_id in titles],
        placeholder=f"All {len(titles)}; choose some to ask them alone",
    )  # fmt: skip


def _titles(settings: Settings) -> list[tuple[str, str]]:
    """Return id and title of each article, in the order of their titles."""
    from ui.library.library import list_articles

    return [(item.doc_id, item.title) for item in list_articles(settings)]


def _choose_articles(talk: Conversation, chosen: list[tuple[str, str]]) -> None:
    talk.articles = dict(chosen)
