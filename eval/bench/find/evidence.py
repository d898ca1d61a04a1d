"""Measure evidence selection: does the best sentence answer, and is the question answerable at all?

    python -m eval.bench.find.evidence --data DIR [--work DIR] [--step N] [--no-reader] [SET ...]

DIR holds folders with docs/*.txt and questions.jsonl (question, answerable, gold spans as doc, start, end). Only
documents that held_out.json names are asked about, those for calibration left out. The product's score stands beside
cosine and word overlap, on the text the question was asked about and on what is retrieved from the whole set; 95 %
intervals by bootstrap over questions.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from assistant.core.settings import silence_libraries
from assistant.write.quote.match import FEATURES
from assistant.write.quote.probability import answer_logit, joined, rank, settled, sigmoid
from eval.bench.find.evidence_cases import Case, collect

SETS = ("clapnq", "squad2", "stici")
SEED, DRAWS = 7, 1000
BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
Way = Callable[[Case], np.ndarray]


def main() -> None:
    """Print, for each set, how often the first sentence answers and how well answerable questions are told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="keep the indexes here, to run again sooner")
    parser.add_argument("--step", type=int, default=1, help="take every N-th question of a set")
    parser.add_argument("--no-reader", action="store_true", help="measure the features alone")
    parser.add_argument("sets", nargs="*", default=SETS)
    arguments = parser.parse_args()
    silence_libraries()
    with tempfile.TemporaryDirectory() as scratch:
        work = arguments.work or Path(scratch)
        for name in arguments.sets:
            reads = not arguments.no_reader
            report(name, list(collect(arguments.data / name, work, "report", arguments.step, reads=reads)))


def report(name: str, cases: Sequence[Case]) -> None:
    """Print the measures of one set beside those of cosine alone and word overlap alone."""
    ways: dict[str, Way] = {"product": score, "cosine": column("cosine"), "overlap": column("coverage")}
    for way, of in ways.items():
        for given in (True, False):
            kind = "given text" if given else "retrieved"
            chosen = [
                case for case in cases if case.given is given and case.gold.any() and not case.gold.all()
            ]
            if chosen:
                hits = [case.gold[np.argsort(-of(case), kind="stable")] for case in chosen]
                top = interval(np.array([hit[0] for hit in hits], dtype=float))
                mean = interval(np.array([average_precision(hit) for hit in hits]))
                print(
                    f"{name:8} {way:8} {kind}: first sentence right {top}, MAP {mean} of {len(chosen)}",
                    flush=True,
                )
        asked = [case for case in cases if not case.given]
        labels = np.array([case.answerable for case in asked])
        best = np.array([float(of(case).max()) for case in asked])
        print(f"{name:8} {way:8} answerable or not: AUROC {auroc_interval(labels, best)} of {len(asked)}")
        if way == "product":
            print_calibration(name, labels, best)


def score(case: Case) -> np.ndarray:
    """Return the product's probability of each candidate, unrounded."""
    ranks = rank(case.question, case.found, case.rows)
    logit = answer_logit(case.found, case.rows, ranks, case.read)
    ranks = joined(ranks, case.read)
    if case.told is not None:
        logit, ranks = settled(logit, ranks, case.told)
    return sigmoid(logit + ranks - ranks.max())


def column(feature: str) -> Way:
    """Return a way to score candidates by one feature."""
    at = FEATURES.index(feature)
    return lambda case: case.rows[:, at]


def average_precision(hits: np.ndarray) -> float:
    """Return the average precision of a ranking, given which ranks (n,) are right; at least one is."""
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())


def interval(values: np.ndarray) -> str:
    """Return a mean and its 95 % bootstrap interval."""
    rng = np.random.default_rng(SEED)
    means = values[rng.integers(0, len(values), (DRAWS, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"


def auroc_interval(labels: np.ndarray, scores: np.ndarray) -> str:
    """Return the AUROC and its 95 % bootstrap interval; draws with one label only are left out."""
    rng = np.random.default_rng(SEED)
    drawn = [rng.integers(0, len(labels), len(labels)) for _ in range(DRAWS)]
    found = [roc_auc_score(labels[at], scores[at]) for at in drawn if 0 < labels[at].mean() < 1]
    low, high = np.percentile(found, [2.5, 97.5])
    return f"{roc_auc_score(labels, scores):.3f} [{low:.3f}, {high:.3f}]"


def print_calibration(name: str, labels: np.ndarray, scores: np.ndarray) -> None:
    """Print the share of answerable questions among those scored alike, and what a threshold of 0.5 lets through."""
    shares = []
    for low, high in zip(BINS, BINS[1:], strict=False):
        inside = (scores >= low) & (scores < high)
        if inside.any():
            shares.append(f"{low:.1f}-{high:.1f}: {labels[inside].mean():.2f} of {inside.sum()}")
    print(f"{name:8} answerable among those scored {', '.join(shares)}")
    print(
        f"{name:8} at 0.5, answered {(scores[labels] >= 0.5).mean():.2f} of answerable "
        f"and {(scores[~labels] >= 0.5).mean():.2f} of unanswerable"
    )


if __name__ == "__main__":
    main()
