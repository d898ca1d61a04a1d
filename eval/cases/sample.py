"""Choose some of the cases: a fixed sample, or those of given ids."""

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeVar

from assistant.core.errors import InputError
from eval.run.types import Case

Key = TypeVar("Key", bound=Hashable)


def sample(cases: Sequence[Case], count: int, seed: int) -> list[Case]:
    """Return `count` cases in their order: as large a share of answerable ones as in all, and of each kind in them.

    Which case of a kind is taken depends on its id and the seed alone, on every platform. All are returned where
    there are no more. Raises InputError for a count below 1.
    """
    if count < 1:
        raise InputError(f"The sample is of {count} cases: give at least 1.")
    halves: dict[bool, dict[str, list[str]]] = {}
    for case in cases:
        halves.setdefault(case.answerable, {}).setdefault(case.kind, []).append(case.id)
    sizes = {half: sum(map(len, kinds.values())) for half, kinds in halves.items()}
    taken: set[str] = set()
    for half, part in _shares(sizes, min(count, len(cases))).items():
        kinds = halves[half]
        for kind, share in _shares({name: len(ids) for name, ids in kinds.items()}, part).items():
            taken |= set(sorted(kinds[kind], key=lambda case_id: _rank(case_id, seed))[:share])
    return [case for case in cases if case.id in taken]


def chosen(cases: Sequence[Case], ids: Iterable[str]) -> list[Case]:
    """Return the cases of these ids, in the order of the cases. Raises InputError for ids that no case has."""
    known = [case.id for case in cases]
    wanted = list(dict.fromkeys(ids))
    unknown = [item for item in wanted if item not in known]
    if unknown:
        close = get_close_matches(unknown[0], known, n=3, cutoff=0.5) or known[:3]
        raise InputError(
            f"No case has the id {', '.join(map(repr, unknown[:5]))}: give ids of the cases such as "
            f"{', '.join(close)}."
        )
    return [case for case in cases if case.id in wanted]


def _shares(sizes: Mapping[Key, int], count: int) -> dict[Key, int]:
    """Divide a count in proportion to the sizes, by largest remainder; of equal ones the earlier group has it."""
    whole = sum(sizes.values())
    shares = {key: size * count // whole for key, size in sizes.items()}
    by_rest = sorted(sizes, key=lambda key: -(sizes[key] * count % whole))  # whole numbers: no rounding
    for key in by_rest[: count - sum(shares.values())]:
        shares[key] += 1
    return shares


def _rank(case_id: str, seed: int) -> tuple[bytes, str]:
    return hashlib.sha256(f"{seed}:{case_id}".encode()).digest(), case_id
