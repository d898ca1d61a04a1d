"""The lexical index: BM25 over stemmed words, kept beside the vectors."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s

from assistant.index.lookup.vectors import best
from assistant.text.terms import content_words, tokens

BM25 = {"k1": 1.2, "b": 0.75, "method": "lucene"}


class LexicalIndex:
    """BM25 scores of texts held by position, 0 to count - 1."""

    def __init__(self, engine: Any, count: int) -> None:
        self._engine = engine
        self._count = count

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index texts in the given order."""
        engine = bm25s.BM25(**BM25)
        words = tokens(texts)
        if any(words):
            engine.index(words, show_progress=False)
            return cls(engine, len(texts))
        return cls(None, len(texts))

    @classmethod
    def load(cls, folder: Path, count: int) -> "LexicalIndex":
        """Read an index of `count` texts that `save` wrote."""
        if not folder.exists():
            return cls(None, count)
        return cls(bm25s.BM25.load(folder, load_corpus=False, show_progress=False), count)

    def save(self, folder: Path) -> None:
        """Write the index into a new folder; an index without words writes nothing."""
        if self._engine is not None:
            self._engine.save(folder, show_progress=False)

    def search(self, query: str, k: int) -> list[tuple[int, float]]:
        """Return up to k (position, BM25 score) above 0, best first, ties by position."""
        words = [word for word in tokens([query])[0] if self.knows(word)]
        if not words:
            return []
        scores = self._engine.get_scores(words)
        return [(int(at), float(scores[at])) for at in best(scores, k) if scores[at] > 0]

    def knows(self, stem: str) -> bool:
        """Tell whether a stemmed word occurs in any text."""
        return self._engine is not None and stem in self._engine.vocab_dict

    def idf(self, stem: str) -> float:
        """Return how rare a stem is: ln(1 + N / (1 + texts that hold it)), so unknown stems weigh most."""
        held = 0
        if self.knows(stem):
            at = self._engine.vocab_dict[stem]
            held = int(self._engine.scores["indptr"][at + 1] - self._engine.scores["indptr"][at])
        return math.log(1 + self._count / (1 + held))

    def weights(self, text: str) -> dict[str, float]:
        """Return the stems of a text's words that carry meaning, each with how rare it is."""
        return {stem: self.idf(stem) for stem in tokens([" ".join(content_words(text))])[0]}

    def holds(self, word: str) -> bool:
        """Tell whether a word as written occurs in any text, in any inflection (stop words count as held)."""
        return all(self.knows(stem) for stem in tokens([word])[0])
