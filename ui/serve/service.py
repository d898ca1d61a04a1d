"""What the routes share: the assistant, the threads that answer, the work on the index, the counters."""

import asyncio
import math
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from assistant import Assistant
from assistant.core.errors import AssistantError
from assistant.core.settings import Settings
from assistant.core.types import Answer, AnswerDone, Event, Message
from assistant.text.legible import legible
from ui.serve.guard import STOPPED
from ui.serve.jobs import Jobs
from ui.serve.metrics import Metrics
from ui.serve.options import ServeOptions
from ui.serve.workers import Stopping, Workers

LEAVE_S = 2.0  # that threads have to end once nobody waits for them
T = TypeVar("T")


class Service:
    """One assistant, served."""

    def __init__(self, assistant: Assistant, options: ServeOptions) -> None:
        self.assistant = assistant
        self.options = options
        self.workers = Workers(options.workers, options.waiting)
        self.jobs = Jobs(assistant.settings, assistant.embedder)
        self.metrics = Metrics(lambda: self.workers.held, self._articles)
        self.stopping = False  # whether the time for what was being answered is over
        self._limits: set[asyncio.Timeout] = set()  # of what is being answered

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.assistant.settings

    async def run(self, work: Callable[[], T]) -> T:
        """Return what the work returns, in time. Raises TimeoutError, Overloaded, Stopping, and what the work raises."""
        async with self._until(self._end()):
            return await self.workers.run(work)

    def ask(
        self, question: str, history: Sequence[Message] = (), articles: Sequence[str] = ()
    ) -> AsyncGenerator[Event, None]:
        """Yield the events of an answer; a question without a word is declined. Raises as `run`."""
        if re.search(r"\w", legible(question)):
            return self.stream(lambda: self.assistant.ask_stream(question, history, articles))
        answer = Answer(question=question, reason="empty_question", index_id=self.assistant.index_id)
        return self.stream(lambda: (event for event in [AnswerDone(answer=answer)]))

    async def stream(self, begin: Callable[[], Generator[Event, None, None]]) -> AsyncGenerator[Event, None]:
        """Yield the events of an answer, in time; whoever stops reading stops the answer. Raises as `run`."""
        events = self.workers.stream(begin)
        end = self._end()
        try:
            while True:
                async with self._until(end):
                    event = await anext(events, None)
                if event is None:
                    return
                if isinstance(event, AnswerDone):
                    self._count(event.answer)
                yield event
        finally:
            await events.aclose()

    def _end(self) -> float:
        return asyncio.get_running_loop().time() + self.options.timeout_s

    @asynccontextmanager
    async def _until(self, end: float) -> AsyncIterator[None]:
        """Bound what is waited for inside. Raises TimeoutError, Stopping where the server's end comes first."""
        limit = asyncio.timeout_at(0 if self.stopping else end)
        self._limits.add(limit)
        try:
            async with limit:
                yield
        except TimeoutError:
            if self.stopping:
                raise Stopping(STOPPED) from None
            raise
        finally:
            self._limits.discard(limit)

    def _articles(self) -> float:
        try:
            return len(self.assistant.titles)
        except AssistantError:
            return math.nan  # the index cannot be read now

    def _count(self, answer: Answer) -> None:
        self.metrics.answers.labels(answer.status).inc()
        for claim in answer.claims:
            self.metrics.claims.labels(claim.verdict).inc()
        for item in answer.withheld:
            self.metrics.claims.labels(item.verdict).inc()

    def end(self) -> None:
        """Begin to stop: work on the index ends at its next step, what is being answered has `grace_s` seconds."""
        self.jobs.stop()
        asyncio.get_running_loop().call_later(self.options.grace_s, self._give_up)

    def _give_up(self) -> None:
        """Let whoever still waits be told."""
        self.stopping = True
        now = asyncio.get_running_loop().time()
        for limit in self._limits:
            if not limit.expired():
                limit.reschedule(now)

    def close(self) -> None:
        """Stop the work on the index, which changes nothing then, and let the threads end."""
        self.jobs.close(self.options.grace_s)
        self.workers.close(LEAVE_S)
