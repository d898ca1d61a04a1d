"""Keep conversations on disk, in one SQLite file of the data folder, so that they outlive page and program."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import InputError
from assistant.types import Answer

FILE = "conversations.sqlite"
SCHEMA = 1
TITLE_LENGTH = 80
_TABLES = """
CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, changed TEXT NOT NULL);
CREATE TABLE turns (
    conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    position INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT, error TEXT, words TEXT NOT NULL,
    PRIMARY KEY (conversation, position)
);
"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One conversation in the list."""

    id: str
    title: str
    changed: str  # UTC, ISO 8601
    turns: int


@dataclass(frozen=True, kw_only=True)
class SavedTurn:
    """A question and what came of it: an answer, an error in words, or neither where it was stopped early."""

    question: str
    answer: Answer | None
    error: str | None = None


class History:
    """The conversations of a data folder. Safe to share between threads and processes."""

    def __init__(self, folder: Path) -> None:
        """Open or create the file. Raises InputError where it is damaged or of a later version."""
        self.path = folder / FILE
        folder.mkdir(parents=True, exist_ok=True)
        with self._open() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                db.executescript(f"BEGIN IMMEDIATE;{_TABLES}PRAGMA user_version = {SCHEMA};COMMIT;")
            elif version != SCHEMA:
                raise InputError(
                    f"{self.path} was written by a later version (schema {version}): update the program, or move the file."
                )

    def begin(self, conversation: str, question: str) -> int:
        """Keep a question at the end of a conversation, a new one where there is none of that id; return its position."""
        with self._open() as db:
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET changed = excluded.changed",
                (conversation, title_of(question), now()),
            )
            row = db.execute(
                "INSERT INTO turns SELECT ?, coalesce(max(position) + 1, 0), ?, NULL, NULL, ? FROM turns "
                "WHERE conversation = ? RETURNING position",
                (conversation, question, question, conversation),
            ).fetchone()
        return int(row[0])

    def finish(self, conversation: str, position: int, turn: SavedTurn) -> None:
        """Keep what came of a question; nothing where the conversation has been deleted since."""
        answer = json.dumps(turn.answer.to_dict(), ensure_ascii=False) if turn.answer else None
        words = f"{turn.question}\n{turn.answer.text if turn.answer else ''}"
        with self._open() as db:
            db.execute(
                "UPDATE turns SET answer = ?, error = ?, words = ? WHERE conversation = ? AND position = ?",
                (answer, turn.error, words, conversation, position),
            )
            db.execute("UPDATE conversations SET changed = ? WHERE id = ?", (now(), conversation))

    def title(self, conversation: str) -> str | None:
        """Return the title of a conversation, None where there is none of that id."""
        with self._open() as db:
            row = db.execute("SELECT title FROM conversations WHERE id = ?", (conversation,)).fetchone()
        return row[0] if row else None

    def load(self, conversation: str) -> list[SavedTurn]:
        """Return the turns of a conversation in order; [] where there is none of that id."""
        with self._open() as db:
            rows = db.execute(
                "SELECT question, answer, error FROM turns WHERE conversation = ? ORDER BY position",
                (conversation,),
            ).fetchall()
        return [
            SavedTurn(question=question, answer=_read(answer), error=error)
            for question, answer, error in rows
        ]

    def entries(self, search: str = "") -> list[Entry]:
        """Return the conversations, last changed first; with `search` those whose words all hold it."""
        wanted = [f"%{_escaped(word)}%" for word in search.split()]
        said = "(c.title || char(10) || (SELECT group_concat(words, char(10)) FROM turns WHERE conversation = c.id))"
        where = " AND ".join([rf"{said} LIKE ? ESCAPE '\'" for _ in wanted]) or "1"
        with self._open() as db:
            rows = db.execute(
                "SELECT c.id, c.title, c.changed, (SELECT count(*) FROM turns WHERE conversation = c.id) "
                f"FROM conversations c WHERE {where} ORDER BY c.changed DESC, c.rowid DESC",
                wanted,
            ).fetchall()
        return [Entry(id=a, title=b, changed=c, turns=d) for a, b, c, d in rows]

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title. Raises InputError for an empty one."""
        if not title.strip():
            raise InputError("The title is empty: give the conversation a name.")
        with self._open() as db:
            db.execute("UPDATE conversations SET title = ? WHERE id = ?", (title_of(title), conversation))

    def delete(self, conversation: str) -> None:
        """Remove a conversation with all its turns."""
        with self._open() as db:
            db.execute("DELETE FROM conversations WHERE id = ?", (conversation,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose changes are kept together, or not at all."""
        try:
            with closing(sqlite3.connect(self.path, timeout=10)) as db:
                db.execute("PRAGMA foreign_keys = ON")
                with db:
                    yield db
        except sqlite3.DatabaseError as error:
            raise InputError(
                f"{self.path} cannot be used ({error}): move it away, and conversations start anew."
            ) from None


def new_id() -> str:
    """Return an id for a conversation that cannot be guessed from another."""
    return secrets.token_urlsafe(9)


def title_of(question: str) -> str:
    """Return a question, or a given title, as one short line."""
    words = " ".join(question.split())
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 2].rsplit(" ", 1)[0] + " …"


def now() -> str:
    """Return the time, UTC, to the microsecond, so that the order of changes is kept."""
    return datetime.now(UTC).isoformat()


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _read(answer: str | None) -> Answer | None:
    return Answer.from_dict(json.loads(answer)) if answer else None
