"""SmolLM2-135M (Allal et al. 2025), the embedded model: its sizes, and its matrices with trained steps added."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH, WIDE = 576, 1536  # of a state, and inside the gated step
HEADS, KEYS = 9, 3  # heads that ask, and that are asked
THETA = 100_000.0  # of the rotated places
SCALE = 2.0  # of the low-rank steps
PARTS = {"qkv": ("attn_q", "attn_k", "attn_v"), "out": ("attn_output",), "gate": ("ffn_gate", "ffn_up"),
         "dense": ("ffn_down",)}  # fmt: skip
Weights = Mapping[str, NDArray[Any]]


def matrix(weights: Weights, number: int, part: str) -> NDArray[np.float32]:
    """Return a matrix of one layer, those that are used together below each other, as (out, in)."""
    found = []
    for name in PARTS[part]:
        own = weights[f"blk.{number}.{name}.weight"]
        found.append(
            _halved(own, HEADS if name == "attn_q" else KEYS) if name in ("attn_q", "attn_k") else own
        )
    return np.concatenate(found).astype(np.float32)


def depth(steps: Weights) -> int:
    """Return how many layers have steps."""
    return 1 + max(int(name.split(".")[1]) for name in steps if name.startswith("layers."))


def stepped(weights: Weights, steps: Weights, number: int, part: str) -> NDArray[np.float32]:
    """Return a matrix with the low-rank step that was trained beside it added (LoRA, Hu et al. 2022)."""
    at = f"layers.{number}.{part}."
    added: NDArray[np.float32] = steps[f"{at}up"].astype(np.float32) @ steps[f"{at}down"].astype(np.float32)
    return matrix(weights, number, part) + SCALE * added


def eighths(weight: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return a matrix as whole numbers of 8 bits, and the scale of each row (out, 1), which it is to be multiplied with."""
    scale = np.maximum(np.abs(weight).max(axis=1, keepdims=True), 1e-8) / 127
    whole = np.clip(np.rint(weight / scale), -127, 127)
    return whole.astype(np.int8), scale.astype(np.float32)


def rows_at(ops: Any, table: NDArray[Any], at: Any) -> Any:
    """Return rows of a matrix that OpenVINO keeps in 8 bits."""
    whole, scale = eighths(table)
    first = ops.constant(np.int64(0))
    numbers = ops.convert(ops.gather(ops.constant(whole), at, first), "f32")
    return ops.multiply(numbers, ops.gather(ops.constant(scale), at, first))


def _halved(own: NDArray[Any], heads: int) -> NDArray[Any]:
    """Return the rows of a head with those of a rotated pair half a head apart; GGUF has them side by side."""
    rows, width = own.shape
    return own.reshape(heads, rows // heads // 2, 2, width).swapaxes(1, 2).reshape(rows, width)
