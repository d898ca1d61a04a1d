"""Put examples of like length together, so that little of a batch is padding."""

import random
from collections.abc import Callable, Sequence


def alike(
    numbers: Sequence[int], size: Callable[[int], int], most: int, spread: float, rng: random.Random
) -> list[list[int]]:
    """Return batches of the numbered examples, from short to long, each of about `most` tokens with its padding.

    Lengths count as up to `spread` tokens more, by chance, so that other examples meet in each round.
    """
    found: list[list[int]] = []
    batch: list[int] = []
    for at in sorted(numbers, key=lambda at: size(at) + rng.uniform(0, spread)):
        if batch and (len(batch) + 1) * size(at) > most:
            found.append(batch)
            batch = []
        batch.append(at)
    return found + [batch] if batch else found
