"""Answer a comparison question by a table: one row an aspect, one column a side, each cell verbatim.

Cells come from the whole index: sentences cut where they contrast the sides, pairs of sentences about one side
each, rows of tables in the articles. A row is kept where it says something the rows before it do not.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.core.types import Evidence
from assistant.index.search import passage_of
from assistant.index.store import Store
from assistant.models.embedder.embedder import Embedder
from assistant.question.comparison import Asked, read_comparison
from assistant.text.lexicon.contrasts import BUILT_IN, Contrast, named, phrase_regex, subjects
from assistant.text.sentences import sentence_spans
from assistant.write.table.cache import Reading
from assistant.write.table.cells import MAX_WHOLE, Cell, Pair, read_cells
from assistant.write.table.clauses import leans
from assistant.write.table.one_aspect import narrow_rows
from assistant.write.table.rows import best_lead, wide_rows

CHUNKS = 300  # chunks read for each phrase that names a side
VIEWS = 2  # sentences shown behind one that says sources disagree
NEAR = 30  # chunks nearest to the aspect asked for
EACH = 2  # rows of each aspect at most, where several are asked for
_AND = re.compile(r"\s*(?:,\s*(?:and\s+)?|;\s*|/|\s&\s|\sand\s)\s*", re.I)

Row = tuple[str, tuple[list[Evidence], ...]]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A table ready to be quoted: the sides, the rows (aspect, evidence a side), and a sentence to lead with."""

    sides: tuple[str, ...]
    rows: tuple[Row, ...]
    lead: Evidence | None = None
    lacking: tuple[str, ...] = ()  # aspects asked for of which the corpus says too little
    copied: bool = False  # from a table of an article

    @property
    def one_sided(self) -> bool:
        """Whether no row says something of both sides."""
        return not any(all(sides) for _, sides in self.rows)


def compare(
    store: Store, embedder: Embedder, question: str, contrasts: Sequence[Contrast] = BUILT_IN
) -> Comparison | None:
    """Return the table for a comparison question; None for any other, or where the corpus has too little."""
    asked = read_comparison(question, contrasts, lambda phrase: _holds(store, phrase))
    if asked is None:
        return None
    second = asked.second or _partner(store, asked)
    if second is None:
        return None
    return build_table(store, embedder, asked.contrast, (asked.first, second), asked.aspect)


def build_table(
    store: Store, embedder: Embedder, contrast: Contrast, sides: tuple[str, str], aspect: str | None = None
) -> Comparison | None:
    """Return the table of two sides of a contrast, narrowed to an aspect, or several in a list, where any is given."""
    said = read_cells(store, _positions(store, contrast, sides), contrast, sides)
    aspects = _AND.split(aspect) if aspect else []
    near = frozenset(at for one in aspects for at, _ in store.dense(embedder.embed_query(one), NEAR))
    reading = Reading(said, contrast, sides, embedder, near)
    of_each = {one: narrow_rows(reading, one) for one in aspects}
    most = None if len(aspects) < 2 else EACH
    found = _once([row for own in of_each.values() for row in own[:most]]) if aspects else wide_rows(reading)
    rows = tuple((label, _cells(store, reading, pair)) for label, pair in found)
    lead = None if aspect or not rows else best_lead(reading)
    lacking = tuple(one for one, own in of_each.items() if not own)
    return (
        Comparison(sides=sides, rows=rows, lead=_one(store, lead) if lead else None, lacking=lacking)
        if rows
        else None
    )


def _once(rows: Sequence[tuple[str, Pair]]) -> list[tuple[str, Pair]]:
    """Return rows without those whose label or words stand above."""
    found: dict[str, Pair] = {}
    for label, pair in rows:
        if label not in found and pair not in found.values():
            found[label] = pair
    return list(found.items())


def _positions(store: Store, contrast: Contrast, sides: tuple[str, str]) -> list[int]:
    """Return the chunks that may name a side, in order."""
    if len(store.chunks) <= 2 * CHUNKS:
        return list(range(len(store.chunks)))
    phrases = [phrase for side in sides for phrase in contrast.terms[side]]
    return sorted({at for phrase in phrases for at, _ in store.lexical.search(phrase, CHUNKS)})


def _holds(store: Store, phrase: str) -> bool:
    """Tell whether a chunk of the corpus holds a phrase, in singular or plural."""
    pattern = re.compile(rf"(?<!\w){phrase_regex(phrase.lower())}(?!\w)", re.I)
    found = store.lexical.search(phrase, CHUNKS)
    return any(pattern.search(store.chunks[at].text) for at, _ in found)


def _partner(store: Store, asked: Asked) -> str | None:
    """Return the subject that the corpus most often names in one chunk with the one asked about."""
    counts: Counter[str] = Counter()
    for chunk in store.chunks:
        terms = {item.term for item in named(chunk.text, asked.contrast)}
        if asked.first in terms:
            counts.update(terms - {asked.first})
    others = [term for term in subjects(asked.contrast) if counts[term]]
    return max(others, key=lambda term: counts[term], default=None)


def _cells(store: Store, reading: Reading, pair: Pair) -> tuple[list[Evidence], list[Evidence]]:
    """Return the evidence of each side; where sources disagree, what they say stands with it in both."""
    if pair.disputed:
        views = _views(store, pair.cells[0])
        views = views if len(views) == VIEWS else reading.views(pair)  # never one view alone
        shared = [_one(store, cell) for cell in [*pair.cells, *views]]
        return shared, shared
    first, second = ([_one(store, cell)] if cell else [] for cell in (pair.first, pair.second))
    return first, second


def _views(store: Store, disputed: Cell) -> list[Cell]:
    """Return the sentences right behind one that says sources disagree: what the sources say, at most two."""
    chunk = store.chunks[disputed.position]
    found: list[Cell] = []
    for start, end in sentence_spans(chunk.text):
        text = chunk.text[start:end]
        if chunk.start + start <= disputed.start:
            continue
        if len(found) == VIEWS or leans(text) or len(text.split()) > MAX_WHOLE or text.endswith(("?", ":")):
            break
        found.append(
            Cell(position=disputed.position, start=chunk.start + start, end=chunk.start + end, text=text)
        )
    return found


def _one(store: Store, cell: Cell) -> Evidence:
    passage = passage_of(store, cell.position, 0.0)
    return Evidence(passage=passage, start=cell.start, end=cell.end, text=cell.text, score=1.0)
