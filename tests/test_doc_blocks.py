"""The harness that runs the documentation: it reads pages as a reader does, and lets nothing pass unseen."""

import ast
from pathlib import Path

import pytest
from doc_blocks import Block, Command, blocks, command, commands, spans, statements
from doc_files import VELL, prepare
from doc_servers import StandIns
from doc_shell import Shell, call
from test_examples import run_python, shown

PAGE = """# Title

Say `bpo-kpo ask` and `x`.

```sh
one   # first
two
```

- in a list

  ```json
  {"a": 1}
  ```

| table |
|---|
| `cell` |
"""
NONE = StandIns(substituted={"http://there": "http://here"})


def block(text: str) -> Block:
    return Block(page=Path(__file__), line=10, language="python", text=text)


def test_blocks_and_spans_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    assert [(found.line, found.language, found.text) for found in blocks(page)] == [
        (6, "sh", "one   # first\ntwo\n"),
        (13, "json", '{"a": 1}\n'),
    ]
    assert spans(page) == ["bpo-kpo ask", "x", "cell"]


def test_lines_are_read_as_a_shell_reads_them() -> None:
    line = """KEY='a b' bpo-kpo ask "what # is it?" --k 5 > out.json  # a "remark"""
    assert command(line) == Command(
        line=line,
        words=("bpo-kpo", "ask", "what # is it?", "--k", "5"),
        variables=(("KEY", "a b"),),
        output="out.json",
    )
    assert [found.words for found in commands("a b \\\n  c\n\n# nothing\nd\n")] == [("a", "b", "c"), ("d",)]
    assert command('make ask Q="What is it?"') == Command(
        line='make ask Q="What is it?"', words=("make", "ask", "Q=What is it?")
    )


@pytest.mark.parametrize("line", ["a | b", "a && b", "a; b", "a < b", "a >> b", "a > b c"])
def test_what_only_a_shell_can_run_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="write one command a line"):
        command(line)


def test_a_line_that_nobody_knows_fails(tmp_path: Path) -> None:
    shell = Shell(folder=tmp_path, substituted={})
    with pytest.raises(ValueError, match="is neither run nor listed in NOT_RUN"):
        shell.run(Command(line="wget x", words=("wget", "x")))
    assert shell.run(Command(line="", words=("python3", "-m", "venv", ".venv"))) is None
    with pytest.raises(AssertionError, match="is new: say in SHOWN"):
        shown("bpo-kpo frobnicate")
    assert shown("bpo-kpo search service credits") == (0, "Service credits are reductions")
    assert call(["bpo-kpo", "frobnicate"]).code == 2
    assert "there is no 'frobnicate'" in call(["bpo-kpo", "frobnicate"]).err


def test_what_an_example_names_is_there_once(tmp_path: Path) -> None:
    prepare("path/to/folder", tmp_path)
    article = tmp_path / "path/to/folder/vell.md"
    assert article.read_text(encoding="utf-8").startswith(VELL)
    article.write_text("mine", encoding="utf-8")
    prepare("path/to/folder", tmp_path)
    prepare("unknown.txt", tmp_path)
    assert article.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["path"]


def test_statements_carry_what_they_are_to_show() -> None:
    found = list(statements(block("x = 1\n\nfor y in (\n    1,\n):  # -> no\n    print(y)  # -> 1\n")))
    assert [(type(node), node.lineno, shows) for node, shows in found] == [
        (ast.Assign, 10, None),
        (ast.For, 12, "1"),
    ]


def test_python_is_run_as_a_cell_and_held_to_what_it_shows(tmp_path: Path) -> None:
    space: dict[str, object] = {"__name__": "__main__"}
    awaited = "import asyncio\nx = await asyncio.sleep(0, 'a')\nawait asyncio.sleep(0, x * 2)  # -> 'aa'\n"
    run_python(block(awaited), space, NONE, tmp_path)
    run_python(block("'http://there/x'  # -> 'http://here/x'\nprint(x)  # -> a\n"), space, NONE, tmp_path)
    with pytest.raises(AssertionError, match="test_doc_blocks.py:11: 2"):
        run_python(block("1\n1 + 1  # -> 3\n"), space, NONE, tmp_path)
