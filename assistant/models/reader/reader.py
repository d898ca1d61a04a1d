"""Read a passage for the sentence that answers a question: a small model of our own.

How it was trained and what it reaches: MODEL_CARD.md beside this file.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.core.errors import ModelError
from assistant.core.settings import DEFAULT_EMBEDDER, Settings
from assistant.models.embedder.embedder import PACKAGED_SHA256
from assistant.models.embedder.files import find_model, weights_sha256
from assistant.models.reader.tokens import Row, card, encode, first_side, narrow
from assistant.text.sentences import sentence_spans

WEIGHTS = "reader.safetensors"
WORDS = 140  # read at once; longer texts are read in parts
BATCH = 8
Span = tuple[int, int]
Vectors = NDArray[np.float32]


class Reader:
    """Says of each sentence of a text how likely it answers a question. Safe to share between threads."""

    def __init__(self, own: dict[str, NDArray[Any]], packaged: dict[str, NDArray[Any]]) -> None:
        import openvino

        from assistant.models.reader.graph import build

        model = build(packaged, own)
        compiled = openvino.Core().compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        self._request = compiled.create_infer_request()
        self._lock = Lock()

    def read(
        self, question: str, vector: Vectors, texts: Sequence[str], embed: Callable[[list[str]], Vectors],
        heads: Sequence[str] = (),
    ) -> list[list[tuple[Span, float]]]:  # fmt: skip
        """Return, for each text, its sentences and the log odds that each holds the answer.

        The odds are against the text holding no answer: 0 is even. `vector` (384,) is the question's unit
        vector and `embed` gives sentences theirs, both from the packaged embedder; `heads` are the headings that
        the texts stand under, one a text.
        """
        parts = [(at, begin, end) for at, text in enumerate(texts) for begin, end in _parts(text)]
        cut = [texts[at][begin:end] for at, begin, end in parts]
        spans = [sentence_spans(text) for text in cut]
        wanted = list(dict.fromkeys(text[a:b] for text, own in zip(cut, spans, strict=True) for a, b in own))
        near = dict(zip(wanted, embed(wanted) @ vector if wanted else (), strict=True))
        rows = [
            encode(question, text, heads[at] if heads else "")
            for (at, *_), text in zip(parts, cut, strict=True)
        ]
        cosines = [
            np.array([near[text[a:b]] for a, b in own], dtype=np.float32)
            for text, own in zip(cut, spans, strict=True)
        ]
        pointers, _ = self._infer(rows, cosines)
        found: list[list[tuple[Span, float]]] = [[] for _ in texts]
        for (at, begin, _), own, row, logits in zip(parts, spans, rows, pointers, strict=True):
            odds = log_odds(row, logits, len(own))
            found[at] += [((begin + a, begin + b), value) for (a, b), value in zip(own, odds, strict=True)]
        return found

    def supports(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return, for each (claim, evidence), the chance (0 to 1) that the evidence supports the claim."""
        rows = [encode(claim, narrow(claim, evidence)) for claim, evidence in pairs]
        _, labels = self._infer(rows, [np.zeros(0, dtype=np.float32)] * len(rows))
        return [float(1 / np.exp(logits - logits[0]).sum()) for logits in labels]

    def _infer(
        self, rows: Sequence[Row], cosines: Sequence[NDArray[np.float32]]
    ) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
        pointers: list[NDArray[Any]] = [np.zeros(0)] * len(rows)
        labels: list[NDArray[Any]] = [np.zeros(0)] * len(rows)
        order = sorted(range(len(rows)), key=lambda at: len(rows[at].ids))
        for start in range(0, len(order), BATCH):
            members = order[start : start + BATCH]
            arrays = side_by_side([rows[at] for at in members], [cosines[at] for at in members])
            with self._lock:
                out = self._request.infer(arrays)
                found = [np.array(out[0]), np.array(out[1])]
            for place, at in enumerate(members):
                pointers[at], labels[at] = found[0][place, : len(rows[at].ids)], found[1][place]
        return pointers, labels


def heading(title: str, section: str) -> str:
    """Return the heading of a passage as the reader was taught to see it, the innermost last."""
    return " > ".join(part for part in (title, section) if part)


def log_odds(row: Row, logits: NDArray[Any], count: int) -> list[float]:
    """Return the log odds of each of `count` sentences against none, the mean over first and last token.

    A sentence that was cut off has the odds of the worst one.
    """
    found = [
        float(np.mean(np.logaddexp.reduce(logits[row.sentence == n], axis=0) - logits[0]))
        if (row.sentence == n).any()
        else float("nan")
        for n in range(count)
    ]
    worst = min((value for value in found if value == value), default=0.0)
    return [value if value == value else worst for value in found]


def side_by_side(rows: Sequence[Row], cosines: Sequence[NDArray[np.float32]]) -> list[NDArray[Any]]:
    """Return ids, mask, marks, cosines and claim tokens of rows as arrays of one width."""
    shape = (len(rows), max(len(row.ids) for row in rows))
    ids, mask, marks = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    cosine, claim = (np.zeros(shape, dtype=np.float32) for _ in range(2))
    for at, (row, near) in enumerate(zip(rows, cosines, strict=True)):
        end = len(row.ids)
        ids[at, :end], mask[at, :end], marks[at, :end] = row.ids, 1, row.marks
        claim[at, :end] = first_side(row)
        if len(near):
            cosine[at, :end] = np.where(row.sentence >= 0, near[np.clip(row.sentence, 0, None)], 0.0)
    return [ids, mask, marks, cosine, claim]


@lru_cache(maxsize=1)
def _load() -> Reader:
    from safetensors.numpy import load, load_file

    folder = find_model(DEFAULT_EMBEDDER)
    if weights_sha256(folder) != PACKAGED_SHA256:
        raise ModelError(f"the reader needs the published weights of {DEFAULT_EMBEDDER}: reinstall them")
    data = checked(files("assistant.models.reader").joinpath(WEIGHTS).read_bytes())
    return Reader(load(data), load_file(Path(folder) / "model.safetensors"))


def checked(data: bytes) -> bytes:
    """Return the bytes of the weights; raises ModelError unless they are the ones shipped."""
    digest = hashlib.sha256(data).hexdigest()
    if digest != card()["sha256"]:
        raise ModelError(
            f"the reader's weights have sha256 {digest}, expected {card()['sha256']}: reinstall the program"
        )
    return data


def load_reader(settings: Settings) -> Reader | None:
    """Load the reader, once a process; None with another embedder than the packaged one, whose layers it shares.

    Raises ModelError when its weights are not the ones shipped.
    """
    return _load() if settings.embedder == DEFAULT_EMBEDDER else None


def _parts(text: str) -> list[Span]:
    """Cut a text into runs of whole sentences of at most about WORDS words."""
    parts: list[Span] = []
    room = 0
    for a, b in sentence_spans(text):
        length = len(text[a:b].split())
        if parts and length <= room:
            parts[-1] = (parts[-1][0], b)
            room -= length
        else:
            parts.append((a, b))
            room = WORDS - length
    return parts
