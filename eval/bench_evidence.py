"""Fit and measure evidence selection: does the best sentence answer, and is the question answerable at all?

    python -m eval.bench_evidence --data DIR [--work DIR] [--fit] [SET ...]

DIR holds folders with docs/*.txt and questions.jsonl (question, answerable, gold spans as doc, start, end). Every
second document is kept out of fitting and measured on. `--fit` writes assistant/evidence.json.
"""

import argparse
import json
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
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
    kept_out: bool
    rows: np.ndarray
    gold: np.ndarray


def main() -> None:
    """Print, for each set, how often the first sentence holds the answer and the AUROC of answerability."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="keep the indexes here, to run again sooner")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("sets", nargs="*", default=SETS)
    arguments = parser.parse_args()
    silence_libraries()
    with tempfile.TemporaryDirectory() as scratch:
        work = arguments.work or Path(scratch)
        cases = {name: collect(arguments.data / name, name, work) for name in arguments.sets}
    if arguments.fit:
        fit([case for group in cases.values() for case in group if not case.kept_out])
    for name, group in cases.items():
        report(name, [case for case in group if case.kept_out])


def collect(folder: Path, name: str, work: Path) -> list[Case]:
    """Retrieve for every question through the product's own path."""
    settings = load_settings(data_dir=work, index=name)
    embedder = load_embedder(settings)
    build_index(settings, embedder, [str(folder / "docs")])
    store = Store.open(settings, embedder)
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").strip().split("\n")
    step = max(1, len(lines) // AT_MOST)
    documents = sorted(path.name for path in (folder / "docs").iterdir())
    return [
        case(store, question, at, documents) for at, question in enumerate(map(json.loads, lines[::step]))
    ]


def case(store: Store, question: dict[str, Any], at: int, documents: list[str]) -> Case:
    """Return the features of one question's candidate sentences."""
    text = question["question"]
    vector = np.asarray(store.embedder.embed_query(text))
    found = evidence.candidates(search(store, text, PASSAGES, vector=vector.tolist()))
    vectors = np.asarray(store.embedder.embed_documents([item.text for item in found]))
    gold = [
        any(
            span["doc"].removesuffix(".txt").lower() == item.passage.doc_id.lower()
            and item.start < span["end"]
            and span["start"] < item.end
            for span in question["gold"]
        )
        for item in found
    ]
    first = question["gold"][0]["doc"] if question["gold"] else documents[at % len(documents)]
    return Case(
        answerable=question["answerable"],
        kept_out=documents.index(first) % 2 == 1 if first in documents else at % 2 == 1,
        rows=evidence.features(text, vector, found, vectors, store.lexical),
        gold=np.array(gold, dtype=bool),
    )


def fit(cases: list[Case]) -> None:
    """Fit the mix on single sentences, then its scale on the best sentence of each question, and store it."""
    learned = [at for at, name in enumerate(evidence.FEATURES) if name not in evidence.SET_BY_HAND]
    cases = [replace(case, rows=case.rows[:, learned]) for case in cases]
    rows = np.vstack([case.rows for case in cases])
    gold = np.concatenate([case.gold for case in cases])
    first = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000).fit(rows, gold)
    logits = [case.rows @ first.coef_[0] for case in cases]
    best = np.array([[values.max()] for values in logits])
    right = np.array([bool(case.gold[values.argmax()]) for case, values in zip(cases, logits, strict=True)])
    scale = LogisticRegression(C=100.0, class_weight="balanced").fit(best, right)
    slope, bias = float(scale.coef_[0][0]), float(scale.intercept_[0])
    fitted = zip(learned, first.coef_[0], strict=True)
    weights = {
        evidence.FEATURES[at]: round(slope * float(weight), 4) for at, weight in fitted
    } | evidence.SET_BY_HAND
    target = Path(evidence.__file__).with_name("evidence.json")
    target.write_text(json.dumps({"weights": {**weights, "bias": round(bias, 4)}}, indent=1) + "\n")
    evidence._weights.cache_clear()
    print(json.dumps(weights), bias)


def report(name: str, cases: list[Case]) -> None:
    """Print the measures of one set beside those of cosine alone and word overlap alone."""
    reachable = [case for case in cases if case.answerable and case.gold.any()]
    ways = {"mix": evidence.score}
    for feature in ("cosine", "coverage"):
        at = evidence.FEATURES.index(feature)
        ways[feature] = lambda rows, at=at: rows[:, at]
    for way, of in ways.items():
        top = np.mean([case.gold[of(case.rows).argmax()] for case in reachable])
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
