"""Wrong usage of the command line: one line in plain words, told before anything is loaded."""

import socket

import pytest

from assistant.core.settings import load_settings, usual_data_dir
from ui.cli.parse import main


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run the command line; return its exit code and what it printed."""
    try:
        code = main(list(arguments))
    except SystemExit as end:
        code = int(end.code or 0)
    out = capsys.readouterr()
    return code, (out.err or out.out).strip()


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["search", "a", "--k", "abc"], 2, "bpo-kpo search: --k is 'abc': needed is a whole number. `bpo-kpo search --help` lists what there is."),
        (["ask", "a", "--model-timeout-s", "x"], 2, "bpo-kpo ask: --model-timeout-s is 'x': needed is a number, such as 0.5. `bpo-kpo ask --help` lists what there is."),
        (["ask", "a", "--min-evidence", "7"], 1, "bpo-kpo: --min-evidence is 7.0: needed is a number from 0 to 1"),
        (["ask", "a", "--model-timeout-s", "0"], 1, "bpo-kpo: --model-timeout-s is 0.0: needed is a number above 0"),
        (["ask", " "], 1, "bpo-kpo: The question is empty: type a question in words."),
        (["chat", "--port", "99999999"], 1, "bpo-kpo: --port is 99999999: needed is a number from 1024 to 65535"),
        (["aks", "a"], 2, "bpo-kpo: there is no 'aks': did you mean ask? `bpo-kpo --help` lists what there is."),
        (["ask", "a", "--passages", "3"], 2, "bpo-kpo ask: not understood: --passages 3. `bpo-kpo ask --help` lists what there is."),
        (["search", "a", "--k", "0"], 2, "bpo-kpo search: --k is 0: needed is a number from 1 up. `bpo-kpo search --help` lists what there is."),
        (["eval", "run", "--cases", "golden", "--sample", "0"], 2, "bpo-kpo eval run: --sample is 0: needed is a number from 1 up. `bpo-kpo eval run --help` lists what there is."),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, line: str
) -> None:
    assert told(capsys, *arguments) == (code, line)


def test_the_version_and_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    code, words = told(capsys, "--version")
    assert code == 0 and words.startswith("bpo-kpo 0.")
    code, words = told(capsys)
    assert code == 0 and words.startswith("usage: bpo-kpo") and "ask" in words


def test_a_variable_that_is_no_setting_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BPO_KPO_MODLE", "none")
    assert told(capsys, "config") == (
        1,
        "bpo-kpo: The variable BPO_KPO_MODLE is no setting: did you mean BPO_KPO_MODEL?",
    )
    monkeypatch.delenv("BPO_KPO_MODLE")
    monkeypatch.setenv("BPO_KPO_PASSAGES", "many")
    assert told(capsys, "config") == (
        1, "bpo-kpo: BPO_KPO_PASSAGES is 'many': needed is a whole number from 1 to 50",
    )  # fmt: skip


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BPO_KPO_DATA_DIR", "BPO_KPO_MODEL", "BPO_KPO_PASSAGES"):
        monkeypatch.setenv(name, "")
    settings = load_settings()
    assert (settings.data_dir, settings.model, settings.passages) == (usual_data_dir(), "none", 8)


@pytest.mark.parametrize("command", [["ask", "What is KPO?"], ["chat", "--no-browser"], ["mcp"]])
@pytest.mark.parametrize("model", ["foo:bar", "foo", "openai:m"])
def test_a_model_that_cannot_be_had_ends_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: list[str], model: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    code, words = told(capsys, *command, "--model", model)
    assert (code, "\n" in words) == (1, False)
    assert words.startswith("bpo-kpo: ") and model.partition(":")[0] in words


def test_the_settings_of_a_model_that_cannot_be_had_are_shown_and_end_with_an_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, words = told(capsys, "config", "--model", "foo:bar")
    assert code == 1 and words.startswith(
        "Answers are quotations, because foo:bar (named for this start) cannot"
    )
    assert "\nmodel = foo:bar\n" in words
    assert told(capsys, "config", "--model", "none")[0] == 0


@pytest.mark.parametrize("command", ["serve", "chat", "mcp"])
def test_a_port_in_use_is_told_in_our_words(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        more = ["--http"] if command == "mcp" else []
        code, words = told(capsys, command, "--port", str(port), "--model", "none", *more)
    assert (code, "\n" in words) == (1, False)
    assert words.startswith(f"bpo-kpo: --port is {port}: it is in use") and "Errno" not in words
