"""The evidence threshold set from questions with known answers: the arithmetic, the file, the commands."""

import json
from pathlib import Path

import pytest
from helpers import settings_in

from assistant.core.errors import InputError
from assistant.index.store import Store
from assistant.index.thresholds import in_force, origin, read_calibration, thresholds_path
from assistant.models.embedder.load import load_embedder
from eval.cases.read import read_cases
from eval.metrics.base.risk import (
    Outcome,
    Point,
    area,
    clopper_pearson,
    enough,
    fitting,
    points,
    reached,
)
from ingest.index import build_index
from ui.cli.parse import main

ARTICLE = """The harbour of Vell opened in 1904. Its lighthouse is 31 metres high and was built by Ida Stroem.
The ferry to Horn takes forty minutes and carries cars. The fish market closes at noon on Saturdays.
The old customs house is now a museum of navigation. Visitors pay six crowns, children nothing.
"""
RIGHT = [
    ("When did the harbour of Vell open?", "opened in 1904"),
    ("Who built the lighthouse?", "built by Ida Stroem"),
    ("How long does the ferry to Horn take?", "takes forty minutes"),
    ("What is the old customs house now?", "a museum of navigation"),
]


def outcome(score: float, kind: str) -> Outcome:
    """Return an outcome: r(ight), w(rong), u(nanswerable but shown), d(eclined though answerable)."""
    return Outcome(score=score, answerable=kind != "u", shown=kind != "d", right=kind == "r")


FIVE = [outcome(0.9, "r"), outcome(0.8, "u"), outcome(0.7, "r"), outcome(0.6, "w"), outcome(0.5, "d")]


# --- the arithmetic ---


def test_points_count_what_is_shown_and_wrong() -> None:
    assert points(FIVE) == [
        Point(threshold=0.9, coverage=0.25, shown=1, wrong=0),
        Point(threshold=0.8, coverage=0.25, shown=2, wrong=1),
        Point(threshold=0.7, coverage=0.5, shown=3, wrong=1),
        Point(threshold=0.6, coverage=0.75, shown=4, wrong=2),
    ]
    assert [point.risk for point in points(FIVE)] == [0, 0.5, pytest.approx(1 / 3), 0.5]


def test_equal_scores_are_shown_together() -> None:
    assert points([outcome(0.5, "r"), outcome(0.5, "w")]) == [
        Point(threshold=0.5, coverage=1.0, shown=2, wrong=1)
    ]


def test_the_smallest_threshold_that_keeps_the_risk_comes_first() -> None:
    assert [point.threshold for point in fitting(FIVE, 0.4)] == [0.7, 0.9]
    assert [point.threshold for point in fitting(FIVE, 0.1)] == [0.9]
    assert fitting([outcome(0.9, "w")], 0.5) == []


def test_the_table_says_where_a_coverage_is_not_reached() -> None:
    table = [reached(points(FIVE), coverage) for coverage in (0.2, 0.5, 0.75, 0.8)]
    assert [point and point.threshold for point in table] == [0.9, 0.7, 0.6, None]


def test_area_is_the_mean_risk_over_answerable_questions() -> None:
    assert area(FIVE) == pytest.approx((0 + 1 / 3 + 1 / 2) / 3)
    assert area([outcome(0.9, "r"), outcome(0.8, "r")]) == 0


@pytest.mark.parametrize(
    ("wrong", "shown", "low", "high"),
    [(0, 10, 0.0, 0.3085), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0)],
)
def test_interval_is_the_exact_one(wrong: int, shown: int, low: float, high: float) -> None:
    assert clopper_pearson(wrong, shown) == pytest.approx((low, high), abs=1e-4)


def test_interval_of_nothing_is_everything_and_a_promise_takes_many_cases() -> None:
    assert clopper_pearson(0, 0) == (0.0, 1.0)
    assert enough(0.05) == 72
    assert clopper_pearson(0, 72)[1] <= 0.05 < clopper_pearson(0, 71)[1]


# --- cases ---


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one article, indexed by the real embedder."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "articles").mkdir()
    (folder / "articles" / "vell.txt").write_text(ARTICLE, encoding="utf-8")
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    build_index(settings, load_embedder(settings), [str(folder / "articles")])
    return folder


def span(words: str) -> dict[str, object]:
    start = ARTICLE.index(words)
    return {"doc": "vell.txt", "start": start, "end": start + len(words), "text": words}


