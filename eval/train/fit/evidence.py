"""Fit the weights of evidence selection: which sentence answers, whether it is right, and how far to trust the reader.

    python -m eval.train.fit.evidence --data DIR --work DIR [--step N] [--join-only]

Trains on the documents of squad2 and clapnq that held_out.json does not name, and on nq_open_oracle, half of whose
questions are made unanswerable by leaving out every passage that holds the answer. How far to trust the reader,
which was trained on those as well, is fitted on the documents held_out.json lists for calibration and on the everyday
questions it was not trained on (`eval.train.reader.written.asked`, `eval.train.reader.written.hand`). The sets weigh alike, whatever their size. Writes assistant/write/quote/evidence.json.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from assistant.core.settings import silence_libraries
from assistant.write.quote.match import FEATURES
from assistant.write.quote.probability import answer_features, answer_logit, heard, joined, rank
from eval.bench.find.evidence_cases import Case, collect
from eval.train.reader.data import key, lines
from eval.train.reader.written.asked import examples
from eval.train.reader.written.hand import HAND, as_stored, kept_for_reporting

TARGET = Path(__file__).resolve().parents[3] / "assistant" / "write" / "quote" / "evidence.json"
EVERY = 6  # of the questions of nq_open_oracle, every sixth
SHRINK = 5e-3  # penalty on squared weights of standardised features
STEPS = {"hand": 6, "asked": 3, "clapnq": 1, "squad2": 6}  # of its questions every n-th calibrates
COSTS = 1.5  # a sentence shown that does not answer, against a right one that is not shown
Weights = dict[str, float]
Sets = Mapping[str, Sequence[Case]]
SoFar = tuple[
    np.ndarray, float, np.ndarray
]  # ranks (n,), log odds, and a model's log odds (n,), NaN where it was not asked


def main() -> None:
    """Collect the cases, fit, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="keep the indexes here")
    parser.add_argument("--step", type=int, default=3, help="take every N-th question of squad2")
    parser.add_argument("--join-only", action="store_true", help="keep the rest, as after a change of reader")
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    silence_libraries()
    qa, work = arguments.data / "qa", arguments.work
    fitted = json.loads(arguments.out.read_text("utf-8")) if arguments.join_only else {}
    if not arguments.join_only:
        train = {
            "squad2": list(collect(qa / "squad2", work, "train", arguments.step, reads=False)),
            "clapnq": list(collect(qa / "clapnq", work, "train", reads=False)),
            "nq": list(
                collect(write_natural(arguments.data, work / "nq"), work, "train", reads=False, give=False)
            ),
        }
        fitted["rank"] = fit_rank(train)
        fitted["answer"] = fit_answer(train, fitted["rank"])
    calibration = {
        name: list(collect(folder, work, part, STEPS[name], give=False))
        for name, folder, part in (
            ("hand", write_hand(work / "hand"), "train"),
            ("asked", write_asked(arguments.data, work / "asked"), "train"),
            ("clapnq", qa / "clapnq", "calibration"),
            ("squad2", qa / "squad2", "calibration"),
        )
    }
    fitted["join"] = fit_join(calibration, fitted)
    fitted["told"] = fit_told(calibration, fitted)
    arguments.out.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")


def write_natural(data: Path, folder: Path) -> Path:
    """Write every sixth question of nq_open_oracle as a set of its own, each also without its answer."""
    docs, rows = {}, []
    taken = {key(row["question"]) for row in lines(data / "qa" / "clapnq" / "questions.jsonl")}
    for count, row in enumerate(lines(data / "reading" / "nq_open_oracle.jsonl")):
        if count % EVERY or key(row["question"]) in taken:
            continue
        doc = f"nq{count}"
        docs[f"{doc}.txt"] = row["context"]
        gold = [
            {"doc": doc, "start": item["start"], "end": item["start"] + len(item["text"])}
            for item in row["answers"]
        ]
        asked = {"question": row["question"], "gold_docs": [doc]}
        rows.append(asked | {"answerable": True, "gold": gold})
        without = [item["text"] for item in row["answers"]]
        rows.append(asked | {"answerable": False, "gold": [], "gold_docs": [], "without": without})
    return _written_set(folder, docs, rows)


