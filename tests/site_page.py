"""The page that the tests in a browser share: its articles, the model behind it, and what every test does with it."""

import json
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from patience import LONG_S, WAIT
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from ui.page.start import HOST

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = (
    '<img src=x onerror="document.title=1"><b>bold</b> [go](javascript:alert(1)) ![p](http://evil.test/p.png)'
)
ARTICLE = f"""---
title: 'Zorblax <img src=x onerror="document.title=2"> [handbook](http://evil.test)'
date: 2026-01-02
---

# Zorblax <script>document.title=3</script> duties

Zorblax auditors inspect every quibbling ledger on the third Friday of a month. They use `{HOSTILE}` for it.
"""
STAFF = "KPO needs analysts with long training."
COST = "About 40 per cent of the buyers were charged more than planned."
STAFF_ARTICLE = f"---\ntitle: 'Staff {HOSTILE}'\ndate: 2026-01-02\n---\n\n{STAFF} {COST}\n"
UNSUPPORTED = "The moon pays 99 per cent <b>of</b> all <img src=x> fees & $costs$ in 1850."
QUOTED = "KPO stands for Knowledge Process Outsourcing."
HELD = (f"{QUOTED} [1]\nKPO pays ", "for every mistake. [1]")  # a reply in two parts
HELD_AS_JSON = (
    f'{{"sentences": [{{"text": "{QUOTED}", "evidence": [1], "bullet": false}}, ',
    '{"text": "KPO pays for every mistake.", "evidence": [1], "bullet": false}]}',
)


class Model:
    """A chat model behind the OpenAI protocol, which holds its reply back behind the first sentence while `gate` is closed."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.breaks = False  # it goes away in the middle of its reply
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                held = HELD_AS_JSON if "response_format" in asked else HELD
                parts = [UNSUPPORTED] if model.gate.is_set() else held
                for number, part in enumerate([*parts, None]):
                    if number:
                        model.gate.wait()
                    delta, reason = ({"role": "assistant", "content": part}, None) if part else ({}, "stop")
                    choice = {"index": 0, "delta": delta, "finish_reason": reason}
                    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
                    self.wfile.write(f"data: {json.dumps(chunk | {'choices': [choice]})}\n\n".encode())
                    if model.breaks:
                        return
                self.wfile.write(b"data: [DONE]\n\n")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer((HOST, 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server.server_address[1]}/v1"


def cli(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ui.cli.parse", *arguments]


def patient_cli(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "tests" / "patient_page.py"), *arguments]


def wait_for_server(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + LONG_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/_stcore/health", timeout=LONG_S) as reply:
                if reply.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the page did not start:\n{log.read_text()}")


def question_box(page: Page) -> Locator:
    return page.get_by_test_id("stChatInputTextArea")


def file(name: str, words: str) -> FilePayload:
    """Return a file as it is handed to the page."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": words.encode()}


def ask(page: Page, question: str, turn: int = 0) -> None:
    question_box(page).fill(question)
    question_box(page).press("Enter")
    expect(page.locator(f".st-key-check-{turn}")).to_be_visible()


def new_page(
    browser: Browser, width: int = 1440, height: int = 900, scheme: str = "light", **more: Any
) -> Page:
    """Open an empty page in a session of its own, which waits as long as a slow machine needs."""
    size: Any = {"width": width, "height": height}
    page = browser.new_context(viewport=size, color_scheme=cast(Any, scheme), **more).new_page()
    page.set_default_timeout(WAIT)
    return page


def opened(browser: Browser, address: str, width: int = 1440, scheme: str = "light", **more: Any) -> Page:
    """Open an address of the page."""
    page = new_page(browser, width, scheme=scheme, **more)
    page.goto(address)
    return page


def settled(page: Page) -> None:
    """Wait until the page's script has run to its end, so that nothing of the run before is left."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()
    page.wait_for_function(
        """() => !document.querySelector("[data-stale=true]")
        && document.getAnimations().every(one => one.playState !== "running" || !isFinite(one.effect.getComputedTiming().endTime))"""
    )
