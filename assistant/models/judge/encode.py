"""Write evidence and the claims about it as one row of tokens.

The evidence comes first and each claim sees it and itself alone, so that many claims share one reading of their evidence
(a tree of continuations, as in speculative decoding: SpecInfer, Miao et al. 2024).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

EVIDENCE_TOKENS, CLAIM_TOKENS, QUESTION_TOKENS = 230, 100, 40
START = 1  # the token every text begins with
OPENING, ASKED, MARK = "Text:\n", "\nQuestion: ", "Sentence: "
CLAIM, QUESTION = ("\nClaim: ", "\nTrue?"), (ASKED, "\nAnswered?")  # what is judged, between which words
SENTENCES, BEFORE, HEAD = (
    2,
    60,
    20,
)  # told of what stands before a sentence: sentences, and words; words of its headings
Part = tuple[list[int], list[int], list[int]]  # ids, first and last characters


@dataclass(frozen=True, kw_only=True)
class JudgeRow:
    """Evidence with its claims: arrays of the same length, one value a token.

    `side` is 0 for the evidence and the number of the claim, from 1, for its tokens; `start` and `end` are the token's
    characters in the claim, both 0 for all other tokens. The last token of each claim is where it is judged.
    """

    ids: NDArray[np.int32]
    places: NDArray[np.int16]
    side: NDArray[np.int8]
    start: NDArray[np.int32]
    end: NDArray[np.int32]

    @property
    def last(self) -> list[int]:
        """Where each claim is judged."""
        return [int(np.flatnonzero(self.side == number)[-1]) for number in range(1, int(self.side.max()) + 1)]


def marked(sentence: str, before: Sequence[str], head: str) -> str:
    """Return as evidence a sentence that questions are put to: below its headings and the last sentences before it."""
    told = " ".join(before[-SENTENCES:]).split()
    lines = [" ".join(head.split()[-HEAD:]), " ".join(told[-BEFORE:]), MARK + sentence]
    return "\n".join(line for line in lines if line)


def encode(
    tokenizer: Any, evidence: str, claims: Sequence[str], question: str = "", kind: tuple[str, str] = CLAIM
) -> JudgeRow:
    """Encode evidence, the question where it is known, then each claim, or each QUESTION put to it, by itself.

    Evidence that is too long loses its end, so put the lines that matter most first.
    """
    ids = [START, *_ids(tokenizer, OPENING + evidence, EVIDENCE_TOKENS)]
    if question:
        ids += _ids(tokenizer, ASKED + question, QUESTION_TOKENS)
    shared = len(ids)
    places, side, start, end = [*range(shared)], [0] * shared, [0] * shared, [0] * shared
    for number, claim in enumerate(claims, start=1):
        own, first, last = _claim(tokenizer, claim, kind)
        ids, start, end = ids + own, start + first, end + last
        places += range(shared, shared + len(own))
        side += [number] * len(own)
    return JudgeRow(
        ids=np.array(ids, dtype=np.int32),
        places=np.array(places, dtype=np.int16),
        side=np.array(side, dtype=np.int8),
        start=np.array(start, dtype=np.int32),
        end=np.array(end, dtype=np.int32),
    )


def _claim(tokenizer: Any, claim: str, kind: tuple[str, str]) -> Part:
    """Return a claim between the words that announce it and those that ask; a token's space is none of its characters."""
    words, begin = kind[0] + claim, len(kind[0])
    found = tokenizer.encode(words)
    start, end = [], []
    for a, b in found.offsets[:CLAIM_TOKENS]:
        a += len(words[a:b]) - len(words[a:b].lstrip())
        start.append(max(a - begin, 0))
        end.append(max(b - begin, 0))
    tail = _ids(tokenizer, kind[1], CLAIM_TOKENS)
    return [*found.ids[:CLAIM_TOKENS], *tail], [*start, *[0] * len(tail)], [*end, *[0] * len(tail)]


def _ids(tokenizer: Any, text: str, limit: int) -> list[int]:
    ids: list[int] = tokenizer.encode(text).ids[:limit]
    return ids


@lru_cache(maxsize=2)
def tokenizer_of(weights: Path) -> Any:
    """Load the tokenizer that belongs to the weights of the embedded model."""
    from assistant.models.chat.gguf.tensors import read_tokenizer

    return read_tokenizer(weights)
