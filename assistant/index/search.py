"""Retrieve passages: a weighted mix of dense and BM25 scores, as a LangChain retriever.

Convex combination of normalised scores: Bruch, Gai and Ingber, TOIS 2023. Reciprocal ranks, the usual way, throw
the scores away, so the first places of a weak side count as much as those of a strong one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import fields
from itertools import zip_longest
from numbers import Integral
from typing import Any

import numpy as np
from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import field_validator

from assistant.core.errors import InputError
from assistant.core.types import Passage
from assistant.index.store import Store
from assistant.text.legible import drop_unseen
from assistant.text.terms import content_stems, stems, tokens

CANDIDATES = 120  # taken from each side
NEAR = 0.17  # mean cosine of the three closest chunks from which a question may be on the corpus' subject
WORDS = 0.75  # share of a question's words in one passage from which it is too
DENSE_WEIGHT = 0.6  # share of the dense score; the rest is BM25's: people ask in other words than the text's
SHARED = 0.3  # share of the rarity of a query's words: a BM25 score as high counts in full

Scored = Sequence[tuple[int, float]]  # positions and scores, best first


def fuse(dense: Scored, lexical: Scored, weight: float, full: float = 0.0) -> list[tuple[int, float]]:
    """Mix two rankings; return (position, score from 0 to 1), best first, ties by position.

    Cosines are stretched so that the last candidate is 0 and the first is 1; BM25 scores, whose zero means
    "no word in common", are divided by the highest, or by `full` where none is as high: where no text shares much with
    the query, what little they share tells nothing. What one side did not find counts 0 there.
    """
    scores: dict[int, float] = {}
    if dense:
        low, high = dense[-1][1], dense[0][1]
        for position, cosine in dense:
            scores[position] = weight * ((cosine - low) / (high - low) if high > low else 1.0)
    for position, value in lexical:
        scores[position] = scores.get(position, 0.0) + (1 - weight) * value / max(lexical[0][1], full)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def search(
    store: Store,
    query: str,
    k: int,
    *,
    vector: Sequence[float] | None = None,
    dense_weight: float = DENSE_WEIGHT,
) -> list[Passage]:
    """Return up to k passages, best first; passages with the same words are shown once.

    `vector` is the query's embedding where the caller has it already. Raises InputError for an empty query, or a k
    that is no whole number from 1.
    """
    query, k = read_query(query), min(read_k(k), len(store.chunks) or 1)
    if vector is None:
        vector = store.embedder.embed_query(query)
    depth = max(CANDIDATES, 2 * k)
    dense = store.nearest(vector, depth) if dense_weight > 0 else []
    lexical = store.lexical.search(query, depth) if dense_weight < 1 else []
    full = SHARED * sum(map(store.lexical.idf, stems(query)))
    passages: list[Passage] = []
    seen: set[str] = set()
    for position, score in fuse(dense, lexical, dense_weight, full):
        words = " ".join(store.chunks[position].text.split())
        if words not in seen:
            seen.add(words)
            passages.append(passage_of(store, position, score))
        if len(passages) == k:
            break
    return passages


def searched(store: Store, queries: Sequence[str], k: int, known: Sequence[Passage]) -> list[Passage]:
    """Return up to k passages that are not known yet, the best of each query first, then the second ...

    A query that is not about what its passages are about finds none.
    """
    seen = {item.chunk_id for item in known}
    ranked: list[list[Passage]] = []
    for query in queries:
        vector = store.embedder.embed_query(query)
        found = HybridRetriever.over(store, k).find(query, vector=vector)
        ranked.append(found if is_near(store, vector, found, query) else [])
    mixed = (item for group in zip_longest(*ranked) for item in group if item is not None)
    fresh = {item.chunk_id: item for item in mixed if item.chunk_id not in seen}
    return list(fresh.values())[:k]


def read_query(query: object) -> str:
    """Return a query without characters that show nothing. Raises InputError for an empty one or another type."""
    if not isinstance(query, str):
        raise InputError(f"The query is of type {type(query).__name__}: give words to search for.")
    words = drop_unseen(query)
    if not words.strip():
        raise InputError("The query is empty: give words to search for.")
    return words


def read_k(k: object) -> int:
    """Return how many passages are wanted. Raises InputError for anything but a whole number from 1."""
    if not isinstance(k, Integral) or isinstance(k, bool) or k < 1:
        raise InputError(f"k is {k!r}: give a whole number from 1, the most passages to find.")
    return int(k)


def is_near(store: Store, vector: Sequence[float], passages: Sequence[Passage], question: str = "") -> bool:
    """Tell whether a question, given by its embedding, is about what the corpus is about.

    So it is too where one of the passages found for it holds most of its words.
    """
    if not passages:
        return False
    if np.mean([cosine for _, cosine in store.dense(vector, min(3, len(passages)))]) >= NEAR:
        return True
    asked = content_stems(question)
    texts = tokens([f"{item.title} {item.section} {item.text}" for item in passages])
    return len(asked) > 1 and any(len(asked & set(own)) >= WORDS * len(asked) for own in texts)


def passage_of(store: Store, position: int, score: float) -> Passage:
    """Return the chunk at a position as a passage."""
    chunk = store.chunks[position]
    entry = store.manifest.documents[chunk.doc_id]
    return Passage(
        chunk_id=chunk.chunk_id,
        doc_id=chunk.doc_id,
        title=entry.title,
        source=entry.source,
        section=chunk.section,
        page=chunk.page,
        start=chunk.start,
        end=chunk.end,
        score=round(score, 6),
        text=chunk.text,
        doc_sha256=entry.sha256,
        date=entry.date,
        scanned=chunk.page in entry.scanned,
    )


def passage_at(store: Store, doc_id: str, start: int, score: float) -> Passage:
    """Return the chunk of a document that holds a character as a passage, else the next one, else its last.

    Raises KeyError for a document without chunks.
    """
    first, end = (
        side(store.chunks, doc_id, key=lambda chunk: chunk.doc_id) for side in (bisect_left, bisect_right)
    )
    if first == end:
        raise KeyError(doc_id)
    at = next((n for n in range(first, end) if start < store.chunks[n].end), end - 1)
    return passage_of(store, at, score)


class HybridRetriever(BaseRetriever):
    """The product's retriever for any LangChain chain; metadata holds every field of the passage but its text.

    `current` returns the index to search, so that one replaced meanwhile is used at the next query. `invoke` takes
    `vector`, the query's embedding where the caller has it, and `k` for another number of passages.
    """

    current: Callable[[], Store]
    k: int = 8  # passages found, from 1

    @field_validator("k", mode="before")
    @classmethod
    def _from_one(cls, value: object) -> int:
        return read_k(value)

    @classmethod
    def over(cls, store: Store, k: int) -> "HybridRetriever":
        """Return a retriever that keeps to one generation of an index."""
        return cls(current=lambda: store, k=k)

    @property
    def store(self) -> Store:
        """The index in force."""
        return self.current()

    def find(
        self, query: str, *, k: int | None = None, vector: Sequence[float] | None = None
    ) -> list[Passage]:
        """Return up to k passages, best first; callbacks see a retriever's run.

        Raises InputError for an empty query, or a k that is no whole number from 1.
        """
        query, k = read_query(query), None if k is None else read_k(k)
        return [passage_in(document) for document in self.invoke(query, vector=vector, k=k)]

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        vector: Sequence[float] | None = None,
        k: int | None = None,
    ) -> list[LangChainDocument]:
        found = search(self.current(), query, self.k if k is None else k, vector=vector)
        return [document_of(passage) for passage in found]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **options: Any
    ) -> list[LangChainDocument]:
        sync = run_manager.get_sync()
        return await run_in_executor(
            None, lambda: self._get_relevant_documents(query, run_manager=sync, **options)
        )


def document_of(passage: Passage) -> LangChainDocument:
    """Return a passage as LangChain's document: its text, its chunk id, and every other field as metadata."""
    metadata = {name: getattr(passage, name) for name in _METADATA}
    return LangChainDocument(page_content=passage.text, id=passage.chunk_id, metadata=metadata)


def passage_in(document: LangChainDocument) -> Passage:
    """Return the passage that `document_of` wrote, whatever others have added. Raises KeyError for another document."""
    return Passage(text=document.page_content, **{name: document.metadata[name] for name in _METADATA})


_METADATA = tuple(field.name for field in fields(Passage) if field.name != "text")
