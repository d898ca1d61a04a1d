"""The page: what each browser session has chosen, and the way between asking, the articles and the settings."""

from __future__ import annotations

import streamlit as st

from assistant.core.errors import SettingsError
from assistant.core.settings import Settings, load_settings
from ui.page.ask.answering import draw_answering
from ui.page.ask.ask import draw_asking
from ui.page.ask.shelf import LocalShelf
from ui.page.ask.state import Conversation
from ui.page.bar import run_pages
from ui.page.opening import opening_of
from ui.page.session import open_conversation

TITLE = "bpo-kpo: answers you can check"


def main() -> None:
    """Draw the page once; Streamlit calls this again after every click."""
    pages = [
        st.Page(show_asking, title="Ask", icon=":material/forum:", url_path="ask", default=True),
        st.Page(show_articles, title="Articles", icon=":material/library_books:", url_path="articles"),
        st.Page(show_settings, title="Settings", icon=":material/tune:", url_path="settings"),
    ]
    run_pages(TITLE, pages)


def show_asking() -> None:
    """Draw the conversation; the index is opened meanwhile."""
    talk = open_conversation(base_settings().data_dir)
    settings = current_settings()
    if talk.index and talk.index != settings.index and (other := in_index(settings, talk.index)):
        choose_index(talk.index, keep=True)  # a conversation belongs to the index it was begun with
        settings = other
    talk.index = settings.index
    with st.sidebar:
        draw_answering(settings)
    draw_asking(LocalShelf(settings), opening_of(settings), talk, choose_index)


def show_articles() -> None:
    """Draw the articles of the index in force; without one it can be built here."""
    from ui.page.articles.articles import draw_articles

    settings = current_settings()
    opening = opening_of(settings)
    with st.spinner("Opening the articles …"):
        opening.ready.wait()
    draw_articles(settings, opening.assistant, choose_index, str(opening.error) if opening.error else None)


def show_settings() -> None:
    """Draw what is in force, and let it be changed for this browser session."""
    from ui.page.settings.choices import timings_of
    from ui.page.settings.settings import draw_settings

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
    opening_of(settings).get()
    st.session_state["settings"] = settings
    forget_following()


def in_index(settings: Settings, name: str) -> Settings | None:
    """Return the settings with another index, None where there is none of that name."""
    try:
        other = load_settings(index=name)
    except SettingsError:
        return None
    there = (settings.data_dir / "indexes" / other.index).is_dir()
    return settings.model_copy(update={"index": name}) if there else None


def choose_index(name: str, *, keep: bool = False) -> None:
    """Ask another index from now on, in a new conversation unless that is to be kept; what else was chosen stays."""
    before = current_settings().index
    st.session_state["index"] = name
    if chosen := st.session_state.get("settings"):
        st.session_state["settings"] = chosen.model_copy(update={"index": name})
    talk: Conversation | None = st.session_state.get("talk")
    if talk and name != before and not keep:
        talk.clear()
        talk.index = name
    forget_following()


def forget_following() -> None:
    """Take back the questions to go on with: they were answered by what was in force before."""
    talk: Conversation | None = st.session_state.get("talk")
    for turn in talk.turns if talk else []:
        turn.following = []


main()
