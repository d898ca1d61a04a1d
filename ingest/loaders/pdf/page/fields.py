"""Put what was filled into a form on its page: the words of fields, ticks of boxes, and words typed over the print."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from pdfminer.pdftypes import resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import decode_text

from ingest.loaders.shown.boxes import box_sign

MAX_FIELDS = 2000  # read of a page
MAX_WORDS = 20_000  # characters of all fields of a page
MAX_DEPTH = 8  # fields that a field stands in
UNSEEN = 0b100010  # of an annotation: hidden, or not shown on a screen
SECRET, BUTTON = 1 << 13, 1 << 16  # of a field: a password; a button without a state
SIZE = 10.0  # points, of print whose size a field leaves open
SHARE = 0.7  # of a field's height that its print takes at most
WIDE = 0.5  # of the size that a character takes
BASE = 0.25  # of the size that print begins above its foot
_SIZE = re.compile(rb"([\d.]+)\s+Tf")

Thing = dict[str, Any]  # as pdfplumber gives it


def with_fields(page: Any) -> Any:
    """Return a page with what its form fields and typed notes show among its characters."""
    found = resolve1(page.page_obj.annots) or []
    if not isinstance(found, list):
        return page
    room = MAX_WORDS
    for item in found[:MAX_FIELDS]:
        note = resolve1(item)
        box = _box(page, note) if isinstance(note, dict) else None
        words = _shown(note)[:room] if box else ""
        if box and words:
            room -= len(words)
            page.objects.setdefault("char", []).extend(_characters(page, box, words, _size(note)))
    return page


def _shown(note: Thing) -> str:
    """Return what a field or a typed note shows: its words, or the sign of a box; "" for anything else."""
    kind = _name(note.get("Subtype"))
    if _number(note.get("F")) & UNSEEN or kind not in ("Widget", "FreeText"):
        return ""
    if kind == "FreeText":
        return _words(note.get("Contents"))
    flags = _number(_of(note, "Ff"))
    match _name(_of(note, "FT")):
        case "Btn":
            return "" if flags & BUTTON else box_sign(_name(note.get("AS")) not in ("", "Off"))
        case "Tx" | "Ch":
            return "" if flags & SECRET else _words(_of(note, "V"), _of(note, "Opt"))
    return ""


def _of(field: Thing, key: str) -> Any:
    """Return a value of a field, or of the one it stands in."""
    for _ in range(MAX_DEPTH):
        if key in field:
            return resolve1(field[key])
        above = resolve1(field.get("Parent"))
        if not isinstance(above, dict):
            return None
        field = above
    return None


def _words(value: Any, options: Any = None) -> str:
    """Return a text, the choices of a list one a line; a choice is written as its list shows it."""
    value = resolve1(value)
    if isinstance(value, list):
        return "\n".join(filter(None, (_words(part, options) for part in value)))
    if isinstance(value, PSLiteral):
        text = _name(value)
    elif isinstance(value, bytes | str):
        text = decode_text(value) if isinstance(value, bytes) else value
    else:
        return ""
    for option in options if isinstance(options, list) else ():
        pair = resolve1(option)
        if isinstance(pair, list) and len(pair) == 2 and _words(pair[0]) == text:
            text = _words(pair[1])
    return "\n".join(text[:MAX_WORDS].splitlines()).strip()


def _name(value: Any) -> str:
    value = resolve1(value)
    return str(getattr(value, "name", "")) if isinstance(value, PSLiteral) else ""


def _number(value: Any) -> int:
    value = resolve1(value)
    return value if isinstance(value, int) else 0


def _size(note: Thing) -> float:
    """Return the size of a field's print in points, 0 where it is left open."""
    look = _of(note, "DA")
    found = _SIZE.search(look) if isinstance(look, bytes) else None
    return float(found[1]) if found and re.fullmatch(rb"\d+(?:\.\d+)?", found[1]) else 0.0


def _box(page: Any, note: Thing) -> tuple[float, float, float, float] | None:
    """Return left, foot, right and head of a field in points of its page; None for one without a place."""
    rect = resolve1(note.get("Rect"))
    values = [resolve1(value) for value in rect] if isinstance(rect, list) else []
    if len(values) != 4 or not all(isinstance(value, int | float) for value in values):
        return None
    (x0, x1), (y0, y1) = sorted((values[0], values[2])), sorted((values[1], values[3]))
    return (x0, y0 - page.mediabox[1], x1, y1 - page.mediabox[1]) if x1 > x0 and y1 > y0 else None


def _characters(
    page: Any, box: tuple[float, float, float, float], words: str, size: float
) -> Iterator[Thing]:
    """Yield the characters of a field, upright and on the line of the print that stands beside it."""
    x0, y0, x1, y1 = box
    size = min(size or SIZE, SHARE * (y1 - y0)) if "\n" not in words else size or SIZE
    room = max(1, int((x1 - x0) / (WIDE * size)))
    lines = [words]
    if y1 - y0 > 2 * size:  # of several lines
        lines = [part for line in words.split("\n") for part in textwrap.wrap(line, room) or [""]]
    step = min(1.2 * size, (y1 - y0) / len(lines))
    for at, line in enumerate(lines):
        middle = (y0 + y1) / 2 if len(lines) == 1 else y1 - (at + 0.5) * step
        foot = _beside(page.chars, middle - BASE * size, (y0, y1), size)
        wide = min(WIDE * size, (x1 - x0) / max(1, len(line)))
        for n, char in enumerate(line.replace("\n", " ")):
            yield _character(page, char, x0 + n * wide, foot, wide, size)


def _beside(chars: Sequence[Thing], foot: float, span: tuple[float, float], size: float) -> float:
    """Return the line that print beside a field stands on, nearest to where its own would; that where there is none."""
    lines = {
        char["matrix"][5] for char in chars if char["upright"] and span[0] <= char["matrix"][5] <= span[1]
    }
    near = [line for line in lines if abs(line - foot) <= size]
    return float(min(near, key=lambda line: abs(line - foot), default=foot))


def _character(page: Any, text: str, x0: float, foot: float, wide: float, size: float) -> Thing:
    low = foot - BASE * size
    return {
        "object_type": "char", "text": text, "fontname": "field", "size": size, "matrix": (1, 0, 0, 1, x0, foot),
        "upright": True, "x0": x0, "x1": x0 + wide, "y0": low, "y1": low + size, "width": wide, "height": size,
        "top": page.height - low - size, "bottom": page.height - low,
        "doctop": page.initial_doctop + page.height - low - size, "non_stroking_color": (0,),
    }  # fmt: skip
