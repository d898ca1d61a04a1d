"""Set apart what stands in small print beside the text of a page, as remarks in a margin do."""

from collections import Counter
from collections.abc import Sequence

from ingest.loaders.pdf.lines import SMALLER, Run

Lines = list[list[Run]]
MOST = 0.4  # of the text beside it, in characters, that remarks may amount to


def with_margins(lines: Lines) -> list[Lines]:
    """Return the lines of a page in parts that are read one after the other: the text, then the remarks beside it."""
    runs = [run for line in lines for run in line]
    amounts: Counter[float] = Counter()
    for run in runs:
        amounts[run.size] += len(run.text)
    if not amounts:
        return [lines]
    body = amounts.most_common(1)[0][0]
    text = [run for run in runs if run.size > SMALLER * body]
    left, right = min(run.x0 for run in text), max(run.x1 for run in text)
    beside = {id(run) for run in runs if run.size <= SMALLER * body and (run.x0 > right or run.x1 < left)}
    if not 0 < sum(len(run.text) for run in runs if id(run) in beside) <= MOST * amounts[body]:
        return [lines]
    return [_only(lines, beside, inside=False), _only(lines, beside, inside=True)]


def _only(lines: Lines, chosen: set[int], *, inside: bool) -> Lines:
    kept: Sequence[list[Run]] = [[run for run in line if (id(run) in chosen) is inside] for line in lines]
    return [line for line in kept if line]
