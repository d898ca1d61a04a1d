"""Read a file into a Document."""

import hashlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from assistant.core.errors import LoadError
from assistant.core.types import Document
from assistant.text.language import language_of
from ingest.loaders.blocks import Draft
from ingest.sources.kinds import reader_for, unknown
from ingest.sources.names import MAX_ID, file_id, readable


def load_file(path: Path, root: Path) -> Document:
    """Read one file below `root`, which may be the file itself.

    The id is the front matter's, else the path below the root, without the suffix of Markdown and text. Raises LoadError,
    whose text starts with the path, for a file that cannot be read or holds no text.
    """
    reader = reader_for(path)
    if reader is None:
        raise LoadError(f"{path} {unknown(path)}")
    try:
        data = path.read_bytes()
    except PermissionError:
        raise LoadError(f"{path} may not be read: no permission; change its access rights") from None
    except OSError as error:
        raise LoadError(f"{path} could not be read: {error.strerror or error}") from None
    below = path.relative_to(root) if path != root and path.is_relative_to(root) else Path(path.name)
    doc_id = file_id(PurePosixPath(below.as_posix()))
    return make_document(data, reader, doc_id=doc_id, source=str(path), name=path.stem)


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
            raise LoadError("holds no text; fill it or remove it")
        doc_id = _given_id(made.doc_id) or doc_id
    except LoadError as error:
        raise LoadError(f"{source} {' '.join(str(error).split())}") from None
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
        language=language_of(made.text, made.blocks),
        references=made.references,
        scanned=made.scanned,
        notes=made.notes,
    )


def _given_id(doc_id: str | None) -> str | None:
    if doc_id and len(doc_id) > MAX_ID:
        raise LoadError(f"has an id of {len(doc_id)} characters in its front matter; use at most {MAX_ID}")
    return doc_id
