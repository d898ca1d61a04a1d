"""Line up two texts: lines with lines, and within a changed line words with words."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

ALIKE = 0.4  # below this share of common words two lines are shown as two, not word by word
Texts = tuple[str | None, str | None]
Piece = tuple[str, bool]  # text, and whether the other side lacks it


def lined_up(a: Sequence[str], b: Sequence[str]) -> list[Texts]:
    """Pair the lines of two sides in order: equal ones with each other, changed ones as they follow."""
    pairs: list[Texts] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += zip(a[a1:a2], b[b1:b2], strict=True)
        else:
            pairs += zip_longest(a[a1:a2], b[b1:b2])
    return pairs


def signed(a: Sequence[str], b: Sequence[str]) -> list[str]:
    """Return the lines as a diff: two spaces before those of both, "- " of A alone, "+ " of B alone."""
    lines = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [f"  {text}" for text in a[a1:a2]]
        else:
            lines += [f"- {text}" for text in a[a1:a2]] + [f"+ {text}" for text in b[b1:b2]]
    return lines


def words(a: str, b: str) -> tuple[list[Piece], list[Piece]]:
    """Cut two lines into pieces that are common and pieces that are not, by whole words."""
    left, right = (re.findall(r"\w+|\s+|[^\w\s]", text) for text in (a, b))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < ALIKE:
        return [(a, True)], [(b, True)]
    found: tuple[list[Piece], list[Piece]] = ([], [])
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        for pieces, text in zip(found, ("".join(left[a1:a2]), "".join(right[b1:b2])), strict=True):
            if text:
                pieces.append((text, tag != "equal"))
    return found
