"""Put the characters of a page in the direction they are read in: turned pages turned back, printed twice once."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

NEAR = 1.0  # points; the same character closer than this to another is that one printed again


@dataclass(frozen=True, slots=True)
class Char:
    """A character as printed, in points from the top left of the page as it is read."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float  # the line it stands on
    size: float
    bold: bool


def directions(
    chars: Sequence[dict[str, Any]], width: float, height: float
) -> Iterator[tuple[list[Char], float]]:
    """Yield the characters of each direction of print turned upright, those of most first, with the page's height.

    Print at other angles than right ones, as watermarks have, is left out.
    """
    turned: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for char in chars:
        a, b = char["matrix"][:2]
        angle = math.degrees(math.atan2(b, a)) % 360
        if abs(angle - round(angle / 90) * 90) < 1:
            turned[round(angle / 90) * 90 % 360].append(char)
    for angle in sorted(turned, key=lambda angle: -len(turned[angle])):
        rises = _rises(turned[angle]) if angle == 0 else [0.0] * len(turned[angle])
        upright = [
            _upright(char, angle, width, height, rise)
            for char, rise in zip(turned[angle], rises, strict=True)
        ]
        yield once(upright), height if angle in (0, 180) else width


def once(chars: Sequence[Char]) -> list[Char]:
    """Leave out characters that are printed over the same one, as a poor man's bold is."""
    seen: dict[tuple[str, int, int], list[Char]] = defaultdict(list)
    wide = 8 * NEAR  # of the squares that are looked through: mostly one
    kept = []
    for char in chars:
        text, x0, top = char.text, char.x0, char.top
        columns = {int((x0 - NEAR) // wide), int((x0 + NEAR) // wide)}
        rows = {int((top - NEAR) // wide), int((top + NEAR) // wide)}
        if any(
            abs(other.x0 - x0) < NEAR and abs(other.top - top) < NEAR
            for column in columns
            for row in rows
            for other in seen.get((text, column, row), ())
        ):
            continue
        seen[text, int(x0 // wide), int(top // wide)].append(char)
        kept.append(char)
    return kept


def _rises(chars: Sequence[dict[str, Any]]) -> list[float]:
    """Return how far each character is raised above the line its print stands on, as powers and signs of notes are.

    A character's box begins as far below that line as others of its font do, for its size.
    """
    depths: dict[str, list[float]] = defaultdict(list)
    for char in chars:
        depths[char["fontname"]].append((char["y0"] - char["matrix"][5]) / (char["size"] or 1.0))
    usual = {font: median(found) for font, found in depths.items()}
    return [
        char["y0"] - char["matrix"][5] - usual[char["fontname"]] * (char["size"] or 1.0) for char in chars
    ]


def _upright(char: dict[str, Any], angle: int, width: float, height: float, rise: float) -> Char:
    x0, x1, top, bottom = char["x0"], char["x1"], char["top"], char["bottom"]
    *_, e, f = char["matrix"]
    match angle:
        case 90:
            x0, x1, top, bottom, base = height - bottom, height - top, x0, x1, e
        case 270:
            x0, x1, top, bottom, base = top, bottom, width - x1, width - x0, width - e
        case 180:
            x0, x1, top, bottom, base = width - x1, width - x0, height - bottom, height - top, f
        case _:
            base = height - f - rise
    return Char(char["text"], x0, x1, top, bottom, base, char["size"], is_bold(char["fontname"]))


@lru_cache(maxsize=256)
def is_bold(font: str) -> bool:
    """Tell from the name of a font whether its print is bold."""
    name = font.lower()
    return "bold" in name or "black" in name or "heavy" in name
