"""Find the browser that tests and screenshots drive, or install one: python -m ui.docs.browser"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge",
    "microsoft-edge-stable", "chrome", "msedge",
)  # fmt: skip
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
INSTALL_S = 900  # for a download over a slow line
NONE = "There is no browser for the tests of the page: install Chromium, Chrome or Edge, on Debian with `apt-get install -y chromium`."


def found_browser() -> str | None:
    """Return the path of Chromium, Chrome or Edge, Playwright's own Chromium last; None where there is none."""
    on_path = (found for name in NAMES if (found := shutil.which(name)))
    return next(on_path, None) or next((place for place in PLACES if Path(place).exists()), None) or _own()


def install_browser() -> str | None:
    """Return the path of a browser, installed now where there is none and this machine allows it; else None."""
    if found := found_browser():
        return found
    for words in _ways():
        sys.stderr.write(f"no browser yet: {' '.join(words)}\n")
        try:
            done = subprocess.run(words, stdout=subprocess.DEVNULL, timeout=INSTALL_S, check=False)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0 and (found := found_browser()) and _starts(found):
            return found
    return None


def _own() -> str | None:
    """Return the path of the Chromium that Playwright has fetched, None where it has not."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _ways() -> Iterator[list[str]]:
    """Give the commands that may install one: Playwright's, then Debian's where its packages may be installed."""
    yield [sys.executable, "-m", "playwright", "install", "chromium"]
    if shutil.which("apt-get"):
        ask = [] if os.geteuid() == 0 else ["sudo", "-n"]
        yield [*ask, "sh", "-c", "apt-get update -qq && apt-get install -y -qq chromium"]


def _starts(path: str) -> bool:
    """Tell whether a browser can be started: what was fetched may miss libraries of the system."""
    command = [path, "--headless", *FLAGS, "--dump-dom", "about:blank"]
    try:
        return subprocess.run(command, capture_output=True, timeout=INSTALL_S, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def main() -> None:
    """Say which browser there is, or how to get one."""
    if not (found := install_browser()):
        sys.exit(NONE)
    sys.stdout.write(f"{found}\n")


if __name__ == "__main__":
    main()
