"""Ask a chat model in which other words documents may speak of what is asked (query rewriting: Ma et al., EMNLP 2023)."""

import re
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from assistant.core.types import Passage
from assistant.models.chat.stream import pieces
from assistant.write.model.generate import REFUSAL
from assistant.write.model.prompt import build_search_messages

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MOST = 3  # searches
MAX_CHARS = 200  # of one
_MARK = re.compile(r"^\s*(?:[-*\u2022]\s+|\d{1,2}[.)]\s+)?[\"'\u201c]?|[\s.;,\"'\u201d]*$")


def other_searches(
    model: "BaseChatModel", question: str, passages: Sequence[Passage], *, timeout_s: float
) -> list[str]:
    """Return up to three other searches for a question whose passages do not answer, as the model wrote them.

    None where it writes none that can be read as such. Raises ModelError when the model fails or takes longer than
    `timeout_s` seconds.
    """
    with closing(pieces(model, build_search_messages(question, passages), timeout_s)) as stream:
        reply = "".join(text for text, _ in stream)
    return read_searches(reply, question)


def read_searches(reply: str, question: str) -> list[str]:
    """Read the searches of a reply, one a line; a refusal, JSON, and the question itself are none."""
    found: dict[str, str] = {}
    for line in reply.splitlines():
        words = " ".join(_MARK.sub("", line).split())
        plain = words[:1] not in ("{", "[", "<", "`") and not REFUSAL.match(words)
        if words and plain and len(words) <= MAX_CHARS:
            found.setdefault(_bare(words), words)
    found.pop(_bare(question), None)
    return list(found.values())[:MOST]


def _bare(words: str) -> str:
    return words.lower().rstrip("?.! ")
