"""Judge how far evidence supports a claim, and whether a sentence answers a question: a small model of our own.

It stands on the weights of the embedded chat model.

How it was trained and what it reaches: MODEL_CARD.md beside this file.
"""

import hashlib
import json
import logging
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.core.errors import ModelError
from assistant.core.settings import Settings, usual_data_dir
from assistant.models.chat import AT_WORK
from assistant.models.chat.gguf.weights import find_weights
from assistant.models.judge.encode import QUESTION, JudgeRow, encode, tokenizer_of
from assistant.models.shapes import width

logger = logging.getLogger(__name__)

WEIGHTS, CARD = "judge.safetensors", "judge.json"
STEP = 32  # tokens: rows are padded to as many times that, since each new shape takes time and memory
TOGETHER = 8  # claims that share a reading of their evidence
REMEMBERED = 256  # pairs of question and sentence: one answer asks of some sentences twice
_LOADING = Lock()
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
    """Reads claims beside their evidence, and questions beside a sentence. Safe to share between threads."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        import openvino

        compiled = openvino.Core().compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        self._request = compiled.create_infer_request()
        self._tokenizer = tokenizer
        self._lock = Lock()
        self._answered = lru_cache(maxsize=REMEMBERED)(self._answer)

    def opinions(self, cases: Sequence[Case]) -> list[Opinion]:
        """Judge each case, in order; evidence that is too long is cut at its end."""
        found: list[Opinion] = [Opinion(support=0.0, denial=0.0)] * len(cases)
        shared = _shared(cases)
        rows = [
            encode(self._tokenizer, cases[group[0]][1], [cases[at][0] for at in group], cases[group[0]][2])
            for group in shared
        ]
        for group, row, (labels, words) in zip(shared, rows, self.logits(rows), strict=True):
            for number, case in enumerate(group, start=1):
                found[case] = opinion(row, number, cases[case][0], labels[number - 1], words)
        return found

    def answers(self, question: str, sentences: Sequence[str]) -> list[float]:
        """Return the log odds that each sentence, as `encode.marked` writes it, answers the question, in order."""
        return [self._answered(question, sentence) for sentence in sentences]

    def _answer(self, question: str, sentence: str) -> float:
        row = encode(self._tokenizer, sentence, [question], kind=QUESTION)
        return log_odds(next(self.logits([row]))[0][0])

    def logits(self, rows: Sequence[JudgeRow]) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """Yield the logits of each row, in order: of the labels (claims, 3) and of the words (tokens,)."""
        for row in rows:
            with self._lock:
                out = self._request.infer(padded(row))
                labels, words = np.array(out[0], dtype=float), np.array(out[1], dtype=float)
            yield labels[0], words[0]


def _shared(cases: Sequence[Case]) -> list[list[int]]:
    """Return the cases on the same evidence and question together, TOGETHER at most, each once."""
    groups: dict[tuple[str, str], list[int]] = {}
    for at, (_, evidence, question) in enumerate(cases):
        groups.setdefault((evidence, question), []).append(at)
    return [own[at : at + TOGETHER] for own in groups.values() for at in range(0, len(own), TOGETHER)]


def opinion(row: JudgeRow, number: int, claim: str, labels: NDArray[Any], words: NDArray[Any]) -> Opinion:
    """Read the logits of one claim of a row: of the three labels (3,), and of the tokens lacking support (n,)."""
    calibration = card()["calibration"]
    logit = calibration["slope"] * log_odds(labels) + calibration["bias"]
    hit = (words[: len(row.ids)] > calibration["weak"]) & (row.side == number) & (row.end > 0)
    return Opinion(
        support=float(1 / (1 + np.exp(-logit))),
        denial=float(np.exp(labels[1] - np.logaddexp(labels[1], labels[2]))),
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


def padded(row: JudgeRow) -> list[NDArray[Any]]:
    """Return ids, places and sides of a row in one of few shapes, and where its claims are judged.

    A side of -1 is padding; beyond the row's claims its first token is judged too, which means nothing.
    """
    end = len(row.ids)
    shape = (1, width(end, STEP))
    ids, places = (np.zeros(shape, dtype=np.int64) for _ in range(2))
    side = np.full(shape, -1, dtype=np.int64)
    last = np.zeros((1, TOGETHER), dtype=np.int64)
    ids[0, :end], places[0, :end], side[0, :end] = row.ids, row.places, row.side
    last[0, : len(row.last)] = row.last
    return [ids, places, side, last]


def log_odds(labels: NDArray[Any]) -> float:
    """Return the log odds of "supported" or "answered", against the rest, of the logits of the three labels."""
    return float(labels[0] - np.logaddexp(labels[1], labels[2]))


@lru_cache(maxsize=1)
def card() -> dict[str, Any]:
    """Load what belongs to the weights: their hash, the calibration of scores, the thresholds."""
    loaded: dict[str, Any] = json.loads(files("assistant.models.judge").joinpath(CARD).read_text("utf-8"))
    return loaded


class LateJudge:
    """Loads the judge when it is first asked; without the weights it stands on it has no opinions."""

    def __init__(self, settings: Settings, usual: Path | None = None) -> None:
        """Take the settings, and the data folder to look in where theirs has no weights, None for the usual one."""
        self._folders = (settings, settings.model_copy(update={"data_dir": usual or usual_data_dir()}))

    @property
    def _published(self) -> Path | None:
        return next((path for folder in self._folders if (path := find_weights(folder))), None)

    @property
    def missing(self) -> str:
        """Why it has no opinions, "" where it has."""
        if self._published is not None:
            return ""
        return "The judge is not on this machine: run `bpo-kpo setup`."

    def opinions(self, cases: Sequence[Case]) -> list[Opinion] | None:
        """Judge each case, in order; None where it cannot. Raises ModelError where its weights are damaged."""
        judge = self._judge()
        return None if judge is None else judge.opinions(cases)

    def answers(self, question: str, sentences: Sequence[str]) -> list[float] | None:
        """Return the log odds that each sentence answers, in order; None and ModelError as for `opinions`."""
        judge = self._judge()
        return None if judge is None else judge.answers(question, sentences)

    def warm(self) -> None:
        """Load the judge in the background; what is wrong with it is told where it is first asked."""
        Thread(target=self._try, name=AT_WORK, daemon=True).start()

    def _try(self) -> None:
        try:
            self._judge()
        except ModelError as error:
            logger.info("the judge could not be loaded: %s", error)

    def _judge(self) -> Judge | None:
        published = self._published
        with _LOADING:  # by one thread, not by each that asks meanwhile
            return None if published is None else load_judge(published)


_COPY = re.compile(r"judge-[0-9a-f]{16}\.(?:xml|bin)")


@lru_cache(maxsize=1)
def load_judge(published: Path) -> Judge:
    """Load the judge on the published weights of the embedded model, once a process.

    A copy in 8 bits is kept beside them; the first time it is made. Raises ModelError where weights are damaged.
    """
    data = files("assistant.models.judge").joinpath(WEIGHTS).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != card()["sha256"]:
        raise ModelError(
            f"the judge's weights have sha256 {digest}, expected {card()['sha256']}: reinstall the program"
        )
    copy = published.parent / f"judge-{digest[:16]}.xml"
    tokenizer = tokenizer_of(published)
    if copy.exists():
        try:
            return Judge(str(copy), tokenizer)
        except RuntimeError as error:
            logger.info("the copy %s is damaged and made anew: %s", copy, error)
    model = _built(published, data)
    _keep(model, copy)
    return Judge(model, tokenizer)


def _built(published: Path, data: bytes) -> Any:
    """Join the published weights with ours."""
    from safetensors.numpy import load

    from assistant.models.chat.gguf.tensors import read_tensors
    from assistant.models.judge.graph import build, names

    own: Mapping[str, NDArray[Any]] = {name: value.astype(np.float32) for name, value in load(data).items()}
    return build(read_tensors(published, names(own)), own)


def _keep(model: Any, copy: Path) -> None:
    """Keep the joined weights, so that they need not be joined again; a folder that cannot be written to is left alone."""
    import openvino

    try:
        with tempfile.TemporaryDirectory(dir=copy.parent) as scratch:
            part = Path(scratch) / copy.name
            openvino.save_model(model, part, compress_to_fp16=True)
            part.with_suffix(".bin").replace(copy.with_suffix(".bin"))
            part.replace(copy)  # last, so that the pair is whole once it is seen
    except (OSError, RuntimeError) as error:  # the library's own for a full disk
        logger.info("the judge's joined weights are not kept: %s", error)
        return
    for old in copy.parent.iterdir():
        if _COPY.fullmatch(old.name) and old.stem != copy.stem:  # of an earlier version
            with suppress(OSError):
                old.unlink()
