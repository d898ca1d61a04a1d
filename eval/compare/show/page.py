"""Write a comparison as one HTML file that needs nothing else, and runs no script."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.show.templates import style_hash, templates
from eval.compare.show import diff, words
from eval.compare.types import Change, Comparison, Figure
from eval.report.figures import counted
from eval.report.foreign import html

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
LEAST = 0.05  # the scale of the plots reaches at least this far from 0


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """A change, and its lines as pairs of HTML, None where a side has none; whether they differ."""

    change: Change
    lines: tuple[tuple[str | None, str | None, bool], ...]


def to_html(c: Comparison) -> str:
    """Return the comparison as a page: warnings, figures with plots of their intervals, changes side by side.

    All text of the runs is escaped. The same comparison gives the same bytes.
    """
    css = (HERE / "page.css").read_text(encoding="utf-8")
    views = [view(change) for change in c.changes]
    reach = [
        abs(end)
        for item in c.figures
        if item.unit == "share"
        for end in (item.low, item.high)
        if end is not None
    ]
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            css=css,
            css_hash=style_hash(css),
            c=c,
            sorts=[
                (title, [one for one in views if one.change.sort == sort])
                for sort, title in words.SORTED.items()
            ],
            scale=max([*reach, LEAST]),
        )
    )


def view(change: Change) -> ChangeView:
    """Return a change with the words marked that the other side lacks."""
    pairs = diff.lined_up(words.side_lines(change.a), words.side_lines(change.b))
    return ChangeView(change=change, lines=tuple(_marked(a, b) for a, b in pairs))


def plot(figure: Figure, scale: float) -> str:
    """Return the interval of a difference in shares as SVG: 0 in the middle, `scale` at the right end."""
    if figure.unit != "share" or figure.low is None or figure.high is None:
        return ""

    def at(value: float) -> str:
        return f"{60 + 56 * value / scale:.1f}"

    return (
        f'<svg class="{figure.finding.split()[0]}" viewBox="0 0 120 16" width="120" height="16" aria-hidden="true">'
        '<line class="zero" x1="60" x2="60" y1="0" y2="16"/>'
        f'<line class="reach" x1="{at(figure.low)}" x2="{at(figure.high)}" y1="8" y2="8"/>'
        f'<circle cx="{at(figure.difference)}" cy="8" r="3.5"/></svg>'
    )


def _marked(a: str | None, b: str | None) -> tuple[str | None, str | None, bool]:
    if a is None or b is None:
        return (None if a is None else _piece(a, "del")), (None if b is None else _piece(b, "ins")), True
    before, now = diff.words(a, b)
    return (
        "".join(_piece(text, "del") if other else html(text) for text, other in before),
        "".join(_piece(text, "ins") if other else html(text) for text, other in now),
        a != b,
    )


def _piece(text: str, tag: str) -> str:
    return f"<{tag}>{html(text)}</{tag}>"


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from markupsafe import Markup

    made = templates(HERE, html)
    made.filters["made"] = lambda text: Markup(text)
    made.globals.update(words=words, counted=counted, plot=lambda figure, scale: Markup(plot(figure, scale)))
    return made
