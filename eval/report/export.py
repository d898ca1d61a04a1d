"""Turn a run into the rows that other evaluation tools read; LOADING.md says how to load them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from assistant.core.errors import InputError
from assistant.core.types import Answer
from eval.metrics.answers import shown
from eval.run.types import Case, Row, Run

UNANSWERED = "The sources do not answer this question."  # the answer, and the reference, where there is none


def records(run: Run, tool: str) -> list[dict[str, Any]]:
    """Return one record for each case that was answered or declined, by the field names of "ragas" or "deepeval".

    Left out are cases that failed and those for retrieval alone, and fields with nothing to say. A declined
    question has a fixed sentence as its answer, and a question without an answer the same one as its reference.
    A follow-up is given as it was read, since the record holds no conversation. Raises InputError for another tool.
    """
    makers = {"ragas": _ragas, "deepeval": _deepeval}
    if tool not in makers:
        raise InputError(f"There is no export for {tool!r}: give one of {', '.join(makers)}.")
    return [_said(makers[tool](row, row.answer)) for row in run.rows if row.answer and not row.error]


def to_jsonl(found: Iterable[Mapping[str, Any]]) -> str:
    """Return records as JSON lines, in ASCII, which every reader takes whatever encoding it assumes."""
    return "".join(json.dumps(record) + "\n" for record in found)


def _ragas(row: Row, answer: Answer) -> dict[str, Any]:
    relevant = [name for name, grade in row.relevant.items() if grade > 0]
    return {
        "user_input": _question(row.case, answer),
        "retrieved_contexts": [item.text for item in answer.passages],
        "retrieved_context_ids": [
            item.doc_id if row.by_document else item.chunk_id for item in answer.passages
        ],
        "reference_contexts": [span.text for span in row.case.gold if span.text],
        "reference_context_ids": relevant,
        "response": shown(answer) or UNANSWERED,
        "reference": _reference(row.case),
    }


def _deepeval(row: Row, answer: Answer) -> dict[str, Any]:
    return {
        "name": row.case.id,
        "input": _question(row.case, answer),
        "actual_output": shown(answer) or UNANSWERED,
        "expected_output": _reference(row.case),
        "retrieval_context": [item.text for item in answer.passages],
        "context": [span.text for span in row.case.gold if span.text],
        "completion_time": answer.timings_s.get("total"),
        "tags": [row.case.kind],
    }


def _question(case: Case, answer: Answer) -> str:
    return answer.read_as if case.history and answer.read_as else case.question


def _reference(case: Case) -> str | None:
    """Return the reference answer: all answers where each is needed, else the first."""
    if not case.answerable:
        return UNANSWERED
    if case.gold_rule == "any":
        return case.answers[0] if case.answers else None
    return "; ".join(case.answers) or None


def _said(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value not in (None, [])}
