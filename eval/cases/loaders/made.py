"""Write documents as text files with safe names, for sets that keep them otherwise."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from assistant.core.errors import InputError
from ingest.loaders.plain.text import read_text, visible
from ingest.sources.names import slug

SHORT = 60  # characters of a file's name without its ending
KEPT = 40  # of which so many are the id's, where the rest tells it from others
MAX_TITLE = 300
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")  # on Windows


def folder_for(path: Path, scratch: Path) -> Path:
    """Return the folder below `scratch` for the documents made from a path."""
    return scratch / safe_name(f"{path.stem} {path}") / "docs"


def safe_name(key: str) -> str:
    """Return a file's name, without ending, for an id of any characters: different for different ids.

    An id of small Latin letters, digits and single dashes is its own name.
    """
    plain = slug(key.encode("ascii", "ignore").decode().replace("/", " ")).replace(".", "-")
    if plain == key and len(key) <= SHORT and not _RESERVED.fullmatch(key):
        return key
    return f"{plain[:KEPT].strip('-')}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def document_bytes(title: str, text: str) -> bytes | None:
    """Return a text file with its title, None where the text holds nothing that can be indexed."""
    line = " ".join(visible(title).split())[:MAX_TITLE]
    head = yaml.safe_dump({"title": line}, allow_unicode=True, width=10 * MAX_TITLE) if line else ""
    data = f"---\n{head}---\n{text}".encode()
    return data if any(block.kind != "heading" for block in read_text(data).blocks) else None


def write_documents(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files of the given names into a folder that holds nothing else; what has not changed is left alone.

    Raises InputError where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        old = {path.name for path in folder.glob("*.txt")}
        for name, data in files:
            path = folder / f"{name}.txt"
            if path.name not in old or path.read_bytes() != data:
                path.write_bytes(data)
            old.discard(path.name)
        for left in sorted(old):
            (folder / left).unlink()
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written ({error.strerror}): make room, or give another --data-dir."
        ) from None
