"""The plain chain, to compare with: the top chunks into the chat model, its reply shown as it is."""

import re
import time
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from assistant.core.errors import ModelError
from assistant.core.settings import Settings
from assistant.core.types import Answer, Claim, Drafts, Message, Passage
from assistant.index.search import search
from assistant.index.store import Store
from assistant.models.chat.gguf.in_process import InProcessChat
from assistant.models.chat.load import load_chat_model
from assistant.models.chat.stream import pieces
from assistant.models.embedder.load import load_embedder
from assistant.text.sentences import sentence_spans
from assistant.write.model.generate import REFUSAL
from assistant.write.model.prompt import one_line
from assistant.write.model.reply import plain_sentence

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

CHUNKS = 4
MARGIN = 40  # tokens of the turns' own marks in a prompt
ASKED = (
    "Answer the question from the context. If the context does not hold the answer, say that you do not know."
    "\n\nContext:\n{context}\n\nQuestion: {question}"
)
_UNKNOWN = re.compile(
    r"\b(?:do(?:es)? not|don['’]t|cannot|can['’]t) (?:know|answer|say|tell|find|determine)\b"
    r"|\b(?:not|isn['’]t|no) (?:\w+ )?(?:mentioned|stated|specified|provided|given|information)\b",
    re.I,
)


class PlainChain:
    """Answers from the four best chunks without a check, as most retrieval chains do.

    Its sentences are "unjudged" claims that cite nothing; the passages are what the model was given.
    """

    def __init__(self, settings: Settings, store: Store, model: "BaseChatModel") -> None:
        self.settings = settings
        self.store = store
        self.model = model

    @classmethod
    def open(cls, settings: Settings) -> "PlainChain":
        """Load the model and the index. Raises ModelError where there is no model, IndexMissing, IndexMismatch."""
        model = load_chat_model(settings)
        if model is None:
            raise ModelError(
                "--pipeline plain needs a chat model, and --model is none: give one, such as embedded"
            )
        return cls(settings, Store.open(settings, load_embedder(settings)), model)

    def search(self, query: str, k: int) -> list[Passage]:
        """Return the k best passages, best first."""
        return search(self.store, query, k)

    def ask(self, question: str, history: Sequence[Message] = ()) -> Answer:
        """Answer a question; a reply that says it does not know is a declined answer. Raises ModelError."""
        began = time.perf_counter()
        passages = self.search(question, CHUNKS)
        retrieved = time.perf_counter()
        given, request = self._fitting(question, history, passages)
        reply = ""
        with closing(pieces(self.model, request, self.settings.model_timeout_s)) as stream:
            for piece, _ in stream:
                reply += piece
        ended = time.perf_counter()
        if not reply.strip():
            raise ModelError("the plain chain's model returned nothing")
        declined = is_refusal(reply)
        texts = [] if declined else sentences(reply)
        return Answer(
            question=question,
            claims=tuple(
                Claim(text=text, verdict="unjudged", score=0.0, citations=(), origin="model")
                for text in texts
            ),
            passages=tuple(given),
            reason="model_declined" if declined else None,
            confidence=float(not declined),
            notices=(reply.strip(),) if declined else (),
            drafts=Drafts(sentences=len(texts)),
            model=self.settings.model,
            embedder=self.store.embedder.name,
            checker="none",
            index_id=self.store.manifest.index_id,
            timings_s={
                "retrieve": round(retrieved - began, 4),
                "generate": round(ended - retrieved, 4),
                "total": round(ended - began, 4),
            },
        )

    def _fitting(
        self, question: str, history: Sequence[Message], passages: list[Passage]
    ) -> "tuple[list[Passage], list[BaseMessage]]":
        """Return the passages and the request, without the last where a model in this process has no room for them."""
        from langchain_core.messages import AIMessage, HumanMessage

        earlier: list[BaseMessage] = [
            HumanMessage(turn.content) if turn.role == "user" else AIMessage(turn.content) for turn in history
        ]
        while True:
            context = "\n\n".join(one_line(passage.text) for passage in passages)
            asked = ASKED.replace("{question}", one_line(question)).replace("{context}", context)
            if len(passages) < 2 or not isinstance(self.model, InProcessChat):
                break
            room = self.model.context_tokens - self.model.max_new_tokens - MARGIN
            if len(self.model.tokens(asked)) <= room - sum(len(turn.content) // 3 for turn in history):
                break
            passages = passages[:-1]
        return passages, [*earlier, HumanMessage(asked)]


def sentences(reply: str) -> list[str]:
    """Split a reply into its sentences, without lists' and headings' marks."""
    found = []
    for line in reply.split("\n"):
        for start, end in sentence_spans(line):
            said = plain_sentence(line[start:end])
            if said is not None:
                found.append(said.text)
    return found or [one_line(reply)]


def is_refusal(reply: str) -> bool:
    """Tell whether the first sentence of a reply declines to answer."""
    first = re.split(r"(?<=[.!?])\s", reply.strip(), maxsplit=1)[0]
    return bool(REFUSAL.match(first) or _UNKNOWN.search(first))
