"""A built wheel holds what the program reads at run time."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_wheel_holds_corpus_prompt_lexicon_and_style(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
    ]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    archive = zipfile.ZipFile(wheel)
    names = set(archive.namelist())
    (about,) = (name for name in names if name.endswith(".dist-info/METADATA"))
    told = archive.read(about).decode().splitlines()
    assert "License-Expression: Apache-2.0" in told and "License-File: LICENSE" in told
    licence = archive.read(about.replace("METADATA", "licenses/LICENSE"))
    assert licence == (ROOT / "LICENSE").read_bytes() and b"Apache License" in licence
    assert sum(name.startswith("corpus/") and name.endswith(".md") for name in names) == 21
    assert {
        "assistant/write/model/prompt.txt",
        "assistant/check/cascade/chat.txt",
        "assistant/question/wish.npz",
        "assistant/models/chat/gguf/drafter.safetensors",
        "eval/train/fit/wishes.tsv.gz",
        "assistant/text/lexicon/thesaurus.json",
        "assistant/models/judge/judge.safetensors",
        "assistant/models/judge/judge.json",
        "eval/bench/data/replay.jsonl",
        "eval/golden/restated.jsonl",
        "eval/health/health.json",
        "assistant/text/lexicon/lexicon.json",
        "assistant/models/reader/reader.safetensors",
        "assistant/models/reader/reader.json",
        "assistant/show/notebook/notebook.css",
        "assistant/show/notebook/notebook.html.j2",
        "ui/page/style.css",
        "ui/page/ask/actions.css",
        "ui/export/web/export.html.j2",
        "eval/judges/chat.txt",
        "eval/cases/build/written/write.txt",
        "eval/cases/build/written/check.txt",
        "eval/golden/cases.jsonl",
        "eval/golden/docs/pilot-phase.md",
        "eval/golden/thresholds.json",
        "eval/report/page/page.html.j2",
        "eval/report/page/page.css",
        "eval/compare/show/page.html.j2",
        "eval/bench/data/questions.jsonl",
        "eval/train/reader/held_out.json",
    } <= names
    assert not [name for name in names if name.startswith("tests/")]
