"""Write the page of the Python API from docstrings and signatures.

    python -m ui.docs.apidoc docs/api.md

Needs the development requirements.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.settings import Settings
from ui.docs.public import Entry, Field, Method, read_public

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

HEAD = """# Python API

Written by `python -m ui.docs.apidoc docs/api.md` from the docstrings: edit those. [python.md](python.md) is the guide, and
[langchain.md](langchain.md) shows the assistant as a part of LangChain chains.
"""


@dataclass(frozen=True)
class Group:
    """A part of the page: its title, one sentence, and its names in the order of reading."""

    title: str
    about: str
    names: tuple[str, ...]


GROUPS = (
    Group("Asking", "Open an index once, then ask, search and check.", ("Assistant", "Chat", "Message")),
    Group(
        "Reading an answer",
        "What `ask` returns, and what it is made of. Offsets count characters of the stored text, half-open.",
        (
            "Answer", "Claim", "Citation", "Withheld", "Table", "Row", "Passages", "Passage", "Judgement", "Document",
            "ClaimShown", "AnswerDone",
        ),
    ),
    Group(
        "In LangChain chains",
        "The assistant itself is a Runnable; these are its parts.",
        ("HybridRetriever", "CheckAnswer", "Pair"),
    ),
    Group("Your own articles", "Put articles into an index.", ("ingest", "IndexReport")),
    Group(
        "Measuring",
        "Ask questions with known answers and compare two runs.",
        ("evaluate", "Evaluation", "build_cases", "CasesMade", "compare_runs", "RunsCompared"),
    ),
    Group("Configuring", "Every function that opens something takes these as values by name.", ("load_settings", "Settings")),
)  # fmt: skip
ERRORS = Group(
    "Errors",
    "All are kinds of `AssistantError`; the text of each says what was given, what was needed and what to do.",
    (),
)


def main(arguments: Sequence[str]) -> int:
    """Write the page to the file that is named; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m ui.docs.apidoc FILE\n")
        return 2
    Path(arguments[0]).write_text(render(read_public()), encoding="utf-8", newline="\n")
    return 0


def render(entries: Iterable[Entry]) -> str:
    """Return the page as Markdown. Raises ValueError for a public name that no group has, or a group alone."""
    known = {entry.name: entry for entry in entries}
    errors = [
        entry for entry in known.values() if entry.signature.endswith(("Error)", "Error_)", "Exception)"))
    ]
    grouped = {name for group in GROUPS for name in group.names} | {entry.name for entry in errors}
    if odd := grouped ^ set(known):
        raise ValueError(f"not both exported and in a group of ui/docs/apidoc.py: {', '.join(sorted(odd))}")
    parts = [HEAD, _contents([*((group, group.names) for group in GROUPS), (ERRORS, ())])]
    for group in GROUPS:
        parts.append(f"## {group.title}\n\n{group.about}\n")
        parts += [part for name in group.names for part in _entry(known[name])]
    parts.append(f"## {ERRORS.title}\n\n{ERRORS.about} From `assistant`.\n")
    parts.append(_table(("Error", "Is a", "When"), (_error(entry) for entry in errors)))
    return "\n".join(parts)


def _contents(groups: Iterable[tuple[Group, Sequence[str]]]) -> str:
    lines = []
    for group, names in groups:
        links = ", ".join(f"[`{name}`](#{name.lower()})" for name in names)
        anchor = group.title.lower().replace(" ", "-")
        lines.append(f"- [{group.title}](#{anchor})" + (f": {links}" if links else ""))
    return "\n".join(lines) + "\n"


def _entry(entry: Entry) -> Iterator[str]:
    yield f"### {entry.name}\n"
    yield f"```python\nfrom {entry.package} import {entry.name}\n\n{entry.signature}\n```\n"
    yield f"{prose(entry.about)}\n"
    if entry.name == "Settings":
        yield _table(
            ("Setting", "Default", "Range", "Variable", "Meaning"),
            map(_setting, Settings.model_fields.items()),
        )
    if fields := [field for field in entry.fields if entry.name != "Settings" or not field.default]:
        yield _table(("Attribute", "Type", "Meaning"), map(_field, fields))
    for method in entry.methods:
        yield from _method(method)


def _method(method: Method) -> Iterator[str]:
    yield f"#### {method.name}\n"
    yield f"```python\n{method.signature}\n```\n"
    yield f"{prose(method.about)}\n"


def _field(field: Field) -> tuple[str, ...]:
    default = f" Default: `{field.default}`." if field.default else ""
    about = " ".join(prose(field.about).split())
    if about and about.rstrip('"')[-1] not in ".!?":
        about += "."
    return f"`{field.name}`", f"`{field.type}`", f"{_begun(about) or 'See above.'}{default}"


def _begun(text: str) -> str:
    """Begin a text with a capital, unless its first word is code, such as a name with an underscore."""
    first = text.partition(" ")[0].rstrip(".,:;")
    return text if re.search(r"[_.\[(]", first) else text[:1].upper() + text[1:]


def _setting(item: "tuple[str, FieldInfo]") -> tuple[str, ...]:
    name, field = item
    default = "of the system" if field.default_factory else f"`{field.default}`" if field.default else "none"
    return f"`{name}`", default, _range(field), f"`BPO_KPO_{name.upper()}`", prose(field.description or "")


def _range(field: "FieldInfo") -> str:
    """Return the numbers a setting may have, in words."""
    limits = {
        name: getattr(item, name)
        for item in field.metadata
        for name in ("ge", "gt", "le")
        if hasattr(item, name)
    }
    low = f"above {limits['gt']:g}" if "gt" in limits else f"{limits['ge']:g}" if "ge" in limits else ""
    return f"{low} to {limits['le']:g}" if "le" in limits else low


def _error(entry: Entry) -> tuple[str, ...]:
    base = entry.signature.partition("(")[2].rstrip(")")
    return f"`{entry.name}`", f"`{base}`", " ".join(prose(entry.about).split())


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def prose(text: str) -> str:
    """Return the words of a docstring as Markdown: code spans stay, all else is text."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([<*\[\]])", r"\\\1", part) for part in parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
