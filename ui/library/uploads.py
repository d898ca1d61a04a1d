"""Keep uploaded files in the data folder, under names that are safe on every system."""

import re
import unicodedata
from collections.abc import Container
from itertools import chain, count
from pathlib import Path, PurePosixPath

from assistant.core.errors import InputError
from assistant.core.settings import Settings
from assistant.text.legible import drop_unseen
from ingest.sources.kinds import READERS, unknown
from ingest.sources.names import file_id

MAX_FILES = 50  # at once
MAX_MB = 20
MAX_BYTES = MAX_MB * 1000 * 1000
MAX_STEM = 100  # characters
MAX_STEM_BYTES = 180  # in UTF-8; file systems take 255 for the whole name
_MARKS = frozenset(" ._-()+,&'")  # kept beside letters, digits and their accents
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)[ ]*(?:\..*)?", re.IGNORECASE)


def uploads_folder(settings: Settings) -> Path:
    """Return the folder that holds the uploaded files of the index in force."""
    return settings.data_dir / "uploads" / settings.index


def save_upload(settings: Settings, name: str, data: bytes, taken: Container[str] = ()) -> tuple[Path, bool]:
    """Write an uploaded file below the uploads folder; return its path and whether it is new there.

    The same bytes under the same name are kept once. Other bytes get the first free number, as does a name
    whose document id is in `taken`. Raises InputError for a kind that cannot be read, an empty file or one above
    MAX_BYTES, and where the folder cannot be written to.
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"holds {len(data) / 1e6:.1f} MB; at most {MAX_MB} MB are read: split it up")
    if not data.strip():
        raise InputError("is empty; fill it first")
    safe = PurePosixPath(safe_name(name))
    folder = uploads_folder(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in chain([""], (f"-{n}" for n in count(2))):
            path = folder / f"{safe.stem}{number}{safe.suffix}"
            if _holds(path, data):
                return path, False
            doc_id = file_id(PurePosixPath(path.name))
            others = {file_id(PurePosixPath(other.name)) for other in folder.iterdir()}
            if doc_id not in others and doc_id not in taken and _created(path, data):
                return path, True
    except OSError as error:
        raise InputError(f"could not be saved: {error.strerror or error}; free or mend {folder}") from None
    raise AssertionError("numbers do not end")


def safe_name(name: str) -> str:
    """Reduce what a browser calls a file to a plain base name with a known suffix in lower case.

    Raises InputError for a kind that cannot be read.
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFKC", name))[-1]
    base = "".join(char if _is_plain(char) else "-" for char in drop_unseen(base)).rstrip(" .")
    stem, dot, suffix = base.rpartition(".")
    suffix = (dot + suffix).lower()
    if suffix not in READERS:
        raise InputError(unknown(Path(base)))
    stem = " ".join(stem.split()).strip(" ._-")[:MAX_STEM]
    stem = stem.encode("utf-8")[:MAX_STEM_BYTES].decode("utf-8", "ignore").rstrip(" ._-") or "article"
    return f"{'file-' if _DEVICE.fullmatch(stem) else ''}{stem}{suffix}"


def is_device(name: str) -> bool:
    """Say whether Windows keeps a name for a device, whatever its suffix."""
    return bool(_DEVICE.fullmatch(name))


def uploaded_file(settings: Settings, source: str) -> Path | None:
    """Return the uploaded copy a document was read from, None where its source is anything else."""
    path = Path(source)
    return path if path.parent == uploads_folder(settings) and path.name not in ("", ".", "..") else None


def _is_plain(char: str) -> bool:
    return char in _MARKS or unicodedata.category(char)[0] in "LMN"


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _created(path: Path, data: bytes) -> bool:
    """Write a file that is not there yet; False where another session was quicker."""
    try:
        out = path.open("xb")
    except FileExistsError:
        return False
    try:
        with out:
            out.write(data)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return True
