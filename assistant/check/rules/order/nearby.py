"""Weigh the words around a place in a sentence, to see what a number or a direction belongs to."""

from collections.abc import Mapping, Sequence

from assistant.text.words import Token, tokens


def common(near: Mapping[tuple[int, str], float], far: Mapping[tuple[int, str], float]) -> float:
    """Weigh shared neighbours; one that changed sides counts half."""
    total = 0.0
    for (side, word), weight in near.items():
        total += weight * max(far.get((side, word), 0.0), 0.5 * far.get((-side, word), 0.0))
    return total


def near(words: Sequence[Token], start: int, end: int) -> dict[tuple[int, str], float]:
    """Weigh the words before (-1) and after (1) a place, less with each word, comma and clause between."""
    weights: dict[tuple[int, str], float] = {}
    for step, stop in ((-1, -1), (1, len(words))):
        weight = 1.0
        for at in range(start - 1 if step < 0 else end, stop, step):
            token = words[at]
            if token.low in (",", "and", "|", "against", "(", ")") or token.clause != words[start].clause:
                weight *= 0.6
            elif token.content or token.number:
                weights.setdefault((step, token.sense), weight)
                weight *= 0.7
            if weight < 0.05:
                break
    return weights


def alike(one: Sequence[Token], other: Sequence[Token]) -> int:
    """Count the words that two runs have in common from their beginning."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a.low != b.low), min(len(one), len(other)))


def place_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Return which tokens of a text some of its characters are."""
    count = len(tokens(text))
    first = max(0, min(len(tokens(text[:start])), count - 1))
    return first, min(max(len(tokens(text[:end])), first + 1), count)
