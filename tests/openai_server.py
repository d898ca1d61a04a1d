"""A server that speaks the OpenAI chat-completions protocol, well or badly, for tests."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Behaviour = Literal[
    "normal", "cut", "slow", "stall", "break", "drop", "500", "401", "404", "empty", "refusal", "not_json"
]
REPLY = "KPO needs experts [1]. BPO needs clerks [2]."
REFUSAL = "I'm sorry, but I cannot answer that."


@dataclass
class Served:
    """A running server: its address, and the requests it got."""

    behaviour: Behaviour
    base_url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serve(behaviour: Behaviour) -> Iterator[Served]:
    """Serve on a free port of this machine; "slow" and "stall" wait until the block is left."""
    served = Served(behaviour=behaviour)

    class Handler(ChatHandler):
        server_state = served

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class ChatHandler(BaseHTTPRequestHandler):
    """Answers every POST as its server's behaviour says."""

    server_state: Served
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        state = self.server_state
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        state.requests.append({"path": self.path, **body})
        state.keys.append(self.headers.get("Authorization", ""))
        if state.behaviour in ("500", "401", "404"):
            key = self.headers.get("Authorization", "").removeprefix("Bearer ")
            self.answer(int(state.behaviour), {"error": {"message": f"no good, your key is {key}"}})
        elif state.behaviour == "not_json":
            self.plain(200, "text/html", b"<html><body>Welcome to the printer</body></html>")
        elif state.behaviour == "slow":
            state.released.wait(30)
        else:
            self.stream(state)

    def answer(self, status: int, body: dict[str, Any]) -> None:
        self.plain(status, "application/json", json.dumps(body).encode())

    def plain(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, state: Served) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        text = {"empty": "", "refusal": REFUSAL}.get(state.behaviour, REPLY)
        words = text.split(" ")
        for position, word in enumerate(words):
            self.event({"content": word if position == 0 else f" {word}"})
            if position == 6 and state.behaviour in ("stall", "break", "drop"):
                return self.fail(state)
        self.event({}, finish="length" if state.behaviour == "cut" else "stop")
        self.chunk(b"data: [DONE]\n\n")
        return self.chunk(b"")

    def fail(self, state: Served) -> None:
        if state.behaviour == "stall":
            state.released.wait(30)
        elif state.behaviour == "drop":  # a proxy that ends the reply in good order, too early
            self.chunk(b"")
        self.close_connection = True

    def event(self, delta: dict[str, str], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        head = {"id": "c1", "object": "chat.completion.chunk", "created": int(time.time()), "model": "m"}
        self.chunk(b"data: " + json.dumps({**head, "choices": [choice]}).encode() + b"\n\n")

    def chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()
