"""Keep what a lead-in line takes back together with that line, and leave out what a heading takes back."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.core.types import Block, Document, Evidence, Passage
from assistant.text.disclaimers.lead_ins import Frame, asks_for, blocks_in, frame_at, kind_of
from assistant.text.sentences import sentence_spans
from assistant.text.terms import plain_words

MAX_WORDS = 60  # of a list shown together with its lead-in


def standing(
    evidence: Sequence[Evidence], document: Callable[[str], Document], question: str = ""
) -> list[Evidence]:
    """Return the evidence with each sentence that a lead-in takes back put together with that lead-in.

    Left out is what would grow too long, and what a heading takes back, unless the question asks for that heading.
    """
    found: dict[tuple[str, int], Evidence] = {}
    for item in evidence:
        source = document(item.passage.doc_id)
        whole = together(item, source.text, source.blocks, question, title=source.title)
        if whole is not None:
            place = (whole.passage.doc_id, whole.start)
            if place not in found or found[place].end < whole.end:
                found[place] = whole
    return list(found.values())


def together(
    item: Evidence, text: str, blocks: Sequence[Block], question: str = "", at: int = 0, title: str = ""
) -> Evidence | None:
    """Return evidence with the lead-in that takes it back, from `text`, which begins at offset `at`; else None."""
    start, end = item.start - at, item.end - at
    frame = frame_at(text, blocks, start, end, title)
    if frame is None or (frame.start is None and asks_for(question, frame)):
        return item
    begin = frame.start if frame.start is not None else _heading_start(text, blocks, start, frame)
    if begin is None:
        return None
    for last in (_list_end(blocks, start, end), end):
        words = text[begin:last]
        if len(plain_words(words)) <= MAX_WORDS:
            return replace(item, start=at + begin, end=at + last, text=words)
    return None


def _heading_start(text: str, blocks: Sequence[Block], start: int, frame: Frame) -> int | None:
    """Return where a heading that forbids begins, if the list that holds a sentence stands right below it."""
    at = next(n for n, block in enumerate(blocks) if block.start <= start < block.end)
    while at > 0 and blocks[at].kind == "item":
        at -= 1
    heading = blocks[at]
    over = heading.kind == "heading" and text[heading.start : heading.end] == frame.words
    return heading.start if over and frame.kind == "forbidden" else None


def _list_end(blocks: Sequence[Block], start: int, end: int) -> int:
    """Return where the list ends that holds a sentence, or the sentence where it stands in none."""
    at = next(n for n, block in enumerate(blocks) if block.start <= start < block.end)
    if blocks[at].kind != "item":
        return end
    while at + 1 < len(blocks) and blocks[at + 1].kind == "item":
        at += 1
    return blocks[at].end


def announced(evidence: Sequence[Evidence], document: Callable[[str], Document]) -> str | None:
    """Return in words under which heading evidence stands that this heading takes back, or None."""
    for item in evidence:
        source = document(item.passage.doc_id)
        frame = frame_at(source.text, source.blocks, item.start, item.end, source.title)
        if frame and frame.start is None:
            return f"This stands in the article under “{frame.words}”, not as its own statement."
    return None


def sentences_of(passage: Passage) -> list[Evidence]:
    """Return every sentence of a passage as evidence, in order, those a lead-in takes back together with it."""
    section = tuple(part for part in passage.section.split(" > ") if part) or (passage.title,)
    title = "" if passage.section else passage.title
    blocks = blocks_in(passage.text, section)
    found: dict[int, Evidence] = {}
    for start, end in sentence_spans(passage.text):
        item = Evidence(
            passage=passage,
            start=passage.start + start,
            end=passage.start + end,
            text=passage.text[start:end],
            score=passage.score,
        )
        whole = together(item, passage.text, blocks, at=passage.start, title=title)
        if whole is not None and (whole.start not in found or found[whole.start].end < whole.end):
            found[whole.start] = whole
    return list(found.values())


def headed(section: str, text: str) -> str:
    """Return text below the heading of its section that takes it back, as "# Myths", or as it is where none does."""
    taking = [words for words in section.split(" > ") if kind_of(words, heading=True)]
    return f"# {taking[0]}\n\n{text}" if taking else text


def unframed(claim: str, evidence: str) -> str:
    """Return evidence without the lines that a lead-in or heading of its own takes back.

    A claim that begins with that lead-in finds them as they are, one that is taken back in the same way finds both as one.
    """
    if "\n" not in evidence:
        return evidence
    blocks = blocks_in(evidence)
    kept, framed, own = [], False, kind_of(claim, heading=False)
    for block in blocks:
        line = evidence[block.start : block.end]
        frame = frame_at(evidence, blocks, block.start, block.end)
        framed = framed or frame is not None
        repeated = frame is not None and _carries(claim, frame)
        if frame is None or repeated:
            kept.append(line)
        if frame and (repeated or frame.kind == own):
            start = sentence_spans(line)[0][0]
            kept.append(f"{frame.words.rstrip(':')} {line[start:]}")
    return "\n".join(kept) if framed else evidence


def _carries(claim: str, frame: Frame) -> bool:
    """Tell whether a claim repeats the words that take its matter back."""
    return " ".join(plain_words(claim.lower())).startswith(" ".join(plain_words(frame.words.lower())))
