"""A real Chroma server process for tests, which may be killed and started again on the same data and port."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from patience import LONG_S, free_port

RUN = "import sys, chromadb_rust_bindings as chroma; chroma.cli(sys.argv)"  # what the command `chroma` does in the end


class ChromaServer:
    """`chroma run` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.start()

    @property
    def store(self) -> str:
        """Its address, as the settings write it."""
        return f"chroma+http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [
            sys.executable,
            "-c",
            RUN,
            "run",
            "--path",
            str(self.folder),
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + LONG_S
        while time.monotonic() < end:
            assert self.process.poll() is None, "chroma run ended"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("chroma run did not start")

    def kill(self) -> None:
        """End it by SIGKILL, whatever it is doing."""
        self.process.kill()
        self.process.wait()


@contextmanager
def chroma_server(folder: Path) -> Iterator[ChromaServer]:
    """Run a server until the block is left."""
    server = ChromaServer(folder)
    try:
        yield server
    finally:
        server.kill()
