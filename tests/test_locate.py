"""Gold words found in the stored documents, also after these were edited."""

import json
from pathlib import Path

import pytest
from helpers import settings_in

from assistant.core.errors import InputError
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from eval.cases.locate import locate
from eval.cases.read import read_cases
from ingest.index import build_index

VELL = "The harbour of Vell – “old Vell” – opened in 1904. The ferry takes forty minutes. The ferry carries cars."


def indexed(folder: Path, text: str = VELL) -> Store:
    (folder / "articles").mkdir(exist_ok=True)
    (folder / "articles" / "vell.md").write_text(text, encoding="utf-8")
    settings = settings_in(folder)
    embedder = load_embedder(settings)
    build_index(settings, embedder, [str(folder / "articles")])
    return Store.open(settings, embedder)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return indexed(tmp_path_factory.mktemp("data"))


def located(path: Path, store: Store, text: str) -> tuple[str, list[str]]:
    path.write_bytes(text.encode())
    lines, problems = locate(path, store)
    return "\n".join(lines), problems


def line(*gold: object, **values: object) -> str:
    body = {"id": "a", "question": "When?", "answerable": True, "gold": list(gold), **values}
    return json.dumps(body, ensure_ascii=False)


OPENED = {"doc": "vell", "text": "“old Vell” – opened in 1904", "answer": "1904"}
CARS = {"doc": "vell.md", "text": "The ferry carries cars.", "start": 3, "end": 5}


def test_words_get_their_offsets_in_front_of_them(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    text, problems = located(path, store, line(OPENED, CARS) + "\n")
    assert problems == []
    assert text == line(
        {"doc": "vell", "start": 22, "end": 49, "text": OPENED["text"], "answer": "1904"},
        {"doc": "vell.md", "start": 82, "end": 105, "text": CARS["text"]},
    ) + "\n"  # fmt: skip
    assert VELL[22:49] == OPENED["text"]
    path.write_bytes(text.encode())
    cases, _ = read_cases(path, store)
    assert [(span.start, span.answer) for span in cases[0].gold] == [(22, "1904"), (82, "")]
    assert located(path, store, text) == (text, [])


def test_lines_without_change_stay_byte_for_byte(store: Store, tmp_path: Path) -> None:
    kept = [
        '\ufeff{"id":"a" , "gold":[{"text":"1904", "doc":"vell", "end":49,"start":45}]}\r',
        "",
        '  {"question": "\\u00e9\u2028", "gold": [{"doc": "vell", "start": 0, "end": 3}], "gold_docs": null}',
        '{"question": "Why?", "answerable": false}',
        '{"doc": "vell", "gold": null}',
    ]
    text, problems = located(tmp_path / "cases.jsonl", store, "\n".join(kept))
    assert (text.split("\n"), problems) == (kept, [])


def test_a_changed_line_keeps_its_end_and_its_way_of_writing_letters(store: Store, tmp_path: Path) -> None:
    plain = '{"id": "\\u00e9", "gold": [{"doc": "vell", "text": "opened"}]}\r\n{"id": "é"}\r\n'
    text, _ = located(tmp_path / "cases.jsonl", store, plain)
    assert text == plain.replace('"vell", ', '"vell", "start": 35, "end": 41, ')


def test_marked_words_that_stand_twice_are_left_alone(store: Store, tmp_path: Path) -> None:
    marked = line({"doc": "vell", "start": 82, "end": 91, "text": "The ferry"})
    assert located(tmp_path / "cases.jsonl", store, marked) == (marked, [])


def test_what_cannot_be_located_is_told_and_stays(store: Store, tmp_path: Path) -> None:
    bad = [
        line({"doc": "vell", "text": "The ferry"}, id="twice"),
        line({"doc": "vell", "text": "the ferry", "start": 51, "end": 60}, id="never"),
        "[1]",
        line({"doc": "horn", "text": "x"}, id="elsewhere"),
        line("x", id=5),
        line({"doc": "vell", "text": ""}),
        line({"doc": "vell", "text": "e"}, id="often"),
        json.dumps({"id": "b", "gold": {"doc": "vell", "text": "1904"}}),
    ]
    text, problems = located(tmp_path / "cases.jsonl", store, "\n".join(bad))
    assert text.split("\n") == bad
    assert problems[:2] == [
        "line 1 (twice): 'The ferry' stands 2 times in 'vell' (51-60, 82-91): give more words, or the offsets",
        "line 2 (never): 'the ferry' stands nowhere in 'vell'",
    ]
    assert problems[2].startswith("line 3: it is no JSON object")
    assert problems[3:6] == [
        "line 4 (elsewhere): 'horn' is no document of the index, or the name of several",
        "line 5 (5): 'gold' is no list of {doc, start, end, text}",
        "line 6 (a): the 'text' of a gold span has no words",
    ]
    assert "and elsewhere): give more words" in problems[6]
    assert problems[7] == "line 8: 'gold' is no list of {doc, start, end, text}"


def test_words_that_overlap_themselves_stand_twice(tmp_path: Path) -> None:
    sung = line({"doc": "vell", "text": "la la"})
    text, problems = located(tmp_path / "cases.jsonl", indexed(tmp_path, "They sang tra la la la."), sung)
    assert text == sung
    assert problems == [
        "line 1 (a): 'la la' stands 2 times in 'vell' (14-19, 17-22): give more words, or the offsets"
    ]


def test_the_others_of_a_line_are_located_all_the_same(store: Store, tmp_path: Path) -> None:
    text, problems = located(tmp_path / "cases.jsonl", store, line({"doc": "vell", "text": "no"}, OPENED))
    assert [span.get("start") for span in json.loads(text)["gold"]] == [None, 22]
    assert len(problems) == 1


def test_after_an_article_was_edited_the_words_are_found_again(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    old, _ = located(path, indexed(tmp_path), line(OPENED, CARS))
    path.write_text(old, encoding="utf-8")
    edited = indexed(tmp_path, f"Note. {VELL}".replace("carries cars", "carries no cars"))
    with pytest.raises(
        InputError, match="from 22 to 49 in the index: it stands at 28-55: run `bpo-kpo eval locate`"
    ):
        read_cases(path, edited)
    new, problems = located(path, edited, old)
    assert [span["start"] for span in json.loads(new)["gold"]] == [28, 82]
    assert problems == ["line 1 (a): 'The ferry carries cars.' stands nowhere in 'vell.md'"]


def test_a_file_that_cannot_be_read_is_one_line(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        locate(tmp_path / "absent.jsonl", store)
    (tmp_path / "latin.jsonl").write_bytes(b"\xe9")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        locate(tmp_path / "latin.jsonl", store)
