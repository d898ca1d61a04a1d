import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from doc_files import copy_indexes, link_weights

ROOT = Path(__file__).resolve().parent.parent
BLOCK = """
import socket, sys
def refuse(*arguments, **options):
    raise OSError("the network was used")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from ui.cli.parse import main
sys.exit(main(sys.argv[1:]))
"""


def run(
    folder: Path, *arguments: str, stdin: str = "", script: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run the command line in a process of its own, writing into a folder."""
    start = ["-c", script] if script else ["-m", "ui.cli.parse"]
    return subprocess.run(
        [sys.executable, *start, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "BPO_KPO_DATA_DIR": str(folder)},
        check=False,
    )


@pytest.fixture(scope="module")
def folder(first_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the bundled corpus, indexed by the real embedder."""
    folder = tmp_path_factory.mktemp("data")
    link_weights(folder)
    copy_indexes(first_data, folder)
    return folder


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom ui.cli.parse import build_parser\nprint(build_parser().format_help())\n"
        "heavy = {'torch', 'chromadb', 'langchain_core', 'numpy', 'streamlit', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("setup", "ingest", "ask", "search", "verify", "chat", "models", "config", "doctor"):
        assert f"\n    {command} " in done.stdout


def test_ask_answers_in_the_terminal_without_any_network(folder: Path) -> None:
    done = run(folder, "ask", "What does KPO stand for?", "--model", "none", script=BLOCK)
    assert done.returncode == 0, done.stderr
    assert '"KPO stands for Knowledge Process Outsourcing." [1]' in done.stdout
    assert "corpus/bpo-kpo-ito-defined.md" in done.stdout


def test_a_batch_keeps_order_and_ids_and_fails_line_by_line(folder: Path) -> None:
    lines = [
        {"id": "one", "question": "What does KPO stand for?"},
        {"id": "two", "question": " "},
        {
            "id": "three",
            "question": "What about BPO?",
            "history": [{"role": "user", "content": "What is KPO?"}],
        },
        {"id": "four", "history": []},
    ]
    text = "\n".join(map(json.dumps, lines)) + "\nnot json\n"
    done = run(folder, "ask", "--batch", "-", "--model", "none", stdin=text)
    assert done.returncode == 1
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["one", "two", "three", "four", None]
    assert answers[0]["status"] == "answered"
    assert answers[0]["claims"][0]["text"] == "KPO stands for Knowledge Process Outsourcing."
    assert answers[1] == {"id": "two", "line": 2, "error": "The question is empty: type a question in words."}
    assert answers[2]["read_as"] == "What is BPO?"
    assert "'question' is missing" in answers[3]["error"]
    assert answers[4]["line"] == 5


def test_a_saved_answer_is_verified_and_a_forged_one_is_not(folder: Path, tmp_path: Path) -> None:
    saved = run(folder, "ask", "What does KPO stand for?", "--model", "none", "--json").stdout
    (tmp_path / "answer.json").write_text(saved, encoding="utf-8")
    good = run(folder, "verify", str(tmp_path / "answer.json"))
    assert good.returncode == 0, good.stdout + good.stderr
    assert "citation 1: the quote stands in" in good.stdout
    (tmp_path / "forged.json").write_text(
        saved.replace("Knowledge Process", "Kitchen Process"), encoding="utf-8"
    )
    forged = run(folder, "verify", str(tmp_path / "forged.json"))
    assert forged.returncode == 1
    assert "FAILS citation 1: the quote does not stand at its offsets" in forged.stdout


def test_pairs_are_verified_in_order(folder: Path) -> None:
    pairs = [
        {"id": 1, "evidence": "KPO needs experts. BPO needs basic training.", "claim": "KPO needs experts."},
        {
            "id": 2,
            "evidence": "KPO needs experts. BPO needs basic training.",
            "claim": "KPO needs basic training.",
        },
    ]
    done = run(folder, "verify", "--batch", "-", stdin="\n".join(map(json.dumps, pairs)))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(item["id"], item["verdict"]) for item in found] == [(1, "supported"), (2, "contradicted")]
    assert done.returncode == 0


def test_search_gives_passages_with_offsets(folder: Path) -> None:
    done = run(folder, "search", "service credits", "--k", "2", "--json")
    passages = json.loads(done.stdout)
    assert len(passages) == 2
    assert "service credit" in passages[0]["text"].lower()
    assert passages[0]["end"] - passages[0]["start"] == len(passages[0]["text"])


def test_own_articles_are_ingested_and_bad_files_reported(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "good.txt").write_text("Captives keep control in the company.\n", encoding="utf-8")
    (articles / "empty.txt").write_text("", encoding="utf-8")
    (articles / "binary.txt").write_bytes(b"\x00\x01\x02" * 50)
    done = run(tmp_path / "data", "ingest", str(articles), "--embedder", "hash", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert (report["added"], report["documents"], len(report["failed"])) == (["good"], 1, 2)
    assert done.stderr.count("failed: ") == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["ask", "x", "--index", "none-such", "--model", "none"],
            1,
            "bpo-kpo: There is no index named 'none-such'",
        ),
        (["ask", "x", "--index", "../up"], 1, "bpo-kpo: --index is '../up': use letters, digits"),
        (["ask", "--batch", "no-such-file", "--model", "none"], 1, "bpo-kpo: no-such-file cannot be read"),
        (["verify", "no-such-file"], 1, "bpo-kpo: no-such-file cannot be read"),
        (["ingest", "no-such-folder"], 1, "does not exist"),
        (["ask"], 2, "bpo-kpo ask: needed is either QUESTION or --batch FILE. `bpo-kpo ask --help` lists"),
        (["search", "x", "--k", "0"], 2, "--k is 0"),
        (["nonsense"], 2, "bpo-kpo: there is no 'nonsense': needed is one of setup, ingest,"),
    ],
)
def test_mistakes_are_one_clear_line(folder: Path, arguments: list[str], code: int, message: str) -> None:
    done = run(folder, *arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    if code == 1:
        assert len(done.stderr.strip().splitlines()) == 1


def test_config_prints_what_is_in_force(folder: Path) -> None:
    values = json.loads(run(folder, "config", "--json", "--model", "none", "--strict").stdout)
    assert (values["data_dir"], values["model"], values["index"]) == (str(folder), "none", "default")
    assert values["strict"] is True


def test_doctor_names_what_is_missing_and_the_command_that_mends_it(folder: Path, tmp_path: Path) -> None:
    whole = run(folder, "doctor", "--model", "none")
    assert whole.returncode == 0, whole.stdout
    assert "MISSING" not in whole.stdout
    bare = run(tmp_path, "doctor", "--model", "embedded")
    assert bare.returncode == 1
    assert "MISSING  embedded model: not unpacked yet -> bpo-kpo setup" in bare.stdout
    assert "There is no index named 'default'" in bare.stdout
