"""Read JSON, JSON lines and notebooks: records as rows, what is nested under headings."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.core.errors import LoadError
from ingest.loaders.blocks import Draft, Piece, clean_line, code_pieces, draft
from ingest.loaders.markdown import markdown_pieces
from ingest.loaders.plain.charset import decode
from ingest.loaders.plain.code import read_code
from ingest.loaders.plain.sheet import MAX_CELLS

MAX_DEPTH = 50
MAX_KEYS = 200  # of a record that is written as one row


def read_json(data: bytes, charset: str | None = None) -> Draft:
    """Read a JSON file: a list of records gives a row each, an object a row for each value, objects in it a section.

    A file that is not quite JSON (with remarks, say) is read as it stands. Raises LoadError for too many values.
    """
    text = decode(data, charset)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return read_code(text.encode())
    pieces = list(_pieces(value, (), 1))
    _bounded(pieces)
    return draft(pieces, title=_title(value))


def read_json_lines(data: bytes, charset: str | None = None) -> Draft:
    """Read a file of one JSON value a line, each a row; lines that are no JSON stand as they are."""
    pieces: list[Piece] = []
    for line in decode(data, charset).split("\n"):
        try:
            pieces += _pieces([json.loads(line)], (), 1) if line.strip() else ()
        except (ValueError, RecursionError):
            pieces += code_pieces(line)
        _bounded(pieces)
    return draft(pieces)


def read_notebook(data: bytes, charset: str | None = None) -> Draft:
    """Read a notebook: its words as Markdown, its code line by line; outputs are left out."""
    text = decode(data, charset)
    try:
        cells = json.loads(text)["cells"]
        sources = [told for cell in cells if (told := _cell(cell)) is not None]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise LoadError("is not a notebook or is broken; save it again") from None
    pieces: list[Piece] = []
    for kind, source in sources:
        pieces += markdown_pieces(source) if kind in ("markdown", "raw") else code_pieces(source)
    left_out = len(cells) - len(sources)
    notes = (f"cells that are broken are not read: {left_out}",) if left_out else ()
    return replace(draft(pieces), notes=notes)


def _cell(cell: Any) -> tuple[str, str] | None:
    """Return the kind and the words of a cell of a notebook, None for a broken one."""
    try:
        return str(cell["cell_type"]), "".join(cell["source"])
    except (KeyError, TypeError):
        return None


def _pieces(value: Any, path: Sequence[str], level: int) -> Iterator[Piece]:
    """Yield the rows of a value; `path` names where it stands in the object it belongs to."""
    if isinstance(value, dict) and level < MAX_DEPTH:
        yield from _object(value, path, level)
    elif isinstance(value, list) and level < MAX_DEPTH:
        for item in value:
            if isinstance(item, dict) and _is_flat(item):
                yield Piece(kind="row", text=_record(item))
            elif isinstance(item, list | dict):
                yield from _pieces(item, path, level + 1)
            else:
                yield Piece(kind="item", text=_written(item))
    else:
        yield Piece(kind="row", text=_record({" > ".join(path): value}))


def _object(value: dict[str, Any], path: Sequence[str], level: int) -> Iterator[Piece]:
    plain = {key: part for key, part in value.items() if _is_plain(part)}
    yield from (Piece(kind="row", text=_record({key: part})) for key, part in plain.items())
    for key, part in value.items():
        if key not in plain:
            yield Piece(kind="heading", text=" > ".join([*path, key]), level=min(level, 6))
            yield from _pieces(part, [*path, key], level + 1)


def _record(record: dict[str, Any]) -> str:
    """Write a record as a row: "item: map | price: 4 euros"; what is empty is left out."""
    cells = [(clean_line(key), clean_line(_written(part))) for key, part in record.items()]
    return " | ".join(f"{key}: {part}" if key else part for key, part in cells if part)


def _is_flat(value: dict[str, Any]) -> bool:
    return len(value) <= MAX_KEYS and all(map(_is_plain, value.values()))


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= 20 and not any(isinstance(item, list | dict) for item in value)
    return not isinstance(value, dict)


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _title(value: Any) -> str | None:
    found = (
        next((value[key] for key in ("title", "name") if value.get(key)), None)
        if isinstance(value, dict)
        else None
    )
    return found if isinstance(found, str) and len(found) <= 200 else None


def _bounded(pieces: Sequence[Piece]) -> None:
    if len(pieces) > MAX_CELLS:
        raise LoadError(f"holds more than {MAX_CELLS} values; split it up")
