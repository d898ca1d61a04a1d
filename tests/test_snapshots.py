"""Snapshots of an index, watching a folder, what is wrong with a disk, JSON for a terminal."""

import errno
import json
import sqlite3
import threading
from pathlib import Path

import pytest
from filelock import FileLock
from helpers import settings_in
from patience import LONG_S

from assistant.core.disk import disk_problem, folder_problem
from assistant.core.errors import IndexBusy, IndexMissing, InputError
from assistant.core.settings import Settings
from assistant.index.snapshots import drop, list_snapshots, restore, take
from assistant.index.store import Store
from assistant.models.embedder.embedder import HashEmbedder
from assistant.show.escape import json_text
from ingest.index import build_index
from ingest.watch import watch


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "data")


def put(folder: Path, **files: str) -> str:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return str(folder)


def texts(settings: Settings) -> dict[str, str]:
    store = Store.open(settings, HashEmbedder())
    assert store.matrix.shape[0] == len(store.chunks)  # vectors of this state too
    return {doc_id: store.document(doc_id).text for doc_id in store.manifest.documents}


def test_a_snapshot_brings_back_what_was_there(settings: Settings, tmp_path: Path) -> None:
    folder = put(tmp_path / "articles", a="The mill is open.", b="The dam is shut.")
    build_index(settings, HashEmbedder(), [folder])
    kept = take(settings, "before")
    (tmp_path / "articles" / "b.md").unlink()
    put(tmp_path / "articles", a="The mill burned down.", c="The bridge is new.")
    build_index(settings, HashEmbedder(), [folder])
    build_index(
        settings, HashEmbedder(), [put(tmp_path / "more", d="More.")]
    )  # the first generation has gone
    assert texts(settings) == {"a": "The mill burned down.", "c": "The bridge is new.", "d": "More."}
    assert restore(settings, "before") == kept
    assert texts(settings) == {"a": "The mill is open.", "b": "The dam is shut."}
    assert Store.open(settings, HashEmbedder()).manifest.index_id == kept.index_id
    assert list_snapshots(settings) == [kept]
    report = build_index(settings, HashEmbedder(), [folder])  # and goes on from there
    assert (report.added, report.updated, report.removed) == (["c"], ["a"], ["b"])
    drop(settings, "before")
    assert list_snapshots(settings) == []


def test_what_cannot_be_kept_or_brought_back_is_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="there is nothing to keep"):
        take(settings, "x")
    build_index(settings, HashEmbedder(), [put(tmp_path / "articles", a="The mill is open.")])
    take(settings, "x")
    with pytest.raises(InputError, match="There is a snapshot named 'x' of the index 'default' already"):
        take(settings, "x")
    with pytest.raises(InputError, match=r"no snapshot named 'y' of the index 'default'; there are: x\."):
        restore(settings, "y")
    for name in ("../x", "", ".hidden", "a/b", "x" * 65):
        with pytest.raises(InputError):
            restore(settings, name)
    with FileLock(settings.index_dir / "write.lock"), pytest.raises(IndexBusy):
        restore(settings, "x")
    assert texts(settings) == {"a": "The mill is open."}


def test_changes_in_a_watched_folder_are_taken_in(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.models.embedder.load.load_embedder", lambda _: HashEmbedder())
    folder = put(tmp_path / "articles", a="The mill is open.", b="The dam is shut.")
    stop = threading.Event()
    timer = threading.Timer(LONG_S, stop.set)  # ends the test where nothing is seen
    timer.start()
    reports = watch(settings, [folder], stop, settle_ms=50)
    assert next(reports).added == ["a", "b"]

    def change() -> None:
        put(tmp_path / "articles", a="The mill burned down.", c="The bridge is new.")
        (tmp_path / "articles" / "b.md").unlink(missing_ok=True)
        if not stop.wait(1.0):
            change()  # again: nobody tells when the system has begun to watch

    threading.Thread(target=change, daemon=True).start()
    seen = {"added": set[str](), "updated": set[str](), "removed": set[str]()}
    for report in reports:
        for kind, ids in seen.items():
            ids |= set(getattr(report, kind))
        if seen == {"added": {"c"}, "updated": {"a"}, "removed": {"b"}}:
            stop.set()
            break
    timer.cancel()
    assert seen == {"added": {"c"}, "updated": {"a"}, "removed": {"b"}}
    assert texts(settings) == {"a": "The mill burned down.", "c": "The bridge is new."}


def test_what_changes_before_the_system_watches_is_taken_in(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.models.embedder.load.load_embedder", lambda _: HashEmbedder())
    folder = put(tmp_path / "articles", a="The mill is open.")
    stop = threading.Event()
    timer = threading.Timer(LONG_S, stop.set)
    timer.start()
    reports = watch(settings, [folder], stop, settle_ms=50)
    assert next(reports).added == ["a"]
    put(tmp_path / "articles", b="The dam is shut.")
    assert next(reports).added == ["b"]
    (tmp_path / "articles" / "plan.xyz").write_text("x", encoding="utf-8")
    assert [Path(name).name for name in next(reports).unread] == ["plan.xyz"]
    stop.set()
    timer.cancel()


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "There is nothing to watch"),
        (["https://example.org/a"], "is an address: only files and folders can be watched"),
        (["/no/such/folder"], "does not exist"),
    ],
)
def test_what_cannot_be_watched_is_told(settings: Settings, names: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        next(watch(settings, names))


def test_an_error_of_the_disk_is_told_in_a_line(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/data/x")
    assert disk_problem(full, tmp_path) == (
        "/data/x cannot be written: there is no space left. Free or change it, or give another folder with --data-dir DIR."
    )
    wrapped = RuntimeError("a library's own words")
    wrapped.__cause__ = OSError(errno.EROFS, "Read-only file system")
    assert str(disk_problem(wrapped, tmp_path)).startswith(f"{tmp_path} cannot be written: it is read-only.")
    path = tmp_path / "x.sqlite"
    sqlite3.connect(path).execute("create table t (a)")
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("insert into t values (1)")
    assert "it is read-only" in str(disk_problem(caught.value, tmp_path))
    assert disk_problem(ValueError("another thing"), tmp_path) is None
    assert folder_problem(tmp_path / "not" / "there" / "yet") is None
    assert folder_problem(path) == f"{path} is no folder"


@pytest.mark.parametrize("sign", ["\x9b", "\x7f", "\u202e", "\u2066", "\u200f", "\u2028", "\u061c"])
def test_json_steers_no_terminal(sign: str) -> None:
    value = {"quote": f"a{sign}b", sign: ["é", "漢", "\U0001f600", "\n"]}
    text = json_text(value, indent=2)
    assert sign not in text
    assert json.loads(text) == value
    assert "é" in text
