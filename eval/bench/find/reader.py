"""Measure the small reader alone, on documents and evidence it was not trained on.

    python -m eval.bench.find.reader --data DIR [--limit N] [squad2 clapnq stici asked hand SET ...]

For questions: is the best sentence of the given text (squad2: its paragraph, clapnq: its document, hand: the section
and the three nearest others) an answering one, mean average precision, and does the best score tell answerable questions from others. For claims: AUROC of
support, and precision and recall of "supported" with the rules in front. 95 % intervals by bootstrap; word overlap
and the embedder's cosine stand beside it.
"""

import argparse
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from assistant.check.pairs import Pair
from assistant.core.settings import load_settings, silence_libraries
from assistant.index.lookup.lexical import LexicalIndex
from assistant.models.embedder.embedder import Embedder
from assistant.models.embedder.load import load_embedder
from assistant.models.reader.reader import Reader, load_reader
from assistant.models.reader.tokens import stems
from eval.train.reader.claims import OUT_OF_DOMAIN, kept_out
from eval.train.reader.data import held_out, lines, paragraph
from eval.train.reader.example import Span
from eval.train.reader.written.asked import examples as asked_examples
from eval.train.reader.written.hand import HAND, kept_for_reporting
from eval.train.reader.written.hand import examples as hand_examples

SEED = 11
QUESTIONS = ("squad2", "clapnq", "stici", "asked", "hand")
CLAIMS = ("fever_symmetric", "scifact", "summedits", OUT_OF_DOMAIN, "attributionbench", "healthver", "defacto", "factcheck_gpt")  # fmt: skip
NEAR = 6  # texts looked at where none is given


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question, the texts to look at, and the spans of the first text that answer it (none: unanswerable)."""

    question: str
    texts: tuple[str, ...]
    spans: tuple[Span, ...]
    answerable: bool
    heads: tuple[str, ...] = ()  # what the texts stand under


def interval(of: Callable[[np.ndarray], float], count: int) -> str:
    """Return a measure of all cases and its 95 % bootstrap interval; `of` takes the positions drawn."""
    rng = np.random.default_rng(SEED)
    drawn = [of(rng.integers(0, count, count)) for _ in range(400)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return f"{of(np.arange(count)):.3f} [{low:.3f}, {high:.3f}]"


def squad2(data: Path) -> list[Asked]:
    """Return the questions on held-out documents, near misses with the paragraph they were asked about."""
    texts = {path.stem: path.read_text("utf-8") for path in (data / "qa/squad2/docs").glob("*.txt")}
    found: list[Asked] = []
    doc, begin, end = "", 0, 0
    for row in lines(data / "qa/squad2/questions.jsonl"):
        if row["answerable"]:
            doc = row["gold"][0]["doc"].removesuffix(".txt")
            begin, end = paragraph(texts[doc], row["gold"][0]["start"])
        if doc in held_out()["squad2"]:
            spans = tuple(
                (g["start"] - begin, g["end"] - begin) for g in row["gold"] if begin <= g["start"] < end
            )
            text = (texts[doc][begin:end],)
            found.append(
                Asked(question=row["question"], texts=text, spans=spans, answerable=row["answerable"])
            )
    return found


def clapnq(data: Path) -> list[Asked]:
    """Return the questions on held-out documents; one without an answer goes with the nearest document."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted((data / "qa/clapnq/docs").glob("*.txt"))}
    names, index = list(texts), LexicalIndex.build(list(texts.values()))
    found = []
    for row in lines(data / "qa/clapnq/questions.jsonl"):
        near = index.search(row["question"], 1)
        doc = row["gold_docs"][0] if row["gold_docs"] else names[near[0][0]]
        if doc in held_out()["clapnq"]:
            title = texts[doc].index("\n\n") + 2  # the first line is no sentence
            spans = tuple((g["start"] - title, g["end"] - title) for g in row["gold"] if g["doc"] == doc)
            text = (texts[doc][title:],)
            found.append(
                Asked(question=row["question"], texts=text, spans=spans, answerable=row["answerable"])
            )
    return found


def stici(data: Path) -> list[Asked]:
    """Return the questions with the paragraphs that share most with them."""
    texts = [
        line
        for path in sorted((data / "qa/stici/docs").glob("*.txt"))
        for line in path.read_text("utf-8").split("\n")
        if len(line.split()) > 3
    ]
    index = LexicalIndex.build(texts)
    return [
        Asked(
            question=row["question"],
            texts=tuple(texts[at] for at, _ in index.search(row["question"], NEAR)),
            spans=(),
            answerable=row["answerable"],
        )
        for row in lines(data / "qa/stici/questions.jsonl")
    ]


def asked(data: Path) -> list[Asked]:
    """Return the everyday questions on passages kept out, each with its passage."""
    return [
        Asked(question=item.question, texts=(item.text,), spans=item.spans, answerable=bool(item.spans))
        for item in asked_examples(data, reported=True)
    ]


