"""Draw a page below the way between the pages, which stays in view, also on a phone."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from assistant.core.errors import AssistantError
from assistant.show.escape import escape_markdown
from ui.page.ask.actions import draw_style


def run_pages(title: str, pages: Sequence[StreamlitPage]) -> None:
    """Draw the page that is to be drawn, with the style of all of them; a known error is told in its place."""
    st.set_page_config(page_title=title, page_icon="📖", layout="wide")
    st.html(Path(__file__).with_name("style.css"))
    draw_style()
    page = draw_pages(pages)
    try:
        page.run()
    except AssistantError as error:
        st.error(escape_markdown(str(error)))
        st.button("Try again", key="try-again")  # any click draws the page anew


def draw_pages(pages: Sequence[StreamlitPage]) -> StreamlitPage:
    """Draw the links to the pages; return the one that is to be drawn. Streamlit's own list hides in the side bar."""
    page = st.navigation(list(pages), position="hidden")
    with st.container(horizontal=True, key="bar", gap="xsmall", vertical_alignment="center"):
        for one in pages:
            st.page_link(one)
    return page
