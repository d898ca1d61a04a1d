"""Fit how surely a written question asks what was asked: `python -m eval.train.fit.faq`.

`asked.jsonl` holds questions in other words than those of `corpus/questions.jsonl`, with the article that answers them,
and near misses that none answers. Fitted are the weights with the judge's word on the two nearest answers ("faq_told"),
and those for a machine without its weights, on the nearest one ("faq").
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.assistant import Assistant
from assistant.write.quote.faq import JUDGED, Match, Near, agreeing, told

ALONE, JOINED = ("cosine", "covered", "read"), ("cosine", "told")
QUESTIONS = Path(__file__).resolve().parent / "asked.jsonl"
Row = tuple[dict[str, float], bool]  # features of a match, and whether it is right


def main() -> None:
    """Fit the weights on the default index, print how well they tell right from wrong, and write them."""
    alone, joined = examples(Assistant.open(model="none"))
    path = Path(str(files("assistant.write.quote").joinpath("evidence.json")))
    body = json.loads(path.read_text("utf-8"))
    body |= {"faq": fitted(alone, ALONE), "faq_told": fitted(joined, JOINED)}
    path.write_text(json.dumps(body, indent=1) + "\n", "utf-8")


def fitted(matches: list[Row], names: tuple[str, ...]) -> dict[str, float]:
    """Return the weights of a logistic regression over some features, and its bias."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict

    rows: NDArray[Any] = np.array([[values[name] for name in names] for values, _ in matches])
    labels = np.array([right for _, right in matches])
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    chance = cross_val_predict(LogisticRegression(), scaled, labels, cv=10, method="predict_proba")[:, 1]
    print(f"{names}: {len(labels)} matches, {labels.sum()} right, AUROC {roc_auc_score(labels, chance):.3f}")  # noqa: T201
    model = LogisticRegression().fit(scaled, labels)
    weights = model.coef_[0] / rows.std(axis=0)
    bias = float(model.intercept_[0] - weights @ rows.mean(axis=0))
    values = {name: round(float(value), 3) for name, value in zip(names, weights, strict=True)}
    return values | {"bias": round(bias, 3)}


def examples(assistant: Assistant) -> tuple[list[Row], list[Row]]:
    """Return the nearest written question of each that agrees, and those of the nearest answers with the judge's word."""
    store, judge = assistant._fresh(), assistant.judge
    alone: list[Row] = []
    joined: list[Row] = []
    for line in QUESTIONS.read_text("utf-8").splitlines():
        item = json.loads(line)
        vector = assistant.embedder.embed_query(item["question"])
        near = agreeing(store, item["question"], vector, assistant.reader)
        answers: dict[object, Near] = {}
        for one in near:
            answers.setdefault((one.document.doc_id, one.asked.spans), one)
        for count, one in enumerate(answers.values()):
            right = one.document.doc_id == item["doc"]
            if count == 0:
                alone.append((one.features, right))
            if judge and count < JUDGED:
                match = Match(
                    doc_id=one.document.doc_id, asked=one.asked, cosine=one.features["cosine"], fits=True, sure=0.0
                )  # fmt: skip
                odds = told(store, item["question"], match, judge)
                if odds is not None:
                    joined.append((one.features | {"told": odds}, right))
    return alone, joined


if __name__ == "__main__":
    main()
