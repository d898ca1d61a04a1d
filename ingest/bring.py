"""Ingest from Python: the call behind `from ingest import ingest`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.answer.opened import settings_of
from assistant.core.disk import require_writable
from assistant.core.errors import InputError
from assistant.core.settings import Settings, silence_libraries
from ingest.index import IndexReport
from ingest.progress import steps


def ingest(*sources: str | Path, rebuild: bool = False, progress: bool = True, **values: Any) -> IndexReport:
    """Index files, folders and addresses, and return what became of each.

    `sources` are paths or http(s) addresses; without any it is the bundled corpus. `values` are fields of
    `Settings`: `ingest("articles", index="mine")`. What is unchanged since the last call is left alone; a file that
    vanished from a named folder is taken out. `rebuild` splits and embeds anew what the index holds. `progress` shows
    bars in a notebook or a terminal. A source that fails is in `IndexReport.failed` with its reason and stops nothing.
    Raises InputError for a path that does not exist, SettingsError, IndexBusy, IndexMismatch, ModelError.
    """
    names = [_name(source) for source in sources]
    silence_libraries()
    return bring(settings_of(**values), names, rebuild=rebuild, progress=progress)


def bring(
    settings: Settings,
    names: Sequence[str] = (),
    *,
    rebuild: bool = False,
    progress: bool = True,
    wait_s: float = 0.0,
) -> IndexReport:
    """Index sources as `ingest` does, with the settings as they are; wait so long for another process that writes."""
    from assistant.models.embedder.load import load_embedder
    from ingest.index import build_index

    require_index_writable(settings)  # told before a model is loaded, which takes seconds
    with steps(progress) as step:
        return build_index(
            settings,
            load_embedder(settings),
            names,
            rebuild=rebuild,
            wait_s=wait_s,
            reading=lambda done, total: step("reading", done, total),
            embedding=lambda done, total: step("embedding", done, total),
        )


def require_index_writable(settings: Settings) -> None:
    """Raise SettingsError, one line, where the folder of the index is none or cannot be written."""
    require_writable(
        settings.index_dir, "--store" if settings.store and not settings.server else "--data-dir"
    )


def _name(source: object) -> str:
    if isinstance(source, str | Path) and str(source).strip():
        return str(source)
    raise InputError(f"A source is {source!r}: give a path or an address; several as ingest(one, two).")
