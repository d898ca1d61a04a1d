"""Build the judge for OpenVINO: the packaged MiniLM's word vectors, layers of our own, and two heads.

The encoder is BERT's (Devlin et al. 2019), with the attention of `assistant.models.judge.encode`: evidence sees itself, a claim
sees both. No torch is needed.
"""

from typing import Any

import numpy as np

from assistant.models.reader.graph import (
    LOW,
    Weights,
    constant,
    embedded,
    gather,
    layer,
    linear,
    parameter,
)


def build(packaged: Weights, own: Weights) -> Any:
    """Return the model: ids, marks, places and side (b, n) int64 go in, side -1 for padding, 0 evidence, 1 the claim.

    Out come labels (b, 3), logits of supported, contradicted, unsupported; and words (b, n), logits of each token
    lacking support. `own` holds the layers that were trained, the marks and the heads; a row holds one claim, behind
    its evidence.
    """
    import openvino
    from openvino import opset13 as ops

    ids, marks, places, side = (parameter(ops, name, np.int64) for name in ("ids", "marks", "places", "side"))
    states = embedded(ops, packaged, ids, places)
    states = ops.add(states, gather(ops, own["marks.weight"], marks))
    low = _unseen(ops, side)
    count = 1 + max(int(name.split(".")[3]) for name in own if name.startswith("encoder.encoder.layer."))
    for number in range(count):
        states = layer(ops, own, f"encoder.encoder.layer.{number}.", states, low)
    words = ops.squeeze(linear(ops, own, "wrong", states), constant(ops, [2], np.int64))
    results = [
        ops.result(_labels(ops, own, states, ids, side), name="labels"),
        ops.result(words, name="words"),
    ]
    return openvino.Model(results, [ids, marks, places, side], "judge")


def _is(ops: Any, values: Any, value: int) -> Any:
    return ops.convert(ops.equal(values, constant(ops, value, np.int64)), "f32")


def _unseen(ops: Any, side: Any) -> Any:
    """Return (b, 1, n, n): 0 where a token sees another, a low value elsewhere."""
    evidence, claim = (ops.unsqueeze(_is(ops, side, value), constant(ops, [1], np.int64)) for value in (0, 1))
    asks = ops.unsqueeze(_is(ops, side, 1), constant(ops, [2], np.int64))
    seen = ops.add(evidence, ops.multiply(asks, claim))
    hidden = ops.multiply(ops.subtract(constant(ops, 1.0), seen), constant(ops, LOW))
    return ops.unsqueeze(hidden, constant(ops, [1], np.int64))


def _labels(ops: Any, own: Weights, states: Any, ids: Any, side: Any) -> Any:
    """Return the logits from the claim's first token and the mean and maximum over its words."""
    from assistant.models.judge.encode import CLS, SEP

    one, last = constant(ops, [1], np.int64), constant(ops, [2], np.int64)
    claim = _is(ops, side, 1)
    special = ops.add(_is(ops, ids, CLS), _is(ops, ids, SEP))
    opening = ops.unsqueeze(ops.multiply(claim, _is(ops, ids, CLS)), last)
    inside = ops.unsqueeze(ops.multiply(claim, ops.subtract(constant(ops, 1.0), special)), last)
    first = ops.reduce_sum(ops.multiply(states, opening), one)
    count = ops.maximum(ops.reduce_sum(inside, one), constant(ops, 1.0))
    mean = ops.divide(ops.reduce_sum(ops.multiply(states, inside), one), count)
    out = ops.multiply(ops.subtract(constant(ops, 1.0), inside), constant(ops, LOW))
    most = ops.reduce_max(ops.add(ops.multiply(states, inside), out), one)
    return linear(ops, own, "label", ops.concat([first, mean, most], 1))
