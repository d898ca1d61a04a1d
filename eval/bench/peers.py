"""Measure ingest, search and ranking beside LangChain with Chroma and txtai: same texts, same embedder, one process each.

    pip install -e .[peers]
    python -m eval.bench.peers --data DIR [--ways ours langchain txtai] [SET ...]

Each SET is a folder in BEIR's layout, as for eval.bench.find.retrieval. The peers are used as their own guides begin:
LangChain splits at 1,000 characters with 200 in common and asks Chroma, txtai indexes whole texts by words and meaning.
Models are loaded, and one query asked, before the clock starts; an index is written to disk. Times are those of the
clock; in brackets those of the processor, which other work on the machine changes less.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.core.settings import DEFAULT_EMBEDDER, load_settings, silence_libraries
from assistant.core.types import Document
from assistant.models.embedder.files import find_model
from eval.bench.find.retrieval import documents, judged
from eval.metrics.retrieval import ranking_scores
from eval.train.reader.data import lines

CHUNKS = 20  # searched, so that ten documents are found


@dataclass(frozen=True)
class Way:
    """Write an index of documents; then find the ids of the best for a query, best first."""

    ingest: Callable[[list[Document]], None]
    search: Callable[[str], list[str]]


def main() -> None:
    """Print a line for each set and way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--ways", nargs="*", choices=WAYS, default=list(WAYS))
    parser.add_argument(
        "--here", action="store_true", help=argparse.SUPPRESS
    )  # one set and way, in this process
    parser.add_argument("sets", nargs="*")
    arguments = parser.parse_args()
    silence_libraries()
    sets = arguments.sets or sorted(path.name for path in arguments.data.iterdir() if path.is_dir())
    if arguments.here:
        with tempfile.TemporaryDirectory() as scratch:
            print(json.dumps(measure(arguments.data / sets[0], WAYS[arguments.ways[0]](Path(scratch)))))
        return
    for name in sets:
        for way in arguments.ways:
            command = [
                sys.executable,
                "-m",
                "eval.bench.peers",
                "--data",
                str(arguments.data),
                "--here",
                name,
            ]
            done = subprocess.run([*command, "--ways", way], stdout=subprocess.PIPE, text=True)
            if done.returncode:
                sys.exit(f"{way} failed, see above: the peers need `pip install -e .[peers]`.")
            found = json.loads(done.stdout.splitlines()[-1])
            print(
                f"{name:16} {way:10}", ", ".join(f"{key} {value}" for key, value in found.items()), flush=True
            )


def measure(folder: Path, way: Way) -> dict[str, str]:
    """Return documents a second, milliseconds of a search, and nDCG@10."""
    texts = list(documents(folder / "corpus.jsonl"))
    queries = {str(entry["_id"]): entry["text"] for entry in lines(folder / "queries.jsonl")}
    grades = judged(folder)
    spent = clocked(lambda: way.ingest(texts))
    way.search("What is measured here?")
    rankings, times = [], []
    for query in grades:
        ranking: list[str] = []
        times.append(clocked(lambda text=queries[query], out=ranking: out.extend(way.search(text))))  # type: ignore[misc]
        rankings.append(list(dict.fromkeys(ranking)))
    scores = ranking_scores(rankings, list(grades.values()))
    rate, busy = (len(texts) / seconds for seconds in spent)
    wall, processor = (1000 * np.percentile(column, [50, 95]) for column in zip(*times, strict=True))
    return {
        "documents a second": f"{rate:.1f} ({busy:.1f})",
        "search p50": f"{wall[0]:.1f} ({processor[0]:.1f}) ms",
        "p95": f"{wall[1]:.1f} ({processor[1]:.1f}) ms",
        "nDCG@10": f"{sum(one['nDCG@10'] for one in scores) / len(scores):.3f}",
    }


def clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that work takes, and those of processor."""
    began, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - busy


def ours(place: Path) -> Way:
    """Return the way of this program."""
    from assistant.index.search import search
    from assistant.index.store import Store
    from assistant.index.writer import IndexWriter
    from assistant.models.embedder.load import load_embedder
    from ingest.split import CHUNKING, split

    settings = load_settings(data_dir=place)
    settings.weights_dir.symlink_to(load_settings().weights_dir)
    embedder = load_embedder(settings)
    opened: list[Store] = []

    def ingest(texts: list[Document]) -> None:
        with IndexWriter(settings, embedder, CHUNKING) as writer:
            for document in texts:
                writer.put(document, split(document), raw_sha256=document.sha256)
            writer.commit()
        opened.append(Store.open(settings, embedder))

    return Way(ingest, lambda query: [item.doc_id for item in search(opened[0], query, CHUNKS)])


def langchain(place: Path) -> Way:
    """Return the way of LangChain's guide: its splitter, its embeddings, its Chroma."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document as Page
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings(model_name=str(find_model(DEFAULT_EMBEDDER)))
    store = Chroma(embedding_function=embeddings, persist_directory=str(place))
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)

    def ingest(texts: list[Document]) -> None:
        pages = splitter.split_documents(
            [Page(page_content=whole(item), metadata={"id": item.doc_id}) for item in texts]
        )
        for at in range(0, len(pages), 5000):  # Chroma takes no more at once
            store.add_documents(pages[at : at + 5000])

    return Way(
        ingest, lambda query: [page.metadata["id"] for page in store.similarity_search(query, k=CHUNKS)]
    )


def txtai(place: Path) -> Way:
    """Return the way of txtai's guide, words and meaning together."""
    from txtai import Embeddings

    embeddings = Embeddings(path=str(find_model(DEFAULT_EMBEDDER)), content=True, hybrid=True)

    def ingest(texts: list[Document]) -> None:
        embeddings.index((item.doc_id, whole(item), None) for item in texts)
        embeddings.save(str(place / "index"))

    return Way(ingest, lambda query: [found["id"] for found in embeddings.search(query, 10)])


def whole(document: Document) -> str:
    """Return title and text, as a peer is given them."""
    return f"{document.title}\n{document.text}".strip()


WAYS: dict[str, Callable[[Path], Way]] = {"ours": ours, "langchain": langchain, "txtai": txtai}


if __name__ == "__main__":
    main()
