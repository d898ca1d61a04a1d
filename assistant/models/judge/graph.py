"""Build the judge for OpenVINO: the lower layers of SmolLM2 with the trained steps added, in 8 bits, and two heads.

The layers are those of Llama (Touvron et al. 2023) with the attention of `assistant.models.judge.encode`: evidence is read
in order, a claim sees the evidence and itself. No torch is needed.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.models.chat.gguf.smollm2 import (
    HEADS,
    KEYS,
    PARTS,
    THETA,
    WIDE,
    WIDTH,
    depth,
    eighths,
    rows_at,
    stepped,
)
from assistant.models.reader.graph import LOW, constant, linear, parameter

EPSILON = 1e-5
SIZE = WIDTH // HEADS
Weights = Mapping[str, NDArray[Any]]


def build(published: Weights, own: Weights) -> Any:
    """Return the model: ids, places and side (b, n) and last (b, m), all int64, go in.

    A side is -1 for padding, 0 for evidence and the number of the claim; `last` are the places in its row where each
    claim is judged. Out come labels (b, m, 3), logits of supported, contradicted, unsupported; and words (b, n), logits
    of each token lacking support. `own` holds the steps that were trained and the heads.
    """
    import openvino
    from openvino import opset13 as ops

    ids, places, side, last = (parameter(ops, name, np.int64) for name in ("ids", "places", "side", "last"))
    states = rows_at(ops, published["token_embd.weight"], ids)
    turn, low = _turn(ops, places), _unseen(ops, side)
    for number in range(depth(own)):
        states = _layer(ops, published, own, number, states, turn, low)
    states = _normal(ops, states, published["output_norm.weight"])
    words = ops.squeeze(linear(ops, own, "wrong", states), constant(ops, [2], np.int64))
    judged = ops.gather(states, last, constant(ops, 1, np.int64), 1)
    results = [
        ops.result(linear(ops, own, "label", judged), name="labels"),
        ops.result(words, name="words"),
    ]
    return openvino.Model(results, [ids, places, side, last], "judge")


def names(own: Weights) -> set[str]:
    """Return the published tensors that are used."""
    parts = [name for part in PARTS.values() for name in part] + ["attn_norm", "ffn_norm"]
    layers = {f"blk.{number}.{name}.weight" for number in range(depth(own)) for name in parts}
    return layers | {"token_embd.weight", "output_norm.weight"}


def _step(ops: Any, published: Weights, own: Weights, number: int, part: str, states: Any) -> Any:
    whole, scale = eighths(stepped(published, own, number, part))
    product = ops.multiply(ops.convert(ops.constant(whole), "f32"), constant(ops, scale))
    return ops.matmul(states, product, False, True)


def _normal(ops: Any, states: Any, weight: NDArray[Any]) -> Any:
    square = ops.reduce_mean(ops.multiply(states, states), constant(ops, [-1], np.int64), True)
    size = ops.sqrt(ops.add(square, constant(ops, EPSILON)))
    return ops.multiply(ops.divide(states, size), constant(ops, weight))


def _turn(ops: Any, places: Any) -> tuple[Any, Any]:
    """Return cosine and sine of each place, (b, 1, n, SIZE)."""
    rate = THETA ** (-np.arange(0, SIZE, 2) / SIZE)
    rates = constant(ops, np.concatenate([rate, rate])[None, None, None])
    wide = ops.unsqueeze(ops.convert(places, "f32"), constant(ops, [1, 3], np.int64))
    angles = ops.multiply(wide, rates)
    return ops.cos(angles), ops.sin(angles)


def _rotated(ops: Any, part: Any, turn: tuple[Any, Any]) -> Any:
    left, right = ops.split(part, constant(ops, 3, np.int64), 2).outputs()
    turned = ops.concat([ops.negative(right), left], 3)
    return ops.add(ops.multiply(part, turn[0]), ops.multiply(turned, turn[1]))


def _unseen(ops: Any, side: Any) -> Any:
    """Return (b, 1, n, n): 0 where a token sees another, a low value elsewhere."""
    own, other = (
        ops.unsqueeze(side, constant(ops, [2], np.int64)),
        ops.unsqueeze(side, constant(ops, [1], np.int64)),
    )
    zero = constant(ops, 0, np.int64)
    same = ops.logical_and(ops.equal(own, other), ops.greater(other, zero))
    width = ops.gather(ops.shape_of(side), constant(ops, 1, np.int64), zero)
    order = ops.range(zero, width, constant(ops, 1, np.int64), "i64")
    before = ops.less_equal(ops.unsqueeze(order, zero), ops.unsqueeze(order, constant(ops, 1, np.int64)))
    seen = ops.logical_and(ops.logical_or(ops.equal(other, zero), same), ops.unsqueeze(before, zero))
    hidden = ops.multiply(ops.convert(ops.logical_not(seen), "f32"), constant(ops, LOW))
    return ops.unsqueeze(hidden, constant(ops, [1], np.int64))


def _layer(
    ops: Any, published: Weights, own: Weights, number: int, states: Any, turn: tuple[Any, Any], low: Any
) -> Any:
    """Return one layer's states: attention, then a gated step, each added."""
    first, second = (published[f"blk.{number}.{name}.weight"] for name in ("attn_norm", "ffn_norm"))
    sizes = constant(ops, [WIDTH, KEYS * SIZE, KEYS * SIZE], np.int64)
    asked = _step(ops, published, own, number, "qkv", _normal(ops, states, first))
    query, key, value = (
        _heads(ops, part) for part in ops.variadic_split(asked, constant(ops, 2, np.int64), sizes).outputs()
    )
    query, key = _rotated(ops, query, turn), _rotated(ops, key, turn)
    group = constant(ops, np.repeat(np.arange(KEYS), HEADS // KEYS), np.int64)
    key, value = (ops.gather(part, group, constant(ops, 1, np.int64)) for part in (key, value))
    seen = ops.scaled_dot_product_attention(query, key, value, low)
    joined = ops.transpose(seen, constant(ops, [0, 2, 1, 3], np.int64))
    joined = ops.reshape(joined, constant(ops, [0, 0, WIDTH], np.int64), True)
    states = ops.add(states, _step(ops, published, own, number, "out", joined))
    wide = _step(ops, published, own, number, "gate", _normal(ops, states, second))
    gate, up = ops.variadic_split(
        wide, constant(ops, 2, np.int64), constant(ops, [WIDE, WIDE], np.int64)
    ).outputs()
    return ops.add(states, _step(ops, published, own, number, "dense", ops.multiply(ops.swish(gate), up)))


def _heads(ops: Any, part: Any) -> Any:
    split = ops.reshape(part, constant(ops, [0, 0, -1, SIZE], np.int64), True)
    return ops.transpose(split, constant(ops, [0, 2, 1, 3], np.int64))
