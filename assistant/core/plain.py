"""Write claims as plain sentences with their numbers, and values as plain JSON types."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Cited(Protocol):
    """A sentence with the numbers of what it cites, and what stands before it."""

    @property
    def text(self) -> str:
        """The sentence."""
        ...

    @property
    def citations(self) -> tuple[int, ...]:
        """The numbers, in order."""
        ...

    @property
    def says(self) -> str | None:
        """What it says: "yes" or "no"."""
        ...

    @property
    def lead(self) -> str:
        """Our own words before it."""
        ...

    @property
    def row(self) -> bool:
        """Whether it is a row of a table."""
        ...


def marked(claim: Cited) -> str:
    """Put the citation numbers before the closing punctuation of a claim, and what leads it ("Yes.") before it."""
    numbers = "".join(f"[{n}]" for n in claim.citations)
    body = claim.text.rstrip()
    end = body[-1] if body and body[-1] in ".!?" else ""
    words = f"{body[: len(body) - len(end)]} {numbers}{end}" if numbers else body
    return f"{lead(claim)}{words}"


def lead(claim: Cited) -> str:
    """Return our own words before a claim: its lead, "Yes. " or "No. " to the question, the mark of a table row."""
    own = f"{claim.lead} " if claim.lead else ""
    own = f"{own}{claim.says.capitalize()}. " if claim.says else own
    return f"{own}Table row: " if claim.row else own


def jsonable(value: Any) -> Any:
    """Turn tuples into lists, all the way down."""
    if isinstance(value, Mapping):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [jsonable(item) for item in value]
    return value
