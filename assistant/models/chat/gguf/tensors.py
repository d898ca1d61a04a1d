"""Read the weights and the tokenizer out of a GGUF file, for a model of ours that stands on those of the embedded one.

The layouts of Q4_1 and Q8_0 are those of the GGML library: blocks of 32 values with a scale, and a least value.
"""

import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.core.errors import ModelError
from assistant.models.chat.gguf.header import Entry, Reader

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BLOCK = 32  # values that share a scale
_ALIGNMENT = 32
_BYTES = {"F32": 4 * BLOCK, "Q8_0": 2 + BLOCK, "Q4_1": 4 + BLOCK // 2}  # of a block
Weights = dict[str, NDArray[np.float32]]


def read_tensors(path: Path, names: "set[str] | None" = None) -> Weights:
    """Return tensors by name, float32, rows first; those of `names` alone where it is given.

    Raises ModelError for a file that is missing, damaged, or holds another kind of weights.
    """
    with _opened(path) as data:
        reader = Reader(data)
        _, entries = reader.all()
        start = -(-reader.at // _ALIGNMENT) * _ALIGNMENT
        return {
            entry.name: _plain(data, start + entry.offset, entry)
            for entry in entries
            if names is None or entry.name in names
        }


def read_tokenizer(path: Path) -> "Tokenizer":
    """Return the tokenizer of a GGUF file of the SmolLM family: byte pairs, each digit by itself. Raises as `read_tensors`."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    with _opened(path) as data:
        said, _ = Reader(data, keep=("tokenizer.ggml.tokens", "tokenizer.ggml.merges")).all()
    merges = [tuple(pair.split(" ")) for pair in said["tokenizer.ggml.merges"]]
    vocabulary = {token: at for at, token in enumerate(said["tokenizer.ggml.tokens"])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    digits, pairs = (
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False),
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, pairs])
    return tokenizer


@contextmanager
def _opened(path: Path) -> Iterator[mmap.mmap]:
    """Open a file to be read; what goes wrong while it is becomes a ModelError of one line."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, struct.error, KeyError, TypeError) as error:
        raise ModelError(
            f"{path} is damaged, or of another kind ({error}): run `bpo-kpo setup` again"
        ) from error


def _plain(data: mmap.mmap, start: int, entry: Entry) -> NDArray[np.float32]:
    blocks = -(-entry.size // BLOCK)
    raw = np.frombuffer(data[start : start + blocks * _BYTES[entry.kind]], dtype=np.uint8)
    if entry.kind == "F32":
        values: NDArray[Any] = raw.view(np.float32)
    else:
        rows = raw.reshape(blocks, -1)
        scale = rows[:, :2].copy().view(np.float16).astype(np.float32)
        if entry.kind == "Q8_0":
            values = rows[:, 2:].copy().view(np.int8).astype(np.float32) * scale
        else:
            least = rows[:, 2:4].copy().view(np.float16).astype(np.float32)
            packed = rows[:, 4:]
            values = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) * scale + least
    return values.reshape(-1)[: entry.size].reshape(entry.shape).astype(np.float32, copy=False)
