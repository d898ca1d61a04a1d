"""Read a file into a Document."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from assistant.errors import LoadError
from assistant.types import Document
from assistant.unseen import drop_unseen
from ingest.blocks import Draft
from ingest.docx import read_docx
from ingest.html import read_html
from ingest.markdown import read_markdown
from ingest.pdf import read_pdf
from ingest.text import read_text

READERS: dict[str, Callable[[bytes], Draft]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
MAX_ID = 200  # characters


def load_file(path: Path, root: Path) -> Document:
    """Read one file below `root`, which may be the file itself.

    The id is the front matter's, else the path below the root without suffix. Raises LoadError, whose text
    starts with the path, for a file that cannot be read or holds no text.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise LoadError(f"{path} has the unknown suffix {path.suffix!r}; use one of {known}")
    try:
        data = path.read_bytes()
    except PermissionError:
        raise LoadError(f"{path} may not be read: no permission; change its access rights") from None
    except OSError as error:
        raise LoadError(f"{path} could not be read: {error.strerror or error}") from None
    below = path.relative_to(root) if path != root and path.is_relative_to(root) else Path(path.name)
    return make_document(
        data, reader, doc_id=slug(below.with_suffix("").as_posix()), source=str(path), name=path.stem
    )


def make_document(
    data: bytes, reader: Callable[[bytes], Draft], *, doc_id: str, source: str, name: str
) -> Document:
    """Turn the bytes of a file into a Document; `name` becomes the title where the file gives none.

    Raises LoadError, whose text starts with the source.
    """
    if not data.strip():
        raise LoadError(f"{source} is empty; fill it or remove it")
    try:
        made = reader(data)
        if not any(block.kind != "heading" for block in made.blocks):
            raise LoadError(f"holds no text{_scanned(reader)}; fill it or remove it")
        doc_id = _given_id(made.doc_id) or doc_id
    except LoadError as error:
        raise LoadError(f"{source} {error}") from None
    except Exception as error:  # a parser may fail on a hostile file in any way
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise LoadError(f"{source} is broken and could not be read ({reason}); save it again") from error
    return Document(
        doc_id=doc_id,
        title=made.title or readable(name),
        source=source,
        text=made.text,
        sha256=hashlib.sha256(made.text.encode("utf-8")).hexdigest(),
        blocks=made.blocks,
        date=made.date,
    )


def slug(path: str) -> str:
    """Write a path in lower case letters, digits and dashes, its parts joined by "/"."""
    parts = (
        re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", part).lower()).strip("-")
        for part in path.split("/")
    )
    return "/".join(part for part in parts if part)[:MAX_ID] or "document"


def readable(stem: str) -> str:
    """Turn a file name into a title: "kpo-vs_bpo" becomes "Kpo vs bpo"."""
    words = " ".join(re.sub(r"[-_]+", " ", drop_unseen(stem)).split())
    return words[:1].upper() + words[1:] if words else "Untitled"


def _given_id(doc_id: str | None) -> str | None:
    if doc_id and len(doc_id) > MAX_ID:
        raise LoadError(f"has an id of {len(doc_id)} characters in its front matter; use at most {MAX_ID}")
    return doc_id


def _scanned(reader: Callable[[bytes], Draft]) -> str:
    return " (a scanned PDF? run text recognition over it first)" if reader is read_pdf else ""
