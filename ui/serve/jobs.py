"""Work on the index, one piece at a time, each with its progress."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable

from assistant.core.errors import AssistantError, IndexBusy
from assistant.core.settings import Settings
from assistant.models.embedder.embedder import Embedder
from ui.library.job import Job, Outcome, Stopped
from ui.serve.guard import STOPPED
from ui.serve.workers import Stopping

KEPT = 100  # jobs that can be asked for, done ones included
WAITING = 4  # jobs in all that may wait or run
Work = Callable[[Settings, Embedder, Job], Outcome]


class TooManyJobs(AssistantError):
    """More work on the index is waiting than the server takes on."""


class Jobs:
    """The jobs of one server. An index has one writer, so they wait for each other."""

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self._settings, self._embedder = settings, embedder
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._stopped = False

    def begin(self, title: str, work: Work) -> str:
        """Start work in the background; return the id to ask for. Raises TooManyJobs, Stopping."""
        job = Job(title)
        job.stage = "Waiting"

        def in_turn(job: Job) -> Outcome:
            with self._writing:
                if job.stopping:
                    raise Stopped("Stopped; nothing was changed.")
                job.stage = "Starting"
                return work(self._settings, self._embedder, job)

        with self._lock:
            if self._stopped:
                raise Stopping(STOPPED)
            if sum(not one.done.is_set() for one in self._jobs.values()) >= WAITING:
                raise TooManyJobs(f"{WAITING} jobs are waiting already: ask again when one is done.")
            name = secrets.token_hex(8)
            self._jobs[name] = job
            while len(self._jobs) > KEPT:
                self._jobs.popitem(last=False)
        job.start(in_turn)
        return name

    def at_once(self, work: Callable[[Settings, Embedder], Outcome]) -> Outcome:
        """Do short work here and now. Raises IndexBusy while a job is at work, and what the work raises."""
        if not self._writing.acquire(blocking=False):
            raise IndexBusy("The index is being changed by a job: try again when it is done.")
        try:
            return work(self._settings, self._embedder)
        finally:
            self._writing.release()

    def find(self, name: str) -> Job | None:
        """Return a job by its id, None for one that is not known."""
        return self._jobs.get(name)

    def stop(self) -> None:
        """Stop all of them at their next step; none begins any more."""
        with self._lock:
            self._stopped = True
            for job in self._jobs.values():
                job.stop()

    def close(self, seconds: float) -> None:
        """Stop all of them, and wait so long for the one at work."""
        self.stop()
        if self._writing.acquire(timeout=seconds):
            self._writing.release()
