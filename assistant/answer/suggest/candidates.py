"""Find questions that a corpus seems to answer: terms it defines, headings that ask, dates and founders it names."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.answer.suggest.headings import question_of
from assistant.answer.suggest.statements import Usage, asked_by
from assistant.core.types import Chunk
from assistant.index.store import Store
from assistant.text.commands import is_command
from assistant.text.sentences import sentence_spans
from assistant.text.terms import content_stems, stems

Kind = Literal["comparison", "definition", "list", "heading", "fact"]
MAX_CHARACTERS = 90  # of a question
MAX_TEXTS = 1500  # chunks read at most, spread over the corpus

WRITTEN = 1.0  # weight of a question that somebody wrote for the article
_ASKS = re.compile(r"(?:What|How|Why|When|Who|Where|Which)\b[^?.!]+\?")
_PLAIN = re.compile(r"(?!.*(?:[a-z]\.[a-z]{2}|//))[\w ,'’()&/.:+-]*[\w)]\?", re.I)  # no markup, no address


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A question, where in the corpus its answer should come from, and how likely a reader asks it.

    The answer must rest on [start, end) of the document, for a heading on its section; a comparison has no one place.
    """

    question: str
    kind: Kind
    weight: float
    doc_id: str | None = None
    section: str = ""
    start: int = 0
    end: int = 0
    written: bool = False  # for the document, with its answer: it needs no trial


def read_chunks(store: Store) -> list[Chunk]:
    """Return the chunks that questions are made from: all of them, or so many of a long corpus, spread evenly."""
    return store.chunks[:: 1 + len(store.chunks) // MAX_TEXTS]


@lru_cache(maxsize=2)
def askable(store: Store) -> tuple[Candidate, ...]:
    """Return the questions that headings and sentences of the corpus suggest, the likeliest first.

    Long corpora are read in part, spread evenly.
    """
    chunks = read_chunks(store)
    usage = Usage.of(chunk.text for chunk in chunks)
    found: dict[str, Candidate] = {}
    for candidate in _all_of(store, chunks, usage):
        words = candidate.question
        if len(words) <= MAX_CHARACTERS and _PLAIN.fullmatch(words) and not is_command(words):
            known = found.get(words.lower())
            if known is None or known.weight < candidate.weight:
                found[words.lower()] = candidate
    return tuple(sorted(found.values(), key=lambda item: (-item.weight, item.question)))


def _all_of(store: Store, chunks: Sequence[Chunk], usage: Usage) -> Iterator[Candidate]:
    headed: set[tuple[str, str]] = set()
    weight = _weigher(store)
    for chunk in chunks:
        title = store.manifest.documents[chunk.doc_id].title
        place = (chunk.doc_id, chunk.section)
        if chunk.section and place not in headed:
            headed.add(place)
            if asked := question_of(chunk.section.rsplit(" > ", 1)[-1], title):
                yield Candidate(
                    question=asked[0],
                    kind="list" if asked[1] else "heading",
                    weight=weight(asked[0], title),
                    doc_id=chunk.doc_id,
                    section=chunk.section,
                )
        for start, end in sentence_spans(chunk.text):
            for question, kind in asked_by(chunk.text[start:end], title, usage):
                yield Candidate(
                    question=question,
                    kind=kind,
                    weight=weight(question, title),
                    doc_id=chunk.doc_id,
                    section=chunk.section,
                    start=chunk.start + start,
                    end=chunk.start + end,
                )


def _weigher(store: Store) -> Callable[[str, str], float]:
    """Return a function that says how much a question is about what the corpus is about, from 0 to about 3.

    That is how common its words are (the mean over them of how seldom BM25 takes them for rare), more for short ones and
    for those about the article's own title.
    """
    most = store.lexical.idf("\0")

    def weight(question: str, title: str) -> float:
        words = content_stems(question)
        if not words:
            return 0.0
        known = [1.0 - store.lexical.idf(stem) / most for stem in words]
        own = len(words & stems(title)) / len(words)
        return sum(known) / len(known) + own - 0.05 * len(words)

    return weight


@lru_cache(maxsize=2)
def written(store: Store) -> tuple[Candidate, ...]:
    """Return the first plain question that was written for each answer of a document."""
    found: dict[tuple[str, tuple[tuple[int, int], ...]], Candidate] = {}
    for doc_id, asked in store.asked.rows:
        words = asked.question
        if (doc_id, asked.spans) not in found and _ASKS.match(words) and len(words) <= MAX_CHARACTERS:
            start, end = asked.spans[0]
            found[doc_id, asked.spans] = Candidate(
                question=words, kind="fact", weight=WRITTEN, doc_id=doc_id, start=start, end=end, written=True
            )
    return tuple(found.values())
