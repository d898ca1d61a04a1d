"""Judge how far evidence supports a claim: a small model of our own.

How it was trained and what it reaches: MODEL_CARD.md beside this file.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.core.errors import ModelError
from assistant.core.settings import DEFAULT_EMBEDDER
from assistant.models.embedder.embedder import PACKAGED_SHA256
from assistant.models.embedder.files import find_model, weights_sha256
from assistant.models.judge.encode import JudgeRow, encode
from assistant.models.shapes import batches, width

WEIGHTS, CARD = "judge.safetensors", "judge.json"
BATCH = 16
Span = tuple[int, int]
Case = tuple[str, str, str]  # claim, evidence, question ("" where it is not known)


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What the judge says of one case.

    `support` is the calibrated chance (0 to 1) that the evidence supports the claim, `denial` the share of the rest
    that says the evidence denies it, `weak` the characters of the claim's words that lack support.
    """

    support: float
    denial: float
    weak: tuple[Span, ...] = ()


class Judge:
    """Reads claims beside their evidence. Safe to share between threads."""

    def __init__(self, own: dict[str, NDArray[Any]], packaged: dict[str, NDArray[Any]]) -> None:
        import openvino

        from assistant.models.judge.graph import build

        compiled = openvino.Core().compile_model(build(packaged, own), "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        self._request = compiled.create_infer_request()
        self._lock = Lock()

    def opinions(self, cases: Sequence[Case]) -> list[Opinion]:
        """Judge each case, in order; evidence that is too long is cut at its end."""
        found: list[Opinion] = [Opinion(support=0.0, denial=0.0)] * len(cases)
        rows = [encode(evidence, [claim], question) for claim, evidence, question in cases]
        order = sorted(range(len(rows)), key=lambda at: len(rows[at].ids))
        for batch in batches(len(order), BATCH):
            members = order[batch]
            with self._lock:
                out = self._request.infer(side_by_side([rows[at] for at in members]))
                labels, words = np.array(out[0], dtype=float), np.array(out[1], dtype=float)
            for place, at in enumerate(members):
                found[at] = opinion(rows[at], cases[at][0], labels[place], words[place])
        return found


def opinion(row: JudgeRow, claim: str, labels: NDArray[Any], words: NDArray[Any]) -> Opinion:
    """Read the logits of one case: of the three labels (3,), and of the tokens lacking support (n,)."""
    calibration = card()["calibration"]
    rest = float(np.logaddexp(labels[1], labels[2]))
    logit = calibration["slope"] * (float(labels[0]) - rest) + calibration["bias"]
    hit = (words[: len(row.ids)] > calibration["weak"]) & (row.side == 1) & (row.end > 0)
    return Opinion(
        support=float(1 / (1 + np.exp(-logit))),
        denial=float(np.exp(labels[1] - rest)),
        weak=whole_words(
            claim, [(int(a), int(b)) for a, b in zip(row.start[hit], row.end[hit], strict=True)]
        ),
    )


def whole_words(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Widen spans to whole words and join those that touch."""
    found: list[Span] = []
    for a, b in sorted(spans):
        while a > 0 and text[a - 1].isalnum():
            a -= 1
        while b < len(text) and text[b].isalnum():
            b += 1
        if found and a <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(b, found[-1][1]))
        else:
            found.append((a, b))
    return tuple(found)


def side_by_side(rows: Sequence[JudgeRow]) -> list[NDArray[Any]]:
    """Return ids, marks, places and sides of rows as arrays of one width; a side of -1 is padding."""
    shape = (len(rows), width(max(len(row.ids) for row in rows)))
    ids, marks, places = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    side = np.full(shape, -1, dtype=np.int64)
    for at, row in enumerate(rows):
        end = len(row.ids)
        ids[at, :end], marks[at, :end], places[at, :end], side[at, :end] = (
            row.ids,
            row.marks,
            row.places,
            row.side,
        )
    return [ids, marks, places, side]


@lru_cache(maxsize=1)
def card() -> dict[str, Any]:
    """Load what belongs to the weights: their hash, the calibration of scores, the thresholds."""
    loaded: dict[str, Any] = json.loads(files("assistant.models.judge").joinpath(CARD).read_text("utf-8"))
    return loaded


@lru_cache(maxsize=1)
def load_judge() -> Judge:
    """Load the judge, once a process. Raises ModelError where its weights, or the embedder's, are not the published ones."""
    from safetensors.numpy import load, load_file

    folder = find_model(DEFAULT_EMBEDDER)
    if weights_sha256(folder) != PACKAGED_SHA256:
        raise ModelError(f"the judge needs the published weights of {DEFAULT_EMBEDDER}: reinstall them")
    data = files("assistant.models.judge").joinpath(WEIGHTS).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != card()["sha256"]:
        raise ModelError(
            f"the judge's weights have sha256 {digest}, expected {card()['sha256']}: reinstall the program"
        )
    own = {name: value.astype(np.float32) for name, value in load(data).items()}
    return Judge(own, load_file(Path(folder) / "model.safetensors"))
