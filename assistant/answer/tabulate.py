"""Show a comparison: its lead and its cells as quoted claims, and the table by their positions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answer.turn import Turn
from assistant.core.settings import Settings
from assistant.core.types import ClaimShown, Evidence, Row, Table
from assistant.index.contrasts import contrasts_in
from assistant.index.search import HybridRetriever
from assistant.index.store import Store
from assistant.write.table.compare import Comparison, compare
from assistant.write.table.of_article import table_of_article

NOT_COMPARED = "Nothing that sets the two side by side was found on"
NO_ROW = "The article's table has no row or column for"


def compared(store: Store, settings: Settings, part: str, turn: Turn) -> Comparison | None:
    """Return the table for a comparison question, or where one is wished for, the first in an answer; else None."""
    if turn.table is not None:
        return None
    with turn.timed("retrieve"):
        comparison = compare(store, store.embedder, part, contrasts_in(store, settings))
        passages = []
        if comparison or turn.form.shape == "table":
            passages = HybridRetriever.over(store, settings.passages).find(part)
        comparison = comparison or table_of_article(store, part, passages)
        if comparison:
            turn.gather(passages, near=True)
    return comparison


def tabulate(comparison: Comparison, turn: Turn) -> Iterator[ClaimShown]:
    """Quote the lead, then each cell, row by row; keep the table in the turn."""
    turn.confidence = 1.0
    if comparison.lead:
        yield from turn.show(turn.answer.quote(comparison.lead))
    rows = []
    for aspect, sides in comparison.rows:
        for evidence in (item for cell in sides for item in cell):
            event = turn.answer.quote(evidence)
            yield from turn.show(replace(event, aspect=aspect) if event else None)
        rows.append(Row(aspect=aspect, cells=tuple(_positions(cell, turn) for cell in sides)))
    if comparison.lacking:
        turn.note(f"{NO_ROW if comparison.copied else NOT_COMPARED}: {', '.join(comparison.lacking)}.")
    turn.table = Table(sides=comparison.sides, rows=tuple(rows))


def _positions(cell: Sequence[Evidence], turn: Turn) -> tuple[int, ...]:
    """Return the positions of the claims that quote the evidence of a cell, or the sentence it is part of."""
    found = []
    for evidence in cell:
        numbers = {
            citation.n
            for citation in turn.answer.citations
            if citation.doc_id == evidence.passage.doc_id
            and citation.start <= evidence.start
            and evidence.end <= citation.end
        }
        found += [at for at, claim in enumerate(turn.answer.claims) if numbers & set(claim.citations)][-1:]
    return tuple(dict.fromkeys(found))
