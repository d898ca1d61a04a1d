"""Read tick boxes: which options of a line are ticked, and what each one says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TICKED, _EMPTY = "☑✓✔✅🗹", "☐□◻▢⬜✗✘❌"
_CROSSED = "☒"  # ticked in a form; where ☑ stands beside it, crossed out
BOX = re.compile(
    rf"[{_TICKED}{_EMPTY}{_CROSSED}]|(?<![\w\])])(?<!= )\[(?:[ _]|[xX✓✔*])\](?![(\[:\w])|(?<!\w)\( \)(?=\s)|(?<!\w)\([xX]\)(?=\s)"
)
_LEAD_END = re.compile(r"[?:]\s*|\s\|\s")
_EDGE = " \t\n.,;:|-–"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One box of a line: whether it is ticked, and the words it belongs to, as characters of the line."""

    ticked: bool
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Boxes:
    """The boxes of a line in their order; `lead` are the words before all options, such as a question."""

    lead: str
    options: tuple[Option, ...]

    @property
    def single(self) -> bool:
        """Tell whether the line is one task or one option, with a box of its own."""
        return len(self.options) == 1

    @property
    def ticked(self) -> bool:
        """Tell whether any box is ticked."""
        return any(option.ticked for option in self.options)


def boxes_in(line: str) -> Boxes | None:
    """Return the boxes of a line, None where it has none.

    A box belongs to the words behind it, unless words stand before the first one and none behind the last:
    "Insured? Yes ☐ No ☑".
    """
    signs = list(BOX.finditer(line))
    if any(sign[0].lower() == "(x)" for sign in signs) and not any(sign[0] == "( )" for sign in signs):
        signs = [sign for sign in signs if sign[0].lower() != "(x)"]
    if not signs:
        return None
    before, behind = line[: signs[0].start()].strip(_EDGE), line[signs[-1].end() :].strip(_EDGE)
    ticked = [_is_ticked(sign[0], line) for sign in signs]
    if before and not behind:
        lead = _lead_end(line, signs[0].start())
        starts = [lead, *(sign.end() for sign in signs[:-1])]
        ends = [sign.start() for sign in signs]
        words = line[:lead]
    else:
        starts = [sign.end() for sign in signs]
        ends = [*(sign.start() for sign in signs[1:]), len(line)]
        words = line[: signs[0].start()]
    options = tuple(
        Option(ticked=on, start=a, end=b)
        for on, (a, b) in zip(ticked, _trimmed(line, zip(starts, ends, strict=True)), strict=True)
    )
    return Boxes(lead=words.strip(_EDGE), options=options)


def _is_ticked(sign: str, line: str) -> bool:
    if sign == _CROSSED:
        return not any(other in line for other in _TICKED)
    return sign in _TICKED or sign[0] in "[(" and sign[1] not in " _"


def _lead_end(line: str, end: int) -> int:
    """Return where the words of the first option begin, behind a question or a colon that leads up to it."""
    ends = [match.end() for match in _LEAD_END.finditer(line, 0, end)]
    return next((at for at in reversed(ends) if line[at:end].strip(_EDGE)), 0)


def _trimmed(line: str, spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in spans:
        words = line[start:end]
        left = len(words) - len(words.lstrip(_EDGE))
        yield start + left, start + left + len(words.strip(_EDGE))
