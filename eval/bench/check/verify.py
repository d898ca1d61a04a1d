"""Measure the check of claims on documents kept out of training: `python -m eval.bench.check.verify [--data DIR]`.

Drafts written by hand (true in close, free and joined wording; false in one of sixteen ways), restatements of the
bundled articles, their sentences broken on purpose, public grounding sets, quotations, and the time it takes. A claim
counts as accepted where the verdict is "supported". Beside each share stands its 95 % interval (Wilson).
"""

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

from sklearn.metrics import roc_auc_score

from assistant.check.load import open_checker
from assistant.check.pairs import Checker, Pair
from assistant.check.vetoes import objections
from assistant.core.settings import load_settings
from assistant.core.types import Judgement
from eval.bench.check.verify_data import (
    MEASURED_ONLY,
    SEED,
    TRAINING,
    Part,
    corpus_articles,
    drafts,
    grounding,
    hand_made,
    squad_articles,
)
from eval.judges.mutate import MUTATIONS, NAME_MUTATIONS, names_of, wrong_evidence
from eval.metrics.base.intervals import wilson

KINDS = ("drafts", "hand", "articles", "squad", "sets", "quotes", "time")


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, help="folder with drafts/, grounding/, qa/; else the corpus alone"
    )
    parser.add_argument("--limit", type=int, default=300, help="claims per set and mutation (default 300)")
    parser.add_argument("--show", type=int, default=0, help="missed claims to print of each kind")
    parser.add_argument("--tuning", action="store_true", help="the tuning parts instead of the held-out ones")
    parser.add_argument(
        "--sets", nargs="*", default=(*TRAINING, *MEASURED_ONLY), help="grounding sets to take"
    )
    parser.add_argument("--checker", default="judge", help="as for `bpo-kpo verify` (default judge)")
    parser.add_argument("--only", nargs="*", choices=KINDS, default=KINDS, help="what to measure")
    given = parser.parse_args()
    settings = load_settings(checker=given.checker)
    checker = open_checker(settings)
    part: Part = "tuning" if given.tuning else "held out"
    start = time.perf_counter()
    if "drafts" in given.only and given.data:
        bench_drafts(given.data, part, checker, given.show)
    if "hand" in given.only:
        bench_hand_made(part, checker)
    if "articles" in given.only:
        bench_broken("articles", corpus_articles(part), checker, given.limit, given.show)
    if "squad" in given.only and given.data:
        bench_broken("squad", squad_articles(given.data, part), checker, given.limit, given.show)
    if "sets" in given.only and given.data:
        bench_sets(given.data, given.sets, part, checker, given.limit)
    if "quotes" in given.only:
        bench_quotes(checker)
    if "time" in given.only:
        bench_time(checker)
    print(f"{time.perf_counter() - start:.0f} s")


def bench_drafts(data: Path, part: Part, checker: Checker, show: int) -> None:
    """Print how many of the drafts are accepted, by kind, and what the rules alone hold against them."""
    rows = drafts(data, part)
    pairs = [pair for pair, _, _ in rows]
    found = checker.check(pairs)
    print(
        f"drafts, {part}: {len(rows)} claims, AUROC {auroc([j.score for j in found], [t for _, t, _ in rows]):.3f}"
    )
    for true in (True, False):
        kinds = sorted({kind for _, label, kind in rows if label == true})
        for kind in (None, *kinds):
            own = [
                judgement
                for (_, label, name), judgement in zip(rows, found, strict=True)
                if label == true and kind in (None, name)
            ]
            hits = sum((judgement.verdict == "supported") == true for judgement in own)
            likely = sum(judgement.verdict == "unverified" for judgement in own)
            line(
                f"  {'true accepted' if true else 'false refused'}: {kind or 'all'}",
                hits,
                len(own),
                f"  unverified {likely}",
            )
    against = [{(item.rule, item.veto) for item in objections(pair)} for pair in pairs]
    for rule, veto in sorted(set().union(*against)):
        held = [
            label for objection, (_, label, _) in zip(against, rows, strict=True) if (rule, veto) in objection
        ]
        of_true = sum(label for _, label, _ in rows)
        line(
            f"  {'veto' if veto else 'doubt'} of rule {rule} on true ones",
            sum(held),
            of_true,
            f"  on false ones {len(held) - sum(held)}",
        )
    for true in (True, False):
        judged = [(pair, item) for (pair, label, _), item in zip(rows, found, strict=True) if label == true]
        missed(show, judged, accepted=not true)


