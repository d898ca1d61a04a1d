"""Let a chat model write questions about some sentences, and check which sentences answer them."""

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.check.cascade.chat import data
from assistant.core.settings import Settings
from assistant.models.chat.load import load_chat_model
from assistant.models.chat.stream import CUT, pieces
from eval.cases.build.texts import Sentence

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

AT_ONCE = 3  # questions asked for about one stretch of sentences
_ASKED = re.compile(r"^\W*\[(?P<n>\d{1,3})\]\W*(?P<question>\w.{0,300}\?)[\s\"”*]*$", re.M)
_CHECKED = re.compile(r"^\W*Q?(?P<n>\d{1,2})\W*[:.)]\W*(?P<named>none|[\d\[\], and]+)\W*$", re.M | re.I)


@dataclass(frozen=True, kw_only=True)
class Writer:
    """A chat model that writes questions and says which sentences answer them."""

    model: "BaseChatModel"
    name: str
    timeout_s: float  # of one reply

    def ask(self, title: str, sentences: Sequence[Sentence]) -> list[tuple[str, Sentence]]:
        """Return questions with the sentence that is to answer each, as the model names it. Raises ModelError."""
        values = {"count": str(AT_ONCE), "title": data(title), "sentences": _numbered(sentences)}
        reply = self._reply("write.txt", values)
        return [
            (" ".join(found["question"].split()), sentences[int(found["n"]) - 1])
            for found in _ASKED.finditer(reply)
            if 0 < int(found["n"]) <= len(sentences)
        ][:AT_ONCE]

    def answering(
        self, questions: Sequence[str], sentences: Sequence[Sentence]
    ) -> list[list[Sentence] | None]:
        """Return for each question the sentences that answer it, None where the model says nothing. Raises ModelError."""
        asked = "\n".join(f"Q{n}: {data(question)}" for n, question in enumerate(questions, 1))
        reply = self._reply("check.txt", {"sentences": _numbered(sentences), "questions": asked})
        named = {int(found["n"]): found["named"] for found in _CHECKED.finditer(reply)}
        return [_chosen(named.get(n), sentences) for n in range(1, len(questions) + 1)]

    def _reply(self, prompt: str, values: Mapping[str, str]) -> str:
        from langchain_core.messages import HumanMessage, SystemMessage

        text = Path(__file__).with_name(prompt).read_text(encoding="utf-8")
        # one pass, so that a sentence which holds "{questions}" stays as it is
        head, request = (
            re.sub(r"\{(\w+)\}", lambda found: values[found[1]], part.strip())
            for part in text.split("\n---\n")
        )
        reply, finish = "", ""
        messages = [SystemMessage(head), HumanMessage(request)]
        with closing(pieces(self.model, messages, self.timeout_s)) as stream:
            for piece, reason in stream:
                reply, finish = reply + piece, reason or finish
        return reply.rpartition("\n")[0] if finish in CUT else reply  # the last line is not whole


def load_writer(settings: Settings) -> Writer | None:
    """Load the chat model that the settings name, None where they name none. Raises ModelError."""
    model = load_chat_model(settings) if settings.drafts else None
    return Writer(model=model, name=settings.model, timeout_s=settings.model_timeout_s) if model else None


def _numbered(sentences: Sequence[Sentence]) -> str:
    return "\n".join(f"[{n}] {data(sentence.text)}" for n, sentence in enumerate(sentences, 1))


def _chosen(named: str | None, sentences: Sequence[Sentence]) -> list[Sentence] | None:
    if named is None:
        return None
    numbers = [int(number) for number in re.findall(r"\d+", named)]
    return [sentences[n - 1] for n in dict.fromkeys(numbers) if 0 < n <= len(sentences)]
