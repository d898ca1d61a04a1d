"""A stand-in for Hugging Face on this machine: serves one file of one repository, as the hub does."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from helpers import running

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What it serves, and what it was asked: (method, path, Range). `stop_at` breaks off there, once."""

    repo: str
    file: str
    content: bytes
    stated: str = ""
    stop_at: int | None = None
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


@contextmanager
def hub_of(hub: Hub) -> Iterator[str]:
    """Serve while inside; give the address for HF_ENDPOINT."""
    stated = hub.stated or hashlib.sha256(hub.content).hexdigest()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.reply(body=False)

        def do_GET(self) -> None:
            self.reply(body=True)

        def reply(self, *, body: bool) -> None:
            given = self.headers.get("Range", "")
            hub.asked.append((self.command, self.path, given))
            hub.tokens.append(self.headers.get("Authorization", ""))
            if not self.path.startswith(f"/{hub.repo}/resolve/") or not self.path.endswith(f"/{hub.file}"):
                self.send_response(404)
                self.send_header("X-Error-Code", "EntryNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = int(given.removeprefix("bytes=").partition("-")[0] or 0) if given else 0
            part = hub.content[start:]
            self.send_response(206 if given else 200)
            self.send_header("ETag", f'"{stated}"')
            self.send_header("X-Linked-ETag", f'"{stated}"')
            self.send_header("X-Linked-Size", str(len(hub.content)))
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("Accept-Ranges", "bytes")
            if given:
                self.send_header("Content-Range", f"bytes {start}-{len(hub.content) - 1}/{len(hub.content)}")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            if not body:
                return
            if hub.stop_at is not None:
                part, hub.stop_at = part[: hub.stop_at], None
                self.close_connection = True
            self.wfile.write(part)

        def log_message(self, *_: object) -> None: ...

    with running(Handler) as address:
        yield address
