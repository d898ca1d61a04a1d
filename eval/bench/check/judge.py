"""Measure a judge on what it was not trained on: `python -m eval.bench.check.judge --data DIR [--judge NAME]`.

Kept-out rows of public grounding sets, and sentences of kept-out articles: as they are, beside their neighbours,
and broken by `eval.judges.mutate`. Accuracy with its 95 % interval (Wilson), precision and recall of "supported", AUROC of
the score; for broken sentences the share refused.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from assistant.check.pairs import Pair
from assistant.core.settings import load_settings, silence_libraries
from eval.bench.check.verify import around, broken
from eval.bench.check.verify_data import corpus_articles
from eval.bench.find.reader import claims_of
from eval.judges.judge import Judge
from eval.judges.load import load_judges
from eval.metrics.base.intervals import wilson

SEED = 11
SETS = ("attributionbench", "wice", "scifact", "fever_symmetric", "healthver")
Case = tuple[Pair, bool]  # and whether the claim is supported


def whole_sentences(limit: int) -> list[Case]:
    """Return sentences of the kept-out articles, half beside themselves and half beside their neighbours."""
    found = []
    for texts in corpus_articles("held out").values():
        for at, text in enumerate(texts):
            evidence = text if at % 2 else around(texts, at)
            found.append((Pair(claim=text, evidence=evidence), True))
    return random.Random(SEED).sample(found, min(limit, len(found)))


def broken_sentences(limit: int) -> dict[str, list[Case]]:
    """Return broken sentences of the kept-out articles beside what they were made of, by way of breaking."""
    rng = random.Random(SEED)
    return {
        name: [(pair, False) for pair in rng.sample(pairs, min(limit, len(pairs)))]
        for name, pairs in broken(corpus_articles("held out")).items()
    }


def line(name: str, cases: Sequence[Case], judge: Judge) -> str:
    """Judge some cases and return one line of figures; what has no verdict is left out and counted."""
    from sklearn.metrics import roc_auc_score

    said = judge.judge([pair for pair, _ in cases])
    told = [
        (good, verdict == "supported", score)
        for (_, good), (verdict, score, _) in zip(cases, said, strict=True)
        if verdict != "unjudged"
    ]
    right = sum(good == passed for good, passed, _ in told)
    both = sum(good and passed for good, passed, _ in told)
    low, high = wilson(right, len(told)) or (0.0, 1.0)
    shown = f"{name:30}{len(told):5}  accuracy {right / max(1, len(told)):.3f} [{low:.3f}, {high:.3f}]"
    if len({good for good, *_ in told}) == 2:
        passed, wanted = sum(item[1] for item in told), sum(item[0] for item in told)
        area = roc_auc_score([item[0] for item in told], [item[2] for item in told])
        shown += f"  precision {both / max(1, passed):.3f}  recall {both / wanted:.3f}  AUROC {area:.3f}"
    return shown + (f"  unjudged {len(cases) - len(told)}" if len(told) < len(cases) else "")


def main() -> None:
    """Run the measurement from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with grounding/; else the corpus alone")
    parser.add_argument("--judge", default="reader", help="as for `bpo-kpo eval run` (default reader)")
    parser.add_argument("--limit", type=int, default=200, help="claims a set (default 200)")
    given = parser.parse_args()
    silence_libraries()
    (judge,) = load_judges([given.judge], load_settings())
    for name in SETS if given.data else ():
        print(line(name, claims_of(given.data, name)[: given.limit], judge), flush=True)
    whole, ways = whole_sentences(given.limit), broken_sentences(given.limit)
    every = [case for cases in ways.values() for case in cases]
    mixed = random.Random(SEED).sample(every, min(len(whole), len(every)))
    print(line("articles, half of them broken", [*whole, *mixed], judge), flush=True)
    print(line("  unbroken", whole, judge), flush=True)
    for name, cases in ways.items():
        print(line(f"  {name}", cases, judge), flush=True)


if __name__ == "__main__":
    main()
