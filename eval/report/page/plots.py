"""Draw the plots of a report as SVG without scripts; colours come from the page's style sheet."""

import math
from collections.abc import Sequence
from html import escape

from eval.metrics.base.risk import Point
from eval.metrics.timing import median, percentile_95
from eval.report.figures import seconds, share
from eval.run.types import Measure

WIDTH, HEIGHT = 420, 250  # of a plot, in its own units
LEFT, RIGHT, TOP, BOTTOM = 44, 22, 36, 42  # margins round the area of the plot
BINS = 30
TOPS = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)  # tops of an axis whose quarters are round


def bar(measure: Measure, top: float = 1.0) -> str:
    """Return the value as a bar on a track from 0 to `top`, its interval as a line with ends; "" without a value."""
    if measure.value is None or top <= 0:
        return ""

    def at(value: float) -> str:
        return f"{100 * min(max(value / top, 0.0), 1.0):.2f}%"

    parts = ['<rect class="track" y="5" width="100%" height="8" rx="2"/>']
    parts.append(f'<rect class="fill" y="5" width="{at(measure.value)}" height="8" rx="2"/>')
    if measure.low is not None and measure.high is not None:
        low, high = at(measure.low), at(measure.high)
        ends = ((low, high, "9", "9"), (low, low, "3", "15"), (high, high, "3", "15"))
        parts += [f'<line class="whisker" x1="{a}" x2="{b}" y1="{c}" y2="{d}"/>' for a, b, c, d in ends]
    return f'<svg class="bar" width="100%" height="18" aria-hidden="true">{"".join(parts)}</svg>'


def axis_top(values: Sequence[float]) -> float:
    """Return the lowest number with round quarters that no value exceeds: 0.33 gives 0.4; 1 where all are 0."""
    highest = max(values, default=0.0)
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(power * step for step in TOPS if highest <= power * step * (1 + 1e-9))


def risk_curve(points: Sequence[Point]) -> str:
    """Return the curve of risk over coverage, as a staircase; coverage from 0 to 1, risk to a round number.

    Each step holds from one coverage to the next, as thresholds between two scores show the same answers.
    """
    top = min(1.0, axis_top([point.risk for point in points]))
    ordered = sorted(points, key=lambda point: -point.threshold)
    path = ""
    for point in ordered:
        x, y = _x(point.coverage), _y(point.risk / top)
        path += f"H{x}V{y}" if path else f"M{x},{y}"
    last = ordered[-1]
    label = (
        f"Risk over coverage, {len(ordered)} thresholds; as run: {share(last.risk)} at {share(last.coverage)}"
    )
    marks = f'<path class="curve" d="{path}"/><circle class="dot" cx="{_x(last.coverage)}" cy="{_y(last.risk / top)}" r="4"/>'
    grid = _grid(
        [(step / 5, f"{step * 20} %") for step in range(6)],
        [(step / 4, share(top * step / 4)) for step in range(5)],
    )
    return _figure(label, grid + marks, "answerable questions answered")


def histogram(values: Sequence[float], top: float, label: str) -> str:
    """Return how many answers took how long, in 30 equal bins from 0 to `top` seconds, with two lines.

    The lines mark the median and the 95th percentile.
    """
    counts = [0] * BINS
    for value in values:
        counts[min(int(value / top * BINS), BINS - 1)] += 1
    most = max(counts)
    wide = (WIDTH - LEFT - RIGHT) / BINS
    bars = "".join(
        f'<rect class="fill" x="{LEFT + wide * at + 0.5:.1f}" y="{_y(n / most)}" width="{wide - 1:.1f}" '
        f'height="{(HEIGHT - TOP - BOTTOM) * n / most:.1f}"/>'
        for at, n in enumerate(counts)
        if n
    )
    half, most_of = median(values), percentile_95(values)
    lines = _line(half / top, f"median {seconds(half)} s", 1) + _line(
        most_of / top, f"p95 {seconds(most_of)} s", 0
    )
    steps = sorted({0, math.ceil(most / 2), most})
    ticks = [(step / 4, f"{top * step / 4:g}") for step in range(5)]
    told = f"{label}: median {seconds(half)} s, 95th percentile {seconds(most_of)} s, {len(values)} answers"
    return _figure(told, _grid(ticks, [(n / most, str(n)) for n in steps]) + bars + lines, "seconds")


def _line(at: float, words: str, row: int) -> str:
    x = _x(at)
    side, step = ("end", -4) if at > 0.6 else ("start", 4)
    y = TOP - 10 - 14 * row
    return (
        f'<line class="mark" x1="{x}" x2="{x}" y1="{y - 10}" y2="{HEIGHT - BOTTOM}"/>'
        f'<text class="told" x="{float(x) + step:.1f}" y="{y}" text-anchor="{side}">{escape(words)}</text>'
    )


def _x(part: float) -> str:
    return f"{LEFT + (WIDTH - LEFT - RIGHT) * part:.1f}"


def _y(part: float) -> str:
    return f"{HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part:.1f}"


def _grid(across: Sequence[tuple[float, str]], up: Sequence[tuple[float, str]]) -> str:
    parts = []
    for part, words in up:
        y = _y(part)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{float(y) + 4:.1f}" text-anchor="end">{escape(words)}</text>')
    for part, words in across:
        parts.append(
            f'<text x="{_x(part)}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{escape(words)}</text>'
        )
    return "".join(parts)


def _figure(label: str, body: str, below: str) -> str:
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    axis = f'<text x="{middle:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(below)}</text>'
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg class="plot" role="img" aria-label="{escape(label)}" {box}>{body}{axis}</svg>'
