"""Name documents after their files: plain ids that tell folders, suffixes and odd names apart."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from assistant.text.legible import drop_unseen

MAX_ID = 200  # characters
BARE = ("", ".md", ".txt")  # suffixes that an id leaves out, unless another file has that id
_SPOKEN = {"+": "plus", "#": "sharp", "&": "and", "%": "percent", "@": "at"}


def slug(path: str) -> str:
    """Write a path in lower case letters, digits, dashes and inner dots, its parts joined by "/".

    Signs are written as words: "C++" is "c-plus-plus", a rocket "rocket".
    """
    parts = (_part(part) for part in unicodedata.normalize("NFKC", path).split("/"))
    return "/".join(part for part in parts if part)[:MAX_ID].rstrip("-./") or "document"


def file_id(below: PurePosixPath) -> str:
    """Return the id of a file by its place below what was ingested: report.md is "report", report.pdf "report.pdf"."""
    suffix = below.suffix.lower()
    stem = slug(below.with_suffix("").as_posix() if suffix else below.as_posix())
    ending = "" if suffix in BARE else "." + (_part(suffix[1:]) or "file")
    return stem[: MAX_ID - len(ending)] + ending


def ids_for(wanted: str, path: Path, root: Path, holder: Path | None = None) -> Iterator[str]:
    """Yield the ids that a file may take, best first; a later one where another file has those before it.

    Where the file that has the wanted one is given, only those that tell the two apart by what differs: the suffix,
    the folder, else the name.
    """
    below = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    suffix = path.suffix.lower()
    other_kind = holder is not None and holder.suffix.lower() != suffix
    elsewhere = holder is not None and not holder.is_relative_to(root)
    yield wanted
    if suffix and not wanted.endswith(suffix) and (holder is None or other_kind):
        yield f"{wanted}{suffix}"[:MAX_ID]
    if root.name and (holder is None or elsewhere):
        yield f"{slug(root.name)}/{wanted}"[:MAX_ID]
    yield _marked(wanted, below)
    yield _marked(wanted, str(path))


def readable(stem: str) -> str:
    """Turn a file name into a title: "kpo-vs_bpo" becomes "Kpo vs bpo"."""
    words = " ".join(re.sub(r"[-_]+", " ", drop_unseen(stem)).split())
    return words[:1].upper() + words[1:] if words else "Untitled"


def _marked(wanted: str, told_by: str) -> str:
    return (
        f"{wanted[: MAX_ID - 9]}-{hashlib.sha256(told_by.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
    )


def _part(part: str) -> str:
    spoken = "".join(_spoken(sign) for sign in drop_unseen(part))
    words = re.sub(r"(?<=[^\W_])\.(?=[^\W_])", "\0", spoken.lower())  # the dot of "v1.2"
    return re.sub(r"[^\w\0]+|_+", "-", words).strip("-\0").replace("\0", ".")


def _spoken(sign: str) -> str:
    if sign in _SPOKEN:
        return f" {_SPOKEN[sign]} "
    if unicodedata.category(sign).startswith("S") and sign not in "^`~|<>=$":
        return f" {unicodedata.name(sign, '').lower()} "
    return sign
