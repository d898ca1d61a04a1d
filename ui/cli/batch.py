"""Read JSON lines, answer each with one JSON line, in order; a bad line fails alone."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from assistant.core.errors import AssistantError, InputError
from assistant.core.types import Message
from assistant.show.escape import json_text

MAX_DEPTH = 20  # objects and lists within each other; a question with its history has 4
Record = dict[str, Any]


def run_batch(name: str, work: Callable[[Record], Record], needed: Iterable[str], out: TextIO) -> int:
    """Apply `work` to each record; write its id and the result. Return 1 if any line failed, else 0.

    A line that fails is written as {"id": ..., "line": n, "error": "..."}. Raises InputError for a missing file.
    """
    failed = False
    for number, line in _lines(name):
        record: Record = {}
        try:
            record = _parse(line)
            _check(record, needed)
            result = work(record)
        except AssistantError as error:
            failed = True
            result = {"line": number, "error": str(error)}
        known = record.get("id")
        row = {"id": None if _is_deep(known) else known, **result}
        out.write(json_text(row) + "\n")
        out.flush()
    return int(failed)


def read_history(record: Record) -> list[Message]:
    """Return the earlier turns of a record. Raises InputError for turns of another form."""
    turns = record.get("history") or []
    if not isinstance(turns, list):
        raise InputError("history is not a list: give a list of {role, content}.")
    messages = []
    for turn in turns:
        role = turn.get("role") if isinstance(turn, dict) else None
        if role not in ("user", "assistant") or not isinstance(turn.get("content"), str):
            raise InputError(
                f"history holds {turn!r}: each turn needs a role (user or assistant) and a content."
            )
        messages.append(Message(role=role, content=turn["content"]))
    return messages


def _lines(name: str) -> Iterator[tuple[int, str]]:
    with ExitStack() as stack:
        if name == "-":
            lines: TextIO = sys.stdin
            if hasattr(lines, "reconfigure"):
                lines.reconfigure(errors="surrogateescape")
        else:
            try:
                lines = stack.enter_context(Path(name).open(encoding="utf-8-sig", errors="surrogateescape"))
            except OSError as error:
                raise InputError(
                    f"{name} cannot be read ({error.strerror}): give a file of JSON lines."
                ) from None
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, line


def _parse(line: str) -> Record:
    try:
        line.encode()
        record = json.loads(line)
    except UnicodeEncodeError:
        raise InputError("not UTF-8 text: save the file as UTF-8.") from None
    except ValueError as error:
        raise InputError(f"not JSON ({error}): each line must be one JSON object.") from None
    except RecursionError:
        raise InputError(_DEEP) from None
    if not isinstance(record, dict):
        raise InputError("not a JSON object: each line must be like {...}.")
    return record


_DEEP = f"lists or objects more than {MAX_DEPTH} deep: each line must be like {{...}}, with plain values."


def _is_deep(value: Any) -> bool:
    """Tell whether a value nests more than MAX_DEPTH lists and objects: what follows could not write it again."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        nests = [item for item in level if isinstance(item, dict | list)]
        level = [child for item in nests for child in (item.values() if isinstance(item, dict) else item)]
    return bool(level)


def _check(record: Record, needed: Iterable[str]) -> None:
    if _is_deep(record):
        raise InputError(_DEEP)
    for key in needed:
        if not isinstance(record.get(key), str):
            raise InputError(f"{key!r} is missing or not a text: each line needs {', '.join(needed)}.")
