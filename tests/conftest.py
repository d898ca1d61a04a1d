"""One browser and one server process for all tests that need them; how tests are shared among workers."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from doc_files import copy_indexes, first_data_folder, link_weights
from filelock import FileLock
from patience import LONG_S, WAIT, ended, free_port
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sharing import keep_compiled, one_core_each, pytest_collection_modifyitems, pytest_xdist_make_scheduler
from site_page import (
    ARTICLE,
    ROOT,
    STAFF_ARTICLE,
    Model,
    cli,
    new_page,
    patient_cli,
    question_box,
    wait_for_server,
)

from assistant.core.settings import BUNDLED_CORPUS
from ui.docs.browser import FLAGS, NONE, found_browser
from ui.page.start import HOST

__all__ = ["pytest_collection_modifyitems", "pytest_xdist_make_scheduler"]  # which pytest looks for here

keep_compiled()
one_core_each()
expect.set_options(timeout=WAIT)
if threading.current_thread() is threading.main_thread():
    # what is begun in the background is deaf to it, and so would be all programs that tests start and interrupt
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def patient_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server that is asked for its models be waited for, however slow this machine is."""
    monkeypatch.setattr("ui.providers.servers.TIMEOUT_S", LONG_S)
    monkeypatch.setattr("ui.providers.servers.LIMIT_S", LONG_S)


@pytest.fixture(scope="session")
def model() -> Iterator[Model]:
    model = Model()
    yield model
    model.gate.set()
    model.server.shutdown()


@pytest.fixture(scope="session")
def first_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder as `bpo-kpo setup` leaves it, made once for all workers: to be copied, not written into."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, made = root / "first-data", root / "first-data.made"
    with FileLock(root / "first-data.lock"):
        if not made.exists():
            first_data_folder(folder)
            made.touch()
    return folder


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the shared page; its data folder is "data" below it."""
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="session")
def address(model: Model, site_folder: Path, first_data: Path) -> Iterator[str]:
    """Serve the real page over the bundled articles and two hostile ones."""
    folder = site_folder
    articles = folder / "articles"
    articles.mkdir()
    (articles / "zorblax.md").write_text(ARTICLE)
    (articles / "staff.md").write_text(STAFF_ARTICLE)
    link_weights(folder / "data")
    copy_indexes(first_data, folder / "data")
    data = ["--data-dir", str(folder / "data")]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BPO_KPO_")}
    made = subprocess.run(
        cli("ingest", str(BUNDLED_CORPUS), str(articles), *data),
        cwd=ROOT, env=clean, capture_output=True, text=True, timeout=3 * LONG_S, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    port, log = free_port(), folder / "server.log"
    server = [
        "chat",
        "--port",
        str(port),
        "--no-browser",
        "--model",
        "openai:m",
        "--base-url",
        model.url,
        *data,
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(patient_cli(*server), cwd=ROOT, env=clean, stdout=out, stderr=out)
    try:
        wait_for_server(process, port, log)
        yield f"http://{HOST}:{port}"
    finally:
        ended(process)
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Open a browser for one file: its event loop stands in the way of every other one in the process."""
    path = found_browser()
    if path is None:
        pytest.fail(NONE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), timeout=WAIT)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str, model: Model) -> Iterator[Page]:
    """Open the page in a fresh session; at the end, nothing foreign was fetched and nothing ran."""
    model.gate.set()
    page = new_page(browser)
    fetched: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    expect(question_box(page)).to_be_enabled()
    yield page
    foreign = [url for url in fetched if not url.startswith((address, "data:", "blob:", "ws://127.0.0.1"))]
    assert (foreign, errors) == ([], [])
    assert page.title() == "bpo-kpo: answers you can check"
    page.context.close()