def write_cases(path: Path, *records: object) -> Path:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def good_cases(path: Path) -> Path:
    """Four questions marked right, one whose gold lies elsewhere, one that the article does not answer."""
    right = [{"question": ask, "answerable": True, "gold": [span(words)]} for ask, words in RIGHT[:3]]
    by_words = {"question": RIGHT[3][0], "answerable": True, "answers": ["the museum of NAVIGATION"]}
    wrong = {"question": "What do visitors pay?", "answerable": True, "gold": [span("carries cars")]}
    near = {"question": "Who built the fish market?", "answerable": False}
    return write_cases(path, *right, by_words, wrong, near)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: it is not JSON"),
        ("[1]", "line 2: it is no JSON object"),
        ({"question": " ", "answerable": True}, "line 2: 'question' or 'answerable' is missing"),
        ({"question": "Why?", "answerable": "yes"}, "line 2: 'question' or 'answerable' is missing"),
        ({"question": "Why?", "answerable": True}, "line 2: it is answerable, but has neither 'gold' nor"),
        (
            {"question": "Why?", "answerable": True, "answers": "so"},
            "line 2: 'answers' is no list of texts",
        ),
        (
            {"question": "Why?", "answerable": True, "gold": [{"doc": "x", "start": 0, "end": 1}]},
            "line 2: 'x' is no document of the index",
        ),
        (
            {"question": "Why?", "answerable": True, "gold": [{**span("takes forty"), "text": "took"}]},
            "line 2: 'vell.txt' does not have the gold text from",
        ),
        ({"question": "Why?", "answerable": True, "gold": ["x"]}, "line 2: 'gold' is no list of {doc,"),
        (
            {"question": "Why?", "answerable": False, "history": [{"role": "boss", "content": ""}]},
            "line 2: 'history' is no list of {role, content}",
        ),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_read(
    folder: Path, tmp_path: Path, line: object, said: str
) -> None:
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    store = Store.open(settings, load_embedder(settings))
    path = write_cases(tmp_path / "cases.jsonl", {"question": "Is it?", "answerable": False}, line)
    with pytest.raises(InputError) as caught:
        read_cases(path, store)
    assert said in str(caught.value)
    assert "1 line that cannot be used, so nothing was changed" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_answerable_question_and_no_file_are_one_line(folder: Path, tmp_path: Path) -> None:
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    store = Store.open(settings, load_embedder(settings))
    path = write_cases(tmp_path / "cases.jsonl", {"question": "Is it?", "answerable": False})
    with pytest.raises(InputError, match="holds no answerable question"):
        read_cases(path, store)
    with pytest.raises(InputError, match="cannot be read"):
        read_cases(tmp_path / "nothing.jsonl", store)


# --- the commands ---


def run(folder: Path, *arguments: str) -> int:
    return main([*arguments, "--data-dir", str(folder)])


def test_calibrate_sets_the_threshold_that_ask_uses(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BPO_KPO_DTYPE", "float32")
    cases = good_cases(tmp_path / "cases.jsonl")
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    assert run(folder, "calibrate", "--cases", str(cases), "--risk", "0.05") == 0
    printed = capsys.readouterr().out
    assert "These cases are too few to promise a risk of 0.05" in printed
    stored = read_calibration(settings)
    assert stored is not None
    assert (stored.cases, stored.wrong, stored.risk) == (6, 0, 0.05)
    assert 1 <= stored.shown <= 4
    assert in_force(settings).min_evidence == stored.min_evidence
    assert in_force(settings_in(folder, min_evidence=0.2)).min_evidence == 0.2

    assert run(folder, "config", "--json") == 0
    values = json.loads(capsys.readouterr().out)
    assert values["min_evidence"] == stored.min_evidence
    assert values["min_evidence_from"].startswith("calibrated 2")

    asked = ["ask", "What do visitors pay?", "--model", "none", "--json"]
    assert run(folder, *asked) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "partial"
    assert run(folder, *asked, "--min-evidence", "0.01") == 0
    assert json.loads(capsys.readouterr().out)["status"] == "answered"

    assert run(folder, "calibrate", "--reset") == 0
    assert read_calibration(settings) is None
    assert origin(settings) == "the default"
    assert run(folder, "calibrate", "--reset") == 0
    assert "nothing to reset" in capsys.readouterr().out


def test_a_calibration_survives_a_new_ingest_and_says_that_the_index_changed(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BPO_KPO_DTYPE", "float32")
    cases = good_cases(tmp_path / "cases.jsonl")
    assert run(folder, "calibrate", "--cases", str(cases), "--risk", "0.9", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["cases"] == 6
    assert report["chosen"]["wrong"] == report["calibration"]["wrong"] >= 1
    assert [row["coverage"] for row in report["table"]] == [n / 10 for n in range(1, 11)]
    (tmp_path / "more.txt").write_text("The baths of Vell are heated by a spring.\n", encoding="utf-8")
    assert run(folder, "ingest", str(tmp_path / "more.txt")) == 0
    capsys.readouterr()
    assert run(folder, "doctor", "--model", "none") == 0
    line = next(line for line in capsys.readouterr().out.split("\n") if "evidence threshold" in line)
    assert "calibrated 2" in line
    assert line.endswith("for a risk of 0.9; the index has changed since")
    assert run(folder, "calibrate", "--reset") == 0


def test_no_threshold_for_the_risk_leaves_everything_as_it_was(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BPO_KPO_DTYPE", "float32")
    wrong = {"question": RIGHT[0][0], "answerable": True, "gold": [span("carries cars")]}
    cases = write_cases(tmp_path / "cases.jsonl", wrong)
    assert run(folder, "calibrate", "--cases", str(cases)) == 1
    assert "No threshold keeps the risk at 0.05: nothing was changed." in capsys.readouterr().out
    bad = write_cases(tmp_path / "bad.jsonl", "{")
    assert run(folder, "calibrate", "--cases", str(bad)) == 1
    assert "bad.jsonl has 1 line that cannot be used" in capsys.readouterr().err
    assert not thresholds_path(settings_in(folder)).exists()
    assert origin(settings_in(folder)) == "the default"


def test_a_damaged_file_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = thresholds_path(settings_in(folder))
    for text in ("{", "[]", '{"min_evidence": 2}'):
        path.write_text(text, encoding="utf-8")
        assert run(folder, "ask", "Who?", "--model", "none") == 1
        said = capsys.readouterr().err.strip()
        assert said.endswith("or remove it with `bpo-kpo calibrate --reset`.")
        assert "\n" not in said
    assert run(folder, "calibrate", "--reset") == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["calibrate"], "bpo-kpo calibrate: needed is either --cases FILE or --reset"),
        (
            ["calibrate", "--reset", "--cases", "x"],
            "bpo-kpo calibrate: needed is either --cases FILE or --reset",
        ),
        (["calibrate", "--cases", "x", "--risk", "5"], "--risk is 5: needed is a share between 0 and 1"),
    ],
)
def test_wrong_usage_says_what_is_needed(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err