def hand(data: Path) -> list[Asked]:
    """Return the questions on everyday documents kept out, each with its section and the nearest others."""
    found: list[Asked] = []
    for item in hand_examples([row for row in lines(HAND) if kept_for_reporting(row)]):
        if found and found[-1].question == item.question:
            own = found.pop()
            found.append(replace(own, texts=(*own.texts, item.text), heads=(*own.heads, item.head)))
        else:
            found.append(
                Asked(
                    question=item.question, texts=(item.text,), spans=item.spans,
                    answerable=bool(item.spans), heads=(item.head,),
                )
            )  # fmt: skip
    return found


def overlap(asked: str, text: str) -> float:
    """Return the share of the first text's words found in the second."""
    wanted = {stem for *_, stem in stems(asked)}
    return len(wanted & {stem for *_, stem in stems(text)}) / max(1, len(wanted))


def bench_questions(name: str, questions: Sequence[Asked], reader: Reader, embedder: Embedder) -> None:
    """Print top-1, mean average precision and AUROC of one set, for the reader, cosine and overlap."""
    best: dict[str, list[float]] = {"reader": [], "cosine": [], "overlap": []}
    precision: dict[str, list[float]] = {way: [] for way in best}
    first: dict[str, list[float]] = {way: [] for way in best}
    for item in questions:
        vector = embedder.encode([item.question])[0]
        read = reader.read(item.question, vector, item.texts, embedder.encode, item.heads)
        near = [(text[a:b], odds) for text, own in zip(item.texts, read, strict=True) for (a, b), odds in own]
        cosine = embedder.encode([text for text, _ in near]) @ vector
        scores = {
            "reader": np.array([odds for _, odds in near]),
            "cosine": cosine,
            "overlap": np.array([overlap(item.question, text) for text, _ in near]) + 1e-3 * cosine,
        }
        own_gold = [any(a < y and x < b for x, y in item.spans) for (a, b), _ in read[0]]
        gold = np.array(own_gold + [False] * (len(near) - len(own_gold)))
        for way, own in scores.items():
            best[way].append(float(own.max()))
            if gold.any() and len(gold) > 1:
                hits = gold[np.argsort(-own, kind="stable")]
                first[way].append(float(hits[0]))
                precision[way].append(float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean()))
    labels = np.array([item.answerable for item in questions])
    for way in best:
        top, mean, score = np.array(first[way]), np.array(precision[way]), np.array(best[way])
        told = interval(lambda at, s=score: roc_auc_score(labels[at], s[at]), len(labels))  # type: ignore[misc]
        line = f"{name:8} {way:8} answerable AUROC {told} of {len(labels)}"
        if len(top):
            line += f", first right {interval(lambda at, s=top: s[at].mean(), len(top))} of {len(top)}"  # type: ignore[misc]
            line += f", MAP {interval(lambda at, s=mean: s[at].mean(), len(mean))}"  # type: ignore[misc]
        print(line, flush=True)


def claims_of(data: Path, name: str) -> list[tuple[Pair, bool]]:
    """Return the kept-out pairs of a grounding set, in a chance order."""
    rows = [
        row for row in lines(data / "grounding" / f"{name.split('/')[0]}.jsonl") if row["evidence"].strip()
    ]
    known = name.split("/")[0]
    rows = [
        row
        for row in rows
        if (kept_out(known, row["evidence"], row["source"]) or known in ("attributionbench", "healthver"))
        and (row["source"] == OUT_OF_DOMAIN) == (name == OUT_OF_DOMAIN)
    ]
    random.Random(SEED).shuffle(rows)
    return [(Pair(claim=row["claim"], evidence=row["evidence"]), row["label"] == "supported") for row in rows]


def bench_claims(name: str, cases: Sequence[tuple[Pair, bool]], reader: Reader) -> None:
    """Print the AUROC of one set."""
    pairs, labels = [pair for pair, _ in cases], np.array([good for _, good in cases])
    score = np.array(reader.supports([(pair.claim, pair.evidence) for pair in pairs]))
    shared = np.array([overlap(pair.claim, pair.evidence) for pair in pairs])
    told = {
        way: interval(lambda at, s=own: roc_auc_score(labels[at], s[at]), len(labels))  # type: ignore[misc]
        for way, own in {"reader": score, "overlap": shared}.items()
    }
    print(f"{name:22} AUROC reader {told['reader']}, overlap {told['overlap']} of {len(labels)}", flush=True)


def main() -> None:
    """Run the measurement from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=400, help="questions or claims a set (default 400)")
    parser.add_argument("sets", nargs="*", default=[*QUESTIONS, *CLAIMS])
    given = parser.parse_args()
    silence_libraries()
    settings = load_settings()
    embedder, reader = load_embedder(settings), load_reader(settings)
    if reader is None:
        parser.error("the reader needs the packaged embedder: leave the setting `embedder` as it is")
    makers = {"squad2": squad2, "clapnq": clapnq, "stici": stici, "asked": asked, "hand": hand}
    for name in given.sets:
        if name in makers:
            questions = makers[name](given.data)
            random.Random(SEED).shuffle(questions)
            bench_questions(name, questions[: given.limit], reader, embedder)
        else:
            bench_claims(name, claims_of(given.data, name)[: given.limit], reader)


if __name__ == "__main__":
    main()
