"""Build the messages for the chat model from the question and its evidence."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.types import Evidence, Message

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

TEMPLATE = Path(__file__).with_name("prompt.txt")
STRUCTURED = Path(__file__).with_name("prompt_structured.txt")
HISTORY_TURNS = 4
HISTORY_CHARS = 400


def build_messages(
    question: str,
    evidence: Sequence[Evidence],
    history: Sequence[Message] = (),
    *,
    structured: bool = False,
) -> "list[BaseMessage]":
    """Return the instructions, the last turns of the conversation, then evidence and question.

    Evidence is numbered from 1 in the order given; each piece is one line that cannot end its own block.
    `structured` asks for JSON sentences that list their evidence, else each is to end with its markers.
    """
    from langchain_core.messages import AIMessage, HumanMessage

    request = parts()[1]
    lines = [f"[{n}] {one_line(item.text)}" for n, item in enumerate(evidence, start=1)]
    values = {"{evidence}": "\n".join(lines), "{question}": one_line(question)}
    # one pass, so that a question which holds "{evidence}" stays as it is
    asked = re.sub(r"\{evidence\}|\{question\}", lambda match: values[match[0]], request)
    turns: list[BaseMessage] = [instructions(structured=structured)]
    for turn in history[-HISTORY_TURNS:]:
        text = one_line(turn.content)[:HISTORY_CHARS]
        turns.append(HumanMessage(text) if turn.role == "user" else AIMessage(text))
    return [*turns, HumanMessage(asked)]


def instructions(*, structured: bool = False) -> "BaseMessage":
    """Return the message every prompt starts with."""
    from langchain_core.messages import SystemMessage

    return SystemMessage(STRUCTURED.read_text(encoding="utf-8").strip() if structured else parts()[0])


@lru_cache(maxsize=1)
def parts() -> tuple[str, str]:
    """Read the prompt file: the instructions, and the template of a request."""
    head, _, request = TEMPLATE.read_text(encoding="utf-8").partition("\n---\n")
    return head.strip(), request.strip()


def one_line(text: str) -> str:
    """Put untrusted text on one line, its own [n] in round brackets: a line break or a [n] is ours alone."""
    return re.sub(r"\[(\^?\d+)\]", r"(\1)", " ".join(text.split()))
