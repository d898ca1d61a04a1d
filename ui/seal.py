"""Keep the answers behind a page or a text, in a comment at its end, and notice when the words above were changed."""

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.errors import InputError

_OPENING = "<!-- bpo-kpo-answers 1"
_BLOCK = re.compile(rf"^{_OPENING}\n((?:[A-Za-z0-9+/=]{{1,76}}\n)+)-->$", re.MULTILINE)
_WIDTH = 76


@dataclass(frozen=True, kw_only=True)
class Unsealed:
    """What a sealed text holds: the words a reader sees, what stands behind them, and whether both still agree."""

    visible: str
    body: dict[str, Any]
    changed: bool  # the words are not those that were sealed


def sealed(visible: str, body: Mapping[str, Any]) -> str:
    """Return the text with the body behind it, in base64 so that nothing in it can end the comment."""
    visible = _settled(visible)
    holder = {"visible_sha256": _hash(visible), "body": body}
    code = b64encode(json.dumps(holder, ensure_ascii=False).encode()).decode()
    lines = [code[at : at + _WIDTH] for at in range(0, len(code), _WIDTH)]
    return "\n".join([visible, "", _OPENING, *lines, "-->", ""])


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
        holder = json.loads(b64decode(blocks[0][1].replace("\n", ""), validate=True))
        body, visible_sha256 = holder["body"], holder["visible_sha256"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("the answers at its end are damaged: give a file as it was exported") from None
    if not isinstance(body, dict):
        raise InputError("the answers at its end are damaged: give a file as it was exported")
    visible = _settled(text[: blocks[0].start()] + text[blocks[0].end() :])
    return Unsealed(visible=visible, body=body, changed=_hash(visible) != visible_sha256)


def _settled(visible: str) -> str:
    """Return the text without what an editor may change unseen: line ends of another system, its last lines' end."""
    return visible.replace("\r\n", "\n").rstrip("\n")


def _hash(visible: str) -> str:
    return hashlib.sha256(visible.encode()).hexdigest()
