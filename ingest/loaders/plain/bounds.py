"""Cut a text whose markup would take minutes to read, and say where."""

import re
from itertools import islice

MAX_LENGTH = 20_000_000  # characters


def cut(text: str, marks: re.Pattern[str], most: int) -> tuple[str, tuple[str, ...]]:
    """Return a text up to the last whole line that keeps within `most` marks, and a note of what is not read then."""
    if len(text) <= most:
        return text, ()
    beyond = next(islice(marks.finditer(text), most, None), None)
    end = min(beyond.start() if beyond else len(text), MAX_LENGTH)
    if end == len(text):
        return text, ()
    end = text.rfind("\n", 0, end) + 1 or end
    lines = text.count("\n", 0, end)
    where = f"line {lines} of {lines + text.count(chr(10), end) + 1}" if lines else f"character {end}"
    return text[:end], (f"it is too long to be read as a whole: read is up to {where}; split it",)
