"""Split a document into chunks of whole sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.core.types import Block, Chunk, Document
from assistant.index.store import section_of
from assistant.text.sentences import sentence_spans

TARGET = 700  # characters; 110 to 150 tokens of English, the embedder reads 256 at most
LOW = 200  # a chunk shorter than this is filled up or joined to the one before
HIGH = TARGET + LOW  # no chunk is longer
LEAD = 300  # a paragraph up to this long goes with the list or table after it

CHUNKING: dict[str, int | str] = {
    "version": 1,
    "unit": "sentence",
    "target": TARGET,
    "low": LOW,
    "high": HIGH,
    "lead": LEAD,
}

Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class _Sentences:
    """The sentences of one block."""

    block: Block
    spans: tuple[Span, ...]


def split(document: Document) -> list[Chunk]:
    """Split a document into chunks: consecutive whole sentences of one section and page.

    Every sentence that is no heading is in exactly one chunk, in order. A sentence longer than TARGET is cut
    at white space. A list or table stays with the line before it where both fit.
    """
    chunks = []
    for run in _runs(document.blocks):
        section = section_of(document, run[0])
        filled = (_Sentences(block=block, spans=tuple(_spans(document.text, block))) for block in run)
        for start, end in _pack([sentences for sentences in filled if sentences.spans]):
            chunks.append(
                Chunk(
                    chunk_id=f"{document.doc_id}:{start}-{end}",
                    doc_id=document.doc_id,
                    start=start,
                    end=end,
                    text=document.text[start:end],
                    section=section,
                    page=run[0].page,
                )
            )
    return chunks


def _runs(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield the blocks between two headings or page breaks, all of one section."""
    heads = 0

    def place(block: Block) -> tuple[object, ...]:
        nonlocal heads
        heads += block.kind == "heading"
        return heads, block.page, block.kind == "heading" or block.section

    for _, group in groupby(blocks, key=place):
        run = [block for block in group if block.kind != "heading"]
        if run:
            yield run


def _spans(text: str, block: Block) -> Iterator[Span]:
    for start, end in sentence_spans(text[block.start : block.end]):
        yield from _cut(text, block.start + start, block.start + end)


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut a sentence into parts of at most TARGET characters, at white space where there is any."""
    while end - start > TARGET:
        part = text[start : start + TARGET + 1]
        stop = next((n for n in range(TARGET, TARGET // 2, -1) if part[n].isspace()), TARGET)
        yield start, start + len(part[:stop].rstrip())
        start += stop
        while text[start].isspace():
            start += 1
    yield start, end


def _pack(blocks: Sequence[_Sentences]) -> list[Span]:
    """Fill chunks with sentences up to TARGET, breaking before what would better stay together."""
    chunks: list[Span] = []
    for unit in _units(blocks):
        fresh = _overflows(chunks, unit[-1])
        for sentences in unit:
            fresh = fresh or _overflows(chunks, sentences)
            for start, end in sentences.spans:
                if fresh or not chunks or end - chunks[-1][0] > TARGET:
                    chunks.append((start, end))
                else:
                    chunks[-1] = (chunks[-1][0], end)
                fresh = False
    return _with_tail(chunks)


def _overflows(chunks: Sequence[Span], sentences: _Sentences) -> bool:
    """Say whether a block does not fit the last chunk, and that is long enough to end before it."""
    if not chunks:
        return False
    start, end = chunks[-1]
    return sentences.spans[-1][1] - start > TARGET and end - start >= LOW


def _with_tail(chunks: list[Span]) -> list[Span]:
    """Join a short last chunk to the one before it, where that keeps to HIGH."""
    if len(chunks) > 1 and chunks[-1][1] - chunks[-1][0] < LOW and chunks[-1][1] - chunks[-2][0] <= HIGH:
        return [*chunks[:-2], (chunks[-2][0], chunks[-1][1])]
    return chunks


def _units(blocks: Sequence[_Sentences]) -> Iterator[list[_Sentences]]:
    """Yield each paragraph; one that leads a list or table, together with that."""
    unit: list[_Sentences] = []
    for sentences in blocks:
        listed = sentences.block.kind in ("item", "row")
        if unit and not (listed and (len(unit) > 1 or _leads(unit[0]))):
            yield unit
            unit = []
        unit.append(sentences)
    if unit:
        yield unit


def _leads(sentences: _Sentences) -> bool:
    block = sentences.block
    return block.kind in ("item", "row") or block.end - block.start <= LEAD
