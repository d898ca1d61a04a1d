"""Draw the articles page: the list and an article to read, adding, and the named indexes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.core.errors import AssistantError
from assistant.core.settings import Settings
from assistant.show.escape import escape_markdown, html_text
from ingest.sources.kinds import SHOWN
from ui.library.indexes import DEFAULT, IndexEntry, list_indexes, make_index, remove_index
from ui.library.job import Job, Outcome
from ui.library.library import (
    ORDERS,
    Article,
    add_files,
    add_page,
    count,
    find_articles,
    list_articles,
    rebuild,
    remove_article,
    sort_articles,
)
from ui.library.uploads import MAX_FILES, MAX_MB
from ui.page.articles.article import draw_reader, facts
from ui.page.articles.state import Desk, draw_job

if TYPE_CHECKING:
    from assistant.assistant import Assistant

PAGE = 25  # articles shown at once
MAX_LABEL = 160  # characters of a title in the list
ChooseIndex = Callable[[str], None]


def draw_articles(
    settings: Settings, assistant: Assistant | None, choose_index: ChooseIndex, why: str | None = None
) -> None:
    """Draw the page; `choose_index` puts another index in force.

    Without an assistant there is more to mend, and `why` says what.
    """
    st.html(Path(__file__).with_name("articles.css"))
    desk = _desk()
    st.html('<h1 class="title">Articles</h1>')
    try:
        articles, problem = list_articles(settings), None
    except AssistantError as error:
        articles, problem = [], str(error)
    entries = list_indexes(settings)
    missing = settings.index not in [entry.name for entry in entries]
    _draw_state(desk, settings, articles, problem, missing=missing, unusable=None if assistant else why or "")
    with st.container(key="library-job"):
        draw_job(desk)
    read, add, indexes = st.tabs(["Read", "Add", "Indexes"], key="library-tabs")
    with read:
        _draw_list(desk, articles)
    with add:
        _draw_add(desk, settings)
    with indexes:
        _draw_indexes(desk, settings, entries, choose_index)
    if desk.opened is not None:
        draw_reader(settings, desk.opened, close=lambda: _open(desk, None), remove=_remover(desk, settings))


def _desk() -> Desk:
    desk: Desk = st.session_state.setdefault("library", Desk())
    return desk


def _open(desk: Desk, doc_id: str | None) -> None:
    desk.opened = doc_id


def _remover(desk: Desk, settings: Settings) -> Callable[[str], None] | None:
    """Return what removes an article, None while other work is going on."""

    def remove(doc_id: str) -> None:
        desk.opened = None
        desk.begin(settings, "Removing", lambda embedder, job: remove_article(settings, embedder, doc_id))

    return None if desk.busy else remove


def _draw_state(
    desk: Desk,
    settings: Settings,
    articles: list[Article],
    problem: str | None,
    *,
    missing: bool,
    unusable: str | None,
) -> None:
    """Draw the counts, or what is wrong with the index; `unusable` says why it cannot be asked, None where it can."""
    if problem:
        st.error(escape_markdown(problem))
    elif missing:
        name = html_text(settings.index)
        st.html(
            f'<p class="note">There is no index named “{name}” yet: begin with the bundled articles, or add your own.</p>'
        )
        st.button(
            "Index the bundled articles", key="library-bundle", disabled=desk.busy, on_click=desk.begin,
            args=(settings, "Indexing", lambda embedder, job: make_index(
                settings, embedder, settings.index, bundled=True, job=job
            )),
        )  # fmt: skip
    else:
        words = sum(item.words for item in articles)
        counts = [count(len(articles), "article"), count(words, "word")]
        st.html(f'<p class="lead">{" · ".join(counts)} in the index “{html_text(settings.index)}”</p>')
        if unusable is not None:
            st.warning(
                "This index cannot be asked as it is. Building it anew, under “Indexes”, may mend it. "
                + escape_markdown(unusable)
            )


def _draw_list(desk: Desk, articles: list[Article]) -> None:
    """Draw the articles that were searched for, a page at a time."""
    if not articles:
        st.html('<p class="note">No articles yet: add files or a page under “Add”.</p>')
        return
    with st.container(horizontal=True, key="library-find", vertical_alignment="bottom"):
        words = st.text_input(
            "Search",
            key="library-words",
            type="search",
            live=True,
            placeholder="Words of the title or the text",
        )
        order = st.selectbox("Sort by", list(ORDERS), key="library-order", width=150)
    found = sort_articles(find_articles(articles, words or ""), order)
    if not found:
        st.html('<p class="note">No article holds all of these words.</p>')
    pages = -(-len(found) // PAGE)
    at = st.session_state.get("library-page", 1) if pages > 1 else 1
    first = (min(at, max(pages, 1)) - 1) * PAGE
    with st.container(key="library-list", gap=None):
        for number, item in enumerate(found[first : first + PAGE]):
            _draw_row(desk, item, number, words or "")
    if pages > 1:
        st.pagination(pages, key="library-page")


def _draw_row(desk: Desk, item: Article, number: int, words: str) -> None:
    """Draw one article of the list: its title opens it."""
    title = item.title if len(item.title) <= MAX_LABEL else item.title[:MAX_LABEL] + " …"
    with st.container(key=f"library-row-{number}", gap=None):
        st.button(
            escape_markdown(title), key=f"library-open-{number}", type="tertiary",
            on_click=_open, args=(desk, item.doc_id),
        )  # fmt: skip
        if item.summary:
            st.html(f'<p class="summary">{marked_html(item.summary, words)}</p>')
        st.html(f'<p class="where">{html_text(facts(item))}</p>')


def marked_html(text: str, words: str) -> str:
    """Return text with each of the words in <mark>, wherever it stands."""
    wanted = "|".join(re.escape(word) for word in sorted(words.split(), key=len, reverse=True))
    if not wanted:
        return html_text(text)
    parts = re.split(f"({wanted})", text, flags=re.IGNORECASE)
    return "".join(
        f"<mark>{html_text(part)}</mark>" if at % 2 else html_text(part) for at, part in enumerate(parts)
    )


def _draw_add(desk: Desk, settings: Settings) -> None:
    """Draw the two forms that add articles."""
    with st.form("library-files", clear_on_submit=True):
        files = st.file_uploader(
            f"Files ({', '.join(SHOWN)}), at most {MAX_FILES} at once and {MAX_MB} MB each",
            accept_multiple_files=True,
            max_upload_size=MAX_MB,
            key="library-upload",
        )
        asked = st.form_submit_button("Add the files", key="library-add-files", disabled=desk.busy)
        if asked and not files:
            st.html('<p class="note">No file was chosen: drop some into the field above first.</p>')
        elif asked:
            desk.begin(
                settings, "Adding files", lambda embedder, job: add_files(settings, embedder, files, job)
            )
            st.rerun()
    with st.form("library-page-form", clear_on_submit=True):
        address = st.text_input(
            "Address of one page", key="library-address", placeholder="https://", max_chars=2000
        )
        if st.form_submit_button("Add the page", key="library-add-page", disabled=desk.busy):
            desk.begin(
                settings, "Adding a page", lambda embedder, job: add_page(settings, embedder, address, job)
            )
            st.rerun()
    st.html(
        '<p class="note">Files are copied into the data folder of this program. A page is fetched once, from the '
        "public web only, and its main text is kept.</p>"
    )


def _draw_indexes(
    desk: Desk, settings: Settings, entries: list[IndexEntry], choose_index: ChooseIndex
) -> None:
    """Draw every index with what can be done with it, and the form for a new one."""
    for number, entry in enumerate(entries):
        with st.container(horizontal=True, key=f"library-index-{number}", vertical_alignment="center"):
            _draw_index(desk, settings, entry, number, choose_index)
    with st.form("library-make", clear_on_submit=True):
        name = st.text_input("Name of a new index", key="library-name", max_chars=64)
        bundled = st.checkbox("Begin with the bundled articles", key="library-bundled")
        if st.form_submit_button("Make the index", key="library-make-it", disabled=desk.busy):
            desk.begin(
                settings,
                "Making an index",
                lambda embedder, job: make_index(settings, embedder, name.strip(), bundled=bundled, job=job),
            )
            st.rerun()


def _draw_index(
    desk: Desk, settings: Settings, entry: IndexEntry, number: int, choose_index: ChooseIndex
) -> None:
    """Draw one index: its counts; use it or build it anew; remove it after a question."""
    name, in_use = escape_markdown(entry.name), entry.name == settings.index
    about = entry.problem or f"{count(entry.articles, 'article')}"
    used = " · in use" if in_use else ""
    st.html(f'<p><b>{html_text(entry.name)}</b>{used}<br><span class="where">{html_text(about)}</span></p>')
    if not in_use:
        st.button(f"Use {name}", key=f"library-use-{number}", on_click=choose_index, args=(entry.name,))
    elif not entry.problem:
        st.button(
            f"Build {name} anew", key=f"library-rebuild-{number}", disabled=desk.busy,
            help="Splits and embeds every article again, as after a change of the embedder.",
            on_click=desk.begin,
            args=(settings, "Building anew", lambda embedder, job: rebuild(settings, embedder, job)),
        )  # fmt: skip
    with st.popover(f"Remove {name}", key=f"library-drop-{number}", disabled=desk.busy, type="tertiary"):
        now = " It is the index in use." if in_use else ""
        st.html(
            f"<p>Remove the index “{html_text(entry.name)}” with its {count(entry.articles, 'article')} and the copies "
            f"of uploaded files?{now} This cannot be undone.</p>"
        )
        st.button(
            "Remove the index", key=f"library-drop-it-{number}", icon=":material/delete:",
            on_click=_remove_index, args=(desk, settings, entry.name, choose_index),
        )  # fmt: skip


def _remove_index(desk: Desk, settings: Settings, name: str, choose_index: ChooseIndex) -> None:
    """Remove an index; where it was in use, put the first of the others in force."""

    def work(_: Job) -> Outcome:
        remove_index(settings, name)
        return Outcome(line=f"Removed the index “{name}”.")

    desk.job = Job("Removing an index")
    desk.job.run(work)
    if desk.job.outcome and name == settings.index:
        others = list_indexes(settings)
        choose_index(others[0].name if others else DEFAULT)
