"""Say in one line what is wrong with the disk or the folder that everything is written to."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.core.errors import AssistantError, DiskError, SettingsError

LEAST = 200 * 1024 * 1024  # bytes free, below which building an index may fail
FULL = 16 * 1024 * 1024  # bytes free, below which a database that fails without a reason has run out of them
_REASONS = {
    errno.ENOSPC: "there is no space left",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EROFS: "it is read-only",
    errno.EACCES: "there is no permission",
    errno.EPERM: "there is no permission",
}
_SAID = {  # by databases, in their own words
    "readonly database": "it is read-only",
    "read-only": "it is read-only",
    "database or disk is full": "there is no space left",
    "no space left": "there is no space left",
    "unable to open database file": "there is no permission",
    "permission denied": "there is no permission",
    "disk i/o error": "the disk is full, broken, or no file may grow this large there",
}


def disk_problem(error: BaseException, data_dir: Path) -> str | None:
    """Return one line for an error that the disk or the access rights cause, None for any other."""
    seen: BaseException | None = error
    while seen is not None:
        number = seen.errno if isinstance(seen, OSError) else None
        words = str(seen).lower()
        reason = _REASONS.get(number or 0) or next(
            (said for sign, said in _SAID.items() if sign in words), None
        )
        if reason is None and _is_full(seen, data_dir):
            reason = _REASONS[errno.ENOSPC]
        if reason:
            place = Path(getattr(seen, "filename", None) or data_dir)
            done = "written" if _readable(place) else "read"
            return f"{place} cannot be {done}: {reason}. Free or change it, or give another folder with --data-dir DIR."
        seen = seen.__cause__ or seen.__context__
    return None


@contextmanager
def told_of_disk(place: Path, then: str = "") -> Iterator[None]:
    """Raise DiskError, one line that ends with `then`, for what a full disk or a missing right makes of writing to a place."""
    try:
        yield
    except AssistantError:
        raise
    except Exception as error:
        if told := disk_problem(error, place):
            raise DiskError(f"{told} {then}".strip()) from error
        raise


def _is_full(error: BaseException, folder: Path) -> bool:
    """Tell whether Chroma, which names no reason, failed on a disk that is all but full."""
    chroma = type(error).__module__.startswith("chromadb") and type(error).__name__ == "InternalError"
    return chroma and shutil.disk_usage(_nearest(folder)).free < FULL


def folder_problem(folder: Path) -> str | None:
    """Try a folder by writing to it; return what is wrong with it, None where all is well."""
    if refused := unwritable(folder):
        return refused
    nearest = _nearest(folder)
    free = shutil.disk_usage(nearest).free
    return f"{nearest} has {free // 1_000_000} MB free" if free < LEAST else None


def unwritable(folder: Path) -> str | None:
    """Return why nothing can be kept in a folder that is there or will be made, None where something can."""
    nearest = _nearest(folder)
    if not nearest.is_dir():
        return f"{nearest} is no folder"
    try:
        with tempfile.NamedTemporaryFile(dir=nearest, prefix=".bpo-kpo-") as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        return f"{nearest} cannot be written: {reason}"
    return None


def require_writable(folder: Path, option: str) -> None:
    """Raise SettingsError where nothing can be kept in a folder; `option` names the setting that gives another."""
    if told := unwritable(folder):
        raise SettingsError(f"{told}. Free or change it, or give another folder with {option} DIR.")


def _nearest(folder: Path) -> Path:
    # os.path: a folder that may not be looked into counts as missing
    return next((place for place in (folder, *folder.parents) if os.path.exists(place)), folder)  # noqa: PTH110


def _readable(place: Path) -> bool:
    nearest = _nearest(place)
    return os.access(nearest, os.R_OK | (os.X_OK if nearest.is_dir() else 0))
