"""Leave out what nobody reads on a printed page: words with a line through them, white words on white paper."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

THIN = 2.0  # points; what is higher is no line
THROUGH = (0.1, 0.5)  # of the size, above the line that words stand on: where a line strikes them out
WHITE = 0.98  # share of light, from which a colour is that of paper

Thing = dict[str, Any]  # as pdfplumber gives it
_SEVERAL, _NUMBER = (tuple, list), (int, float)


def without_unshown(page: Any) -> Any:
    """Return a page without the upright characters that are struck out or white on white."""
    strokes, grounds = _strokes(page), _grounds(page)
    unshown = {
        id(char)
        for char in page.chars
        if char["upright"] and ((strokes and _is_struck(char, strokes)) or _is_unseen(char, grounds))
    }
    return page.filter(lambda thing: id(thing) not in unshown) if unshown else page


def _strokes(page: Any) -> list[tuple[float, float, float]]:
    """Return the level lines of a page, by height from its foot: where each begins and ends."""
    things = [*page.lines, *page.rects]
    return sorted(
        ((thing["y0"] + thing["y1"]) / 2, thing["x0"], thing["x1"])
        for thing in things
        if thing["height"] <= THIN and thing["width"] > 0
    )


def _is_struck(char: Thing, strokes: Sequence[tuple[float, float, float]]) -> bool:
    base, middle = char["matrix"][5], (char["x0"] + char["x1"]) / 2
    low, high = base + THROUGH[0] * char["size"], base + THROUGH[1] * char["size"]
    near = strokes[bisect_left(strokes, (low,)) : bisect_right(strokes, (high,))]
    return any(x0 <= middle <= x1 for _, x0, x1 in near)


def _grounds(page: Any) -> list[Thing]:
    """Return what may lie behind words: pictures, and areas filled in a colour."""
    areas = [
        thing for thing in (*page.rects, *page.curves) if thing["fill"] and thing["height"] > THIN and not _is_white(thing)
    ]  # fmt: skip
    return [*areas, *page.images]


def _is_unseen(char: Thing, grounds: Sequence[Thing]) -> bool:
    if not _is_white(char):
        return False
    x, y = (char["x0"] + char["x1"]) / 2, (char["y0"] + char["y1"]) / 2
    return not any(
        ground["x0"] <= x <= ground["x1"] and ground["y0"] <= y <= ground["y1"] for ground in grounds
    )


def _is_white(thing: Thing) -> bool:
    """Tell whether a thing is filled in white, in shades of grey, in red, green and blue, or in printing inks."""
    colour = thing.get("non_stroking_color")
    parts = colour if isinstance(colour, _SEVERAL) else (colour,)
    if not parts or any(not isinstance(part, _NUMBER) for part in parts):
        return False
    return bool(max(parts) <= 1 - WHITE if len(parts) == 4 else min(parts) >= WHITE)
