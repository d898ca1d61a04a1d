"""One piece of work on an index, in a thread of its own, so that a click neither ends nor repeats it."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from ingest.index import IndexReport

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of it: a line, each thing that failed with its reason, and what became of each document."""

    line: str
    failed: tuple[tuple[str, str], ...] = ()
    report: "IndexReport | None" = None


class Stopped(AssistantError):
    """The reader has stopped the work; nothing was changed."""


class Job:
    """Work that tells how far it is. Nothing is put in force before its end, so it can be stopped."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.stage = "Starting"
        self.share = 0.0  # of the stage, 0 to 1
        self.outcome: Outcome | None = None
        self.error: str | None = None
        self.done = threading.Event()
        self._stop = threading.Event()
        self._ended = 0.0

    def start(self, work: Callable[["Job"], Outcome]) -> None:
        """Begin in the background."""
        threading.Thread(target=self.run, args=(work,), daemon=True).start()

    def run(self, work: Callable[["Job"], Outcome]) -> None:
        """Do the work here and now; what goes wrong is kept as one line."""
        try:
            self.outcome = work(self)
        except AssistantError as error:
            self.error = str(error)
        except Exception as error:
            logger.exception("%s failed", self.title)
            self.error = f"The work failed with {type(error).__name__}; the terminal shows the details."
        finally:
            self._ended = time.monotonic()
            self.done.set()

    @property
    def age(self) -> float:
        """Seconds since the work ended, 0 while it goes on."""
        return time.monotonic() - self._ended if self.done.is_set() else 0.0

    def stop(self) -> None:
        """End the work at its next step."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    def reading(self, done: int, total: int) -> None:
        """Take note of sources read so far. Raises Stopped."""
        self._step(f"Read {done} of {total}", done, total)

    def embedding(self, done: int, total: int) -> None:
        """Take note of chunks embedded so far. Raises Stopped."""
        self._step(f"Embedded {done} of {total} passages", done, total)

    def _step(self, stage: str, done: int, total: int) -> None:
        if self.stopping:
            raise Stopped("Stopped; nothing was changed.")
        self.stage, self.share = stage, done / max(total, 1)
