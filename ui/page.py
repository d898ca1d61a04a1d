"""State of one page: its conversation, the answer that is being written, the source that lies open."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.errors import AssistantError
from assistant.types import Answer, AnswerDone, Citation, Claim, Event, Message, Passage
from ui.render import reason_text
from ui.table import in_cells

Ask = Callable[[str, Sequence[Message]], Iterator[Event]]
logger = logging.getLogger(__name__)


class Turn:
    """One question and what has been answered so far.

    A thread of its own fills it, so a click that redraws the page neither loses nor repeats an answer.
    """

    def __init__(self, question: str) -> None:
        self.question = question
        self.claims: list[Claim] = []
        self.citations: dict[int, Citation] = {}
        self.cells: frozenset[int] = frozenset()  # claims that stand in the table, by position
        self.answer: Answer | None = None
        self.error: str | None = None
        self.done = False
        self.stopped = False
        self._began = time.monotonic()
        self._news = threading.Condition()

    @property
    def seconds(self) -> float:
        """Seconds since the question was asked."""
        return time.monotonic() - self._began

    def start(self, ask: Ask, history: Sequence[Message]) -> None:
        """Begin to answer in the background."""
        threading.Thread(target=self._work, args=(ask, tuple(history)), daemon=True).start()

    def stop(self) -> None:
        """End the answer as it stands; the model's thread ends at its next sentence."""
        with self._news:
            self.stopped = self.stopped or not self.done
            self.done = True
            self._news.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Return when there are more than `seen` claims, when the turn is done, or after `seconds`."""
        with self._news:
            self._news.wait_for(lambda: self.done or len(self.claims) > seen, seconds)

    def messages(self) -> Iterator[Message]:
        """Yield the turn as history for the next question."""
        yield Message(role="user", content=self.question)
        words = " ".join(claim.text for claim in self.claims)
        if not words and self.answer:
            words = reason_text(self.answer.reason)
        if words:
            yield Message(role="assistant", content=words)

    def _work(self, ask: Ask, history: Sequence[Message]) -> None:
        try:
            for event in ask(self.question, history):
                if not self._take(event):
                    break
        except AssistantError as error:
            self._finish(str(error))
        except Exception as error:
            logger.exception("the answer to %r failed", self.question)
            self._finish(f"The answer failed with {type(error).__name__}; the terminal shows the details.")
        else:
            self._finish(None)

    def _take(self, event: Event) -> bool:
        with self._news:
            if self.stopped:
                return False
            if isinstance(event, AnswerDone):
                self.answer = event.answer
                self.claims = list(event.answer.claims)
                self.cells = in_cells(event.answer.table)
                self.citations = {citation.n: citation for citation in event.answer.citations}
            else:
                self.citations |= {citation.n: citation for citation in event.new_citations}
                if event.aspect is not None:
                    self.cells |= {len(self.claims)}
                self.claims.append(event.claim)
            self._news.notify_all()
            return True

    def _finish(self, error: str | None) -> None:
        with self._news:
            self.error = None if self.stopped else error
            self.done = True
            self._news.notify_all()


@dataclass
class Conversation:
    """The turns of one browser session, and the citation or passage that lies open beside them."""

    turns: list[Turn] = field(default_factory=list)
    source: Citation | Passage | None = None

    def ask(self, ask: Ask, question: str) -> None:
        """Begin a new turn; an answer still being written is stopped where it is."""
        self.stop()
        history = [message for turn in self.turns if not turn.error for message in turn.messages()]
        turn = Turn(question)
        self.turns.append(turn)
        turn.start(ask, history)

    def stop(self) -> None:
        """Stop the answer that is being written, if any."""
        if self.turns:
            self.turns[-1].stop()

    def clear(self) -> None:
        """Forget everything."""
        self.stop()
        self.turns = []
        self.source = None

    def show(self, source: Citation | Passage | None) -> None:
        """Open a source, or close it with None."""
        self.source = source
