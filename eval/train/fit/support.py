"""Fit the support score on the tuning halves: `python -m eval.train.fit.support --data DIR`, writes support.json."""

import argparse
import json
import re
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.check.pairs import Pair
from assistant.check.rules.checker import RuleChecker
from assistant.check.rules.support.score import MEANT, PLAIN, features
from assistant.check.rules.support.windows import windows
from assistant.core.settings import load_settings
from assistant.models.embedder.load import load_embedder
from eval.bench.check.verify_data import TRAINING, corpus_articles, grounding, hand_made

LIMIT = 500  # claims per set
PRECISION = 0.85  # aimed at where the score is 0.5
WEIGHTS = Path(__file__).resolve().parents[3] / "assistant" / "check" / "rules" / "support" / "support.json"


def corpus_cases() -> list[tuple[Pair, bool]]:
    """Return halves of true sentences ("..., while ...") as supported, sentences beside others as not."""
    cases = hand_made("paraphrases", "tuning")
    for texts in corpus_articles("tuning").values():
        for at, text in enumerate(texts):
            halves = re.split(r", (?:while|whereas|but) |; ", text)
            if len(halves) == 2 and all(len(half.split()) > 4 for half in halves):
                cases += [(Pair(claim=half.rstrip(".") + ".", evidence=text), True) for half in halves]
            near = texts[max(0, at - 2) : at] + texts[at + 1 : at + 3]
            cases.append((Pair(claim=text, evidence=" ".join(near)), False))
    return cases


def fit(folder: Path, embedder: Embeddings) -> dict[str, dict[str, float]]:
    """Fit both sets of weights on the claims no rule objects to."""
    rows = [row for name in TRAINING for row in grounding(folder, name, "tuning", LIMIT)] + corpus_cases()
    free = RuleChecker(None, min_support=0.0).check([pair for pair, _ in rows])
    kept = [
        row for row, item in zip(rows, free, strict=True) if item.verdict == "supported" and item.score < 1
    ]
    labels = np.array([good for _, good in kept], dtype=float)
    places = [(pair.claim, windows(pair.claim, pair.evidence)[0]) for pair, _ in kept]
    matrix = features(places, embedder)
    found = {}
    for name, columns in (("plain", PLAIN), ("meant", MEANT)):
        values = _rising_logistic(matrix[:, : len(columns)], labels)
        raw = matrix[:, : len(columns)] @ values[:-1] + values[-1]
        values[-1] -= _threshold(raw, labels)
        keys = (*columns, "bias")
        found[name] = {key: round(float(value), 4) for key, value in zip(keys, values, strict=True)}
    return found


def _rising_logistic(matrix: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Fit a logistic regression whose weights are not negative; the bias is the last value.

    More agreement must never lower the score: near copies with one false word are for the rules to catch.
    """
    design = np.hstack([matrix, np.ones((len(matrix), 1))])
    values = np.zeros(design.shape[1])
    for _ in range(20_000):
        wrong = 1 / (1 + np.exp(-design @ values)) - labels
        values -= 0.5 * (design.T @ wrong / len(labels) + 0.001 * np.append(values[:-1], 0))
        values[:-1] = np.maximum(values[:-1], 0)
    return values


def _threshold(raw: np.ndarray, labels: np.ndarray) -> float:
    """Return the lowest value that reaches PRECISION, or the best of the upper half."""
    order = np.argsort(-raw)
    right = np.cumsum(labels[order]) / np.arange(1, len(order) + 1)
    enough = [at for at in range(20, len(order)) if right[at] >= PRECISION]
    at = enough[-1] if enough else int(np.argmax(right[len(order) // 4 : len(order) // 2])) + len(order) // 4
    return float(raw[order[at]])


def main() -> None:
    """Fit from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds grounding/*.jsonl")
    given = parser.parse_args()
    fitted = fit(given.data, load_embedder(load_settings()))
    WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
