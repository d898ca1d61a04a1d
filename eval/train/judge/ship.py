"""Calibrate a trained judge and put it into the program, in half precision, with its hash and thresholds.

    python -m eval.train.judge.ship --state DIR/state.pt --weights FILE --data DIR [--out FOLDER]

Calibration is a slope and a bias on the judge's log odds (Platt 1999), fitted on claims that took no part in the
training. The thresholds `supported` and `unverified` follow from
them; `certain` and `weak` are fixed, the former by what a replay of a strong model's sentences let pass.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.models.chat.gguf.tensors import read_tensors
from assistant.models.judge.encode import encode, tokenizer_of
from assistant.models.judge.graph import build, names
from assistant.models.judge.judge import Judge, log_odds
from eval.bench.check.verify_data import drafts

FOLDER = Path(__file__).resolve().parents[3] / "assistant" / "models" / "judge"
VERSION = 4
REFUSED = 0.99  # share of the false claims that stays below "supported"
LIKELY = 0.8  # share of true ones among those that are at least "unverified", of as many true as false; .74 elsewhere
CERTAIN = (
    0.999  # score that needs no stronger checker: at .92, 5 of 138 false sentences of a strong model passed
)
WEAK = 0.0  # log odds from which a word is marked as lacking support
Case = tuple[str, str, str]


def main() -> None:
    """Write judge.safetensors and judge.json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True, help="the GGUF file of the embedded model")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with drafts, whose tuning part calibrates"
    )
    parser.add_argument("--out", type=Path, default=FOLDER)
    given = parser.parse_args()
    rows = drafts(given.data, "tuning")
    cases = [(pair.claim, pair.evidence, pair.question) for pair, _, _ in rows]
    import torch

    master = torch.load(given.state, weights_only=True, map_location="cpu")["master"]
    own = {name: weight.to(torch.float16).float().numpy() for name, weight in master.items()}
    odds = all_odds(own, given.weights, cases)
    card = {"version": VERSION} | fitted(odds, np.array([true for _, true, _ in rows]))
    print(json.dumps(card | {"sha256": ship(master, card, given.out)}, indent=1))


def all_odds(own: dict[str, NDArray[Any]], weights: Path, cases: Sequence[Case]) -> NDArray[np.float64]:
    """Return the log odds of "supported" against the rest for each case, by the model as it runs in the program."""
    model = build(read_tensors(weights, names(own)), own)
    tokenizer = tokenizer_of(weights)
    rows = [encode(tokenizer, evidence, [claim], question) for claim, evidence, question in cases]
    return np.array([log_odds(labels[0]) for labels, _ in Judge(model, tokenizer).logits(rows)])


def fitted(odds: NDArray[np.float64], true: NDArray[np.bool_]) -> dict[str, Any]:
    """Return calibration and thresholds for log odds of cases known to be true or not."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6).fit(odds[:, None], true)
    slope, bias = float(model.coef_[0][0]), float(model.intercept_[0])
    score = 1 / (1 + np.exp(-(slope * odds + bias)))
    supported = float(np.quantile(score[~true], REFUSED))
    thresholds = {
        "supported": supported,
        "unverified": min(_likely(score, true), supported),
        "certain": max(supported, CERTAIN),
    }
    calibration = {"slope": round(slope, 4), "bias": round(bias, 4), "weak": WEAK}
    return {
        "calibration": calibration,
        "thresholds": {name: round(value, 4) for name, value in thresholds.items()},
    }


def _likely(score: NDArray[np.float64], true: NDArray[np.bool_]) -> float:
    """Return the lowest score from which claims are true as often as LIKELY, were there as many true as false."""
    for level in np.sort(score):
        good, bad = np.mean(score[true] >= level), np.mean(score[~true] >= level)
        if good and good / (good + bad) >= LIKELY:
            return float(level)
    return 1.0


def ship(master: dict[str, Any], card: dict[str, Any], folder: Path) -> str:
    """Write the weights as float16 and the card, and return their sha256."""
    import torch
    from safetensors.torch import save

    data = save({name: weight.to(torch.float16).contiguous() for name, weight in sorted(master.items())})
    digest = hashlib.sha256(data).hexdigest()
    (folder / "judge.safetensors").write_bytes(data)
    (folder / "judge.json").write_text(json.dumps(card | {"sha256": digest}, indent=1) + "\n", "utf-8")
    return digest


if __name__ == "__main__":
    main()
