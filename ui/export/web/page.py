"""Write answers as one HTML page that needs nothing else, runs no script and fetches nothing."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.plain import lead
from assistant.show.escape import html_text, one_line
from assistant.show.html import caveat_html, compared_html, words_html
from assistant.show.phrases import STOPPED, asked_of, check_line, nearest, open_parts, place, reason_text
from assistant.show.table import UNSTATED, is_shared, runs
from assistant.show.templates import style_hash, templates
from ui.export.about import NAMED, About, reference_words, references_of
from ui.export.history import SavedTurn

if TYPE_CHECKING:
    from jinja2 import Template

HERE = Path(__file__).parent


def page_html(turns: Sequence[SavedTurn], title: str, about: Mapping[str, About]) -> str:
    """Return the page: each question, its answer, and the cited words with where they stand; all text is escaped.

    `about` holds what is known of articles, by id. The policy in its head forbids all but its own style.
    """
    css = (HERE / "export.css").read_text(encoding="utf-8")
    return _template().render(
        title=turns[0].question if len(turns) == 1 else title,
        several=len(turns) != 1,
        turns=turns,
        about=about,
        named=references_of(turns, about),
        css=css,
        css_hash=style_hash(css),
    )


@lru_cache(maxsize=1)
def _template() -> "Template":
    made = templates(HERE, html_text)
    made.filters["plain"] = lambda text: one_line(str(text))
    made.globals.update(
        asked_of=asked_of,
        check_line=check_line,
        reference_words=reference_words,
        NAMED=NAMED,
        words_html=words_html,
        caveat_html=caveat_html,
        lead=lead,
        compared_html=compared_html,
        open_parts=open_parts,
        place=place,
        reason_text=reason_text,
        is_shared=is_shared,
        runs=runs,
        UNSTATED=UNSTATED,
        STOPPED=STOPPED,
        nearest=nearest,
    )
    return made.get_template("export.html.j2")
