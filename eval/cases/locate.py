"""Find where the gold words of cases stand in the stored documents."""

import codecs
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.core.errors import InputError
from assistant.index.store import Store
from eval.cases.gold import document_names
from eval.cases.read import clipped, parse, read_file


def locate(path: Path, store: Store) -> tuple[list[str], list[str]]:
    """Give each gold span that has a `text` its `start` and `end` in the stored text of its document.

    Returns the lines of the file, joined by "\\n" its text, and the problems: words that are not there, or at several
    places none of which is marked. A span with a problem stays as it is, and so does, byte for byte, a line where
    nothing changes. Raises InputError for a file that cannot be read.
    """
    names = document_names(store.manifest.documents)
    text, _ = read_file(path)
    lines = text.split("\n")
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            lines[number - 1], found = _located(number, line, store, names)
            problems += found
    if path.read_bytes().startswith(codecs.BOM_UTF8):
        lines[0] = "\ufeff" + lines[0]
    return lines, problems


def _located(number: int, line: str, store: Store, names: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return one line with its spans located, and what could not be."""
    try:
        body = parse(line)
    except InputError as error:
        return line, [f"line {number}: {error}"]
    spans, problems = [], []
    gold = body.get("gold") or []
    if not isinstance(gold, list):
        return line, [f"line {number}: 'gold' is no list of {{doc, start, end, text}}"]
    for item in gold:
        try:
            spans.append(_span(item, store, names))
        except InputError as error:
            spans.append(item)
            problems.append(f"line {number} ({body.get('id', 'no id')}): {error}")
    if spans == gold:
        return line, problems
    end = "\r" if line.endswith("\r") else ""
    return json.dumps({**body, "gold": spans}, ensure_ascii=line.isascii()) + end, problems


def _span(item: Any, store: Store, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a gold span with its offsets. Raises InputError where they cannot be told."""
    if not isinstance(item, dict) or not isinstance(item.get("doc"), str):
        raise InputError("'gold' is no list of {doc, start, end, text}")
    name, words = item["doc"], item.get("text")
    if name not in names:
        raise InputError(f"{name!r} is no document of the index, or the name of several")
    if words is None:
        return item
    if not isinstance(words, str) or not words:
        raise InputError("the 'text' of a gold span has no words")
    places = _places(store.document(names[name]).text, words)
    if item.get("start") in places and item.get("end") == item["start"] + len(words):
        return item
    if not places:
        raise InputError(f"{clipped(words)} stands nowhere in {name!r}")
    if len(places) > 1:
        shown = ", ".join(f"{at}-{at + len(words)}" for at in places[:3])
        more = " and elsewhere" if len(places) > 3 else ""
        raise InputError(
            f"{clipped(words)} stands {len(places)} times in {name!r} ({shown}{more}): give more words, or the offsets"
        )
    offsets = {"start": places[0], "end": places[0] + len(words)}
    return {"doc": name, **offsets, **{key: item[key] for key in item if key not in ("doc", "start", "end")}}


def _places(text: str, words: str) -> list[int]:
    """Return every place where words start, also where two overlap."""
    places = []
    at = text.find(words)
    while at >= 0:
        places.append(at)
        at = text.find(words, at + 1)
    return places
