"""Run the commands of the documentation as a reader would, but for a table of substitutions."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from doc_blocks import ROOT, Command
from doc_files import prepare
from patience import LONG_S, free_port

from ui.cli.parse import main

ADDED = {
    "bpo-kpo eval run --cases golden": ("--sample", "3"),  # all 160 take minutes, and so do the others
    "bpo-kpo eval run --cases everyday": ("--sample", "3"),
    "bpo-kpo eval run --cases documents": ("--sample", "3"),
    "bpo-kpo chat": ("--no-browser", "--port", "PORT"),  # a free port, and nobody to look at a window
    "bpo-kpo models --measure": ("--count", "3"),
    "bpo-kpo serve": ("--port", "PORT"),
    "bpo-kpo mcp --http": ("--port", "PORT"),  # the last one counts
}
TYPED = {
    "bpo-kpo eval label": "y\ns\np as far as I can see\nq\n"
}  # whether an answer or a claim comes first is by chance
NOT_RUN = {
    r"python3? -m venv \.venv|py -m venv \.venv": "making the environment is what CI does before any test (.ci/run)",
    r"chroma run .+": "it serves until it is stopped; the stand-in of the store is one (chroma_server.py)",
    r"bpo-kpo setup --model (?:qwen\S+|gguf:PATH)": "it fetches a gigabyte; test_hub.py does it from a stand-in hub",
    r"bpo-kpo ask \.\.\. --model gguf:PATH": "test_gguf.py reads files made for it",
    r"\S*python -m pip install .+": "installing is what CI does before any test (.ci/run)",
}


@dataclass(frozen=True)
class Done:
    """What a command did: exit code, and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """A folder to work in, and what stands in the documentation for what is run."""

    folder: Path
    substituted: Mapping[str, str]

    def run(self, command: Command) -> Done | None:
        """Run one command; None for the few that NOT_RUN names. Raises ValueError for what cannot be run."""
        if any(re.fullmatch(pattern, " ".join(command.words)) for pattern in NOT_RUN):
            return None
        program = Path(command.words[0]).name
        if program == "make":
            return self._make(command)
        if program == "curl":
            return self._curl(command)
        if program != "bpo-kpo":
            raise ValueError(f"{command.line!r} is neither run nor listed in NOT_RUN")
        for word in command.words:
            if word not in _written(command):
                prepare(word, self.folder)
        words = [program, *(self._real(word, command) for word in command.words[1:])]
        if "--embedder" in words:
            words[words.index("--embedder") + 1] = "hash"  # the one that is always there
        for start, added in ADDED.items():
            if " ".join(words).startswith(start):
                words += [str(free_port()) if word == "PORT" else word for word in added]
        done = _do(words, dict(command.variables))
        if command.output:
            (self.folder / command.output).write_text(done.out, encoding="utf-8")
        return done

    def _real(self, word: str, command: Command) -> str:
        if word in ("RUN", "RUN_A", "RUN_B"):
            return self._finished_run(second=word == "RUN_B")
        if word == "MODEL":
            return "embedded"
        if word == "...":
            return self.substituted["... --index mine" if "mine" in command.words else "..."]
        for text, real in self.substituted.items():
            if not text.startswith("..."):
                word = word.replace(text, real)
        return word

    def _finished_run(self, *, second: bool) -> str:
        """Return a run that earlier lines of the block made, or make one."""
        runs = Path(os.environ["BPO_KPO_DATA_DIR"]) / "runs"
        while len(names := sorted(path.name for path in runs.glob("golden-*"))) < 1 + second:
            model = ["--pipeline", "plain"] if names else ["--model", "none"]
            words = ["bpo-kpo", "eval", "run", "--cases", "golden", *model, "--sample", "3"]
            assert call(words).code == 0
        return names[second]

    def _curl(self, command: Command) -> Done:
        words = [self.substituted.get(word[:21], word[:21]) + word[21:] for word in command.words]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=LONG_S)
        return Done(code=done.returncode, out=done.stdout, err=done.stderr)

    def _make(self, command: Command) -> Done:
        """Let make say what it would do: every target is there, and every recipe can be read."""
        done = subprocess.run(
            ["make", "-n", "-C", str(ROOT), *command.words[1:]], capture_output=True, text=True, check=False
        )
        return Done(code=done.returncode, out=done.stdout, err=done.stderr)


def _do(words: list[str], variables: Mapping[str, str]) -> Done:
    """Run a command in this process; one that serves, in a process of its own."""
    if words[1] in ("chat", "serve") or "--http" in words:
        return serve(words)
    if "--watch" in words:
        return watch(words)
    if words[1] == "mcp":  # nobody talks to it, so it ends
        done = subprocess.run(
            [sys.executable, "-m", "ui.cli", *words[1:]],
            cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=LONG_S,
        )  # fmt: skip
        return Done(code=done.returncode, out=done.stdout, err=done.stderr)
    return call(words, _typed(words), variables)


def call(words: list[str], typed: str = "", variables: Mapping[str, str] | None = None) -> Done:
    """Run `bpo-kpo` in this process, through the function that the command calls."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "stdin", io.StringIO(typed))
        for name, value in (variables or {}).items():
            patch.setenv(name, value)
        try:
            code = main(words[1:])
        except SystemExit as stop:  # argparse: wrong usage
            code = int(stop.code or 0)
    return Done(code=code, out=out.getvalue(), err=err.getvalue())


def serve(words: list[str]) -> Done:
    """Start the page or a server, ask it for its health and more, and interrupt it."""
    address = f"http://127.0.0.1:{words[len(words) - 1 - words[::-1].index('--port') + 1]}"
    asked = {"chat": ("/_stcore/health", ""), "serve": ("/healthz", "/openapi.json"), "mcp": ("/mcp",)}
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli.parse", *words[1:]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            seen = "".join(_get(f"{address}{path}", process) for path in asked[words[1]])
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=LONG_S)
        finally:
            process.kill()
    return Done(code=process.returncode, out=seen + out, err="")


def watch(words: list[str]) -> Done:
    """Start a command that goes on until it is stopped, and interrupt it once it has told something."""
    found = [str(Path(word).resolve()) if Path(word).exists() else word for word in words[1:]]
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli.parse", *found],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        stop = threading.Timer(LONG_S, process.kill)
        stop.start()
        assert process.stdout is not None
        out = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate()
        stop.cancel()
    return Done(code=process.returncode, out=out + rest, err=err)


def _get(address: str, process: "subprocess.Popen[str]") -> str:
    end = time.monotonic() + LONG_S
    while time.monotonic() < end:
        assert process.poll() is None, process.communicate()[0]
        try:
            with urllib.request.urlopen(address, timeout=LONG_S) as response:
                return str(response.read().decode())
        except urllib.error.HTTPError as error:
            return str(error.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer in {LONG_S} seconds")


def _written(command: Command) -> set[str]:
    words = command.words
    return {after for word, after in zip(words, words[1:], strict=False) if word == "--out"}


def _typed(words: list[str]) -> str:
    return next((text for start, text in TYPED.items() if " ".join(words).startswith(start)), "")
