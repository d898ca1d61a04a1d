"""A data folder that may only be read, and a disk that is full: one line, and what was there stays."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers import settings_in

from assistant.core.disk import disk_problem, require_writable
from assistant.core.errors import DiskError, SettingsError
from assistant.core.files import replace_text
from assistant.core.settings import Settings
from assistant.index.search import search
from assistant.index.snapshots import restore, take
from assistant.index.store import Store
from assistant.models.embedder.embedder import HashEmbedder
from ingest.index import build_index
from ui.cli.parse import main
from ui.export.history import History
from ui.page.session import open_history

NOBODY = 65534
CLOSES = "The depot of Brem closes at 19:30."


@contextmanager
def only_read(folder: Path) -> Iterator[None]:
    """Take the right to write from all below a folder and, where the tests run as root, go on as a user whom that stops."""
    below = [folder, *folder.rglob("*")]
    for path in below:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    for parent in folder.parents if root else ():
        if parent.stat().st_uid == 0 and parent.stat().st_mode & 0o005 != 0o005:
            parent.chmod(0o755)
    if root:
        os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        if root:
            os.setresuid(0, 0, 0)
        for path in below:
            path.chmod(0o755 if path.is_dir() else 0o644)


@contextmanager
def disk_of(folder: Path, size: str) -> Iterator[None]:
    """Put a small disk in the place of a folder; skips where that is not allowed."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no disk may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def indexed(folder: Path) -> Settings:
    """Index one article below a folder."""
    settings = settings_in(folder / "data")
    (folder / "in").mkdir()
    (folder / "in" / "brem.md").write_text(f"{CLOSES}\n", encoding="utf-8")
    build_index(settings, HashEmbedder(), [str(folder / "in")])
    return settings


def found(settings: Settings) -> list[str]:
    """Return the passages that the depot's closing time finds."""
    return [item.text for item in search(Store.open(settings, HashEmbedder()), "depot of Brem closes", 3)]


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    code = main(arguments)
    return code, capsys.readouterr().err.splitlines()


@pytest.mark.skipif(os.name == "nt", reason="rights of folders are others there")
def test_an_index_in_a_folder_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    settings = indexed(tmp_path)
    before = files(settings.data_dir)
    with only_read(settings.data_dir):
        assert found(settings) == [CLOSES]
    assert files(settings.data_dir) == before


@pytest.mark.skipif(os.name == "nt", reason="rights of folders are others there")
def test_what_cannot_be_written_is_told_in_one_line_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BPO_KPO_EMBEDDER", "hash")
    settings = indexed(tmp_path)
    (tmp_path / "in" / "vint.md").write_text("The depot of Vint has a crane.\n", encoding="utf-8")
    place = settings.data_dir
    line = (
        f"bpo-kpo: {place / 'indexes' / 'default'} cannot be written: there is no permission. "
        "Free or change it, or give another folder with --data-dir DIR."
    )
    with only_read(place):
        assert said(capsys, "ingest", str(tmp_path / "in"), "--data-dir", str(place)) == (1, [line])
        assert found(settings) == [CLOSES]
    assert said(capsys, "ingest", str(tmp_path / "in"), "--data-dir", str(place)) == (0, [])


@pytest.mark.skipif(os.name == "nt", reason="rights of folders are others there")
def test_a_first_index_in_a_folder_that_may_only_be_read_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BPO_KPO_EMBEDDER", "hash")
    place = tmp_path / "data"
    place.mkdir()
    line = (
        f"bpo-kpo: {place} cannot be written: there is no permission. "
        "Free or change it, or give another folder with --data-dir DIR."
    )
    with only_read(place):
        asked = said(capsys, "ask", "When does Brem close?", "--model", "none", "--data-dir", str(place))
    assert asked == (1, [line])  # before the judge's weights are fetched, which home holds or not
    assert files(place) == set()


def test_the_option_that_gives_another_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError) as caught:
        require_writable(tmp_path / "file" / "store", "--store")
    assert str(caught.value) == (
        f"{tmp_path / 'file'} is no folder. Free or change it, or give another folder with --store DIR."
    )


@pytest.mark.skipif(os.name == "nt", reason="rights of folders are others there")
def test_conversations_that_cannot_be_kept_are_told_and_those_of_earlier_stand(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    History(folder).begin("abc", "When does Brem close?")
    with only_read(folder):
        history = open_history(folder)
        assert history.note == (
            f"New conversations are not kept: {folder} cannot be written: there is no permission."
        )
        history.begin("def", "And Vint?")
        assert [entry.title for entry in history.entries()] == ["And Vint?", "When does Brem close?"]
    open_history.clear()
    kept = open_history(folder)
    assert ([entry.title for entry in kept.entries()], kept.note) == (["When does Brem close?"], "")


def test_a_full_disk_is_told_and_the_index_answers_as_before(tmp_path: Path) -> None:
    with disk_of(tmp_path / "data", "1m"):
        settings = indexed(tmp_path)
        before = files(settings.data_dir)
        for number in range(200):
            text = f"Depot {number} lies at the river. " * 200
            (tmp_path / "in" / f"{number}.md").write_text(text, encoding="utf-8")
        with pytest.raises(DiskError) as caught:
            build_index(settings, HashEmbedder(), [str(tmp_path / "in")])
        told = str(caught.value)
        assert "cannot be written: there is no space left." in told
        assert told.endswith("The index 'default' is as it was.")
        assert files(settings.data_dir) == before
        assert found(settings) == [CLOSES]


def test_work_that_ends_early_leaves_no_generation_and_no_text(tmp_path: Path) -> None:
    settings = indexed(tmp_path)
    before = files(settings.data_dir)
    (tmp_path / "in" / "vint.md").write_text("The depot of Vint has a crane.\n", encoding="utf-8")

    def full(done: int, total: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskError) as caught:
        build_index(settings, HashEmbedder(), [str(tmp_path / "in")], embedding=full)
    assert str(caught.value) == (
        f"{settings.index_dir} cannot be written: there is no space left. Free or change it, or give another folder "
        "with --data-dir DIR. The index 'default' is as it was."
    )
    assert files(settings.data_dir) == before
    fresh = settings_in(tmp_path / "other")
    with pytest.raises(DiskError, match="Nothing was indexed"):
        build_index(fresh, HashEmbedder(), [str(tmp_path / "in")], embedding=full)
    assert files(fresh.data_dir) == {"indexes", "indexes/default", "indexes/default/write.lock"}


def test_a_snapshot_that_cannot_be_finished_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = indexed(tmp_path)
    take(settings, "first")
    before = files(settings.data_dir)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("shutil.copy2", full)
        with pytest.raises(OSError, match="No space left"):
            take(settings, "second")
        patch.setattr("shutil.copytree", full)
        with pytest.raises(OSError, match="No space left"):
            restore(settings, "first")
    assert files(settings.data_dir) == before
    assert found(settings) == [CLOSES]


def test_a_text_that_cannot_be_written_leaves_the_old_one_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    replace_text(path, "old")
    with pytest.raises(UnicodeEncodeError):
        replace_text(path, "half \ud800")
    assert (path.read_text(), files(tmp_path)) == ("old", {"a.txt"})


def test_a_database_that_may_not_grow_is_told_in_one_line(tmp_path: Path) -> None:
    error = RuntimeError("error returned from database: (code: 778) disk I/O error")
    told = disk_problem(error, tmp_path)
    assert told is not None and "\n" not in told
    assert told.startswith(f"{tmp_path} cannot be written: the disk is full, broken,")