def write_asked(data: Path, folder: Path) -> Path:
    """Write the passages and everyday questions that the reader was not trained on as a set of its own."""
    texts: dict[str, str] = {}
    rows = []
    for item in examples(data, reported=True):
        doc = texts.setdefault(item.text, f"asked{len(texts)}")
        gold = [{"doc": doc, "start": start, "end": end} for start, end in item.spans]
        row = {"question": item.question, "answerable": bool(gold), "gold": gold}
        rows.append(row | {"gold_docs": [doc] if gold else []})
    docs = {f"{doc}.txt": text for text, doc in texts.items()}
    return _written_set(folder, docs, rows)


def write_hand(folder: Path) -> Path:
    """Write the everyday documents that the reader was not trained on, and their questions, as a set of its own."""
    docs, rows = {}, []
    for item in filter(kept_for_reporting, lines(HAND)):
        doc, sections = item["id"], item["sections"]
        docs[f"{doc}.md"] = as_document(item)
        for asked in item["questions"]:
            texts = [as_stored(sections[asked["s"] - 1]["sentences"][n - 1]) for n in asked["a"]]
            gold = [{"doc": doc, "text": text} for text in texts]
            rows.append({"question": asked["q"], "answerable": bool(gold), "gold": gold, "gold_docs": [doc]})
    return _written_set(folder, docs, rows)


