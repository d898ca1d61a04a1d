"""Judge shown claims with a chat model: a pinned prompt, a verdict that must be one of those offered."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.check.cascade.chat import SCORES, data
from assistant.check.pairs import Pair
from assistant.core.errors import InputError, ModelError
from assistant.core.settings import Settings
from assistant.core.types import Verdict
from assistant.models.chat.load import load_chat_model
from assistant.models.chat.stream import CUT, pieces

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from eval.judges.judge import Said

PROMPT = Path(__file__).with_name("chat.txt").read_text(encoding="utf-8")
PROMPT_SHA256 = sha256(PROMPT.encode()).hexdigest()
MAX_EVIDENCE = 12_000  # characters: what a model of 4,096 tokens has room for
GIVE_UP = 3  # failures one after the other, after which a model is not asked for the rest
_ANY = r"(?:supported|contradicted|unsupported)"
_LABEL = rf"(?P<denied>not\s+)?(?P<label>{_ANY})(?=\s*$|\s*[^\w\s?])(?!.*\b{_ANY}\b)"
# no word follows it ("supported only in part"), and its line offers no other
_VERDICT = re.compile(rf"(?:\bverdict\b[\W_]*(?:is\b[\W_]*)?|^[\W_]*){_LABEL}", re.I | re.M)


class ChatJudge:
    """Asks a chat model for one verdict a pair and keeps its reply word for word.

    A failure, a reply that was cut off and one without a verdict are "unjudged"; `failed` holds the last failure.
    """

    def __init__(self, model: "BaseChatModel", *, name: str, timeout_s: float) -> None:
        """Take the model, the name to report, and the seconds one verdict may take."""
        self.name = name
        self.failed: str | None = None
        self._model = model
        self._timeout_s = timeout_s

    def judge(self, pairs: Sequence[Pair]) -> "list[Said]":
        """Judge each pair, in order; after three failures in a row the rest is "unjudged"."""
        found: list[Said] = []
        row = 0
        for pair in pairs:
            if row == GIVE_UP:
                found.append(("unjudged", 0.0, None))
                continue
            try:
                found.append(self._ask(pair))
                row = 0
            except ModelError as error:
                self.failed = str(error)
                found.append(("unjudged", 0.0, None))
                row += 1
        return found

    def _ask(self, pair: Pair) -> "Said":
        """Ask about one pair. Raises ModelError when the model fails."""
        reply, finish = "", ""
        with closing(pieces(self._model, build_messages(pair), self._timeout_s)) as stream:
            for piece, reason in stream:
                reply, finish = reply + piece, reason or finish
        cut = finish in CUT
        verdict = None if cut else read_verdict(reply, [pair.claim, *pair.evidence.split("\n")])
        return (verdict, SCORES[verdict], reply) if verdict else ("unjudged", 0.0, reply)


def build_messages(pair: Pair) -> "list[BaseMessage]":
    """Return instructions and request; every line of evidence, and the claim, is one line between marks."""
    from langchain_core.messages import HumanMessage, SystemMessage

    head, _, request = PROMPT.partition("\n---\n")
    values = {"{evidence}": "\n".join(_fitting(pair.evidence)), "{claim}": data(pair.claim)}
    # one pass, so that a claim which holds "{evidence}" stays as it is
    asked = re.sub(r"\{evidence\}|\{claim\}", lambda match: values[match[0]], request.strip())
    return [SystemMessage(head.strip()), HumanMessage(asked)]


def _fitting(evidence: str) -> list[str]:
    """Return the lines of evidence there is room for, the first ones first."""
    room, kept = MAX_EVIDENCE, list[str]()
    for line in (data(line) for line in evidence.split("\n") if line.strip()):
        if kept and len(line) > room:
            break
        kept.append(line[:room])
        room -= len(line)
    return kept


def read_verdict(reply: str, untrusted: Sequence[str]) -> Verdict | None:
    """Return the last verdict the reply offers, None where it offers none.

    A verdict begins its line or follows the word "verdict". One that the reply only repeats from the
    `untrusted` texts is none, so that a claim cannot bring its own.
    """
    found = list(_VERDICT.finditer(reply))
    if not found:
        return None
    last = found[-1]
    if any(start < last.end() and last.start("label") < end for start, end in _echoes(reply, untrusted)):
        return None
    if last["denied"]:
        return "unsupported" if last["label"].lower() == "supported" else None
    verdicts: dict[str, Verdict] = {verdict: verdict for verdict in SCORES}
    return verdicts[last["label"].lower()]


def _echoes(reply: str, untrusted: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where the reply repeats one of the texts, whatever the case and the white space."""
    for words in {tuple(data(text).split()) for text in untrusted}:
        if words:
            repeated = r"\s+".join(re.escape(word) for word in words)
            yield from (match.span() for match in re.finditer(repeated, reply, re.I))


def load_chat_judge(name: str, settings: Settings) -> ChatJudge:
    """Load the chat model called `name` ("ollama:qwen2.5") as a judge, at temperature 0 where it takes one.

    Raises InputError for "none", ModelError where the model, its package or its key is missing.
    """
    model = load_chat_model(settings.model_copy(update={"model": name}))
    if model is None:
        raise InputError("The judge 'llm:none' has no model: give llm:PROVIDER:NAME.")
    return ChatJudge(model, name=f"llm:{name}", timeout_s=settings.model_timeout_s)
