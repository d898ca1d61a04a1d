"""A served assistant for tests: in this process behind a test client, or as the command in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn
from doc_blocks import ROOT
from patience import LONG_S, free_port
from starlette.testclient import TestClient

from assistant import Assistant
from ui.serve.app import create_app
from ui.serve.options import ServeOptions

HOST = "http://127.0.0.1:8000"


@contextmanager
def client_of(assistant: Assistant, **values: object) -> Iterator[TestClient]:
    """Serve an assistant in this process while inside."""
    app = create_app(assistant, ServeOptions(**values))  # type: ignore[arg-type]
    with TestClient(app, base_url=HOST, raise_server_exceptions=False) as client:
        yield client


@contextmanager
def served(folder: Path, *arguments: str, command: str = "serve", **variables: str) -> "Iterator[Served]":
    """Run the command in a process of its own while inside, on a free port if none is given; it is stopped at the end."""
    if "--port" not in arguments:
        arguments = ("--port", str(free_port()), *arguments)
    port = arguments[arguments.index("--port") + 1]
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", command, "--data-dir", str(folder), *arguments],
        cwd=ROOT,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    found = Served(process, f"http://127.0.0.1:{port}")
    try:
        found.wait()
        yield found
    finally:
        process.kill()
        process.communicate()


@contextmanager
def served_here() -> Iterator[dict[str, str]]:
    """Serve the data folder in force in a thread while inside; give what stands for the address in the documentation."""
    options = ServeOptions(rate=0)
    app = create_app(Assistant.open(model="none"), options)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield {HOST: f"http://127.0.0.1:{listener.getsockname()[1]}"}
        finally:
            server.should_exit = True
            thread.join(LONG_S)


class Served:
    """A server process and its address."""

    def __init__(self, process: "subprocess.Popen[str]", address: str) -> None:
        self.process = process
        self.address = address

    def wait(self) -> None:
        """Return when it answers."""
        end = time.monotonic() + LONG_S
        while time.monotonic() < end:
            assert self.process.poll() is None, self.process.communicate()
            try:
                httpx.get(f"{self.address}/healthz", timeout=LONG_S, trust_env=False)
                return
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError(f"{self.address} did not answer in {LONG_S} s")

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Stop it as a service manager or a terminal does; return its exit code and what it said."""
        self.process.send_signal(with_signal)
        out, err = self.process.communicate(timeout=LONG_S)
        return self.process.returncode, out + err


def events(text: str) -> list[tuple[str, str]]:
    """Return name and data of server-sent events, in order."""
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields.get("event", "message"), fields["data"]))
    return found
