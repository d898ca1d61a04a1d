"""Find questions and their answers in any shape, and make each question the heading of its answer.

Shapes: "Q: ... A: ...", a question alone on its line, one that opens a paragraph or a list item, questions and
answers that take turns in a list, a table of both. The text stays as it is; only the blocks change.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from assistant.core.types import Block
from assistant.text.sentences import sentence_spans

MAX_QUESTION = 300  # characters
MIN_WORDS = 2
_ASK = re.compile(r"(?:Q|Question)[ \t]*\d{0,3}[ \t]*[:.)–-][ \t]*(?=\S)|Q\d{1,3}[ \t]+(?=\S)")
_REPLY = re.compile(r"(?:A|Ans|Answer)[ \t]*\d{0,3}[ \t]*[:.)–-][ \t]+(?=\S)")
_REPLY_INSIDE = re.compile(r"(?<=[?!.])[ \t]+(?:A|Ans|Answer)[ \t]*\d{0,3}[ \t]*[:.)–-][ \t]+(?=\S)")
_FAQ = re.compile(
    r"\b(?:FAQs?|Q ?& ?A|frequently asked|questions? (?:and|&) answers?|your questions|common questions)\b",
    re.I,
)
_CELL = re.compile(r" \| ")
_HEADS = (re.compile(r"questions?: ", re.I), re.compile(r"(?:answers?|repl(?:y|ies)): ", re.I))  # of columns


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A block read as a question, as its answer, or as both; the spans leave out what labels them."""

    block: Block
    question: tuple[int, int] | None = None
    answer: tuple[int, int] | None = None
    rest: tuple[int, int] | None = None  # further cells of its row
    labelled: bool = False


def with_questions(
    text: str, blocks: Sequence[Block], title: str = "", *, letter: bool = False
) -> tuple[Block, ...]:
    """Return the blocks with each question that an answer follows as a heading over that answer.

    Who asks in a `letter` has no answer yet: there both have to be labelled.
    """
    read = (_read(text, block) for block in blocks)
    found = [_Found(block=item.block) if letter and not item.labelled else item for item in read]
    if not any(item.question for item in found):
        return tuple(blocks)
    return tuple(_headed(text, _sure(text, found, title)))


def is_question(words: str) -> bool:
    """Tell whether words end as a question does, closing marks left out."""
    return words.rstrip("\"'”’)* ").endswith(("?", "？"))


def _read(text: str, block: Block) -> _Found:
    """Read one block by itself; whether a question without a label has an answer depends on its neighbours."""
    words = text[block.start : block.end]
    if block.kind == "code" or (block.kind == "heading" and not _ASK.match(words)):
        return _Found(block=block)
    if block.kind == "row":
        return _read_row(text, block)
    if label := _ASK.match(words):
        start = block.start + label.end()
        reply = _REPLY_INSIDE.search(text, start, block.end)
        if reply and block.kind != "heading":
            return _Found(
                block=block, question=(start, reply.start()), answer=(reply.end(), block.end), labelled=True
            )
        return _Found(block=block, question=(start, block.end), labelled=True)
    if label := _REPLY.match(words):
        return _Found(block=block, answer=(block.start + label.end(), block.end), labelled=True)
    return _read_plain(text, block)


def _read_plain(text: str, block: Block) -> _Found:
    """Read a block that is a question, or opens with one, without a label."""
    spans = [(block.start + a, block.start + b) for a, b in sentence_spans(text[block.start : block.end])]
    asked = [is_question(text[a:b]) for a, b in spans]
    if not any(asked) or len(text[slice(*spans[asked.index(True)])].split()) < MIN_WORDS:
        return _Found(block=block)
    last = asked.index(True)
    while last + 1 < len(asked) and asked[last + 1]:
        last += 1
    question = (spans[0][0], spans[last][1])
    if question[1] - question[0] > MAX_QUESTION or asked.index(True) > 1:
        return _Found(block=block)
    if last + 1 == len(spans):
        return _Found(block=block, question=question)
    if asked[0] and not any(asked[last + 1 :]):
        return _Found(block=block, question=question, answer=(spans[last + 1][0], block.end))
    return _Found(block=block)


