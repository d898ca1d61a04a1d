"""Keep conversations on disk, in one SQLite file of the data folder, so that they outlive page and program."""

import atexit
import json
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.core.errors import InputError
from assistant.core.types import Answer

FILE = "conversations.sqlite"
SCHEMA = 1
TITLE_LENGTH = 80
_TABLES = (
    "CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, changed TEXT NOT NULL)",
    """CREATE TABLE turns (
    conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    position INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT, error TEXT, words TEXT NOT NULL,
    PRIMARY KEY (conversation, position)
)""",
)
# Beside the tables of the first version, so that every version reads the file.
_PLACES = """CREATE TABLE IF NOT EXISTS places (
    conversation TEXT PRIMARY KEY REFERENCES conversations(id) ON DELETE CASCADE, index_name TEXT NOT NULL
)"""


_KEYS = {"conversations": "id", "turns": "conversation", "places": "conversation"}  # table: its key


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One conversation in the list."""

    id: str
    title: str
    changed: str  # UTC, ISO 8601
    turns: int
    index: str = ""  # that was asked, "" where that was not kept


@dataclass(frozen=True, kw_only=True)
class Removed:
    """A conversation that was taken out, to be put back as it was."""

    title: str
    rows: tuple[tuple[str, tuple[tuple[object, ...], ...]], ...]  # of each table


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
        self.note = ""  # said beside the conversations
        folder.mkdir(parents=True, exist_ok=True)
        with self._open() as db:
            version = _version(db) or _make_tables(db)
            if version != SCHEMA:
                raise InputError(
                    f"{self.path} was written by a later version (schema {version}): update the program, or move the file."
                )
            db.execute(_PLACES)

    @classmethod
    def passing(cls, folder: Path, why: str) -> "History":
        """Open a copy of the conversations of a folder that cannot be written, which goes when the program ends."""
        copy = Path(tempfile.mkdtemp(prefix="bpo-kpo-talks-"))
        atexit.register(shutil.rmtree, copy, ignore_errors=True)
        if (folder / FILE).exists():
            shutil.copyfile(folder / FILE, copy / FILE)
        history = cls(copy)
        history.note = f"New conversations are not kept: {why}."
        return history

    def begin(self, conversation: str, question: str, index: str = "") -> int:
        """Keep a question at the end of a conversation, a new one where there is none of that id; return its position.

        A conversation belongs to the index that its first question was asked of.
        """
        with self._open() as db:
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET changed = excluded.changed",
                (conversation, title_of(question), now()),
            )
            if index:
                db.execute("INSERT OR IGNORE INTO places VALUES (?, ?)", (conversation, index))
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
            SavedTurn(
                question=question,
                answer=Answer.from_dict(json.loads(answer)) if answer else None,
                error=error,
            )
            for question, answer, error in rows
        ]

    def entries(self, search: str = "") -> list[Entry]:
        """Return the conversations, last changed first; with `search` those whose words all hold it."""
        wanted = [f"%{_escaped(word)}%" for word in search.split()]
        said = "(c.title || char(10) || (SELECT group_concat(words, char(10)) FROM turns WHERE conversation = c.id))"
        where = " AND ".join([rf"{said} LIKE ? ESCAPE '\'" for _ in wanted]) or "1"
        with self._open() as db:
            rows = db.execute(
                "SELECT c.id, c.title, c.changed, (SELECT count(*) FROM turns WHERE conversation = c.id), "
                "coalesce((SELECT index_name FROM places WHERE conversation = c.id), '') "
                f"FROM conversations c WHERE {where} ORDER BY c.changed DESC, c.rowid DESC",
                wanted,
            ).fetchall()
        return [Entry(id=a, title=b, changed=c, turns=d, index=e) for a, b, c, d, e in rows]

    def index_of(self, conversation: str) -> str:
        """Return the index a conversation belongs to, "" where there is none or that was not kept."""
        with self._open() as db:
            row = db.execute(
                "SELECT index_name FROM places WHERE conversation = ?", (conversation,)
            ).fetchone()
        return str(row[0]) if row else ""

    def cut(self, conversation: str, position: int) -> None:
        """Remove the turns from a position on, as before a question is asked otherwise."""
        with self._open() as db:
            db.execute("DELETE FROM turns WHERE conversation = ? AND position >= ?", (conversation, position))

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title. Raises InputError for an empty one."""
        if not title.strip():
            raise InputError("The title is empty: give the conversation a name.")
        with self._open() as db:
            db.execute("UPDATE conversations SET title = ? WHERE id = ?", (title_of(title), conversation))

    def delete(self, conversation: str) -> Removed | None:
        """Remove a conversation with all its turns; return what puts it back, None where there is none of that id."""
        with self._open() as db:
            rows = tuple(
                (table, tuple(db.execute(f"SELECT * FROM {table} WHERE {key} = ?", (conversation,))))
                for table, key in _KEYS.items()
            )
            db.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
        there = rows[0][1]
        return Removed(title=str(there[0][1]), rows=rows) if there else None

    def restore(self, removed: Removed) -> None:
        """Put back what `delete` has taken out."""
        with self._open() as db:
            for table, rows in removed.rows:
                for row in rows:
                    db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(row))})", row)

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


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _make_tables(db: sqlite3.Connection) -> int:
    """Make the tables of a new file, unless another process has meanwhile; return the version."""
    db.execute("BEGIN IMMEDIATE")  # waits for the others
    if _version(db) == 0:
        for statement in _TABLES:
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {SCHEMA}")
    db.execute("COMMIT")
    return _version(db)


def title_of(question: str) -> str:
    """Return a question, or a given title, as one short line."""
    words = " ".join(question.split())
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 2].rsplit(" ", 1)[0] + " …"


def now() -> str:
    """Return the time, UTC, to the microsecond, so that the order of changes is kept."""
    return datetime.now(UTC).isoformat()


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
