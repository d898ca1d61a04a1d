"""Write a comparison as plain JSON types."""

from dataclasses import asdict
from typing import Any

from eval.compare.show.words import headline
from eval.compare.types import Change, Comparison, Side


def to_dict(c: Comparison) -> dict[str, Any]:
    """Return the comparison for `--json`: as its shapes are, with the whole answers of the cases that changed."""
    body = {name: value for name, value in vars(c).items() if name not in ("name_a", "name_b")}
    body |= {name: [asdict(item) for item in body[name]] for name in ("settings", "figures", "beside")}
    body["changes"] = [_change(item) for item in c.changes]
    return {"a": c.name_a, "b": c.name_b, "headline": headline(c), **body}


def _change(item: Change) -> dict[str, Any]:
    return {
        "id": item.case.id,
        "kind": item.case.kind,
        "question": item.case.question,
        "sort": item.sort,
        "what": item.what,
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
        "opinions": [asdict(each) for each in item.opinions],
    }
