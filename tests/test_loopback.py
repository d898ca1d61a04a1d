"""Nothing looks beyond this machine unless told: each command runs with its sockets watched."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import LONG_S, free_port
from playwright.sync_api import Browser
from site_page import opened

HOOK = """
import os, sys
def note(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = given[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        address = given[:1]
    else:
        return
    if isinstance(address, tuple) and address[0] is not None:
        with open(os.environ["WATCHED"], "a") as out:
            out.write(f'inet_addr("{address[0]}")\\n')
sys.addaudithook(note)
"""
STRACE = shutil.which("strace")  # sees what is not Python too
CALLS = "trace=connect,sendto,sendmsg,sendmmsg"
OWN = re.compile(r"127\.\d+\.\d+\.\d+|localhost|::1|::ffff:127\.\d+\.\d+\.\d+")
ARTICLE = "# Vell\n\nThe harbour of Vell opened in 1904. It ships salt to the north.\n"


class Watched:
    """Runs commands on a fresh data folder; `beyond` names the addresses they turned to that are not this machine's."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "sockets.txt"
        (folder / "hook").mkdir()
        (folder / "hook" / "sitecustomize.py").write_text(HOOK)
        (folder / "articles").mkdir()
        (folder / "articles" / "vell.md").write_text(ARTICLE)
        self.environment = os.environ | {"BPO_KPO_DATA_DIR": str(folder / "data"), "BPO_KPO_INDEX": "vell"}

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "ui.cli", *arguments]
        environment = dict(self.environment)
        if STRACE:
            command = [
                STRACE,
                "-f",
                "--seccomp-bpf",
                "-qq",
                "-e",
                CALLS,
                "-e",
                "signal=none",
                "-o",
                str(self.log),
                *command,
            ]
        else:
            environment |= {"PYTHONPATH": str(self.folder / "hook"), "WATCHED": str(self.log)}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        text = process.communicate(timeout=3 * LONG_S)[0].decode()
        assert process.returncode == 0, text
        return text

    def beyond(self) -> list[str]:
        """Return the addresses so far that are not of this machine, and forget them."""
        text = self.log.read_text() if self.log.exists() else ""
        self.log.unlink(missing_ok=True)
        return [address for address in seen(text) if not OWN.fullmatch(address)]


def seen(text: str) -> list[str]:
    """Return the addresses in what was watched."""
    found = re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', text)
    return [four or six for four, six in found]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    yield Watched(tmp_path_factory.mktemp("watched"))


def test_the_watch_sees_who_looks_beyond(watched: Watched) -> None:
    # addresses that nobody has
    script = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.7', 9))"
    command = [STRACE, "-e", CALLS, "-o", str(watched.log)] if STRACE else []
    environment = watched.environment | {
        "PYTHONPATH": str(watched.folder / "hook"),
        "WATCHED": str(watched.log),
    }
    subprocess.run([*command, sys.executable, "-c", script], env=environment, check=False)
    assert watched.beyond() == ["192.0.2.7"]


def test_ingest_ask_and_eval_never_look_beyond(watched: Watched) -> None:
    assert "1 added" in watched.run("ingest", str(watched.folder / "articles"))
    assert watched.beyond() == []
    assert "1904" in watched.run("ask", "When did the harbour of Vell open?")
    assert watched.beyond() == []
    case = {"id": "one", "question": "When did the harbour of Vell open?", "answerable": False}
    cases = watched.folder / "cases.jsonl"
    cases.write_text(json.dumps(case) + "\n")
    watched.run("eval", "run", "--cases", str(cases), "--index", "vell", "--out", str(watched.folder / "run"))
    assert watched.beyond() == []


def test_the_page_never_looks_beyond_also_where_it_refuses_an_origin(
    watched: Watched, browser: Browser
) -> None:
    port = free_port()
    process = watched.start("chat", "--port", str(port), "--no-browser")
    try:
        assert answered(port, "/", {}) == 200
        for origin in ("http://evil.test", "http://203.0.113.5:80", f"http://127.0.0.1:{port}"):
            headers = {
                "Upgrade": "websocket",
                "Connection": "Upgrade",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
                "Origin": origin,
            }
            assert answered(port, "/_stcore/stream", headers) == (101 if "127" in origin else 403)
        page = opened(browser, f"http://127.0.0.1:{port}")
        page.get_by_role("textbox").first.fill("When did the harbour of Vell open?")
        page.keyboard.press("Enter")
        page.get_by_text("opened in 1904").first.wait_for()
        page.context.close()
    finally:
        stop(process)
    assert watched.beyond() == []


def answered(port: int, path: str, headers: dict[str, str]) -> int:
    """Return the status of a reply of the page, which may need a while to start."""
    end = time.monotonic() + LONG_S
    while time.monotonic() < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONG_S)
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status
        except OSError:
            time.sleep(0.5)
        finally:
            connection.close()
    raise AssertionError(f"nobody answers on port {port}")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End the page, which is the child of what watches it."""
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False
    )
    for pid in children.stdout.split() if STRACE else [process.pid]:
        os.kill(int(pid), signal.SIGTERM)
    process.communicate(timeout=LONG_S)
