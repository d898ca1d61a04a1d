"""Watch folders and files, and take their changes in as they settle."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.core.errors import IndexBusy, InputError
from assistant.core.settings import Settings
from ingest.bring import bring
from ingest.index import IndexReport

SETTLE_MS = 1_600  # without a further change, after which those before are taken in
MOST_MS = 30_000  # after which they are, however busy the folder is
AGAIN_S = 5.0  # after a run that found another process writing


def watch(
    settings: Settings,
    names: Sequence[str],
    stop: threading.Event | None = None,
    *,
    settle_ms: int = SETTLE_MS,
) -> Iterator[IndexReport]:
    """Index sources, then again after each run of changes, until `stop` is set; yield what each run did.

    Runs that change nothing, and leave the same files out, are not told. Raises InputError for an address or a path that
    is not there; then, and later where a watched folder has gone.
    """
    from watchfiles import watch as changes

    stop = stop or threading.Event()
    paths = _paths(names)
    report = bring(settings, names, progress=False)
    yield report
    left_out, begun = _left_out(report), False
    folders = {path if path.is_dir() else path.parent for path in paths}
    for changed in changes(
        *folders, step=settle_ms, debounce=MOST_MS, stop_event=stop, raise_interrupt=True,
        rust_timeout=settle_ms, yield_on_timeout=True,
    ):  # fmt: skip
        if begun and not changed:
            continue
        begun = True  # a file may have changed behind the first run, before the system began to watch
        if (found := _brought(settings, names, stop)) is None:
            return
        if found.added or found.updated or found.removed or _left_out(found) != left_out:
            yield found
        left_out = _left_out(found)


def _left_out(report: IndexReport) -> set[str]:
    """Return what a run could not read, with the reasons."""
    return {*report.unread, *(reason for _, reason in report.failed)}


def _paths(names: Sequence[str]) -> list[Path]:
    for name in names:
        if "://" in name:
            raise InputError(
                f"{name} is an address: only files and folders can be watched; ingest it without --watch."
            )
    if not names:
        raise InputError("There is nothing to watch: name a file or a folder.")
    return [Path(name).expanduser().absolute() for name in names]


def _brought(settings: Settings, names: Sequence[str], stop: threading.Event) -> IndexReport | None:
    """Index the sources once no other process writes; None where `stop` came first."""
    while not stop.is_set():
        try:
            return bring(settings, names, progress=False)
        except IndexBusy:
            stop.wait(AGAIN_S)
    return None
