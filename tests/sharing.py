"""How the tests are shared among workers: which files go together, which first, and what each may use and keep."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

# One worker runs all of these, so that the page is served, and its articles indexed, once.
PAGE = ("test_page", "test_chosen_page", "test_access", "test_actions_page", "test_articles_page")
# They start programs or load models, so that the number of their tests says little: the last to run should be short.
LONG = (
    *PAGE,
    "test_examples",
    "test_notebooks",
    "test_loopback",
    "test_cli",
    "test_mcp",
    "test_settings_page",
    "test_gguf",
    "test_serve_process",
    "test_from_python",
    "test_whole",
    "test_document_answers",
    "test_embedded",
    "test_eval_run",
    "test_calibrate",
    "test_train",
    "test_train_judge",
    "test_tracing",
    "test_store",
    "test_server_store",
    "test_lists",
    "test_wheel",
    "test_progress",
)


class ByPage(LoadFileScheduling):  # type: ignore[misc, unused-ignore]
    """Gives a file to one worker, and the files that share the page to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        name = Path(nodeid.partition("::")[0]).stem
        return "the page" if name in PAGE else name


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPage | None:
    """Share by files in the order of `LONG`, where files are to be shared."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return ByPage(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take long before the others."""
    place = {name: at for at, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONG)))


def one_core_each() -> None:
    """Let each of several workers compute on one core: threads beyond the cores wait for each other by turning."""
    if int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) > 1:
        os.environ.setdefault("OMP_NUM_THREADS", "1")


def keep_compiled() -> None:
    """Let this process, and all that it starts, keep what Python compiled: half the time of a start goes into that."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
