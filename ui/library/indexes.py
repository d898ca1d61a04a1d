"""The named indexes of the data folder: list, make, remove."""

import shutil
from dataclasses import dataclass

from filelock import FileLock, Timeout

from assistant.core.errors import AssistantError, IndexBusy, InputError, SettingsError
from assistant.core.settings import BUNDLED_CORPUS, Settings, load_settings
from assistant.index.served.server import ServerIndex, index_names
from assistant.models.embedder.embedder import Embedder
from ingest.index import build_index
from ui.library.job import Job, Outcome
from ui.library.library import count, read_manifest
from ui.library.uploads import is_device, uploads_folder

DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class IndexEntry:
    """One index in the list."""

    name: str
    articles: int = 0
    chunks: int = 0
    problem: str | None = None  # why it cannot be read


def list_indexes(settings: Settings) -> list[IndexEntry]:
    """Return the indexes of the store by name, the default one first. Raises StoreUnreachable."""
    folder = settings.indexes_dir
    if settings.server:
        names = index_names(settings.server)
    else:
        names = [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    entries = (_entry(settings, name) for name in sorted(names, key=lambda name: (name != DEFAULT, name)))
    return [entry for entry in entries if entry]


def in_index(settings: Settings, name: str) -> Settings:
    """Return the settings with another index in force. Raises InputError for a name that cannot be used."""
    try:
        load_settings(index=name)
        usable = not is_device(name) and not name.endswith(".")
    except SettingsError:
        usable = False
    if not usable:
        raise InputError(
            f"{name[:80]!r} cannot be the name of an index: begin with a letter or digit, go on with letters, digits, "
            "dots, dashes and underscores, at most 64 in all."
        )
    return settings.model_copy(update={"index": name})


def make_index(settings: Settings, embedder: Embedder, name: str, *, bundled: bool, job: Job) -> Outcome:
    """Make an index that is empty or holds the bundled articles.

    Raises InputError for a name that cannot be used or is taken, IndexBusy, Stopped.
    """
    settings = in_index(settings, name)
    taken = {entry.name.casefold(): entry.name for entry in list_indexes(settings)}
    if other := taken.get(name.casefold()):
        raise InputError(f"There is an index named {other!r} already: choose another name.")
    sources = [str(BUNDLED_CORPUS)] if bundled else []
    report = build_index(
        settings, embedder, sources, rebuild=not bundled, reading=job.reading, embedding=job.embedding
    )
    return Outcome(line=f"The index {name!r} is made; it holds {count(report.documents, 'article')}.")


def remove_index(settings: Settings, name: str) -> None:
    """Remove an index with its calibration and its uploaded copies.

    Raises InputError where there is none or its folder cannot be removed, IndexBusy while a process writes to it.
    """
    settings = in_index(settings, name)
    folder = settings.index_dir
    if settings.server:
        server = ServerIndex(settings.server, name)
        with server.writing():
            server.remove()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(uploads_folder(settings), ignore_errors=True)
        return
    if not folder.is_dir() or folder.is_symlink():
        raise InputError(f"There is no index named {name!r} any more: nothing was removed.")
    lock = FileLock(folder / "write.lock", timeout=0)
    try:
        with lock:
            (folder / "CURRENT").unlink(missing_ok=True)  # from here on there is no index
            shutil.rmtree(folder, ignore_errors=True)
    except Timeout:
        raise IndexBusy(
            f"The index {name!r} is busy: another process is writing to it. Try again when it has finished."
        ) from None
    except OSError as error:
        raise InputError(
            f"The index {name!r} cannot be removed ({error.strerror or error}): change the access rights of {folder}."
        ) from None
    shutil.rmtree(folder, ignore_errors=True)  # where a lock file in use cannot be deleted (Windows)
    shutil.rmtree(uploads_folder(settings), ignore_errors=True)


def _entry(settings: Settings, name: str) -> IndexEntry | None:
    try:
        manifest = read_manifest(in_index(settings, name))
    except InputError:
        return None  # not a folder of ours
    except AssistantError as error:
        return IndexEntry(name=name, problem=str(error))
    if manifest is None:
        return None
    chunks = sum(entry.chunks for entry in manifest.documents.values())
    return IndexEntry(name=name, articles=len(manifest.documents), chunks=chunks)
