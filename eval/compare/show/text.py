"""Write a comparison for a terminal, 100 columns wide."""

import textwrap

from eval.compare.show import words
from eval.compare.show.diff import signed
from eval.compare.types import Change, Comparison, Figure
from eval.report.foreign import line

WIDTH = 100
SHOWN = 20  # changed cases shown in full; the others are in the page
SETTINGS = 12
_HEAD = ("", "A", "B", "B less A [95 %]", "p", "n", "")


def to_text(c: Comparison) -> str:
    """Return the comparison as lines of at most 100 columns: warnings, figures, then what changed, worse first."""
    parts = [_opening(c), _figures(c), _beside(c), _cases(c)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _opening(c: Comparison) -> list[str]:
    lines = _wrap(f"A, before: {c.name_a}") + _wrap(f"B, now:    {c.name_b}")
    for warning in c.warnings:
        lines += _wrap(f"! {warning}", 2)
    lines += ["", *_wrap(words.headline(c))]
    for reason in words.left_out(c):
        lines += _wrap(reason)
    if c.settings:
        lines += ["", "Settings that differ:"]
        for item in c.settings[:SETTINGS]:
            lines += _wrap(f"  {item.name}: {item.a or 'not stated'} -> {item.b or 'not stated'}", 4)
        if len(c.settings) > SETTINGS:
            lines.append(f"  and {len(c.settings) - SETTINGS} more")
    return lines


def _figures(c: Comparison) -> list[str]:
    if not c.figures:
        return ["There is no figure that both runs hold."]
    lines = []
    if words.moving(c):
        lines = ["p is corrected for the number of figures (Holm); n counts the cases, or mutants, in both."]
        lines.append(_row(_HEAD))
    for figure in words.moving(c):
        lines += _figure(figure)
    return lines + _wrap(words.still(c))


def _figure(figure: Figure) -> list[str]:
    label, *more = textwrap.wrap(line(figure.label), 27) or [figure.name]
    return [_row((label, *words.cells(figure))), *(f"  {rest}" for rest in more)]


def _row(cells: tuple[str, ...]) -> str:
    label, a, b, moved_by, p, n, found = cells
    return f"{label:<27} {a:>7} {b:>7} {moved_by:>23} {p:>6} {n:>4}  {found}".rstrip()


def _beside(c: Comparison) -> list[str]:
    """Return the measures that have no test, in columns."""
    if not words.counting(c):
        return []
    lines = ["Figures of the whole run, with their own 95 % intervals; there is no test of the difference."]
    for item in words.counting(c):
        label, *more = textwrap.wrap(line(item.label), 38) or [item.name]
        lines.append(
            f"{label:<38} {words.ends(item.a, item.unit):>25} {words.ends(item.b, item.unit):>25} {words.moved(item):>8}".rstrip()
        )
        lines += [f"  {rest}" for rest in more]
    return lines


def _cases(c: Comparison) -> list[str]:
    lines = []
    for sort, title in words.SORTED.items():
        changes = [change for change in c.changes if change.sort == sort]
        if changes:
            lines += [f"{title.upper()} ({len(changes)})", ""]
        for change in changes:
            if change in c.changes[:SHOWN]:
                lines += [*_change(change), ""]
            else:
                lines += _wrap(f"{line(change.case.id)}: {words.what_changed(change)}", 2)
    return [*lines, *_wrap(words.sameness(c))]


def _change(change: Change) -> list[str]:
    """Return one case: what was asked, and the lines of both sides, "-" in A alone and "+" in B alone."""
    lines = _wrap(f"{line(change.case.id)} [{line(change.case.kind)}] {line(change.case.question)}", 2)
    lines += _wrap(f"  {words.what_changed(change)}", 2)
    for each in signed(words.side_lines(change.a), words.side_lines(change.b)):
        lines += _wrap(f"  {each}", 6)
    return lines


def _wrap(text: str, indent: int = 0) -> list[str]:
    body = text.lstrip(" ")
    lead = text[: len(text) - len(body)]
    return textwrap.wrap(
        line(body), WIDTH, initial_indent=lead, subsequent_indent=" " * indent, break_on_hyphens=False
    )
