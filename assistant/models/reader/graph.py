"""Build the reader for OpenVINO: the packaged MiniLM's lowest layers, our layers above them, and the heads.

The encoder is BERT's (Devlin et al. 2019). No torch is needed.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

HEADS = 12
EPSILON = 1e-12
LOW = -1e4
Weights = Mapping[str, NDArray[Any]]


def build(packaged: Weights, own: Weights) -> Any:
    """Return the model: ids, mask, marks (b, n) int64, cosines and claim (b, n) float32 go in.

    Out come pointers (b, n, 2), logits of the first and last token of an answer, token 0 for none; and
    labels (b, 3), logits of supported, contradicted, unsupported. `own` holds the upper layers and the heads.
    """
    import openvino
    from openvino import opset13 as ops

    ids, mask, marks = (parameter(ops, name, np.int64) for name in ("ids", "mask", "marks"))
    cosines, claim = (parameter(ops, name, np.float32) for name in ("cosines", "claim"))
    low = ops.multiply(ops.subtract(constant(ops, 1.0), ops.convert(mask, "f32")), constant(ops, LOW))
    low = ops.unsqueeze(low, constant(ops, [1, 2], np.int64))
    states = embedded(ops, packaged, ids)
    upper = sorted({int(name.split(".")[3]) for name in own if name.startswith("encoder.encoder.layer.")})
    for number in range(upper[-1] + 1):
        if number == upper[0]:
            states = ops.add(states, gather(ops, own["marks.weight"], marks))
        source, prefix = (own, "encoder.") if number in upper else (packaged, "")
        states = layer(ops, source, f"{prefix}encoder.layer.{number}.", states, low)
    pointers = _pointers(ops, own, states, cosines)
    labels = _labels(ops, own, states, claim)
    results = [ops.result(pointers, name="pointers"), ops.result(labels, name="labels")]
    return openvino.Model(results, [ids, mask, marks, cosines, claim], "reader")


def parameter(ops: Any, name: str, kind: Any) -> Any:
    """Return an input of the model, (b, n)."""
    return ops.parameter([-1, -1], kind, name=name)


def constant(ops: Any, value: Any, kind: Any = np.float32) -> Any:
    """Return a constant."""
    return ops.constant(np.asarray(value, dtype=kind))


def gather(ops: Any, table: NDArray[Any], at: Any) -> Any:
    """Return rows of a table."""
    return ops.gather(constant(ops, table), at, constant(ops, 0, np.int64))


def embedded(ops: Any, source: Weights, ids: Any) -> Any:
    """Return the normalised sum of word, position and type vectors."""
    width = ops.gather(ops.shape_of(ids), constant(ops, 1, np.int64), constant(ops, 0, np.int64))
    places = ops.range(constant(ops, 0, np.int64), width, constant(ops, 1, np.int64), "i64")
    words = gather(ops, source["embeddings.word_embeddings.weight"], ids)
    placed = gather(ops, source["embeddings.position_embeddings.weight"], places)
    kind = constant(ops, source["embeddings.token_type_embeddings.weight"][0])
    return _normal(ops, source, "embeddings.LayerNorm", ops.add(ops.add(words, placed), kind))


def linear(ops: Any, source: Weights, name: str, states: Any) -> Any:
    """Return a dense step over states."""
    product = ops.matmul(states, constant(ops, source[f"{name}.weight"]), False, True)
    return ops.add(product, constant(ops, source[f"{name}.bias"]))


def _normal(ops: Any, source: Weights, name: str, states: Any) -> Any:
    centred = ops.mvn(states, constant(ops, [-1], np.int64), True, EPSILON, "inside_sqrt")
    scaled = ops.multiply(centred, constant(ops, source[f"{name}.weight"]))
    return ops.add(scaled, constant(ops, source[f"{name}.bias"]))


def layer(ops: Any, source: Weights, at: str, states: Any, low: Any) -> Any:
    """Return one layer's states: attention, then two dense steps, each added and normalised."""
    width = source[f"{at}attention.self.query.weight"].shape[0]
    split = constant(ops, [0, 0, HEADS, width // HEADS], np.int64)
    turn = constant(ops, [0, 2, 1, 3], np.int64)
    query, key, value = (
        ops.transpose(
            ops.reshape(linear(ops, source, f"{at}attention.self.{part}", states), split, True), turn
        )
        for part in ("query", "key", "value")
    )
    seen = ops.scaled_dot_product_attention(query, key, value, low)
    joined = ops.reshape(ops.transpose(seen, turn), constant(ops, [0, 0, width], np.int64), True)
    mixed = linear(ops, source, f"{at}attention.output.dense", joined)
    states = _normal(ops, source, f"{at}attention.output.LayerNorm", ops.add(states, mixed))
    wide = ops.gelu(linear(ops, source, f"{at}intermediate.dense", states), "erf")
    dense = linear(ops, source, f"{at}output.dense", wide)
    return _normal(ops, source, f"{at}output.LayerNorm", ops.add(states, dense))


def _pointers(ops: Any, own: Weights, states: Any, cosines: Any) -> Any:
    start = [constant(ops, value, np.int64) for value in ([0], [1], [1], [1])]
    first = ops.slice(states, *start)
    rest = ops.slice(
        states,
        constant(ops, [1], np.int64),
        constant(ops, [np.iinfo(np.int64).max], np.int64),
        constant(ops, [1], np.int64),
        constant(ops, [1], np.int64),
    )
    near = ops.slice(
        ops.multiply(ops.unsqueeze(cosines, constant(ops, [2], np.int64)), constant(ops, own["gain"])),
        constant(ops, [1], np.int64),
        constant(ops, [np.iinfo(np.int64).max], np.int64),
        constant(ops, [1], np.int64),
        constant(ops, [1], np.int64),
    )
    none = linear(ops, own, "none", first)
    return ops.concat([none, ops.add(linear(ops, own, "pointer", rest), near)], 1)


def _labels(ops: Any, own: Weights, states: Any, claim: Any) -> Any:
    one = constant(ops, [1], np.int64)
    inside = ops.unsqueeze(claim, constant(ops, [2], np.int64))
    count = ops.maximum(ops.reduce_sum(inside, one), constant(ops, 1.0))
    mean = ops.divide(ops.reduce_sum(ops.multiply(states, inside), one), count)
    out = ops.multiply(ops.subtract(constant(ops, 1.0), inside), constant(ops, LOW))
    most = ops.reduce_max(ops.add(ops.multiply(states, inside), out), one)
    first = ops.gather(states, constant(ops, 0, np.int64), one)
    return linear(ops, own, "label", ops.concat([first, mean, most], 1))
