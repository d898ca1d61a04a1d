"""A batch: a line that cannot be used costs one row, whatever is in it."""

import io
import json
from pathlib import Path

import pytest

from ui.cli.batch import read_history, run_batch


def asked(tmp_path: Path, *lines: str) -> list[dict[str, object]]:
    path, out = tmp_path / "questions.jsonl", io.StringIO()
    path.write_text("\n".join(lines), encoding="utf-8")
    run_batch(str(path), lambda record: {"turns": len(read_history(record))}, ["question"], out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("depth", [30, 900, 100_000])
@pytest.mark.parametrize("field", ["id", "question", "history", "other"])
def test_a_line_that_nests_deep_costs_one_row(tmp_path: Path, depth: int, field: str) -> None:
    nested = "[" * depth + "]" * depth
    good = '{"id": "good", "question": "Why?"}'
    bad = '{"id": "bad", "question": "Why?"}'.replace("}", f', "{field}": {nested}}}')
    rows = asked(tmp_path, good, bad, nested, good)
    assert rows[0] == rows[3] == {"id": "good", "turns": 0}
    for row, number in ((rows[1], 2), (rows[2], 3)):
        assert row["line"] == number
        assert "deep" in str(row["error"]) or "not a JSON object" in str(row["error"])
    assert rows[1]["id"] == (None if field == "id" or depth == 100_000 else "bad")


def test_a_line_that_is_no_utf_8_costs_one_row(tmp_path: Path) -> None:
    path, out = tmp_path / "questions.jsonl", io.StringIO()
    path.write_bytes(b'{"question": "Why?"}\n{"question": "Caf\xe9?"}\n{"question": "Caf\xc3\xa9?"}\n')
    assert run_batch(str(path), lambda record: {"asked": record["question"]}, ["question"], out) == 1
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"id": None, "asked": "Why?"},
        {"id": None, "line": 2, "error": "not UTF-8 text: save the file as UTF-8."},
        {"id": None, "asked": "Caf\u00e9?"},
    ]


def test_a_history_with_its_turns_is_not_too_deep(tmp_path: Path) -> None:
    line = {
        "id": [1, {"of": "two"}],
        "question": "Why?",
        "history": [{"role": "user", "content": "How?", "more": {"a": [1]}}],
    }
    assert asked(tmp_path, json.dumps(line)) == [{"id": [1, {"of": "two"}], "turns": 1}]
