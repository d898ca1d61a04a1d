"""Conversations on disk: kept, listed, searched, renamed, deleted; nothing is half written."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from runs import answer, withheld

from assistant.core.errors import InputError
from ui.export.history import FILE, History, SavedTurn, new_id, title_of

FULL = answer(("vell", 10, "The harbour opened in 1904."), withheld=(withheld("It sank."),))


def turn(question: str) -> SavedTurn:
    return SavedTurn(question=question, answer=FULL)


def keep(history: History, conversation: str, item: SavedTurn) -> int:
    position = history.begin(conversation, item.question)
    history.finish(conversation, position, item)
    return position


def test_a_conversation_is_read_back_as_it_was_by_another_process(tmp_path: Path) -> None:
    turns = [turn("When?"), SavedTurn(question="And why?", answer=None, error="The model failed.")]
    assert [keep(History(tmp_path), "a", item) for item in turns] == [0, 1]
    assert History(tmp_path).load("a") == turns
    assert History(tmp_path).load("none") == []


def test_a_question_is_kept_before_its_answer_and_two_pages_do_not_overwrite_each_other(
    tmp_path: Path,
) -> None:
    history = History(tmp_path)
    first, second = history.begin("a", "When?"), History(tmp_path).begin("a", "Who?")
    assert history.load("a") == [
        SavedTurn(question="When?", answer=None),
        SavedTurn(question="Who?", answer=None),
    ]
    history.finish("a", second, turn("Who?"))
    history.finish("a", first, turn("When?"))
    assert history.load("a") == [turn("When?"), turn("Who?")]


def test_what_was_deleted_does_not_come_back_with_its_answer(tmp_path: Path) -> None:
    history = History(tmp_path)
    position = history.begin("a", "When?")
    history.delete("a")
    history.finish("a", position, turn("When?"))
    assert (history.entries(), history.load("a"), history.title("a")) == ([], [], None)


def test_the_list_has_the_last_changed_first_and_the_first_question_as_title(tmp_path: Path) -> None:
    history = History(tmp_path)
    keep(history, "a", turn("When did it open?"))
    keep(history, "b", turn("Who built it?"))
    keep(history, "a", turn("And then?"))
    assert [(entry.id, entry.title, entry.turns) for entry in history.entries()] == [
        ("a", "When did it open?", 2),
        ("b", "Who built it?", 1),
    ]
    history.rename("b", "  The builders\nof Vell ")
    assert history.entries()[1].title == history.title("b") == "The builders of Vell"
    with pytest.raises(InputError, match="The title is empty"):
        history.rename("b", "  ")


def test_search_looks_into_titles_questions_and_answers(tmp_path: Path) -> None:
    history = History(tmp_path)
    keep(history, "a", turn("When did it open?"))
    keep(history, "b", SavedTurn(question="Is 100% of it_self wood?", answer=None))
    history.rename("b", "Timber")

    def found(words: str) -> list[str]:
        return [entry.id for entry in history.entries(words)]

    assert found("HARBOUR 1904") == ["a"]
    assert found("timber wood") == ["b"]
    assert found("harbour wood") == []
    assert found("100%") == ["b"]
    assert found("0%o") == []  # a sign of the query language is a sign like any other
    assert found("t_s") == ["b"]
    assert found("t_e") == []
    assert found("") == ["b", "a"]
    assert found("' OR 1 --") == []


def test_deleting_takes_the_turns_along(tmp_path: Path) -> None:
    history = History(tmp_path)
    keep(history, "a", turn("When?"))
    history.delete("a")
    assert (history.entries(), history.load("a")) == ([], [])


def test_many_threads_may_write(tmp_path: Path) -> None:
    history = History(tmp_path)
    threads = [
        threading.Thread(target=keep, args=(history, f"c{n % 3}", turn(f"Question {n}?"))) for n in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(entry.turns for entry in history.entries()) == 24


def test_a_file_that_cannot_be_used_is_one_line_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, but a text that is long enough to be none")
    with pytest.raises(InputError, match="cannot be used"):
        History(tmp_path)
    assert (tmp_path / FILE).read_bytes().startswith(b"no database")
    later = tmp_path / "later"
    History(later)
    with sqlite3.connect(later / FILE) as db:
        db.execute("PRAGMA user_version = 9")
    with pytest.raises(InputError, match="later version"):
        History(later)


def test_long_titles_are_cut_at_a_word_and_ids_differ() -> None:
    assert title_of("word " * 30) == "word " * 15 + "…"
    assert len({new_id() for _ in range(50)}) == 50


def test_eight_processes_may_open_a_fresh_folder_at_once(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; sys.path[:0] = [sys.argv[1]]\n"
        "from ui.export.history import History\n"
        "print('ready', flush=True)\n"
        "for name in sys.stdin:\n"
        "    History(pathlib.Path(name.strip())).begin('a', 'When?')\n"
        "    print('kept', flush=True)\n"
    )
    arguments = [sys.executable, "-c", script, str(Path(__file__).parent.parent)]
    others = [
        subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    for other in others:
        assert other.stdout and other.stdout.readline() == "ready\n"
    for n in range(20):
        for other in others:
            assert other.stdin
            other.stdin.write(f"{tmp_path / str(n)}\n")
            other.stdin.flush()
        assert [other.stdout.readline() for other in others if other.stdout] == ["kept\n"] * 8
        assert len(History(tmp_path / str(n)).load("a")) == 8
    for other in others:
        other.communicate("")
