"""Fit how surely a written question asks what was asked: `python -m eval.train.fit.faq`.

`asked.jsonl` holds questions in other words than those of `corpus/questions.jsonl`, with the article that answers them,
and near misses that none answers.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.assistant import Assistant
from assistant.write.quote.faq import agreeing

NAMES = ("cosine", "covered", "read")
QUESTIONS = Path(__file__).resolve().parent / "asked.jsonl"


def main() -> None:
    """Fit the weights on the default index, print how well they tell right from wrong, and write them."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict

    rows, labels = examples(Assistant.open(model="none"))
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    chance = cross_val_predict(LogisticRegression(), scaled, labels, cv=10, method="predict_proba")[:, 1]
    print(f"{len(labels)} matches, {labels.sum()} right, AUROC {roc_auc_score(labels, chance):.3f}")  # noqa: T201
    model = LogisticRegression().fit(scaled, labels)
    weights = model.coef_[0] / rows.std(axis=0)
    bias = float(model.intercept_[0] - weights @ rows.mean(axis=0))
    path = Path(str(files("assistant.write.quote").joinpath("evidence.json")))
    body = json.loads(path.read_text("utf-8"))
    body["faq"] = {name: round(float(value), 3) for name, value in zip(NAMES, weights, strict=True)}
    body["faq"]["bias"] = round(bias, 3)
    path.write_text(json.dumps(body, indent=1) + "\n", "utf-8")


def examples(assistant: Assistant) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the features (n, 3) of the nearest written question that agrees, and whether it is right (n,)."""
    store, rows, labels = assistant._fresh(), [], []
    for line in QUESTIONS.read_text("utf-8").splitlines():
        item = json.loads(line)
        vector = assistant.embedder.embed_query(item["question"])
        for near in agreeing(store, item["question"], vector, assistant.reader)[:1]:
            rows.append([near.features[name] for name in NAMES])
            labels.append(int(near.document.doc_id == item["doc"]))
    return np.array(rows), np.array(labels)


if __name__ == "__main__":
    main()
