"""A run folder: what is written is read back, an interrupted run goes on, another run is refused."""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from runs import answer, case, passage, row, withheld

from assistant.core.errors import InputError
from assistant.core.types import Message
from eval.run.folder import OPINIONS, ROWS, RunFolder, append_label, load_run
from eval.run.types import Case, Label, Measure, Mutant, Opinion, Ranked, Row

ABOUT = {
    "fingerprint": "f1",
    "fingerprint_of": {"seed": 7, "pipeline": "own"},
    "judges": ["reader"],
    "seed": 7,
}
VELL = ("vell", 10, "opened in 1904")
CASES = [
    case("one", VELL, history=(Message(role="user", content="Hello?"),), key_facts=(("1904", "in 1904"),)),
    case("two", answerable=False),
    case("three", VELL),
]


def rows() -> list[Row]:
    found = answer(
        VELL, passages=(passage("vell", 0, "The harbour opened in 1904."),), withheld=(withheld("It sank."),)
    )
    ranked = Ranked(chunk_id="vell:0-27", doc_id="vell", start=0, end=27, score=0.25)
    return [
        row(CASES[0], found, relevant={"vell:0-27": 1}, ranking=[ranked]),
        row(CASES[1], answer()),
        Row(case=CASES[2], answer=None, error="The question is too long."),
    ]


def written(path: Path, cases: list[Case], given: list[Row]) -> RunFolder:
    folder = RunFolder(path)
    assert folder.begin(ABOUT, cases) == (ABOUT, [])
    for item in given:
        folder.append(item)
    return folder


def test_a_finished_run_is_read_back_as_it_was(tmp_path: Path) -> None:
    folder = written(tmp_path / "run", CASES, rows())
    opinion = Opinion(
        case_id="one", claim=0, judge="reader", citations=(1,), verdict="supported", score=0.9, raw="Yes\n"
    )
    mutant = Mutant(case_id="one", claim=0, kind="untouched", text="a", quote="b", refused=False)
    measure = Measure(
        name="right", label="right", group="answers", value=0.5, low=0.1, high=0.9, count=3, better="higher"
    )
    folder.write_records(OPINIONS, [opinion])
    folder.write_records("mutants.jsonl", [mutant])
    folder.write_records("measures.jsonl", [measure])
    folder.note({**ABOUT, "status": "finished"})
    found = load_run(tmp_path / "run")
    assert list(found.rows) == rows()
    assert (found.opinions, found.mutants, found.measures) == ((opinion,), (mutant,), (measure,))


def test_the_last_label_of_a_claim_counts(tmp_path: Path) -> None:
    folder = written(tmp_path, CASES, rows())
    folder.note({**ABOUT, "status": "finished"})
    for verdict in ("supported", "unsupported"):
        append_label(tmp_path, Label(case_id="one", claim=0, verdict=verdict))
    assert [item.verdict for item in load_run(tmp_path).labels] == ["unsupported"]


def test_an_interrupted_run_goes_on_and_a_torn_line_is_asked_again(tmp_path: Path) -> None:
    written(tmp_path, CASES, rows()[:2])
    with (tmp_path / ROWS).open("a", encoding="utf-8") as out:
        out.write('{"id": "three", "answer": {"quest')
    with pytest.raises(InputError, match="was interrupted"):
        load_run(tmp_path)
    about, found = RunFolder(tmp_path).begin({**ABOUT, "started": "later"}, CASES)
    assert (about, found) == (ABOUT, rows()[:2])
    RunFolder(tmp_path).append(rows()[2])
    assert len((tmp_path / ROWS).read_text(encoding="utf-8").split("\n")) == 4


def test_a_line_cut_within_a_letter_and_a_failed_row_are_asked_again(tmp_path: Path) -> None:
    folder = written(tmp_path, CASES, [rows()[0], rows()[2]])
    with (tmp_path / ROWS).open("ab") as out:
        out.write('{"id": "two", "answer": "é'.encode()[:-1])
    assert RunFolder(tmp_path).begin(ABOUT, CASES) == (ABOUT, rows()[:1])
    with (tmp_path / OPINIONS).open("ab") as out:
        out.write(b'{"case_id": "o')
    opinion = Opinion(case_id="one", claim=0, judge="reader", citations=(1,), verdict="supported", score=0.9)
    folder.keep_opinion(opinion, ())
    assert folder.opinions() == (opinion,)


def test_a_run_without_a_row_for_each_case_is_not_measured(tmp_path: Path) -> None:
    written(tmp_path, CASES, rows()[:2]).note({**ABOUT, "status": "finished"})
    with pytest.raises(InputError, match="does not have one row for each case"):
        load_run(tmp_path)


