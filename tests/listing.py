"""A server on this machine that lists models, well or badly, for tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from threading import Event

from helpers import running


@contextmanager
def listing(body: object, *, drip: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Serve one reply to every GET on 127.0.0.1; yield the port and the paths asked for.

    A request that names a user is told by what it sent for that, not by its path.
    """
    asked: list[str] = []
    left = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Authorization"] or self.path)
            self.send_response(200)
            self.end_headers()
            text = body if isinstance(body, bytes) else json.dumps(body).encode()
            if not drip:
                self.wfile.write(text)
            while drip and not left.wait(0.1):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return

        def log_message(self, *_: object) -> None:
            pass

    with running(Handler) as address:
        try:
            yield int(address.rpartition(":")[2]), asked
        finally:
            left.set()
