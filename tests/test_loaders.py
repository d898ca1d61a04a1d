"""Cases from our folders, qa folders, SQuAD files and BEIR folders, with the documents they bring."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers import settings_in

from assistant.core.errors import InputError
from assistant.core.settings import BUNDLED_CORPUS
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from eval.cases.loaders import Source, find_source
from eval.cases.loaders.made import safe_name
from eval.cases.loaders.place import in_stored
from eval.run.corpus import index_for
from eval.run.types import Case, Span
from ingest.index import build_index
from ingest.loaders.plain.text import visible


def store_of(folder: Path, documents: Sequence[Path]) -> Store:
    """Index folders, all of whose files must be readable."""
    settings = settings_in(folder / "data")
    embedder = load_embedder(settings)
    report = build_index(settings, embedder, [str(path) for path in documents])
    assert not report.failed
    return Store.open(settings, embedder)


def loaded(source: Source, folder: Path) -> tuple[Store, list[Case]]:
    store = store_of(folder, source.documents)
    cases, sha256 = source.cases(store)
    assert len(sha256) == 64
    for span in (span for case in cases for span in case.gold):
        assert store.document(span.doc_id).text[span.start : span.end] == span.text
    return store, cases


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def lines(*records: Mapping[str, Any]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


# --- our own ---

KNOWN = {"question": "When?", "answerable": True, "answers": ["1904"]}


def test_a_file_of_lines_brings_no_documents(tmp_path: Path) -> None:
    source = find_source(put(tmp_path / "mine.jsonl", lines(KNOWN)), tmp_path)
    assert (source.kind, source.documents, source.whole) == ("cases", (), False)
    assert source.path == tmp_path / "mine.jsonl"


def test_cases_none_of_which_is_answerable_can_be_evaluated(tmp_path: Path) -> None:
    put(tmp_path / "docs" / "vell.txt", "The harbour of Vell.")
    put(tmp_path / "cases.jsonl", lines({"question": "Why?", "answerable": False}))
    _, cases = loaded(find_source(tmp_path, tmp_path / "scratch"), tmp_path)
    assert [case.answerable for case in cases] == [False]


def test_our_folder_brings_documents_beside_the_corpus(tmp_path: Path) -> None:
    put(tmp_path / "docs" / "vell.md", "---\ntitle: Vell\n---\n# Vell\n\nIt *opened* in 1904.\n")
    gold = {"doc": "vell", "start": 6, "end": 24, "text": "It opened in 1904."}
    put(tmp_path / "cases.jsonl", lines({"question": "When?", "answerable": True, "gold": [gold]}))
    source = find_source(tmp_path, tmp_path / "scratch")
    assert (source.kind, source.documents, source.whole) == ("cases", (tmp_path / "docs",), False)
    _, cases = loaded(source, tmp_path)
    assert (cases[0].gold[0].doc_id, cases[0].origin) == ("vell", "hand")


def test_the_name_of_a_bundled_set_gives_way_to_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "golden" / "cases.jsonl", lines(KNOWN))
    assert find_source(Path("golden"), tmp_path).path == tmp_path / "golden" / "cases.jsonl"


def test_the_bundled_cases_are_asked_of_the_bundled_articles_whatever_the_default_index_holds(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path / "data")
    put(tmp_path / "mine" / "vell.md", "The harbour of Vell opened in 1904.")
    build_index(settings, load_embedder(settings), [str(tmp_path / "mine")])
    for name in ("golden", "everyday"):
        index, sources = index_for(find_source(Path(name), tmp_path), settings, None, chosen=False)
        assert index.startswith("eval-") and str(BUNDLED_CORPUS) in sources
        assert str(tmp_path / "mine") not in sources


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("absent", "", "absent does not exist: give a file of JSON lines, a SQuAD file, or a folder with"),
        ("list.json", "[{}]", "list.json is one JSON list: write one JSON object a line, or the SQuAD form"),
        ("data.json", '{"data": {}}', "data.json has no list of articles in 'data': needed are"),
        ("folder/x.txt", "x", "folder holds no cases that are known: give a file of JSON lines"),
        ("folder/questions.jsonl", "{}", "folder holds no cases that are known"),
    ],
)
def test_what_is_none_of_these_is_one_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    if text:
        put(tmp_path / name, text)
    with pytest.raises(InputError) as caught:
        find_source(tmp_path / name.split("/")[0], tmp_path / "scratch")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


# --- qa folders: offsets count in the files ---

TABLE = "| Ferry | Fare |\n|---|---|\n| Horn | six crowns |\n| Vell | two crowns |\n"
VELL = (
    f"---\ntitle: Vell\n---\nIt o\u00adpened\x07in 1904. It has 5 piers.\n\n{TABLE}\nIt opened late. No 5.\n"
)


def span(name: str, words: str, written: str, nth: int = 0) -> dict[str, Any]:
    start = -1
    for _ in range(nth + 1):
        start = written.index(words, start + 1)
    return {"doc": name, "start": start, "end": start + len(words), "text": words}


def test_offsets_of_a_file_become_those_of_the_stored_text(tmp_path: Path) -> None:
    put(tmp_path / "docs" / "Vell_\u00d8.txt", VELL)
    name = "Vell_\u00d8"
    golds = [
        span(name, "o\u00adpened\x07in 1904", VELL),
        span(name, "5", VELL, nth=1),
        span(name, "six crowns", VELL),
        span(name, "It opened late.", VELL),
    ]
    asked = [{**KNOWN, "id": n, "gold": [gold], "kind": "span"} for n, gold in enumerate(golds)]
    put(tmp_path / "questions.jsonl", lines(*asked))
    source = find_source(tmp_path, tmp_path / "scratch")
    assert (source.kind, source.documents, source.whole) == ("qa", (tmp_path / "docs",), True)
    store, cases = loaded(source, tmp_path)
    stored = store.document("vell-\u00f8").text
    assert stored.startswith("It opened in 1904. It has 5 piers.")
    assert [case.gold[0].text for case in cases] == ["opened in 1904", "5", "six crowns", "It opened late."]
    assert cases[0].gold[0].start == 3
    assert cases[1].gold[0].start == stored.rindex("5")
    assert {case.origin for case in cases} == {"public"}


def test_words_that_are_stored_otherwise_are_reported(tmp_path: Path) -> None:
    put(tmp_path / "docs" / "vell.txt", VELL)
    across = {**KNOWN, "gold": [span("vell", "Horn | six", VELL)]}
    wrong = {**KNOWN, "gold": [{**span("vell", "1904", VELL), "start": 0, "end": 4}]}
    put(tmp_path / "questions.jsonl", lines(KNOWN, across, wrong))
    source = find_source(tmp_path, tmp_path / "scratch")
    with pytest.raises(InputError) as caught:
        loaded(source, tmp_path)
    said = str(caught.value)
    assert "has 2 lines that cannot be used" in said
    assert "line 2: the gold text 'Horn | six' of 'vell' is stored otherwise than it is written" in said
    at = VELL.index("1904")
    assert (
        f"line 3: 'vell' does not have the gold text from 0 to 4 in its file: it stands at {at}-{at + 4}"
        in said
    )


def test_of_equal_words_the_ones_between_the_same_neighbours_are_meant() -> None:
    written = "\u200bA 5 here.\nA 5 there.\nA 5 here."
    stored = "A 5 here.\nA 5 there.\nA 5 here."
    found = in_stored(Span(doc_id="x", start=24, end=25, text="5"), written, stored)
    assert (found.start, found.text) == (23, "5")
    with pytest.raises(InputError, match="stored otherwise"):
        in_stored(Span(doc_id="x", start=1, end=2, text="\u200b"), "x\u200b", "x")
    with pytest.raises(InputError, match="stored otherwise"):  # the one that is stored is the other
        in_stored(Span(doc_id="x", start=3, end=4, text="5"), "x| 5 |y and 5", "xy and 5")


def test_a_document_of_another_format_is_cited_by_its_stored_text(tmp_path: Path) -> None:
    put(tmp_path / "docs" / "horn.md", "# Horn\n\nAn *island*.\n")
    gold = {"doc": "horn", "start": 9, "end": 15, "text": "island"}
    put(tmp_path / "questions.jsonl", lines({**KNOWN, "gold": [gold]}))
    _, cases = loaded(find_source(tmp_path, tmp_path / "scratch"), tmp_path)
    assert cases[0].gold[0].text == "island"


# --- SQuAD ---


def squad(*articles: Mapping[str, Any]) -> str:
    return json.dumps({"version": "v2.0", "data": articles})


def question(case_id: str, text: str, *answers: tuple[str, int], **values: Any) -> dict[str, Any]:
    found = [{"text": words, "answer_start": start} for words, start in answers]
    return {"id": case_id, "question": text, "answers": found, **values}


FIRST = "Zürich's “old” pier was built in 1904\r\nby Ida Strøm."
SECOND = "---\nThe ferry 🚢 takes forty minutes."
ARTICLES = [
    {
        "title": "Pier: the/old \u202eone",
        "paragraphs": [
            {
                "context": FIRST,
                "qas": [
                    question("q1", "Who built it?", ("Ida Strøm", 42), ("Ida Strøm", 42), ("by Ida Strøm", 39)),
                    question("q2", "Who burnt it?", is_impossible=True)
                    | {"plausible_answers": [{"text": "Ida Strøm", "answer_start": 42}]},
                ],
            },
            {"context": SECOND, "qas": [question("q3", "How long?", ("forty minutes", 22), is_impossible=False)]},
        ],
    },
    {
        "title": "pier: the/old one",
        "paragraphs": [{"context": "It is wet.", "qas": [question("q4", "What?", ("wet", 6))]}],
    },
]  # fmt: skip


def test_a_squad_file_becomes_articles_and_cases(tmp_path: Path) -> None:
    path = put(tmp_path / "dev.json", squad(*ARTICLES))
    source = find_source(path, tmp_path / "scratch")
    assert (source.kind, source.whole, len(source.documents)) == ("squad", True, 1)
    store, cases = loaded(source, tmp_path)
    assert [case.id for case in cases] == ["q1", "q2", "q3", "q4"]
    first, second, third, fourth = cases
    assert (first.answers, first.kind, first.gold_rule, first.origin) == (
        ("Ida Strøm", "by Ida Strøm"), "span", "any", "public"
    )  # fmt: skip
    assert [(found.start, found.end) for found in first.gold] == [(42, 51), (39, 51)]
    assert first.gold_docs == (first.gold[0].doc_id,)
    assert (second.answerable, second.gold, second.answers, second.gold_docs) == (False, (), (), ())
    assert second.kind == "near_miss"
    # 52 characters, a blank line, 22 characters
    assert (third.gold[0].start, third.gold[0].end, third.gold[0].text) == (76, 89, "forty minutes")
    assert third.gold[0].doc_id == first.gold[0].doc_id != fourth.gold[0].doc_id
    assert {entry.title for entry in store.manifest.documents.values()} == {
        "Pier: the/old one",
        "pier: the/old one",
    }
    text = store.document(third.gold[0].doc_id).text
    assert text == FIRST.replace("\r", " ") + "\n\n" + SECOND


def test_documents_are_made_alike_each_time(tmp_path: Path) -> None:
    path = put(tmp_path / "dev.json", squad(*ARTICLES))
    folder = find_source(path, tmp_path / "scratch").documents[0]
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}
    put(folder / "left over.txt", "from an earlier version")
    assert find_source(path, tmp_path / "scratch").documents == (folder,)
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()} == before
    other = put(tmp_path / "other" / "dev.json", squad(ARTICLES[1]))
    assert find_source(other, tmp_path / "scratch").documents != (folder,)
    assert {name.isascii() and "/" not in name for name in before} == {True}


def test_squad_1_needs_no_mark_for_what_is_answerable(tmp_path: Path) -> None:
    body = {
        "data": [{"paragraphs": [{"context": "It is wet.", "qas": [question("7", "What?", ("wet", 6))]}]}]
    }
    _, cases = loaded(find_source(put(tmp_path / "dev.json", json.dumps(body)), tmp_path / "s"), tmp_path)
    assert (cases[0].id, cases[0].answers, cases[0].gold[0].doc_id[:9]) == ("7", ("wet",), "article-1")


def test_every_bad_question_of_a_squad_file_is_told_before_anything_is_made(tmp_path: Path) -> None:
    bad = [
        question("a", "Off by one?", ("wet", 5)),
        question("b", "Not there?", ("dry", 6)),
        question("c", "Before it?", ("t", -2)),
        question("d", "None?"),
        question("e", " ", ("wet", 6)),
        {"question": "No id?", "answers": [{"text": "wet", "answer_start": 6}]},
        question("g", "Fine?", ("wet", 6)),
        question("g", "Twice?", ("wet", 6)),
        "no question",
    ]
    article = {"title": "Rain", "paragraphs": [{"context": "It is wet.", "qas": bad}]}
    path = put(tmp_path / "bad.json", squad(article, {"title": "x"}))
    with pytest.raises(InputError) as caught:
        find_source(path, tmp_path / "scratch")
    said = str(caught.value)
    assert "bad.json has 9 questions that cannot be used" in said
    assert "question 'Off by one?': the answer 'wet' is not at 5 of its paragraph: it stands at 6;" in said
    assert "question 'Not there?': the answer 'dry' is not at 6 of its paragraph: it is not in it;" in said
    assert "question 'Before it?': the answer 't' is not at -2" in said
    assert "question 'None?': it has no answer, and 'is_impossible' is not true;" in said
    assert said.endswith("question ' ': it has no words; and 4 more.")
    assert not (tmp_path / "scratch").exists()


# --- BEIR ---

CORPUS: list[dict[str, Any]] = [
    {"_id": "MED/10 \u00e4", "title": "Ferries: \u201cfast\u201d", "text": "Ferries  cross\nthe sound."},
    {"_id": "med-10", "title": "", "text": "The harbour of Vell opened in 1904."},
    {"_id": 7, "title": "Only a title", "text": ""},
    {"_id": "MED-10", "title": "", "text": "--- | ---"},
    {"_id": "con", "text": "# Piers"},
    {"_id": "../../up", "title": "---", "text": "Piers rot."},
]
QUERIES: list[dict[str, Any]] = [
    {"_id": "q2", "text": "how fast are ferries"},
    {"_id": 1, "text": "when did vell open"},
    {"_id": "of another part", "text": "not judged"},
]


def beir(folder: Path, *judged: str, corpus: Sequence[Mapping[str, Any]] = CORPUS) -> Path:
    put(folder / "corpus.jsonl", lines(*corpus))
    put(folder / "queries.jsonl", lines(*QUERIES))
    put(folder / "qrels" / "test.tsv", "\n".join(["query-id\tcorpus-id\tscore", *judged]) + "\n")
    return folder


def test_a_beir_folder_becomes_documents_and_retrieval_cases(tmp_path: Path) -> None:
    judged = [
        "1\tmed-10\t1\r",
        "1\t7\t3",
        "q2\tMED/10 \u00e4\t2",
        "q2\tcon\t0",
        "1\tMED-10\t1",
        "q2\t../../up\t1",
    ]
    source = find_source(beir(tmp_path / "set", *judged), tmp_path / "scratch")
    assert (source.kind, source.whole) == ("beir", True)
    files = sorted(path.name for path in source.documents[0].rglob("*"))
    assert len(files) == 5  # all but the one that has no words
    assert {"med-10.txt", "7.txt"} < set(files)
    store, cases = loaded(source, tmp_path)
    texts = {key: store.document(key).text for key in store.manifest.documents}
    titles = {entry.title for entry in store.manifest.documents.values()}
    assert {"Piers", "Piers rot.", "Only a title", "Ferries cross the sound."} < set(texts.values())
    assert titles == {"Ferries: \u201cfast\u201d", "Passage", "Only a title", "---"}
    first, second = cases
    assert (first.id, first.kind, first.answerable, first.gold) == ("q2", "retrieval", True, ())
    assert {texts[key]: grade for key, grade in first.relevant.items()} == {
        "Ferries cross the sound.": 2,
        "Piers rot.": 1,
    }
    assert second.id == "1"
    assert (second.relevant["med-10"], second.relevant["7"], len(second.relevant)) == (1, 3, 3)
    assert len(set(second.relevant) - set(texts)) == 1  # it counts as never found


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        (
            ["1 med-10 1"],
            "test.tsv has 1 line that cannot be used, so nothing was changed: line 2: it has 1 fields",
        ),
        (["1\tmed-10\thigh"], "line 2: its score 'high' is no whole number"),
        (["9\tmed-10\t1"], "line 2: queries.jsonl has no query '9'"),
        (["1\tmed-11\t1"], "line 2: corpus.jsonl has no document 'med-11'"),
        (["1\tmed-10\t0"], "test.tsv has no judgement above 0: give at least one"),
    ],
)
def test_a_bad_judgement_is_told(tmp_path: Path, judged: list[str], said: str) -> None:
    with pytest.raises(InputError) as caught:
        find_source(beir(tmp_path / "set", *judged), tmp_path / "scratch")
    assert said in str(caught.value)


def test_bad_documents_and_missing_judgements_are_told(tmp_path: Path) -> None:
    twice = [CORPUS[1], CORPUS[1], {"_id": "", "text": "x"}, {"_id": "a", "text": None}]
    with pytest.raises(InputError) as caught:
        find_source(beir(tmp_path / "set", "1\tmed-10\t1", corpus=twice), tmp_path / "scratch")
    said = str(caught.value)
    assert "corpus.jsonl has 3 lines that cannot be used" in said
    assert (
        "line 2: its '_id' 'med-10' is that of an earlier line too; line 3: '_id' is missing; line 4: "
        in said
    )
    (tmp_path / "set" / "qrels" / "test.tsv").unlink()
    with pytest.raises(InputError, match="has no judgements: needed is qrels.tsv or qrels/test.tsv"):
        find_source(tmp_path / "set", tmp_path / "scratch")


def test_relevant_documents_must_be_in_the_index(tmp_path: Path) -> None:
    source = find_source(beir(tmp_path / "set", "1\tmed-10\t1", "1\t7\t1"), tmp_path / "scratch")
    put(tmp_path / "mine" / "7.txt", "Seven.")
    with pytest.raises(InputError, match="has 1 document that cannot be used.*'med-10' is not in the index"):
        source.cases(store_of(tmp_path, [tmp_path / "mine"]))


# --- names of files ---


def test_file_names_are_safe_and_differ_where_ids_do() -> None:
    assert [safe_name(key) for key in ("4983", "med-10", "a" * 60)] == ["4983", "med-10", "a" * 60]
    odd = [
        "MED-10",
        "Med-10",
        "con",
        "com1",
        "a b",
        "a/b",
        "../a",
        "",
        "\u00e4",
        "a" * 61,
        "a--b",
        "-a",
        "a.txt",
        "\0",
    ]
    names = [safe_name(key) for key in odd]
    assert len({name.casefold() for name in names}) == len(odd)
    for name in names:
        assert name.isascii()
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert 12 < len(name) <= 60


# --- the public folders, where they are at hand ---

DATA = os.environ.get("BPO_KPO_TEST_DATA")


@pytest.mark.skipif(not DATA, reason="BPO_KPO_TEST_DATA names no folder")
@pytest.mark.parametrize("name", ["clapnq", "dragonball", "hotpotqa", "ramdocs", "squad2", "stici"])
def test_the_first_questions_of_a_public_folder_load(tmp_path: Path, name: str) -> None:
    folder = Path(DATA or "") / "qa" / name
    text = (folder / "questions.jsonl").read_text(encoding="utf-8")
    first = text.split("\n")[:50]
    put(tmp_path / "set" / "questions.jsonl", "\n".join(first))
    wanted = {gold["doc"] for line in first for gold in json.loads(line)["gold"]}
    wanted |= {doc for line in first for doc in json.loads(line)["gold_docs"]}
    for doc in wanted:
        put(
            tmp_path / "set" / "docs" / f"{doc}.txt",
            (folder / "docs" / f"{doc}.txt").read_text(encoding="utf-8"),
        )
    _, cases = loaded(find_source(tmp_path / "set", tmp_path / "scratch"), tmp_path)
    assert [case.id for case in cases] == [json.loads(line)["id"] for line in first]
    marked = [visible(gold["text"]) for line in first for gold in json.loads(line)["gold"]]
    assert [span.text for case in cases for span in case.gold] == marked
