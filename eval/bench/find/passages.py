"""Measure how often the passage that answers is found, on everyday documents kept out of training, all in one index.

    python -m eval.bench.find.passages [--work DIR] [--step N]

Questions in the documents' users' words, and questions that share hardly a word with them; by the vectors of chunks
alone, and by those of their sentences too.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.core.settings import load_settings, silence_libraries
from assistant.core.types import Passage
from assistant.index.search import search
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from eval.bench.find.evidence_cases import placed
from eval.train.fit.evidence import write_hand
from eval.train.reader.data import lines
from eval.train.reader.written.hand import HAND, kept_for_reporting
from ingest.index import build_index

FIRST = (1, 4, 8, 16)
EVERYDAY = "everyday words"
MARKS = {"other_words": "in other words", "fragment": "typed in haste"}


def main() -> None:
    """Print, for both kinds of questions and both ways, the share found among the first passages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, help="keep the index here, to run again sooner")
    parser.add_argument("--step", type=int, default=1, help="take every N-th question")
    given = parser.parse_args()
    silence_libraries()
    kinds = {
        item["q"]: next((name for mark, name in MARKS.items() if item.get(mark)), EVERYDAY)
        for row in filter(kept_for_reporting, lines(HAND))
        for item in row["questions"]
    }
    with tempfile.TemporaryDirectory() as scratch:
        work = given.work or Path(scratch)
        folder = write_hand(work / "everyday")
        settings = load_settings(data_dir=work, index="everyday")
        embedder = load_embedder(settings)
        build_index(settings, embedder, [str(folder / "docs")])
        rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
        asked = [row for row in rows if row["answerable"]][:: given.step]
        for way in ("chunks alone", "with sentences"):
            store = Store.open(settings, embedder)
            if way == "chunks alone":
                store.sentences = None
            for kind in (EVERYDAY, *MARKS.values()):
                report(f"{way}, {kind}", store, [row for row in asked if kinds[row["question"]] == kind])


def report(what: str, store: Store, asked: Sequence[Mapping[str, Any]]) -> None:
    """Print the share of questions whose passage is among the first ones."""
    ranks = [rank(store, row, search(store, row["question"], max(FIRST))) for row in asked]
    shares = ", ".join(f"{sum(at < k for at in ranks) / len(ranks):.3f} in the first {k}" for k in FIRST)
    print(f"{what} ({len(ranks)}): {shares}", flush=True)


def rank(store: Store, row: Mapping[str, Any], passages: Sequence[Passage]) -> int:
    """Return how many passages come before the first that holds a sentence that answers."""
    golds = [placed(store, span) for span in row["gold"]]
    for at, passage in enumerate(passages):
        own = [span for span in golds if span["doc"] == passage.doc_id]
        if any(passage.start < span["end"] and span["start"] < passage.end for span in own):
            return at
    return max(FIRST)


if __name__ == "__main__":
    main()
