"""Measure the checker on documents kept out of tuning: `python -m eval.bench.verify [--data DIR]`.

Broken sentences of the articles and of Wikipedia articles, restatements made by hand, public grounding sets.
Beside each share stand its 95 % interval (Wilson) and what word overlap and cosine do at the threshold where
they accept as many of the true restatements used for tuning as the checker is meant to.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.checkers import open_checker
from assistant.embedder import load_embedder
from assistant.settings import load_settings
from assistant.verify import Checker, Pair
from assistant.windows import senses, split
from eval.bench.verify_data import (
    MEASURED_ONLY,
    SEED,
    TRAINING,
    Part,
    corpus_articles,
    grounding,
    hand_made,
    squad_articles,
)  # fmt: skip
from eval.mutate import MUTATIONS, NAME_MUTATIONS, names_of, wrong_evidence

ACCEPTED = 0.8  # of the true restatements
KINDS = ("hand", "articles", "squad", "sets")
Score = Callable[[Sequence[Pair]], list[float]]


class Remembering(Embeddings):
    """An embedder that embeds each text once."""

    def __init__(self, inner: Embeddings) -> None:
        self.inner = inner
        self.known: dict[str, list[float]] = {}

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts, in order."""
        new = sorted({text for text in texts if text not in self.known}, key=len)
        self.known.update(zip(new, self.inner.embed_documents(new) if new else [], strict=True))
        return [self.known[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Embed one text."""
        return self.embed_documents([text])[0]


class Yardsticks:
    """Word overlap and, with an embedder, cosine, each with the threshold that accepts the wanted share."""

    def __init__(self, embedder: Embeddings | None) -> None:
        self.scores: dict[str, Score] = {"overlap": overlaps}
        if embedder is not None:
            self.scores["cosine"] = lambda pairs: cosines(pairs, embedder)
        true = hand_made("paraphrases", "tuning")
        self.least = {
            name: float(np.quantile(score(true), 1 - ACCEPTED)) for name, score in self.scores.items()
        }

    def refused(self, pairs: Sequence[Pair]) -> str:
        """Say which share of some pairs each yardstick refuses."""
        shares = [np.mean(np.array(score(pairs)) < self.least[name]) for name, score in self.scores.items()]
        return "".join(f"{share:9.3f}" for share in shares)


def overlaps(pairs: Sequence[Pair]) -> list[float]:
    """Return the share of each claim's content words that its evidence holds, synonyms included."""
    return [
        len(senses(pair.claim) & senses(pair.evidence)) / max(1, len(senses(pair.claim))) for pair in pairs
    ]


def cosines(pairs: Sequence[Pair], embedder: Embeddings) -> list[float]:
    """Return the cosine of each claim with the closest sentence of its evidence."""
    groups = [[s for line in split(pair.evidence) for s in line] or [pair.evidence] for pair in pairs]
    texts = sorted({text for group in groups for text in group} | {pair.claim for pair in pairs})
    vectors = np.asarray(embedder.embed_documents(texts))
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    place = dict(zip(texts, vectors, strict=True))
    return [
        max(float(place[pair.claim] @ place[text]) for text in group)
        for pair, group in zip(pairs, groups, strict=True)
    ]


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


def around(texts: Sequence[str], at: int) -> str:
    """Return a sentence between its neighbours, table rows on lines of their own."""
    near = texts[max(0, at - 1) : at + 2]
    return ("\n" if any(" | " in text for text in near) else " ").join(near)


def broken(articles: dict[str, list[str]]) -> dict[str, list[Pair]]:
    """Break the sentences of some articles in each way; the evidence is the true sentence between neighbours."""
    rng = random.Random(SEED)
    cases: dict[str, list[Pair]] = {}
    for texts in articles.values():
        names = names_of(texts)
        for at, text in enumerate(texts):
            made = {name: mutate(text, rng) for name, mutate in MUTATIONS.items()}
            made |= {name: mutate(text, names, rng) for name, mutate in NAME_MUTATIONS.items()}
            context = around(texts, at)
            for name, changed in made.items():
                if changed is not None and changed not in context:
                    cases.setdefault(name, []).append(Pair(claim=changed, evidence=context))
            if len(texts) > 25:
                elsewhere = wrong_evidence(texts, at, rng)
                cases.setdefault("wrong evidence", []).append(Pair(claim=text, evidence=elsewhere))
    return cases


def bench_broken(
    title: str,
    articles: dict[str, list[str]],
    checker: Checker,
    sticks: Yardsticks,
    limit: int,
    show: int,
) -> None:
    """Print how many broken sentences are refused, and how many unchanged ones are accepted."""
    texts = [text for sentences in articles.values() for text in sentences]
    kept = checker.check([Pair(claim=text, evidence=text) for text in texts])
    fine = sum(item.verdict == "supported" for item in kept)
    _line(f"{title}: unchanged, accepted", fine, len(texts), "")
    rng = random.Random(SEED)
    for name, pairs in broken(articles).items():
        pairs = rng.sample(pairs, min(limit, len(pairs)))
        verdicts = checker.check(pairs)
        caught = sum(item.verdict != "supported" for item in verdicts)
        _line(f"{title}: {name}", caught, len(pairs), sticks.refused(pairs))
        missed = [pair for pair, item in zip(pairs, verdicts, strict=True) if item.verdict == "supported"]
        for pair in missed[:show]:
            print(f"    passed: {pair.claim}\n      from: {pair.evidence}")


def bench_hand_made(part: Part, checker: Checker, sticks: Yardsticks) -> None:
    """Print how many true restatements are accepted and how many wrong ones refused."""
    for name, wanted in (("paraphrases", True), ("distortions", False)):
        pairs = hand_made(name, part)
        hits = sum((item.verdict == "supported") == wanted for item in checker.check(pairs))
        _line(
            f"{part}: {name}, {'accepted' if wanted else 'refused'}", hits, len(pairs), sticks.refused(pairs)
        )


def bench_sets(
    folder: Path, names: Sequence[str], part: Part, checker: Checker, sticks: Yardsticks, limit: int
) -> None:
    """Print precision and recall of "supported" and the AUROC of score, overlap and cosine."""
    print(f"{part + ' part of':20}{'n':>6}{'base':>6}{'passed':>7}{'precision':>10}{'95 %':>14}{'recall':>8}"
          f"{'AUROC':>7}" + "".join(f"{name:>9}" for name in sticks.scores))  # fmt: skip
    for name in names:
        rows = grounding(folder, name, part, limit)
        if not rows:
            continue
        pairs, labels = [pair for pair, _ in rows], [good for _, good in rows]
        found = checker.check(pairs)
        passed = [item.verdict == "supported" for item in found]
        right = sum(a and b for a, b in zip(passed, labels, strict=True))
        low, high = wilson(right, sum(passed))
        print(f"{name:20}{len(pairs):6}{sum(labels) / len(labels):6.2f}{sum(passed):7}"
              f"{right / max(1, sum(passed)):10.3f}{f'{low:.3f}-{high:.3f}':>14}{right / max(1, sum(labels)):8.3f}"
              f"{auroc([item.score for item in found], labels):7.3f}"
              + "".join(f"{auroc(score(pairs), labels):9.3f}" for score in sticks.scores.values()),
              flush=True)  # fmt: skip


def _line(title: str, hits: int, count: int, beside: str) -> None:
    low, high = wilson(hits, count)
    print(
        f"{title:52}{hits:5} of {count:4} {hits / max(1, count):.3f} [{low:.3f}, {high:.3f}]{beside}",
        flush=True,
    )


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, help="folder with grounding/, qa/, retrieval/; else the corpus alone"
    )
    parser.add_argument("--limit", type=int, default=300, help="claims per set and mutation (default 300)")
    parser.add_argument("--show", type=int, default=0, help="missed mutations to print")
    parser.add_argument("--tuning", action="store_true", help="the tuning parts instead of the held-out ones")
    parser.add_argument("--no-embedder", action="store_true", help="rules and word overlap alone")
    parser.add_argument(
        "--sets", nargs="*", default=(*TRAINING, *MEASURED_ONLY), help="grounding sets to take"
    )
    parser.add_argument("--checker", help="checker behind the rules, as for `bpo-kpo verify`")
    parser.add_argument(
        "--only", nargs="*", choices=KINDS, default=KINDS, help="what to measure (default all)"
    )
    given = parser.parse_args()
    settings = load_settings(checker=given.checker)
    embedder = None if given.no_embedder else Remembering(load_embedder(settings))
    checker, sticks = open_checker(settings, embedder), Yardsticks(embedder)
    part: Part = "tuning" if given.tuning else "held out"
    start = time.perf_counter()
    print(f"{'':52}{'':5}    {'':4} {'':23}" + "".join(f"{name:>9}" for name in sticks.scores))
    if "hand" in given.only:
        bench_hand_made(part, checker, sticks)
    if "articles" in given.only:
        bench_broken("articles", corpus_articles(part), checker, sticks, given.limit, given.show)
    if "squad" in given.only and given.data:
        bench_broken("squad", squad_articles(given.data, part), checker, sticks, given.limit, given.show)
    if "sets" in given.only and given.data:
        bench_sets(given.data, given.sets, part, checker, sticks, given.limit)
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
