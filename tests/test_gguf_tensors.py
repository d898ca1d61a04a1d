"""Weights and tokenizer read out of a GGUF file: blocks worked out by hand, and files that are damaged."""

import struct
from pathlib import Path

import numpy as np
import pytest
from tiny_gguf import SPECIAL, TYPES, write_gguf

from assistant.core.errors import ModelError
from assistant.models.chat.gguf.smollm2 import matrix
from assistant.models.chat.gguf.tensors import read_tensors, read_tokenizer


def text(word: str) -> bytes:
    return struct.pack("<Q", len(word)) + word.encode()


def one_tensor(path: Path, kind: str, shape: tuple[int, ...], data: bytes) -> Path:
    """Write a file of a single tensor, "w"."""
    out = b"GGUF" + struct.pack("<IQQ", 3, 1, 1)
    out += text("general.architecture") + struct.pack("<I", 8) + text("llama")
    out += text("w") + struct.pack(f"<I{len(shape)}QIQ", len(shape), *reversed(shape), TYPES[kind], 0)
    path.write_bytes(out + bytes(-len(out) % 32) + data)
    return path


def half(value: float) -> bytes:
    return np.float16(value).tobytes()


def test_eight_bits_are_multiplied_with_the_scale_of_their_block(tmp_path: Path) -> None:
    numbers = np.arange(-16, 16, dtype=np.int8)
    path = one_tensor(tmp_path / "a.gguf", "Q8_0", (1, 32), half(0.5) + numbers.tobytes())
    (row,) = read_tensors(path)["w"]
    assert row.tolist() == [n / 2 for n in range(-16, 16)]


def test_four_bits_are_packed_first_half_low_and_stand_on_a_least_value(tmp_path: Path) -> None:
    packed = bytes(low | high << 4 for low, high in zip(range(16), reversed(range(16)), strict=True))
    path = one_tensor(tmp_path / "a.gguf", "Q4_1", (2, 32), (half(2.0) + half(-1.0) + packed) * 2)
    first, second = read_tensors(path)["w"]
    wanted = [2.0 * n - 1.0 for n in [*range(16), *reversed(range(16))]]
    assert first.tolist() == second.tolist() == wanted


def test_plain_numbers_stay_as_they_are(tmp_path: Path) -> None:
    path = one_tensor(tmp_path / "a.gguf", "F32", (32,), np.arange(32, dtype=np.float32).tobytes())
    assert read_tensors(path)["w"].tolist() == list(range(32))
    assert read_tensors(path, set()) == {}


@pytest.mark.parametrize("kind", ["Q5_0", "Q6_K"])
def test_other_kinds_and_cut_files_are_refused_in_a_line(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"is damaged, or of another kind .*: run `bpo-kpo setup` again"):
        read_tensors(write_gguf(tmp_path / "a.gguf", kind=kind))
    whole = write_gguf(tmp_path / "b.gguf")
    whole.write_bytes(whole.read_bytes()[:300])
    for read in (read_tensors, read_tokenizer):
        with pytest.raises(ModelError, match="is damaged"):
            read(whole)
    with pytest.raises(ModelError, match="cannot be read: No such file"):
        read_tensors(tmp_path / "none.gguf")


def test_the_tokenizer_parts_digits_and_joins_what_it_merges(tmp_path: Path) -> None:
    tokenizer = read_tokenizer(write_gguf(tmp_path / "a.gguf"))
    found = tokenizer.encode("a 12 t")
    assert [tokenizer.id_to_token(at) for at in found.ids] == ["a", "\u0120", "1", "2", "\u0120t"]
    assert tokenizer.id_to_token(1) == SPECIAL[1]


def test_the_rows_of_a_rotated_pair_come_half_a_head_apart() -> None:
    """Of nine heads of four rows: GGUF has the pairs (0, 1) and (2, 3), the judge (0, 2) and (1, 3)."""
    rows = np.arange(36, dtype=np.float32)[:, None]
    keys = np.arange(12, dtype=np.float32)[:, None] + 100
    weights = {"blk.0.attn_q.weight": rows, "blk.0.attn_k.weight": keys, "blk.0.attn_v.weight": keys}
    found = matrix(weights, 0, "qkv")[:, 0].tolist()
    assert found[:8] == [0, 2, 1, 3, 4, 6, 5, 7]
    assert found[36:40] == [100, 102, 101, 103]
    assert found[48:] == keys[:, 0].tolist()
