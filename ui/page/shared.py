"""The page over a server that several people share: ask it, read, add and remove its articles.

Conversations stay on this machine; the index, the model and the settings are the server's.
"""

import os
from typing import Any

import streamlit as st

from assistant.core.settings import load_settings
from assistant.show.escape import escape_markdown, html_text
from assistant.show.html import article_html
from ingest.sources.kinds import SHOWN
from ui.library.library import count
from ui.library.uploads import MAX_FILES
from ui.page.ask.ask import draw_asking
from ui.page.bar import run_pages
from ui.page.opening import Opening
from ui.page.server import ServerShelf, opening_of_server
from ui.page.session import open_conversation
from ui.serve.client import ServerAssistant

SERVER = "BPO_KPO_SERVER"  # the address, as `bpo-kpo chat --server` was given it
PAGE = 25  # articles shown at once


def main() -> None:
    """Draw the page once; Streamlit calls this again after every click."""
    pages = [
        st.Page(show_asking, title="Ask", icon=":material/forum:", url_path="ask", default=True),
        st.Page(show_articles, title="Articles", icon=":material/library_books:", url_path="articles"),
    ]
    run_pages("Ask the articles", pages)


def open_server() -> ServerAssistant:
    """Wait for the server that the page was started for. Raises SettingsError, ServerError."""
    with st.spinner("Waiting for the server …"):
        return opening().get()


def opening() -> Opening[ServerAssistant]:
    """Return the opening of that server."""
    return opening_of_server(os.environ.get(SERVER, ""), load_settings())


def show_asking() -> None:
    """Draw the conversation with the server's articles."""
    shelf = ServerShelf(open_server())
    talk = open_conversation(shelf.folder)
    talk.index = f"{shelf.index} of {opening().get().address}"  # unlike any index of this machine
    draw_asking(shelf, opening(), talk)


def show_articles() -> None:
    """Draw the server's articles: the list, one to read, adding and removing."""
    server = open_server()
    st.html('<h1 class="title">Articles</h1>')
    draw_job(server)
    words = st.text_input("Search", key="words", placeholder="Words of the title or the text") or ""
    part = int(st.session_state.get("part", 1))
    listed = server.documents(words[:200], PAGE * (part - 1), PAGE)
    st.html(f'<p class="lead">{count(listed["total"], "article")}</p>')
    if listed["total"] > PAGE:
        st.number_input("Part of the list", 1, -(-listed["total"] // PAGE), key="part")
    for number, article in enumerate(listed["articles"]):
        with st.expander(
            escape_markdown(f"{article['title']} ({count(article['words'], 'word')})"),
            key=f"article-{number}",
        ):
            draw_article(server, article, f"{number}")
    if not server.index()["read_only"]:
        draw_adding(server)


def draw_article(server: ServerAssistant, article: dict[str, Any], key: str) -> None:
    """Draw one article: its first sentence, and what can be done with it, to read or remove it."""
    doc_id = article["doc_id"]
    st.html(f'<p class="summary">{html_text(article.get("summary", ""))}</p>')
    if st.toggle("Read", key=f"read-{key}-{doc_id}"):
        try:
            st.html(article_html(server.document(doc_id)))
        except KeyError:
            st.html('<p class="note">This article is no longer in the index.</p>')
    with st.popover(
        "Remove", key=f"drop-{key}-{doc_id}", disabled=server.index()["read_only"], type="tertiary"
    ):
        st.html("<p>Remove this article for everybody? This cannot be undone.</p>")
        if st.button("Remove it", key=f"remove-{key}-{doc_id}"):
            server.remove(doc_id)
            st.rerun()


def draw_adding(server: ServerAssistant) -> None:
    """Draw the forms that add files and a page."""
    with st.form("add-files", clear_on_submit=True):
        files = st.file_uploader(
            f"Files ({', '.join(SHOWN)}), at most {MAX_FILES} at once",
            accept_multiple_files=True,
            key="files",
        )
        if st.form_submit_button("Add the files") and files:
            st.session_state["job"] = server.add([(file.name, file.getvalue()) for file in files])["job_id"]
            st.rerun()
    with st.form("add-page", clear_on_submit=True):
        address = st.text_input(
            "Address of one page", key="address-of-page", placeholder="https://", max_chars=2000
        )
        if st.form_submit_button("Add the page") and address:
            st.session_state["job"] = server.ingest([address.strip()])["job_id"]
            st.rerun()


def draw_job(server: ServerAssistant) -> None:
    """Draw how far the work is that was begun here, or what came of it."""
    if name := st.session_state.get("job"):
        _watch(server, name)
    elif done := st.session_state.get("done"):
        _draw_done(done)


def _stop(server: ServerAssistant, name: str) -> None:
    server.stop(name)


@st.fragment(run_every=1.0)
def _watch(server: ServerAssistant, name: str) -> None:
    job = server.job(name)
    if job["state"] not in ("waiting", "running"):
        st.session_state["done"] = job
        del st.session_state["job"]
        st.rerun(scope="app")  # the list and its count have changed
    st.progress(job["share"], text=escape_markdown(f"{job['title']}: {job['stage']} …"))
    st.button("Stop", key="stop-job", on_click=_stop, args=(server, name), type="tertiary")


def _draw_done(job: dict[str, Any]) -> None:
    show = st.success if job["state"] == "done" else st.error
    show(escape_markdown(job["error"] or job["stage"]))
    for item in job["report"]["failed"] if job["report"] else []:
        st.html(
            f'<p class="note">Not added: <b>{html_text(item["source"])}</b> {html_text(item["reason"])}</p>'
        )
    if st.button("Close the message", key="close-job", type="tertiary"):
        del st.session_state["done"]
        st.rerun()


main()
