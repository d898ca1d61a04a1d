"""What the examples of the documentation name and a reader would have: files, folders, finished runs."""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from doc_blocks import ROOT

from assistant.core.settings import load_settings
from assistant.models.chat.gguf.weights import find_weights
from ui.cli.parse import main

VELL = "The harbour of Vell opened in 1904."
ARTICLES = {
    "vell.md": f"{VELL} Its lighthouse is 31 metres high and was built by Ida Stroem.\n\n"
    "The ferry to Horn takes forty minutes and carries cars. The fish market closes at noon on Saturdays.\n",
    "museum.txt": "The old customs house of Vell is now a museum of navigation. Visitors pay six crowns, children "
    "nothing. The museum is closed on Mondays because its boats are then repaired.\n",
}
QUESTIONS = [
    {"id": "one", "question": "What does KPO stand for?"},
    {
        "id": "two",
        "question": "And BPO?",
        "history": [{"role": "user", "content": "What does KPO stand for?"}],
    },
]
PAIRS = [
    {"id": "same", "evidence": VELL, "claim": VELL},
    {"id": "other year", "evidence": VELL, "claim": "The harbour of Vell opened in 1940."},
]
CASES = [
    {
        "question": "What does KPO stand for?",
        "answerable": True,
        "answers": ["Knowledge Process Outsourcing"],
    },
    {"question": "What does BPO stand for?", "answerable": True, "answers": ["Business Process Outsourcing"]},
    {"question": "When did Kodak hand its data processing to IBM?", "answerable": True, "answers": ["1989"]},
    {"question": "What is the capital of France?", "answerable": False},
]
PAGE = f"<html><head><title>On Vell</title></head><body><article><h1>On Vell</h1><p>{VELL}</p></article></body></html>"


def jsonl(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def articles(path: Path) -> None:
    path.mkdir(parents=True)
    for name, text in ARTICLES.items():
        (path / name).write_text(text, encoding="utf-8")


def saved_answer(path: Path) -> None:
    """Save an answer as the README's `ask --json` would."""
    with path.open("w", encoding="utf-8") as out, redirect_stdout(out):
        assert main(["ask", "What does KPO stand for?", "--json"]) == 0


def text_file(text: str) -> Callable[[Path], None]:
    return lambda path: None if path.write_text(text, encoding="utf-8") else None


PREPARED: dict[str, Callable[[Path], object]] = {
    "questions.jsonl": text_file(jsonl(*QUESTIONS)),
    "pairs.jsonl": text_file(jsonl(*PAIRS)),
    "cases.jsonl": text_file(jsonl(*CASES)),
    "answer.json": saved_answer,
    "path/to/folder": articles,
    "DIR": articles,
    "eval/golden/thresholds.json": lambda path: shutil.copy(
        ROOT / "eval" / "golden" / "thresholds.json", path
    ),
}
"""What an example names and no earlier line of its page wrote is put into the reader's folder first."""


def prepare(name: str, folder: Path) -> None:
    """Put a named file or folder into the reader's folder, unless it is there."""
    path = folder / name
    if name in PREPARED and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        PREPARED[name](path)


def link_weights(folder: Path) -> None:
    """Let a data folder have the weights that `bpo-kpo setup` fetched before the tests, and what was made of them."""
    (folder / "weights").mkdir(parents=True, exist_ok=True)
    for path in load_settings().weights_dir.glob("[!.]*"):
        (folder / "weights" / path.name).symlink_to(path)


def first_data_folder(folder: Path) -> Path:
    """Make a data folder by `bpo-kpo setup`."""
    assert find_weights(load_settings()), (
        "no weights of the embedded model: run `bpo-kpo setup`, or `make test`, which does"
    )
    link_weights(folder)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("BPO_KPO_")]:
            patch.delenv(name)
        assert main(["setup", "--data-dir", str(folder)]) == 0
    return folder


def copy_indexes(like: Path, folder: Path) -> None:
    """Let a data folder without indexes have those of another one."""
    shutil.copytree(like / "indexes", folder / "indexes")


def data_folder(folder: Path, like: Path) -> Path:
    """Make a data folder with the indexes of another one and, by a link, its weights."""
    folder.mkdir(parents=True)
    for path in like.iterdir():
        if path.name == "weights":
            (folder / path.name).symlink_to(path, target_is_directory=True)
        elif path.is_dir():
            shutil.copytree(path, folder / path.name)
        else:
            shutil.copy(path, folder / path.name)
    return folder
