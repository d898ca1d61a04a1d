"""Draw one article to read, over the page."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from assistant.core.settings import Settings
from assistant.core.types import Document
from assistant.show.escape import escape_markdown, html_text
from assistant.show.html import article_html
from ui.library.library import Article, count, list_articles, read_article
from ui.page.ask.source import draw_references


def draw_reader(
    settings: Settings, doc_id: str, *, close: Callable[[], None], remove: Callable[[str], None] | None
) -> None:
    """Draw the whole article in a dialog, with the button that removes it after a question."""
    article = next((item for item in list_articles(settings) if item.doc_id == doc_id), None)
    document = read_article(settings, doc_id)
    title = escape_markdown(article.title) if article else "Article"

    @st.dialog(title, width="medium", on_dismiss=close)
    def dialog() -> None:
        if article is None or document is None:
            st.html('<p class="note">This article is no longer in the index.</p>')
            return
        st.html(f'<p class="where">{html_text(facts(article))}</p>')
        for note in document.notes:
            st.html(f'<p class="note">{html_text(note)}.</p>')
        draw_references(document)
        st.html(article_html(_without_title(document)))
        _draw_remove(settings, article, remove)

    dialog()


def facts(item: Article) -> str:
    """Sum up an article in a line: date, length, address; of a file only whether it was added here."""
    address = item.source if "://" in item.source else ""
    added = f"{item.source}, added here" if item.uploaded else ""
    return " · ".join(
        part for part in (item.date or "undated", count(item.words, "word"), address, added) if part
    )


def _draw_remove(settings: Settings, article: Article, remove: Callable[[str], None] | None) -> None:
    with st.popover("Remove this article", key="library-remove", disabled=remove is None, type="tertiary"):
        stays = "Its copy in the data folder goes too." if article.uploaded else "Its file stays where it is."
        st.html(f"<p>Remove it from the index “{html_text(settings.index)}”? {stays}</p>")
        if st.button("Remove it", key="library-remove-it", icon=":material/delete:") and remove:
            remove(article.doc_id)
            st.rerun()


def _without_title(document: Document) -> Document:
    """Leave out a first heading that repeats the title."""
    first = document.blocks[0] if document.blocks else None
    words = " ".join(document.text[first.start : first.end].split()).casefold() if first else ""
    if first and first.kind == "heading" and words == document.title.casefold():
        return replace(document, blocks=document.blocks[1:])
    return document
