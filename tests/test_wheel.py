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
    names = set(zipfile.ZipFile(wheel).namelist())
    assert sum(name.startswith("corpus/") and name.endswith(".md") for name in names) == 21
    assert {
        "assistant/write/prompt.txt",
        "assistant/check/judge.txt",
        "assistant/check/rules/words/thesaurus.json",
        "assistant/judge/judge.safetensors",
        "assistant/judge/judge.json",
        "eval/bench/replay.jsonl",
        "eval/golden/restated.jsonl",
        "eval/health.json",
        "assistant/lexicon.json",
        "assistant/check/rules/support.json",
        "assistant/reader.safetensors",
        "assistant/reader.json",
        "assistant/show/notebook.css",
        "assistant/show/notebook.html.j2",
        "ui/style.css",
        "ui/actions.css",
        "ui/export.html.j2",
        "eval/judge.txt",
        "eval/golden/cases.jsonl",
        "eval/golden/docs/pilot-phase.md",
        "eval/golden/thresholds.json",
        "eval/report/page.html.j2",
        "eval/report/page.css",
        "eval/compare/page.html.j2",
        "eval/bench/questions.jsonl",
        "eval/train/held_out.json",
    } <= names
    assert not [name for name in names if name.startswith("tests/")]
