"""Measure the checker, and fit its score: `python -m eval.bench_verify --data DIR [--fit]`.

Held-out halves of the grounding sets: precision and recall of "supported", AUROC of the score beside word
overlap and cosine. Broken sentences of the bundled corpus: share caught, with a 95 % interval.
"""

import argparse
import json
import random
import re
import time
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.embedder import load_embedder
from assistant.sentences import sentence_spans
from assistant.settings import BUNDLED_CORPUS, load_settings
from assistant.support import MEANT, PLAIN, features, weights
from assistant.verify import Pair, RuleChecker
from assistant.windows import coverage, windows
from eval.mutate import MUTATIONS, wrong_evidence
from ingest.markdown import read_markdown

SEED = 7
FIT_LIMIT = 500  # claims per set
PRECISION = 0.85  # aimed at where the score is 0.5
WEIGHTS = Path(__file__).resolve().parent.parent / "assistant" / "support.json"
TRAINING = (
    "summedits",
    "wice",
    "scifact",
    "fever_symmetric",
    "defacto",
    "factcheck_gpt",
)  # licences allow it
HELD_OUT = (*TRAINING, "attributionbench", "healthver", "covidfact", "nli4ct", "climate_fever")
CACHE: dict[str, list[float]] = {}


class Remembering(Embeddings):
    """An embedder that embeds each text once."""

    def __init__(self, inner: Embeddings) -> None:
        self.inner = inner

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts, in order."""
        new = sorted({text for text in texts if text not in CACHE}, key=len)
        CACHE.update(zip(new, self.inner.embed_documents(new) if new else [], strict=True))
        return [CACHE[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Embed one text."""
        return self.embed_documents([text])[0]


def corpus_sentences() -> list[str]:
    """Return the sentences of the bundled articles, table rows included, headings left out."""
    found = []
    for path in sorted(BUNDLED_CORPUS.glob("*.md")):
        if path.name == "CORPUS.md":
            continue
        document = read_markdown(path.read_bytes())
        for block in document.blocks:
            if block.kind != "heading":
                text = document.text[block.start : block.end]
                found += [text[start:end] for start, end in sentence_spans(text)]
    return [text for text in found if len(text.split()) >= 4]


