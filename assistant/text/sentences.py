"""Split text into sentences with offsets."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import sentencex

from assistant.text.disclaimers.boxes import BOX, boxes_in

MIN_WRAP, MAX_WRAP = 40, 120  # characters; the widths at which people and programs break plain text
NARROW = 24  # characters of a column: lists are as narrow, so every line has to be full
_NUMBER = r"\d{1,3}[.)]|\(?[a-z]\)|\(?[ivxl]{1,6}\)|\(\d{1,3}\)|[a-z]\.(?! [a-z]\.)|[ivx]{1,5}\."
LIST_NUMBER = re.compile(rf"(?:{_NUMBER})\s+(?=\S)")  # of a list item, as it stands before its words
_MARKER = re.compile(rf"\s*(?:[-*•‣◦▪●○–]|{_NUMBER})\s+(?=\S)")

MAX_RUN = 3_000  # characters given to the library at once
_QUOTES = re.compile("[\"'`“”‘’«»„‹›]")  # those that never close cost it quadratic time
_SURE_STOP = re.compile(r"[a-z0-9]{4}[.!?]\s+(?=[A-Z])")  # no abbreviation
_STOP = re.compile(r"[.!?][\"')\]]*\s+")
_SHORT = re.compile(
    r"\b(?:(?i:approx|max|min|tel|incl|excl)|Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\.$"
)  # before a figure or a small letter
_OPEN = re.compile(  # what no line ends with but one that goes on
    r"(?:,|\b(?:an?|the|of|in|on|at|to|for|and|or|with|by|from|as|is|are|was|were|that|which|than|its|their|into|under|per))\s*$"
)


@lru_cache(maxsize=20_000)
def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of each sentence, in order, without surrounding white space or list markers.

    A line break ends a sentence, as documents hold one block (paragraph, item, table row) a line; only in
    plain text that was broken into lines of like width does a single break count as a space. A table row
    ("Aspect: Skills | BPO: basic") and a line of tick boxes are one sentence, whatever stands in them.
    """
    return tuple(_spans(text))


def line_groups(text: str) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) of each line, list markers left out, or of the lines that make up one paragraph.

    Blank lines are left out. Takes time in proportion to the text.
    """
    run: list[str] = []
    offset = begin = 0
    for line in text.split("\n"):
        if line.strip():
            run.append(line)
        else:
            if run:
                yield from _run_groups(run, begin)
            run, begin = [], offset + len(line) + 1
        offset += len(line) + 1
    yield from _run_groups(run, begin)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for begin, end in line_groups(text):
        line = text[begin:end]
        if " | " in line or (BOX.search(line) and boxes_in(line)):
            yield begin, end
            continue
        first: int | None = None
        last = begin
        for start, stop in _cut(line, begin):
            if first is not None and not _abbreviated(text[first:last], text[start:stop]):
                yield first, last
                first = None
            first, last = start if first is None else first, stop
        if first is not None:
            yield first, last


def _cut(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of a text stand that begins at `begin`, as the library tells them."""
    for at, run in _runs(text.replace("\n", " ")):
        for sentence in sentencex.get_sentence_boundaries("en", run):
            words = sentence["text"]
            start = begin + at + sentence["start_index"] + len(words) - len(words.lstrip())
            if words.strip():
                yield start, start + len(words.strip())


def _runs(text: str) -> Iterator[tuple[int, str]]:
    """Yield a text in parts of bounded length, each with where it begins, cut between sentences where they are told apart."""
    at = 0
    while len(text) - at > MAX_RUN and _QUOTES.search(text, at):
        stops = [match.end() for match in _SURE_STOP.finditer(text, at, at + MAX_RUN)]
        end = stops[-1] if stops else text.rfind(" ", at + 1, at + MAX_RUN) + 1 or at + MAX_RUN
        yield at, text[at:end]
        at = end
    yield at, text[at:]


def _abbreviated(before: str, after: str) -> bool:
    """Tell whether a text was cut behind an abbreviation: "approx. three weeks", "tel. 0800"."""
    return (after[0].islower() or after[0].isdigit()) and bool(_SHORT.search(before))


