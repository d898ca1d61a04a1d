"""Quote of a list of options the ticked ones alone: what is not ticked was not chosen."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.core.types import Evidence
from assistant.text.disclaimers.boxes import BOX, boxes_in

_ALL = re.compile(
    r"\b(?:options|choices|alternatives|possibilit(?:y|ies)|boxes|available|offered|on offer|are there|is there|"
    r"(?:can|could|may) (?:I|you|we|one) (?:choose|pick|select|have|get)|to (?:choose|pick|select))\b",
    re.I,
)
_TASKS = re.compile(
    r"\b(?:tasks?|to[- ]?dos?|check ?lists?|steps?|actions?|open points?|hand ?over|progress|(?:to be|(?:been|be|is|are) ?) done|"
    r"(?:has|have|had|need|needs|remains?) to|must|before)\b",
    re.I,
)

_ROUND = re.compile(r"\s*\([xX]\)\s")  # a box only where empty ones stand beside it


def ticked_alone(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return evidence with each list of options as its ticked lines, no line twice, in order.

    A list of tasks stays whole, and any list where the question is for all there is to choose.
    """
    found: dict[tuple[str, int], Evidence] = {}
    for item in evidence:
        for own in _ticked(question, item):
            found.setdefault((own.passage.doc_id, own.start), own)
    return list(found.values())


def _ticked(question: str, item: Evidence) -> Sequence[Evidence]:
    lines = list(_boxed(item)) if BOX.search(item.text) else []
    if len({ticked for _, ticked in lines}) < 2 or _ALL.search(question):
        return [item]
    over = f"{question} {item.passage.title} {item.passage.section} {item.text[: lines[0][0].start - item.start]}"
    return [item] if _TASKS.search(over) else [line for line, ticked in lines if ticked]


def _boxed(item: Evidence) -> Iterator[tuple[Evidence, bool]]:
    """Yield the lines of evidence that are one option each, and whether it is ticked; none where a line has several."""
    at, found = item.start, []
    for line in item.text.split("\n"):
        boxes = boxes_in(line)
        if boxes is not None and not boxes.single:
            return
        rounded = "( )" in item.text and _ROUND.match(line)
        if boxes is not None or rounded:
            start = at + len(line) - len(line.lstrip())
            own = replace(item, start=start, end=start + len(line.strip()), text=line.strip())
            found.append((own, boxes is None or boxes.ticked))
        at += len(line) + 1
    yield from found
