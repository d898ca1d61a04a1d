"""Keep the answers behind a page or a text, in a comment at its end, and notice when the words above were changed."""

import hashlib
import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.core.errors import InputError

_OPENING = "<!-- bpo-kpo-answers "
_BLOCK = re.compile(
    rf"^{_OPENING}(?:1\n((?:[A-Za-z0-9+/=]{{1,76}}\n)+)|2 ([A-Za-z0-9+/=]+) )-->$", re.MULTILINE
)
_MAX_BYTES = 200_000_000  # of the answers, unpacked


@dataclass(frozen=True, kw_only=True)
class Unsealed:
    """What a sealed text holds: the words a reader sees, what stands behind them, and whether both still agree."""

    visible: str
    body: dict[str, Any]
    changed: bool  # the words are not those that were sealed


def sealed(visible: str, body: Mapping[str, Any]) -> str:
    """Return the text with the body behind it, in one line of packed base64, so that nothing in it can end it."""
    visible = _settled(visible)
    holder = {"visible_sha256": _hash(visible), "body": body}
    packed = zlib.compress(json.dumps(holder, ensure_ascii=False).encode(), 9)
    return "\n".join([visible, "", f"{_OPENING}2 {b64encode(packed).decode()} -->", ""])


def unsealed(text: str) -> Unsealed:
    """Take a sealed text apart; text that was added after the seal counts as visible.

    Raises InputError where there is no such comment, more than one, or one that is damaged.
    """
    text = text.replace("\r\n", "\n")
    blocks = list(_BLOCK.finditer(text))
    if len(blocks) != 1 or text.count(_OPENING) != 1:
        many = "more than one comment" if text.count(_OPENING) > 1 else "no whole comment"
        raise InputError(f"it holds {many} with answers: give a file as it was exported")
    try:
        holder = json.loads(_unpacked(blocks[0]))
        body, visible_sha256 = holder["body"], holder["visible_sha256"]
    except (ValueError, KeyError, TypeError, RecursionError, zlib.error):
        raise InputError("the answers at its end are damaged: give a file as it was exported") from None
    if not isinstance(body, dict):
        raise InputError("the answers at its end are damaged: give a file as it was exported")
    visible = _settled(text[: blocks[0].start()] + text[blocks[0].end() :])
    return Unsealed(visible=visible, body=body, changed=_hash(visible) != visible_sha256)


def _unpacked(block: re.Match[str]) -> bytes:
    """Return the answers of a comment, also of one that the first version wrote over many lines."""
    if block[1]:
        return b64decode(block[1].replace("\n", ""), validate=True)
    unpacking = zlib.decompressobj()
    body = unpacking.decompress(b64decode(block[2], validate=True), _MAX_BYTES)
    if not unpacking.eof:
        raise ValueError("it is cut off, or too large")
    return body


def _settled(visible: str) -> str:
    """Return the text without what an editor may change unseen: line ends of another system, its last lines' end."""
    return visible.replace("\r\n", "\n").rstrip("\n")


def _hash(visible: str) -> str:
    return hashlib.sha256(visible.encode()).hexdigest()
