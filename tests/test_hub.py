"""Fetching a model from a hub: whole, gone on with where it stopped, checked, and in one line where it fails."""

import hashlib
from pathlib import Path

import huggingface_hub.constants as constants
import pytest
from hub_server import Hub, hub_of
from patience import free_port
from tqdm import tqdm

from assistant.core.errors import ModelError
from assistant.models.chat.gguf.hub import fetch_file, place_of

REPO, FILE = "someone/some-model-GGUF", "some-model-q8_0.gguf"
CONTENT = bytes(range(256)) * 4096


@pytest.fixture(autouse=True)
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library ask, as in `bpo-kpo setup --model`, and have no token."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.delenv("HF_TOKEN", raising=False)


def test_a_file_is_fetched_once_and_nothing_else_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Hub(repo=REPO, file=FILE, content=CONTENT)
    with hub_of(hub) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        path = fetch_file(REPO, FILE, tmp_path)
        assert path == tmp_path / FILE and path.read_bytes() == CONTENT
        assert sorted(item.name for item in tmp_path.iterdir()) == [".lock", FILE]
        asked = len(hub.asked)
        assert fetch_file(REPO, FILE, tmp_path) == path and len(hub.asked) == asked
    assert [(method, path) for method, path, _ in hub.asked] == [
        ("HEAD", f"/{REPO}/resolve/main/{FILE}"),
        ("GET", f"/{REPO}/resolve/main/{FILE}"),
    ]
    assert set(hub.tokens) == {""}


def test_what_the_network_broke_off_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 65_536)
    hub = Hub(repo=REPO, file=FILE, content=CONTENT, stop_at=300_000)
    with hub_of(hub) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        assert fetch_file(REPO, FILE, tmp_path).read_bytes() == CONTENT
    assert [given for method, _, given in hub.asked if method == "GET"] == ["", "bytes=262144-"]


def test_what_the_user_stopped_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(tqdm):  # type: ignore[type-arg]
        def update(self, n: float | None = 1) -> bool | None:
            if self.n >= 500_000:
                raise KeyboardInterrupt
            return super().update(n)

    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 65_536)
    hub = Hub(repo=REPO, file=FILE, content=CONTENT)
    with hub_of(hub) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        with pytest.raises(KeyboardInterrupt):
            fetch_file(REPO, FILE, tmp_path, Stopped)
        assert not (tmp_path / FILE).exists()
        assert fetch_file(REPO, FILE, tmp_path).read_bytes() == CONTENT
    assert [given for method, _, given in hub.asked if method == "GET"] == ["", "bytes=524288-"]
    assert sorted(item.name for item in tmp_path.iterdir()) == [".lock", FILE]


def test_another_file_than_stated_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stated = hashlib.sha256(b"another").hexdigest()
    with hub_of(Hub(repo=REPO, file=FILE, content=CONTENT, stated=stated)) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        with pytest.raises(
            ModelError, match=f"has sha256 {hashlib.sha256(CONTENT).hexdigest()}, .* states {stated}"
        ):
            fetch_file(REPO, FILE, tmp_path)
    assert [item.name for item in tmp_path.iterdir()] == [".lock"]


def test_a_hub_that_states_no_hash_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_of(Hub(repo=REPO, file=FILE, content=CONTENT, stated="abc")) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        with pytest.raises(
            ModelError, match=r"states no sha256 for someone/some-model-GGUF/some-model-q8_0\.gguf"
        ):
            fetch_file(REPO, FILE, tmp_path)


def test_a_name_the_hub_does_not_know_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_of(Hub(repo=REPO, file=FILE, content=CONTENT)) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        with pytest.raises(ModelError, match=r"has no someone/some-model-GGUF/other\.gguf: check the name$"):
            fetch_file(REPO, "other.gguf", tmp_path)


def test_without_a_network_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"http://user:secret@127.0.0.1:{free_port()}")
    with pytest.raises(
        ModelError, match=r"^http://127\.0\.0\.1:\d+ cannot be reached, and .* gguf:PATH"
    ) as caught:
        fetch_file(REPO, FILE, tmp_path)
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"^HF_HUB_OFFLINE is set: unset it"):
        fetch_file(REPO, FILE, tmp_path)


def test_a_file_that_does_not_fit_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(repo=REPO, file=FILE, content=CONTENT)
    with hub_of(hub) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        monkeypatch.setattr("assistant.models.chat.gguf.hub._RESERVE", 1 << 60)
        with pytest.raises(ModelError, match=r"takes 0\.0 GB, and [\d.]+ GB are free in .*: free some"):
            fetch_file(REPO, FILE, tmp_path)
    assert not [method for method, _, _ in hub.asked if method == "GET"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/a-q8_0.gguf",
            ("Qwen/Qwen2.5-0.5B-Instruct-GGUF", "a-q8_0.gguf"),
        ),
        ("Qwen/Qwen2.5-0.5B-Instruct-GGUF/a-q8_0.gguf", None),
        ("hf:Qwen/a-q8_0.gguf", None),
        ("hf:../../etc/passwd.gguf", None),
        ("hf:a/b/c.safetensors", None),
    ],
)
def test_a_place_on_the_hub_is_read(text: str, place: tuple[str, str] | None) -> None:
    assert place_of(text) == place
