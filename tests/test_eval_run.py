"""The harness as its user runs it: a folder of articles, a file of cases, real embedder, reader and checker."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from patience import LONG_S

from assistant.core.errors import InputError, ModelError
from assistant.core.settings import Settings, load_settings
from eval.run.folder import load_run
from eval.run.harness import Plan, renew, run
from ui.cli.parse import main

ARTICLES = {
    "vell.md": """# The harbour of Vell

The harbour of Vell opened in 1904. It was built by Ida Strand for the herring fleet. The pier is 310 metres long.

## Ferries

The ferry from Vell to Horn takes forty minutes. It sails six times a day in summer and twice a day in winter.
""",
    "horn.md": """# The lighthouse of Horn

The lighthouse of Horn was lit for the first time in 1887. Its lamp can be seen from a distance of 18 nautical miles.
The keepers left the lighthouse in 1969, when the lamp became automatic.
""",
}


def gold(doc: str, text: str) -> dict[str, Any]:
    return {"doc": doc, "text": text}


CASES = [
    {
        "id": "open", "kind": "number", "question": "When did the harbour of Vell open?", "answerable": True,
        "answers": ["1904"], "key_facts": [["1904"]], "gold": [gold("vell", "The harbour of Vell opened in 1904.")],
    },
    {
        "id": "ferry", "kind": "number", "question": "How long does the ferry from Vell to Horn take?", "answerable": True,
        "answers": ["forty minutes"], "key_facts": [["forty minutes"]],
        "gold": [gold("vell", "The ferry from Vell to Horn takes forty minutes.")],
    },
    {
        "id": "keepers", "kind": "number", "question": "When did the keepers leave the lighthouse of Horn?", "answerable": True,
        "answers": ["1969"], "key_facts": [["1969"]],
        "gold": [gold("horn", "The keepers left the lighthouse in 1969, when the lamp became automatic.")],
    },
    {"id": "off", "kind": "off_topic", "question": "What is the boiling point of mercury?", "answerable": False},
]  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, a folder of articles, and a file of cases with their offsets."""
    root = tmp_path_factory.mktemp("eval")
    (root / "articles").mkdir()
    for name, text in ARTICLES.items():
        (root / "articles" / name).write_text(text, encoding="utf-8")
    (root / "cases.jsonl").write_text("".join(json.dumps(item) + "\n" for item in CASES), encoding="utf-8")
    assert main(command(root, "locate", str(root / "cases.jsonl"), "--corpus", str(root / "articles"))) == 0
    return root


@pytest.fixture(scope="module")
def first(place: Path) -> Path:
    """A finished run."""
    return run(plan(place, "first"), settings(place), silent)[0]


def command(root: Path, *words: str) -> list[str]:
    return ["eval", words[0], "--data-dir", str(root / "data"), *words[1:]]


def settings(root: Path, **values: Any) -> Settings:
    return load_settings(**{"data_dir": root / "data", "model": "none", **values})


def plan(root: Path, out: str, **values: Any) -> Plan:
    given = {"cases": root / "cases.jsonl", "corpus": str(root / "articles"), "out": root / out, **values}
    return Plan(**given)


def silent(what: str, done: int, total: int) -> None:
    """Show no progress."""


def timeless(path: Path) -> list[str]:
    """Return the rows of a run without their times."""
    text = (path / "rows.jsonl").read_text(encoding="utf-8")
    return [re.sub(r'"timings_s": \{[^}]*\}', "", line) for line in text.split("\n")]


