"""Measure how well each sentence of the retrieved passages matches a question.

Words are compared one by one in the light of their sentence, each question word with its closest counterpart:
late interaction, Khattab and Zaharia, SIGIR 2020.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.core.types import Evidence
from assistant.index.lookup.lexical import LexicalIndex
from assistant.models.embedder.embedder import Tokens, Vectors
from assistant.question.kind import KINDS, holds, kinds
from assistant.text.terms import FILLER, stems, tokens

COMPARES = re.compile(r"\b(?:differ\w*|compar\w*|contrast\w*|distinguish\w*|versus|vs|unlike|or)\b", re.I)
ORDINARY = 0.3  # weight of every token of a question beside the rarity of its word
FEATURES = (
    "cosine",  # of question and sentence
    "words",  # best counterpart of each content word, by rarity; 1 where the word itself occurs
    "tokens",  # best counterpart of every token of the question
    "back",  # how close the third of the sentence that is closest comes to the question
    "coverage",  # share of the content words that occur, by rarity
    "length",  # words, 1 from forty on
    "passage_cosine",  # of question and the mean of the passage's sentences
    "passage_coverage",  # share of the content words in heading or passage, by rarity
    "weakest",  # the counterpart of the content word that has the poorest one in sentence and heading
    "rank",  # 1 for the best passage, 1/2 for the next ...
    *(
        f"{kind}_asked" for kind in KINDS
    ),  # 1 or -1 as the sentence holds the kind of answer asked for, else 0
)


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """A question and its candidates as vectors: of the texts (d,) and (n, d), and of their tokens."""

    question: np.ndarray
    question_tokens: Tokens
    vectors: Vectors
    tokens: Sequence[Tokens]


@dataclass(frozen=True, kw_only=True)
class _Word:
    stem: str
    weight: float
    rows: list[int]  # its tokens among those of the question


def measure(
    question: str, embedded: Embedded, found: Sequence[Evidence], lexical: LexicalIndex
) -> np.ndarray:
    """Return one row a candidate, one column a feature of FEATURES."""
    words = _content(question, embedded.question_tokens, lexical)
    weights = np.array([word.weight for word in words]) + 1e-3
    weights /= weights.sum() or 1.0
    told = [set(own) for own in tokens([item.text for item in found])]
    near, back = _closeness(embedded)
    occurs = np.array([[float(word.stem in own) for word in words] for own in told])
    best = np.array(
        [[max(row[k], near[i, word.rows].mean()) for k, word in enumerate(words)] for i, row in enumerate(occurs)]
    )  # fmt: skip
    ordinary = _token_weights(words, near.shape[1])
    rows = np.zeros((len(found), len(FEATURES)))
    rows[:, 0] = embedded.vectors @ embedded.question
    rows[:, 1] = best @ weights
    rows[:, 2] = near @ ordinary
    rows[:, 3] = back
    rows[:, 4] = occurs @ weights
    rows[:, 5] = [min(len(re.findall(r"\w+", item.text)), 40) / 40 for item in found]
    _add_passages(rows, embedded, found, words, occurs, best, weights)
    asked, texts = kinds(question), [item.text for item in found]
    for at, kind in enumerate(KINDS):
        if kind in asked:
            rows[:, 10 + at] = [1.0 if held else -1.0 for held in holds(kind, question, texts)]
    return rows


def _add_passages(
    rows: np.ndarray, embedded: Embedded, found: Sequence[Evidence], words: Sequence[_Word],
    occurs: np.ndarray, best: np.ndarray, weights: np.ndarray,
) -> None:  # fmt: skip
    """Fill in what a sentence has from its passage: its cosine, coverage, weakest word and rank."""
    order = list(dict.fromkeys(item.passage.chunk_id for item in found))
    for rank, key in enumerate(order):
        members = [i for i, item in enumerate(found) if item.passage.chunk_id == key]
        passage = found[members[0]].passage
        head = stems(f"{passage.title} {passage.section}")
        headed = np.array([float(word.stem in head) for word in words])
        mean = embedded.vectors[members].mean(axis=0)
        rows[members, 6] = mean @ embedded.question / (np.linalg.norm(mean) + 1e-9)
        rows[members, 7] = np.maximum(occurs[members].max(axis=0), headed) @ weights
        rows[members, 8] = np.maximum(best[members], headed).min(axis=1) if words else 1.0
        rows[members, 9] = 1 / (1 + rank)


def _content(question: str, spelt: Tokens, lexical: LexicalIndex) -> list[_Word]:
    """Return the words of a question that carry meaning, each with its rarity and its tokens."""
    matches = list(re.finditer(r"[^\W_]+", question))
    found = []
    for match, own in zip(matches, tokens([match[0] for match in matches]) if matches else [], strict=True):
        rows = [
            at for at, (start, end) in enumerate(spelt.spans) if start < match.end() and match.start() < end
        ]
        if own and rows and match[0].lower() not in FILLER and not COMPARES.fullmatch(match[0]):
            found.append(_Word(stem=own[0], weight=lexical.idf(own[0]), rows=rows))
    return found


def _token_weights(words: Sequence[_Word], count: int) -> np.ndarray:
    weights = np.full(count, ORDINARY)
    for word in words:
        weights[word.rows] += word.weight / len(word.rows)
    return np.asarray(weights / (weights.sum() or 1.0))


def _closeness(embedded: Embedded) -> tuple[np.ndarray, np.ndarray]:
    """Return the best cosine of each token of the question in each sentence (n, m), and the way back (n,)."""
    asked = embedded.question_tokens.vectors
    near = np.zeros((len(embedded.tokens), len(asked)))
    back = np.zeros(len(embedded.tokens))
    for at, spelt in enumerate(embedded.tokens):
        if len(spelt.vectors) and len(asked):
            cosines = asked @ spelt.vectors.T
            near[at] = cosines.max(axis=1)
            closest = np.sort(cosines.max(axis=0))
            back[at] = closest[-max(1, len(closest) // 3) :].mean()
    return near, back
