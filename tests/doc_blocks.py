"""The code blocks of README.md and docs/, and the commands in them, as a reader would copy them."""

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
# Generated; its blocks are signatures, which test_apidoc.py holds against the code.
API = ROOT / "docs" / "api.md"
PAGES = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").glob("*.md") if path != API)]


@dataclass(frozen=True)
class Block:
    """One fenced block: where it stands, its language and its text."""

    page: Path
    line: int  # of its first line of code, from 1
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


@dataclass(frozen=True)
class Command:
    """One line of a shell block: words, variables set for it, and the file its output goes to."""

    line: str
    words: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()
    output: str | None = None


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order, those inside lists too."""
    tokens = MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8"))
    return [
        Block(
            page=page, line=(token.map or [0])[0] + 2, language=token.info.split(" ")[0], text=token.content
        )
        for token in tokens
        if token.type == "fence"
    ]


def spans(page: Path) -> list[str]:
    """Return the code spans in the prose of a page."""
    tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))
    inside = [child for token in tokens for child in token.children or []]
    return [child.content for child in inside if child.type == "code_inline"]


def commands(text: str) -> list[Command]:
    """Return the commands of a shell block, without comments. Raises ValueError for what only a shell can run."""
    lines = text.replace("\\\n", " ").split("\n")
    return [found for line in lines if (found := command(line))]


def command(line: str) -> Command | None:
    """Read one line as a shell does; None for a blank one or a comment."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="><|;&")
    lexer.whitespace_split = True
    words = list(lexer)
    variables = []
    while words and (found := re.fullmatch(r"([A-Za-z_]\w*)=(.*)", words[0], re.S)):
        variables.append((found[1], found[2]))
        words.pop(0)
    if not words:
        return None
    output = None
    if words[-2:-1] == [">"]:
        output = words[-1]
        del words[-2:]
    if bad := {"|", "||", ";", "&", "&&", "<", ">", ">>"} & set(words):
        raise ValueError(f"{line!r} has {bad}: write one command a line")
    return Command(line=line.strip(), words=tuple(words), variables=tuple(variables), output=output)


def statements(block: Block) -> Iterator[tuple[ast.stmt, str | None]]:
    """Yield the statements of a Python block, each with the text after `# ->` on its last line, if any."""
    lines = block.text.split("\n")
    for node in ast.parse(block.text).body:
        last = lines[(node.end_lineno or 1) - 1]
        marked = last.partition("# -> ")[2].strip()
        yield ast.increment_lineno(node, block.line - 1), marked or None
