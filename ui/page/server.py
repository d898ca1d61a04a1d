"""A server that several people share, as the page needs it: opened in the background, its articles asked and added to."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.core.errors import AssistantError
from assistant.core.settings import Settings
from assistant.core.types import Citation, Document, Passage
from ui.export.reference import quoted
from ui.library.library import NamedFile, count
from ui.page.ask.shelf import attached
from ui.page.ask.state import Attached, Turn
from ui.page.opening import Opening, Ways, held
from ui.serve.client import ServerAssistant

PART = 1000  # articles listed in one reply


def opening_of_server(address: str, settings: Settings) -> Opening[ServerAssistant]:
    """Return the opening of a server; `settings` are those of this machine."""
    ways = Ways(
        name=f"the server {address}", waiting="Waiting for the server",
        open=lambda: ServerAssistant.open(address, settings), starters=ServerAssistant.starters,
        following=ServerAssistant.following,
    )  # fmt: skip
    return held(f"server {address}", ways)


class ServerShelf:
    """The articles of a server, as it tells of them once for each drawing of the page."""

    def __init__(self, server: ServerAssistant) -> None:
        self._server = server
        self._about = server.index()
        self.index = str(self._about["index"])
        self.folder: Path = server.settings.data_dir
        self.grows = not self._about["read_only"]

    @property
    def answers(self) -> str:
        """Return in a few words what writes the answers, and where."""
        model = str(self._about["model"])
        return f"{'Quotations only, no model' if model == 'none' else model}, on {self._server.address}"

    def indexes(self) -> dict[str, str]:
        """Return the one index of the server, with how many articles it holds in words."""
        return {self.index: count(int(self._about["articles"]), "article")}

    def titles(self) -> list[tuple[str, str]]:
        """Return id and title of each article, in the order of their titles. Raises ServerError."""
        found: list[dict[str, Any]] = []
        while len(part := self._server.documents(offset=len(found), limit=PART)["articles"]) == PART:
            found += part
        return [(item["doc_id"], item["title"]) for item in (*found, *part)]

    def find(self, doc_id: str) -> Document:
        """Return an article. Raises KeyError where it has gone, ServerError."""
        return self._server.document(doc_id)

    def picture(self, item: Citation | Passage) -> bytes | None:
        """Return the page of the PDF that a source stands on as PNG, its words marked; None where there is none."""
        try:
            return self._server.page_image(item.doc_id, item.page, quoted(item)) if item.page else None
        except AssistantError:
            return None

    def attach(self, files: Sequence[NamedFile], turn: Turn) -> Attached:
        """Send files to the index of the server. Raises InputError where none could be read, ServerError."""
        turn.stage = "Sending what is attached"
        job = self._server.add([(file.name, file.getvalue()) for file in files])
        while job["state"] in ("waiting", "running"):
            if turn.stopped:
                self._server.stop(job["job_id"])
            turn.stage = f"Reading what is attached: {job['stage']}"
            job = self._server.job(job["job_id"], wait_s=1)
        report: Mapping[str, Any] = job["report"] or {}
        if job["error"]:
            raise AssistantError(job["error"])
        ids = {*report["added"], *report["updated"], *report["unchanged"]}
        articles = {doc_id: title for doc_id, title in self.titles() if doc_id in ids}
        return attached(articles, self.index, [(item["source"], item["reason"]) for item in report["failed"]])
