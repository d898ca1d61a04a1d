"""Draft an answer: stream a chat model's reply and hand on each sentence as soon as it is whole."""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING, Any

from assistant.core.errors import ModelError
from assistant.models.chat.failure import label
from assistant.models.chat.stream import CUT, DECLINED, late, pieces
from assistant.write.model.reply import MAX_SENTENCE_CHARS, WHOLE, Drafted, Prose, ReplyReader

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage


MAX_SENTENCES = 50  # of one draft, which is asked for three
ALWAYS_END = ("openai-chat", "anthropic-chat", "chat-ollama")  # they say why they end, unless they broke off
_BEFORE = r"(?:(?:unfortunately|sorry|however),?\s+)?"
NOTHING_SAID = re.compile(
    rf"\W*no answer\W*$|{_BEFORE}(?:it is not (?:stated|specified|mentioned)\b|"
    r"there is (?:no|not enough|insufficient) (?:information|mention|evidence (?:given|in the|here))\b|"
    r"(?:the|this|these|none of the)\s+(?:\w+\s+)?(?:passages?|evidence|context|text|information|documents?)"
    r"(?:\s+(?:provided|given|above))?\s+"
    r"(?:(?:(?:do|does) not|don['’]t|doesn['’]t|cannot)\s+(?:\w+ly\s+)?"
    r"(?:answer|contain|mention|provide|say|state|specify|include|give|address|explain|discuss|describe|cover)|"
    r"(?:is|are) (?:not|in)\s*(?:available|enough|sufficient|provided|given|stated|mentioned)|"
    r"lacks?|mentions? nothing|says? nothing)\b)",
    re.IGNORECASE,
)
REFUSAL = re.compile(
    rf"{NOTHING_SAID.pattern}|"
    rf"{_BEFORE}(?:I(?:['’]m| am) (?:sorry|unable|not able|afraid)|I (?:cannot|can['’]t|can not|don['’]t|do not)\b|"
    r"sorry\b|as an ai\b|unable to\b)",
    re.IGNORECASE,
)


class NoSentence(ModelError):
    """A reply that ended in good order and held no sentence."""


class NothingToAdd(ModelError):
    """A reply that says that the evidence does not answer, which is no failure of the model."""


def draft(
    model: "BaseChatModel",
    messages: "Sequence[BaseMessage]",
    *,
    timeout_s: float,
    reader: ReplyReader | None = None,
    options: Mapping[str, Any] | None = None,
    began: float | None = None,
) -> Generator[Drafted, None, None]:
    """Stream the reply and yield each whole sentence as soon as it is complete; close the iterator to cancel.

    `reader` reads the reply's form, prose with markers unless given; `options` go to the model with the request;
    `began` is when, by the monotonic clock, the time allowed set in, now unless given.
    A last sentence that was cut off is not yielded. Raises ModelError, after the sentences completed so far,
    when the model fails, declines, returns nothing, has not ended within `timeout_s` seconds, or goes on beyond
    `MAX_SENTENCES` sentences or `MAX_SENTENCE_CHARS` characters of one; `NothingToAdd` when it says that the evidence
    does not answer.
    """
    reader = reader or Prose()
    began = began or monotonic()
    finish, intake = "", _Intake(label(model), began, timeout_s)
    with closing(pieces(model, messages, timeout_s, options, began)) as stream:
        for piece, reason in stream:
            finish = reason or finish
            yield from intake.take(reader.read(piece))
    if finish in DECLINED:
        raise ModelError(f"{label(model)} declined to answer")
    if not finish and getattr(model, "_llm_type", "") in ALWAYS_END and (intake.told or reader.rest):
        raise ModelError(f"{label(model)} broke off in the middle of its reply")
    # a model that does not say why it ended may have been cut off
    cut = finish in CUT or not (finish or WHOLE.search(reader.rest))
    yield from intake.take(reader.end(cut=cut))
    if intake.told:
        return
    if reader.declined:
        raise NothingToAdd(f"{label(model)} declined to answer")
    line = f"{label(model)} returned {'no whole sentence' if reader.rest.strip() else 'nothing'}"
    raise ModelError(line) if finish in CUT else NoSentence(line)


class _Intake:
    """Takes the sentences of one draft as they are read, each once, within the limits of number, length and time."""

    def __init__(self, name: str, began: float, timeout_s: float) -> None:
        self.told: set[str] = set()
        self._name = name
        self._timeout_s = timeout_s
        self._until = began + timeout_s

    def take(self, sentences: Iterable[Drafted]) -> Iterator[Drafted]:
        """Yield those not told before. Raises ModelError beyond a limit and at a refusal that comes first."""
        for drafted in sentences:
            self._keep_time()
            if drafted.text not in self.told and self._states(drafted.text):
                self.told.add(drafted.text)
                held = monotonic()
                yield drafted
                self._until += monotonic() - held  # in which it was checked, as no model is to blame for
        self._keep_time()

    def _keep_time(self) -> None:
        if monotonic() > self._until:
            raise ModelError(late(self._name, self._timeout_s))

    def _states(self, text: str) -> bool:
        """Tell a claim from a remark on the evidence after an answer."""
        if len(text) > MAX_SENTENCE_CHARS:
            raise ModelError(
                f"{self._name} wrote a sentence of more than {MAX_SENTENCE_CHARS} characters and was stopped"
            )
        if REFUSAL.match(text):
            if self.told:
                return False
            kind = NothingToAdd if NOTHING_SAID.match(text) else ModelError
            raise kind(f"{self._name} declined to answer")
        if len(self.told) == MAX_SENTENCES:
            raise ModelError(f"{self._name} went on beyond {MAX_SENTENCES} sentences and was stopped")
        return True