def test_a_run_holds_answers_measures_and_report(first: Path) -> None:
    found = load_run(first)
    assert [row.case.id for row in found.rows] == ["open", "ferry", "keepers", "off"]
    assert [bool(row.answer and row.answer.claims) for row in found.rows] == [True, True, True, False]
    assert "1904" in found.rows[0].answer.text  # type: ignore[union-attr]
    values = {item.name: (item.value, item.count) for item in found.measures}
    assert values["right"] == (1.0, 4)  # the correct abstention among them
    assert values["key_fact_recall"] == (1.0, 3)
    assert values["exact"][0] == 1.0
    assert values["ndcg@10"] == (1.0, 3)
    assert (first / "report.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    assert "testsuite" in (first / "junit.xml").read_text(encoding="utf-8")
    about = json.loads((first / "run.json").read_text(encoding="utf-8"))
    assert (about["status"], about["judges"], about["seed"]) == ("finished", ["reader"], 7)
    assert about["settings"]["model"] == "none"
    assert str(first.parent) not in json.dumps(about)  # a report can be handed on


def test_the_judge_is_not_the_checker_and_broken_claims_are_refused(first: Path) -> None:
    found = load_run(first)
    assert {item.judge for item in found.opinions} == {"reader"}
    kinds = {item.kind for item in found.mutants}
    assert {"untouched", "wrong citation", "quote altered"} <= kinds
    assert not any(item.refused for item in found.mutants if item.kind == "untouched")
    assert all(item.refused for item in found.mutants if item.kind in ("wrong citation", "quote altered"))


def test_two_runs_give_the_same_rows_and_figures_apart_from_times(place: Path, first: Path) -> None:
    second, _ = run(plan(place, "second"), settings(place), silent)
    assert timeless(second) == timeless(first)
    for name in ("cases.jsonl", "opinions.jsonl", "mutants.jsonl"):
        assert (second / name).read_bytes() == (first / name).read_bytes()
    figures = [[item for item in load_run(path).measures if item.group != "time"] for path in (first, second)]
    assert figures[0] == figures[1]


def test_an_interrupted_run_goes_on_where_it_stopped(place: Path, first: Path) -> None:
    asked: list[int] = []

    def stop(what: str, done: int, total: int) -> None:
        if what == "asking":
            asked.append(done)
            if done == 2 and len(asked) == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(plan(place, "third"), settings(place), stop)
    assert len((place / "third" / "rows.jsonl").read_text(encoding="utf-8").split("\n")) == 3
    path, _ = run(plan(place, "third"), settings(place), stop)
    assert asked == [1, 2, 3, 4]
    assert timeless(path) == timeless(first)


def test_another_judge_joins_the_first_and_none_is_none(place: Path, first: Path) -> None:
    path, found = run(plan(place, "judged"), settings(place), silent)
    before = found.opinions
    told = plan(place, "judged", judges=("llm:scripted:Verdict: supported",))
    path, found = run(told, settings(place), silent)
    assert json.loads((path / "run.json").read_text(encoding="utf-8"))["judges"] == ["reader", *told.judges]
    assert [item for item in found.opinions if item.judge == "reader"] == list(before)
    values = {item.name: item.value for item in found.measures}
    assert values["groundedness[llm:scripted:Verdict: supported]"] == 1.0
    assert values["groundedness[reader]"] == 1.0
    _, found = run(plan(place, "unjudged", judges=("none",)), settings(place), silent)
    assert found.opinions == ()


def test_a_model_that_never_answers_is_a_failed_case_and_asked_again(place: Path) -> None:
    broken = settings(
        place, model="openai:m", base_url="http://127.0.0.1:9/v1?key=sk-1", model_timeout_s=LONG_S
    )
    path, found = run(plan(place, "broken", ids=("open", "off")), broken, silent)
    values = {item.name: item.value for item in found.measures}
    assert values["failed"] == 2.0  # for the other it is asked for other searches
    assert "cannot be reached" in (found.rows[0].error or "")
    assert "sk-1" not in "".join(item.read_text(encoding="utf-8") for item in path.iterdir())
    asked: list[int] = []
    run(
        plan(place, "broken", ids=("open", "off")),
        broken,
        lambda what, done, total: asked.append(done) if what == "asking" else None,
    )
    assert asked == [1, 2]


def test_another_seed_does_not_go_into_the_same_folder(place: Path, first: Path) -> None:
    with pytest.raises(InputError, match="seed 7, and now it is 8"):
        run(plan(place, "first", seed=8), settings(place), silent)


def test_the_plain_chain_is_measured_the_same_way(place: Path) -> None:
    chosen = settings(place, model="scripted:The harbour of Vell opened in 1850.")
    _, found = run(plan(place, "plain", pipeline="plain"), chosen, silent)
    values = {item.name: item.value for item in found.measures}
    assert values["right"] == 0.0  # it declines nothing and knows nothing
    assert values["groundedness[reader]"] == 0.0
    assert {item.citations for item in found.opinions} == {()}


def test_nothing_starts_with_a_bad_case_or_a_missing_model(place: Path) -> None:
    lines = [
        *CASES[:1],
        {**CASES[1], "gold": [{"doc": "vell", "start": 0, "end": 3, "text": "Vel"}]},
        {"id": "x"},
    ]
    (place / "bad.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with pytest.raises(
        InputError, match=r"bad\.jsonl has 3 lines that cannot be used.*line 1.*line 2.*line 3"
    ):
        run(plan(place, "bad", cases=place / "bad.jsonl"), settings(place), silent)
    with pytest.raises(ModelError, match="nosuch"):
        run(plan(place, "bad"), settings(place, model="nosuch:model"), silent)
    assert not (place / "bad").exists()


def test_a_sample_and_ids_choose_the_cases(place: Path) -> None:
    _, found = run(plan(place, "ids", ids=("off", "open")), settings(place), silent)
    assert [row.case.id for row in found.rows] == ["open", "off"]
    _, found = run(plan(place, "sample", count=2), settings(place), silent)
    assert len(found.rows) == 2


def test_the_commands_compare_gate_export_and_label(
    place: Path, first: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(plan(place, "again"), settings(place), silent)
    assert (
        main(command(place, "compare", str(first), str(place / "again"), "--out", str(place / "c.html"))) == 0
    )
    assert "4 cases came out the same." in capsys.readouterr().out
    assert (place / "c.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    thresholds = place / "thresholds.json"
    thresholds.write_text(json.dumps({"right": {"min": 0.9}}), encoding="utf-8")
    assert main(command(place, "gate", str(first), "--thresholds", str(thresholds))) == 0
    thresholds.write_text(
        json.dumps({"right": {"min": 0.9}, "key_fact_recall": {"max": 0.5}}), encoding="utf-8"
    )
    capsys.readouterr()
    assert main(command(place, "gate", str(first), "--thresholds", str(thresholds))) == 1
    printed = capsys.readouterr().out
    assert (
        "FAIL key_fact_recall is 1.000" in printed.replace("1.00 ", "1.000 ")
        or "FAIL key_fact_recall" in printed
    )
    assert "key_fact_recall" in (first / "junit.xml").read_text(encoding="utf-8")
    assert main(command(place, "report", str(first), "--export", "ragas")) == 0
    exported = [json.loads(line) for line in capsys.readouterr().out.split("\n") if line]
    assert exported[0]["user_input"] == "When did the harbour of Vell open?"
    monkeypatch.setattr("sys.stdin", io.StringIO("y\nq\n"))
    assert main(command(place, "label", str(place / "again"))) == 0
    assert [item.verdict for item in load_run(place / "again").labels] == ["supported"]
    told = (place / "again" / "report.html").read_text(encoding="utf-8")
    assert "1 of 1 answer answers its question, says a person" in told


def test_a_report_can_be_made_again(first: Path) -> None:
    before = (first / "report.html").read_bytes()
    renew(first, silent)
    assert (first / "report.html").read_bytes() == before


def test_cases_are_built_and_can_be_run(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = place / "built.jsonl"
    assert main(command(place, "build", "--corpus", str(place / "articles"), "--out", str(out))) == 0
    cases = [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n") if line]
    assert sum(case["answerable"] for case in cases) >= 3
    assert all(case["origin"] == "generated" for case in cases)
    assert main(command(place, "build", "--corpus", str(place / "articles"), "--out", str(out))) == 1
    assert "is there already" in capsys.readouterr().err
    _, found = run(plan(place, "built", cases=out), settings(place), silent)
    assert len(found.rows) == len(cases)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", "nowhere"], "nowhere is no run folder"),
        (["gate", "nowhere", "--thresholds", "t.json"], "nowhere is no run folder"),
        (["run", "--cases", "nowhere.jsonl"], "nowhere.jsonl"),
        (["locate", "nowhere.jsonl"], "nowhere.jsonl"),
        (["run", "--cases", "nowhere.jsonl", "--corpus", ".", "--index", "x"], "nowhere.jsonl"),
    ],
)
def test_mistakes_give_one_line(
    place: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(place, *words)) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
