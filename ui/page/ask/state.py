"""State of one page: its conversation, the answer that is being written, the source that lies open."""

import logging
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from assistant.core.errors import AssistantError
from assistant.core.types import Answer, AnswerDone, Citation, Claim, Event, Message, Passage
from assistant.show.phrases import STOPPED, reason_text
from assistant.show.table import in_cells
from ui.export.history import History, SavedTurn, new_id

Ask = Callable[
    ..., Iterator[Event]
]  # of a question, the messages before it, and the articles to ask alone, if any
Keep = Callable[[SavedTurn], None]
Suggest = Callable[[Answer, Sequence[Message]], list[str]]
Attach = Callable[["Turn"], "Attached"]
logger = logging.getLogger(__name__)
# Turns by conversation and position, while somebody holds them: a reload finds the answer that is being written.
_running: "weakref.WeakValueDictionary[tuple[str, int], Turn]" = weakref.WeakValueDictionary()


@dataclass(frozen=True, kw_only=True)
class Attached:
    """What became of the files that came with a question."""

    articles: Mapping[str, str]  # title by id
    index: str  # that they were added to
    refused: tuple[str, ...] = ()  # a line for each that could not be read

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said of it beside the answer."""
        titles = ", ".join(f"“{title}”" for title in self.articles.values())
        return (f"Added to the index “{self.index}”: {titles}.", *self.refused)


class Turn:
    """One question and what has been answered so far.

    A thread of its own fills it, so a click that redraws the page neither loses nor repeats an answer.
    `keep` is given the turn when it ends.
    """

    def __init__(self, question: str, keep: Keep | None = None) -> None:
        self.question = question
        self._keep = keep
        self.articles: Mapping[str, str] = {}  # that alone are asked, title by id; none: all
        self.attached: Attached | None = None
        self.claims: list[Claim] = []
        self.citations: dict[int, Citation] = {}
        self.cells: frozenset[int] = frozenset()  # claims that stand in the table, by position
        self.answer: Answer | None = None
        self.error: str | None = None
        self.stage = ""  # what is going on, in words
        self.done = False
        self.stopped = False
        self.following: list[str] | None = []  # questions to go on with; None while they are looked for
        self._unlooked = False  # an answer of earlier, for which nobody has looked for them
        self._began = self.asked_at = time.monotonic()
        self._news = threading.Condition()

    @classmethod
    def restored(cls, saved: SavedTurn) -> "Turn":
        """Return a turn of earlier as it was kept."""
        turn = cls(saved.question)
        if saved.answer:
            turn._fill(saved.answer)
            turn.articles = saved.answer.articles
            turn._unlooked = saved.answer.reason != STOPPED
        turn.error = saved.error
        turn.stopped = saved.error is None and (saved.answer is None or saved.answer.reason == STOPPED)
        turn.done = True
        return turn

    @property
    def saved(self) -> SavedTurn:
        """Return the turn to keep; what a stopped one has shown is kept as an answer."""
        answer = self.answer
        if answer is None and self.done and self.claims:
            cited = tuple(self.citations[n] for n in sorted(self.citations))
            answer = Answer(
                question=self.question,
                claims=tuple(self.claims),
                citations=cited,
                reason=STOPPED,
                articles=self.articles,
            )
        return SavedTurn(question=self.question, answer=answer, error=self.error)

    @property
    def seconds(self) -> float:
        """Seconds since the question was asked."""
        return time.monotonic() - self._began

    def start(
        self,
        ask: Ask,
        history: Sequence[Message],
        suggest: Suggest | None = None,
        attach: Attach | None = None,
    ) -> None:
        """Begin to answer in the background, after what is attached is read; then look for questions to go on with."""
        self.following = [] if suggest is None else None
        work = (ask, tuple(history), suggest, attach)
        threading.Thread(target=self._work, args=work, daemon=True).start()

    def look(self, suggest: Suggest, history: Sequence[Message]) -> None:
        """Look for questions to go on with in the background, for an answer of earlier; once."""
        if not self._unlooked:
            return
        self._unlooked = False
        self.following = None

        def work() -> None:
            self.following = self._suggested(suggest, history)

        threading.Thread(target=work, daemon=True).start()

    def stop(self) -> None:
        """End the answer as it stands; the model's thread ends at its next sentence."""
        with self._news:
            fresh = not self.done
            self.stopped = self.stopped or fresh
            self.done = True
            self._news.notify_all()
        if fresh:
            self._save()

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

    def _work(
        self, ask: Ask, history: Sequence[Message], suggest: Suggest | None, attach: Attach | None
    ) -> None:
        try:
            from ui.page.ask.stages import staged  # LangChain takes a second to load

            if attach:
                self.attached = attach(self)
                self.articles = self.attached.articles
            limits = (tuple(self.articles),) if self.articles else ()
            for event in staged(ask(self.question, history, *limits), self._tell):
                if not self._take(event):
                    break
        except AssistantError as error:
            self._finish(str(error))
        except Exception as error:
            logger.exception("the answer to %r failed", self.question)
            self._finish(f"The answer failed with {type(error).__name__}; the terminal shows the details.")
        else:
            self._finish(None)
        self.following = self._suggested(suggest, history)

    def _tell(self, stage: str) -> None:
        self.stage = stage

    def _suggested(self, suggest: Suggest | None, history: Sequence[Message]) -> list[str]:
        """Return questions to go on with; none after a stop, and none rather than a failure."""
        if suggest is None or self.stopped or self.answer is None:
            return []
        try:
            return suggest(self.answer, history)
        except AssistantError as error:
            logger.warning("no question to go on with could be found: %s", error)
        except Exception:
            logger.exception("no question to go on with could be found after %r", self.question)
        return []

    def _take(self, event: Event) -> bool:
        with self._news:
            if self.stopped:
                return False
            if isinstance(event, AnswerDone):
                told = self.attached.lines if self.attached else ()
                self._fill(replace(event.answer, notices=(*told, *event.answer.notices)))
            else:
                self.citations |= {citation.n: citation for citation in event.new_citations}
                if event.aspect is not None:
                    self.cells |= {len(self.claims)}
                self.claims.append(event.claim)
            self._news.notify_all()
            return True

    def _fill(self, answer: Answer) -> None:
        self.answer = answer
        self.claims = list(answer.claims)
        self.cells = in_cells(answer.table)
        self.citations = {citation.n: citation for citation in answer.citations}

    def _finish(self, error: str | None) -> None:
        with self._news:
            if self.stopped:
                return
            self.error = error
            self.done = True
            self._news.notify_all()
        self._save()

    def _save(self) -> None:
        """Keep the turn; a disk that fails must not take the answer from the page."""
        if self._keep is None:
            return
        try:
            self._keep(self.saved)
        except AssistantError as error:
            logger.warning("the conversation could not be kept: %s", error)


