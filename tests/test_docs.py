"""What the README and the pages of docs/ say can be done, and where their links lead."""

import re
import shlex
from pathlib import Path

import pytest

from ui.cli.parse import build_parser

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
WRITTEN = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
BLOCKS = [
    block
    for page in WRITTEN
    for block in re.findall(r"```(?:sh|powershell)\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
]
LINES = [line.partition("  #")[0].strip() for block in BLOCKS for line in block.splitlines()]
COMMANDS = [line for line in LINES if re.match(r"(\S*[/\\])?bpo-kpo ", line)]


def test_there_are_commands_to_check() -> None:
    assert len(COMMANDS) >= 40


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_a_page_parses(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0].replace("\\", "/"))
    build_parser().parse_args(words[1:])


def test_every_make_target_of_a_page_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {line.split()[1] for line in LINES if line.startswith("make ")}
    assert targets == {"chat", "ask", "notebook", "test", "gate", "docs"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.M)


def test_every_file_the_readme_links_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.name))
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if not leads(page, link)] == []
    if page.name == "api.md":
        assert len(links) > 30


def leads(page: Path, link: str) -> bool:
    """Tell whether a link leads to a file, and to a heading in it as a code host names them."""
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    if not anchor or not target.exists():
        return target.exists()
    heads = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.M)
    anchors = [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads]
    return anchors.count(anchor) == 1  # of two alike only the first can be reached


def test_links_that_lead_nowhere_are_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n\n## Two words, `a_b`\n\n# Twice\n\n# Twice\n", encoding="utf-8")
    assert [leads(page, link) for link in ("#one", "#two-words-a_b", "page.md#one", "page.md")] == [True] * 4
    assert [leads(page, link) for link in ("#twice", "#three", "no.md", "no.md#one")] == [False] * 4


def test_the_lock_pins_every_line_and_names_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        for line in text.splitlines():
            assert re.match(r"[a-z0-9][a-z0-9._-]*==[\w.+!]+( ;.*)?$", line, re.I), line
