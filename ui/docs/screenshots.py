"""Make the pictures of the README: the page in its main states.

    python -m ui.docs.screenshots --out docs [--data-dir DIR]

Needs the development requirements and Chromium, Chrome or Edge. The bundled articles must be indexed.
"""

import argparse
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from ui.docs.browser import FLAGS, NONE, found_browser
from ui.page.start import HOST

WAIT = 120_000  # milliseconds
COMPARED = "What is the difference between BPO and KPO?"
LISTED = "What are the challenges of KPO?"
DECLINED = "What does a KPO analyst in Kenya earn?"


def main() -> None:
    """Start the page, go through its states, and write one PNG of each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path)
    given = parser.parse_args()
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    data = ["--data-dir", str(given.data_dir)] if given.data_dir else []
    command = [sys.executable, "-m", "ui.cli.parse", "chat", "--no-browser", "--port", str(port), *data]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(server, port)
        _take(f"http://{HOST}:{port}", given.out)
    finally:
        server.terminate()
        server.wait(20)


def _take(address: str, out: Path) -> None:
    path = found_browser() or sys.exit(NONE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 1000}, reduced_motion="reduce")
        page.set_default_timeout(WAIT)
        page.goto(address)
        _ask(page, COMPARED, 0)
        page.get_by_role("button", name="Source 4", exact=True).first.click()
        page.locator(".st-key-source .passage mark").wait_for()
        page.mouse.move(600, 500)
        page.mouse.wheel(0, -5000)
        _shoot(page, out / "page.png")
        page.get_by_role("button", name="New conversation").click()
        _ask(page, LISTED, 0)
        _ask(page, DECLINED, 1)
        page.locator(".st-key-following button").first.wait_for()
        _shoot(page, out / "declined.png")
        browser.close()


def _ask(page: Page, question: str, turn: int) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
    page.locator(f".st-key-check-{turn}").wait_for()


def _shoot(page: Page, path: Path) -> None:
    page.wait_for_timeout(2000)  # what moves comes to rest
    page.screenshot(path=path)


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + WAIT / 1000
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/_stcore/health", timeout=5).close()
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit("the page did not start: run `bpo-kpo chat` to see why")


if __name__ == "__main__":
    main()
