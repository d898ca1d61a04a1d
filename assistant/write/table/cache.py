"""Look up what was read of two sides: its pairs, its words, its vectors, how often a thing is said."""

from collections.abc import Sequence
from functools import cached_property
from threading import Lock

import numpy as np

from assistant.models.embedder.embedder import Embedder, Vectors
from assistant.text.lexicon.contrasts import Contrast, masked
from assistant.write.table.aspects import Labels
from assistant.write.table.cells import Alone, Cell, Pair, Said
from assistant.write.table.pairing import content, pair_up

SAME_WORDS = 0.5  # share of content words from which two texts say the same
DISPUTE = "sources disagree, writers contradict, comparison, article"  # say nothing of what is in dispute
MAX_VECTORS = 4000  # kept for the next question
_KNOWN_VECTORS: dict[str, dict[str, np.ndarray]] = {}  # by weights and text
_KEEPING = Lock()  # answers are made in several threads

Row = tuple[str, Pair]


class Reading:
    """What was read of two sides, and the vectors of its texts, each embedded once."""

    def __init__(
        self,
        said: Said,
        contrast: Contrast,
        sides: tuple[str, str],
        embedder: Embedder,
        near: frozenset[int] = frozenset(),
    ) -> None:
        self.said = said
        self.contrast = contrast
        self.sides = sides
        self.near = near  # chunks near the aspect asked for
        self._embedder = embedder

    @cached_property
    def pairs(self) -> list[Pair]:
        """All pairs that say something, cut and put together ones."""
        pairs = [*self.said.pairs, *pair_up(self.said.alone, self.contrast, self.sides)]
        return [pair for pair in pairs if len(self.words(pair)) > 2]

    @cached_property
    def labels(self) -> Labels:
        """The aspects that the corpus itself names."""
        return Labels(self.said.aspects, self.contrast)

    def words(self, pair: Pair) -> frozenset[str]:
        """Return what a pair says, as senses of words."""
        label = content(pair.label, self.contrast) if pair.label else frozenset()
        said = label.union(*(content(cell.text, self.contrast) for cell in pair.cells))
        return said - content(DISPUTE, self.contrast) if pair.disputed else said

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, the sides' names left out; rows of unit length."""
        bare = [masked(text, self.contrast) for text in texts]
        with _KEEPING:
            known = _KNOWN_VECTORS.setdefault(self._embedder.weights_sha256, {})
            found = {text: known[text] for text in bare if text in known}
        new = [text for text in dict.fromkeys(bare) if text not in found]
        if new:
            found |= zip(new, self._embedder.encode(new), strict=True)
            with _KEEPING:
                if len(known) + len(new) > MAX_VECTORS:
                    known.clear()
                known |= {text: found[text] for text in new}
        return np.stack([found[text] for text in bare])

    def contested(self, pair: Pair) -> Pair | None:
        """Return the sentence that says sources disagree on what a pair states, if there is one."""
        words = self.words(pair)
        return next(
            (
                other
                for other in self.pairs
                if other.disputed and overlap(words, self.words(other)) >= SAME_WORDS
            ),
            None,
        )

    def views(self, pair: Pair) -> list[Cell]:
        """Return one sentence on each side from the passage of a disputed sentence, in order; none if one lacks."""
        chosen: dict[str, Cell] = {}
        for one in sorted([*self.said.alone, *self.said.loose], key=lambda one: one.cell.start):
            if one.cell.position == pair.cells[0].position and one.cell.start > pair.cells[0].start:
                chosen.setdefault(one.side, one.cell)
        return list(chosen.values()) if len(chosen) == len(self.sides) else []

    def support(self, words: frozenset[str], position: int) -> int:
        """Count the other chunks that say much the same."""
        found = {
            cell.position
            for cell, said in self._everything
            if cell.position != position and overlap(words, said) >= SAME_WORDS
        }
        return len(found)

    @cached_property
    def _everything(self) -> list[tuple[Cell, frozenset[str]]]:
        cells = [(pair.cells[0], self.words(pair)) for pair in self.said.pairs if pair.kind != "row"]
        return cells + [(one.cell, content(one.cell.text, self.contrast)) for one in self.said.alone]


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of the shorter text's words that two texts have in common; 0 for very short ones."""
    short = min(len(one), len(other))
    return len(one & other) / short if short > 2 else 0.0


def pair_of(reading: Reading, one: Alone | None, other: Alone | None) -> Pair:
    """Put sentences about one side each into a row, in the order of the sides."""
    cells = {item.side: item.cell for item in (one, other) if item}
    section = next(item.section for item in (one, other) if item)
    first, second = (cells.get(side) for side in reading.sides)
    return Pair(first=first, second=second, kind="alone", section=section)