def _run_groups(run: Sequence[str], begin: int) -> Iterator[tuple[int, int]]:
    start, offset = -1, begin
    joined = _joins(run)
    for n, line in enumerate(run):
        if start < 0:
            marker = _MARKER.match(line)
            start = offset + (marker.end() if marker else len(line) - len(line.lstrip()))
        if not joined[n]:
            yield start, offset + len(line.rstrip())
            start = -1
        offset += len(line) + 1


def _joins(run: Sequence[str]) -> list[bool]:
    """Say of each line whether the next one goes on with its paragraph.

    Sure signs are a next line in lower case after a long line without a final stop, or further in than that, and a line
    that ends in the middle of a phrase. Where there is one, every line too full for the first word of the next one is taken as wrapped too. A
    line longer than people wrap is a paragraph by itself; lines of a narrow column are taken as wrapped together or not at all.
    """
    wrapped = [len(line) <= MAX_WRAP for line in run]
    width = max(
        (len(line) for line, fits in zip(run, wrapped, strict=True) if fits and " " in line), default=0
    )
    pairs = [wrapped[n] and wrapped[n + 1] for n in range(len(run) - 1)]
    hanging = _hanging(run)
    column = width < MIN_WRAP and _is_column(run, width)
    if width < MIN_WRAP and not column:
        return [*(pair and hangs for pair, hangs in zip(pairs, hanging, strict=True)), False]
    # A text may begin in the middle of a line, so its first line may be short.
    sure = [
        pair and (hanging[n] or _runs_on(run[n], run[n + 1], short=n == 0)) for n, pair in enumerate(pairs)
    ]
    if column or any(sure):
        sure = [sure[n] or (pair and _is_full(run[n], run[n + 1], width)) for n, pair in enumerate(pairs)]
    return [*sure, False]


def _is_column(run: Sequence[str], width: int) -> bool:
    """Tell whether narrow lines are a text broken to a width: one goes on in the next, and none had room for its next word.

    Lines that all begin with a small letter, or of which none ends in a stop or in the middle of a phrase, are a list.
    """
    if len(run) < 2 or width < NARROW or all(line.lstrip()[0].islower() for line in run):
        return False
    if run[-1].rstrip()[-1] not in ".!?" and not any(
        _OPEN.search(line) or _STOP.search(line) for line in run
    ):
        return False
    pairs = list(pairwise(run))
    full = [_is_full(line, after, width) for line, after in pairs]
    filled = [own or line.rstrip()[-1] in ".!?:" for own, (line, _) in zip(full, pairs, strict=True)]
    first = 0 if filled[0] else 1  # a heading may stand right above
    return all(filled[first:]) and any(
        own and _runs_on(line, after, short=True) for own, (line, after) in zip(full, pairs, strict=True)
    )


def _runs_on(line: str, after: str, short: bool) -> bool:
    if _MARKER.match(after) or "|" in line + after:
        return False
    stops = list(_STOP.finditer(line))
    begun = bool(stops) and line[stops[-1].end() :][:1].isupper()  # a sentence begins within the line
    goes_on = after.lstrip()[0].islower() or bool(_OPEN.search(line))
    return (short or begun or len(line) >= MIN_WRAP) and line.rstrip()[-1] not in ".!?:;" and goes_on


def _hanging(run: Sequence[str]) -> list[bool]:
    """Say of each line whether the next one goes on with it further in, as the second line of a list item does."""
    found: list[bool] = []
    first = 0  # how far in the line stands with which the paragraph begins
    for n, (line, after) in enumerate(zip(run, run[1:], strict=False)):
        if not (n and found[-1]):
            first = len(line) - len(line.lstrip())
        further = len(after) - len(after.lstrip()) > max(1, first)
        found.append(further and _runs_on(line, after, short=True))
    return found


def _is_full(line: str, after: str, width: int) -> bool:
    if _MARKER.match(after) or "|" in line + after:
        return False
    return len(line.rstrip()) + 1 + len(after.split(maxsplit=1)[0]) > width
