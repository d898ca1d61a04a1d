"""Keep an index as it is under a name, and bring it back: an index is replaced whole anyway."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.core.errors import IndexBusy, IndexMissing, InputError
from assistant.core.settings import Settings
from assistant.index.generation import new_generation, next_name, put_in_force, unless_done
from assistant.index.manifest import Manifest, current_generation

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One kept state of an index."""

    index: str
    name: str
    taken: str  # day and time, UTC
    documents: int
    index_id: str


def take(settings: Settings, name: str | None = None) -> Snapshot:
    """Keep the index in force under a name, by default the time; it is there whole or not at all.

    Raises InputError for a name that cannot be used or is taken, IndexMissing, IndexBusy.
    """
    _only_folders(settings)
    taken = time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime())
    name = name or taken
    place = _place(settings, name)
    if place.exists():
        raise InputError(
            f"There is a snapshot named {name!r} of the index {settings.index!r} already: choose another name."
        )
    folder = current_generation(settings.index_dir)
    if folder is None:
        raise IndexMissing(f"There is no index named {settings.index!r}: there is nothing to keep.")
    with _locked(settings):
        folder = current_generation(settings.index_dir) or folder
        part = place.with_name(f".{name}.part")
        shutil.rmtree(part, ignore_errors=True)
        try:
            about = _write(settings.index_dir, folder, part) | {"taken": taken}
            (part / "snapshot.json").write_text(json.dumps(about), encoding="utf-8")
            part.rename(place)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    return Snapshot(index=settings.index, name=name, **about)


def restore(settings: Settings, name: str) -> Snapshot:
    """Put a snapshot in force again, in one step; what was in force until then is gone unless it was kept.

    Raises InputError for a name that none has, IndexBusy.
    """
    _only_folders(settings)
    place = _place(settings, name)
    if not (place / "snapshot.json").is_file():
        names = ", ".join(item.name for item in list_snapshots(settings)) or "none"
        raise InputError(
            f"There is no snapshot named {name!r} of the index {settings.index!r}; there are: {names}."
        )
    settings.index_dir.mkdir(parents=True, exist_ok=True)
    with _locked(settings):
        texts = settings.index_dir / "texts"
        texts.mkdir(exist_ok=True)
        for path in (place / "texts").iterdir():
            if not (texts / path.name).exists():
                part = texts / f"{path.name}.part"
                shutil.copy2(path, part)
                part.replace(texts / path.name)
        base = current_generation(settings.index_dir)
        folder = settings.index_dir / next_name(base)
        with unless_done(folder):
            shutil.copytree(place / "generation", new_generation(folder), dirs_exist_ok=True)
            put_in_force(folder, keep=base.name if base else None)
    return _read(settings, place)


def list_snapshots(settings: Settings) -> list[Snapshot]:
    """Return the snapshots of the index in force, oldest first."""
    folder = _folder(settings)
    places = folder.iterdir() if folder.is_dir() else ()
    found = [_read(settings, place) for place in places if (place / "snapshot.json").is_file()]
    return sorted(found, key=lambda item: (item.taken, item.name))


def drop(settings: Settings, name: str) -> None:
    """Remove a snapshot. Raises InputError for a name that none has."""
    place = _place(settings, name)
    if not place.is_dir():
        raise InputError(
            f"There is no snapshot named {name!r} of the index {settings.index!r}: nothing was removed."
        )
    shutil.rmtree(place)


def _folder(settings: Settings) -> Path:
    return settings.data_dir / "snapshots" / settings.index


def _write(index_dir: Path, folder: Path, part: Path) -> dict[str, Any]:
    """Copy a generation with its texts; return what is told of it."""
    shutil.copytree(folder, part / "generation")
    manifest = Manifest.read(folder / "manifest.json")
    (part / "texts").mkdir()
    for entry in manifest.documents.values():
        shutil.copy2(index_dir / "texts" / entry.file, part / "texts" / entry.file)
    return {"documents": len(manifest.documents), "index_id": manifest.index_id}


def _place(settings: Settings, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise InputError(
            f"{name[:80]!r} cannot be the name of a snapshot: begin with a letter or digit, go on with letters, digits, "
            "dots, dashes and underscores, at most 64 in all."
        )
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def _read(settings: Settings, place: Path) -> Snapshot:
    about = json.loads((place / "snapshot.json").read_text(encoding="utf-8"))
    return Snapshot(index=settings.index, name=place.name, **about)


def _only_folders(settings: Settings) -> None:
    if settings.server:
        raise InputError("The index is kept by a server: take snapshots of that by its own means.")


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    """Be the one that writes to the index. Raises IndexBusy."""
    lock = FileLock(settings.index_dir / "write.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise IndexBusy(
            f"The index {settings.index!r} is busy: another process is writing to it. Try again when it has finished."
        ) from None
    try:
        yield
    finally:
        lock.release()
