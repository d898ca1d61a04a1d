"""Say how likely each sentence answers a question, and how likely the best one does at all.

Two questions, two scores: a softmax over the sentences of the passages ranks them; a logistic mix of a few features
of the best one says whether it answers. Where there is a reader, its log odds are weighed in, and the chance is that
the best sentence is a right one. The weights were fitted by `python -m eval.train.fit.evidence`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np

from assistant.index.store import Store
from assistant.models.embedder.embedder import Vectors
from assistant.models.reader.reader import Reader, heading
from assistant.question.read import names_of_contrast
from assistant.write.quote.match import COMPARES, FEATURES, Candidate, Embedded

_SETS_AGAINST = re.compile(
    r"\b(?:while|whereas|unlike|on the other hand|in contrast|by contrast|than)\b|;| \| ", re.I
)
_ABOUT = re.compile(
    r"(?:the|this) (?:article|author|table|list|section|page|post|text)\b", re.I
)  # not its matter
CONTRASTS, ABOUT = (
    1.5,
    -1.0,
)  # set by hand, in nats: sets the compared against each other; speaks of the text itself
LEAD = 3.0  # nats; a lead over other passages counts up to here
READ = 4  # passages read by the reader, the likeliest


def rank(
    question: str, found: Sequence[Candidate], rows: np.ndarray, fitted: Mapping[str, float] | None = None
) -> np.ndarray:
    """Return for each candidate, in nats, how likely it is the answering one: differences are log odds."""
    fitted = fitted or weights()["rank"]
    ranks = rows @ np.array([fitted[name] for name in FEATURES])
    for at, item in enumerate(found):
        ranks[at] += CONTRASTS * _contrast(question, item.text)
        ranks[at] += ABOUT * (bool(_ABOUT.match(item.text)) and not _ABOUT.search(question))
    return np.asarray(ranks)


def answer_features(found: Sequence[Candidate], rows: np.ndarray, ranks: np.ndarray) -> dict[str, float]:
    """Return what tells whether the best candidate answers at all: its closeness, and its lead over other passages."""
    best = int(ranks.argmax())
    passage = found[best].passage.chunk_id
    others = [value for value, item in zip(ranks, found, strict=True) if item.passage.chunk_id != passage]
    own = dict(zip(FEATURES, rows[best], strict=True))
    return {
        "cosine": own["cosine"],
        "passage_cosine": own["passage_cosine"],
        "weakest": own["weakest"],
        "lead": min(float(ranks[best]) - max(others, default=-np.inf), LEAD),
    }


def answer_logit(
    found: Sequence[Candidate], rows: np.ndarray, ranks: np.ndarray, odds: np.ndarray | None,
    fitted: Mapping[str, float] | None = None,
) -> float:  # fmt: skip
    """Return the log odds that the best candidate, by its rank and `odds`, the reader's, answers the question."""
    fitted = fitted or weights()["answer"]
    values = answer_features(found, rows, ranks)
    logit = fitted["bias"] + sum(fitted[name] * value for name, value in values.items())
    if odds is None:
        return logit
    join, best = weights()["join"], int(joined(ranks, odds).argmax())
    return join["bias"] + join["logit"] * logit + join["own"] * float(heard(odds)[best])


def read(
    reader: Reader, store: Store, question: str, embedded: Embedded, found: Sequence[Candidate], ranks: np.ndarray
) -> np.ndarray:  # fmt: skip
    """Return the reader's log odds of each candidate (n,), NaN outside the READ passages with the best ranks."""
    best: dict[str, float] = {}
    for item, value in zip(found, ranks, strict=True):
        best[item.passage.chunk_id] = max(value, best.get(item.passage.chunk_id, -np.inf))
    chosen = sorted(best, key=lambda key: -best[key])[:READ]
    passages = [next(item.passage for item in found if item.passage.chunk_id == key) for key in chosen]
    known = {item.text: row for item, row in zip(found, embedded.vectors, strict=True)}

    def vectors(texts: list[str]) -> Vectors:
        new = [text for text in texts if text not in known]
        if new:
            known.update(zip(new, store.embedder.encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    texts = [passage.text for passage in passages]
    heads = [heading(passage.title, passage.section) for passage in passages]
    told = reader.read(question, np.asarray(embedded.question, dtype=np.float32), texts, vectors, heads)
    odds = {
        (passage.chunk_id, passage.start + start): value
        for passage, own in zip(passages, told, strict=True)
        for (start, _), value in own
    }
    return np.array([odds.get((item.passage.chunk_id, item.start), np.nan) for item in found])


def joined(ranks: np.ndarray, odds: np.ndarray | None) -> np.ndarray:
    """Return ranks with the reader's log odds weighed in."""
    if odds is None:
        return ranks
    join = weights()["join"]
    return np.asarray(join["rank"] * ranks + join["read"] * heard(odds))


def heard(odds: np.ndarray) -> np.ndarray:
    """Return the reader's log odds; what it did not read counts as the worst it read."""
    return np.where(np.isnan(odds), np.nanmin(odds), odds)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Return log odds as probabilities."""
    return np.asarray(1 / (1 + np.exp(-logits)))


@lru_cache(maxsize=1)
def weights() -> dict[str, dict[str, float]]:
    """Load the fitted weights: {"rank": {feature: weight}, "answer": {feature or "bias": weight},
    "join": how both go with what the reader says}."""
    text = files("assistant.write.quote").joinpath("evidence.json").read_text("utf-8")
    loaded: dict[str, dict[str, float]] = json.loads(text)
    return loaded


def _contrast(question: str, sentence: str) -> float:
    """Return 1 for a sentence that sets against each other the terms the question compares, else 0."""
    asked = set(names_of_contrast(question))
    if len(asked) < 2 or not COMPARES.search(question):
        return 0.0
    return float(asked <= set(names_of_contrast(sentence)) and bool(_SETS_AGAINST.search(sentence)))
