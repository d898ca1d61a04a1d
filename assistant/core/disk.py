"""Say in one line what is wrong with the disk or the folder that everything is written to."""

import errno
import os
import shutil
import tempfile
from pathlib import Path

LEAST = 200 * 1024 * 1024  # bytes free, below which building an index may fail
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
        if reason:
            place = getattr(seen, "filename", None) or data_dir
            return f"{place} cannot be written: {reason}. Free or change it, or give another folder with --data-dir DIR."
        seen = seen.__cause__ or seen.__context__
    return None


def folder_problem(folder: Path) -> str | None:
    """Try a folder by writing to it; return what is wrong with it, None where all is well."""
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not nearest.is_dir():
        return f"{nearest} is no folder"
    try:
        with tempfile.NamedTemporaryFile(dir=nearest, prefix=".bpo-kpo-") as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(nearest).free
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        return f"{nearest} cannot be written: {reason}"
    return f"{nearest} has {free // 1_000_000} MB free" if free < LEAST else None
