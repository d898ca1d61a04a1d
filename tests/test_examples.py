"""Every example of README.md and docs/ is run: Python blocks, shell blocks line by line, JSON, nginx."""

import ast
import asyncio
import importlib.util
import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from doc_blocks import PAGES, Block, blocks, command, commands, spans, statements
from doc_files import PREPARED, VELL, articles, data_folder, prepare
from doc_servers import StandIns, stand_ins
from doc_shell import NOT_RUN, Shell, call
from serving import served_here

from assistant.core.settings import load_settings
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from eval.cases.read import read_cases
from ui.cli.parse import build_parser
from ui.page.start import HOST, OPTIONS

BLOCKS = [block for page in PAGES for block in blocks(page)]
SHELL = [block for block in BLOCKS if block.language == "sh"]
SERVING = "serving.md"  # its examples ask a server
MCP = [block for block in BLOCKS if block.language == "json" and block.page.name == SERVING]
JSON = [block for block in BLOCKS if block.language == "json" and block not in MCP]
NGINX = [block for block in BLOCKS if block.language == "nginx"]
PYTHON = [page for page in PAGES if any(block.language == "python" for block in blocks(page))]
SHOWN = [
    # what a line of the documentation is, its exit code, and words of what it prints; the first that fits holds
    (r"ask How do BPO and KPO differ", 0, "COLLABORATION"),
    (r"ask --batch ", 0, '{"id": "one", "question": "What does KPO stand for?", "status": "answered"'),
    (r"search service credits", 0, "Service credits are reductions"),
    (r"verify --batch ", 0, '{"id": "same", "verdict": "supported", "score": 1.0'),
    (r"verify answer\.json", 0, "ok"),
    (r"ask .* --index mine", 0, f'"{VELL}" [1]'),
    (r"ask .* --checker llm", 0, "withheld"),  # its judge does not answer as a judge: unjudged is not shown
    (r"ask .* --model embedded", 0, "[1]"),
    (r"ask .* --model huggingface", 0, "withheld"),  # it recites a line about a banana
    (r"ask .* --model ", 0, "checking forms count as BPO in insurance [1]."),
    (r"ask ", 0, "[1]"),
    (r"ingest --rebuild", 0, "20 updated"),
    (r"ingest .*--watch", 130, "2 added"),
    (r"snapshot .*--remove", 0, "Removed the snapshot before."),
    (r"(?:snapshot|list) ", 0, "before"),
    (r"restore ", 0, "In force again: before"),
    (r"ingest .*--index mine", 0, "2 added"),
    (r"ingest https:", 0, "1 added"),
    (r"ingest ", 0, "2 added, 0 unchanged"),
    (r"calibrate --reset", 0, "back at the default threshold"),
    (r"calibrate --cases", 0, "too few to promise a risk of 0.05"),
    (r"eval run ", 0, "Report: "),
    (r"eval compare ", 0, "3 cases"),
    (r"eval gate ", 1, "thresholds not kept."),
    (r"eval build ", 0, ""),
    (r"eval label ", 0, " kept in "),
    (r"eval report .*--export ragas", 0, '"user_input": '),
    (r"models --measure", 0, "markers invented"),
    (r"models", 0, "CHAT MODELS"),
    (r"setup", 0, ""),
    (r"chat", 0, "ok<!"),
    (r"serve", 0, '"status":"ok"'),
    (r"mcp --http", 0, "Not Acceptable"),  # it answers, and only to what the protocol sends
    (r"mcp", 0, ""),
]


@pytest.fixture(scope="module")  # no longer: the other tests are to find no stand-in
def standing_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIns]:
    with stand_ins(tmp_path_factory.mktemp("stand-ins")) as found:
        yield found


