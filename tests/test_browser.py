"""The browser for the tests: one that is there is found, else one is installed, else a line says how to get one."""

from pathlib import Path

import pytest

from ui.docs import browser


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine have no browser."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "PLACES", (str(tmp_path / "Edge"),))
    monkeypatch.setattr(browser, "_own", lambda: None)


def program(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_browser_on_the_path_comes_before_one_in_its_usual_place(tmp_path: Path) -> None:
    assert browser.found_browser() is None
    edge = program(tmp_path / "Edge", "exit 0")
    assert browser.found_browser() == edge
    own = program(tmp_path / "microsoft-edge", "exit 0")
    assert browser.found_browser() == browser.install_browser() == own


def test_one_that_was_installed_and_does_not_start_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each way installs a browser: the first one's lacks what it needs, the second one's starts."""
    ways = []
    for code in (1, 0):
        built = program(tmp_path / f"built-{code}", f"exit {code}")
        ways.append([program(tmp_path / f"way-{code}", f"/bin/cp {built} {tmp_path}/chromium")])
    monkeypatch.setattr(browser, "_ways", lambda: iter(ways[:1]))
    assert browser.install_browser() is None
    (tmp_path / "chromium").unlink()
    monkeypatch.setattr(browser, "_ways", lambda: iter(ways))
    assert browser.install_browser() == str(tmp_path / "chromium")


def test_where_none_can_be_had_a_line_says_how(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(browser, "_ways", lambda: iter([["/no/such/program"], ["/bin/false"]]))
    with pytest.raises(SystemExit) as stopped:
        browser.main()
    assert "apt-get install -y chromium" in str(stopped.value) and "\n" not in str(stopped.value)
    assert capsys.readouterr().err.splitlines() == [
        "no browser yet: /no/such/program",
        "no browser yet: /bin/false",
    ]
