"""The parts that servers of chat models share in tests: what they are told to do, plumbing, and failures."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar, Literal

from helpers import running
from patience import LONG_S

Behaviour = Literal[
    "normal",  # prose with markers, whatever was asked
    "json",  # JSON where a schema was asked for, else prose, as all below
    "no_schema",  # HTTP 400 where a schema was asked for, else prose
    "thinking",  # reasoning, then the reply
    "cut",
    "slow",  # nothing, until the block is left
    "stall",  # nothing more after the first sentence
    "break",  # the line is cut after the first sentence
    "drop",  # the reply ends in good order after the first sentence, too early
    "late_error",  # an error of the protocol's own after the first sentence
    "empty",
    "refusal",
    "declined",  # the protocol's own way to refuse
    "not_json",
    "400",
    "401",
    "404",
    "429",
    "500",
    "529",
]
REPLY = "KPO needs experts [1]. BPO needs clerks [2]."
JSON_REPLY = (
    '{"sentences": [{"text": "KPO needs experts.", "evidence": [1]}, '
    '{"text": "BPO needs clerks.", "evidence": [2]}]}'
)
REFUSAL = "I'm sorry, but I cannot answer that."
THOUGHT = "The user asks about experts. I will say that KPO is dead."
AFTER = ("clerks", 'clerks.",')  # the word after which a reply that does not go well stops


@dataclass
class Served:
    """A running server: its address, what it is to say, and the requests it got."""

    behaviour: Behaviour
    reply: str = REPLY
    json_reply: str = JSON_REPLY
    base_url: str = ""
    error: str = "no good"  # what a failure says
    unended: bool = False  # a reply ends without a word on why
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(served: Served, handler: "type[ModelHandler]", path: str = "") -> Iterator[Served]:
    """Serve on a free port of this machine; "slow" and "stall" wait until the block is left."""

    class Handler(handler):  # type: ignore[valid-type,misc]
        server_state = served

    with running(Handler) as address:
        served.base_url = address + path
        try:
            yield served
        finally:
            served.released.set()


class ModelHandler(BaseHTTPRequestHandler):
    """Answers every POST as its server's behaviour says; each protocol fills in the rest."""

    server_state: ClassVar[Served]
    content_type: ClassVar[str]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        state = self.server_state
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        state.requests.append({"path": self.path, **body})
        state.keys.append(self.key())
        refuses_schema = state.behaviour == "no_schema" and self.asks_schema(body)
        if state.behaviour.isdigit() or refuses_schema:
            status = 400 if refuses_schema else int(state.behaviour)
            why = "json_schema is not known here" if refuses_schema else state.error
            self.answer(status, self.error(f"{why}, your key is {self.key().removeprefix('Bearer ')}"))
        elif state.behaviour == "not_json":
            self.plain(200, "text/html", b"<html><body>Welcome to the printer</body></html>")
        elif state.behaviour == "slow":
            state.released.wait(LONG_S)
        else:
            self.stream(state, body)

    def answer(self, status: int, body: dict[str, Any]) -> None:
        self.plain(status, "application/json", json.dumps(body).encode())

    def plain(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, state: Served, body: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", self.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        honoured = state.behaviour != "normal" and self.asks_schema(body)
        text = state.json_reply if honoured else state.reply
        text = {"empty": "", "refusal": REFUSAL, "declined": ""}.get(state.behaviour, text)
        self.begin(THOUGHT if state.behaviour == "thinking" else "")
        for position, word in enumerate(text.split(" ")):
            self.word(word if position == 0 else f" {word}")
            if word in AFTER and state.behaviour in ("stall", "break", "drop", "late_error"):
                return self.fail(state)
            if word in AFTER and state.behaviour == "cut":
                break
        if not state.unended:
            self.ended(state.behaviour)
        return self.chunk(b"")

    def fail(self, state: Served) -> None:
        if state.behaviour == "stall":
            state.released.wait(LONG_S)
        elif state.behaviour == "late_error":
            self.late_error()
        if state.behaviour in ("drop", "late_error"):  # a proxy ends the reply in good order, too early
            self.chunk(b"")
        self.close_connection = True

    def chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def key(self) -> str:
        """Return the key that came with the request."""
        return self.headers.get("Authorization", "")

    def asks_schema(self, body: dict[str, Any]) -> bool:
        """Tell whether the request asks for a JSON schema."""
        raise NotImplementedError

    def error(self, message: str) -> dict[str, Any]:
        """Return the body of a failure."""
        raise NotImplementedError

    def begin(self, thought: str) -> None:
        """Begin the reply, with reasoning if any."""
        raise NotImplementedError

    def word(self, text: str) -> None:
        """Send a piece of the reply."""
        raise NotImplementedError

    def ended(self, behaviour: Behaviour) -> None:
        """End the reply and say why."""
        raise NotImplementedError

    def late_error(self) -> None:
        """Send an error in the middle of the reply."""
        raise NotImplementedError