def _read_row(text: str, block: Block) -> _Found:
    """Read a table row of a question and its answer: of two cells, or under heads that say so.

    "Question: May I pay? | Answer: Yes"; "No.: 1 | Question: May I pay? | Answer: Yes | Theme: Money".
    """
    bars = list(_CELL.finditer(text, block.start, block.end))
    edges = [block.start, *(at for bar in bars for at in bar.span()), block.end]
    cells = list(zip(edges[::2], edges[1::2], strict=True))
    for n, (ask, reply) in enumerate(pairwise(cells)):
        told = _HEADS[0].match(text, *ask) and _HEADS[1].match(text, *reply)
        asks = is_question(text[slice(*ask)]) and not is_question(text[slice(*reply)])
        if told or (asks and len(cells) == 2):
            rest = (cells[n + 2][0], block.end) if n + 2 < len(cells) else None
            asked, told_by = _headless(text, ask), _headless(text, reply)
            return _Found(block=block, question=asked, answer=told_by, rest=rest, labelled=True)
    return _Found(block=block)


def _headless(text: str, cell: tuple[int, int]) -> tuple[int, int]:
    """Leave out the head of a column that stands before a cell: a few words and a colon."""
    head = re.compile(r"(?:[^\W\d_][\w'’-]*[ \t]?){1,3}: (?=\S)").match(text, *cell)
    return (head.end(), cell[1]) if head else cell


def _sure(text: str, found: Sequence[_Found], title: str) -> Iterator[_Found]:
    """Yield the blocks, each question that has no answer, or only seems to be one, read as plain again."""
    for _, group in groupby(found, key=lambda item: item.block.section):
        items = list(group)
        context = " ".join((title, *items[0].block.section))
        told = bool(_FAQ.search(context)) or any(item.labelled and item.question for item in items)
        answered = sum(
            bool(item.question and (item.answer or (after and not after.question)))
            for item, after in zip(items, [*items[1:], None], strict=True)
        )
        for n, item in enumerate(items):
            after = items[n + 1] if n + 1 < len(items) else None
            yield item if _stands(item, after, items, told or answered > 1) else _Found(block=item.block)


def _stands(item: _Found, after: _Found | None, items: Sequence[_Found], told: bool) -> bool:
    """Tell whether a block is to be read as it was found; `told` where its section holds questions and answers."""
    if not item.question or item.block.kind == "heading":
        return item.labelled
    if item.answer:
        return item.labelled or told
    if after is None or after.question or after.block.kind in ("heading", "code"):
        return False
    return item.block.kind != "item" or item.labelled or _takes_turns(items, told)


def _takes_turns(items: Sequence[_Found], told: bool) -> bool:
    """Tell whether a list is of questions that are each answered by what follows, not of questions alone."""
    listed = [item for item in items if item.block.kind != "heading"]
    asks = [bool(item.question) for item in listed]
    first = asks.index(True)
    bare = [n for n, item in enumerate(listed) if item.question and not item.answer]
    answered = all(n + 1 < len(asks) and not asks[n + 1] for n in bare)
    opens = not any(item.block.kind == "item" for item in listed[:first])
    return answered and opens and (told or sum(asks) > 1)


def _headed(text: str, found: Iterator[_Found]) -> Iterator[Block]:
    """Yield the blocks: a question is a heading, what follows it up to the next one stands below it."""
    asked: tuple[str, ...] = ()
    renamed: dict[str, str] = {}
    for item in found:
        block = replace(item.block, section=tuple(renamed.get(part, part) for part in item.block.section))
        if block.kind == "heading":
            asked = ()
            if item.question:
                words = text[slice(*item.question)]
                renamed[text[block.start : block.end]] = words
                block = replace(block, start=item.question[0])
            yield block
            continue
        if item.question:
            asked = (" ".join(text[slice(*item.question)].split()),)
            yield replace(block, kind="heading", start=item.question[0], end=item.question[1])
        if item.answer:
            kind = "paragraph" if block.kind == "row" or item.question else block.kind
            yield replace(
                block, kind=kind, start=item.answer[0], end=item.answer[1], section=(*block.section, *asked)
            )
            if item.rest:
                yield replace(block, start=item.rest[0], end=item.rest[1], section=(*block.section, *asked))
            asked = () if item.question and not item.labelled else asked
        elif not item.question:
            yield replace(block, section=(*block.section, *asked))
