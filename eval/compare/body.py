"""Write a comparison as plain JSON types."""

from dataclasses import asdict
from typing import Any

from eval.compare.show.words import headline
from eval.compare.types import Change, Comparison, Side


def to_dict(c: Comparison) -> dict[str, Any]:
    """Return the comparison for `--json`: as its shapes are, with the whole answers of the cases that changed."""
    return {
        "a": c.name_a,
        "b": c.name_b,
        "headline": headline(c),
        "warnings": list(c.warnings),
        "settings": [asdict(item) for item in c.settings],
        "figures": [asdict(item) for item in c.figures],
        "beside": [{**asdict(item), "a": list(item.a), "b": list(item.b)} for item in c.beside],
        "shared": c.shared,
        "only_a": list(c.only_a),
        "only_b": list(c.only_b),
        "asked_otherwise": list(c.asked_otherwise),
        "changes": [_change(item) for item in c.changes],
        "same": c.same,
        "identical": c.identical,
        "identical_rows": c.identical_rows,
    }


def _change(item: Change) -> dict[str, Any]:
    return {
        "id": item.case.id,
        "kind": item.case.kind,
        "question": item.case.question,
        "sort": item.sort,
        "what": list(item.what),
        "a": _side(item.a),
        "b": _side(item.b),
    }


def _side(item: Side) -> dict[str, Any]:
    answer = item.row.answer
    return {
        "outcome": item.outcome,
        "error": item.row.error,
        "answer": answer.to_dict() if answer else None,
        "ranking": [] if answer else [place.chunk_id for place in item.row.ranking],
        "opinions": [{**asdict(each), "citations": list(each.citations)} for each in item.opinions],
    }
