"""What a chat model is asked: the question, the conversation, and the numbered sentences it may use."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.core.types import Evidence, Message, Passage
from assistant.text.commands import is_command
from assistant.text.disclaimers.kept import sentences_of

MAX_SENTENCES = 150  # given to a model at most, of the best passages


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A sentence the model wrote that did not pass the check, the numbers it named, and why it did not pass."""

    text: str
    markers: tuple[int, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request to a chat model. Sources are numbered from 1 in their order.

    `brief` asks as the embedded model was taught to be asked; `failed` are sentences of the
    model's own draft that it is to put right or leave out.
    """

    question: str
    sources: tuple[Evidence, ...]
    history: tuple[Message, ...] = ()
    brief: bool = False
    failed: tuple[Failed, ...] = ()

    def named(self, markers: Sequence[int]) -> list[Evidence]:
        """Return the sources of these numbers; a number that names none is left out."""
        return [self.sources[n - 1] for n in markers if 1 <= n <= len(self.sources)]


def numbered(passages: Sequence[Passage]) -> tuple[Evidence, ...]:
    """Return the sentences of passages in reading order, none twice, each together with a lead-in that takes it back.

    Orders to a language model are left out.
    """
    found: dict[tuple[str, int, int], Evidence] = {}
    for passage in passages:
        for item in sentences_of(passage):
            if is_command(item.text):
                continue
            found.setdefault((item.passage.doc_id, item.start, item.end), item)
    return tuple(found.values())[:MAX_SENTENCES]
