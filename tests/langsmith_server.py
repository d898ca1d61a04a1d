"""A server that takes the runs LangSmith's client sends, for tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from helpers import running

INGEST = {  # what the service says of itself, but for one thing: that it takes runs as plain JSON only
    "use_multipart_endpoint": False,
    "size_limit": 100,
    "size_limit_bytes": 20_000_000,
    "scale_up_nthreads_limit": 1,
    "scale_up_qsize_trigger": 1000,
}


@dataclass
class Received:
    """What has arrived: every request's path, and each run by its id, later words on it put over earlier ones."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def tree(self) -> dict[str | None, list[str]]:
        """Return the names of the runs beneath each run's name, None above the first; in order of their start."""
        found: dict[str | None, list[str]] = {}
        for run in sorted(self.runs.values(), key=lambda run: str(run["dotted_order"])):
            parent = self.runs[run["parent_run_id"]]["name"] if run.get("parent_run_id") else None
            found.setdefault(parent, []).append(run["name"])
        return found


@contextmanager
def serve() -> Iterator[Received]:
    """Serve on a free port of this machine."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            received.paths.append(self.path)
            self.answer({"version": "0", "batch_ingest_config": INGEST})

        def do_POST(self) -> None:
            received.paths.append(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            for run in [*body.get("post", []), *body.get("patch", [])]:
                given = {key: value for key, value in run.items() if value is not None}
                received.runs.setdefault(run["id"], {}).update(given)
            self.answer({})

        def answer(self, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    with running(Handler) as received.url:
        yield received
