"""Vectors in lists: what is near is found, the same in every process, and nothing is lost where all lists are read."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.index.lookup import lists
from assistant.index.lookup.lists import Lists, write_lists

if TYPE_CHECKING:
    from numpy.typing import NDArray


def vectors(count: int) -> "NDArray[np.float32]":
    """Return clustered vectors of unit length, about 20 around each centre, as texts lie."""
    draw = np.random.default_rng(3)
    centres = draw.standard_normal((count // 20, 48))
    rows = centres[draw.integers(len(centres), size=count)] + 0.5 * draw.standard_normal((count, 48))
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def nearest(rows: "NDArray[np.float32]", query: "NDArray[np.float32]", k: int) -> list[int]:
    return [int(at) for at in np.argsort(-(rows @ query), kind="stable")[:k]]


@pytest.fixture(scope="module")
def rows() -> "NDArray[np.float32]":
    return vectors(6000)


@pytest.fixture(scope="module")
def folder(rows: "NDArray[np.float32]", tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("lists") / "lists"
    write_lists(made, len(rows), 48, lambda start, end: 3.0 * rows[start:end])  # of any length
    return made


def test_the_ten_nearest_are_found(rows: "NDArray[np.float32]", folder: Path) -> None:
    found = Lists(folder)
    draw = np.random.default_rng(4)
    queries = rows[:200] + 0.1 * draw.standard_normal((200, 48)).astype(np.float32)
    hits = sum(
        len({at for at, _ in found.search(query.tolist(), 10)} & set(nearest(rows, query, 10)))
        for query in queries
    )
    assert hits / 2000 >= 0.97


def test_scores_are_cosines_best_first(rows: "NDArray[np.float32]", folder: Path) -> None:
    found = Lists(folder).search((5.0 * rows[17]).tolist(), 50)
    assert (found[0][0], round(found[0][1], 5)) == (17, 1.0)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    for at, score in found:
        assert score == pytest.approx(float(rows[at] @ rows[17]), abs=1e-5)


def test_nothing_is_lost(rows: "NDArray[np.float32]", folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PROBED", 1)
    found = Lists(folder).search(rows[5].tolist(), len(rows))
    assert sorted(at for at, _ in found) == list(range(len(rows)))
    assert [at for at, _ in found[:20]] == nearest(rows, rows[5], 20)


def test_every_process_writes_and_finds_the_same(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; sys.path[:0] = sys.argv[2:4]\n"
        "from test_lists import told\n"
        "print(told(pathlib.Path(sys.argv[1])))\n"
    )
    here = Path(__file__).parent
    seen = {told(tmp_path / "0")}
    for name in ("1", "2"):
        command = [sys.executable, "-c", script, str(tmp_path / name), str(here), str(here.parent)]
        seen.add(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
    assert len(seen) == 1


def told(folder: Path) -> str:
    """Write lists into a folder and return a hash of what twenty queries find."""
    rows = vectors(3000)
    write_lists(folder, len(rows), 48, lambda start, end: rows[start:end])
    found = [Lists(folder).search(row.tolist(), 120) for row in rows[:20]]
    return hashlib.sha256(repr(found).encode()).hexdigest()
