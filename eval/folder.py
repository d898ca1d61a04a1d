"""Keep a run on disk: rows as they come, so that an interrupted run goes on where it stopped.

run.json        what was run: settings, versions, hashes, seed, machine
cases.jsonl     the cases as they were read
rows.jsonl      one answer a line, by the answer contract, in the order of the cases
opinions.jsonl  what the judges say of each claim
mutants.jsonl   what became of claims broken on purpose
labels.jsonl    a person's verdicts, where there are any
measures.jsonl  every figure with its interval
report.html, summary.md, junit.xml
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.errors import InputError
from assistant.types import Answer, jsonable
from eval.cases import dump_case, load_case
from eval.types import Case, Label, Measure, Mutant, Opinion, Row, Run

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Record = TypeVar("Record", Opinion, Mutant, Label, Measure)
ABOUT, CASES, ROWS = "run.json", "cases.jsonl", "rows.jsonl"
OPINIONS, MUTANTS, LABELS, MEASURES = "opinions.jsonl", "mutants.jsonl", "labels.jsonl", "measures.jsonl"


class RunFolder:
    """A run folder that is being written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(
        self, about: Mapping[str, Any], cases: Iterable[Case], *, afresh: bool = False
    ) -> tuple[dict[str, Any], list[Row]]:
        """Start the run, or go on with it; return run.json and the rows that are there already.

        A folder of the same fingerprint is gone on with, unless `afresh`. Raises InputError for a folder of
        another run, or one that holds something else.
        """
        cases = list(cases)
        known = self._about()
        if known is None or afresh:
            if known is None and self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
                raise InputError(f"{self.path} holds something that is no run: give --out another folder.")
            self.path.mkdir(parents=True, exist_ok=True)
            for name in (ROWS, OPINIONS, MUTANTS, LABELS, MEASURES):
                (self.path / name).unlink(missing_ok=True)
            write(self.path / CASES, "".join(line(dump_case(case)) for case in cases))
            self.note(about)
            return dict(about), []
        if known.get("fingerprint") != about["fingerprint"]:
            raise InputError(
                f"{self.path} holds a run with {difference(known, about)}: give --out another folder, or --afresh to replace it."
            )
        rows = read_rows(self.path, cases, torn=True)
        write(self.path / ROWS, "".join(line(row_body(row)) for row in rows))  # without a torn last line
        return known, rows

    def note(self, about: Mapping[str, Any]) -> None:
        """Write run.json."""
        write(self.path / ABOUT, json.dumps(about, indent=1, ensure_ascii=False) + "\n")

    def append(self, row: Row) -> None:
        """Add a row at once."""
        with (self.path / ROWS).open("a", encoding="utf-8", newline="\n") as out:
            out.write(line(row_body(row)))
            out.flush()
            os.fsync(out.fileno())

    def opinions(self) -> tuple[Opinion, ...]:
        """Return the opinions that are there already."""
        return _records(self.path / OPINIONS, Opinion, torn=True)

    def keep_opinion(self, opinion: Opinion, known: Iterable[Opinion]) -> None:
        """Add an opinion at once, unless it is one of those known."""
        if opinion not in known:
            with (self.path / OPINIONS).open("a", encoding="utf-8", newline="\n") as out:
                out.write(line(asdict(opinion)))

    def write_records(self, name: str, records: Iterable[Opinion | Mutant]) -> None:
        """Write opinions.jsonl or mutants.jsonl anew."""
        write(self.path / name, "".join(line(asdict(item)) for item in records))

    def write_measures(self, measures: Iterable[Measure]) -> None:
        """Write measures.jsonl."""
        write(self.path / MEASURES, "".join(line(asdict(item)) for item in measures))

    def _about(self) -> dict[str, Any] | None:
        return read_about(self.path) if (self.path / ABOUT).exists() else None


