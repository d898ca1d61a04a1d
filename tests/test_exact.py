"""The embedded model's converted copy holds its published weights, to a part in a hundred, and what it was taught."""

from pathlib import Path

import numpy as np
import pytest

from assistant.core.errors import ModelError
from assistant.core.settings import load_settings
from assistant.models.chat.gguf.exact import make_exact, taught
from assistant.models.chat.gguf.openvino import open_pipeline
from assistant.models.chat.gguf.smollm2 import SCALE, eighths, matrix, stepped
from assistant.models.chat.gguf.tensors import read_tensors
from assistant.models.chat.gguf.weights import find_weights


@pytest.fixture(scope="module")
def weights() -> Path:
    found = find_weights(load_settings())
    assert found is not None, "no weights: run `bpo-kpo setup`, or `make test`, which does"
    return found


def test_eight_bits_keep_each_row_by_its_own_scale() -> None:
    whole, scale = eighths(np.array([[127.0, -63.5, 0.0], [0.02, 0.01, -0.02]]))
    assert whole.tolist() == [[127, -64, 0], [127, 64, -127]]
    assert scale.ravel() == pytest.approx([1.0, 0.02 / 127])


def test_a_step_is_added_by_its_scale() -> None:
    published = {"blk.0.ffn_down.weight": np.ones((2, 3), np.float32)}
    steps = {
        "layers.0.dense.up": np.array([[1.0], [2.0]], np.float16),
        "layers.0.dense.down": np.array([[0.5, 0.0, 1.0]], np.float16),
    }
    assert SCALE == 2
    assert stepped(published, steps, 0, "dense").tolist() == [[2, 1, 3], [3, 1, 5]]


def test_the_copy_computes_with_the_exact_weights(weights: Path, tmp_path: Path) -> None:
    import openvino

    open_pipeline(weights, tmp_path, exact=True)
    (saved,) = tmp_path.iterdir()
    model = openvino.Core().read_model(saved / "openvino_model.xml")
    first = min(
        (node for node in model.get_ops() if node.get_type_name() == "MatMul" and held(node) is not None),
        key=lambda node: int(node.get_friendly_name().rsplit("_", 1)[1]),
    )
    published = read_tensors(weights)
    asked = stepped(published, taught(), 0, "qkv")[:576]
    own = held(first)
    assert own is not None and np.abs(own - asked).max() <= np.abs(asked).max() / 200
    assert not np.array_equal(asked, matrix(published, 0, "qkv")[:576])  # it was taught something


def held(node: object) -> "np.ndarray | None":
    """Return the matrix a product is with, None for one of states alone."""
    chain = []
    source = node.input(1).get_source_output().get_node()  # type: ignore[attr-defined]
    while source.get_input_size():
        chain.append(source)
        source = source.input(0).get_source_output().get_node()
    if source.get_type_name() != "Constant":
        return None
    scale = next(item for item in chain if item.get_type_name() == "Multiply").input(1)
    return np.asarray(source.get_data(), np.float32) * np.asarray(
        scale.get_source_output().get_node().get_data(), np.float32
    )


def test_a_layout_that_is_not_known_is_refused(weights: Path, tmp_path: Path) -> None:
    import openvino
    from openvino import opset13 as ops

    given = ops.parameter([1, 3], np.float32)
    product = ops.matmul(given, ops.constant(np.ones((2, 3), np.float32)), False, True)
    product.set_friendly_name("MatMul_1")
    openvino.save_model(openvino.Model([product], [given]), tmp_path / "openvino_model.xml")
    with pytest.raises(
        ModelError, match="lays SmolLM2-135M-Instruct.Q4_1.gguf out in an order that is not known"
    ):
        make_exact(tmp_path, weights)
