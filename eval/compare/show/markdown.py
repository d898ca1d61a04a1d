"""Write a comparison for a pull request: warnings and figures, the changed cases folded away below."""

import re
from html import escape

from eval.compare.show import words
from eval.compare.show.diff import signed
from eval.compare.types import Change, Comparison
from eval.report.figures import counted
from eval.report.foreign import line, markdown

ROOM = 60_000  # characters; what GitHub takes in a comment is 65,536


def to_markdown(c: Comparison) -> str:
    """Return the comparison as Markdown of at most some 60,000 characters; all foreign text is escaped."""
    parts = [f"**A**, before: {markdown(c.name_a)}  \n**B**, now: {markdown(c.name_b)}"]
    if c.warnings:
        parts.append("\n".join(f"> ⚠️ {markdown(warning)}  " for warning in c.warnings))
    parts.append(f"**{words.headline(c)}**")
    parts += [markdown(reason) for reason in words.left_out(c)]
    parts += [_figures(c), _beside(c), _settings(c)]
    text = "\n\n".join(part for part in parts if part)
    for sort, title in words.SORTED.items():
        text += _folded([change for change in c.changes if change.sort == sort], title, ROOM - len(text))
    return f"{text}\n\n{words.sameness(c)}\n"


def _figures(c: Comparison) -> str:
    if not c.figures:
        return "There is no figure that both runs hold."
    rows = []
    for figure in words.moving(c):
        a, b, moved, corrected, n, found = words.cells(figure)
        shown = found if found == "no difference shown" else f"**{found}**"
        label, p = markdown(figure.label, cell=True), words.chance(figure.p)
        rows.append([label, a, b, moved, p, corrected, n, shown])
    note = "Means over what both runs counted; B less A with its 95 % interval; p by McNemar's or the paired bootstrap test, corrected by Holm's method."
    table = f"{_table(['', 'A', 'B', 'B less A', 'p', 'corrected', 'n', ''], rows)}\n\n{note}" if rows else ""
    return "\n\n".join(part for part in (table, markdown(words.still(c))) if part)


def _beside(c: Comparison) -> str:
    if not words.counting(c):
        return ""
    rows = [
        [
            markdown(item.label, cell=True),
            words.ends(item.a, item.unit),
            words.ends(item.b, item.unit),
            words.moved(item),
        ]
        for item in words.counting(c)
    ]
    title = "Figures of the whole run, with their own 95 % intervals and no test"
    return f"<details><summary>{title}</summary>\n\n{_table(['', 'A', 'B', 'B less A'], rows)}\n\n</details>"


def _settings(c: Comparison) -> str:
    if not c.settings:
        return ""
    lines = [
        f"- {markdown(item.name)}: {markdown(item.a or 'not stated')} → {markdown(item.b or 'not stated')}"
        for item in c.settings
    ]
    title = f"{counted(len(lines), 'setting')} differ" if len(lines) > 1 else "1 setting differs"
    return f"<details><summary>{title}</summary>\n\n" + "\n".join(lines) + "\n\n</details>"


def _table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table, numbers to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))


def _folded(changes: list[Change], title: str, room: int) -> str:
    """Return one details element for each change, as far as there is room."""
    if not changes:
        return ""
    text = f"\n\n**{title.capitalize()}: {counted(len(changes), 'case')}**"
    for at, change in enumerate(changes):
        more = _change(change)
        if len(text) + len(more) > room:
            return f"{text}\n\nand {len(changes) - at} more, which the HTML page of this comparison holds."
        text += more
    return text


def _change(change: Change) -> str:
    """Return a change as details: inside a code block nothing is live, whatever the texts hold."""
    diff = "\n".join(signed(words.side_lines(change.a), words.side_lines(change.b)))
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", diff)), default=0))
    asked = f"<code>{escape(line(change.case.id))}</code> <code>{escape(line(change.case.question))}</code>"
    return (
        f"\n\n<details><summary>{asked}: {words.what_changed(change)}</summary>\n\n"
        f"{fence}diff\n{diff}\n{fence}\n\n</details>"
    )
