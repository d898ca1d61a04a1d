"""Judge claims with a chat model: a pinned prompt, many claims in one call, verdicts that must be ones offered."""

import re
import unicodedata
from collections.abc import Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.check.pairs import Pair, unjudged
from assistant.core.errors import ModelError
from assistant.core.types import Judgement, Verdict
from assistant.models.chat.failure import label
from assistant.models.chat.stream import CUT, pieces

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

PROMPT = Path(__file__).with_name("chat.txt")
SCORES: dict[Verdict, float] = {"supported": 1.0, "contradicted": 0.0, "unsupported": 0.0}
TOGETHER = 20  # claims put in one call
QUOTED_CHARACTERS = 160  # of a reply without a verdict
_LINE = re.compile(
    r"^[\W_]*(?:claim\s+)?(?P<n>\d{1,3})\s*[).:=-]+[\W_]*(?P<label>supported|contradicted|unsupported)\W*$",
    re.I | re.M,
)


class ChatJudge:
    """Asks a chat model for a verdict on each pair. A failure or a pair without a verdict is "unjudged"."""

    def __init__(self, model: "BaseChatModel", *, name: str, timeout_s: float) -> None:
        """Take the model, the name to report, and the seconds one call may take."""
        self.model = model
        self.name = name
        self.timeout_s = timeout_s

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order, up to TOGETHER of them in one call; after a failure the rest is not asked."""
        found: list[Judgement] = []
        try:
            for start in range(0, len(pairs), TOGETHER):
                found += self._judge(pairs[start : start + TOGETHER])
        except ModelError as error:
            found += [unjudged(f"The judge failed: {error}.")] * (len(pairs) - len(found))
        return found

    def _judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge some pairs in one call. Raises ModelError when the model fails."""
        reply, finish = "", ""
        with closing(pieces(self.model, build_messages(pairs), self.timeout_s)) as stream:
            for piece, reason in stream:
                reply, finish = reply + piece, reason or finish
        verdicts = read_verdicts(
            reply, len(pairs), [text for pair in pairs for text in (pair.claim, pair.evidence)]
        )
        name = label(self.model)
        if finish in CUT and len(verdicts) < len(pairs):
            missing = f"The judge, {name}, was cut off before its verdict."
        else:
            missing = f"The judge gave no verdict, but: {' '.join(reply.split())[:QUOTED_CHARACTERS]!r}."
        found = []
        for n in range(1, len(pairs) + 1):
            verdict = verdicts.get(n)
            if verdict is None:
                found.append(unjudged(missing))
                continue
            said = {"contradicted": "denies it", "unsupported": "does not state it"}.get(verdict, "")
            reasons = (f"The judge, {name}, holds that the evidence {said}.",) if said else ()
            found.append(Judgement(verdict=verdict, score=SCORES[verdict], reasons=reasons))
        return found


def build_messages(pairs: Sequence[Pair]) -> "list[BaseMessage]":
    """Return instructions and request; every line of evidence, and each claim, is one line between marks."""
    from langchain_core.messages import HumanMessage, SystemMessage

    head, block, request = _parts()
    blocks = []
    for n, pair in enumerate(pairs, start=1):
        lines = [data(line) for line in pair.evidence.split("\n") if line.strip()]
        values = {
            "{n}": str(n),
            "{question}": data(pair.question) or "-",
            "{evidence}": "\n".join(lines),
            "{claim}": data(pair.claim),
        }
        # one pass, so that a claim which holds "{evidence}" stays as it is
        blocks.append(re.sub(r"\{(?:n|question|evidence|claim)\}", lambda match: values[match[0]], block))  # noqa: B023
    numbers = ", ".join(str(n) for n in range(1, len(pairs) + 1))
    return [SystemMessage(head), HumanMessage("\n\n".join([*blocks, request.replace("{numbers}", numbers)]))]


def data(text: str) -> str:
    """Put untrusted text on one line, without invisible characters and without the marks that end its block."""
    shown = "".join(" " if char.isspace() else char for char in text if unicodedata.category(char) != "Cf")
    shown = "".join(char for char in shown if unicodedata.category(char) != "Cc")
    return " ".join(shown.replace("«", '"').replace("»", '"').split())


def read_verdicts(reply: str, count: int, untrusted: Sequence[str] = ()) -> dict[int, Verdict]:
    """Return the verdict on each number from 1 to `count` that the reply gives on a line of its own.

    A number with two different verdicts has none, and neither has one that an `untrusted` text gives a verdict on, so
    that a claim cannot bring its own.
    """
    named: dict[str, Verdict] = {verdict: verdict for verdict in SCORES}
    found: dict[int, Verdict] = {}
    disputed = {int(match["n"]) for text in untrusted for match in _LINE.finditer(text)}
    for match in _LINE.finditer(reply):
        n, verdict = int(match["n"]), named[match["label"].lower()]
        if found.setdefault(n, verdict) != verdict:
            disputed.add(n)
    return {n: verdict for n, verdict in found.items() if 1 <= n <= count and n not in disputed}


@lru_cache(maxsize=1)
def _parts() -> tuple[str, str, str]:
    head, block, request = PROMPT.read_text(encoding="utf-8").split("\n---\n")
    return head.strip(), block.strip(), request.strip()
