"""Read the head of a GGUF file: what model it holds, and whether OpenVINO can run it."""

import math
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.core.errors import ModelError

# tried with the OpenVINO GenAI of the lock, a small file of each (tests/test_gguf.py)
ARCHITECTURES = ("llama", "qwen2", "qwen3")
TYPES = ("F16", "Q4_0", "Q4_1", "Q4_K", "Q6_K", "Q8_0")
TOKENIZER = "gpt2"  # byte pairs
_VECTOR_TYPES = ("F32", "F16")  # of norms and biases
_TYPE_NAMES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K",
    12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S",
    20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 29: "IQ1_M", 30: "BF16",
}  # fmt: skip
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_KEPT = "tokenizer.ggml.tokens", "tokenizer.ggml.token_type"  # of the lists; the others are passed over
_CONTROL, _USER_DEFINED = 3, 4  # of the types of a token
_MOST = 10_000_000  # entries of a list, tensors, keys


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a GGUF file says of its model. `control` are the tokens that end a turn and the like, as they are written."""

    architecture: str
    name: str
    tokenizer: str
    chat_template: str
    context_length: int
    parameters: int
    types: frozenset[str]  # of matrices
    vector_types: frozenset[str]
    control: tuple[str, ...]
    files: int  # that hold the model together


def read_header(path: Path) -> Header:
    """Read the head of a file. Raises ModelError for one that is missing, damaged, or no GGUF."""
    if not path.is_file():
        raise ModelError(f"{path} is not a file: give the path of a GGUF file")
    stat = path.stat()
    return _read(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=4)  # the page asks at every click
def _read(path: Path, _size: int, _mtime_ns: int) -> Header:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return Reader(data).header()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, struct.error, KeyError, TypeError) as error:
        raise ModelError(f"{path} is no GGUF file, or only a part of one: download it again") from error


def lacks(header: Header) -> str:
    """Say why OpenVINO cannot run a model, and what to take instead; "" where it can."""
    if header.architecture not in ARCHITECTURES:
        return (
            f"its architecture {header.architecture!r} is not one that OpenVINO reads from GGUF "
            f"({', '.join(ARCHITECTURES)}): take another model, or serve it with Ollama or llama.cpp"
        )
    if header.tokenizer != TOKENIZER:
        return (
            f"its tokenizer {header.tokenizer!r} is not one that OpenVINO reads from GGUF: take another model"
        )
    bad = sorted({*header.types} - {*TYPES} | {*header.vector_types} - {*_VECTOR_TYPES})
    if bad:
        return f"it holds {', '.join(bad)} weights, OpenVINO reads {', '.join(TYPES)}: take its Q8_0 or Q4_0 file"
    if header.files > 1:
        return f"it is one of {header.files} parts: take a model that is one file"
    if not header.chat_template:
        return "it has no chat template: take a model that is tuned to instructions"
    return ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A tensor as the head of a file lists it: rows first, `offset` in bytes from where the tensors begin."""

    name: str
    kind: str
    shape: tuple[int, ...]
    offset: int

    @property
    def size(self) -> int:
        """Its number of values."""
        return math.prod(self.shape)


class Reader:
    """Reads the head of a file from its start; whatever does not fit raises ValueError or struct.error."""

    def __init__(self, data: mmap.mmap, keep: tuple[str, ...] = _KEPT) -> None:
        self._data = data
        self._keep = keep  # of the lists
        self.at = 0

    def all(self) -> tuple[dict[str, Any], list[Entry]]:
        """Return what the file says of its model, by key, and its tensors; then `at` is where the head ends."""
        if self._data[:4] != b"GGUF":
            raise ValueError("no GGUF")
        self.at = 4
        version, tensors, keys = self._take("I"), self._count(), self._count()
        if version not in (2, 3):
            raise ValueError("another version")
        said = dict(self._pairs(keys))
        return said, [self._tensor() for _ in range(tensors)]

    def header(self) -> Header:
        """Return what the file says of its model. Raises KeyError where it does not say what it is."""
        said, entries = self.all()
        architecture = str(said["general.architecture"])
        types = said.get("tokenizer.ggml.token_type", ())
        marked = (
            token
            for token, kind in zip(said.get("tokenizer.ggml.tokens", ()), types, strict=False)
            if kind in (_CONTROL, _USER_DEFINED)
        )
        return Header(
            architecture=architecture,
            name=str(said.get("general.name", "")),
            tokenizer=str(said.get("tokenizer.ggml.model", "")),
            chat_template=str(said.get("tokenizer.chat_template", "")),
            context_length=int(said.get(f"{architecture}.context_length", 0)),
            parameters=sum(entry.size for entry in entries),
            types=frozenset(entry.kind for entry in entries if len(entry.shape) > 1),
            vector_types=frozenset(entry.kind for entry in entries if len(entry.shape) == 1),
            files=int(said.get("split.count", 1)),
            control=tuple(token for token in marked if len(token) > 2 and not token.isspace()),
        )

    def _pairs(self, count: int) -> Iterator[tuple[str, Any]]:
        for _ in range(count):
            key = self._text()
            yield key, self._value(self._take("I"), key in self._keep)

    def _value(self, kind: int, keep: bool) -> Any:
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY:
            return self._take(_SCALARS[kind])
        inner, count = self._take("I"), self._count()
        if inner == _STRING:
            texts = [self._bytes() for _ in range(count)]
            return tuple(text.decode("utf-8", "replace") for text in texts) if keep else ()
        layout = struct.Struct(f"<{count}{_SCALARS[inner]}")
        start, self.at = self.at, self.at + layout.size
        if self.at > len(self._data):
            raise ValueError("too short")
        return layout.unpack_from(self._data, start) if keep else ()

    def _tensor(self) -> Entry:
        name = self._text()
        rank = self._take("I")
        if not 1 <= rank <= 4:
            raise ValueError("no tensor")
        shape = tuple(self._take("Q") for _ in range(rank))[::-1]
        kind, offset = self._take("I"), self._take("Q")
        if offset >= len(self._data):
            raise ValueError("too short")
        return Entry(name=name, kind=_TYPE_NAMES.get(kind, f"type {kind}"), shape=shape, offset=offset)

    def _text(self) -> str:
        return self._bytes().decode("utf-8", "replace")

    def _bytes(self) -> bytes:
        length = self._take("Q")
        start, self.at = self.at, self.at + length
        if self.at > len(self._data):
            raise ValueError("too short")
        return self._data[start : self.at]

    def _count(self) -> int:
        count = int(self._take("Q"))
        if count > _MOST:
            raise ValueError("too many")
        return count

    def _take(self, form: str) -> Any:
        layout = struct.Struct(f"<{form}")
        (value,) = layout.unpack_from(self._data, self.at)
        self.at += layout.size
        return value
