"""What the README says can be done."""

import re
import shlex
from pathlib import Path

import pytest

from ui.cli import build_parser

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:sh|powershell)\n(.*?)```", README, re.S)
LINES = [line.partition("  #")[0].strip() for block in BLOCKS for line in block.splitlines()]
COMMANDS = [line for line in LINES if re.match(r"(\S*[/\\])?bpo-kpo ", line)]


def test_there_are_commands_to_check() -> None:
    assert len(COMMANDS) >= 15


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_in_the_readme_parses(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0].replace("\\", "/"))
    build_parser().parse_args(words[1:])


def test_every_make_target_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {line.split()[1] for line in LINES if line.startswith("make ")}
    assert targets == {"chat", "ask", "test", "gate"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.M)


def test_every_file_the_readme_links_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_lock_pins_every_line_and_names_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        for line in text.splitlines():
            assert re.match(r"[a-z0-9][a-z0-9._-]*==[\w.+!]+( ;.*)?$", line, re.I), line
