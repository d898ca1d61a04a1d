"""Tell whether an answer came in the form that its question asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.core.types import Answer


def keeps_form(form: Mapping[str, Any], answer: Answer) -> bool:
    """Tell whether the sentences shown are as many as `sentences` or `items` allow ([least, most]), and say yes or no.

    `items` are those of a list, `sentences` of no list; `says` asks for a yes or no before them.
    """
    listed = sum(claim.item for claim in answer.claims)
    told = len(answer.claims) - listed
    return all(
        (
            _within(form.get("sentences"), told),
            _within(form.get("items"), listed),
            "items" in form or not listed,
            not form.get("says") or any(claim.says for claim in answer.claims),
        )
    )


def _within(bounds: Sequence[int] | None, count: int) -> bool:
    return bounds is None or bounds[0] <= count <= bounds[1]
