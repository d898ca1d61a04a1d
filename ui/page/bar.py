"""Draw the way between the pages, which stays in view, also on a phone."""

from collections.abc import Sequence

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage


def draw_pages(pages: Sequence[StreamlitPage]) -> StreamlitPage:
    """Draw the links to the pages; return the one that is to be drawn. Streamlit's own list hides in the side bar."""
    page = st.navigation(list(pages), position="hidden")
    with st.container(horizontal=True, key="bar", gap="xsmall", vertical_alignment="center"):
        for one in pages:
            st.page_link(one)
    return page
