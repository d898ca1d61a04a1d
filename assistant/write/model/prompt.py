"""Build the messages for the chat model: instructions, conversation, numbered sentences, question."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.types import Evidence, Passage
from assistant.text.commands import is_command
from assistant.write.model.request import Request

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

TEMPLATE = Path(__file__).with_name("prompt.txt")
HISTORY_TURNS = 4
HISTORY_CHARS = 400


def build_messages(request: Request, *, structured: bool = False) -> "list[BaseMessage]":
    """Return the instructions, the last turns of the conversation, then sources and question.

    Sources are numbered from 1 in their order; each is one line that cannot end its own block. `structured` asks for
    JSON sentences that list their evidence, else each is to end with its markers. Sentences that failed the check come
    last, with the reasons.
    """
    from langchain_core.messages import AIMessage, HumanMessage

    parts = _parts()
    lines = _passages(request.sources)
    asked = _filled(
        parts[3 if request.brief else 1], passages="\n".join(lines), question=one_line(request.question)
    )
    turns: list[BaseMessage] = [instructions(brief=request.brief, structured=structured)]
    for turn in request.history[-HISTORY_TURNS:]:
        text = one_line(turn.content)[:HISTORY_CHARS]
        turns.append(HumanMessage(text) if turn.role == "user" else AIMessage(text))
    if request.failed:
        asked += "\n\n" + _filled(parts[8], failed="\n".join(_failed(request)))
    return [*turns, HumanMessage(asked)]


def build_search_messages(question: str, passages: Sequence[Passage]) -> "list[BaseMessage]":
    """Return the request for other words to search by: the headings of what was found, then the question."""
    from langchain_core.messages import HumanMessage, SystemMessage

    parts = _parts()
    headings = "\n".join(dict.fromkeys(f"# {_head(passage)}".rstrip() for passage in passages))
    return [
        SystemMessage(parts[9]),
        HumanMessage(_filled(parts[10], headings=headings, question=one_line(question))),
    ]


def _filled(template: str, **values: str) -> str:
    """Put values in their places in one pass, so that a question which holds "{passages}" stays as it is."""
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], template)


def instructions(*, brief: bool = False, structured: bool = False) -> "BaseMessage":
    """Return the message every prompt starts with."""
    from langchain_core.messages import SystemMessage

    parts = _parts()
    return SystemMessage(f"{parts[2 if brief else 0]}\n\n{parts[(6 if brief else 4) + structured]}")


def _passages(sources: Sequence[Evidence]) -> list[str]:
    """Return the sources below a line that names the article and section of their passage, orders to a model left out."""
    lines: list[str] = []
    last = ""
    for n, item in enumerate(sources, start=1):
        passage = item.passage
        if passage.chunk_id != last:
            lines += [*([""] if lines else []), f"# {_head(passage)}".rstrip()]
        last = passage.chunk_id
        lines.append(f"[{n}] {one_line(item.text)}")
    return lines


def _head(passage: Passage) -> str:
    """Return the line that names the article and section of a passage."""
    dated = f" ({passage.date})" if passage.date else ""
    parts = [passage.title + dated, *passage.section.split(" > ")]
    return one_line(" > ".join(part for part in parts if part and not is_command(part)))


def _failed(request: Request) -> list[str]:
    lines = []
    for item in request.failed:
        marks = "".join(f"[{n}]" for n in item.markers)
        lines.append(f"- {one_line(item.text)} {marks} ({one_line(item.reason)})")
    return lines


@lru_cache(maxsize=1)
def _parts() -> tuple[str, ...]:
    """Read the prompt file: instructions and request in full and in brief, the forms of a reply, what failed, other searches."""
    return tuple(part.strip() for part in TEMPLATE.read_text(encoding="utf-8").split("\n---\n"))


def one_line(text: str) -> str:
    """Put untrusted text on one line, its own [n] in round brackets: a line break or a [n] is ours alone."""
    return re.sub(r"\[(\^?\d+)\]", r"(\1)", " ".join(text.split()))
