"""The plain chain, to compare with: the top chunks into the chat model, its reply shown as it is."""

import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.embedded import EmbeddedChat
from assistant.errors import ModelError
from assistant.generate import REFUSAL, pieces
from assistant.prompt import one_line
from assistant.retrieve import search
from assistant.store import Store

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

CHUNKS = 4
ROOM = 2048 - 96 - 40  # tokens of the embedded model left for the prompt
ASKED = (
    "Answer the question from the context. If the context does not hold the answer, say that you do not know."
    "\n\nContext:\n{context}\n\nQuestion: {question}"
)
_UNKNOWN = re.compile(
    r"\b(?:do(?:es)? not|don['’]t|cannot|can['’]t) (?:know|answer|say|tell|find|determine)\b"
    r"|\b(?:not|isn['’]t|no) (?:\w+ )?(?:mentioned|stated|specified|provided|given|information)\b",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class PlainReply:
    """What the chain said, and whether that was to decline."""

    text: str
    declined: bool


def ask_plain(store: Store, model: "BaseChatModel", question: str, *, timeout_s: float) -> PlainReply:
    """Put the best chunks and the question into the model. Raises ModelError when it fails."""
    vector = store.embedder.embed_query(question)
    texts = [passage.text for passage in search(store, question, CHUNKS, vector=vector)]
    reply = ""
    with closing(pieces(model, _fitting(model, question, texts), timeout_s)) as stream:
        for piece, _ in stream:
            reply += piece
    if not reply.strip():
        raise ModelError("the plain chain's model returned nothing")
    return PlainReply(text=reply, declined=is_refusal(reply))


def is_refusal(reply: str) -> bool:
    """Tell whether the first sentence of a reply declines to answer."""
    first = re.split(r"(?<=[.!?])\s", reply.strip(), maxsplit=1)[0]
    return bool(REFUSAL.match(first) or _UNKNOWN.search(first))


def _fitting(model: "BaseChatModel", question: str, texts: list[str]) -> "list[BaseMessage]":
    """Return the request, without the last chunks where the embedded model has no room for them."""
    from langchain_core.messages import HumanMessage

    while True:
        context = "\n\n".join(one_line(text) for text in texts)
        asked = ASKED.replace("{question}", one_line(question)).replace("{context}", context)
        if len(texts) < 2 or not isinstance(model, EmbeddedChat) or len(model.tokens(asked)) <= ROOM:
            return [HumanMessage(asked)]
        texts = texts[:-1]
