"""Count the numbers that Word writes before headings and list items: "1.2", "(b)", "iv."."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.loaders.word.package import Package, child, local, value

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Level:
    """How one level of a list counts: its form ("decimal"), its words ("%1.%2") and its first number."""

    form: str = "decimal"
    words: str = ""
    start: int = 1
    legal: bool = False  # all numbers in it are written in digits


@dataclass
class Numbering:
    """The lists of a document and how far each has counted."""

    lists: dict[str, tuple[str, dict[int, Level]]] = field(
        default_factory=dict
    )  # id -> (what it counts with, levels)
    _counts: dict[str, list[int]] = field(default_factory=dict)

    def label(self, list_id: str, level: int) -> str | None:
        """Count one further item; return its label, "" for a bullet, None for an unknown list."""
        if list_id not in self.lists:
            return None
        shared, levels = self.lists[list_id]
        level = min(max(level, 0), LEVELS - 1)
        counts = self._counts.setdefault(shared, [0] * LEVELS)
        own = levels.get(level, Level())
        counts[level] = counts[level] + 1 if counts[level] else own.start
        counts[level + 1 :] = [0] * (LEVELS - level - 1)
        if own.form in ("bullet", "none"):
            return ""

        def written(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = levels.get(at, Level())
            return _written(counts[at] or other.start, "decimal" if own.legal else other.form)

        return _PLACE.sub(written, own.words).strip()


def read_numbering(package: Package, part: str | None) -> Numbering:
    """Read the lists a document defines."""
    tree = package.xml(part) if part else None
    abstract: dict[str, dict[int, Level]] = {}
    numbering = Numbering()
    for item in tree if tree is not None else ():
        if local(item) == "abstractNum":
            abstract[str(value(item, "abstractNumId"))] = dict(_levels(item))
        elif local(item) == "num":
            shared = str(value(child(item, "abstractNumId")))
            levels = dict(abstract.get(shared, {}))
            name, own = str(value(item, "numId")), False
            for change in (one for one in item if local(one) == "lvlOverride"):
                at = _int(value(change, "ilvl"), 0)
                levels.update(_levels(change))
                start = value(child(change, "startOverride"))
                if start is not None:
                    old, own = levels.get(at, Level()), True
                    levels[at] = Level(form=old.form, words=old.words, start=_int(start, 1), legal=old.legal)
            numbering.lists[name] = (f"own:{name}" if own else shared, levels)
    return numbering


def _levels(parent: "Element") -> "list[tuple[int, Level]]":
    return [
        (
            _int(value(item, "ilvl"), 0),
            Level(
                form=value(child(item, "numFmt")) or "decimal",
                words=value(child(item, "lvlText")) or "",
                start=_int(value(child(item, "start")), 1),
                legal=child(item, "isLgl") is not None,
            ),
        )
        for item in parent
        if local(item) == "lvl"
    ]


def _written(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and 0 < number <= 780:
        text = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif form in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        text = ""
        for size, letters in _ROMAN:
            text += letters * (number // size)
            number %= size
    else:
        return f"{number:02d}" if form == "decimalZero" else str(number)
    return text.upper() if form.startswith("upper") else text


def _int(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else default
