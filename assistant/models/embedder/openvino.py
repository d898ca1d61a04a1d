"""The packaged embedder compiled for OpenVINO: the same weights in half precision, without loading torch.

Measured beside sentence-transformers in bfloat16 by `python -m eval.bench.speed`.
"""

import tempfile
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.models.embedder.embedder import Embedder, Tokens, Vectors, token_rows, unit_rows
from assistant.models.reader.graph import LOW, Weights, constant, embedded, layer, parameter
from assistant.models.shapes import batches, width

MAX_TOKENS = 256  # what the published model reads
DIMENSION = 384
LAYERS = 6
GRAPH = 2  # counts on where what `_built` returns is changed
BATCH = 16  # texts of like length; larger ones were slower
STEP = 4  # tokens: a batch that is not full is padded to as many times that, a full one to its longest text
POOL = 4096  # texts spelt at once, so that those of one length come together
MANY = 256  # texts, as at ingest, from which each core reads batches of its own: the first is later, all take a seventh less
Keep = Callable[[list[int], Any], None]  # takes the texts of a batch and the request that has read them


class CompiledEmbedder(Embedder):
    """Embeds with a compiled copy of the packaged model; safe to share between threads."""

    dimension = DIMENSION
    dtype = "openvino"

    def __init__(self, copy: Path, tokenizer: Path, *, name: str, weights_sha256: str) -> None:
        from tokenizers import Tokenizer

        self.name = name
        self.weights_sha256 = weights_sha256
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._copy = copy
        self._request = self._compiled("LATENCY").create_infer_request()
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as rows of unit length: shape (len(texts), 384), float32, in the order given."""
        return self._encode(texts, None)

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        """Embed texts as `encode` does, and each of their tokens in the light of its text."""
        tokens: dict[int, Tokens] = {}
        rows = self._encode(texts, tokens)
        return rows, [tokens[at] for at in range(len(texts))]

    def _encode(self, texts: Sequence[str], tokens: dict[int, Tokens] | None) -> Vectors:
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for start in range(0, len(texts), POOL):
            encoded = self._tokenizer.encode_batch(list(texts[start : start + POOL]))

            def keep(members: list[int], read: Any, start: int = start, encoded: Any = encoded) -> None:
                rows[[start + at for at in members]] = read.get_output_tensor(0).data
                if tokens is not None:
                    for at, states in zip(members, read.get_output_tensor(1).data, strict=True):
                        offsets = encoded[at].offsets
                        tokens[start + at] = token_rows(states[: len(offsets)], offsets)

            self._read([own.ids for own in encoded], keep)
        return unit_rows(rows)

    def _read(self, spelt: Sequence[Sequence[int]], keep: Keep) -> None:
        """Read texts in batches of like length: all cores share one, or each has its own where there are many."""
        order = sorted(range(len(spelt)), key=lambda at: len(spelt[at]))
        groups = [order[batch] for batch in batches(len(order), BATCH)]
        with self._lock:
            if len(spelt) < MANY:
                for members in groups:
                    self._request.infer(_inputs([spelt[at] for at in members]), share_outputs=True)
                    keep(members, self._request)
                return
            self._requests.set_callback(lambda read, members: keep(members, read))
            for members in reversed(groups):  # the longest first, so that all end at the same time
                self._requests.start_async(_inputs([spelt[at] for at in members]), members)
            self._requests.wait_all()

    @cached_property
    def _requests(self) -> Any:
        import openvino

        return openvino.AsyncInferQueue(self._compiled("THROUGHPUT"))

    def _compiled(self, hint: str) -> Any:
        import openvino

        return openvino.Core().compile_model(str(self._copy), "CPU", {"PERFORMANCE_HINT": hint})


def _inputs(spelt: Sequence[Sequence[int]]) -> list[NDArray[np.int64]]:
    """Return ids and mask of a batch (b, n)."""
    longest = max(map(len, spelt))
    ids = np.zeros((len(spelt), longest if len(spelt) == BATCH else width(longest, STEP)), dtype=np.int64)
    mask = np.zeros_like(ids)
    for at, own in enumerate(spelt):
        ids[at, : len(own)], mask[at, : len(own)] = own, 1
    return [ids, mask]


def compiled_copy(weights: Path, folder: Path, sha256: str) -> Path:
    """Write the compiled copy of packaged weights into a folder and return its path; raises OSError."""
    import openvino
    from safetensors.numpy import load_file

    target = copy_path(folder, sha256)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        part = Path(scratch) / target.name
        openvino.save_model(_built(load_file(weights)), part, compress_to_fp16=True)
        part.with_suffix(".bin").replace(target.with_suffix(".bin"))
        part.replace(target)  # last, so that the pair is whole once it is seen
    return target


def copy_path(folder: Path, sha256: str) -> Path:
    """Return where the compiled copy of weights with this hash lies."""
    return folder / f"embedder-{sha256[:16]}-{GRAPH}.xml"


def _built(packaged: Weights) -> Any:
    """Return the model: ids and mask (b, n) go in, the mean of each text (b, 384) and its tokens (b, n, 384) come out."""
    import openvino
    from openvino import opset13 as ops

    ids, mask = (parameter(ops, name, np.int64) for name in ("ids", "mask"))
    inside, one = ops.convert(mask, "f32"), constant(ops, [1], np.int64)
    low = ops.multiply(ops.subtract(constant(ops, 1.0), inside), constant(ops, LOW))
    low = ops.unsqueeze(low, constant(ops, [1, 2], np.int64))
    states = embedded(ops, packaged, ids)
    for number in range(LAYERS):
        states = layer(ops, packaged, f"encoder.layer.{number}.", states, low)
    weights = ops.unsqueeze(inside, constant(ops, [2], np.int64))
    means = ops.divide(ops.reduce_sum(ops.multiply(states, weights), one), ops.reduce_sum(weights, one))
    results = [ops.result(means, name="means"), ops.result(states, name="states")]
    return openvino.Model(results, [ids, mask], "embedder")
