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
import time
from collections.abc import Container, Iterable, Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.core.errors import InputError
from assistant.core.files import replace_text
from assistant.core.plain import jsonable
from assistant.core.types import Answer
from eval.cases.read import dump_case, load_case
from eval.run.types import Case, Label, Measure, Mutant, Opinion, Row, Run

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
        held = (self.path / ABOUT).exists()
        asked = "".join(line(dump_case(case)) for case in cases)
        known = read_about(self.path) if held and not afresh else None
        if known is None:
            self._clear(held, asked)
            self.note(about)  # first: a run that is killed here goes on like any other
            write(self.path / CASES, asked)
            return dict(about), []
        if known.get("fingerprint") != about["fingerprint"]:
            raise InputError(
                f"{self.path} holds a run with {difference(known, about)}: give --out another folder, or --afresh to replace it."
            )
        write(self.path / CASES, asked)
        rows = {row.case.id: row for row in read_rows(self.path, cases, torn=True) if row.error is None}
        self.write_rows(rows.values())
        return known, list(rows.values())

    def _clear(self, held: bool, asked: str) -> None:
        """Make room for a run; labels are put aside, never thrown away. Raises InputError for another folder's content."""
        if not held and self.path.exists() and not self._only_begun(asked):
            raise InputError(f"{self.path} holds something that is no run: give --out another folder.")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"{self.path} cannot be made ({error.strerror}): give --out another folder."
            ) from None
        if (self.path / LABELS).exists():
            (self.path / LABELS).replace(self.path / f"{time.time_ns()}-{LABELS}")
        for name in (ROWS, OPINIONS, MUTANTS, MEASURES):
            (self.path / name).unlink(missing_ok=True)

    def _only_begun(self, asked: str) -> bool:
        """Tell whether the folder holds nothing but what a run leaves that was killed as it began."""
        if not self.path.is_dir():
            return False
        for path in self.path.iterdir():
            same = path.name == CASES and path.read_bytes() == asked.encode("utf-8", errors="replace")
            if not same and path.name not in (f"{ABOUT}.part", f"{CASES}.part"):
                return False
        return True

    def write_rows(self, rows: Iterable[Row]) -> None:
        """Write rows.jsonl anew."""
        write(self.path / ROWS, "".join(line(row_body(row)) for row in rows))

    def note(self, about: Mapping[str, Any]) -> None:
        """Write run.json."""
        write(self.path / ABOUT, json.dumps(about, indent=1, ensure_ascii=False) + "\n")

    def append(self, row: Row) -> None:
        """Add a row at once."""
        add(self.path / ROWS, line(row_body(row)))

    def opinions(self) -> tuple[Opinion, ...]:
        """Return the opinions that are there already."""
        return _records(self.path / OPINIONS, Opinion, torn=True)

    def keep_opinion(self, opinion: Opinion, known: Container[Opinion]) -> None:
        """Add an opinion at once, unless it is one of those known."""
        if opinion not in known:
            add(self.path / OPINIONS, line(asdict(opinion)))

    def write_records(self, name: str, records: Iterable[Opinion | Mutant | Measure]) -> None:
        """Write opinions.jsonl, mutants.jsonl or measures.jsonl anew."""
        write(self.path / name, "".join(line(asdict(item)) for item in records))


def find_run(place: str | Path, data_dir: Path) -> Path:
    """Return a run folder, given by its path or by its name among the runs of the data folder."""
    path = Path(place)
    named = data_dir / "runs" / path
    return named if not path.exists() and named.exists() else path


