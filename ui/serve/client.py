"""Use a server as if it were an assistant here: the same calls, over HTTP."""

import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from assistant.answer.chains.runnable import whole_answer
from assistant.check.grounds import Grounds, words_of
from assistant.core.address import bare_address, guarded, is_address
from assistant.core.errors import (
    AssistantError,
    IndexBusy,
    IndexError_,
    InputError,
    LoadError,
    ModelError,
    SettingsError,
)
from assistant.core.settings import Settings
from assistant.core.types import (
    Answer,
    AnswerDone,
    ClaimShown,
    Document,
    Event,
    Judgement,
    Message,
    Passage,
    Passages,
)
from assistant.models.chat.bounded import PackedReply, TooLargeReply, bound
from ui.serve.options import TOKEN

CONNECT_S = 10.0
MAX_BYTES = 200 * 1000 * 1000  # of a reply: an article with its whole text
READ_S = 60.0  # between two signs of life; a stream sends one every 15 s
T = TypeVar("T")
_ERRORS: dict[str, type[AssistantError]] = {
    "invalid_request": InputError,
    "too_large": InputError,
    "not_found": InputError,
    "unreadable": LoadError,
    "index": IndexError_,
    "index_busy": IndexBusy,
    "model": ModelError,
}


class ServerError(AssistantError):
    """A server that cannot be reached, refuses, or answers as no server of ours does."""


