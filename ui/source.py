"""Draw the source of a citation: its words in their place, and the way to the whole article."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from assistant.show.escape import html_text
from assistant.show.html import article_html, passage_html
from assistant.types import Citation, Document, Passage
from ui.page import Conversation

if TYPE_CHECKING:
    from assistant.pipeline import Assistant


def draw_button(talk: Conversation, item: Citation | Passage, label: str, key: str) -> None:
    """Draw a button that opens a source; it stands out while the source is open."""
    kind = "primary" if item == talk.source else "secondary"
    st.button(label, key=key, on_click=talk.show, args=(item,), type=kind)  # type: ignore[arg-type]


def draw_source(assistant: Assistant, talk: Conversation, item: Citation | Passage) -> None:
    """Draw the open source: where it stands, the words in their place, the whole article."""
    with st.container(horizontal=True, horizontal_alignment="distribute", key="source-head"):
        number = f"[{item.n}] " if isinstance(item, Citation) else ""
        st.html(f'<h2 class="title">{number}{html_text(item.title)}</h2>', width="stretch")
        st.button("Close", key="close", on_click=talk.show, args=(None,), type="tertiary")
    document = find_document(assistant, item)
    st.html(where_html(item, document))
    if document is None:
        quote = item.quote if isinstance(item, Citation) else item.text
        st.html(
            '<p class="note">The article was changed or removed since this answer was given; '
            f"these were its words:</p><blockquote>{html_text(quote)}</blockquote>"
        )
        return
    st.html(passage_html(document, item.start, item.end))
    with st.expander("Whole article", key="whole"):
        st.html(article_html(document, item.start, item.end))


def find_document(assistant: Assistant, item: Citation | Passage) -> Document | None:
    """Return the stored article the item was taken from, or None when it has changed or gone."""
    try:
        document = assistant.document(item.doc_id)
    except KeyError:
        return None
    return document if document.sha256 == item.doc_sha256 else None


def where_html(item: Citation | Passage, document: Document | None) -> str:
    """Return section, page, date and file of a source, one line."""
    parts = [item.section, f"page {item.page}" if item.page is not None else ""]
    file = item.source if "://" in item.source else PurePath(item.source).name
    parts += [(document.date or "") if document else "", file]
    return f'<p class="where">{html_text(" · ".join(part for part in parts if part))}</p>'
