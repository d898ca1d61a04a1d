"""Threads that answer, so that the event loop never waits for a search or a model."""

import asyncio
import queue
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator
from typing import TypeVar

from assistant.core.errors import AssistantError

T = TypeVar("T")
_END = object()


class Overloaded(AssistantError):
    """More is waiting already than the server takes on."""


class Stopping(AssistantError):
    """The server is being stopped, and the time for what was being answered is over."""


class Workers:
    """A fixed number of threads, and a bounded line of work for them.

    The threads stay: a new one would build new thread pools in the libraries below. They are daemons, so a model
    that does not come back cannot keep the process alive.
    """

    def __init__(self, count: int, waiting: int) -> None:
        self.count = count
        self._most = count + waiting
        self._held = 0  # waiting or at work
        self._lock = threading.Lock()
        self._line: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"answer-{n}", daemon=True) for n in range(count)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def held(self) -> int:
        """Requests that wait or are at work."""
        return self._held

    @property
    def full(self) -> bool:
        """Whether no more is taken on."""
        return self._held >= self._most

    async def run(self, work: Callable[[], T]) -> T:
        """Return what the work returns, or raise what it raises. Raises Overloaded."""

        def once() -> Generator[T, None, None]:
            yield work()

        async for result in self.stream(once):
            return result
        raise AssertionError("work ends with a result")

    async def stream(self, begin: Callable[[], Generator[T, None, None]]) -> AsyncGenerator[T, None]:
        """Yield what a generator yields in a thread; closing this closes that one at its next step.

        Raises Overloaded at once where too much is waiting, later what the generator raises.
        """
        self._take()
        loop, events = asyncio.get_running_loop(), asyncio.Queue[object]()
        left = threading.Event()

        def tell(event: object) -> None:
            try:
                loop.call_soon_threadsafe(events.put_nowait, event)
            except RuntimeError:  # the loop was closed: nobody is listening any more
                left.set()

        def work() -> None:
            try:
                if not left.is_set():
                    _tell_all(begin, tell, left)
                tell(_END)
            except BaseException as error:  # whoever waits for the events is told
                tell(_Failed(error))
            finally:
                self._give_back()

        self._line.put(work)
        try:
            while (event := await events.get()) is not _END:
                if isinstance(event, _Failed):
                    raise event.error
                yield event  # type: ignore[misc]
        finally:
            left.set()

    def close(self, seconds: float) -> None:
        """Let the threads end, and wait so long for those at work."""
        end = time.monotonic() + seconds
        for _ in self._threads:
            self._line.put(None)
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _take(self) -> None:
        with self._lock:
            if self._held >= self._most:
                raise Overloaded("The server is busy: too many requests are waiting. Ask again in a moment.")
            self._held += 1

    def _give_back(self) -> None:
        with self._lock:
            self._held -= 1

    def _work(self) -> None:
        while (work := self._line.get()) is not None:
            work()


class _Failed:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def _tell_all(
    begin: Callable[[], Generator[T, None, None]], tell: Callable[[object], None], left: threading.Event
) -> None:
    events = begin()
    try:
        for event in events:
            tell(event)
            if left.is_set():
                return
    finally:
        events.close()
