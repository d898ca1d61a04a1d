"""The page over a server that several people share: ask it, read, add and remove its articles.

Conversations stay on this machine; the index, the model and the settings are the server's.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from assistant.core.errors import AssistantError
from assistant.core.settings import load_settings
from assistant.core.types import Answer, Document, Message
from assistant.show.escape import escape_markdown, html_text
from assistant.show.html import article_html
from ui.export.history import History
from ui.page.ask.actions import draw_actions, draw_style
from ui.page.ask.ask import draw_turn
from ui.page.ask.sidebar import draw_conversations
from ui.page.ask.source import draw_source
from ui.page.ask.state import Conversation
from ui.page.bar import draw_pages
from ui.serve.client import ServerAssistant

SERVER = "BPO_KPO_SERVER"  # the address, as `bpo-kpo chat --server` was given it
PAGE = 25  # articles shown at once


def main() -> None:
    """Draw the page once; Streamlit calls this again after every click."""
    st.set_page_config(page_title="Ask the articles", page_icon="📖", layout="wide")
    st.html(Path(__file__).with_name("style.css"))
    draw_style()
    pages = [
        st.Page(show_asking, title="Ask", icon=":material/forum:", url_path="ask", default=True),
        st.Page(show_articles, title="Articles", icon=":material/library_books:", url_path="articles"),
    ]
    page = draw_pages(pages)
    try:
        page.run()
    except AssistantError as error:
        st.error(escape_markdown(str(error)))


@st.cache_resource(show_spinner=False)
def open_server(address: str) -> ServerAssistant:
    """Return the assistant of the server, one for the whole page; raises SettingsError, ServerError."""
    return ServerAssistant.open(address, load_settings())


@st.cache_resource(show_spinner=False)
def open_history(folder: Path) -> History:
    """Open the conversations kept on this machine; raises InputError."""
    return History(folder)


@st.cache_data(show_spinner="Looking for questions to begin with …", max_entries=4)
def starters(_server: ServerAssistant, index_id: str) -> list[str]:
    """Return questions to begin with, found once for an index."""
    return _server.starters()


def conversation(server: ServerAssistant) -> Conversation:
    """Return the conversation of this browser session; where the address names another, go on with that one."""
    talk: Conversation = st.session_state.setdefault(
        "talk", Conversation(history=open_history(server.settings.data_dir))
    )
    named = st.query_params.get("c")
    if named and named not in (talk.id, st.session_state.get("address")) and not talk.open(named):
        st.toast("That conversation is not kept any more.")
    st.session_state["address"] = named
    return talk


def show_asking() -> None:
    """Draw the conversation, and beside it the source that lies open."""
    server = open_server(os.environ.get(SERVER, ""))
    talk = conversation(server)

    def suggest(answer: Answer, history: Sequence[Message]) -> list[str]:
        return server.following(answer, history)

    def ask(question: str) -> None:
        talk.ask(server.ask_stream, question, suggest)

    if question := st.chat_input("Ask about the articles", key="question", max_chars=2000):
        ask(question)
    with st.sidebar:
        if talk.history:
            draw_conversations(talk.history, talk)
    if talk.turns:
        st.query_params["c"] = talk.id  # a reload comes back to it
    with st.container(key="desk"):
        left, right = st.columns([3, 2], gap="large")
    with right.container(key="source"):
        if talk.source:
            draw_source(server.document, talk, talk.source)
    with left:
        draw_heading(server)
        if not talk.turns:
            try:
                draw_questions("start", starters(server, server.index_id), ask)
            except AssistantError:  # a server that is slow to find some can be asked all the same
                st.html('<p class="note">Ask below.</p>')
        draw_turns(server, talk)
        if talk.turns and talk.turns[-1].done:
            draw_following(talk, ask)


def draw_heading(server: ServerAssistant) -> None:
    """Say what is asked."""
    facts = server.facts
    words = f"{facts['index']} of {facts['server']}, model {facts['model']}"
    st.html(f'<h1 class="title">Ask the articles</h1><p class="lead">{html_text(words)}</p>')


def draw_questions(key: str, questions: Sequence[str], ask: object) -> None:
    """Draw questions as buttons."""
    with st.container(horizontal=True, key=key):
        for number, question in enumerate(questions):
            st.button(escape_markdown(question), key=f"{key}-{number}", on_click=ask, args=(question,))  # type: ignore[arg-type]


def draw_turns(server: ServerAssistant, talk: Conversation) -> None:
    """Draw every turn; the last one grows while it is being answered."""
    saved = [turn.saved for turn in talk.turns]
    for number, turn in enumerate(talk.turns):
        with st.chat_message("user", avatar=":material/person:"):
            st.html(f'<div class="question">{html_text(turn.question)}</div>')
        with st.chat_message("assistant", avatar=":material/menu_book:"):
            draw_turn(talk, turn, f"{number}")
            if turn.done and (now := turn.saved).answer:
                saved[number] = now  # it may have ended while it was drawn
                draw_actions(
                    saved,
                    number,
                    conversation=talk.id,
                    title=talk.title,
                    folder=server.settings.data_dir,
                    find=server.document,
                )


@st.fragment(run_every=0.5)
def draw_following(talk: Conversation, ask: object) -> None:
    """Draw questions to go on with; while they are looked for, look again."""
    found = talk.turns[-1].following if talk.turns else []
    if found:
        draw_questions("following", found, ask)


def found(server: ServerAssistant, doc_id: str) -> Document | None:
    """Return an article of the server, None where it has gone."""
    try:
        return server.document(doc_id)
    except KeyError:
        return None


def show_articles() -> None:
    """Draw the server's articles: the list, one to read, adding and removing."""
    server = open_server(os.environ.get(SERVER, ""))
    st.html('<h1 class="title">Articles</h1>')
    draw_job(server)
    words = st.text_input("Search", key="words", placeholder="Title, source or date") or ""
    part = int(st.session_state.get("part", 1))
    listed = server.documents(words[:200], PAGE * (part - 1), PAGE)
    st.html(f'<p class="lead">{listed["total"]} articles</p>')
    if listed["total"] > PAGE:
        st.number_input("Part of the list", 1, -(-listed["total"] // PAGE), key="part")
    for number, article in enumerate(listed["articles"]):
        with st.expander(
            escape_markdown(f"{article['title']} ({article['words']} words)"), key=f"article-{number}"
        ):
            draw_article(server, article["doc_id"], f"{number}")
    if not server.index()["read_only"]:
        draw_adding(server)


def draw_article(server: ServerAssistant, doc_id: str, key: str) -> None:
    """Draw what can be done with one article: read it, remove it."""
    if st.toggle("Read", key=f"read-{key}-{doc_id}"):
        document = found(server, doc_id)
        if document:
            st.html(article_html(document, 0, 0))
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
        files = st.file_uploader("Files", accept_multiple_files=True, key="files")
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


def _stop(server: ServerAssistant, name: str) -> None:
    server.stop(name)


@st.fragment(run_every=1.0)
def _watch(server: ServerAssistant, name: str) -> None:
    job = server.job(name)
    if job["state"] in ("waiting", "running"):
        st.progress(job["share"], text=escape_markdown(f"{job['title']}: {job['stage']} …"))
        st.button("Stop", key="stop-job", on_click=_stop, args=(server, name), type="tertiary")
        return
    show = st.success if job["state"] == "done" else st.error
    show(escape_markdown(job["error"] or job["stage"]))
    for item in job["report"]["failed"] if job["report"] else []:
        st.html(
            f'<p class="note">Not added: <b>{html_text(item["source"])}</b> {html_text(item["reason"])}</p>'
        )
    if st.button("Close the message", key="close-job", type="tertiary"):
        del st.session_state["job"]
        st.rerun(scope="app")


main()
