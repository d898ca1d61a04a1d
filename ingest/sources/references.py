"""Read the sources that a document names as its own in its front matter."""

import re
from collections.abc import Iterator
from typing import Any

from assistant.core.types import Reference
from ingest.loaders.blocks import clean_line

KEYS = ("sources", "source", "references", "url", "link", "canonical_url")
MAX_REFERENCES = 200
MAX_LENGTH = 2_000  # characters of an address or a title
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\\x00-\x20]+", re.I)


def references_in(values: dict[str, Any]) -> tuple[Reference, ...]:
    """Return the sources under the usual keys: addresses, names, or mappings with title, url and kind; what is else is left out."""
    found: dict[Reference, None] = {}
    for key in KEYS:
        given = values.get(key)
        for item in given if isinstance(given, list) else [given]:
            for reference in _reference(item):
                found.setdefault(reference)
    return tuple(found)[:MAX_REFERENCES]


def _reference(item: Any) -> Iterator[Reference]:
    if isinstance(item, str) and item.strip():
        address = _ADDRESS.search(item)
        yield Reference(title=_line(item), url=_url(address[0]) if address else None)
    elif isinstance(item, dict):
        url = _url(str(item.get("url") or item.get("link") or item.get("href") or ""))
        title = next(
            (_line(item[key]) for key in ("title", "name", "text") if isinstance(item.get(key), str)), ""
        )
        kind = item.get("kind") or item.get("type")
        if title or url:
            yield Reference(
                title=title or url or "", url=url, kind=_line(kind) if isinstance(kind, str) else None
            )


def _url(text: str) -> str | None:
    address = _ADDRESS.fullmatch(text.strip())
    return address[0] if address and len(address[0]) <= MAX_LENGTH else None


def _line(text: str) -> str:
    return clean_line(text)[:MAX_LENGTH]
