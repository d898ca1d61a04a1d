"""Keep the step of a scale that an amount of the question falls on: "up to 2 kg" and "up to 10 kg" are two answers."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol, TypeVar

from assistant.text.quantities import Quantity, bound_at, quantities
from assistant.text.terms import tokens

ALIKE = 0.6  # share of their words, figures left out, that two steps of one scale have in common


class Worded(Protocol):
    """Anything with words."""

    @property
    def text(self) -> str:
        """Its words."""


Item = TypeVar("Item", bound=Worded)


def of_the_amount(question: str, found: Sequence[Item]) -> list[Item]:
    """Return what is left without the other steps of a scale one step of which is asked about, in order."""
    kept = list(found)
    for asked in bounded(question):
        if asked.kind not in ("measure", "money") or not asked.unit:
            continue
        best = min((near for item in kept if (near := _step(asked, item.text))), default=None)
        if best is None:
            continue
        fit = [item for item in kept if _step(asked, item.text) == best]
        kept = [item for item in kept if item in fit or not _beside(asked, item.text, fit)]
    return kept


@lru_cache(maxsize=20_000)
def bounded(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text, each with what bounds it; a span of time ("over one year") among them."""
    return tuple(
        item if item.bound else replace(item, bound=bound_at(text, item.start, item.end))
        for item in quantities(text)
    )


def _step(asked: Quantity, text: str) -> tuple[int, float] | None:
    """Return how closely a text bounds an amount, least for the very amount; None where it does not bound it."""
    steps: list[tuple[int, float]] = []
    for item in bounded(text):
        if (item.kind, item.unit) != (asked.kind, asked.unit):
            continue
        if (item.low, item.high, item.bound) == (asked.low, asked.high, asked.bound):
            steps.append((0, 0.0))
        elif not asked.bound and item.low != item.high and item.low <= asked.low <= item.high:
            steps.append((1, item.high - item.low))
        elif not asked.bound and item.bound == "under" and asked.low <= item.high:
            steps.append((1, item.high - asked.low))
        elif not asked.bound and item.bound == "over" and asked.low >= item.low:
            steps.append((1, asked.low - item.low))
    return min(steps, default=None)


def _beside(asked: Quantity, text: str, fit: Sequence[Worded]) -> bool:
    """Tell whether a text names another amount of the kind asked about in the words of one that fits."""
    named = any((item.kind, item.unit) == (asked.kind, asked.unit) for item in bounded(text))
    own = _bare(text)
    return named and any(
        len(own & other) >= ALIKE * len(own | other) for other in (_bare(item.text) for item in fit)
    )


def _bare(text: str) -> set[str]:
    """Return the stems of a text's words without its figures and their units."""
    letters = list(text)
    for item in quantities(text):
        letters[item.start : item.end] = " " * (item.end - item.start)
    return {stem for stem in tokens(["".join(letters)])[0] if not any(map(str.isdigit, stem))}
