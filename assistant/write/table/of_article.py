"""Answer a wish for a table by the table of an article that names most of what is asked: its rows and columns of that.

Each cell is quoted by itself, under the head of its column and behind the name of its row.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.core.types import Block, Document, Evidence, Passage
from assistant.index.search import passage_at
from assistant.index.store import Store
from assistant.question.names import names
from assistant.text.terms import stems, tokens
from assistant.write.table.compare import Comparison, Row

TOLD = 0.6  # share of the question's words, by rarity, in a table and the headings over it that is of what is asked
NAMED = 0.3  # the same, in its heads and the names of its rows alone
MAX_LINES = 20
_ASIDE = re.compile(r"\s*\([^()]*\)")
Cells = Mapping[str, Evidence]  # by the head of the column


@dataclass(frozen=True, kw_only=True)
class _Grid:
    """A table of an article: the head of its first column, its other heads, the name and cells of each row."""

    corner: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, Cells], ...]
    over: str  # title, headings and caption

    @property
    def names(self) -> list[str]:
        """Return the names of the rows."""
        return [name for name, _ in self.lines]

    def told(self, weight: Mapping[str, float]) -> tuple[float, float]:
        """Return which share of words, by their stems' weight, the heads and names hold, and which the headings too."""
        own = stems(" ".join([self.corner, *self.heads, *self.names]))
        return _share(weight, own), _share(weight, own | stems(self.over))


def table_of_article(store: Store, question: str, passages: Sequence[Passage]) -> Comparison | None:
    """Return the asked rows and columns of the table that names most of what is asked; None where none names enough."""
    weight = store.lexical.weights(question)
    documents = dict.fromkeys(passage.doc_id for passage in passages)
    grids = [grid for doc_id in documents for grid in _grids(store, store.document(doc_id))]
    fit = [grid for grid in grids if grid.told(weight)[0] >= NAMED and grid.told(weight)[1] >= TOLD]
    if not fit:
        return None
    best = max(fit, key=lambda grid: grid.told(weight))
    lines, heads = _asked_lines(best, set(weight)), _asked_heads(best, set(weight))
    rows: list[Row] = [
        (name, tuple([cells[head]] if head in cells else [] for head in heads)) for name, cells in lines
    ]
    held = stems(" ".join([best.over, best.corner, *best.heads, *best.names]))
    lacking = tuple(word for word in names(question) if not stems(word) <= held)
    return Comparison(sides=heads, rows=tuple(rows), lacking=lacking, copied=True)


def _asked_lines(grid: _Grid, asked: set[str]) -> Sequence[tuple[str, Cells]]:
    """Return the rows that are named, all where none is: by their whole name, or several by a word of their own each."""
    common = stems(" ".join([grid.corner, *grid.heads]))
    named = _named([_ASIDE.sub("", name) for name in grid.names], asked - common)
    whole = {at for at, own in named.items() if own >= stems(_ASIDE.sub("", grid.names[at]))}
    kept = set(named) if len({frozenset(own) for own in named.values()}) > 1 else whole
    return [line for at, line in enumerate(grid.lines) if at in kept or not kept][:MAX_LINES]


def _asked_heads(grid: _Grid, asked: set[str]) -> tuple[str, ...]:
    """Return the columns that are named, all where none is."""
    kept = _named(grid.heads, asked)
    return tuple(head for at, head in enumerate(grid.heads) if at in kept or not kept)


def _share(weight: Mapping[str, float], held: set[str]) -> float:
    """Return which share of some stems' weight is that of the stems held."""
    return sum(value for stem, value in weight.items() if stem in held) / (sum(weight.values()) or 1.0)


def _named(labels: Sequence[str], asked: set[str]) -> dict[int, set[str]]:
    """Return the labels with asked words, by number, and those words; none of which another label has more."""
    held = {at: set(own) & asked for at, own in enumerate(tokens(list(labels)))}
    return {at: own for at, own in held.items() if own and not any(own < other for other in held.values())}


def _grids(store: Store, document: Document) -> Iterator[_Grid]:
    """Yield the tables of a document that have heads."""
    runs = groupby(document.blocks, lambda block: (block.kind == "row", block.section, block.caption))
    for (is_row, section, caption), blocks in runs:
        read = [_line(store, document, block) for block in blocks] if is_row else []
        whole = [line for line in read if line is not None]
        for corner, lines in groupby(whole, lambda line: line[0]):
            found = tuple((name, cells) for _, name, cells in lines)
            heads = tuple(dict.fromkeys(head for _, cells in found for head in cells))
            if len(found) > 1 and heads:
                over = ". ".join([document.title, *section, caption])
                yield _Grid(corner=corner, heads=heads, lines=found, over=over)


def _line(store: Store, document: Document, block: Block) -> tuple[str, str, Cells] | None:
    """Read a row, "Model: Onshore | Cost: Highest": its first head, its name, its cells; None without heads."""
    words, at = document.text[block.start : block.end], block.start
    passage = passage_at(store, document.doc_id, block.start, 1.0)
    corner, name = "", ""
    cells: dict[str, Evidence] = {}
    for number, part in enumerate(words.split(" | ")):
        head, colon, value = part.partition(": ")
        end = at + len(part)
        if number == 0:
            corner, name = (head, value) if colon else ("", part)
        elif not colon:
            return None
        else:
            cells[head] = Evidence(passage=passage, start=end - len(value), end=end, text=value, score=1.0)
        at = end + len(" | ")
    return (corner, name, cells) if cells else None
