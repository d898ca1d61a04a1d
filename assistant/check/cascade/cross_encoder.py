"""Judge claims with a sentence-transformers CrossEncoder: natural language inference, or one score."""

import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from assistant.check.pairs import Pair
from assistant.core.errors import ModelError
from assistant.core.settings import silence_libraries
from assistant.core.types import Judgement
from assistant.models.reader.tokens import narrow

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

LIMITS = (
    300,
    130,
    60,
    25,
)  # words that evidence is cut to, tried in turn, where it is too long to be read whole
_SUPPORT = re.compile(r"\b(?:entail\w*|support\w*|consistent|faithful|grounded|attributable)\b")
_DENIAL = re.compile(r"\b(?:contradict\w*|refut\w*)\b")
_NEGATED = re.compile(r"\b(?:no|non|not|neither|never|partial\w*|insufficient\w*)\b")


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Which output of a model means what; `support` is None where its one output is the score itself."""

    support: int | None
    denial: int | None = None


class CrossEncoderChecker:
    """Reads evidence and claim together and judges by the most likely label. Safe to share between threads."""

    def __init__(self, model: "CrossEncoder", labels: Labels, *, name: str, min_support: float) -> None:
        self.model = model
        self.labels = labels
        self.name = name
        self.min_support = min_support
        self._lock = Lock()  # the fast tokenizers cannot be used by two threads at once

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Judge each pair, in order; of evidence that is too long the sentences nearest to the claim are read."""
        try:
            with self._lock:
                texts = [self._texts(pair) for pair in pairs]
                asked = [(text, pair.claim) for pair, each in zip(pairs, texts, strict=True) for text in each]
                rows = iter(self._probabilities(asked))
        except (RuntimeError, ValueError, IndexError) as error:
            reason = next(iter(str(error).splitlines()), "")[:160] or type(error).__name__
            return [_unjudged(f"{self.name} failed: {reason}") for _ in pairs]
        return [self._best([next(rows) for _ in each]) for each in texts]

    def _texts(self, pair: Pair) -> list[str]:
        """Return the evidence whole where model and claim leave room for it, else what of it is nearest to the claim."""
        if self._fits(pair.evidence, pair.claim):
            return [pair.evidence]
        cut = (narrow(pair.claim, pair.evidence, limit) for limit in LIMITS)
        return next(([text] for text in cut if self._fits(text, pair.claim)), [])

    def _fits(self, evidence: str, claim: str) -> bool:
        limit = getattr(self.model, "max_seq_length", 0) or getattr(self.model, "max_length", 0)
        return not limit or len(self.model.tokenizer(evidence, claim)["input_ids"]) <= limit

    def _probabilities(self, asked: list[tuple[str, str]]) -> list[np.ndarray]:
        """Return one row of probabilities a pair: one a label, or the score alone."""
        if not asked:
            return []
        if self.labels.support is None:
            scores = np.asarray(self.model.predict(asked, show_progress_bar=False), dtype=float)
            return list(scores.reshape(-1, 1))
        import torch

        logits = self.model.predict(asked, show_progress_bar=False, activation_fn=torch.nn.Identity())
        raised = np.asarray(logits, dtype=float)
        odds = np.exp(raised - raised.max(axis=1, keepdims=True))
        return list(odds / odds.sum(axis=1, keepdims=True))

    def _best(self, rows: Sequence[np.ndarray]) -> Judgement:
        if not rows:
            return _unjudged(f"The claim and its evidence are too long for {self.name}.")
        at = self.labels.support or 0
        row = max(rows, key=lambda item: float(item[at]))
        score = float(row[at])
        if not (math.isfinite(score) and 0 <= score <= 1):
            return _unjudged(f"{self.name} gave {score:.3g}, which is no score from 0 to 1.")
        if score >= self.min_support and score >= float(row.max()):
            return Judgement(verdict="supported", score=score)
        denied = self.labels.denial is not None and int(row.argmax()) == self.labels.denial
        said = "denies" if denied else "does not support"
        reason = f"{self.name} holds that the evidence {said} it (support {score:.2f})."
        return Judgement(verdict="contradicted" if denied else "unsupported", score=score, reasons=(reason,))


def load_cross_encoder(name: str, *, min_support: float) -> CrossEncoderChecker:
    """Load a CrossEncoder from a folder or the local hub cache; nothing is downloaded.

    Raises ModelError when it is not on this machine, cannot be loaded, or its labels do not tell which of them
    means that the evidence supports the claim.
    """
    silence_libraries()
    folder = find_cross_encoder(name)
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
        outputs, named = int(model.config.num_labels), dict(model.config.id2label)
    except Exception as error:  # a damaged or foreign folder fails in many ways
        reason = next(iter(str(error).splitlines()), "")[:160] or type(error).__name__
        raise ModelError(f"the checker in {folder} cannot be loaded as a CrossEncoder: {reason}") from error
    labels = read_labels({int(key): str(value) for key, value in named.items()}, outputs, name)
    return CrossEncoderChecker(model, labels, name=f"cross-encoder:{name}", min_support=min_support)


def read_labels(named: dict[int, str], outputs: int, model: str) -> Labels:
    """Find support and denial among a model's labels by their names.

    A model of one output gives the score itself. Raises ModelError unless exactly one label means support.
    """
    plain = {at: re.sub(r"[\W_]+", " ", name).lower().strip() for at, name in named.items()}
    support = [at for at, name in plain.items() if _SUPPORT.search(name) and not _NEGATED.search(name)]
    denial = [at for at, name in plain.items() if _DENIAL.search(name) and not _NEGATED.search(name)]
    if outputs == 1 and not denial and not any(_NEGATED.search(name) for name in plain.values()):
        return Labels(support=None)
    if len(support) != 1 or outputs == 1:
        given = ", ".join(named[at] for at in sorted(named))
        raise ModelError(
            f"the checker {model!r} has the labels {given}, of which not exactly one means support: "
            "name it entailment in id2label of its config.json, or use another model"
        )
    return Labels(support=support[0], denial=denial[0] if len(denial) == 1 else None)


def find_cross_encoder(name: str) -> Path:
    """Return the folder of a path or of a name in the local hub cache. Raises ModelError where there is none."""
    if (folder := Path(os.path.expanduser(name))).is_dir():  # noqa: PTH111 - pathlib fails without such a user
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError):
        raise ModelError(
            f"the checker {name!r} is not on this machine: give the path of its folder, or fetch it first "
            f"with `hf download {name}`"
        ) from None


def _unjudged(reason: str) -> Judgement:
    return Judgement(verdict="unjudged", score=0.0, reasons=(reason,))