def _written_set(folder: Path, docs: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write documents by the names of their files, and the questions on them."""
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    for name, text in docs.items():
        (folder / "docs" / name).write_text(text, "utf-8", newline="\n")
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "questions.jsonl").write_text(text, "utf-8")
    return folder


def as_document(row: Mapping[str, Any]) -> str:
    """Return a document that was written for the reader as Markdown."""
    told = [f"## {section['heading']}\n\n{_written(section['sentences'])}\n" for section in row["sections"]]
    return "\n".join([f"# {row['title']}\n", *told])


def _written(sentences: Sequence[str]) -> str:
    """Write sentences as a paragraph, and rows ("Head: cell | Head: cell") as a table in Markdown."""
    if " | " not in sentences[0]:
        return " ".join(sentences)
    rows = [[cell.split(": ", 1) for cell in sentence.split(" | ")] for sentence in sentences]
    lines = [
        [head for head, _ in rows[0]],
        ["---"] * len(rows[0]),
        *([cell for _, cell in row] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def choosable(sets: Sets) -> list[tuple[float, Case]]:
    """Return the cases with a sentence to choose and one to leave, each with its weight."""
    found = []
    for cases in sets.values():
        good = [case for case in cases if case.gold.any() and not case.gold.all()]
        found += [(1 / len(good), case) for case in good]
    return found


def fit_rank(sets: Sets) -> Weights:
    """Fit a softmax over the candidates of each question: the gold ones together should be likely."""
    cases = choosable(sets)
    everything = np.concatenate([case.rows for _, case in cases])
    spread = everything.std(axis=0) + 1e-6
    found = softmax_fit([(weight, case.rows / spread, case.gold) for weight, case in cases], SHRINK)
    return {name: round(float(value), 3) for name, value in zip(FEATURES, found / spread, strict=True)}


def softmax_fit(cases: Sequence[tuple[float, np.ndarray, np.ndarray]], shrink: float) -> np.ndarray:
    """Return the weights that make the gold rows likeliest; a case is (weight, features (n, f), gold (n,))."""
    total = sum(weight for weight, _, _ in cases)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = shrink * float(weights @ weights), 2 * shrink * weights
        for weight, rows, gold in cases:
            logits = rows @ weights
            chances = np.exp(logits - logits.max())
            chances /= chances.sum()
            right = chances[gold].sum() + 1e-12
            value -= weight / total * float(np.log(right))
            slope = slope + weight / total * (chances - np.where(gold, chances, 0) / right) @ rows
        return value, slope

    start = np.zeros(cases[0][1].shape[1])
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def fit_answer(sets: Sets, ranking: Weights) -> Weights:
    """Fit the chance that the best sentence answers, on what is retrieved."""
    rows, labels, weights = [], [], []
    for cases in sets.values():
        retrieved = [case for case in cases if not case.given]
        for case in retrieved:
            ranks = rank(case.question, case.found, case.rows, ranking)
            rows.append(answer_features(case.found, case.rows, ranks))
            labels.append(case.answerable)
            weights.append(1 / len(retrieved))
    names = list(rows[0])
    values = np.array([[row[name] for name in names] for row in rows])
    spread = values.std(axis=0) + 1e-6
    model = LogisticRegression(C=0.3, max_iter=500)
    model.fit(values / spread, labels, sample_weight=np.array(weights) * len(weights) / sum(weights))
    found = dict(zip(names, (model.coef_[0] / spread).round(3).tolist(), strict=True))
    return found | {"bias": round(float(model.intercept_[0]), 3)}


def fit_join(sets: Sets, fitted: Mapping[str, Weights]) -> Weights:
    """Fit how the features go together with what the reader says."""

    def so_far(case: Case) -> SoFar:
        if case.read is None:
            raise SystemExit("There is no reader for this embedder, so nothing to join.")
        ranks = rank(case.question, case.found, case.rows, fitted["rank"])
        logit = answer_logit(case.found, case.rows, ranks, None, fitted["answer"])
        return ranks, logit, heard(case.read)

    return fit_with(sets, "read", so_far)


def fit_told(sets: Sets, fitted: Mapping[str, Weights]) -> Weights:
    """Fit how features and reader together go with what the judge says."""

    def so_far(case: Case) -> SoFar:
        if case.told is None:
            raise SystemExit("The judge's weights are not on this machine: run `bpo-kpo setup`.")
        ranks = rank(case.question, case.found, case.rows, fitted["rank"])
        logit = answer_logit(case.found, case.rows, ranks, case.read, fitted["answer"], fitted["join"])
        return joined(ranks, case.read, fitted["join"]), logit, case.told

    return fit_with(sets, "told", so_far)


def fit_with(sets: Sets, model: str, so_far: Callable[[Case], SoFar]) -> Weights:
    """Fit how ranks and log odds so far go with those of a model: two weights for the ranking, among what it read, two
    and a bias for whether the first is right."""
    ranked, retrieved = [], []
    for name, cases in sets.items():
        for case in cases:
            ranks, logit, odds = so_far(case)
            both, known = np.column_stack([ranks, heard(odds)]), ~np.isnan(odds)
            if case.gold[known].any() and not case.gold[known].all():
                ranked.append((1 / len(cases), both[known], case.gold[known]))
            if not case.given:
                retrieved.append((1 / len(cases), logit, both, case.gold, case.answerable))
        print(f"{name}: {len(cases)} cases")
    ranking = softmax_fit(ranked, 1e-4)
    values = {"rank": ranking[0], model: ranking[1]} | fit_right(retrieved, ranking)
    return {name: round(float(value), 3) for name, value in values.items()}


def fit_right(
    cases: Sequence[tuple[float, float, np.ndarray, np.ndarray, bool]], ranking: np.ndarray
) -> Weights:
    """Fit the chance that the first sentence is right, from the log odds so far and those of the model put to it.

    A case is (weight, log odds, ranks and odds (n, 2), gold (n,), answerable). Right first sentences are told from those
    shown where there is no answer; a wrong one where there is an answer is neither: what it lacks is the ranking's matter.
    """
    rows, right, weighed = [], [], []
    for weight, logit, both, gold, answerable in cases:
        first = int((both @ ranking).argmax())
        if gold[first] or not answerable:
            rows.append([logit, both[first, 1]])
            right.append(bool(gold[first]))
            weighed.append(weight if gold[first] else COSTS * weight)
    weights = np.array(weighed)
    model = LogisticRegression(C=1.0)
    model.fit(np.array(rows), right, sample_weight=weights * len(weights) / weights.sum())
    print(f"told rightly whether the first sentence is right: {model.score(rows, right):.2f}")
    (logit, own), bias = model.coef_[0], model.intercept_[0]
    return {"logit": float(logit), "own": float(own), "bias": float(bias)}


if __name__ == "__main__":
    main()
