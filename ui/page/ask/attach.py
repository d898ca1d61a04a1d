"""Take the files that were attached to a question into the index, to ask them alone."""

from collections.abc import Sequence

from assistant.core.errors import InputError
from assistant.core.settings import Settings
from assistant.models.embedder.load import load_embedder
from ui.library.job import Job
from ui.library.library import NamedFile, add_files, list_articles
from ui.page.ask.state import Attached, Turn

ALONE = "What is this about?"  # asked where files came without a question


class _Telling(Job):
    """Work whose steps a turn tells, and which ends when the turn is stopped."""

    def __init__(self, turn: Turn) -> None:
        super().__init__("Reading what is attached")
        self._turn = turn

    def _step(self, stage: str, done: int, total: int) -> None:
        if self._turn.stopped:
            self.stop()
        super()._step(stage, done, total)
        self._turn.stage = f"{self.title}: {stage}"


def attach(settings: Settings, files: Sequence[NamedFile], turn: Turn) -> Attached:
    """Add files to the index in force; return the articles they are there, and of each that is refused why.

    Raises InputError where none of them could be read, IndexBusy, IndexMismatch, Stopped.
    """
    turn.stage = "Reading what is attached"
    outcome = add_files(settings, load_embedder(settings), files, _Telling(turn))
    refused = tuple(f"{name} {why.rstrip('.')}." for name, why in outcome.failed)
    report = outcome.report
    ids = {*report.added, *report.updated, *report.unchanged} if report else set[str]()
    articles = {item.doc_id: item.title for item in list_articles(settings) if item.doc_id in ids}
    if not articles:
        raise InputError(" ".join(refused) or "Nothing was attached.")
    return Attached(articles=articles, index=settings.index, refused=refused)