def difference(known: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Name the first setting in which two runs differ, with both values."""
    before, now = known.get("fingerprint_of") or {}, about["fingerprint_of"]
    for name in now:
        if before.get(name) != now[name] and name in ("cases", "ids"):
            return "other cases (--cases, --ids, --sample)"
        if before.get(name) != now[name]:
            return f"{name} {before.get(name)!r}, and now it is {now[name]!r}"
    return "other settings"


def append_label(path: Path, label: Label) -> None:
    """Add a person's verdict at once; a later one on the same claim goes before an earlier one."""
    add(path / LABELS, line(asdict(label)))


def load_run(path: Path) -> Run:
    """Load a run folder. Raises InputError for a folder that is no run, is not finished, or is damaged."""
    about = read_about(path)
    if about.get("status") != "finished":
        raise InputError(
            f"{path} is a run that was interrupted: run the same `bpo-kpo eval run` again to go on."
        )
    cases = [load_case(body) for body in _objects(path / CASES)]
    labels = {(item.case_id, item.claim): item for item in _records(path / LABELS, Label, torn=True)}
    measures = _records(path / MEASURES, Measure)
    rows = read_rows(path, cases)
    if sorted(row.case.id for row in rows) != sorted(case.id for case in cases):
        raise InputError(
            f"{path / ROWS} does not have one row for each case: run `eval run` again to ask the others."
        )
    return Run(
        about=about,
        rows=rows,
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
    except (OSError, ValueError, RecursionError) as error:
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
        "id": row.case.id, "answer": row.answer.to_dict() if row.answer else None,
        "ranking": [asdict(item) for item in row.ranking], "relevant": dict(row.relevant),
        "by_document": row.by_document, "error": row.error,
    }  # fmt: skip


def read_row(body: Mapping[str, Any], case: Case) -> Row:
    """Read back what `row_body` wrote."""
    given = {name: value for name, value in body.items() if name not in ("id", "answer")}
    answer = Answer.from_dict(body["answer"]) if body.get("answer") else None
    return _rows().validate_python({**given, "answer": answer, "case": case})


def line(body: Any) -> str:
    """Return one line of JSON."""
    return json.dumps(jsonable(body), ensure_ascii=False) + "\n"


def write(path: Path, text: str) -> None:
    """Write a file so that it is seen whole or not at all. Raises InputError where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, text, newline="\n", errors="replace")
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}): give another place.") from None


def add(path: Path, text: str) -> None:
    """Add a line to a file at once, whole or not at all; a last line that was cut off before gives way."""
    left = text.encode("utf-8", errors="replace")
    with path.open("ab+", buffering=0) as out:
        whole = out.seek(0, os.SEEK_END)
        out.seek(max(whole - 1, 0))
        if whole and out.read(1) != b"\n":
            out.seek(0)
            whole = out.truncate(out.read().rfind(b"\n") + 1)
        try:
            while left:
                left = left[out.write(left) :]
            os.fsync(out.fileno())
        except OSError:
            out.truncate(whole)
            raise


@lru_cache
def _rows() -> "TypeAdapter[Row]":
    from pydantic import TypeAdapter

    return TypeAdapter(Row)


def _records(path: Path, kind: type[Record], *, torn: bool = False) -> tuple[Record, ...]:
    from pydantic import TypeAdapter

    adapter: TypeAdapter[Record] = TypeAdapter(kind)
    try:
        return tuple(adapter.validate_python(body) for body in _objects(path, torn=torn))
    except ValueError as error:
        raise InputError(f"{path} is damaged ({str(error).splitlines()[0]}): mend or remove it.") from None


def _objects(path: Path, *, torn: bool = False) -> list[dict[str, Any]]:
    """Read JSON lines. Raises InputError for a damaged line; a last line that was cut off is left out with `torn`."""
    if not path.exists():
        return []
    data = path.read_bytes()
    if torn:
        data = data[: data.rfind(b"\n") + 1]
    found = []
    for number, text in enumerate(data.split(b"\n"), 1):
        if text.strip():
            try:
                body = json.loads(text.decode("utf-8"))
            except (ValueError, RecursionError):
                body = None
            if not isinstance(body, dict):
                raise InputError(
                    f"{path}, line {number}, is damaged: mend or remove it, then run `eval run` again."
                )
            found.append(body)
    return found
