"""The conversation of a browser session, and the conversations that are kept."""

from pathlib import Path

import streamlit as st

from assistant.core.disk import unwritable
from ui.export.history import History
from ui.page.ask.state import Conversation


@st.cache_resource(show_spinner=False)
def open_history(folder: Path) -> History:
    """Open the conversations kept on disk, as they are where they cannot be written; raises InputError."""
    why = unwritable(folder)
    return History.passing(folder, why) if why else History(folder)


def open_conversation(folder: Path) -> Conversation:
    """Return the conversation of this browser session; where the address names another, go on with that one."""
    talk: Conversation = st.session_state.setdefault("talk", Conversation(history=open_history(folder)))
    named = st.query_params.get("c")
    if named and named not in (talk.id, st.session_state.get("address")) and not talk.open(named):
        st.toast("That conversation is not kept any more.")
    st.session_state["address"] = named
    return talk
