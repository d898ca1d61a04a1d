"""Describe what candidates and evidence have in common: words that stand in a passage."""

from typing import Protocol, TypeVar

from assistant.core.types import Passage


class Placed(Protocol):
    """A sentence in its passage."""

    @property
    def passage(self) -> Passage:
        """The passage it stands in."""

    @property
    def start(self) -> int:
        """Its first character in the document."""

    @property
    def text(self) -> str:
        """Its words."""


Item = TypeVar("Item", bound=Placed)