def around(texts: Sequence[str], at: int) -> str:
    """Return a sentence between its neighbours, table rows on lines of their own."""
    near = texts[max(0, at - 1) : at + 2]
    return ("\n" if any(" | " in text for text in near) else " ").join(near)


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * ((share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5) / (1 + z * z / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Return the chance that a supported claim scores above another, ties half."""
    values, good = np.asarray(scores), np.asarray(labels, dtype=bool)
    others = np.sort(values[~good])
    below = np.searchsorted(others, values[good], side="left")
    upto = np.searchsorted(others, values[good], side="right")
    return float(np.mean((below + upto) / 2) / len(others)) if good.any() and len(others) else float("nan")


def read_set(folder: Path, name: str, *, half: int, limit: int) -> list[tuple[Pair, bool]]:
    """Read one half of a grounding set (0 fits, 1 is held out), split by evidence so that none is shared."""
    rows = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]
    rows = [row for row in rows if name not in TRAINING or zlib.crc32(row["evidence"].encode()) % 2 == half]
    random.Random(SEED).shuffle(rows)
    return [
        (Pair(claim=row["claim"], evidence=row["evidence"]), row["label"] == "supported")
        for row in rows[:limit]
    ]


def bench_mutations(checker: RuleChecker, limit: int, show: int) -> None:
    """Print how many broken sentences are refused, and how many true ones."""
    texts = corpus_sentences()
    rng = random.Random(SEED)
    kept = checker.check([Pair(claim=text, evidence=text) for text in texts])
    context = [around(texts, at) for at in range(len(texts))]
    wrongly = sum(item.verdict != "supported" for item in kept)
    print(f"{'unchanged sentences refused':34} {wrongly} of {len(texts)}")
    own = checker.check([Pair(claim=text.rstrip(".") + " indeed.", evidence=text) for text in texts])
    wrongly = sum(item.verdict != "supported" for item in own)
    print(f"{'with a filler word, refused':34} {wrongly} of {len(texts)}  ({wrongly / len(texts):.3f})")
    cases: dict[str, list[Pair]] = {}
    for name, mutate in MUTATIONS.items():
        for at, text in enumerate(texts):
            changed = mutate(text, rng)
            if changed is not None and changed != text:
                cases.setdefault(name, []).append(Pair(claim=changed, evidence=context[at]))
    cases["wrong evidence"] = [
        Pair(claim=text, evidence=wrong_evidence(texts, at, rng)) for at, text in enumerate(texts)
    ]
    for name, pairs in cases.items():
        pairs = rng.sample(pairs, min(limit, len(pairs)))
        verdicts = checker.check(pairs)
        caught = sum(item.verdict != "supported" for item in verdicts)
        low, high = wilson(caught, len(pairs))
        print(f"{name:34} {caught:4} of {len(pairs):4}  {caught / len(pairs):.3f}  [{low:.3f}, {high:.3f}]")
        missed = [pair for pair, item in zip(pairs, verdicts, strict=True) if item.verdict == "supported"]
        for pair in missed[:show]:
            print(f"    passed: {pair.claim}\n      from: {pair.evidence}")


def bench_sets(folder: Path, checker: RuleChecker, limit: int) -> None:
    """Print precision and recall of "supported" and the AUROC of score, overlap and cosine."""
    print(f"{'held-out half of':18}{'n':>6}{'base':>7}{'passed':>8}{'precision':>11}{'recall':>8}"
          f"{'AUROC':>8}{'overlap':>9}{'cosine':>8}")  # fmt: skip
    for name in HELD_OUT:
        rows = read_set(folder, name, half=1, limit=limit)
        rows = [row for row in rows if row[0].evidence.strip()]
        pairs, labels = [pair for pair, _ in rows], [good for _, good in rows]
        found = checker.check(pairs)
        passed = [item.verdict == "supported" for item in found]
        right = sum(a and b for a, b in zip(passed, labels, strict=True))
        overlap = [coverage(pair.claim, pair.evidence) for pair in pairs]
        cosine = (
            [row[len(PLAIN)] for row in best_features(pairs, checker.embedder)]
            if checker.embedder
            else overlap
        )
        print(f"{name:18}{len(pairs):6}{sum(labels) / len(labels):7.2f}{sum(passed):8}"
              f"{right / max(1, sum(passed)):11.3f}{right / max(1, sum(labels)):8.3f}"
              f"{auroc([item.score for item in found], labels):8.3f}{auroc(overlap, labels):9.3f}"
              f"{auroc(cosine, labels):8.3f}")  # fmt: skip


def best_features(pairs: Iterable[Pair], embedder: Embeddings | None) -> np.ndarray:
    """Return the features of each claim with the window that covers most of it."""
    return features([(pair.claim, windows(pair.claim, pair.evidence)[0]) for pair in pairs], embedder)


def corpus_cases() -> list[tuple[Pair, bool]]:
    """Return halves of true sentences ("..., while ...") as supported, sentences beside others as not."""
    texts = corpus_sentences()
    cases = []
    for at, text in enumerate(texts):
        halves = re.split(r", (?:while|whereas|but) |; ", text)
        if len(halves) == 2 and all(len(half.split()) > 4 for half in halves):
            cases += [(Pair(claim=half.rstrip(".") + ".", evidence=text), True) for half in halves]
        near = texts[max(0, at - 2) : at] + texts[at + 1 : at + 3]
        cases.append((Pair(claim=text, evidence=" ".join(near)), False))
    return cases


def fit(folder: Path, embedder: Embeddings, limit: int) -> dict[str, dict[str, float]]:
    """Fit both sets of weights on the first halves and the corpus, on the claims no rule objects to."""
    rows = [row for name in TRAINING for row in read_set(folder, name, half=0, limit=limit)] + corpus_cases()
    free = RuleChecker(None, min_support=0.0).check([pair for pair, _ in rows])
    rows = [
        row for row, item in zip(rows, free, strict=True) if item.verdict == "supported" and item.score < 1
    ]
    labels = np.array([good for _, good in rows], dtype=float)
    matrix = best_features([pair for pair, _ in rows], embedder)
    print(f"fitting on {len(rows)} claims without objection, {labels.mean():.2f} of them supported")
    found = {}
    for name, columns in (("plain", PLAIN), ("meant", MEANT)):
        values = _rising_logistic(matrix[:, : len(columns)], labels)
        raw = matrix[:, : len(columns)] @ values[:-1] + values[-1]
        shift = _threshold(raw, labels)
        print(f"  {name}: bias moved by {-shift:+.2f}")
        values[-1] -= shift
        found[name] = {
            key: round(float(value), 4) for key, value in zip((*columns, "bias"), values, strict=True)
        }
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
    for share in (0.05, 0.1, 0.25, 0.5, 0.75, 1.0):
        at = int(share * len(order)) - 1
        print(f"    top {share:4.0%}: precision {right[at]:.3f}")
    enough = [at for at in range(20, len(order)) if right[at] >= PRECISION]
    at = enough[-1] if enough else int(np.argmax(right[len(order) // 4 : len(order) // 2])) + len(order) // 4
    return float(raw[order[at]])


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, help="folder that holds grounding/*.jsonl; without it, the corpus alone"
    )
    parser.add_argument("--fit", action="store_true", help="fit the weights and write assistant/support.json")
    parser.add_argument("--limit", type=int, default=300, help="claims per set and mutation (default 300)")
    parser.add_argument("--show", type=int, default=0, help="missed mutations to print")
    parser.add_argument("--no-embedder", action="store_true", help="rules and word overlap alone")
    given = parser.parse_args()
    embedder = None if given.no_embedder else Remembering(load_embedder(load_settings()))
    checker = RuleChecker(embedder)
    start = time.perf_counter()
    if given.data and given.fit:
        if embedder is None:
            parser.error("--fit needs the embedder; leave out --no-embedder")
        fitted = fit(given.data / "grounding", embedder, FIT_LIMIT)
        WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
        weights.cache_clear()
    bench_mutations(checker, given.limit, given.show)
    if given.data:
        bench_sets(given.data / "grounding", checker, given.limit)
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
