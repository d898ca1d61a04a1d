"""Measure evidence selection: does the best sentence answer, and is the question answerable at all?

    python -m eval.bench_evidence --data DIR [--work DIR] [SET ...]

DIR holds folders with docs/*.txt and questions.jsonl (question, answerable, gold spans as doc, start, end). Up to
400 questions of a set, evenly spread. Cosine alone and word overlap alone stand beside the product's mix.
"""

import argparse
import json
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from assistant import evidence
from assistant.embedder import load_embedder
from assistant.retrieve import search
from assistant.settings import load_settings, silence_libraries
from assistant.store import Store
from ingest.index import build_index

PASSAGES = 8
SETS = ("clapnq", "squad2", "stici")
AT_MOST = 400  # questions a set, evenly spread


@dataclass(frozen=True, kw_only=True)
class Case:
    """One question with the features (n, f) of its candidate sentences and which of them (n,) hold gold words."""

    answerable: bool
    rows: np.ndarray
    gold: np.ndarray


def main() -> None:
    """Print, for each set, how often the first sentence holds the answer and the AUROC of answerability."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="keep the indexes here, to run again sooner")
    parser.add_argument("sets", nargs="*", default=SETS)
    arguments = parser.parse_args()
    silence_libraries()
    with tempfile.TemporaryDirectory() as scratch:
        work = arguments.work or Path(scratch)
        cases = {name: collect(arguments.data / name, name, work) for name in arguments.sets}
    for name, group in cases.items():
        report(name, group)


def collect(folder: Path, name: str, work: Path) -> list[Case]:
    """Retrieve for every question through the product's own path."""
    settings = load_settings(data_dir=work, index=name)
    embedder = load_embedder(settings)
    build_index(settings, embedder, [str(folder / "docs")])
    store = Store.open(settings, embedder)
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").strip().split("\n")
    step = max(1, len(lines) // AT_MOST)
    return [case(store, question) for question in map(json.loads, lines[::step])]


def case(store: Store, question: dict[str, Any]) -> Case:
    """Return the features of one question's candidate sentences."""
    text = question["question"]
    vector = np.asarray(store.embedder.embed_query(text))
    found = evidence.candidates(search(store, text, PASSAGES, vector=vector.tolist()))
    vectors = store.embedder.encode([item.text for item in found])
    gold = [
        any(
            span["doc"].removesuffix(".txt") == Path(item.passage.source).stem
            and item.start < span["end"]
            and span["start"] < item.end
            for span in question["gold"]
        )
        for item in found
    ]
    return Case(
        answerable=question["answerable"],
        rows=evidence.features(text, vector, found, vectors, store.lexical),
        gold=np.array(gold, dtype=bool),
    )


def column(at: int, rows: np.ndarray) -> np.ndarray:
    """Return one feature of each row."""
    return rows[:, at]


def report(name: str, cases: list[Case]) -> None:
    """Print the measures of one set beside those of cosine alone and word overlap alone."""
    reachable = [case for case in cases if case.answerable and case.gold.any()]
    ways = {"mix": evidence.score}
    for feature in ("cosine", "coverage"):
        at = evidence.FEATURES.index(feature)
        ways[feature] = partial(column, at)
    for way, of in ways.items():
        hits = [bool(case.gold[of(case.rows).argmax()]) for case in reachable]
        top = sum(hits) / len(hits) if hits else float("nan")
        best = [float(of(case.rows).max()) for case in cases]
        labels = [case.answerable for case in cases]
        auroc = roc_auc_score(labels, best) if len(set(labels)) == 2 else float("nan")
        line = f"{name:10} {way:9} first sentence right {top:.3f} of {len(reachable)}, answerability AUROC {auroc:.3f}"
        if way == "mix":
            shares = [
                np.mean([b >= 0.5 for b, known in zip(best, labels, strict=True) if known is kind])
                for kind in (True, False)
            ]
            line += (
                f", answered {shares[0]:.2f} of answerable and {shares[1]:.2f} of unanswerable ({len(cases)})"
            )
        print(line)


if __name__ == "__main__":
    main()
