"""What decided an answer is told stage by stage where it is asked for, and nowhere else."""

import logging
from pathlib import Path

import pytest
from small_index import build

from assistant import Assistant
from assistant.core.explain import MOST, NAME, explain
from ui.cli.commands import explained


def test_the_stages_of_an_answer_are_told_in_order(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assistant = Assistant.open(build(tmp_path))
    with caplog.at_level(logging.INFO, NAME):
        assistant.ask("What does KPO stand for?")
    lines = [record.getMessage() for record in caplog.records if record.name == NAME]
    stages = list(dict.fromkeys(line.partition(":")[0] for line in lines))
    assert stages == ["read", "found", "scored", "decided", "done"]
    assert any("KPO stands for Knowledge Process Outsourcing." in line for line in lines)
    assert any("where 0.55 answers and 0.08 may answer" in line for line in lines)


def test_it_is_quiet_unless_asked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def unheard() -> list[str]:
        raise AssertionError("made though nobody listens")

    explain("found", unheard)
    assert caplog.records == []


def test_long_and_steering_words_cannot_spoil_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger(NAME)
    level, handlers, propagate = logger.level, list(logger.handlers), logger.propagate
    try:
        explained()
        explain("scored", lambda: ["a \x1b[31m red\nword", "b" * 500])
    finally:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("ms] scored: a \ufffd[31m red word")
    assert len(second.partition("scored: ")[2]) == MOST
