"""Quote a sentence together with the line that it answers or belongs to: its question, the lead-in of its list."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.core.types import Block, Document, Evidence, Passage
from assistant.text.anaphora import leans
from assistant.text.disclaimers.boxes import BOX
from assistant.text.disclaimers.kept import standing
from assistant.text.sentences import sentence_spans
from assistant.text.terms import content_stems, plain_words
from assistant.write.quote.wording.dated import from_its_year
from assistant.write.quote.wording.ticked import ticked_alone

MIN_WORDS = 6  # of a sentence that can stand without its question
MAX_WORDS = 60  # of a quotation together with what leads up to it
_ASKS = re.compile(r"[?？][\"'”’)*]*$")
_FRAGMENT = re.compile(
    r"(?:yes|no|not|never|sometimes|usually|of course|certainly|only|both|neither|none|all|every|for|by|at|in|on|to|from)\b",
    re.I,
)


def led(item: Evidence, document: Document) -> Evidence:
    """Return an answer with its question, as far as that is short: the whole answer under a question, a fragment behind one.

    Other evidence is returned as it is.
    """
    at = block_at(document.blocks, item.start)
    if at is None or document.blocks[at].kind == "heading":
        return item
    asked = _question_over(document, at)
    listed = sum(
        block.kind == "item" and block.section == document.blocks[at].section for block in document.blocks
    )
    if asked is not None and listed > 1 and document.blocks[at].kind == "item":
        return item  # a list under a question is quoted item by item
    if asked is not None and _stands_alone(item.text, document.text[slice(*_span(document, asked))]):
        return item
    if asked is not None:
        end = max(item.end, _answer_end(document, at))
        for last in dict.fromkeys((end, item.end)):
            words = document.text[document.blocks[asked].start : last]
            if len(plain_words(words)) <= MAX_WORDS and (last == end or asked == at - 1):
                return replace(item, start=document.blocks[asked].start, end=last, text=words)
        return item
    return _behind_question(item, document, document.blocks[at])


def leading(evidence: Sequence[Evidence], document: Callable[[str], Document]) -> list[Evidence]:
    """Return evidence with each answer behind its question, no part of one twice."""
    found: dict[tuple[str, int], Evidence] = {}
    for item in evidence:
        whole = led(item, document(item.passage.doc_id))
        place = (whole.passage.doc_id, whole.start)
        if place not in found or found[place].end < whole.end:
            found[place] = whole if place not in found else replace(whole, score=found[place].score)
    return list(found.values())


def question_of(item: Evidence, document: Document) -> str | None:
    """Return the question that a sentence stands under, or None."""
    at = block_at(document.blocks, item.start)
    if at is None:
        return None
    block = document.blocks[at]
    if block.kind == "heading":
        words = document.text[block.start : block.end]
        return words if _ASKS.search(words) else None
    return block.section[-1] if block.section and _ASKS.search(block.section[-1]) else None


def block_at(blocks: Sequence[Block], start: int) -> int | None:
    """Return the number of the block that holds a character, the number before its words included."""
    return next((n for n, block in enumerate(blocks) if start < block.end), None)


def lists(passages: Sequence[Passage], document: Callable[[str], Document]) -> list[Evidence]:
    """Return each short list of the passages together with its lead-in line: "Not allowed:" and what follows."""
    found: dict[tuple[str, int], Evidence] = {}
    for passage in passages:
        source = document(passage.doc_id)
        for start, end in _led_lists(source):
            inside = passage.start <= start < passage.end or start <= passage.start < end
            words = source.text[start:end]
            if inside and len(plain_words(words)) <= MAX_WORDS:
                found.setdefault(
                    (passage.doc_id, start), Evidence(passage=passage, start=start, end=end, text=words)
                )
    return list(found.values())


def led_items(
    passages: Sequence[Passage], document: Callable[[str], Document], score: float
) -> Iterator[tuple[Passage, str, list[Evidence], Evidence | None]]:
    """Yield the lists of the passages that stand behind a lead-in line: the passage, the line, the items, all in one.

    The last is None where it would be too long.
    """
    seen: set[tuple[str, int]] = set()
    for passage in passages:
        source = document(passage.doc_id)
        for at, block in enumerate(source.blocks):
            inside = passage.start <= block.start < passage.end and (passage.doc_id, at) not in seen
            if not inside or at + 1 == len(source.blocks) or lead_of(source, at + 1) != at:
                continue
            seen.add((passage.doc_id, at))
            blocks = source.blocks[at + 1 : list_end(source, at)]
            spans = [_first_sentence(source, item) for item in blocks] + [(block.start, blocks[-1].end)]
            *items, whole = (
                Evidence(passage=passage, start=a, end=b, text=source.text[a:b], score=score)
                for a, b in spans
            )
            short = len(plain_words(whole.text)) <= MAX_WORDS
            yield passage, source.text[block.start : block.end], items, whole if short else None


def _first_sentence(document: Document, block: Block) -> tuple[int, int]:
    spans = sentence_spans(document.text[block.start : block.end])
    return (block.start + spans[0][0], block.start + spans[0][1]) if spans else (block.start, block.end)


def lead_of(document: Document, at: int) -> int | None:
    """Return the number of the line that leads up to a list item: it ends in a colon and is no heading."""
    blocks = document.blocks
    if blocks[at].kind != "item":
        return None
    first = at
    while first > 0 and blocks[first - 1].kind == "item" and blocks[first - 1].section == blocks[at].section:
        first -= 1
    before = blocks[first - 1] if first else None
    if before is None or before.kind != "paragraph" or before.section != blocks[at].section:
        return None
    return first - 1 if _leads(document, first - 1) else None


def _leads(document: Document, at: int) -> bool:
    """Tell whether a line leads up to the item after it: it ends in a colon, or is a label over tick boxes."""
    line = document.text[document.blocks[at].start : document.blocks[at].end]
    after = document.blocks[at + 1]
    if line.endswith(":"):
        return True
    boxed = BOX.match(document.text, after.start) is not None
    return boxed and line[-1:].isalnum() and len(plain_words(line)) <= MIN_WORDS


def list_end(document: Document, lead: int) -> int:
    """Return one after the last item of the list behind a lead-in line."""
    at = lead + 1
    while at < len(document.blocks) and document.blocks[at].kind == "item":
        at += 1
    return at


def _led_lists(document: Document) -> Iterator[tuple[int, int]]:
    """Yield from where to where each list stands with the last sentence of its lead-in."""
    for at, block in enumerate(document.blocks):
        follows = at + 1 < len(document.blocks) and document.blocks[at + 1].kind == "item"
        if follows and block.kind == "paragraph" and _leads(document, at):
            spans = sentence_spans(document.text[block.start : block.end])
            yield block.start + spans[-1][0], document.blocks[list_end(document, at) - 1].end


def _span(document: Document, at: int) -> tuple[int, int]:
    return document.blocks[at].start, document.blocks[at].end


def _stands_alone(sentence: str, question: str) -> bool:
    """Tell whether a sentence says what it is about without the question over it: whole, and with a word of the question."""
    if _FRAGMENT.match(sentence) or leans(sentence) or len(plain_words(sentence)) < MIN_WORDS:
        return False
    own, other = (content_stems(text) for text in (sentence, question))
    return bool(own & other)


def _question_over(document: Document, at: int) -> int | None:
    """Return the number of the heading right over a block, or over the blocks before it, where that is a question."""
    block = document.blocks[at]
    if not (block.section and _ASKS.search(block.section[-1])):
        return None
    while at >= 0 and document.blocks[at].kind != "heading":
        at -= 1
    return at if at >= 0 else None


def _answer_end(document: Document, at: int) -> int:
    """Return where the answer ends that a block is part of."""
    section = document.blocks[at].section
    while (
        at + 1 < len(document.blocks)
        and document.blocks[at + 1].section == section
        and document.blocks[at + 1].kind != "heading"
    ):
        at += 1
    return document.blocks[at].end


def _behind_question(item: Evidence, document: Document, block: Block) -> Evidence:
    """Return a fragment with the question right before it in its paragraph: "Is it cheap? Not always."."""
    before = sentence_spans(document.text[block.start : item.start])
    if not before or not _FRAGMENT.match(item.text):
        return item
    start, end = block.start + before[-1][0], block.start + before[-1][1]
    words = document.text[start : item.end]
    if not _ASKS.search(document.text[start:end]) or len(plain_words(words)) > MAX_WORDS:
        return item
    return replace(item, start=start, text=words)


def quoted(
    question: str, evidence: Sequence[Evidence], document: Callable[[str], Document]
) -> list[Evidence]:
    """Return evidence as it is to be quoted for a question, what may not stand left out."""
    whole = leading(standing(evidence, document, question), document)
    return from_its_year(question, ticked_alone(question, whole), document)
