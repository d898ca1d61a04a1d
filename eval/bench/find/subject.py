"""Measure which questions are taken for off the subject, on everyday documents written for training the reader.

    python -m eval.bench.find.subject [--documents N]

Each document stands in an index of its own and gets its answerable questions, and as many of another document. Printed
are how many seem far from its passages, how many of those have a sentence that scores from RELATES on, and of how many
of these an answering sentence is among the first three. The last N documents are taken: those the reader saw least.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.answer.find import RELATES
from assistant.core.settings import Settings, load_settings, silence_libraries
from assistant.index.search import is_near, search
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from assistant.models.judge.judge import LateJudge
from assistant.models.reader.reader import Reader, load_reader
from assistant.write.quote.evidence import select
from eval.bench.find.evidence_cases import PASSAGES
from eval.train.fit.evidence import as_document
from eval.train.reader.data import lines
from eval.train.reader.written.hand import HAND, as_stored
from ingest.index import build_index

SEED = 5
FIRST = 3  # sentences looked at


def main() -> None:
    """Print the counts for a document's own questions and for those of another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=70)
    given = parser.parse_args()
    silence_libraries()
    rows = list(lines(HAND))[-given.documents :]
    random.Random(SEED).shuffle(rows)
    counts = {"its own": [0, 0, 0, 0], "of another": [0, 0, 0, 0]}
    with TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder))
        reader, judge = load_reader(settings), LateJudge(settings)
        for row, other in zip(rows, rows[1:] + rows[:1], strict=True):
            store = stored(settings.model_copy(update={"index": row["id"]}), row)
            for whose, asked in (("its own", row), ("of another", other)):
                for item in (item for item in asked["questions"] if item["a"]):
                    gold = answers(row, item) if whose == "its own" else []
                    for at, so in enumerate(told(store, item["q"], reader, judge, gold)):
                        counts[whose][at] += so
    for whose, (asked_of, far, scoring, right) in counts.items():
        first = f"{right} of them rightly" if whose == "its own" else "none of them answered there"
        print(f"{whose}: {asked_of} asked, {far} seem far, {scoring} of those score from {RELATES}, {first}")


def stored(settings: Settings, row: dict[str, Any]) -> Store:
    """Return a document in an index of its own."""
    place = settings.data_dir / f"{row['id']}.md"
    place.write_text(as_document(row), "utf-8", newline="\n")
    embedder = load_embedder(settings)
    build_index(settings, embedder, [str(place)])
    return Store.open(settings, embedder)


def answers(row: dict[str, Any], item: dict[str, Any]) -> list[str]:
    """Return the sentences that answer a question."""
    sentences = row["sections"][item["s"] - 1]["sentences"]
    return [as_stored(sentences[n - 1]) for n in item["a"]]


def told(
    store: Store, question: str, reader: Reader | None, judge: LateJudge, gold: Sequence[str]
) -> tuple[bool, ...]:
    """Return: asked, far from the passages, with a sentence that scores, with an answering one among the first."""
    vector = store.embedder.embed_query(question)
    passages = search(store, question, PASSAGES, vector=vector)
    far = not is_near(store, vector, passages, question)
    found = select(store, question, vector, passages, FIRST, reader, judge) if far else []
    scores = bool(found) and found[0].score >= RELATES
    return (
        True, far, scores, scores and any(item.text in one or one in item.text for item in found for one in gold),
    )  # fmt: skip


if __name__ == "__main__":
    main()
