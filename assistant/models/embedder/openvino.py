"""The packaged embedder compiled for OpenVINO: the same weights in half precision, without loading torch.

Measured beside sentence-transformers in bfloat16 by `python -m eval.bench.speed`.
"""

import logging
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.models.embedder.embedder import Embedder, Tokens, Vectors, token_rows, unit_rows
from assistant.models.shapes import batches, width

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MAX_TOKENS = 256  # what the published model reads
DIMENSION = 384
BATCH = 16  # texts of like length; larger ones were slower
POOL = 4096  # texts spelt at once, so that those of one length come together


class CompiledEmbedder(Embedder):
    """Embeds with a compiled copy of the packaged model; safe to share between threads."""

    dimension = DIMENSION
    dtype = "openvino"

    def __init__(self, copy: Path, tokenizer: Path, *, name: str, weights_sha256: str) -> None:
        import openvino
        from tokenizers import Tokenizer

        self.name = name
        self.weights_sha256 = weights_sha256
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        compiled = openvino.Core().compile_model(str(copy), "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        self._request = compiled.create_infer_request()
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
            order = sorted(range(len(encoded)), key=lambda at: len(encoded[at].ids))
            for batch in batches(len(order), BATCH):
                members = [order[at] for at in range(batch.start, batch.stop)]
                states, means = self._infer([encoded[at].ids for at in members])
                rows[[start + at for at in members]] = means
                if tokens is not None:
                    for at, own in zip(members, states, strict=True):
                        offsets = encoded[at].offsets
                        tokens[start + at] = token_rows(own[: len(offsets)], offsets)
        return unit_rows(rows)

    def _infer(self, spelt: Sequence[Sequence[int]]) -> tuple[Vectors, Vectors]:
        """Return the state of each token (b, n, 384) and the mean of each text (b, 384)."""
        ids = np.zeros((len(spelt), width(max(map(len, spelt)))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for at, own in enumerate(spelt):
            ids[at, : len(own)], mask[at, : len(own)] = own, 1
        with self._lock:
            states = self._request.infer([ids, mask])[0].astype(np.float32)
        weights = mask[:, :, None].astype(np.float32)
        means = (states * weights).sum(axis=1) / weights.sum(axis=1)
        return states, np.asarray(means, dtype=np.float32)


def compiled_copy(model: "SentenceTransformer", folder: Path, sha256: str) -> Path:
    """Write the compiled copy of a loaded model into a folder and return its path; raises OSError."""
    import openvino
    import torch

    target = copy_path(folder, sha256)
    folder.mkdir(parents=True, exist_ok=True)
    example = (torch.ones(2, 16, dtype=torch.int64), torch.ones(2, 16, dtype=torch.int64))
    logging.getLogger("transformers").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad(), tempfile.TemporaryDirectory(dir=folder) as scratch:
        warnings.simplefilter("ignore")  # the tracer's remarks on branches that do not depend on the input
        converted = openvino.convert_model(_states_of(model), example_input=example)
        part = Path(scratch) / target.name
        openvino.save_model(converted, part, compress_to_fp16=True)
        part.with_suffix(".bin").replace(target.with_suffix(".bin"))
        part.replace(target)  # last, so that the pair is whole once it is seen
    return target


def copy_path(folder: Path, sha256: str) -> Path:
    """Return where the compiled copy of weights with this hash lies."""
    return folder / f"embedder-{sha256[:16]}.xml"


def _states_of(model: "SentenceTransformer") -> Any:
    import torch

    class States(torch.nn.Module):
        def __init__(self, encoder: Any) -> None:
            super().__init__()
            self.encoder = encoder.eval()

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    return States(model[0].auto_model)
