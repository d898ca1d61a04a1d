"""Give the converted embedded model its exact weights, with what it was taught added.

OpenVINO's GGUF reader rounds what each block of Q4_1 begins at to a sixteenth of its range, by which the model loses much
of what it can do. What it was taught (`eval/train/drafter`) is low-rank steps beside its matrices (LoRA, Hu et al. 2022).
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.core.errors import ModelError
from assistant.models.chat.gguf.smollm2 import HEADS, KEYS, WIDE, WIDTH, depth, eighths, rows_at, stepped
from assistant.models.chat.gguf.tensors import read_tensors

STEPS = Path(__file__).with_name("drafter.safetensors")
IN_LAYER, ALIKE = 7, 0.8  # matrices of a layer; correlation of a rounded one with its own
LAYOUT = 1  # one more for each change of what `make_exact` writes
KEYED = WIDTH // HEADS * KEYS
ROWS = {
    "qkv": (WIDTH, KEYED, KEYED),
    "out": (WIDTH,),
    "gate": (WIDE, WIDE),
    "dense": (WIDTH,),
}  # of each of the matrices that lie below each other


def make_exact(folder: Path, weights: Path) -> None:
    """Write the converted model in a folder anew. Raises ModelError where it is not laid out as expected."""
    import openvino
    from openvino import opset13 as ops

    path = folder / "openvino_model.xml"
    model = openvino.Core().read_model(path)
    published, steps = read_tensors(weights), taught()
    matrices = [own for number in range(depth(steps)) for own in _of_layer(published, steps, number)]
    words = published["token_embd.weight"]
    matrices.append(words)  # they tell the next token, too
    products = _products(model)
    gathers = [node for node in model.get_ops() if node.get_type_name() == "Gather" and _gathers(node, words)]
    known = [_shape(node) for node in products] == [own.shape for own in matrices] and len(gathers) == 1
    if not known or not all(map(_alike, products[:IN_LAYER], matrices)):
        raise ModelError(f"OpenVINO lays {weights.name} out in an order that is not known")
    for node, own in zip(products, matrices, strict=True):
        node.input(1).replace_source_output(_constant(own).output(0))
    at = gathers[0].input(1).get_source_output()
    gathers[0].output(0).replace(rows_at(ops, words, at).output(0))
    model.validate_nodes_and_infer_types()
    part = folder / "exact.xml"
    openvino.save_model(model, part, compress_to_fp16=False)
    del model, products, gathers, node
    for suffix in (".bin", ".xml"):
        part.with_suffix(suffix).replace(path.with_suffix(suffix))


def version() -> str:
    """Return by what a copy made here is known: how it is laid out, and the beginning of the steps' sha256."""
    return f"{LAYOUT}-{hashlib.sha256(STEPS.read_bytes()).hexdigest()[:8]}"


def taught() -> dict[str, NDArray[Any]]:
    """Return the low-rank steps of what the model was taught, by the names of their matrices."""
    from safetensors.numpy import load_file

    return load_file(STEPS)


def _of_layer(published: Any, steps: Any, number: int) -> list[NDArray[np.float32]]:
    """Return the matrices of a layer in the order in which OpenVINO's reader makes their products."""
    found: list[NDArray[np.float32]] = []
    for part, rows in ROWS.items():
        found += np.split(stepped(published, steps, number, part), np.cumsum(rows)[:-1])
    return found


def _products(model: Any) -> list[Any]:
    """Return the products with weights in the order in which they were made, which their names count."""
    found = [node for node in model.get_ops() if node.get_type_name() == "MatMul" and _weighs(node)]
    return sorted(found, key=lambda node: int(node.get_friendly_name().rsplit("_", 1)[1]))


def _weighs(node: Any) -> bool:
    source = node.input(1).get_source_output().get_node()
    while source.get_input_size():
        source = source.input(0).get_source_output().get_node()
    return bool(source.get_type_name() == "Constant")


def _gathers(node: Any, words: NDArray[Any]) -> bool:
    shape = node.input(0).get_partial_shape()
    return bool(shape.is_static) and tuple(shape.to_shape()) == words.shape


def _alike(node: Any, own: NDArray[Any]) -> bool:
    """Tell whether the rounded matrix of a product is the one it is taken for: others of its shape are not alike at all."""
    import openvino
    from openvino import opset13 as ops

    whole = openvino.Model([ops.result(node.input(1).get_source_output())], [])
    rounded = openvino.Core().compile_model(whole, "CPU")([])[0]
    return float(np.corrcoef(rounded.ravel(), own.ravel())[0, 1]) > ALIKE


def _shape(node: Any) -> tuple[int, ...]:
    return tuple(node.input(1).get_shape())


def _constant(own: NDArray[Any]) -> Any:
    """Return a matrix in 8 bits as OpenVINO computes with it."""
    from openvino import opset13 as ops

    whole, scale = eighths(own)
    half = ops.multiply(ops.convert(ops.constant(whole), "f16"), ops.constant(scale.astype(np.float16)))
    return ops.convert(half, "f32")