def missed(show: int, judged: Sequence[tuple[Pair, Judgement]], *, accepted: bool) -> None:
    """Print some claims that were accepted, or were not."""
    own = [(pair, item) for pair, item in judged if (item.verdict == "supported") == accepted]
    for pair, item in random.Random(SEED).sample(own, min(show, len(own))):
        print(
            f"    {item.verdict} {item.score:.2f}: {pair.claim}\n      from: {pair.evidence!r}\n      {item.reasons}"
        )


def bench_hand_made(part: Part, checker: Checker) -> None:
    """Print how many true restatements are accepted and how many wrong ones refused."""
    for name in ("paraphrases", "distortions", "clauses", "limits", "pairs"):
        for wanted in (True, False):
            pairs = [pair for pair, true in hand_made(name, part) if true == wanted]
            if pairs:
                hits = sum((item.verdict == "supported") == wanted for item in checker.check(pairs))
                line(f"{part}: {name}, {'accepted' if wanted else 'refused'}", hits, len(pairs))


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


def around(texts: Sequence[str], at: int) -> str:
    """Return a sentence between its neighbours, table rows on lines of their own."""
    near = texts[max(0, at - 1) : at + 2]
    return ("\n" if any(" | " in text for text in near) else " ").join(near)


def bench_broken(title: str, articles: dict[str, list[str]], checker: Checker, limit: int, show: int) -> None:
    """Print how many broken sentences are refused."""
    rng = random.Random(SEED)
    for name, pairs in broken(articles).items():
        pairs = rng.sample(pairs, min(limit, len(pairs)))
        found = checker.check(pairs)
        line(f"{title}: {name}, refused", sum(item.verdict != "supported" for item in found), len(pairs))
        missed(show, list(zip(pairs, found, strict=True)), accepted=True)


def bench_sets(folder: Path, names: Sequence[str], part: Part, checker: Checker, limit: int) -> None:
    """Print precision and recall of "supported", and the AUROC of the score."""
    print(
        f"{part + ' part of':20}{'n':>6}{'base':>6}{'passed':>7}{'precision':>10}{'95 %':>14}{'recall':>8}{'AUROC':>7}"
    )
    for name in names:
        rows = grounding(folder, name, part, limit)
        if not rows:
            continue
        pairs, labels = [pair for pair, _ in rows], [good for _, good in rows]
        found = checker.check(pairs)
        passed = [item.verdict == "supported" for item in found]
        right = sum(a and b for a, b in zip(passed, labels, strict=True))
        low, high = wilson(right, sum(passed)) or (0.0, 1.0)
        print(f"{name:20}{len(pairs):6}{sum(labels) / len(labels):6.2f}{sum(passed):7}"
              f"{right / max(1, sum(passed)):10.3f}{f'{low:.3f}-{high:.3f}':>14}{right / max(1, sum(labels)):8.3f}"
              f"{auroc([item.score for item in found], labels):7.3f}", flush=True)  # fmt: skip


def bench_quotes(checker: Checker) -> None:
    """Print how many sentences of the articles are refused as quotations of themselves between their neighbours."""
    pairs = [
        Pair(claim=text, evidence=around(texts, at))
        for texts in corpus_articles(None).values()
        for at, text in enumerate(texts)
    ]
    line("quotations refused", sum(j.verdict != "supported" for j in checker.check(pairs)), len(pairs))


def bench_time(checker: Checker) -> None:
    """Print how long one claim takes in a batch of thirty."""
    pairs = [pair for pair, _ in hand_made("paraphrases", None)][:30]
    checker.check(pairs)
    began = time.perf_counter()
    for turn in range(5):
        checker.check([Pair(claim=f"{pair.claim}{' ' * turn}", evidence=pair.evidence) for pair in pairs])
    print(
        f"{1000 * (time.perf_counter() - began) / (5 * len(pairs)):.1f} ms a claim in a batch of {len(pairs)}"
    )


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Return the chance that a supported claim scores above another, ties half."""
    return float(roc_auc_score(labels, scores)) if len(set(labels)) == 2 else float("nan")


def line(title: str, hits: int, count: int, beside: str = "") -> None:
    """Print a share with its interval."""
    low, high = wilson(hits, count) or (0.0, 1.0)
    print(
        f"{title:58}{hits:5} of {count:4} {hits / max(1, count):.3f} [{low:.3f}, {high:.3f}]{beside}",
        flush=True,
    )


if __name__ == "__main__":
    main()
