"""Measure retrieval on collections in BEIR's layout: BM25 alone, dense alone, fused.

    python -m eval.bench.find.retrieval --data DIR [--work DIR] [SET ...]

Each SET is a folder with corpus.jsonl, queries.jsonl and qrels.tsv. The collections go through the product's
own splitter, store and retriever; a document ranks where its best chunk does.
"""

import argparse
import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path

from assistant.core.settings import load_settings, silence_libraries
from assistant.core.types import Block, Document
from assistant.index.manifest import current_generation, digest
from assistant.index.search import DENSE_WEIGHT, search
from assistant.index.store import Store
from assistant.index.writer import IndexWriter
from assistant.models.embedder.load import load_embedder
from eval.metrics.retrieval import ranking_scores
from eval.train.reader.data import lines
from ingest.split import CHUNKING, split

CHUNKS = 60  # searched, so that at least ten documents are found
WAYS = {"BM25": 0.0, "dense": 1.0, "fused": DENSE_WEIGHT}


def main() -> None:
    """Print one line a set: nDCG@10 and recall@10 of each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="keep the indexes here, to run again sooner")
    parser.add_argument("sets", nargs="*")
    arguments = parser.parse_args()
    silence_libraries()
    sets = arguments.sets or sorted(path.name for path in arguments.data.iterdir() if path.is_dir())
    print(f"{'set':16} " + " ".join(f"{way + ' nDCG@10 / R@10':>24}" for way in WAYS))
    with tempfile.TemporaryDirectory() as scratch:
        for name in sets:
            store = index(arguments.data / name, name, arguments.work or Path(scratch))
            cells = [
                f"{n:.3f} / {r:.3f}"
                for n, r in (measure(arguments.data / name, store, w) for w in WAYS.values())
            ]
            print(f"{name:16} " + " ".join(f"{cell:>24}" for cell in cells), flush=True)


def index(folder: Path, name: str, work: Path) -> Store:
    """Index a collection, or open the index made earlier."""
    settings = load_settings(data_dir=work, index=name)
    embedder = load_embedder(settings)
    if current_generation(settings.index_dir) is None:
        with IndexWriter(settings, embedder, CHUNKING) as writer:
            for document in documents(folder / "corpus.jsonl"):
                writer.put(document, split(document), raw_sha256=document.sha256)
            writer.commit()
    return Store.open(settings, embedder)


def documents(path: Path) -> Iterator[Document]:
    """Yield each entry of a corpus file as a document of one paragraph."""
    for entry in lines(path):
        text = " ".join(entry["text"].split()) or entry["title"]
        if text:
            yield Document(
                doc_id=str(entry["_id"]), title=entry.get("title", ""), source=path.name, text=text,
                sha256=digest(text), blocks=(Block(kind="paragraph", start=0, end=len(text)),),
            )  # fmt: skip


def judged(folder: Path) -> dict[str, dict[str, int]]:
    """Return the grades of each judged query, by document."""
    grades: dict[str, dict[str, int]] = {}
    with (folder / "qrels.tsv").open(encoding="utf-8") as file:
        for query, item, grade in list(csv.reader(file, delimiter="\t"))[1:]:
            grades.setdefault(query, {})[item] = int(grade)
    return grades


def measure(folder: Path, store: Store, dense_weight: float) -> tuple[float, float]:
    """Return mean nDCG@10 and recall@10 over the judged queries."""
    grades = judged(folder)
    queries = {str(entry["_id"]): entry["text"] for entry in lines(folder / "queries.jsonl")}
    rankings = []
    for query in grades:
        found = search(store, queries[query], CHUNKS, dense_weight=dense_weight)
        rankings.append(list(dict.fromkeys(passage.doc_id for passage in found)))
    scores = ranking_scores(rankings, list(grades.values()))
    ndcg, recall = (sum(one[name] for one in scores) / len(scores) for name in ("nDCG@10", "R@10"))
    return ndcg, recall


if __name__ == "__main__":
    main()
