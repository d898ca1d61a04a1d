"""The signs that stand for tick boxes in a stored text."""

import re

TICKED, EMPTY = "☑", "☐"
_TYPED = re.compile(r"\[(?P<mark>[ xX✓✔_]?)\](?=\s+\S)")


def box_sign(ticked: bool) -> str:
    """Return the sign of a ticked or an empty box."""
    return TICKED if ticked else EMPTY


def with_sign(item: str) -> str:
    """Write a box typed before a list item as its sign: "[x] Keys handed over" becomes "☑ Keys handed over"."""
    match = _TYPED.match(item)
    return box_sign(match["mark"] not in ("", " ", "_")) + item[match.end() :] if match else item
