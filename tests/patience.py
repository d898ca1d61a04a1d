"""How long tests wait for what must come, how they end what they started, and ports that nobody else is given."""

import itertools
import os
import socket
import subprocess
import time
from collections.abc import Callable
from typing import Any

LONG_S = 300.0  # far beyond what a slow and busy machine takes: waiting ends as soon as what is waited for is there
HOLD = "hold"  # a file of the data folder: patient_page.py
WAIT = LONG_S * 1000  # in milliseconds, as browsers count
# below those that a system gives to connections of its own: a server that starts slowly would find such a one taken
_PORTS = range(12_000, 32_000)
_numbers = itertools.count(os.getpid() * 97)  # other workers, whose ids are near, begin elsewhere


def free_port() -> int:
    """Return a port of this machine that nobody listens on, another one at each call."""
    for number in itertools.islice(_numbers, len(_PORTS)):
        port = _PORTS[number % len(_PORTS)]
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


def wait_until(true: Callable[[], object], seconds: float = LONG_S) -> None:
    """Return when it is true; fail where that takes too long."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def ended(process: "subprocess.Popen[Any]") -> None:
    """End a server politely, and by force where it does not go."""
    process.terminate()
    try:
        process.wait(LONG_S)
    finally:
        process.kill()
