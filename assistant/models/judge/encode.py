"""Write evidence and the claims about it as one row of tokens, with a mark for the words that a claim shares.

The evidence is read by itself and each claim beside it, so that many claims share one reading of their evidence
(after DeFormer, Cao et al. 2020, and cross-attention over kept states).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import Stemmer
from numpy.typing import NDArray

from assistant.core.settings import DEFAULT_EMBEDDER
from assistant.models.embedder.files import find_model
from assistant.text.quantities import SMALL

EVIDENCE_TOKENS, CLAIM_TOKENS, QUESTION_TOKENS = 190, 90, 36
EVIDENCE_AT = 100  # position of the evidence's first token; claims begin at 0
CLS, SEP = 101, 102
# marks: the side of a token, and for a claim's words whether they stand in the evidence too
EVIDENCE, EVIDENCE_NUMBER, QUESTION, CLAIM, SHARED, ALONE, SHARED_NUMBER, ALONE_NUMBER = range(8)
MARKS = 8
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_STEMMER = Stemmer.Stemmer("english")
_NUMBER_WORDS = {word: f"{value:.0f}" for word, value in SMALL.items()}
_FUNCTION = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "and",
        "or",
        "but",
        "which",
        "who",
        "whom",
        "whose",
        "where",
        "when",
        "while",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "there",
        "their",
        "they",
        "them",
        "he",
        "she",
        "his",
        "her",
        "him",
        "i",
        "you",
        "we",
        "our",
        "your",
        "so",
        "than",
        "then",
        "such",
        "into",
        "also",
        "s",
    ]
)
Part = tuple[list[int], list[int], list[int], list[int]]  # ids, marks, first and last characters


@dataclass(frozen=True, kw_only=True)
class JudgeRow:
    """Evidence with its claims: arrays of the same length, one value a token.

    `side` is 0 for the evidence and the number of the claim, from 1, for its tokens, the opening [CLS] among them;
    `start` and `end` are the token's characters in its own text, both 0 for special tokens.
    """

    ids: NDArray[np.int32]
    marks: NDArray[np.int8]
    places: NDArray[np.int16]
    side: NDArray[np.int8]
    start: NDArray[np.int32]
    end: NDArray[np.int32]


@lru_cache(maxsize=1)
def tokenizer() -> Any:
    """Load the tokenizer of the packaged MiniLM, without padding or truncation."""
    from tokenizers import Tokenizer

    loaded = Tokenizer.from_file(str(Path(find_model(DEFAULT_EMBEDDER)) / "tokenizer.json"))
    loaded.no_padding()
    loaded.no_truncation()
    return loaded


def encode(evidence: str, claims: Sequence[str], question: str = "") -> JudgeRow:
    """Encode evidence, each line closed by [SEP], then the question, then each claim behind a [CLS] of its own.

    Evidence that is too long loses its end, so put the lines that matter most first.
    """
    words = _words(evidence)
    known = {word for *_, word, _ in words}
    parts = [*_evidence(evidence, words)]
    if question:
        parts.append(_closed(_part(question, QUESTION_TOKENS, [QUESTION] * (len(question) + 1))))
    count = sum(len(part[0]) for part in parts)
    places = [EVIDENCE_AT + at for at in range(count)]
    side = [0] * count
    for number, claim in enumerate(claims, start=1):
        ids, marks, start, end = _closed(_part(claim, CLAIM_TOKENS, _claim_marks(claim, known)))
        parts.append(([CLS, *ids], [CLAIM, *marks], [0, *start], [0, *end]))
        places += range(len(ids) + 1)
        side += [number] * (len(ids) + 1)
    columns = [[value for part in parts for value in part[at]] for at in range(4)]
    return JudgeRow(
        ids=np.array(columns[0], dtype=np.int32),
        marks=np.array(columns[1], dtype=np.int8),
        places=np.array(places, dtype=np.int16),
        side=np.array(side, dtype=np.int8),
        start=np.array(columns[2], dtype=np.int32),
        end=np.array(columns[3], dtype=np.int32),
    )


def _evidence(evidence: str, words: Sequence[tuple[int, int, str, bool]]) -> list[Part]:
    marks = [EVIDENCE] * (len(evidence) + 1)
    for a, b, _, number in words:
        if number:
            marks[a:b] = [EVIDENCE_NUMBER] * (b - a)
    parts, at, room = [], 0, EVIDENCE_TOKENS
    for line in evidence.split("\n"):
        if line.strip() and room > 1:
            parts.append(_closed(_part(line, room - 1, marks[at : at + len(line) + 1])))
            room -= len(parts[-1][0])
        at += len(line) + 1
    return parts


def _part(text: str, limit: int, marks: Sequence[int]) -> Part:
    found = tokenizer().encode(text, add_special_tokens=False)
    ids, offsets = found.ids[:limit], found.offsets[:limit]
    return ids, [marks[a] for a, _ in offsets], [a for a, _ in offsets], [b for _, b in offsets]


def _closed(part: Part) -> Part:
    ids, marks, start, end = part
    return [*ids, SEP], [*marks, marks[-1] if marks else EVIDENCE], [*start, 0], [*end, 0]


def _claim_marks(claim: str, known: set[str]) -> list[int]:
    marks = [CLAIM] * (len(claim) + 1)
    for a, b, word, number in _words(claim):
        if word in known:
            marks[a:b] = [SHARED_NUMBER if number else SHARED] * (b - a)
        else:
            marks[a:b] = [ALONE_NUMBER if number else ALONE] * (b - a)
    return marks


@lru_cache(maxsize=4_000)
def _words(text: str) -> tuple[tuple[int, int, str, bool], ...]:
    """Return (start, end, stem or plain number, whether a number) of each word that says something."""
    found = []
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if word in _FUNCTION:
            continue
        if word[0].isdigit():
            plain = word.replace(",", "")
            plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
            found.append((match.start(), match.end(), plain, True))
        elif word in _NUMBER_WORDS:
            found.append((match.start(), match.end(), _NUMBER_WORDS[word], True))
        else:
            found.append((match.start(), match.end(), _STEMMER.stemWord(word), False))
    return tuple(found)
