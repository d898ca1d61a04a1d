"""Join the characters of a page into runs of words on one line, as far as no wide gap parts them."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from assistant.text.disclaimers.boxes import BOX
from ingest.loaders.pdf.page.characters import Char
from ingest.loaders.shown.numbers import raised

SAME_LINE = 0.25  # of the size: how far baselines of one line may lie apart
SMALLER = 0.85  # of the size of the text beside it, for a character to stand above or below its line
WORD_GAP = 0.14  # of the size, beyond the usual gap between letters
WIDE_GAP = 1.0  # of the size: what parts columns may be no narrower
BOX_GAP = 3.0  # of the size, between a tick box and its words


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Words of one line that no wide gap parts."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    bold: bool
    labelled: bool = False  # begins with a label in bold print, and goes on in plain


def runs(chars: Sequence[Char]) -> list[list[Run]]:
    """Return the lines of a page from top to bottom, each its runs from left to right."""
    lines = [line for line in map(_parted, _with_scripts(_baselines(chars))) if line]
    return sorted(lines, key=lambda line: line[0].base)


def _baselines(chars: Sequence[Char]) -> list[list[Char]]:
    """Group characters by the line they stand on."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: char.base):
        if lines and char.base - lines[-1][-1].base <= SAME_LINE * max(
            1.0, min(char.size, lines[-1][-1].size)
        ):
            lines[-1].append(char)
        else:
            lines.append([char])
    return lines


def _with_scripts(lines: list[list[Char]]) -> list[list[Char]]:
    """Put what stands a little above or below a line, in smaller print and right beside it, into that line."""
    sizes = [
        median(char.size for char in line if not char.text.isspace()) if _says(line) else 0.0
        for line in lines
    ]
    for at, line in enumerate(lines):
        for other in (at - 1, at + 1):
            if not line or not 0 <= other < len(lines) or not lines[other]:
                continue
            if not sizes[at] or sizes[at] > SMALLER * sizes[other]:
                continue
            shift = lines[other][0].base - line[0].base  # above 0: it stands above
            if not -0.4 * sizes[other] <= shift <= 0.7 * sizes[other]:
                continue
            ends = sorted(char.x1 for char in lines[other] if not char.text.isspace())
            taken = [group for group in _groups(line) if _is_beside(group[0].x0, ends, 0.35 * sizes[other])]
            for char in (char for group in taken for char in group):
                text = raised(char.text) if shift > 0.15 * sizes[other] else char.text
                lines[other].append(Char(text, char.x0, char.x1, char.top, char.bottom, lines[other][0].base, char.size, char.bold))  # fmt: skip
                line.remove(char)
    return [line for line in lines if line]


def _says(line: Sequence[Char]) -> bool:
    return any(not char.text.isspace() for char in line)


def _groups(line: Sequence[Char]) -> Iterator[list[Char]]:
    group: list[Char] = []
    for char in sorted(line, key=lambda char: char.x0):
        if group and char.x0 - group[-1].x1 > 0.3 * char.size:
            yield group
            group = []
        group.append(char)
    if group:
        yield group


def _is_beside(x0: float, ends: Sequence[float], near: float) -> bool:
    return any(-near < x0 - end < near for end in ends)


def _parted(line: Sequence[Char]) -> list[Run]:
    """Cut a line at its wide gaps and its words at the narrower ones."""
    chars = sorted(line, key=lambda char: (char.x0, char.x1))
    printed = [char for char in chars if not char.text.isspace()]
    if not printed:
        return []
    size = median(char.size for char in printed)
    usual = _usual_gap(printed)
    parts: list[list[Char | None]] = []  # None: a space
    end, spaced = float("-inf"), False
    for char in chars:
        if char.text.isspace():
            spaced = True
            continue
        gap = char.x0 - end
        boxed = gap <= BOX_GAP * size and _is_box(parts)
        if gap > WIDE_GAP * size + usual and not boxed:
            parts.append([char])
        elif boxed or spaced or gap > WORD_GAP * size + usual:
            parts[-1] += [None, char]
        else:
            parts[-1].append(char)
        end, spaced = max(end, char.x1) if parts[-1] != [char] else char.x1, False
    return [_run(part) for part in parts]


def _is_box(parts: Sequence[Sequence[Char | None]]) -> bool:
    """Tell whether a line so far ends with a tick box by itself, which belongs to the words behind it."""
    return bool(parts) and len(parts[-1]) == 1 and bool(BOX.match(parts[-1][0].text if parts[-1][0] else ""))


def _usual_gap(chars: Sequence[Char]) -> float:
    """Return the gap between most letters of a line: above 0 where it is printed wide, as headings are."""
    gaps = [after.x0 - char.x1 for char, after in zip(chars, chars[1:], strict=False)]
    return max(0.0, median(gaps)) if len(gaps) > 3 else 0.0


def _run(part: Sequence[Char | None]) -> Run:
    chars = [char for char in part if char is not None]
    sizes = sorted(chars, key=lambda char: char.size)
    return Run(
        text=_in_order("".join(" " if char is None else char.text for char in part)),
        x0=chars[0].x0,
        x1=max(char.x1 for char in chars),
        top=min(char.top for char in chars),
        bottom=max(char.bottom for char in chars),
        base=chars[0].base,
        size=round(sizes[len(sizes) // 2].size * 2) / 2,
        bold=all(char.bold for char in chars),
        labelled=_is_labelled(chars),
    )


def _is_labelled(chars: Sequence[Char]) -> bool:
    """Tell whether print begins with a capital and is bold up to a colon, and no further."""
    if not chars[0].bold or not chars[0].text.isupper() or chars[-1].bold:
        return False
    end = next((at for at, char in enumerate(chars) if not char.bold), 0)
    return chars[end - 1].text == ":" or chars[end].text == ":"


def _in_order(text: str) -> str:
    """Turn words that are read from right to left, which a page holds as they are seen, into that order."""
    kinds = [unicodedata.bidirectional(char) for char in text]
    right = sum(kind in ("R", "AL") for kind in kinds)
    if right * 2 <= sum(kind in ("L", "R", "AL") for kind in kinds):
        return text
    words = [
        word[::-1] if any(unicodedata.bidirectional(char) in ("R", "AL") for char in word) else word
        for word in reversed(text.split(" "))
    ]
    return unicodedata.normalize("NFKC", " ".join(words))
