"""Read JSON lines, answer each with one JSON line, in order; a bad line fails alone."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from assistant.errors import AssistantError, InputError
from assistant.types import Message

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
        out.write(json.dumps({"id": record.get("id"), **result}, ensure_ascii=False) + "\n")
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
        else:
            try:
                lines = stack.enter_context(Path(name).open(encoding="utf-8-sig"))
            except OSError as error:
                raise InputError(
                    f"{name} cannot be read ({error.strerror}): give a file of JSON lines."
                ) from None
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, line
        except UnicodeDecodeError as error:
            raise InputError(f"{name} is not UTF-8 text ({error.reason}): save it as UTF-8.") from None


def _parse(line: str) -> Record:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise InputError(f"not JSON ({error}): each line must be one JSON object.") from None
    if not isinstance(record, dict):
        raise InputError("not a JSON object: each line must be like {...}.")
    return record


def _check(record: Record, needed: Iterable[str]) -> None:
    for key in needed:
        if not isinstance(record.get(key), str):
            raise InputError(f"{key!r} is missing or not a text: each line needs {', '.join(needed)}.")
