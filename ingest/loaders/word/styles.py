"""What a paragraph's style says: its heading level, and the list it belongs to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.loaders.word.package import Package, child, local, value

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

_HEADING = re.compile(r"heading ([1-9])", re.I)


@dataclass(frozen=True, kw_only=True)
class Style:
    """A paragraph style, what it takes over from others included."""

    name: str = ""
    level: int | None = None  # of a heading, from 1
    list_id: str | None = None
    list_level: int = 0


def read_styles(package: Package, part: str | None) -> dict[str, Style]:
    """Return the paragraph styles by their ids."""
    tree = package.xml(part) if part else None
    raw = {
        str(value(item, "styleId")): item
        for item in (tree if tree is not None else ())
        if local(item) == "style"
    }
    return {key: _resolved(key, raw) for key in raw}


def _resolved(key: str, raw: Mapping[str, "Element"]) -> Style:
    """Read a style; what it leaves open comes from the style it is based on."""
    name = value(child(raw[key], "name")) or ""
    level: int | None = None
    list_id: str | None = None
    list_level: int | None = None
    seen: set[str] = set()
    at: str | None = key
    while at is not None and at in raw and at not in seen:
        seen.add(at)
        item = raw[at]
        level = _level(item) if level is None else level
        number = child(item, "pPr", "numPr")
        list_id = value(child(number, "numId")) if list_id is None else list_id
        list_level = _int(value(child(number, "ilvl"))) if list_level is None else list_level
        at = value(child(item, "basedOn"))
    return Style(name=name, level=level or None, list_id=list_id, list_level=list_level or 0)


def _level(style: "Element") -> int | None:
    name = value(child(style, "name")) or ""
    if name.casefold() == "title":
        return 1
    if match := _HEADING.fullmatch(name):
        return int(match[1])
    return outline_level(child(style, "pPr"))


def outline_level(properties: "Element | None") -> int | None:
    """Return the heading level that paragraph properties set: 0 for plain text, None where they set none."""
    level = _int(value(child(properties, "outlineLvl")))
    return None if level is None else (level + 1 if 0 <= level < 9 else 0)


def _int(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None
