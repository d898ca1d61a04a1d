"""Write claims as plain sentences with their numbers, and values as plain JSON types."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.types import Claim


def marked(claim: "Claim") -> str:
    """Put the citation numbers before the closing punctuation of a claim, and "Yes." or "No." before it."""
    numbers = "".join(f"[{n}]" for n in claim.citations)
    body = claim.text.rstrip()
    end = body[-1] if body and body[-1] in ".!?" else ""
    words = f"{body[: len(body) - len(end)]} {numbers}{end}" if numbers else body
    return f"{lead(claim)}{words}"


def lead(claim: "Claim") -> str:
    """Return "Yes. " or "No. " where the claim says so to the question, else nothing."""
    return f"{claim.says.capitalize()}. " if claim.says else ""


def jsonable(value: Any) -> Any:
    """Turn tuples into lists, all the way down."""
    if isinstance(value, Mapping):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [jsonable(item) for item in value]
    return value
