"""What readers say: kept line by line, the last word counts, and it becomes cases that the evaluation reads."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from patience import LONG_S
from runs import answer, citation, claim

from assistant.core.errors import InputError
from assistant.core.types import Answer, Message
from eval.cases.read import parse
from eval.cases.shape import broken_rule, load_case
from ui.cli.parse import main
from ui.export.feedback import (
    FILE,
    MAX_NOTE,
    Feedback,
    Said,
    append,
    as_cases,
    history_before,
    in_force,
    read,
    summary,
    write_cases,
)
from ui.export.history import SavedTurn

TWO = replace(answer(("vell", 10, "It opened in 1904."), ("tea", 0, "Tea is hot.")), question="When?")
DECLINED = Answer(question="Why?", reason="off_topic")
OPENED = {"doc": "vell", "start": 10, "end": 28, "text": "It opened in 1904."}
HOT = {"doc": "tea", "start": 0, "end": 11, "text": "Tea is hot."}
HOSTILE = 'x"}\n{"said": "up"} \u2028 \ud800 <script>'


def said(what: Said, citation: int | None = None, note: str = "", **values: object) -> Feedback:
    given: dict[str, object] = {"conversation": "abc", "position": 0, "answer": TWO, "time": "2026-01-01"}
    return Feedback(said=what, citation=citation, note=note, **(given | values))  # type: ignore[arg-type]


def test_rows_are_read_back_in_order(tmp_path: Path) -> None:
    rows = [
        said("up", history=(Message(role="user", content="What of Vell?"),)),
        said("wrong", 2, "It is not about tea: ☕ «no»\nat all"),
        said("taken back", answer=DECLINED, position=3),
    ]
    assert read(tmp_path / "new") == []
    for row in rows:
        append(tmp_path / "new", row)
    assert read(tmp_path / "new") == rows


def test_a_row_is_one_line_whatever_its_note_holds(tmp_path: Path) -> None:
    append(tmp_path, said("wrong", 1, HOSTILE))
    append(tmp_path, said("up"))
    raw = (tmp_path / FILE).read_bytes()
    assert raw.count(b"\n") == 2 and raw.isascii()
    assert [(row.said, row.note) for row in read(tmp_path)] == [("wrong", HOSTILE), ("up", "")]


def test_the_time_is_set_when_a_row_is_kept(tmp_path: Path) -> None:
    append(tmp_path, said("up", time=""))
    assert read(tmp_path)[0].time.endswith("+00:00")


def test_a_note_is_bounded(tmp_path: Path) -> None:
    append(tmp_path, said("wrong", 1, "x" * MAX_NOTE))
    with pytest.raises(InputError, match="The note has 1001 characters: needed are at most 1000"):
        append(tmp_path, said("wrong", 1, "x" * (MAX_NOTE + 1)))
    assert len(read(tmp_path)) == 1


def test_an_unfinished_line_is_left_out_and_then_overwritten(tmp_path: Path) -> None:
    append(tmp_path, said("up"))
    with (tmp_path / FILE).open("ab") as out:
        out.write(b'{"conversation": "abc", "posi')
    assert [row.said for row in read(tmp_path)] == ["up"]
    append(tmp_path, said("down"))
    assert [row.said for row in read(tmp_path)] == ["up", "down"]


def test_many_processes_may_write(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path[:0] = ['tests', '.']; from pathlib import Path; from test_feedback import said, append\n"
        "for n in range(20): append(Path(sys.argv[1]), said('wrong', n, sys.argv[2] * 900))"
    )
    root = Path(__file__).resolve().parent.parent
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(n)], cwd=root) for n in range(3)
    ]
    assert [writer.wait(LONG_S) for writer in writers] == [0, 0, 0]
    rows = read(tmp_path)
    assert sorted((row.note[0], row.citation) for row in rows) == [
        (str(n), at) for n in range(3) for at in range(20)
    ]


@pytest.mark.parametrize("bad", ["no json", "[]", '{"said": "up"}', '{"answer": {"question": 1}}'])
def test_a_line_of_another_form_is_named(bad: str, tmp_path: Path) -> None:
    append(tmp_path, said("up"))
    with (tmp_path / FILE).open("a") as out:
        out.write(f"{bad}\n")
    with pytest.raises(InputError, match="feedback.jsonl line 2 is no feedback: remove the line"):
        read(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="the feedback was not kept"):
        append(tmp_path / "file", said("up"))


def test_the_last_word_on_an_answer_and_on_each_citation_counts() -> None:
    rows = [said("up"), said("wrong", 1), said("wrong", 2, "no"), said("taken back"), said("taken back", 1)]
    assert in_force(rows) == [rows[2]]
    assert in_force([*rows, said("down")])[0].said == "down"
    other = said("up", conversation="def")
    assert in_force([said("down"), other]) == [said("down"), other]


def case_of(*rows: Feedback) -> dict[str, object]:
    (case,) = as_cases(rows)
    return case


def test_thumbs_up_makes_the_cited_words_gold() -> None:
    history = (Message(role="user", content="What of Vell?"), Message(role="assistant", content="A port."))
    assert case_of(said("up", history=history)) == {
        "id": "feedback-abc-0",
        "kind": "feedback",
        "question": "When?",
        "history": [
            {"role": "user", "content": "What of Vell?"},
            {"role": "assistant", "content": "A port."},
        ],
        "answerable": True,
        "gold": [OPENED, HOT],
        "said": [{"said": "up", "time": "2026-01-01"}],
    }


def test_a_wrong_citation_leaves_the_others_as_gold_with_the_note() -> None:
    case = case_of(said("wrong", 2, "Off the point."))
    assert (case["gold"], case["answerable"], "review" in case) == ([OPENED], True, False)
    assert case["said"] == [
        {
            "said": "wrong",
            "note": "Off the point.",
            "time": "2026-01-01",
            "citation": 2,
            "quote": "Tea is hot.",
        }
    ]
    assert case_of(said("up"), said("wrong", 1))["gold"] == [HOT]


def test_what_leaves_nothing_right_is_to_be_reviewed() -> None:
    both = case_of(said("wrong", 1), said("wrong", 2))
    assert (both["gold"], both["review"]) == ([], True)
    down = case_of(said("down"), said("wrong", 1))
    assert (down["gold"], down["answerable"], down["review"]) == ([], True, True)


def test_a_decline_that_was_right_is_a_case_that_cannot_be_answered() -> None:
    good = case_of(said("up", answer=DECLINED))
    assert (good["answerable"], good["gold"], "review" in good) == (False, [], False)
    bad = case_of(said("down", answer=DECLINED))
    assert (bad["answerable"], bad["review"]) == (True, True)


def test_words_cited_twice_are_gold_once() -> None:
    twice = Answer(
        question="When?",
        claims=(claim("It opened in 1904.", 1),),
        citations=tuple(citation(n, ("vell", 10, "It opened in 1904.")) for n in (1, 2)),
    )
    assert case_of(said("up", answer=twice))["gold"] == [OPENED]


def test_cases_that_are_ready_are_read_by_the_evaluation_and_the_others_stand_beside(tmp_path: Path) -> None:
    rows = [
        said("up"),
        said("wrong", 1, HOSTILE, position=1),
        said("up", position=2, answer=DECLINED),
        said("down", position=3),
    ]
    lines = write_cases(rows, tmp_path / "cases.jsonl")
    assert lines == [
        f"{tmp_path}/cases.jsonl: 3 cases ready to run.",
        f"{tmp_path}/cases.review.jsonl: 1 case to review: add gold spans.",
    ]
    ready = (tmp_path / "cases.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    cases = [load_case(parse(line)) for line in ready]
    assert [broken_rule(case) for case in cases] == [None, None, None]
    assert [(case.kind, case.answerable, len(case.gold)) for case in cases] == [
        ("feedback", True, 2),
        ("feedback", True, 1),
        ("feedback", False, 0),
    ]
    (review,) = (tmp_path / "cases.review.jsonl").read_text().strip().split("\n")
    assert load_case(json.loads(review)).question == "When?"
    with pytest.raises(InputError, match="cannot be written .*give --cases another file"):
        write_cases(rows, tmp_path / "none" / "cases.jsonl")


def test_the_summary_counts_what_counts() -> None:
    rows = [said("up"), said("wrong", 1), said("down", position=1), said("up", position=2), said("taken back", position=2)]  # fmt: skip
    assert summary(rows) == "Feedback on 2 answers: 1 up, 1 down, 1 citation called wrong."
    assert summary([]) == "Feedback on 0 answers: 0 up, 0 down, 0 citations called wrong."


def test_the_history_is_what_the_question_was_asked_with() -> None:
    turns = [
        SavedTurn(question="When?", answer=TWO),
        SavedTurn(question="And?", answer=None, error="The model failed."),
        SavedTurn(question="Why?", answer=DECLINED),
        SavedTurn(question="Who?", answer=TWO),
    ]
    assert [(item.role, item.content) for item in history_before(turns, 3)] == [
        ("user", "When?"),
        ("assistant", "It opened in 1904. Tea is hot."),
        ("user", "Why?"),
        ("assistant", "The question is not about what these articles cover."),
    ]
    assert history_before(turns, 0) == ()


def test_the_command_counts_and_writes_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append(tmp_path, said("up"))
    assert main(["feedback", "--data-dir", str(tmp_path), "--cases", str(tmp_path / "c.jsonl")]) == 0
    assert capsys.readouterr().out.split("\n") == [
        "Feedback on 1 answer: 1 up, 0 down, 0 citations called wrong.",
        f"{tmp_path}/c.jsonl: 1 case ready to run.",
        f"{tmp_path}/c.review.jsonl: 0 cases to review: add gold spans.",
        "",
    ]
    (tmp_path / FILE).write_text("no feedback\n")
    assert main(["feedback", "--data-dir", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("bpo-kpo: ")
