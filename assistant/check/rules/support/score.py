"""Score how well a window of evidence carries a claim, from 0 to 1."""

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from assistant.check.rules.support.windows import Window
from assistant.text.words import tokens

PLAIN = ("coverage", "pairs", "known", "run")
MEANT = (*PLAIN, "cosine")


def plain_features(claim: str, window: Window) -> list[float]:
    """Return the features that need no embedder, in the order of PLAIN, each 0 to 1, more is better.

    coverage: share of the claim's words in the window; pairs: neighbouring words that stand near
    each other there; known: 1 less a sixth for each word that is missing; run: longest common run of words.
    """
    own = [token.sense for token in tokens(claim) if token.content or token.number]
    have = [token.sense for token in tokens(window.text) if token.content or token.number]
    known = set(have)
    pairs = list(zip(own, own[1:], strict=False))
    near = {(a, b) for at, a in enumerate(have) for b in have[at + 1 : at + 4]}
    near |= {(b, a) for a, b in near}
    shared = sum(pair in near for pair in pairs) / len(pairs) if pairs else window.coverage
    gone = len({word for word in own if word not in known})
    return [window.coverage, shared, 1 - min(gone, 6) / 6, _run(own, have)]


def _run(own: Sequence[str], have: Sequence[str]) -> float:
    """Return the longest common run of content words as a share of the claim's, 0 to 1."""
    best = 0
    last = [0] * (len(have) + 1)
    for word in own:
        row = [0] * (len(have) + 1)
        for at, other in enumerate(have, start=1):
            if word == other:
                row[at] = last[at - 1] + 1
        best, last = max(best, *row), row
    return best / len(own) if own else 0.0


def features(cases: Sequence[tuple[str, Window]], embedder: Embeddings | None) -> NDArray[np.float64]:
    """Return one row per (claim, window): PLAIN columns, or MEANT columns with an embedder."""
    rows = np.array([plain_features(claim, window) for claim, window in cases], dtype=float)
    if embedder is None or not cases:
        return rows.reshape(len(cases), -1)
    wanted = {text for claim, window in cases for text in (claim, window.text, *window.sentences)}
    texts = sorted(wanted, key=len)
    vectors = np.asarray(embedder.embed_documents(texts), dtype=float)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-12
    place = {text: vectors[i] for i, text in enumerate(texts)}
    extra = []
    for claim, window in cases:
        whole = float(place[claim] @ place[window.text])
        best = max(float(place[claim] @ place[sentence]) for sentence in window.sentences)
        extra.append([max(whole, best)])
    return np.hstack([rows, np.array(extra)])


@lru_cache(maxsize=1)
def weights() -> dict[str, dict[str, float]]:
    """Load the fitted weights: {"plain" | "meant": {feature or "bias": weight}}."""
    text = files("assistant.check.rules.support").joinpath("support.json").read_text("utf-8")
    loaded: dict[str, dict[str, float]] = json.loads(text)
    return loaded


def scores(cases: Sequence[tuple[str, Window]], embedder: Embeddings | None) -> list[float]:
    """Score each (claim, window), 0 to 1; all texts are embedded in one batch."""
    if not cases:
        return []
    fitted = weights()["plain" if embedder is None else "meant"]
    names = PLAIN if embedder is None else MEANT
    logits = features(cases, embedder) @ np.array([fitted[name] for name in names]) + fitted["bias"]
    return [float(score) for score in 1 / (1 + np.exp(-logits))]