class ServerAssistant:
    """The assistant of a server. Safe to share between threads.

    The token is taken from BPO_KPO_SERVER_TOKEN. `settings` are those of this machine: where conversations are kept.
    """

    def __init__(self, address: str, settings: Settings) -> None:
        if not is_address(address):
            raise SettingsError(
                f"--server is {guarded(address)!r}: give the address of a server, such as http://127.0.0.1:8000"
            )
        self.settings = settings
        self.address = bare_address(address) or ""
        token = os.environ.get(TOKEN)
        self._http = httpx.Client(
            base_url=self.address,
            headers={"Accept-Encoding": "gzip"} | ({"Authorization": f"Bearer {token}"} if token else {}),
            event_hooks={"response": [partial(bound, most=MAX_BYTES)]},
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            trust_env=False,  # a proxy is for the web; nor is a password taken from a file
        )

    @classmethod
    def open(cls, address: str, settings: Settings) -> "ServerAssistant":
        """Return the assistant of a server that answers. Raises SettingsError, ServerError."""
        found = cls(address, settings)
        found.index()
        return found

    def index(self) -> dict[str, Any]:
        """Return what is asked, and with what. Raises ServerError."""
        return self._get("/v1/index", dict[str, Any])

    def document(self, doc_id: str) -> Document:
        """Return a stored document. Raises KeyError if the index does not hold it, ServerError."""
        with self._told():
            reply = self._http.get(_path("/v1/documents/", doc_id))
            if reply.status_code == 404:
                raise KeyError(doc_id)
            return _read(reply, Document)

    def page_image(self, doc_id: str, page: int, quote: str) -> bytes | None:
        """Return a page of a PDF as PNG with words marked; None where they are not found on one. Raises ServerError."""
        with self._told():
            reply = self._http.get("/v1/page-image", params={"doc_id": doc_id, "page": page, "quote": quote})
            if reply.status_code == 404:
                return None
            if not reply.is_success:
                raise _error(reply)
            return reply.content

    def documents(self, words: str = "", offset: int = 0, limit: int = 100) -> dict[str, Any]:
        """Return a part of the list of articles, and how many match the words. Raises ServerError."""
        return self._get("/v1/documents", dict[str, Any], words=words, offset=offset, limit=limit)

    def search(self, query: str, k: int | None = None) -> Passages:
        """Return the k best passages, best first. Raises InputError, ServerError."""
        found = self._post("/v1/search", dict[str, list[Passage]], query=query, k=k)
        return Passages(found["passages"])

    def verify(self, claim: str, evidence: Grounds) -> Judgement:
        """Judge whether the evidence supports a claim. Raises InputError, ServerError."""
        several = isinstance(evidence, Sequence) and not isinstance(evidence, str)
        texts = [words_of(item) for item in (evidence if several else [evidence])]  # type: ignore[union-attr]
        return self._post("/v1/verify", Judgement, claim=claim, evidence=texts)

    def ask(self, question: str, history: Sequence[Message] = (), articles: Sequence[str] = ()) -> Answer:
        """Answer a question, from all articles or from those named alone.

        Raises InputError, ServerError and what the server's assistant raises.
        """
        return whole_answer(self.ask_stream(question, history, articles))

    def ask_stream(
        self, question: str, history: Sequence[Message] = (), articles: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        """Yield each sentence once it is checked, then the whole answer; close it to stop. Raises as `ask`."""
        body = {"question": question, "history": _turns(history), "stream": True}
        body |= {"articles": list(articles)} if articles else {}  # servers of before know no such field
        done = False
        with self._told(), self._http.stream("POST", "/v1/ask", json=body) as reply:
            if reply.status_code != 200:
                reply.read()
                raise _error(reply)
            for name, data in _events(reply.iter_lines()):
                if name == "error":
                    raise _failed(data)
                event: Event
                if name == "claim":
                    event = _typed(ClaimShown, data)
                elif name == "answer":
                    event, done = AnswerDone(answer=Answer.from_dict(_typed(dict[str, Any], data))), True
                else:
                    continue
                yield event
        if not done:
            raise ServerError(f"The server {self.address} broke off its answer: ask again.")

    def starters(self) -> list[str]:
        """Return questions to begin with. Raises ServerError."""
        return self._get("/v1/suggestions", dict[str, list[str]])["questions"]

    def following(self, answer: Answer, history: Sequence[Message] = ()) -> list[str]:
        """Return questions to go on with. Raises ServerError."""
        cited = [
            {"doc_id": item.doc_id, "section": item.section, "quote": item.quote} for item in answer.citations
        ]
        body = {
            "question": answer.question,
            "read_as": answer.read_as,
            "shown": [claim.text for claim in answer.claims],
            "cited": cited,
            "near": [item.doc_id for item in answer.passages],
            "history": _turns(history),
        }
        return self._post("/v1/suggestions", dict[str, list[str]], **body)["questions"]

    def add(self, files: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
        """Send files to be added; return the job. Raises InputError, ServerError."""
        with self._told():
            return _read(
                self._http.post("/v1/documents", files=[("files", file) for file in files]), dict[str, Any]
            )

    def ingest(self, sources: Sequence[str] = (), *, rebuild: bool = False) -> dict[str, Any]:
        """Let the server bring sources into its index; return the job. Raises InputError, ServerError."""
        return self._post("/v1/ingest", dict[str, Any], sources=list(sources), rebuild=rebuild)

    def remove(self, doc_id: str) -> None:
        """Remove an article. Raises InputError where there is none, IndexBusy, ServerError."""
        with self._told():
            _read(self._http.delete(_path("/v1/documents/", doc_id)), dict[str, Any])

    def job(self, job_id: str, wait_s: float = 0) -> dict[str, Any]:
        """Return how far a job is, or its end where that comes in so many seconds. Raises InputError, ServerError."""
        return self._get(_path("/v1/jobs/", job_id), dict[str, Any], wait_s=wait_s)

    def stop(self, job_id: str) -> dict[str, Any]:
        """Stop a job at its next step; return it. Raises InputError, ServerError."""
        return self._post(_path("/v1/jobs/", job_id) + "/stop", dict[str, Any])

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _get(self, path: str, kind: type[T], **params: Any) -> T:
        with self._told():
            return _read(self._http.get(path, params=params), kind)

    def _post(self, path: str, kind: type[T], **body: Any) -> T:
        with self._told():
            return _read(self._http.post(path, json=body), kind)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in one line what went wrong on the way."""
        try:
            yield
        except httpx.ConnectError:
            raise ServerError(
                f"The server {self.address} cannot be reached: start it with `bpo-kpo serve`, or mend --server."
            ) from None
        except httpx.TimeoutException:
            raise ServerError(f"The server {self.address} does not answer in time: ask again.") from None
        except httpx.HTTPError as error:
            raise ServerError(
                f"The server {self.address} failed ({type(error).__name__}): ask again."
            ) from None
        except (ValidationError, ValueError, TypeError, TooLargeReply, PackedReply) as error:
            if isinstance(error, UnicodeError):
                raise InputError(
                    "The text holds half a character, which cannot be sent: type it anew."
                ) from None
            raise ServerError(
                f"{self.address} answers as no server of this program does: mend --server, or update it."
            ) from None


def _path(start: str, name: str) -> str:
    from urllib.parse import quote

    return start + quote(name, safe="/")


def _turns(history: Sequence[Message]) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.content} for turn in history]


def _events(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Yield name and data of server-sent events."""
    name, data = "message", list[str]()
    for line in lines:
        field, _, value = line.partition(":")
        if not line:
            if data:
                yield name, "\n".join(data)
            name, data = "message", []
        elif field == "event":
            name = value.removeprefix(" ")
        elif field == "data":
            data.append(value.removeprefix(" "))


def _read(reply: httpx.Response, kind: type[T]) -> T:
    if reply.is_success:
        return _typed(kind, reply.content)
    raise _error(reply)


def _error(reply: httpx.Response) -> AssistantError:
    if reply.status_code == 401:
        return ServerError(f"The server asks for a token that it knows: set {TOKEN}.")
    return _failed(reply.content)


def _failed(body: str | bytes) -> AssistantError:
    error = _typed(dict[str, Any], body).get("error")
    known: Mapping[str, Any] = error if isinstance(error, dict) else {}
    return _ERRORS.get(str(known.get("type")), ServerError)(str(known.get("message") or "The server failed."))


def _typed(kind: type[T], body: str | bytes) -> T:
    found: T = _adapter(kind).validate_json(body)  # type: ignore[arg-type]
    return found


@lru_cache(maxsize=32)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
