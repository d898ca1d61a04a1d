"""The articles that are asked: where they are read, listed and added to, here or on a server."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from assistant.core.errors import AssistantError, InputError
from assistant.core.settings import Settings
from assistant.core.types import Citation, Document, Passage
from assistant.models.embedder.load import load_embedder
from ui.export.reference import quoted
from ui.library.job import Job
from ui.library.library import NamedFile, add_files, count, list_articles, read_article
from ui.page.ask.state import Attached, Turn

ALONE = "What is this about?"  # asked where files came without a question


class Shelf(Protocol):
    """The articles of one index, as the page to ask on needs them."""

    index: str  # its name, to which conversations belong
    folder: Path  # keeps what is said of answers
    grows: bool  # whether files may come with a question

    @property
    def answers(self) -> str:
        """Return in a few words what writes the answers."""

    def indexes(self) -> dict[str, str]:
        """Return the indexes that can be asked, each with how many articles it holds in words."""

    def titles(self) -> list[tuple[str, str]]:
        """Return id and title of each article, in the order of their titles. Raises AssistantError."""

    def find(self, doc_id: str) -> Document:
        """Return an article. Raises KeyError where it has gone."""

    def picture(self, item: Citation | Passage) -> bytes | None:
        """Return the page of the PDF that a source stands on as PNG, its words marked; None where there is none."""

    def attach(self, files: Sequence[NamedFile], turn: Turn) -> Attached:
        """Add files; return the articles they are there, and of each that is refused why. Raises AssistantError."""


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


class LocalShelf:
    """The articles of the index in force on this machine."""

    grows = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.index = settings.index
        self.folder = settings.data_dir

    @property
    def answers(self) -> str:
        """Return in a few words what writes the answers."""
        from ui.page.settings.choices import model_text

        return model_text(self._settings)

    def indexes(self) -> dict[str, str]:
        """Return the indexes that can be asked, evaluations' own left out, each with how many articles it holds in words."""
        from eval.run.corpus import MEASURED
        from ui.library.indexes import list_indexes

        found = list_indexes(self._settings)
        asked = [item for item in found if item.name == self.index or not item.name.startswith(MEASURED)]
        return {item.name: count(item.articles, "article") for item in asked if not item.problem}

    def titles(self) -> list[tuple[str, str]]:
        """Return id and title of each article, in the order of their titles. Raises IndexMismatch."""
        return [(item.doc_id, item.title) for item in list_articles(self._settings)]

    def find(self, doc_id: str) -> Document:
        """Return an article. Raises KeyError where it has gone."""
        try:
            document = read_article(self._settings, doc_id)
        except AssistantError:
            document = None
        if document is None:
            raise KeyError(doc_id)
        return document

    def picture(self, item: Citation | Passage) -> bytes | None:
        """Return the page of the PDF that a source stands on as PNG, its words marked; None where there is none."""
        from ui.library.page_image import page_image

        try:
            return page_image(self._settings, item.doc_id, item.page, quoted(item))
        except AssistantError:
            return None

    def attach(self, files: Sequence[NamedFile], turn: Turn) -> Attached:
        """Add files to the index. Raises InputError where none could be read, IndexBusy, IndexMismatch, Stopped."""
        turn.stage = "Reading what is attached"
        outcome = add_files(self._settings, load_embedder(self._settings), files, _Telling(turn))
        report = outcome.report
        ids = {*report.added, *report.updated, *report.unchanged} if report else set[str]()
        articles = {doc_id: title for doc_id, title in self.titles() if doc_id in ids}
        return attached(articles, self.index, outcome.failed)


def attached(articles: Mapping[str, str], index: str, failed: Sequence[tuple[str, str]]) -> Attached:
    """Say what became of files. Raises InputError where none of them became an article."""
    refused = tuple(f"{name} {why.rstrip('.')}." for name, why in failed)
    if not articles:
        raise InputError(" ".join(refused) or "Nothing was attached.")
    return Attached(articles=articles, index=index, refused=refused)
