"""The page: what each browser session has chosen, and the way between asking, the articles and the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.errors import AssistantError
from assistant.settings import Settings, load_settings, silence_libraries
from assistant.show.escape import escape_markdown
from assistant.thresholds import in_force
from ui.actions import draw_style
from ui.articles import draw_articles
from ui.ask_page import draw_asking, draw_sidebar
from ui.choices import timings_of
from ui.history import History
from ui.page import Conversation
from ui.settings_page import draw_settings

if TYPE_CHECKING:
    from assistant.pipeline import Assistant

KEPT = 4  # assistants held open at once: one for each index and choice of settings in use


def main() -> None:
    """Draw the page once; Streamlit calls this again after every click."""
    st.set_page_config(page_title="BPO and KPO, answered from the articles", page_icon="📖", layout="wide")
    st.html(Path(__file__).with_name("style.css"))
    draw_style()
    pages = [
        st.Page(show_asking, title="Ask", icon=":material/forum:", url_path="ask", default=True),
        st.Page(show_articles, title="Articles", icon=":material/library_books:", url_path="articles"),
        st.Page(show_settings, title="Settings", icon=":material/tune:", url_path="settings"),
    ]
    page = st.navigation(pages, position="top")
    try:
        page.run()
    except AssistantError as error:
        st.error(escape_markdown(str(error)))


def show_asking() -> None:
    """Draw the conversation; where there is no index, the list of conversations and what to do."""
    settings = current_settings()
    talk = open_conversation(settings.data_dir)
    try:
        assistant = open_assistant(settings)
    except AssistantError:
        draw_sidebar(talk)
        raise
    draw_asking(assistant, talk, open_starters(assistant, assistant.index_id, settings_key(settings)))


def show_articles() -> None:
    """Draw the articles of the index in force; without one it can be built here."""
    settings = current_settings()
    assistant, problem = None, None
    try:
        assistant = open_assistant(settings)
    except AssistantError as error:
        problem = str(error)
    draw_articles(settings, assistant, choose_index, problem)


def show_settings() -> None:
    """Draw what is in force, and let it be changed for this browser session."""
    answers = [turn.answer for turn in open_conversation(base_settings().data_dir).turns if turn.answer]
    current = current_settings()
    draw_settings(base_settings(), current, choose_settings, timings_of(answers, current))


def base_settings() -> Settings:
    """Return the settings the program was started with, in the index this session has chosen."""
    index: str | None = st.session_state.get("index")
    return load_settings(index=index)


def current_settings() -> Settings:
    """Return what this session has chosen, else the settings at the start."""
    chosen: Settings = st.session_state.get("settings") or base_settings()
    return chosen


def choose_settings(settings: Settings) -> None:
    """Put settings in force for this session; raises AssistantError, and nothing has changed then."""
    open_assistant(settings)
    st.session_state["settings"] = settings
    forget_following()


def choose_index(name: str) -> None:
    """Ask another index from now on; what else was chosen stays."""
    st.session_state["index"] = name
    if chosen := st.session_state.get("settings"):
        st.session_state["settings"] = chosen.model_copy(update={"index": name})
    forget_following()


def forget_following() -> None:
    """Take back the questions to go on with: they were answered by what was in force before."""
    talk: Conversation | None = st.session_state.get("talk")
    for turn in talk.turns if talk else []:
        turn.following = []


def settings_key(settings: Settings) -> str:
    """Tell settings apart, also by what was named on purpose and by the threshold calibrated for their index."""
    return f"{settings!r} {sorted(settings.model_fields_set)} {in_force(settings).min_evidence}"


@st.cache_resource(
    show_spinner="Opening the articles …", max_entries=KEPT, hash_funcs={Settings: settings_key}
)
def open_assistant(settings: Settings) -> Assistant:
    """Open the assistant, once for the same settings; raises AssistantError."""
    silence_libraries()
    from assistant.pipeline import Assistant

    return Assistant.open(settings)


@st.cache_resource(show_spinner="Looking for questions to begin with …", max_entries=KEPT)
def open_starters(_assistant: Assistant, index_id: str, settings: str) -> list[str]:
    """Return questions that the articles answer, found once for an index and what decides about answers."""
    from assistant.suggest import starters

    return starters(_assistant)


@st.cache_resource(show_spinner=False)
def open_history(folder: Path) -> History:
    """Open the conversations kept on disk; raises InputError."""
    return History(folder)


def open_conversation(folder: Path) -> Conversation:
    """Return the conversation of this browser session; where the address names another, go on with that one."""
    talk: Conversation = st.session_state.setdefault("talk", Conversation(history=open_history(folder)))
    named = st.query_params.get("c")
    if named and named not in (talk.id, st.session_state.get("address")) and not talk.open(named):
        st.toast("That conversation is not kept any more.")
    st.session_state["address"] = named
    return talk


main()
