"""Read an answer back from plain JSON types, and see that its parts fit together."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from assistant.types import Answer, Table

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def read_answer(body: Mapping[str, Any]) -> Answer:
    """Return the answer that `Answer.to_dict` wrote. Raises ValueError for anything else."""
    if not isinstance(body, Mapping):
        raise ValueError(
            f"An answer is read from what to_dict wrote, and this is of type {type(body).__name__}: "
            "give a mapping, of a JSON text what json.loads makes of it."
        )
    answer = _answers().validate_python(dict(body))
    if answer.table and not _fits(answer.table, len(answer.claims)):
        raise ValueError(
            f"The table does not fit the answer: give each row as many cells as there are sides "
            f"({len(answer.table.sides)}), with positions of claims, which count from 0 (claims: {len(answer.claims)})."
        )
    return answer


def _fits(table: Table, claims: int) -> bool:
    """Tell whether each row has a cell for each side, and each cell points at some of so many claims."""
    return bool(table.sides) and all(
        len(row.cells) == len(table.sides) and all(0 <= at < claims for cell in row.cells for at in cell)
        for row in table.rows
    )


@lru_cache(maxsize=1)
def _answers() -> "TypeAdapter[Answer]":
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)
