"""Fetch one file of a model from Hugging Face, or a mirror at HF_ENDPOINT: whole, and with the hash the hub states."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from filelock import FileLock

from assistant.core.address import bare_address
from assistant.core.errors import ModelError

_PART = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_PLACE = re.compile(rf"(?:hf:)?({_PART}/{_PART})/({_PART}\.gguf)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RESERVE = 200_000_000  # bytes left free on the disk


def place_of(text: str) -> tuple[str, str] | None:
    """Read hf:OWNER/REPO/FILE.gguf as repo and file; None for another text."""
    found = _PLACE.fullmatch(text)
    return (found[1], found[2]) if found and text.startswith("hf:") else None


def fetch_file(repo: str, file: str, folder: Path, progress: type[Any] | None = None) -> Path:
    """Put a file of a repository into a folder and return its path; nothing is asked where it is there.

    What an earlier attempt left is gone on with. `progress` is a class like tqdm. A token is sent only where HF_TOKEN
    is set. Raises ModelError when the file cannot be had, is not the one the hub states, or does not fit on the disk.
    """
    target = folder / file
    if target.is_file():
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            if not target.is_file():
                _fetch(repo, file, target, progress)
    except OSError as error:  # of the disk: what the hub raises was worded before
        raise ModelError(f"{file} cannot be put into {folder}: {error.strerror or error}") from error
    return target


def _fetch(repo: str, file: str, target: Path, progress: type[Any] | None) -> None:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    endpoint, token = os.environ.get("HF_ENDPOINT") or None, os.environ.get("HF_TOKEN") or False
    url = hf_hub_url(repo, file, endpoint=endpoint)
    stated = _asked(repo, file, lambda: get_hf_file_metadata(url, token=token, endpoint=endpoint))
    if not _SHA256.fullmatch(stated.etag or "") or not stated.size:
        raise ModelError(f"{_hub()} states no sha256 for {repo}/{file}: fetch it by hand, and give gguf:PATH")
    part = target.parent / f".{file}.{stated.etag[:12]}.part"  # stays where it is broken off, to go on from
    begun = part.stat().st_size if part.is_file() else 0
    free = shutil.disk_usage(target.parent).free
    if free < stated.size - begun + _RESERVE:
        raise ModelError(
            f"{file} takes {stated.size / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free in {target.parent}: "
            "free some, or give another folder with --data-dir"
        )
    if begun < stated.size:
        _asked(repo, file, lambda: _download(url, stated, part, token, progress))
    with part.open("rb") as whole:
        found = hashlib.file_digest(whole, "sha256").hexdigest()
    if found != stated.etag:
        part.unlink()
        raise ModelError(
            f"{file} has sha256 {found}, {_hub()} states {stated.etag}: it was thrown away; fetch it again"
        )
    part.replace(target)


def _download(url: str, stated: Any, part: Path, token: str | bool, progress: type[Any] | None) -> None:
    """Append to `part` what it lacks; the library's own download of a file begins anew in every process."""
    from huggingface_hub.file_download import http_get

    same = urlsplit(stated.location).netloc == urlsplit(url).netloc  # else of a store, which needs no token
    with part.open("ab") as file:
        http_get(
            stated.location,
            file,
            headers={"authorization": f"Bearer {token}"} if token and same else None,
            expected_size=stated.size,
            resume_size=file.tell(),
            tqdm_class=progress,
        )


def _asked(repo: str, file: str, ask: Callable[[], Any]) -> Any:
    """Ask the hub, and word what it or the network raises in one line."""
    import httpx
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    try:
        return ask()
    except OfflineModeIsEnabled as error:
        raise ModelError("HF_HUB_OFFLINE is set: unset it to fetch a model, or give gguf:PATH") from error
    except GatedRepoError as error:
        raise ModelError(f"{repo} asks for an account: agree on its page, and set HF_TOKEN") from error
    except (LocalEntryNotFoundError, httpx.TransportError) as error:
        raise ModelError(
            f"{_hub()} cannot be reached, and {file} is not here: connect to the network and run this again (it goes "
            "on where it stopped), or give gguf:PATH for a file you have"
        ) from error
    except (RepositoryNotFoundError, EntryNotFoundError) as error:
        raise ModelError(f"{_hub()} has no {repo}/{file}: check the name") from error
    except HfHubHTTPError as error:
        code = error.response.status_code if error.response is not None else "no status"
        raise ModelError(f"{_hub()} did not give {repo}/{file} (HTTP {code}): try again later") from error


def _hub() -> str:
    """Name the hub that is asked."""
    return bare_address(os.environ.get("HF_ENDPOINT")) or "huggingface.co"
