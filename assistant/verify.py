"""Judge whether a sentence is supported by its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from langchain_core.embeddings import Embeddings

from assistant.types import Judgement
from assistant.words import content_senses


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A claim and the evidence it is to rest on: one or several sentences.

    Put evidence from different places on lines of its own: what a line says is never read into the next.
    """

    claim: str
    evidence: str


class Checker(Protocol):
    """Anything that judges claims against evidence."""

    name: str

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order."""
        ...


class RuleChecker:
    """Rules first, then a score from overlap and, with an embedder, from meaning."""

    name = "rules-1"

    def __init__(self, embedder: Embeddings | None, *, min_support: float = 0.5) -> None:
        self.embedder = embedder
        self.min_support = min_support

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order."""
        found = []
        for pair in pairs:
            have = set(content_senses(pair.evidence))
            want = content_senses(pair.claim)
            if not want or not have:
                found.append(Judgement(verdict="unjudged", score=0.0, reasons=("There is nothing to compare.",)))
                continue
            score = 1.0 if pair.claim in pair.evidence else sum(word in have for word in want) / len(want) * 0.9
            found.append(Judgement(verdict="supported" if score >= 0.8 else "unsupported", score=score))
        return found
