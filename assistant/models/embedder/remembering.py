"""Embed no sentence twice while a corpus is asked: articles are short, and one question after another meets the same ones."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from assistant.models.embedder.embedder import Embedder, Tokens, Vectors

TEXTS = 16_384  # vectors kept, 1.5 kB each
TOKENS = 24_000  # token vectors kept, 1.5 kB each


class Remembering(Embedder):
    """An embedder that keeps what was asked for last; safe to share between threads where the inner one is."""

    def __init__(self, inner: Embedder, texts: int = TEXTS, tokens: int = TOKENS) -> None:
        """Take the embedder that does the work, and how many vectors of texts and of tokens are kept."""
        self.inner = inner
        self.name, self.dimension = inner.name, inner.dimension
        self.weights_sha256, self.dtype = inner.weights_sha256, inner.dtype
        self._texts, self._tokens = texts, tokens
        self._rows: OrderedDict[str, Vectors] = OrderedDict()
        self._spelt: OrderedDict[str, Tokens] = OrderedDict()
        self._held = 0  # token vectors
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as the inner embedder does."""
        with self._lock:
            known = {text: self._rows[text] for text in texts if text in self._rows}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known |= _apart(new, self.inner.encode(new))
            self._keep({text: known[text] for text in new}, {})
        return self._stacked(known, texts)

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        """Embed texts and their tokens as the inner embedder does."""
        with self._lock:
            spelt = {text: self._spelt[text] for text in texts if text in self._spelt and text in self._rows}
            rows = {text: self._rows[text] for text in spelt}
        new = [text for text in dict.fromkeys(texts) if text not in spelt]
        if new:
            found, tokens = self.inner.encode_tokens(new)
            rows |= _apart(new, found)
            spelt |= dict(zip(new, tokens, strict=True))
            self._keep({text: rows[text] for text in new}, {text: spelt[text] for text in new})
        return self._stacked(rows, texts), [spelt[text] for text in texts]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages as the inner embedder does; none is kept."""
        return self.inner.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """Embed one question as the inner embedder does; it is not kept."""
        return self.inner.embed_query(text)

    def _stacked(self, known: dict[str, Vectors], texts: Sequence[str]) -> Vectors:
        return np.stack([known[text] for text in texts]) if texts else self.inner.encode(texts)

    def _keep(self, rows: dict[str, Vectors], spelt: dict[str, Tokens]) -> None:
        """Keep what is new; what was kept longest goes where there is no room."""
        with self._lock:
            self._rows.update(rows)
            for text, own in spelt.items():
                before = self._spelt.pop(text, None)
                self._held += len(own.vectors) - (0 if before is None else len(before.vectors))
                self._spelt[text] = own
            while len(self._rows) > self._texts:
                self._rows.popitem(last=False)
            while self._held > self._tokens:
                self._held -= len(self._spelt.popitem(last=False)[1].vectors)


def _apart(texts: Sequence[str], rows: Vectors) -> dict[str, Vectors]:
    """Return each row by its text, as an array of its own: a view would keep all the others in memory."""
    return {text: row.copy() for text, row in zip(texts, rows, strict=True)}
