"""A conversation with the assistant: what was asked and answered is the history of the next question."""

from collections.abc import Generator, Sequence
from typing import Protocol

from assistant.answer.chains.runnable import whole_answer
from assistant.core.types import Answer, AnswerDone, Event, Message
from assistant.show.escape import visible
from assistant.show.forms import text_of
from assistant.show.markdown import turns_markdown
from assistant.show.phrases import NO_TURNS, reason_text


class Asks(Protocol):
    """What can be asked with a history."""

    def ask_stream(self, question: str, history: Sequence[Message] = ()) -> Generator[Event, None, None]:
        """Yield each sentence once it is checked, then the whole answer."""
        ...


class Chat:
    """A conversation that remembers its turns, so that "and in India?" is understood.

    A question that fails, or whose answer is not read to its end, leaves the memory as it was.
    """

    def __init__(self, assistant: Asks) -> None:
        self._assistant = assistant
        self._turns: list[Answer] = []

    @property
    def turns(self) -> tuple[Answer, ...]:
        """The answers so far, each with its question, in order."""
        return tuple(self._turns)

    @property
    def history(self) -> tuple[Message, ...]:
        """What the next question is read with: each question, and the sentences shown or why there were none."""
        return tuple(message for turn in self._turns for message in messages_of(turn))

    def ask(self, question: str) -> Answer:
        """Answer a question that may follow up on those before it. Raises InputError as `Assistant.ask`."""
        return whole_answer(self.ask_stream(question))

    def ask_stream(self, question: str) -> Generator[Event, None, None]:
        """Yield each sentence once it is checked, then the whole answer, which is then remembered."""
        events = self._assistant.ask_stream(question, self.history)
        try:
            for event in events:
                if isinstance(event, AnswerDone):
                    self._turns.append(event.answer)
                yield event
        finally:
            events.close()

    def clear(self) -> None:
        """Forget all turns."""
        self._turns.clear()

    def __str__(self) -> str:
        asked = [f"> {visible(turn.question)}\n\n{text_of(turn)}" for turn in self._turns]
        return "\n\n".join(asked) or NO_TURNS

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from assistant.show.notebook.html import turns_html

        return turns_html(self._turns)

    def _repr_markdown_(self) -> str:
        return turns_markdown(self._turns)


def messages_of(answer: Answer) -> tuple[Message, Message]:
    """Return an answer and its question as two turns of a conversation."""
    words = " ".join(claim.text for claim in answer.claims) or reason_text(answer.reason)
    return Message(role="user", content=answer.question), Message(role="assistant", content=words)
