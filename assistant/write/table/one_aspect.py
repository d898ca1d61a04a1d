"""Choose the rows of a comparison narrowed to one aspect ("in pricing")."""

import numpy as np

from assistant.write.table.aspects import fits, heading_of
from assistant.write.table.cache import SAME_WORDS, Reading, Row, overlap, pair_of
from assistant.write.table.cells import Alone, Pair
from assistant.write.table.clauses import said_by_somebody
from assistant.write.table.pairing import content

MAX_NARROW = 4  # rows
RELEVANT, SURE, UNSAID = 0.5, 0.6, 0.35  # grades of being about the aspect asked for
RELEVANT_ALONE = 0.42  # the same, for the best sentence about one side
PREFERRED = {"split": 0.2, "alone": 0.2, "whole": 0.1, "row": 0.0}
NAMED = 0.2  # the same, for a row whose label says nothing but the aspect asked for


def narrow_rows(reading: Reading, aspect: str) -> list[Row]:
    """Return the rows about one aspect; the best sentence about each side where no pair speaks of it."""
    wanted = content(aspect, reading.contrast)
    vector = reading.vectors([aspect])[0]
    rows: list[Row] = []
    for stated in _relevant(reading, wanted, vector):
        pair = reading.contested(stated) or stated
        heading = heading_of(pair.section)
        labels = [stated.label or "", _capital(aspect), heading if fits(heading, reading.contrast) else ""]
        label = next((label for label in labels if label and label not in dict(rows)), None)
        if (
            label
            and len(rows) < MAX_NARROW
            and not any(_same_words(reading, pair, shown) for _, shown in rows)
        ):
            rows.append((label, pair))
    if not any(pair.kind in ("split", "alone") for _, pair in rows):
        best = _best_each(reading, wanted, vector)
        if best:
            others = [(_other(label, aspect, pair), pair) for label, pair in rows if pair.kind != "row"]
            rows = [(_capital(aspect), best), *others]
    return rows


def _other(label: str, aspect: str, pair: Pair) -> str:
    """Return the label of a row beside the one that bears the aspect asked for."""
    if label != _capital(aspect):
        return label
    return "Open question" if pair.disputed else "Also said"


def _relevant(reading: Reading, wanted: frozenset[str], vector: np.ndarray) -> list[Pair]:
    """Return the pairs that speak of an aspect, the nearest first."""
    pairs = [
        pair
        for pair in reading.pairs
        if wanted & (reading.words(pair) | _around(reading, pair))
        or reading.near & {cell.position for cell in pair.cells}
    ]
    if not pairs:
        return []
    texts = reading.vectors([pair.text for pair in pairs]) @ vector
    labels = reading.vectors([pair.label or pair.text for pair in pairs]) @ vector
    graded = [
        (_pair_grade(reading, pair, wanted, float(max(cosines))), pair)
        for pair, *cosines in zip(pairs, texts, labels, strict=True)
    ]
    ranked = sorted(graded, key=lambda item: -item[0] - _preference(item[1], wanted, reading))
    return [pair for grade, pair in ranked if grade >= RELEVANT]


def _preference(pair: Pair, wanted: frozenset[str], reading: Reading) -> float:
    """Return what the form of a row is worth: whole sentences say more than cells, if not of what a label names."""
    label = content(pair.label or "", reading.contrast)
    return NAMED if label and label <= wanted else PREFERRED[pair.kind]


def _best_each(reading: Reading, wanted: frozenset[str], vector: np.ndarray) -> Pair | None:
    """Return the sentence about each side that is nearest to an aspect; None where a side has none.

    A side stays empty only where the sentence about the other is sure and nothing near it is said.
    """
    best = [_nearest(reading, side, wanted, vector) for side in reading.sides]
    grades = [grade for grade, _ in best]
    if min(grades) < RELEVANT_ALONE and not (max(grades) >= SURE and min(grades) < UNSAID):
        return None
    return pair_of(reading, *(one if grade >= RELEVANT_ALONE else None for grade, one in best))


def _nearest(
    reading: Reading, side: str, wanted: frozenset[str], vector: np.ndarray
) -> tuple[float, Alone | None]:
    options = [
        (one, content(one.cell.text, reading.contrast), content(one.section, reading.contrast))
        for one in [*reading.said.alone, *reading.said.loose]
        if one.side == side
    ]
    options = [
        item for item in options if wanted & (item[1] | item[2]) or item[0].cell.position in reading.near
    ]
    if not options:
        return 0.0, None
    cosines = reading.vectors([one.cell.text for one, _, _ in options]) @ vector
    graded = [
        (_grade(float(cosine), wanted, words, around), one)
        for (one, words, around), cosine in zip(options, cosines, strict=True)
    ]
    return max(graded, key=lambda item: item[0] - 0.05 * said_by_somebody(item[1].cell.text))


def _grade(cosine: float, wanted: frozenset[str], words: frozenset[str], around: frozenset[str]) -> float:
    """Grade how surely words are about an aspect: their meaning, the aspect's own word, its place."""
    return cosine + 0.15 * bool(wanted & words) + 0.1 * bool(wanted & around)


def _pair_grade(reading: Reading, pair: Pair, wanted: frozenset[str], cosine: float) -> float:
    """Grade how surely a pair is about an aspect: its meaning, its words, its label and heading."""
    label = content(pair.label or "", reading.contrast)
    heading = content(heading_of(pair.section), reading.contrast)
    parts = [content(cell.text, reading.contrast) for cell in pair.cells]
    hits = sum(bool(wanted & part) for part in parts)
    named = len(wanted & label) / len(label) if label else 0.0
    return cosine + 0.08 * hits + 0.25 * named + 0.1 * bool(wanted & heading)


def _around(reading: Reading, pair: Pair) -> frozenset[str]:
    return content(f"{pair.label or ''} {heading_of(pair.section)}", reading.contrast)


def _same_words(reading: Reading, one: Pair, other: Pair) -> bool:
    return overlap(reading.words(one), reading.words(other)) >= SAME_WORDS


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
