"""Draw the start of a conversation: what this is, what the articles are about, questions to begin with."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from assistant.show.escape import escape_markdown, html_text
from assistant.show.phrases import asked_of
from ui.page.ask.shelf import Shelf
from ui.page.opening import Opening

SUBJECTS = 3  # words that most titles share
_WORDS = """
a an and are as at be by can do does for from had has have how in into is it its of on one or our says short
that the their them these they this to two was we were what when where which who why will with you your
"""
_SMALL = frozenset(_WORDS.split())


def draw_welcome(
    shelf: Shelf, opening: Opening[Any], articles: Mapping[str, str], ask: Callable[[str], None]
) -> None:
    """Draw what this is, and the starters once they are known; where some articles alone are asked, their titles."""
    titles = [title for _, title in shelf.titles()] if opening.ready.is_set() and not opening.error else []
    files = (
        " A file that you attach to a question is added to the articles, and asked alone."
        if shelf.grows
        else ""
    )
    st.html(
        '<h1 class="title">Answers you can check</h1>'
        f'<p class="lead">{html_text(about(titles))} Every sentence of an answer comes with the words of the article '
        f"behind it; where the articles hold no answer, it says so.{files}</p>"
    )
    if articles:
        st.html(f'<p class="note limits">Now asking {html_text(asked_of(articles))}.</p>')
    if opening.error or articles:
        return
    if opening.starters is None:
        _await_starters(opening)
        return
    with st.container(key="starters", gap="xsmall"):
        for number, starter in enumerate(opening.starters):
            st.button(
                escape_markdown(starter), key=f"start-{number}", on_click=ask, args=(starter,),
                icon=":material/north_east:", icon_position="right",
            )  # fmt: skip


@st.fragment(run_every=0.4)
def _await_starters(opening: Opening[Any]) -> None:
    if opening.starters is not None:
        st.rerun()
    words = "Looking for questions to begin with" if opening.ready.is_set() else opening.waiting
    st.html(f'<p class="note working">{words} …</p>')


def about(titles: Sequence[str]) -> str:
    """Say in a line how many articles there are and what they are about, by the words of their titles."""
    if not titles:
        return "Ask your articles in your own words."
    count = "one article" if len(titles) == 1 else f"{len(titles)} articles"
    if shared := subjects(titles):
        return f"Ask {count} about {_listed(shared)}."
    named = [f"“{title}”" for title in sorted(titles, key=len)[:SUBJECTS]]
    if len(titles) <= SUBJECTS:
        return f"Ask {_listed(named)}."
    return f"Ask {count}, among them {_listed(named)}."


def subjects(titles: Sequence[str]) -> list[str]:
    """Return up to three words that at least two titles, and every fifth of them, share; the most frequent first."""
    forms: dict[str, Counter[str]] = {}
    shared: Counter[str] = Counter()
    for title in titles:
        words = re.findall(r"[^\W\d_][\w&+#-]+", title)
        for word in words:
            forms.setdefault(word.casefold(), Counter())[word] += 1
        shared.update({word.casefold() for word in words} - _SMALL)
    least = max(2, len(titles) / 5)
    kept = [word for word, n in shared.most_common() if n >= least][:SUBJECTS]
    return [forms[word].most_common(1)[0][0] for word in kept]


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
