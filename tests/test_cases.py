"""Cases read from JSON lines: what is taken over, what is refused and why, and what counts as right."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import settings_in
from runs import answer, case

from assistant.core.errors import InputError
from assistant.core.types import Message
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from eval.cases.gold import document_names, overlaps, right
from eval.cases.read import dump_case, load_case, read_cases
from eval.run.types import Case, Span
from ingest.index import build_index

VELL = "The harbour of Vell opened in 1904. The ferry to Horn takes forty minutes. The ferry carries cars.\n"
HORN = "Horn – an island – has no harbour.\n"  # two dashes that are no ASCII


def open_store(folder: Path, files: dict[str, str]) -> Store:
    for name, text in files.items():
        path = folder / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = settings_in(folder)
    embedder = load_embedder(settings)
    build_index(settings, embedder, [str(folder / "articles")])
    return Store.open(settings, embedder)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("data"), {"Vell_harbour.txt": VELL, "horn.md": HORN})


def write(path: Path, *records: object) -> Path:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


OPENED = {"doc": "Vell_harbour", "start": 15, "end": 34, "text": "Vell opened in 1904"}


# --- what is read ---


def test_every_field_is_taken_over(store: Store, tmp_path: Path) -> None:
    full = {
        "id": "number-01",
        "kind": "number",
        "question": "And when did it open?",
        "history": [
            {"role": "user", "content": "Is there a harbour at Vell?"},
            {"role": "assistant", "content": "Yes."},
        ],
        "answerable": True,
        "answers": ["in 1904"],
        "key_facts": [["1904", "in that year"], ["Vell"]],
        "gold": [{**OPENED, "answer": "1904"}, {"doc": "horn.md", "start": 7, "end": 16, "answer": "no"}],
        "gold_rule": "per_answer",
        "gold_docs": ["Vell_harbour.txt", "horn"],
        "wrong": ["1940"],
        "wrong_answers": ["1914"],
        "origin": "generated",
        "author's note": "kept for later",
    }
    path = write(tmp_path / "cases.jsonl", full)
    cases, sha256 = read_cases(path, store)
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert cases == [
        Case(
            id="number-01",
            kind="number",
            question="And when did it open?",
            history=(
                Message(role="user", content="Is there a harbour at Vell?"),
                Message(role="assistant", content="Yes."),
            ),
            answerable=True,
            answers=("in 1904",),
            key_facts=(("1904", "in that year"), ("Vell",)),
            gold=(
                Span(doc_id="vell-harbour", start=15, end=34, text="Vell opened in 1904", answer="1904"),
                Span(doc_id="horn", start=7, end=16, text="an island", answer="no"),
            ),
            gold_rule="per_answer",
            gold_docs=("vell-harbour", "horn"),
            wrong=("1940", "1914"),
            origin="generated",
        )
    ]


def test_what_is_left_out_has_a_value(store: Store, tmp_path: Path) -> None:
    path = write(
        tmp_path / "cases.jsonl",
        "\ufeff" + json.dumps({"question": "When?", "answerable": True, "gold": [OPENED]}),
        "",
        {"question": "Why?", "answerable": False, "history": None, "id": None, "gold": []},
    )
    (first, second), _ = read_cases(path, store)
    assert (first.id, first.kind, first.gold_rule, first.origin) == ("line-1", "question", "any", "hand")
    assert (second.id, second.answerable, second.gold, second.history) == ("line-3", False, (), ())


def test_a_text_with_other_line_separators_is_one_line(store: Store, tmp_path: Path) -> None:
    line = json.dumps({"question": "One\u2028or two\u0085lines?", "answerable": False}, ensure_ascii=False)
    known = {"question": "When?", "answerable": True, "answers": ["1904"]}
    (first, _), _ = read_cases(write(tmp_path / "cases.jsonl", line, known), store)
    assert first.question == "One\u2028or two\u0085lines?"


# --- what is refused ---


def gold(**values: object) -> dict[str, object]:
    return {"question": "When?", "answerable": True, "gold": [OPENED | values]}


def known(**values: object) -> dict[str, object]:
    return {"question": "When?", "answerable": True, "answers": ["1904"], **values}


BAD = [
    ("[" * 100_000, "it is not JSON"),
    (known(question=7), "'question' or 'answerable' is missing"),
    (known(answerable=1), "'question' or 'answerable' is missing"),
    (known(id=" "), "'id' is no text of printable characters on one line"),
    (known(id="a\nb"), "'id' is no text of printable characters on one line"),
    (known(id=["a"]), "'id' is no text of printable characters on one line"),
    (known(id="first"), "its id 'first' is that of line 1 too"),
    (known(kind=3.5), "'kind' is no text of printable"),
    (known(gold_rule="most"), "'gold_rule' is 'most': give one of any, all, per_answer"),
    (known(origin="web"), "'origin' is 'web': give one of hand, generated, public"),
    (known(key_facts=["1904"]), "'key_facts' is no list of lists of wordings"),
    (known(key_facts=[["1904"], []]), "'key_facts' has a fact without words"),
    (known(key_facts=[["1904", " "]]), "'key_facts' has a fact without words"),
    (known(wrong="1940"), "'wrong' is no list of texts"),
    (known(history=[{"role": "user", "content": None}]), "'history' is no list of {role, content}"),
    (known(relevant={"horn": -1}), "'relevant' is no mapping of documents to grades"),
    (known(key_fact=[["1904"]]), "'key_fact' is no known field: write 'key_facts', or rename it"),
    (known(question="\ud800?"), "it holds half a character"),
    (known(answers=[" "]), "it is answerable, but has neither 'gold' nor 'gold_docs', 'answers' or"),
    (known(answerable=False), "it is not answerable, but has 'gold', 'gold_docs', 'answers', 'key_facts'"),
    (
        {"question": "Why?", "answerable": False, "key_facts": [["1904"]]},
        "it is not answerable, but has 'gold'",
    ),
    (gold() | {"gold_rule": "per_answer"}, "not every gold span names its 'answer'"),
    (known(gold_docs=["Vell"]), "'Vell' is no document of the index, or the name of several"),
    (known(relevant={"Vell": 1}), "'Vell' is no document of the index"),
    (gold(doc=None), "'gold' is no list of {doc, start, end, text}: 'doc', 'text' and 'answer' are texts"),
    (gold(start=15.0), "'start' and 'end' are whole numbers"),
    (gold(start=True), "'start' and 'end' are whole numbers"),
    (gold(start=None, end=None), "a gold span of 'Vell_harbour' has no 'start' and 'end': run `bpo-kpo eval"),
    (
        gold(start=16, end=35),
        "'Vell_harbour' does not have the gold text from 16 to 35 in the index: it stands at 15-34: run "
        "`bpo-kpo eval locate`",
    ),
    (gold(start=-83, end=-64), "from -83 to -64 in the index: it stands at 15-34"),
    (
        gold(start=0, end=9, text="The ferry"),
        "it stands at 2 other places: give the offsets of the one that is meant, or more words",
    ),
    (
        gold(start=0, end=3, text="A harbour"),
        "there stands 'The', and 'A harbour' stands nowhere in it",
    ),
    (gold(start=90, end=90, text=None), "the document has 98 characters: give 0 <= start < end <= 98"),
    (gold(start=90, end=99, text=None), "the document has 98 characters"),
    (gold(start=75, end=99, text="The ferry carries cars."), "it stands at 75-98: run"),
    (gold(start=500, end=520), "from 500 to 520 in the index: it stands at 15-34"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), BAD, ids=[said[:50] for _, said in BAD])
def test_a_bad_line_is_told_with_its_reason(store: Store, tmp_path: Path, line: object, said: str) -> None:
    path = write(tmp_path / "cases.jsonl", known(id="first"), line)
    with pytest.raises(InputError) as caught:
        read_cases(path, store)
    assert "has 1 line that cannot be used, so nothing was changed: line 2: " in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_five_bad_lines_are_told_in_full(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "cases.jsonl", "{", known(), *["[]"] * 6)
    with pytest.raises(InputError) as caught:
        read_cases(path, store)
    said = str(caught.value)
    assert "has 7 lines that cannot be used" in said
    assert "line 1: it is not JSON; line 3: it is no JSON object" in said
    assert "; line 6: it is no JSON object" in said
    assert "line 7" not in said
    assert said.endswith("; and 2 more.")


def test_words_of_a_message_stay_short(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "cases.jsonl", gold(text="no such words\n" * 50))
    with pytest.raises(InputError) as caught:
        read_cases(path, store)
    assert "no such words\\nno such words" in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_name_of_two_documents_is_none(tmp_path: Path) -> None:
    store = open_store(tmp_path, {"a/tides.txt": VELL, "b/tides.txt": HORN, "b/horn.txt": VELL})
    names = document_names(store.manifest.documents)
    assert (names["horn"], names["horn.txt"], names["a/tides"]) == ("b/horn", "b/horn", "a/tides")
    assert names[str(tmp_path / "articles" / "b" / "tides.txt")] == "b/tides"
    path = write(tmp_path / "cases.jsonl", gold(doc="tides"))
    with pytest.raises(InputError, match="'tides' is no document of the index, or the name of several"):
        read_cases(path, store)


# --- written and read again ---


def test_a_case_survives_being_written(tmp_path: Path) -> None:
    full = case(
        "a",
        ("vell", 3, "h\u00e4rbour"),
        question="Why \u2013 and when?",
        history=(Message(role="user", content="Hm?"),),
        answers=("x", ""),
        key_facts=(("1", "one"), ("two",)),
        gold_rule="all",
        gold_docs=("vell",),
        relevant={"b": 2, "a": 0},
        wrong=("no",),
        kind="number",
        origin="generated",
    )
    full = replace(full, gold=(replace(full.gold[0], answer="x"),))
    bare = case("b", answerable=False)
    for one in (full, bare):
        assert load_case(json.loads(json.dumps(dump_case(one)))) == one
    assert list(load_case(dump_case(full)).relevant) == ["b", "a"]
    assert dump_case(bare) == {
        "id": "b",
        "kind": "question",
        "question": "What of b?",
        "answerable": False,
        "gold_rule": "any",
        "origin": "hand",
    }


def test_a_written_case_can_be_read_with_its_documents(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "one.jsonl", gold(), known(relevant={"horn": 1}))
    cases, _ = read_cases(path, store)
    again, _ = read_cases(write(tmp_path / "two.jsonl", *map(dump_case, cases)), store)
    assert again == cases


# --- what counts as right ---


def test_words_overlap_that_share_a_character_of_one_document() -> None:
    span = Span(doc_id="vell", start=10, end=20)
    ends = [(0, 10), (0, 11), (19, 30), (20, 30)]
    assert [overlaps(span, Span(doc_id="vell", start=a, end=b)) for a, b in ends] == [
        False,
        True,
        True,
        False,
    ]
    assert not overlaps(span, Span(doc_id="horn", start=10, end=20))


def test_the_most_exact_mark_decides_what_is_right() -> None:
    marks: dict[str, Any] = {
        "gold_docs": ("horn",),
        "answers": ("forty minutes",),
        "key_facts": (("1904", "that year"), ("ferry",)),
    }
    said = answer(("vell", 35, "The ferry takes forty minutes."))
    spans = case("a", ("vell", 60, "minutes"), **marks)
    assert right(spans, said)
    assert not right(replace(spans, gold=(replace(spans.gold[0], doc_id="horn"),)), said)
    assert not right(replace(spans, gold=()), said)  # of another document
    assert right(replace(spans, gold=(), gold_docs=()), said)
    facts = replace(spans, gold=(), gold_docs=(), answers=())
    assert not right(facts, said)
    assert right(facts, answer(("vell", 35, "The ferry takes forty minutes."), ("vell", 0, "That year.")))
    assert not right(case("b", answerable=False), said)
