"""Ingesting and evaluating from Python, as in a notebook: a folder of articles, real embedder, reader and checker."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.core.errors import InputError, SettingsError
from eval import Evaluation, build_cases, compare_runs, evaluate
from eval.api.html import html_table
from eval.run.types import Case
from ingest import IndexReport, ingest

VELL = """# The harbour of Vell

The harbour of Vell opened in 1904. It was built by Ida Strand for the herring fleet. The pier is 310 metres long.

## Ferries

The ferry from Vell to Horn takes forty minutes. It sails six times a day in summer and twice a day in winter.
"""
OPENED = "The harbour of Vell opened in 1904."
CASES: list[dict[str, Any]] = [
    {
        "id": "open",
        "kind": "number",
        "question": "When did the harbour of Vell open?",
        "answerable": True,
        "key_facts": [["1904"]],
        "gold": [{"doc": "vell", "text": OPENED}],
    },
    {"id": "off", "question": "What is the boiling point of <b>mercury</b>?", "answerable": False},
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("python")
    (root / "articles").mkdir()
    (root / "articles" / "vell.md").write_text(VELL, encoding="utf-8")
    ingest(root / "articles", **values(root))
    return root


@pytest.fixture(scope="module")
def first(place: Path) -> Evaluation:
    return evaluate(CASES, **values(place))


def values(root: Path, **more: Any) -> dict[str, Any]:
    return {"data_dir": root / "data", "index": "vell", "model": "none", "progress": False, **more}


def test_the_report_says_what_became_of_each_source(place: Path, tmp_path: Path) -> None:
    bad = tmp_path / "<i>bad.docx"
    bad.write_bytes(b"no document at all")
    report = ingest(place / "articles", str(tmp_path), **values(place))
    assert (report.unchanged, report.added, len(report.failed)) == (["vell"], [], 1)
    counts, failure = str(report).split("\n")
    assert counts == (
        "0 added, 1 unchanged, 0 updated, 0 removed, 1 failed. Index 'vell': 1 documents, 2 chunks."
    )
    assert failure.startswith("failed: ")
    assert "<i>bad.docx" in failure
    assert "&lt;i&gt;bad.docx" in report._repr_html_()
    assert "<i>" not in report._repr_html_()


def test_without_a_source_the_bundled_articles_are_indexed(tmp_path: Path) -> None:
    report = ingest(data_dir=tmp_path, embedder="hash", progress=False)
    assert (report.index, report.documents, report.failed) == ("default", 20, [])


@pytest.mark.parametrize(
    ("sources", "more", "said"),
    [
        ((["a", "b"],), {}, "give a path or an address; several as ingest(one, two)"),
        (("nowhere-at-all",), {}, "does not exist"),
        ((), {"indx": "x"}, "did you mean 'index'?"),
        ((), {"index": "a/b"}, "index is 'a/b'"),
    ],
)
def test_mistakes_in_ingesting_say_what_is_needed(
    sources: Any, more: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises((InputError, SettingsError)) as caught:
        ingest(*sources, **{"data_dir": tmp_path, "embedder": "hash", **more})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_cases_from_a_list_are_asked_and_their_gold_words_located(place: Path, first: Evaluation) -> None:
    assert first.path.parent == place / "data" / "runs"
    assert first.report.read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    span = first.rows[0].case.gold[0]
    assert (span.doc_id, span.text, span.end - span.start) == ("vell", OPENED, len(OPENED))
    told = first.to_dataframe().to_dict("records")
    assert [(row["id"], row["kind"], row["status"], row["right"], row["declined"]) for row in told] == [
        ("open", "number", "answered", True, False),
        ("off", "question", "declined", True, True),
    ]
    assert told[0]["text"] == "The harbour of Vell opened in 1904 [1]."
    assert told[0]["seconds"] > 0


def test_measures_are_a_table_with_intervals(first: Evaluation) -> None:
    frame = first.measures
    assert list(frame.columns) == ["group", "name", "value", "low", "high", "n"]
    figures = frame.set_index("name")
    assert tuple(figures.loc["right", ["group", "value", "n"]]) == ("answers", 1.0, 2)
    assert tuple(figures.loc["abstain_recall", ["value", "n"]]) == (1.0, 1)
    assert figures["value"].isna()["withheld_rate"]  # nothing was drafted
    assert figures["low"]["right"] == pytest.approx(0.342, abs=0.001)  # Wilson, 2 of 2


def test_a_run_shows_its_main_figures_and_no_path_above_its_folder(place: Path, first: Evaluation) -> None:
    html = first._repr_html_()
    assert "<li>1 of 1 answerable questions answered rightly (0 wrong, 0 declined without need)</li>" in html
    assert '<th scope="row">Right</th><td>1.00</td><td>[0.34, 1.00]</td><td>2</td>' in html
    assert f"<code>{first.path.name}/report.html</code>" in html
    assert str(place) not in html
    assert repr(first) == f"<Evaluation {first.path.name}: 2 cases>"
    assert str(first).endswith(f"Report: {first.report}")


def test_an_evaluation_goes_on_with_the_run_that_is_there(place: Path, first: Evaluation) -> None:
    again = evaluate(CASES, **values(place))
    assert again.path == first.path
    assert again.run.about["started"] == first.run.about["started"]
    afresh = evaluate(CASES, afresh=True, out=place / "afresh", judges="none", **values(place))
    assert afresh.path == place / "afresh"
    assert afresh.run.opinions == ()


def test_two_runs_are_compared_by_folder_name_or_evaluation(place: Path, first: Evaluation) -> None:
    strict = evaluate(CASES, min_evidence=1.0, min_unsure=1.0, out=place / "strict", **values(place))
    told = compare_runs(first, place / "strict", data_dir=place / "data")
    assert [tuple(row) for row in told.changes()[["id", "sort"]].to_numpy()] == [("open", "worse")]
    figures = told.to_dataframe().set_index("name")
    assert tuple(figures.loc["right", ["a", "b", "difference", "n"]]) == (1.0, 0.5, -0.5, 2)
    html = told._repr_html_()
    assert f"A, before: {first.path.name}. B, now: strict." in html
    assert '<th scope="row">Right</th><td>1.000</td><td>0.500</td>' in html
    assert str(told) == str(compare_runs(first.path.name, strict, data_dir=place / "data"))
    assert str(place) not in html + str(told)


def test_cases_are_made_written_and_asked(place: Path, tmp_path: Path) -> None:
    made = build_cases(out=tmp_path / "cases.jsonl", **values(place))
    assert {case.question for case in made.cases} >= {"When did the harbour of Vell open?"}
    assert str(made).startswith(f"{len(made)} cases made: ")
    assert list(made.to_dataframe()["question"]) == [case.question for case in made.cases]
    assert [row.case for row in evaluate(tmp_path / "cases.jsonl", **values(place)).rows] == [*made.cases]
    assert [row.case for row in evaluate(made.cases, **values(place)).rows] == [*made.cases]
    with pytest.raises(InputError, match="is there already: give another name"):
        build_cases(out=tmp_path / "cases.jsonl", **values(place))


@pytest.mark.parametrize(
    ("cases", "more", "said"),
    [
        ("nowhere.jsonl", {}, "nowhere.jsonl does not exist"),
        ([], {}, "holds no case"),
        (["When?"], {}, "A case is 'When?': give a mapping with 'question' and 'answerable', or a Case."),
        ([{"question": "When?"}], {}, "'question' or 'answerable' is missing"),
        ([{"question": {1, 2}, "answerable": True}], {}, "A case is not JSON"),
        (
            [{**CASES[0], "gold": [{"doc": "vell", "text": "in 1905"}]}],
            {},
            "'in 1905' stands nowhere in 'vell'",
        ),
        (CASES, {"pipeline": "fast"}, "pipeline is 'fast': give one of own, plain."),
        (CASES, {"judges": "crowd"}, "crowd"),
        (CASES, {"judges": None}, "judges is None: give a name, or a list of names."),
        (CASES, {"count": "3"}, "count is '3': give a whole number from 1."),
        (CASES, {"out": 5}, "out is 5: give a path."),
        (None, {}, "The cases are of type NoneType: give a file, a folder or a list of cases."),
        (CASES[0], {}, "The cases are of type dict: give a file, a folder or a list of cases."),
        (CASES, {"out": Path(__file__).parent}, "holds something that is no run: give `out` another folder."),
        (CASES, {"corpus": "articles"}, "give the folder to index, or the index to ask"),
        (CASES, {"modle": "none"}, "did you mean 'model'?"),
    ],
)
def test_mistakes_in_evaluating_say_what_is_needed(
    cases: Any, more: dict[str, Any], said: str, place: Path
) -> None:
    with pytest.raises((InputError, SettingsError)) as caught:
        evaluate(cases, **values(place, **more))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_mistakes_in_making_and_comparing_say_what_is_needed(place: Path) -> None:
    with pytest.raises(InputError, match="^limit is 'x': give a whole number from 1"):
        build_cases(limit="x", **values(place))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="^A run is None: give a path"):
        compare_runs(None, None, data_dir=place / "data")  # type: ignore[arg-type]


def test_a_generator_of_cases_is_asked_as_a_list_is(place: Path, first: Evaluation) -> None:
    again = evaluate((case for case in CASES), **values(place))
    assert (again.path, len(again.rows)) == (first.path, 2)


def test_a_case_may_be_a_case(place: Path) -> None:
    case = Case(
        id="open", question="When did the harbour of Vell open?", answerable=True, key_facts=(("1904",),)
    )
    assert [row.case for row in evaluate([case], **values(place)).rows] == [case]


def test_foreign_text_is_escaped_in_tables() -> None:
    assert html_table(("<a>",), [("<b>", "&")]) == (
        '<table><thead><tr><th scope="col">&lt;a&gt;</th></tr></thead><tbody>'
        '<tr><th scope="row">&lt;b&gt;</th><td>&amp;</td></tr></tbody></table>'
    )
    report = IndexReport(index="mine", failed=[("x", "<script>alert(1)</script>")])
    assert "<script" not in report._repr_html_()


def test_the_packages_load_nothing_heavy_and_their_names_are_functions() -> None:
    code = (
        "import sys, ingest, eval as harness\n"
        "import ingest.index, eval.api.evaluation, eval.api.runs_compared, eval.api.cases_made, eval.compare, eval.cases.build\n"
        "from ingest import ingest as bring\n"
        "from eval import build_cases, compare_runs, evaluate\n"
        "assert all(map(callable, (bring, build_cases, compare_runs, evaluate)))\n"
        "heavy = {'torch', 'sentence_transformers', 'openvino', 'pandas', 'chromadb', 'streamlit'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.stdout.strip(), result.stderr) == ("[]", "")
