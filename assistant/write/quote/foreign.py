"""Pick sentences to quote where the reader does not know the language: by meaning and by the words they share."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.core.types import Evidence, Passage
from assistant.index.store import Store
from assistant.text.sentences import sentence_spans
from assistant.text.terms import stems, tokens

MOST = 2  # sentences quoted
NEAR = 0.4  # score from which one is
SHARE = 0.8  # of the best one's score that another needs


def select_foreign(
    store: Store, question: str, vector: Sequence[float], language: str, k: int
) -> list[Evidence]:
    """Return up to MOST sentences of documents in a language, best first; scores from 0 to 1.

    A score is the mean of the cosine of question and sentence and of the weight of the question's words in it.
    """
    found = [item for item in _passages(store, question, vector, k) if _language(store, item) == language]
    sentences = [
        Evidence(passage=item, start=item.start + start, end=item.start + end, text=item.text[start:end])
        for item in found
        for start, end in sentence_spans(item.text)
    ]
    if not sentences:
        return []
    cosines = store.embedder.encode([item.text for item in sentences]) @ np.asarray(vector)
    asked = {word: store.lexical.idf(word) for word in tokens([question])[0]}
    whole = sum(asked.values()) or 1.0
    scored = []
    for item, cosine in zip(sentences, cosines, strict=True):
        shared = sum(asked.get(word, 0.0) for word in stems(item.text))
        scored.append((float(max(0.0, cosine) + shared / whole) / 2, item))
    scored.sort(key=lambda pair: -pair[0])
    best = scored[0][0]
    return [replace(item, score=score) for score, item in scored[:MOST] if score >= max(NEAR, SHARE * best)]


def _passages(store: Store, question: str, vector: Sequence[float], k: int) -> list[Passage]:
    from assistant.index.search import search

    return search(store, question, 3 * k, vector=vector)


def _language(store: Store, passage: Passage) -> str | None:
    return store.manifest.documents[passage.doc_id].language