def difference(known: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Name the first setting in which two runs differ, with both values."""
    before, now = known.get("fingerprint_of") or {}, about["fingerprint_of"]
    for name in now:
        if before.get(name) != now[name]:
            return f"{name} {before.get(name)!r}, and now it is {now[name]!r}"
    return "other settings"


def append_label(path: Path, label: Label) -> None:
    """Add a person's verdict at once; a later one on the same claim goes before an earlier one."""
    with (path / LABELS).open("a", encoding="utf-8", newline="\n") as out:
        out.write(line(asdict(label)))
        out.flush()
        os.fsync(out.fileno())


def load_run(path: Path) -> Run:
    """Load a run folder. Raises InputError for a folder that is no run, is not finished, or is damaged."""
    about = read_about(path)
    if about.get("status") != "finished":
        raise InputError(
            f"{path} is a run that was interrupted: run the same `bpo-kpo eval run` again to go on."
        )
    cases = [load_case(body) for body in _objects(path / CASES)]
    labels = {(item.case_id, item.claim): item for item in _records(path / LABELS, Label)}
    measures = _records(path / MEASURES, Measure)
    return Run(
        about=about,
        rows=read_rows(path, cases),
        opinions=_records(path / OPINIONS, Opinion),
        mutants=_records(path / MUTANTS, Mutant),
        labels=tuple(labels.values()),
        measures=measures,
    )


def read_about(path: Path) -> dict[str, Any]:
    """Return run.json of a folder. Raises InputError where there is none, or it is damaged."""
    try:
        body = json.loads((path / ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{path} is no run folder (it has no {ABOUT}): give one that `eval run` made."
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path / ABOUT} cannot be read ({error}): run `eval run` anew.") from None
    if not isinstance(body, dict):
        raise InputError(f"{path / ABOUT} is no JSON object: run `eval run` anew.")
    return body


def read_rows(path: Path, cases: Iterable[Case], *, torn: bool = False) -> list[Row]:
    """Return the rows of a run, in the order of the file; with `torn` a last line that was cut off is dropped."""
    known = {case.id: case for case in cases}
    found = []
    for body in _objects(path / ROWS, torn=torn):
        case = known.get(str(body.get("id")))
        if case is None:
            raise InputError(
                f"{path / ROWS} has a row {body.get('id')!r} that is none of the cases: run it afresh."
            )
        found.append(read_row(body, case))
    return found


def row_body(row: Row) -> dict[str, Any]:
    """Return a row as plain JSON types, without its case but for the id."""
    return {
        "id": row.case.id,
        "answer": row.answer.to_dict() if row.answer else None,
        "ranking": [asdict(item) for item in row.ranking],
        "relevant": dict(row.relevant),
        "by_document": row.by_document,
        "error": row.error,
    }


def read_row(body: Mapping[str, Any], case: Case) -> Row:
    """Read back what `row_body` wrote."""
    given = {name: value for name, value in body.items() if name not in ("id", "answer")}
    answer = Answer.from_dict(body["answer"]) if body.get("answer") else None
    return _rows().validate_python({**given, "answer": answer, "case": case})


def line(body: Any) -> str:
    """Return one line of JSON."""
    return json.dumps(jsonable(body), ensure_ascii=False) + "\n"


def write(path: Path, text: str) -> None:
    """Write a file so that it is seen whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="\n") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


def _objects(path: Path, *, torn: bool = False) -> list[dict[str, Any]]:
    """Read JSON lines. Raises InputError for a damaged line, unless it is the last and may be torn."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    found = []
    for number, text in enumerate(lines, 1):
        if text.strip():
            try:
                found.append(json.loads(text))
            except ValueError:
                if torn and number == len(lines):
                    break
                raise InputError(f"{path}, line {number}, is damaged: run `eval run --afresh`.") from None
    return found


@lru_cache
def _rows() -> "TypeAdapter[Row]":
    from pydantic import TypeAdapter

    return TypeAdapter(Row)


def _records(path: Path, kind: type[Record], *, torn: bool = False) -> tuple[Record, ...]:
    from pydantic import TypeAdapter

    adapter: TypeAdapter[Record] = TypeAdapter(kind)
    return tuple(adapter.validate_python(body) for body in _objects(path, torn=torn))
