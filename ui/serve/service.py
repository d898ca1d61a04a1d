"""What the routes share: the assistant, the threads that answer, the work on the index, the counters."""

import asyncio
import math
import re
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from typing import TypeVar

from assistant import Assistant
from assistant.core.errors import AssistantError
from assistant.core.settings import Settings
from assistant.core.types import Answer, AnswerDone, Event, Message
from assistant.text.legible import legible
from ui.serve.jobs import Jobs
from ui.serve.metrics import Metrics
from ui.serve.options import ServeOptions
from ui.serve.workers import Workers

T = TypeVar("T")


class Service:
    """One assistant, served."""

    def __init__(self, assistant: Assistant, options: ServeOptions) -> None:
        self.assistant = assistant
        self.options = options
        self.workers = Workers(options.workers, options.waiting)
        self.jobs = Jobs(assistant.settings, assistant.embedder)
        self.metrics = Metrics(lambda: self.workers.held, self._articles)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.assistant.settings

    async def run(self, work: Callable[[], T]) -> T:
        """Return what the work returns, in time. Raises TimeoutError, Overloaded, and what the work raises."""
        async with asyncio.timeout(self.options.timeout_s):
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
        end = asyncio.get_running_loop().time() + self.options.timeout_s
        try:
            while True:
                async with asyncio.timeout_at(end):
                    event = await anext(events, None)
                if event is None:
                    return
                if isinstance(event, AnswerDone):
                    self._count(event.answer)
                yield event
        finally:
            await events.aclose()

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

    def close(self, seconds: float) -> None:
        """Stop the work on the index, which changes nothing then, and let the threads end."""
        self.jobs.close(seconds)
        self.workers.close(seconds)
