"""What is judged, and what judges: a claim beside its evidence, and anything that gives a verdict on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

from assistant.core.types import Judgement


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A claim and the evidence it is to rest on: one or several sentences.

    Put evidence from different places on lines of its own: what a line says is never read into the next.
    `question` is what the claim answers, where it is known: it may tell what "it" or "the firm" stands for, and
    proves nothing. `context` names where the evidence stands (a title, headings).
    """

    claim: str  # one sentence or several
    evidence: str  # the words it is to rest on
    question: str = ""
    context: str = ""


class Checker(Protocol):
    """Anything that judges claims against evidence."""

    name: str

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order."""
        ...


@runtime_checkable
class Slow(Protocol):
    """A checker that takes its time, with a quick part of it."""

    @property
    def quick(self) -> Checker:
        """The same checker without what takes long: sure of quotations and of what is near their wording."""


def at_once(checker: Checker) -> Checker:
    """Return the quick part of a checker, itself where it has none."""
    return checker.quick if isinstance(checker, Slow) else checker


class Once:
    """Another checker that is asked about each pair once, however often the pair comes up."""

    def __init__(self, checker: Checker) -> None:
        self.name = checker.name
        self._checker = checker
        self._known: dict[Pair, Judgement] = {}

    @cached_property
    def quick(self) -> Checker:
        """The quick part of the other, asked once as well."""
        quick = at_once(self._checker)
        return self if quick is self._checker else Once(quick)

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._known]
        if new:
            self._known.update(zip(new, self._checker.check(new), strict=True))
        return [self._known[pair] for pair in pairs]


def unjudged(reason: str) -> Judgement:
    """Return that nothing could be judged, with the reason in words."""
    return Judgement(verdict="unjudged", score=0.0, reasons=(reason,))
