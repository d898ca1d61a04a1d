"""Measure what weights of eight bits cost and save in the compiled embedder: nDCG@10 of dense search, processor time.

    python -m eval.bench.find.int8 --data DIR [SET ...]

Each SET is a folder in BEIR's layout, as for eval.bench.find.retrieval. The weights of every matrix product are rounded
to eight bits by output, by OpenVINO's own operators; `dynamic` rounds what they are multiplied with as well. The time is
that of the processor for one query, so that other work on the machine counts little. With `--float32` the processor is
asked for that format, which is what one without bfloat16 uses.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.core.errors import InputError
from assistant.core.settings import load_settings, silence_libraries
from assistant.index.generation import indexed_text
from assistant.models.embedder.load import load_embedder
from assistant.models.embedder.openvino import CompiledEmbedder, copy_path
from eval.bench.find.retrieval import documents, judged
from eval.metrics.retrieval import ranking_scores
from eval.train.reader.data import lines
from ingest.split import split

if TYPE_CHECKING:
    from numpy.typing import NDArray

DYNAMIC = {"DYNAMIC_QUANTIZATION_GROUP_SIZE": "64"}


def main() -> None:
    """Print a line for each set and way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--float32", action="store_true")
    parser.add_argument("sets", nargs="*")
    arguments = parser.parse_args()
    silence_libraries()
    settings = load_settings(dtype="auto")
    embedder = load_embedder(settings)
    if not isinstance(embedder, CompiledEmbedder):
        raise InputError(f"The embedder in force is {embedder.dtype}: this measures the compiled one alone.")
    asked = {"PERFORMANCE_HINT": "LATENCY"} | (
        {"INFERENCE_PRECISION_HINT": "f32"} if arguments.float32 else {}
    )
    with tempfile.TemporaryDirectory() as scratch:
        copy = copy_path(settings.weights_dir, embedder.weights_sha256)
        small = round_weights(copy, Path(scratch))
        ways = {"as it is": (copy, asked), "int8": (small, asked), "int8 dynamic": (small, asked | DYNAMIC)}
        for name in arguments.sets or sorted(path.name for path in arguments.data.iterdir() if path.is_dir()):
            for way, (path, config) in ways.items():
                compile_into(embedder, path, config)
                ndcg, times = measure(arguments.data / name, embedder)
                print(
                    f"{name:16} {way:13} nDCG@10 {ndcg:.4f}, processor for a query p50 {np.median(times):.1f} "
                    f"p95 {np.percentile(times, 95):.1f} ms",
                    flush=True,
                )


def round_weights(copy: Path, folder: Path) -> Path:
    """Write a copy of a compiled model whose matrix products have weights of eight bits; return its path."""
    import openvino
    from openvino import opset13 as ops

    model = openvino.Core().read_model(copy)
    for product in model.get_ops():
        held = weights_of(product)
        if held is None:
            continue
        axis = 1 if product.get_attributes()["transpose_b"] else 0
        scale = np.maximum(np.abs(held).max(axis=axis, keepdims=True) / 127, 1e-12)
        rounded = ops.convert(ops.constant(np.rint(held / scale).astype(np.int8)), "f32")
        whole = ops.multiply(rounded, ops.constant(scale.astype(np.float32)))
        product.input(1).replace_source_output(whole.output(0))
    path = folder / "int8.xml"
    openvino.save_model(model, path, compress_to_fp16=False)
    return path


def weights_of(operator: Any) -> "NDArray[np.float32] | None":
    """Return the weights that an operator multiplies with, None for one that is no such product."""
    if operator.get_type_name() != "MatMul":
        return None
    source = operator.input_value(1).get_node()
    if source.get_type_name() == "Convert":
        source = source.input_value(0).get_node()
    if source.get_type_name() != "Constant" or len(source.shape) != 2:
        return None
    held: NDArray[np.float32] = source.data.astype(np.float32)
    return held


def compile_into(embedder: CompiledEmbedder, path: Path, config: dict[str, str]) -> None:
    """Let an embedder use another compiled model."""
    import openvino

    embedder._request = openvino.Core().compile_model(str(path), "CPU", config).create_infer_request()


def measure(folder: Path, embedder: CompiledEmbedder) -> tuple[float, list[float]]:
    """Return mean nDCG@10 of dense search over the judged queries, and milliseconds of processor of each query."""
    chunks = [
        (document.doc_id, indexed_text(chunk, document.title))
        for document in documents(folder / "corpus.jsonl")
        for chunk in split(document)
    ]
    rows = embedder.encode([text for _, text in chunks])
    grades = judged(folder)
    queries = {str(entry["_id"]): entry["text"] for entry in lines(folder / "queries.jsonl")}
    rankings, times = [], []
    for query in grades:
        began = time.process_time()
        vector = np.asarray(embedder.embed_query(queries[query]), dtype=np.float32)
        times.append(1000 * (time.process_time() - began))
        best = np.argsort(-(rows @ vector), kind="stable")[:200]
        rankings.append(list(dict.fromkeys(chunks[at][0] for at in best)))
    scores = ranking_scores(rankings, list(grades.values()))
    return sum(one["nDCG@10"] for one in scores) / len(scores), times


if __name__ == "__main__":
    main()