def test_labels_are_put_aside_and_a_damaged_run_json_gives_way_to_a_fresh_run(tmp_path: Path) -> None:
    folder = written(tmp_path, CASES, rows())
    append_label(tmp_path, Label(case_id="one", claim=0, verdict="supported", note="caf\udce9"))
    (tmp_path / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"run\.json cannot be read"):
        folder.begin(ABOUT, CASES)
    assert folder.begin(ABOUT, CASES, afresh=True) == (ABOUT, [])
    (kept,) = tmp_path.glob("*-labels.jsonl")
    assert '"case_id": "one"' in kept.read_text(encoding="utf-8")


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        RunFolder(tmp_path / "file" / "run").begin(ABOUT, CASES)


def test_a_damaged_line_in_the_middle_is_no_torn_one(tmp_path: Path) -> None:
    folder = written(tmp_path, CASES, [])
    (tmp_path / ROWS).write_text('{"id":\n' + json.dumps({"id": "one"}) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"rows\.jsonl, line 1, is damaged"):
        folder.begin(ABOUT, CASES)


def test_another_run_or_another_folder_is_left_alone(tmp_path: Path) -> None:
    written(tmp_path / "run", CASES, rows())
    other = {**ABOUT, "fingerprint": "f2", "fingerprint_of": {"seed": 8, "pipeline": "own"}}
    with pytest.raises(
        InputError, match="holds a run with seed 7, and now it is 8: give --out another folder"
    ):
        RunFolder(tmp_path / "run").begin(other, CASES)
    assert RunFolder(tmp_path / "run").begin(other, CASES, afresh=True) == (other, [])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("all of it")
    with pytest.raises(InputError, match="holds something that is no run"):
        RunFolder(tmp_path / "mine").begin(ABOUT, CASES, afresh=True)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "all of it"
    with pytest.raises(InputError, match=r"is no run folder \(it has no run.json\)"):
        load_run(tmp_path / "mine")


def test_opinions_are_kept_as_they_come(tmp_path: Path) -> None:
    folder = written(tmp_path, CASES, rows())
    first, second = (
        Opinion(case_id="one", claim=n, judge="reader", citations=(1,), verdict="supported", score=0.9)
        for n in range(2)
    )
    folder.keep_opinion(first, ())
    folder.keep_opinion(first, (first,))
    folder.keep_opinion(second, (first,))
    assert folder.opinions() == (first, second)


class Killed(BaseException):
    pass


@pytest.mark.parametrize("afresh", [False, True])
def test_a_run_killed_at_any_moment_of_its_beginning_can_be_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, afresh: bool
) -> None:
    moments, real = 0, Path.replace
    for moment in range(1, 9):
        path, left = tmp_path / str(moment), moment
        if afresh:
            written(path, CASES[:1], rows()[:1]).note({**ABOUT, "fingerprint": "f0"})

        def replace(self: Path, target: Path) -> Path:
            nonlocal left, moments
            left -= 1
            if left == 1:
                moments += 1
                raise Killed  # its .part file stays
            found = real(self, target)
            if left == 0:
                moments += 1
                raise Killed
            return found

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", replace)
            with suppress(Killed):
                RunFolder(path).begin(ABOUT, CASES, afresh=afresh)
        folder = RunFolder(path)
        assert folder.begin(ABOUT, CASES, afresh=afresh) == (ABOUT, [])
        for item in rows():
            folder.append(item)
        folder.note({**ABOUT, "status": "finished"})
        assert [item.case.id for item in load_run(path).rows] == ["one", "two", "three"]
    assert moments == 3


def test_a_users_own_cases_are_no_run_that_was_begun(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text('{"id": "mine"}\n')
    with pytest.raises(InputError, match="holds something that is no run"):
        RunFolder(tmp_path).begin(ABOUT, CASES)
    assert (tmp_path / "cases.jsonl").read_text() == '{"id": "mine"}\n'


FULL = """
import resource, signal, sys
from pathlib import Path
from eval.run.folder import add

path = Path(sys.argv[1])
add(path, "kept\\n")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (8, 8))
try:
    add(path, "too long for what is left\\n")
except OSError:
    sys.exit(7)
"""


def test_a_line_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    path = tmp_path / "lines.jsonl"
    assert subprocess.run([sys.executable, "-c", FULL, str(path)]).returncode == 7
    assert path.read_text(encoding="utf-8") == "kept\n"