@pytest.fixture
def place(first_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and a data folder as `bpo-kpo setup` leaves it."""
    for name in [name for name in os.environ if name.startswith("BPO_KPO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BPO_KPO_DATA_DIR", str(data_folder(tmp_path / "data", first_data)))
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    kinds = {block.language for block in BLOCKS}
    assert kinds - {"sh", "powershell", "json", "nginx", "python"} == set()
    assert len(SHELL) >= 7
    assert len(JSON) == len(NGINX) == len(MCP) == 1


@pytest.mark.parametrize("block", SHELL, ids=lambda block: block.name)
def test_every_line_of_a_shell_block_runs(block: Block, place: Path, standing_in: StandIns) -> None:
    with serving(block.page) as address:
        run_lines(block, Shell(folder=place, substituted={**standing_in.substituted, **address}))


def run_lines(block: Block, shell: Shell) -> None:
    for step in commands(block.text):
        done = shell.run(step)
        if done is None:
            continue
        line = " ".join(step.words)
        code, words = shown(line)
        said = f"{block.name}: {line}\n{done.out}\n{done.err}"
        assert done.code == code, said
        assert words in " ".join(done.out.split()), said  # the terminal wraps its lines
        assert "cannot be reached" not in done.out, said


def shown(line: str) -> tuple[int, str]:
    """Return exit code and words that a line must show."""
    if line.startswith("make "):
        return 0, ".venv/bin/"
    if line.startswith("curl "):
        return 0, "service credits" if "search" in line else "KPO stands for Knowledge Process Outsourcing."
    found = [(code, words) for start, code, words in SHOWN if re.match(rf"\S*bpo-kpo {start}", line)]
    assert found, f"{line!r} is new: say in SHOWN what it prints"
    return found[0]


@pytest.mark.parametrize("page", PYTHON, ids=lambda page: str(page.name))
def test_the_python_blocks_of_a_page_run_in_order(page: Path, place: Path, standing_in: StandIns) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with serving(page) as address:
        asked = StandIns(substituted={**standing_in.substituted, **address})
        for block in blocks(page):
            if block.language == "python":
                run_python(block, namespace, asked, place)


def serving(page: Path) -> AbstractContextManager[dict[str, str]]:
    """Serve the data folder in force while the examples of the page on serving are run."""
    return served_here() if page.name == SERVING else nullcontext({})


@pytest.mark.parametrize("block", MCP, ids=lambda block: block.name)
def test_what_a_chat_program_is_given_can_be_started(block: Block) -> None:
    (server,) = json.loads(block.text)["mcpServers"].values()
    assert build_parser().parse_args(server["args"]).command == "mcp"
    assert server["command"].endswith("/bpo-kpo")


def run_python(block: Block, namespace: dict[str, Any], standing_in: StandIns, place: Path) -> None:
    """Run a block as a notebook cell: what stands after `# -> ` must be in what its statement shows."""
    for name in PREPARED:
        if f'"{name}"' in block.text:
            prepare(name, place)
    for written, real in standing_in.substituted.items():
        if not written.startswith("..."):
            block = replace(block, text=block.text.replace(written, real))
    for node, expected in statements(block):
        out = io.StringIO()
        with redirect_stdout(out):
            run_statement(node, block.name.partition(":")[0], namespace)
        if expected is not None:
            assert expected in out.getvalue(), f"{block.page.name}:{node.lineno}: {out.getvalue()}"


def run_statement(node: ast.stmt, name: str, namespace: dict[str, Any]) -> None:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    if isinstance(node, ast.Expr):
        value = eval(compile(ast.Expression(node.value), name, "eval", flags=flags), namespace)
    else:
        value = eval(compile(ast.Module([node], []), name, "exec", flags=flags), namespace)
    if asyncio.iscoroutine(value):
        value = asyncio.run(value)
    if isinstance(node, ast.Expr) and value is not None:
        print(repr(value))


@pytest.mark.parametrize("block", JSON, ids=lambda block: block.name)
def test_a_case_in_json_is_one_that_the_reader_takes(block: Block, place: Path) -> None:
    articles(place / "DIR")
    assert call(["bpo-kpo", "ingest", "DIR", "--index", "mine"]).code == 0
    (place / "one.jsonl").write_text(json.dumps(json.loads(block.text)), encoding="utf-8")
    settings = load_settings(index="mine")
    found, _ = read_cases(place / "one.jsonl", Store.open(settings, load_embedder(settings)))
    assert [(case.id, case.gold[0].text) for case in found] == [("open-1", VELL)]


@pytest.mark.parametrize("block", NGINX, ids=lambda block: block.name)
def test_the_proxy_passes_on_what_the_page_demands(block: Block, tmp_path: Path) -> None:
    assert block.text.count("{") == block.text.count("}")
    lines = [line.partition("#")[0].strip() for line in block.text.split("\n")]
    assert [line for line in lines if line and line[-1] not in ";{}"] == []
    options = dict(line.rstrip(";").rsplit(" ", 1) for line in lines if line.endswith(";"))
    address = f"{HOST}:8501"
    assert options["proxy_pass"] == options["proxy_set_header Origin"] == f"http://{address}"
    assert options["proxy_set_header Host"] == address  # the page refuses any other host
    assert int(options["client_max_body_size"].removesuffix("m")) > int(OPTIONS["server.maxUploadSize"])


def test_the_commands_for_windows_are_those_for_linux() -> None:
    windows = [block for block in BLOCKS if block.language == "powershell"]
    assert windows
    linux = [[" ".join(command.words) for command in commands(block.text)] for block in SHELL]
    for block in windows:
        text = block.text.replace(".venv\\Scripts\\", ".venv/bin/").replace("py -m venv", "python3 -m venv")
        assert [" ".join(command.words) for command in commands(text)] in linux


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_commands_and_variables_in_the_prose_can_be_used(page: Path, place: Path) -> None:
    for span in spans(page):
        if not re.match(r"bpo-kpo |BPO_KPO_\w+=|python -m ", span) or not (found := command(span)):
            continue
        if found.words[:2] == ("python", "-m"):
            assert importlib.util.find_spec(found.words[2]), span
        elif found.words:
            words = list(found.words[1:])
            named = all(re.fullmatch(r"[a-z]+", word) for word in words)  # a command that is only named
            with (
                pytest.raises(SystemExit) if named else nullcontext() as stopped,
                redirect_stdout(io.StringIO()),
            ):
                build_parser().parse_args([*words, *(["--help"] if named else [])])
            assert stopped is None or stopped.value.code == 0, span
        if found.variables:
            assert call(["bpo-kpo", "config"], variables=dict(found.variables)).code == 0, span


def test_what_is_not_run_is_still_there() -> None:
    lines = [" ".join(command.words) for block in SHELL for command in commands(block.text)]
    for pattern in NOT_RUN:
        assert any(re.fullmatch(pattern, line) for line in lines), f"{pattern} is in no page: take it out"
