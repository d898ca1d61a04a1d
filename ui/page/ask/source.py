"""Draw the source of a citation: its words in their place, and the way to the whole article."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import streamlit as st

from assistant.core.types import Citation, Document, Passage, Reference
from assistant.show.escape import html_text
from assistant.show.html import article_html, passage_html
from assistant.show.phrases import table_of
from ui.export.reference import apa, bibtex, quoted
from ui.page.ask.state import Conversation

SCANNED = "scanned: its words were read by text recognition, which errs now and then"
Find = Callable[[str], Document]  # an article by its id; raises KeyError for one that is gone
Picture = Callable[[Citation | Passage], bytes | None]  # the page a source stands on, its words marked


def draw_button(talk: Conversation, item: Citation | Passage, label: str, key: str) -> None:
    """Draw a button that opens a source; it stands out while the source is open."""
    kind = "primary" if item == talk.source else "secondary"
    st.button(label, key=key, on_click=talk.show, args=(item,), type=kind)  # type: ignore[arg-type]


def draw_source(
    find: Find, talk: Conversation, item: Citation | Passage, picture: Picture | None = None
) -> None:
    """Draw the open source: where it stands, the words in their place, its printed page, the whole article."""
    with st.container(horizontal=True, horizontal_alignment="distribute", key="source-head"):
        number = f"[{item.n}] " if isinstance(item, Citation) else ""
        st.html(f'<h2 class="title">{number}{html_text(item.title)}</h2>', width="stretch")
        st.button("Close", key="close", on_click=talk.show, args=(None,), type="tertiary")
    document = find_unchanged(find, item)
    st.html(where_html(item, document))
    if document is None:
        st.html(
            '<p class="note">The article was changed or removed since this answer was given; '
            f"these were its words:</p><blockquote>{html_text(quoted(item))}</blockquote>"
        )
        return
    st.html(passage_html(document, item.start, item.end))
    if picture is not None and (page := picture(item)):
        with st.expander(f"Page {item.page} as printed", expanded=True, key="printed"):
            st.image(page)
    draw_references(document)
    with st.popover("Cite this", key="cite", icon=":material/format_quote:"):
        st.html('<p class="note">APA</p>')
        st.code(apa(item), language=None, wrap_lines=True)
        st.html('<p class="note">BibTeX</p>')
        st.code(bibtex(item), language=None, wrap_lines=True)
    with st.expander("Whole article", key="whole"):
        st.html(article_html(document, item.start, item.end))


def draw_references(document: Document) -> None:
    """Draw the sources that an article names as its own, with their addresses."""
    if references := document.references:
        with st.expander(f"Sources of this article ({len(references)})", key="references"):
            st.html(references_html(references))


def references_html(references: Sequence[Reference]) -> str:
    """Return sources as a list; an address opens in a new tab, which learns nothing of this one."""
    rows = []
    for item in references:
        kind = f' <span class="where">({html_text(item.kind)})</span>' if item.kind else ""
        title = html_text(item.title)
        if item.url and re.match(r"https?://", item.url):
            href = html_text(item.url).replace('"', "%22")
            title = f'<a href="{href}" target="_blank" rel="noopener noreferrer nofollow">{title}</a>'
        rows.append(f"<li>{title}{kind}</li>")
    return f'<ul class="titles">{"".join(rows)}</ul>'


def find_unchanged(find: Find, item: Citation | Passage) -> Document | None:
    """Return the stored article the item was taken from, or None when it has changed or gone."""
    try:
        document = find(item.doc_id)
    except KeyError:
        return None
    return document if document.sha256 == item.doc_sha256 else None


def where_html(item: Citation | Passage, document: Document | None) -> str:
    """Return section, page, date and address of a source, one line."""
    page = f"page {item.page}" if item.page is not None else ""
    parts = [item.section, table_of(item), f"{page}, {SCANNED}" if item.scanned else page]
    address = item.source if "://" in item.source else ""  # a path says nothing to a reader
    parts += [(document.date or "") if document else "", address]
    return f'<p class="where">{html_text(" · ".join(part for part in parts if part))}</p>'
