"""Find the files to read below a folder."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.core.errors import InputError
from assistant.core.settings import BUNDLED_CORPUS
from ingest.asked import QUESTIONS
from ingest.sources.kinds import reader_for, unknown

SKIPPED = (QUESTIONS, "__pycache__", "node_modules")
ABOUT_ARTICLES = "CORPUS.md"  # in the folder of the bundled ones, which are Markdown
Failure = tuple[Path, str]


@dataclass(frozen=True)
class Files:
    """What is at or below a path, sorted: files to read, what failed with the reason, files of kinds not read."""

    read: list[Path]
    failed: list[Failure] = field(default_factory=list)
    unread: list[Path] = field(default_factory=list)


def find_files(path: Path) -> Files:
    """Return the files at or below a path; hidden ones and what programs keep for themselves are passed over.

    Raises InputError for a path that does not exist and for a single file of a kind that is not read.
    """
    try:
        is_folder = path.is_dir()
        if not is_folder and not path.exists():
            raise InputError(f"{path} does not exist; name a file, a folder or an address")
    except OSError as error:  # a loop of links, or a folder above it that may not be entered
        raise InputError(f"{path} cannot be reached: {error.strerror or error}") from None
    if not is_folder:
        if reader_for(path) is None:
            raise InputError(f"{path} {unknown(path)}")
        return Files([path])
    files = Files([])
    for found in _walk(path, {_identity(path)}):
        if not isinstance(found, Path):
            files.failed.append(found)
        else:
            (files.read if reader_for(found) else files.unread).append(found)
    return Files(sorted(files.read), sorted(files.failed), sorted(files.unread))


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
            item = Path(entry.path)
            if _is_passed_over(item):
                continue
            if _is_folder(entry):
                (linked if entry.is_symlink() else pending).append(item)
            else:
                yield from _file(item)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # _file tells what is wrong with it


def _is_passed_over(path: Path) -> bool:
    if path.name.startswith((".", "~$")) or path.name in SKIPPED:
        return True
    article = path.suffix == ".md" and path.name != ABOUT_ARTICLES
    return path.parent == BUNDLED_CORPUS and not (article or path.is_dir())


def _file(path: Path) -> Iterator[Path | Failure]:
    try:
        if path.stat() and not path.is_file():
            yield path, "is not a regular file; remove it"
        else:
            yield path
    except FileNotFoundError:
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
