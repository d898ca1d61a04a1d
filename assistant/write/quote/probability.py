"""Say how likely each sentence answers a question, and how likely the best one does at all.

Two questions, two scores: a softmax over the sentences of the passages ranks them; a logistic mix of a few features
of the best one says whether it answers. Where there is a reader, its log odds are weighed in, and the chance is that
the best sentence is a right one; where the judge's weights are, it is asked about the likeliest ones, and has the last
word on both. The weights were fitted by `python -m eval.train.fit.evidence`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np

from assistant.core.types import Evidence
from assistant.index.store import Store
from assistant.models.embedder.embedder import Vectors
from assistant.models.judge.encode import marked
from assistant.models.judge.judge import LateJudge
from assistant.models.reader.reader import Reader, heading
from assistant.question.names import names_of_contrast
from assistant.text.sentences import sentence_spans
from assistant.write.quote.match import COMPARES, FEATURES, Embedded

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
READ = 8  # passages read by the reader, the likeliest
ASKED, NEAR = 4, 2.0  # sentences the judge is asked about at most, and nats they may be behind the likeliest


def rank(
    question: str, found: Sequence[Evidence], rows: np.ndarray, fitted: Mapping[str, float] | None = None
) -> np.ndarray:
    """Return for each candidate, in nats, how likely it is the answering one: differences are log odds."""
    fitted = fitted or weights()["rank"]
    ranks = rows @ np.array([fitted[name] for name in FEATURES])
    compared = set(names_of_contrast(question)) if COMPARES.search(question) else set()
    for at, item in enumerate(found):
        ranks[at] += CONTRASTS * _sets_against(compared, item.text)
        ranks[at] += ABOUT * (bool(_ABOUT.match(item.text)) and not _ABOUT.search(question))
    return np.asarray(ranks)


def answer_features(found: Sequence[Evidence], rows: np.ndarray, ranks: np.ndarray) -> dict[str, float]:
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
    found: Sequence[Evidence], rows: np.ndarray, ranks: np.ndarray, odds: np.ndarray | None,
    fitted: Mapping[str, float] | None = None, join: Mapping[str, float] | None = None,
) -> float:  # fmt: skip
    """Return the log odds that the best candidate, by its rank and `odds`, the reader's, answers the question."""
    fitted, join = fitted or weights()["answer"], join or weights()["join"]
    values = answer_features(found, rows, ranks)
    logit = fitted["bias"] + sum(fitted[name] * value for name, value in values.items())
    if odds is None:
        return logit
    best = int(joined(ranks, odds, join).argmax())
    return join["bias"] + join["logit"] * logit + join["own"] * float(heard(odds)[best])


def read(
    reader: Reader, store: Store, question: str, embedded: Embedded, found: Sequence[Evidence], ranks: np.ndarray
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


def told(judge: LateJudge, question: str, found: Sequence[Evidence], ranks: np.ndarray) -> np.ndarray | None:
    """Return the judge's log odds that each candidate answers (n,), NaN but for the likeliest; None without weights."""
    best = [at for at in np.argsort(-ranks, kind="stable")[:ASKED] if ranks[at] >= ranks.max() - NEAR]
    said = judge.answers(question, [as_judged(found[at]) for at in best])
    if said is None:
        return None
    odds = np.full(len(found), np.nan)
    odds[best] = said
    return odds


def as_judged(item: Evidence) -> str:
    """Return a sentence as the judge was taught to see it."""
    passage = item.passage
    before = [passage.text[a:b] for a, b in sentence_spans(passage.text) if passage.start + b <= item.start]
    return marked(item.text, before, heading(passage.title, passage.section))


def settled(logit: float, ranks: np.ndarray, odds: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the log odds that the best candidate answers, and the ranks, with what the judge says weighed in."""
    fitted = weights()["told"]
    ranks = np.asarray(fitted["rank"] * ranks + fitted["told"] * heard(odds))
    own = float(heard(odds)[int(ranks.argmax())])
    return fitted["bias"] + fitted["logit"] * logit + fitted["own"] * own, ranks


def joined(ranks: np.ndarray, odds: np.ndarray | None, join: Mapping[str, float] | None = None) -> np.ndarray:
    """Return ranks with the reader's log odds weighed in."""
    if odds is None:
        return ranks
    join = join or weights()["join"]
    return np.asarray(join["rank"] * ranks + join["read"] * heard(odds))


def heard(odds: np.ndarray) -> np.ndarray:
    """Return the log odds of a model; what it did not read counts as the worst it read."""
    return np.where(np.isnan(odds), np.nanmin(odds), odds)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Return log odds as probabilities."""
    return np.asarray(1 / (1 + np.exp(-logits)))


@lru_cache(maxsize=1)
def weights() -> dict[str, dict[str, float]]:
    """Load the fitted weights: {"rank": {feature: weight}, "answer": {feature or "bias": weight},
    "join": how both go with what the reader says, "told": how all that goes with what the judge says}."""
    text = files("assistant.write.quote").joinpath("evidence.json").read_text("utf-8")
    loaded: dict[str, dict[str, float]] = json.loads(text)
    return loaded


def _sets_against(compared: set[str], sentence: str) -> bool:
    """Tell whether a sentence sets against each other the terms that a question compares."""
    if len(compared) < 2 or not _SETS_AGAINST.search(sentence):
        return False
    return compared <= set(names_of_contrast(sentence))
