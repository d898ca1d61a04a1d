"""Write files so that a reader, or a power cut, finds the old content or the new, never a part of it."""

import os
from contextlib import suppress
from pathlib import Path


def replace_text(path: Path, text: str, *, newline: str | None = None, errors: str = "strict") -> None:
    """Write a text file in UTF-8 whole or not at all; `newline` and `errors` are those of `open`. Raises OSError."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline=newline, errors=errors) as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):  # a read-only disk refuses this too
            part.unlink(missing_ok=True)
        raise
