"""Find the files to read below a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import InputError
from ingest.load import READERS

SKIPPED = ("CORPUS.md", "__pycache__")
Failure = tuple[Path, str]


def find_files(path: Path) -> tuple[list[Path], list[Failure]]:
    """Return the readable files at or below a path, sorted, and what failed with the reason.

    Hidden files, CORPUS.md and unknown suffixes are skipped. Raises InputError for a path that does not exist
    and for a single file with an unknown suffix.
    """
    try:
        is_folder = path.is_dir()
        if not is_folder and not path.exists():
            raise InputError(f"{path} does not exist; name a file, a folder or an address")
    except OSError as error:  # a loop of links, or a folder above it that may not be entered
        raise InputError(f"{path} cannot be reached: {error.strerror or error}") from None
    if not is_folder:
        if path.suffix.lower() not in READERS:
            raise InputError(f"{path} has an unknown suffix; use one of {', '.join(READERS)}")
        return [path], []
    files: list[Path] = []
    failures: list[Failure] = []
    for found in _walk(path, {_identity(path)}):
        if isinstance(found, Path):
            files.append(found)
        else:
            failures.append(found)
    return sorted(files), sorted(failures)


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path | Failure]:
    """Yield files and failures below a folder, each real folder once, links to folders last."""
    pending = [folder]
    linked: list[Path] = []
    while pending or linked:
        here = pending.pop() if pending else linked.pop()
        try:
            if here != folder and _was_seen(here, seen):
                yield here, f"leads back to {here.resolve()}, which is read already; remove the link"
                continue
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            yield here, f"cannot be opened: {error.strerror or error}; change its access rights"
            continue
        for entry in entries:
            if entry.name.startswith((".", "~$")) or entry.name in SKIPPED:
                continue
            item = Path(entry.path)
            if _is_folder(entry):
                (linked if entry.is_symlink() else pending).append(item)
            else:
                yield from _file(item)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # _file tells what is wrong with it


def _file(path: Path) -> Iterator[Path | Failure]:
    is_known = path.suffix.lower() in READERS
    try:
        if is_known and path.stat() and not path.is_file():
            yield path, "is not a regular file; remove it"
        elif is_known:
            yield path
        elif path.is_symlink():
            path.stat()
    except FileNotFoundError:
        if is_known:
            yield path, "is a link to nothing; remove it"
    except OSError as error:
        yield path, f"cannot be reached: {error.strerror or error}; mend or remove it"


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _was_seen(path: Path, seen: set[tuple[int, int]]) -> bool:
    identity = _identity(path)
    if identity in seen:
        return True
    seen.add(identity)
    return False
