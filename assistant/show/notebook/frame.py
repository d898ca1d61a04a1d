"""Lay out answers and passages as tables of pandas."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assistant.core.types import Answer, Citation, Passages, Table
from assistant.show.phrases import why

if TYPE_CHECKING:
    from pandas import DataFrame

ANSWER = {
    "sentence": "Int64", "shown": "bool", "text": "string", "verdict": "string", "score": "float64",
    "origin": "string", "aspect": "string", "side": "string", "citation": "Int64", "doc_id": "string",
    "title": "string", "section": "string", "page": "Int64", "date": "string", "start": "Int64", "end": "Int64", "quote": "string",
    "reason": "string",
}  # fmt: skip
PASSAGES = {
    "n": "int64", "score": "float64", "doc_id": "string", "title": "string", "section": "string", "page": "Int64",
    "date": "string", "start": "int64", "end": "int64", "text": "string", "source": "string", "chunk_id": "string", "doc_sha256": "string",
}  # fmt: skip


def frame_of(value: object) -> "DataFrame":
    """Return a value as a table. Raises TypeError for a value of another kind."""
    if isinstance(value, Answer):
        return _frame(list(_claims(value)) + list(_withheld(value)), ANSWER)
    if isinstance(value, Passages):
        return _frame([{"n": n, **vars(item)} for n, item in enumerate(value, start=1)], PASSAGES)
    raise TypeError(f"there is no table for {type(value).__name__}")


def _claims(answer: Answer) -> Iterator[dict[str, Any]]:
    cited = {citation.n: citation for citation in answer.citations}
    for at, claim in enumerate(answer.claims):
        sentence = {name: getattr(claim, name) for name in ("text", "verdict", "score", "origin")}
        cell = _cell(answer.table, at)
        for n in claim.citations or (0,):
            place = {"citation": n, **_place(cited[n])} if n in cited else {}
            yield {"sentence": at + 1, "shown": True, **sentence, **cell, **place}


def _withheld(answer: Answer) -> Iterator[dict[str, Any]]:
    for item in answer.withheld:
        said = {"text": item.text, "verdict": item.verdict, "score": item.score, "origin": "model"}
        yield {"shown": False, **said, "reason": why(item)}


def _cell(table: Table | None, at: int) -> dict[str, str | None]:
    """Return the aspects and sides where a claim stands, each once."""
    places = [
        (row.aspect, side)
        for row in (table.rows if table else ())
        for side, cell in zip(table.sides if table else (), row.cells, strict=False)
        if at in cell
    ]
    aspects, sides = (
        (tuple(dict.fromkeys(names)) for names in zip(*places, strict=True)) if places else ((), ())
    )
    return {"aspect": "; ".join(aspects) or None, "side": "; ".join(sides) or None}


def _place(citation: Citation) -> dict[str, Any]:
    names = ("doc_id", "title", "section", "page", "date", "start", "end", "quote")
    return {name: getattr(citation, name) for name in names}


def _frame(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> "DataFrame":
    from pandas import DataFrame

    body = {name: [row.get(name) for row in rows] for name in columns}
    return DataFrame(body).astype(dict(columns))
