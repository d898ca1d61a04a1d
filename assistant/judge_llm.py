"""Judge claims with a chat model: a pinned prompt, a verdict that must be one of those offered."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ModelError
from assistant.failure import label
from assistant.generate import CUT, pieces
from assistant.types import Judgement, Verdict
from assistant.verify import Pair

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

PROMPT = Path(__file__).with_name("judge.txt")
SCORES: dict[Verdict, float] = {"supported": 1.0, "contradicted": 0.0, "unsupported": 0.0}
QUOTED_CHARACTERS = 160  # of a reply without a verdict
_ANY = r"(?:supported|contradicted|unsupported)"
_LABEL = rf"(?P<denied>not\s+)?(?P<label>{_ANY})(?=\s*$|\s*[^\w\s?])(?!.*\b{_ANY}\b)"
# no word follows it ("supported only in part"), and its line offers no other
_VERDICT = re.compile(rf"(?:\bverdict\b[\W_]*(?:is\b[\W_]*)?|^[\W_]*){_LABEL}", re.I | re.M)


class ChatJudge:
    """Asks a chat model for one verdict a pair. A failure or a reply without a verdict is "unjudged"."""

    def __init__(self, model: "BaseChatModel", *, name: str, timeout_s: float) -> None:
        """Take the model, the name to report, and the seconds one verdict may take."""
        self.model = model
        self.name = name
        self.timeout_s = timeout_s

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order; after a failure the rest of them is not asked."""
        found: list[Judgement] = []
        try:
            for pair in pairs:
                found.append(self._judge(pair))
        except ModelError as error:
            failed = _unjudged(f"The judge failed: {error}.")
            found += [failed] * (len(pairs) - len(found))
        return found

    def _judge(self, pair: Pair) -> Judgement:
        """Judge one pair. Raises ModelError when the model fails."""
        reply, finish = "", ""
        with closing(pieces(self.model, build_messages(pair), self.timeout_s)) as stream:
            for piece, reason in stream:
                reply, finish = reply + piece, reason or finish
        if finish in CUT:
            return _unjudged(f"The judge, {label(self.model)}, was cut off before its verdict.")
        verdict = read_verdict(reply, [pair.claim, *pair.evidence.split("\n")])
        if verdict is None:
            said = " ".join(reply.split())[:QUOTED_CHARACTERS]
            return _unjudged(f"The judge gave no verdict, but: {said!r}.")
        said = {"contradicted": "denies it", "unsupported": "does not state it"}.get(verdict, "")
        reasons = (f"The judge, {label(self.model)}, holds that the evidence {said}.",) if said else ()
        return Judgement(verdict=verdict, score=SCORES[verdict], reasons=reasons)


def build_messages(pair: Pair) -> "list[BaseMessage]":
    """Return instructions and request; every line of evidence, and the claim, is one line between marks."""
    from langchain_core.messages import HumanMessage, SystemMessage

    head, request = _parts()
    lines = [data(line) for line in pair.evidence.split("\n") if line.strip()]
    values = {"{evidence}": "\n".join(lines), "{claim}": data(pair.claim)}
    # one pass, so that a claim which holds "{evidence}" stays as it is
    asked = re.sub(r"\{evidence\}|\{claim\}", lambda match: values[match[0]], request)
    return [SystemMessage(head), HumanMessage(asked)]


def data(text: str) -> str:
    """Put untrusted text on one line, without invisible characters and without the marks that end its block."""
    shown = "".join(" " if char.isspace() else char for char in text if unicodedata.category(char) != "Cf")
    shown = "".join(char for char in shown if unicodedata.category(char) != "Cc")
    return " ".join(shown.replace("«", '"').replace("»", '"').split())


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


@lru_cache(maxsize=1)
def _parts() -> tuple[str, str]:
    head, _, request = PROMPT.read_text(encoding="utf-8").partition("\n---\n")
    return head.strip(), request.strip()


def _unjudged(reason: str) -> Judgement:
    return Judgement(verdict="unjudged", score=0.0, reasons=(reason,))
