"""Find what stands at a numbered place: "What does clause 1.2 say?", "What is step 6 of closing the hall?"."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.core.types import Block, Document, Evidence, Passage
from assistant.index.search import passage_at
from assistant.index.store import Store
from assistant.text.places import LAST, WHICH_PLACE, Asked, Label, asks_which_place, labels
from assistant.text.sentences import sentence_spans
from assistant.text.terms import content_stems, content_words, plain_words, stems
from assistant.write.quote.choose import Choice

SCORE = 0.97  # of what was found by its number
MAX_DOCUMENTS = 50  # looked through
MAX_SENTENCES = 8
LABEL = 2  # words of a first sentence that is the place's name: "Article V."
ENOUGH = 0.5  # share of the other words of a question that stand around the list whose entry it asks for
MAX_LEAD = 60  # words that a quotation may have with the heading before it


@dataclass(frozen=True, kw_only=True)
class _Match:
    """A place found: its document, its first and last block, and how many words of the question stand around it."""

    document: Document
    label: Label
    end: int  # one after its last block
    shared: int


def at_place(store: Store, question: str, asked: Asked, passages: Sequence[Passage]) -> list[Evidence]:
    """Return the sentences at the numbered place that a question names; none where no document has it.

    Of several places with the number the one wins whose title, headings and words share most with the question.
    """
    words = content_words(question.replace(asked.words, " "))
    rest = stems(" ".join(words))
    named = [word.lower() for word in words if word[0].isupper()]
    found = [
        match
        for document in _documents(store, passages)
        if all(name in f"{document.title} {document.text}".lower() for name in named)
        for match in _matches(document, asked, rest)
    ]
    best = max((match.shared for match in found), default=0)
    chosen = [match for match in found if match.shared == best]
    if any(match.label.noun for match in chosen):  # "Article V", and no list's fifth item
        chosen = [match for match in chosen if match.label.noun]
    if asked.entry and best < ENOUGH * len(rest):
        return []
    if len({match.document.doc_id for match in chosen}) < len(chosen):  # several of one document
        chosen = chosen[:1]
    return [item for match in chosen[:3] for item in _sentences(store, match)]


def place_about(store: Store, question: str, passages: Sequence[Passage]) -> list[Evidence]:
    """Return the numbered place that holds every word of what "Which clause is about ...?" names, the shortest such.

    Empty where no place of the documents found does.
    """
    wanted = content_stems(WHICH_PLACE.sub(" ", question))
    best: tuple[int, _Match] | None = None
    for document in _documents(store, passages, everywhere=False):
        told = list(labels(document.text, document.blocks))
        for label in told:
            end = _end(document.blocks, told, label)
            words = document.text[label.start : document.blocks[end - 1].end]
            own = wanted & stems(words)
            if own and wanted <= own | stems(document.title) and (best is None or len(words) < best[0]):
                best = (len(words), _Match(document=document, label=label, end=end, shared=len(own)))
    return list(_sentences(store, best[1], headed=True))[:2] if best else []


def numbered(store: Store, passages: Sequence[Passage], asked: Asked) -> bool:
    """Tell whether a document found has places numbered as the question names one, whichever they are."""
    for document in _documents(store, passages[:3], everywhere=False):
        for label in labels(document.text, document.blocks):
            alike = len(label.number) == len(asked.number) and label.noun == asked.noun
            if alike or (len(asked.number) > 1 and len(label.path) == len(asked.number)):
                return True
    return False


def labelled(question: str, choice: Choice, document: Callable[[str], Document]) -> Choice:
    """Return a choice whose sentences begin with the number of their place, where the question asks for that."""
    if not asks_which_place(question):
        return choice
    return replace(
        choice, evidence=tuple(with_label(item, document(item.passage.doc_id)) for item in choice.evidence)
    )


def with_label(item: Evidence, document: Document) -> Evidence:
    """Return evidence from the number of its place on, where its block or the heading right before has one."""
    at = next((n for n, block in enumerate(document.blocks) if block.start <= item.start < block.end), None)
    if at is None:
        return item
    starts = {label.at: label.start for label in labels(document.text, document.blocks)}
    headed = at > 0 and document.blocks[at - 1].kind == "heading"
    start = starts.get(at, starts.get(at - 1) if headed else None)
    if start is None or start >= item.start:
        return item
    words = document.text[start : item.end]
    return replace(item, start=start, text=words) if len(plain_words(words)) <= MAX_LEAD else item


def _documents(store: Store, passages: Sequence[Passage], *, everywhere: bool = True) -> Iterator[Document]:
    """Yield the documents of the passages, the likeliest first, then others where they are few."""
    known = list(dict.fromkeys(passage.doc_id for passage in passages))
    every = (
        list(store.manifest.documents)
        if everywhere and len(store.manifest.documents) <= MAX_DOCUMENTS
        else []
    )
    for doc_id in dict.fromkeys([*known, *every]):
        yield store.document(doc_id)


def _matches(document: Document, asked: Asked, rest: set[str]) -> Iterator[_Match]:
    told = list(labels(document.text, document.blocks))
    fitting = (
        _last_ones(document.blocks, told)
        if asked.number == LAST
        else [one for one in told if asked.fits(one)]
    )
    if any(one.noun for one in fitting):
        fitting = [one for one in fitting if one.noun]
    for label in fitting:
        block = document.blocks[label.at]
        words = document.text[label.start : block.end]
        lead = _lead(document, label.at)
        around = " ".join([document.title, *block.section, lead, words])
        shared = len(rest & stems(around))
        over = f"{label.noun} {document.title} {lead} {' '.join(block.section)}".lower()
        if asked.ordinal and shared < len(rest) and asked.noun not in over:
            continue
        yield _Match(
            document=document,
            label=label,
            end=_end(document.blocks, told, label),
            shared=shared,
        )


def _last_ones(blocks: Sequence[Block], told: Sequence[Label]) -> list[Label]:
    """Return the last entry of each numbered list."""
    entries = [
        one
        for one in told
        if len(one.path) == 1 and one.path[0].isdigit() and blocks[one.at].kind != "heading"
    ]
    last = entries[-1:]
    return [one for one, after in pairwise(entries) if int(after.path[0]) <= int(one.path[0])] + last


def _lead(document: Document, at: int) -> str:
    """Return the line that leads up to the list an item stands in."""
    while at > 0 and document.blocks[at].kind == "item":
        at -= 1
    return document.text[document.blocks[at].start : document.blocks[at].end]


def _end(blocks: Sequence[Block], told: Sequence[Label], label: Label) -> int:
    """Return one after the last block of a place: it ends at the next number that is no part of it, or heading."""
    first = blocks[label.at]
    outside = {one.at for one in told if one.number[: len(label.number)] != label.number}
    at = label.at + 1
    while at < len(blocks):
        block = blocks[at]
        deeper = first.kind == "heading" and len(block.section) > len(first.section)
        if (
            at in outside
            or (block.kind == "heading" and not deeper)
            or (first.kind == "item" and at not in {one.at for one in told} and block.kind != "item")
        ):
            break
        at += 1
    return at


def _sentences(store: Store, match: _Match, *, headed: bool = False) -> Iterator[Evidence]:
    """Yield what stands at a place: its numbered line, then sentence by sentence.

    A heading stands before the first sentence if it is to be named too (`headed`), alone only where it is all.
    """
    document, text = match.document, match.document.text
    blocks = document.blocks[match.label.at : match.end]
    spans: list[tuple[int, int]] = []
    for n, block in enumerate(blocks):
        if block.kind == "heading" and len(blocks) > 1:
            continue
        own = [(block.start + a, block.start + b) for a, b in sentence_spans(text[block.start : block.end])]
        if own and (n == 0 or (headed and not spans)):
            own[0] = (match.label.start, own[0][1])
            if len(own) > 1 and len(text[slice(*own[0])].split()) <= LABEL:
                own[:2] = [(own[0][0], own[1][1])]
        spans += own
    for start, end in spans[:MAX_SENTENCES]:
        passage = passage_at(store, document.doc_id, start, SCORE)
        yield Evidence(passage=passage, start=start, end=end, text=text[start:end], score=SCORE)
