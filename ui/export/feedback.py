"""Keep what readers say of answers, one JSON line each, and turn it into evaluation cases."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from filelock import FileLock

from assistant.core.errors import InputError
from assistant.core.plain import jsonable
from assistant.core.types import Answer, Citation, Message
from eval.run.folder import add
from ui.export.history import SavedTurn, now
from ui.page.ask.state import Turn

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FILE = "feedback.jsonl"
MAX_NOTE = 1000  # characters
LOCK_S = 10  # seconds to wait for another writer
Said = Literal["up", "down", "wrong", "taken back"]


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """What a reader said of an answer: thumbs up or down, or that a citation is wrong; or that it is taken back.

    `citation` is its number, None for a thumb. `history` holds the turns before the question. A note is foreign text.
    """

    conversation: str
    position: int  # of the turn, from 0
    answer: Answer
    said: Said
    citation: int | None = None
    note: str = ""
    history: tuple[Message, ...] = ()
    time: str = ""  # UTC, ISO 8601; set when it is kept

    @property
    def about(self) -> tuple[str, int, int | None]:
        """Name what it is about; what is said last of the same counts."""
        return (self.conversation, self.position, self.citation)


def append(folder: Path, feedback: Feedback) -> None:
    """Keep one row in the folder's file, whole or not at all, whoever else writes.

    Raises InputError for a note that is too long and where the file cannot be written.
    """
    if len(feedback.note) > MAX_NOTE:
        raise InputError(
            f"The note has {len(feedback.note)} characters: needed are at most {MAX_NOTE}; shorten it."
        )
    row = jsonable(asdict(feedback)) | {"answer": feedback.answer.to_dict(), "time": feedback.time or now()}
    line = json.dumps(row) + "\n"
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{FILE}.lock", timeout=LOCK_S):
            add(path, line)
    except OSError as error:
        reason = error.strerror or "another process holds it"
        raise InputError(f"{path} cannot be written ({reason}): the feedback was not kept.") from None


def read(folder: Path) -> list[Feedback]:
    """Return every row of the folder's file, oldest first; [] without a file. An unfinished last line is left out.

    Raises InputError that names the first line of another form.
    """
    path = folder / FILE
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from None
    rows = []
    for number, line in enumerate(raw.split(b"\n")[:-1], 1):
        try:
            body = json.loads(line)
            rows.append(_rows().validate_python({**body, "answer": Answer.from_dict(body["answer"])}))
        except (ValueError, TypeError, KeyError, RecursionError):
            raise InputError(
                f"{path} line {number} is no feedback: remove the line, or move the file away."
            ) from None
    return rows


def in_force(rows: Iterable[Feedback]) -> list[Feedback]:
    """Return what counts: the last row about the same, in the order first said, without what was taken back."""
    last: dict[tuple[str, int, int | None], Feedback] = {}
    for row in rows:
        last[row.about] = row
    return [row for row in last.values() if row.said != "taken back"]


def as_cases(rows: Iterable[Feedback]) -> list[dict[str, Any]]:
    """Return an evaluation case for each answer that feedback is about, in the form that `eval.cases.read` reads.

    Thumbs up: what was cited is right; a decline is. A wrong citation: the others are right. "review" is True where
    a person must first say what is right: after thumbs down, and where no citation is left.
    """
    answers: dict[tuple[str, int], list[Feedback]] = {}
    for row in in_force(rows):
        answers.setdefault((row.conversation, row.position), []).append(row)
    return [_case(of) for of in answers.values()]


def summary(rows: Iterable[Feedback]) -> str:
    """Count in one line what readers said, as far as it counts."""
    kept = in_force(rows)
    answers = len({(row.conversation, row.position) for row in kept})
    said = Counter(row.said for row in kept)
    heads = f"Feedback on {answers} {'answer' if answers == 1 else 'answers'}"
    wrong = f"{said['wrong']} {'citation' if said['wrong'] == 1 else 'citations'} called wrong"
    return f"{heads}: {said['up']} up, {said['down']} down, {wrong}."


def write_cases(rows: Iterable[Feedback], path: Path) -> list[str]:
    """Write the cases to a file, those to review to one beside it; return lines that say so.

    Raises InputError where a file cannot be written.
    """
    cases = as_cases(rows)
    parts = {path: [case for case in cases if "review" not in case]}
    parts[path.with_name(f"{path.stem}.review{path.suffix}")] = [case for case in cases if "review" in case]
    lines = []
    for (file, some), what in zip(parts.items(), ("ready to run", "to review: add gold spans"), strict=True):
        text = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in some)
        try:
            file.write_bytes(text.encode("utf-8", "replace"))  # a note may hold half a character
        except OSError as error:
            raise InputError(
                f"{file} cannot be written ({error.strerror}): give --cases another file."
            ) from None
        lines.append(f"{file}: {len(some)} {'case' if len(some) == 1 else 'cases'} {what}.")
    return lines


def history_before(turns: Sequence[SavedTurn], position: int) -> tuple[Message, ...]:
    """Return the turns before a position as the messages the question was asked with."""
    return tuple(
        message for turn in turns[:position] if not turn.error for message in Turn.restored(turn).messages()
    )


def _case(rows: Sequence[Feedback]) -> dict[str, Any]:
    """Return the case of all that counts of one answer."""
    last = rows[-1]
    answer = last.answer
    said = {row.said for row in rows}
    wrong = {row.citation for row in rows if row.said == "wrong"}
    gold = [] if "down" in said else [item for item in answer.citations if item.n not in wrong]
    declined = answer.status == "declined"
    case: dict[str, Any] = {
        "id": f"feedback-{last.conversation}-{last.position}",
        "kind": "feedback",
        "question": answer.question,
        "history": [{"role": turn.role, "content": turn.content} for turn in last.history],
        "answerable": not (declined and "up" in said),
        "gold": _spans(gold),
        "said": [_said(row) for row in rows],
    }
    return case if case["gold"] or not case["answerable"] else case | {"review": True}


def _spans(citations: Sequence[Citation]) -> list[dict[str, Any]]:
    places = {(item.doc_id, item.start, item.end): item.quote for item in citations}
    return [{"doc": doc, "start": a, "end": b, "text": text} for (doc, a, b), text in places.items()]


def _said(row: Feedback) -> dict[str, Any]:
    """Return what a reader said, with the words of a citation called wrong."""
    body: Mapping[str, Any] = {"said": row.said, "note": row.note, "time": row.time, "citation": row.citation}
    quote = next((item.quote for item in row.answer.citations if item.n == row.citation), None)
    return {key: value for key, value in (*body.items(), ("quote", quote)) if value not in (None, "")}


@lru_cache(maxsize=1)
def _rows() -> "TypeAdapter[Feedback]":
    from pydantic import TypeAdapter

    return TypeAdapter(Feedback)
