"""Draw what the chosen model lacks, and, once, the servers on this machine whose models could answer."""

import streamlit as st

from assistant.core.settings import Settings
from assistant.models.chat.in_force import answering
from assistant.show.escape import escape_markdown, html_text
from ui.providers.news import new_offers, offer_lines

OFFERS = "offers"
HOW = "Choose it under Settings to let it write."


def draw_answering(settings: Settings) -> None:
    """Draw why the chosen model cannot be used; below it what servers were found to offer, until it is put away."""
    told = answering(settings)
    if told.lacks:  # who answers otherwise stands beside the question box
        st.html(f'<p class="note">{html_text(told.line)}</p>')
    if OFFERS not in st.session_state:
        st.session_state[OFFERS] = offer_lines(new_offers(settings), lambda _: HOW)
    if st.session_state[OFFERS] and not settings.drafts:
        for line in st.session_state[OFFERS]:
            st.info(escape_markdown(line), icon=":material/memory:")
        st.button(
            "Close",
            key="offers-close",
            type="tertiary",
            on_click=lambda: st.session_state.update({OFFERS: []}),
        )
