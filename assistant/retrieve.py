"""Retrieve passages: dense and BM25 rankings fused by reciprocal ranks, as a LangChain retriever.

Reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever

from assistant.store import Store
from assistant.types import Passage

RRF_K = 60  # rank offset of the paper
CANDIDATES = 50  # taken from each ranking
DENSE_WEIGHT = 0.5  # share of the dense ranking; the rest is BM25's


def fuse(rankings: Iterable[tuple[Sequence[int], float]]) -> list[tuple[int, float]]:
    """Fuse weighted rankings of positions; return (position, score), best first, ties by position."""
    scores: dict[int, float] = {}
    for ranking, weight in rankings:
        for rank, position in enumerate(ranking, 1):
            scores[position] = scores.get(position, 0.0) + weight / (RRF_K + rank)
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

    `vector` is the query's embedding where the caller has it already.
    """
    if vector is None:
        vector = store.embedder.embed_query(query)
    depth = max(CANDIDATES, 2 * k)
    dense = [at for at, _ in store.dense(vector, depth)] if dense_weight > 0 else []
    lexical = [at for at, _ in store.lexical.search(query, depth)] if dense_weight < 1 else []
    passages: list[Passage] = []
    seen: set[str] = set()
    for position, score in fuse([(dense, dense_weight), (lexical, 1 - dense_weight)]):
        words = " ".join(store.chunks[position].text.split())
        if words not in seen:
            seen.add(words)
            passages.append(passage_of(store, position, score))
        if len(passages) == k:
            break
    return passages


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
    )


class HybridRetriever(BaseRetriever):
    """The product's retriever for any LangChain chain; metadata holds every field of the passage."""

    store: Any
    k: int = 8

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [
            LangChainDocument(
                page_content=passage.text,
                id=passage.chunk_id,
                metadata={key: value for key, value in vars(passage).items() if key != "text"},
            )
            for passage in search(self.store, query, self.k)
        ]