@dataclass
class Conversation:
    """The turns of one browser session, and the citation or passage that lies open beside them.

    With a history, each turn is kept there under the conversation's id.
    """

    history: History | None = None
    index: str = ""  # that it belongs to
    id: str = field(default_factory=new_id)
    turns: list[Turn] = field(default_factory=list)
    articles: Mapping[str, str] = field(default_factory=dict)  # to ask alone, title by id; none: all
    source: Citation | Passage | None = None

    @property
    def title(self) -> str:
        """The title in the history, else the first question."""
        kept = self.history.title(self.id) if self.history else None
        return kept or (self.turns[0].question if self.turns else "")

    def ask(
        self, ask: Ask, question: str, suggest: Suggest | None = None, attach: Attach | None = None
    ) -> None:
        """Begin a new turn; an answer still being written is stopped where it is.

        What is attached is asked alone, in this turn and those after it.
        """
        self.stop()
        self.source = None  # its number would be read as one of the new answer's
        history = [message for turn in self.turns if not turn.error for message in turn.messages()]
        position = self._begin(question)
        turn = Turn(question, self._keeper(position))
        if position is not None:
            _running[self.id, position] = turn
        turn.articles = self.articles
        self.turns.append(turn)
        turn.start(ask, history, suggest, partial(self._attached, attach) if attach else None)

    def _attached(self, attach: Attach, turn: Turn) -> Attached:
        found = attach(turn)
        if turn in self.turns:  # the reader may have gone on to another conversation
            self.articles = found.articles
        return found

    def ask_again(self, position: int, ask: Ask, question: str, suggest: Suggest | None = None) -> None:
        """Ask another question in the place of one, or the same anew; what came after it is removed."""
        self.stop()
        self.articles = self.turns[position].articles
        self.turns = self.turns[:position]
        self.source = None
        if self.history:
            self.history.cut(self.id, position)
        self.ask(ask, question, suggest)

    def stop(self) -> None:
        """Stop the answer that is being written, if any."""
        if self.turns:
            self.turns[-1].stop()

    def clear(self) -> None:
        """Begin a new conversation; the one before stays in the history."""
        self.stop()
        self.id = new_id()
        self.turns = []
        self.articles = {}
        self.source = None

    def open(self, conversation: str) -> bool:
        """Go on with a conversation of the history, as it is kept now; False where it holds none of that id.

        An answer that is still being written, in this session or another, goes on.
        """
        saved = self.history.load(conversation) if self.history else []
        if not saved:
            return False
        if conversation != self.id:
            self.stop()
        self.id = conversation
        self.index = (self.history.index_of(conversation) if self.history else "") or self.index
        self.turns = [
            _running.get((conversation, position)) or Turn.restored(turn)
            for position, turn in enumerate(saved)
        ]
        self.articles = self.turns[-1].articles
        self.source = None
        return True

    def _begin(self, question: str) -> int | None:
        """Keep the question; a disk that fails must not take the answer from the page."""
        if self.history is None:
            return None
        try:
            return self.history.begin(self.id, question, self.index)
        except AssistantError as error:
            logger.warning("the conversation could not be kept: %s", error)
            return None

    def _keeper(self, position: int | None) -> Keep | None:
        history, conversation = self.history, self.id
        if history is None or position is None:
            return None
        return lambda turn: history.finish(conversation, position, turn)

    def show(self, source: Citation | Passage | None) -> None:
        """Open a source, or close it with None."""
        self.source = source
