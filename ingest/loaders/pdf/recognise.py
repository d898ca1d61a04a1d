"""Read the words on the picture of a page by text recognition, the extra `ocr`."""

import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Any

from ingest.loaders.pdf.lines import WIDE_GAP, Run

MIN_SCORE = 0.5  # of a line, below which it is left out
SURE = 0.8  # below which a page's usual line may stand on its head
MAX_LINES = 600  # of a page
PRINT = 1.3  # times its size is a line of print high
ALIKE = 0.25  # of the usual size of a page: print that differs less is of that size
SAME_LINE = 0.5  # of the size: how far the middles of one line may lie apart
LONG = 2  # times as wide as high is a line that tells how far a page is turned
DENSITY = 110 / 72  # dots a point at which lines are looked for: of A4 1287 on the longer side
MAX_SIDE = 1920  # dots of it at most
Point = tuple[float, float]
Found = tuple[list[Point], str, float]  # a line's corners from the top left on, its words, how sure they are
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " "}  # as in Chinese print


class Recogniser:
    """Text recognition, loaded once for a file whose pages are up to so many points long."""

    def __init__(self, longest: float) -> None:
        from rapidocr import RapidOCR

        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        self._engine = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.text_score": 0.0,
                "Global.use_cls": False,  # it takes long lines for such that stand on their heads
                "Det.max_candidates": MAX_LINES,
                "Det.limit_type": "max",
                "Det.limit_side_len": min(MAX_SIDE, round(DENSITY * longest)),
                "Rec.rec_batch_num": 1,  # more at once take more memory and no less time
            }
        )

    def lines(self, picture: Any, scale: float) -> list[list[Run]]:
        """Return the lines on a picture from top to bottom, each its runs from left to right, in points."""
        found = self._found(picture)
        if found and median(high > wide for high, wide in (_sides(box) for box, *_ in found)) == 1:
            picture = picture.swapaxes(0, 1)[::-1]
            found = self._found(picture)
        if found and median(score for *_, score in found) < SURE:
            other = self._found(picture[::-1, ::-1])
            found = max(found, other, key=lambda lines: median([score for *_, score in lines] or [0.0]))
        sure = [(box, text) for box, text, score in found if score >= MIN_SCORE]
        boxes = [[(x / scale, y / scale) for x, y in box] for box, _ in sure]
        return lines_of(boxes, [text for _, text in sure])

    def _found(self, picture: Any) -> list[Found]:
        found = self._engine(picture.copy())
        if found.boxes is None:
            return []
        boxes = [[(float(x), float(y)) for x, y in box] for box in found.boxes]
        return list(zip(boxes, found.txts, map(float, found.scores), strict=True))


def lines_of(boxes: Sequence[Sequence[Point]], texts: Sequence[str]) -> list[list[Run]]:
    """Return words as lines of runs, the page turned upright; a box has its corners from the top left on, clockwise."""
    angle = _angle(boxes)
    runs = [
        _run([_turned(point, angle) for point in box], _plain(text))
        for box, text in zip(boxes, texts, strict=True)
        if text.strip()
    ]
    return [_joined(line) for line in _in_lines(_evened(runs))]


def _sides(box: Sequence[Point]) -> tuple[float, float]:
    """Return how high and how wide a box is."""
    return math.dist(box[0], box[3]), math.dist(box[0], box[1])


def _angle(boxes: Sequence[Sequence[Point]]) -> float:
    """Return how far the lines of a page are turned, in radians; long ones tell it best, short ones hardly."""
    slopes = [
        (math.atan2(box[1][1] - box[0][1], box[1][0] - box[0][0]), wide)
        for box in boxes
        if (wide := _sides(box)[1]) > LONG * _sides(box)[0]
    ]
    return median([slope for slope, wide in slopes for _ in range(math.ceil(wide))] or [0.0])


def _turned(point: Point, angle: float) -> Point:
    """Turn a point back by an angle."""
    x, y = point
    return x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)


def _plain(text: str) -> str:
    """Return words with the signs of Latin print, unless they are in a script that has its own."""
    words = " ".join(text.split())
    return words if any("\u3040" <= sign <= "\u9fff" for sign in words) else words.translate(_WIDE)


def _run(box: Sequence[Point], text: str) -> Run:
    size = _sides(box)[0] / PRINT
    middle = sum(y for _, y in box) / len(box)
    return _placed(Run(
        text=text, x0=min(x for x, _ in box), x1=max(x for x, _ in box), top=0.0, bottom=0.0, base=middle, size=size,
        bold=False,
    ), size)  # fmt: skip


def _placed(run: Run, size: float) -> Run:
    """Give a run a size of print about its middle, where `base` is."""
    return replace(run, size=round(size * 2) / 2, top=run.base - size / 2, bottom=run.base + size / 2)


def _evened(runs: Sequence[Run]) -> list[Run]:
    """Give the runs of a page that are about as high as most of its print the same size."""
    usual = median([run.size for run in runs for _ in run.text]) if runs else 0.0
    return [_placed(run, usual) if abs(run.size - usual) <= ALIKE * usual else run for run in runs]


def _in_lines(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Yield the runs that stand side by side on one line."""
    line: list[Run] = []
    for run in sorted(runs, key=lambda run: run.base):
        if line and run.base - line[0].base > SAME_LINE * min(run.size, line[0].size):
            yield sorted(line, key=lambda run: run.x0)
            line = []
        line.append(run)
    if line:
        yield sorted(line, key=lambda run: run.x0)


def _joined(line: Sequence[Run]) -> list[Run]:
    """Join the runs of a line that no wide gap parts, and give them one base."""
    parts = [[line[0]]]
    for before, run in pairwise(line):
        if run.x0 - before.x1 <= WIDE_GAP * min(before.size, run.size):
            parts[-1].append(run)
        else:
            parts.append([run])
    return [
        replace(part[0], text=" ".join(run.text for run in part), x1=part[-1].x1, base=line[0].base)
        for part in parts
    ]
