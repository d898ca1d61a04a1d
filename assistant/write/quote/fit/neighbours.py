"""Show sentences that stand together in the order of their text, with the next one where that goes on from them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from assistant.core.types import Document, Evidence
from assistant.text.sentences import sentence_spans
from assistant.write.quote.choose import Choice

MAX_MORE = 3  # sentences added at most
# What follows in these ways answers too in 10 of 18 places of the everyday documents; any other next sentence in one of 13.
_GOES_ON = re.compile(
    r"(?:only then|then|after that|afterwards|next,|finally|lastly|in that case|otherwise|if so|if not)\b",
    re.I,
)
Span = tuple[int, int]


def in_order(choice: Choice, document: Callable[[str], Document]) -> Choice:
    """Return a choice with its best sentence and those beside it in the order of the text, and what goes on from there.

    They share the places that they had: what else is likely is not put behind a neighbour.
    """
    if choice.listed or choice.says or not choice.evidence:
        return choice
    shown, rest = choice.evidence[: choice.wanted], choice.evidence[choice.wanted :]
    source = document(shown[0].passage.doc_id)
    spans = _paragraph(shown[0], source)
    held = {n: item for item in reversed(shown) if _same(item, shown[0]) for n in _covered(item, spans)}
    own = _covered(shown[0], spans)
    if not own:
        return choice
    first, last = own[0], own[-1]
    while first - 1 in held:
        first -= 1
    while last + 1 in held:
        last += 1
    run = list(dict.fromkeys(held[n] for n in range(first, last + 1)))
    more = list(_going_on(run[-1], source.text, spans[last + 1 :]))
    slots = [at for at, item in enumerate(shown) if item in run]
    ordered = list(shown)
    for at, item in zip(slots, run, strict=True):
        ordered[at] = item
    ordered[slots[-1] + 1 : slots[-1] + 1] = more
    return replace(choice, evidence=(*ordered, *rest), wanted=choice.wanted + len(more))


def _paragraph(item: Evidence, document: Document) -> list[Span]:
    """Return where the sentences stand of the paragraph or list item that holds the beginning of one."""
    block = next((b for b in document.blocks if b.start <= item.start < b.end), None)
    if block is None or block.kind not in ("paragraph", "item"):
        return []
    spans = sentence_spans(document.text[block.start : block.end])
    return [(block.start + start, block.start + end) for start, end in spans]


def _covered(item: Evidence, spans: list[Span]) -> list[int]:
    """Return the numbers of the sentences that evidence shares words with."""
    return [n for n, (start, end) in enumerate(spans) if item.start < end and start < item.end]


def _going_on(last: Evidence, text: str, spans: list[Span]) -> Iterator[Evidence]:
    """Yield the sentences right after evidence that go on from it, each from the one before."""
    for start, end in spans[:MAX_MORE]:
        if not _GOES_ON.match(text[start:end]):
            return
        yield replace(last, start=start, end=end, text=text[start:end])


def _same(one: Evidence, other: Evidence) -> bool:
    """Tell whether two pieces of evidence are of one document."""
    return one.passage.doc_id == other.passage.doc_id
