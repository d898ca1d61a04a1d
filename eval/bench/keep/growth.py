"""Measure how ingest, search, memory and disk grow with the number of passages, in a folder or on a server.

    python -m eval.bench.keep.growth --passages 20000 [--store chroma+http://HOST:PORT] [--queries N] [--exact N]

Vectors and words are synthetic, for embedding would take hours: 384 numbers that lie near a space of 32 dimensions, as
those of texts do, in clusters of about 50; texts of five sentences of 20 words, drawn so that few words are common and
many are rare. The vector of a sentence is its passage's.
A query is a passage's vector with noise, and four of its words. Recall is that of the ten nearest vectors against a
comparison with all of them; "same" says that another process found the same passages with the same scores.
`--vectors` measures the lists of vectors alone, as a folder has them above 50,000 passages: no words, documents or Chroma.
"""

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.core.settings import Settings, load_settings, silence_libraries
from assistant.core.types import Chunk, Document
from assistant.index import manifest
from assistant.index.lookup.lists import Lists, write_lists
from assistant.index.lookup.vectors import best
from assistant.index.search import search
from assistant.index.store import Store
from assistant.index.writer import IndexWriter
from assistant.models.embedder.embedder import Embedder
from eval.bench.keep.texts import document

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSION, INNER, CLUSTER = 384, 32, 50
DOCUMENT = 20  # passages each
WORDS, SENTENCE, VOCABULARY = 100, 20, 60_000


class Synthetic(Embedder):
    """Vectors by the number that a text begins its second line with."""

    name, dimension, dtype = "synthetic", DIMENSION, "float32"
    weights_sha256 = hashlib.sha256(b"synthetic, version 1").hexdigest()

    def __init__(self, count: int) -> None:
        self._count = count

    @cached_property
    def rows(self) -> "NDArray[np.float32]":
        """The vectors of all passages, of unit length."""
        draw = np.random.default_rng(7)
        out = draw.standard_normal((INNER, DIMENSION), dtype=np.float32)
        centres = draw.standard_normal((max(1, self._count // CLUSTER), INNER), dtype=np.float32)
        rows = np.empty((self._count, DIMENSION), dtype=np.float32)
        for at in range(0, self._count, 10_000):
            size = min(10_000, self._count - at)
            inner = centres[draw.integers(len(centres), size=size)]
            inner = inner + 0.5 * draw.standard_normal((size, INNER), dtype=np.float32)
            noise = draw.standard_normal((size, DIMENSION), dtype=np.float32)
            rows[at : at + size] = inner @ out + 1.5 * noise
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return the vectors of passages."""
        return self.rows[[int(text.rpartition("\n")[2].split(" ", 1)[0]) for text in texts]]


def main() -> None:
    """Print one line of figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--store", help="a server; otherwise a fresh folder")
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--exact", type=int, help="compare all vectors up to so many passages")
    parser.add_argument(
        "--data-dir", type=Path, help="where the index is, or is to be; read again where it is there"
    )
    parser.add_argument(
        "--processor",
        type=int,
        metavar="PID",
        help="count seconds of processor, the server's with that id too (0: none)",
    )
    parser.add_argument("--vectors", action="store_true", help="the lists of vectors alone")
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    silence_libraries()
    if arguments.exact is not None:
        manifest.EXACT = arguments.exact
    with tempfile.TemporaryDirectory() as scratch:
        settings = load_settings(
            data_dir=arguments.data_dir or Path(scratch),
            store=arguments.store,
            index=f"growth-{arguments.passages}",
        )
        if arguments.vectors:
            print(lists_alone(Path(scratch) / "lists", arguments.passages, arguments.queries))
            return
        if arguments.read:
            print(json.dumps(read(settings, arguments.passages, arguments.queries, arguments.processor)))
            return
        spent = ingest(settings, arguments.passages, arguments.processor)
        command = [sys.executable, "-m", "eval.bench.keep.growth", *sys.argv[1:], "--read"]
        command += ["--data-dir", str(settings.data_dir)]
        one, two = (
            json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout) for _ in range(2)
        )
        size = sum(path.stat().st_size for path in settings.data_dir.rglob("*") if path.is_file())
        print(
            f"{arguments.passages} passages {'server' if arguments.store else 'folder'}: ingest {spent:.0f} s, "
            f"open {one['open_s']:.1f} s, search p50 {one['p50_ms']:.1f} p95 {one['p95_ms']:.1f} ms, "
            f"dense alone p50 {one['dense_p50_ms']:.1f} ms, recall@10 {one['recall']:.4f}, memory {one['mb']:.0f} MB, "
            f"disk here {size / 1e6:.0f} MB, same {one['found'] == two['found']}"
        )


def ingest(settings: Settings, count: int, pid: int | None) -> float:
    """Write the index; return the seconds it took."""
    embedder = Synthetic(count)
    assert len(embedder.rows) == count  # drawn before the clock starts
    began = clock(pid)
    with IndexWriter(settings, embedder, {"size": WORDS}) as writer:
        if not writer.documents:
            for first in range(0, count, DOCUMENT):
                doc, chunks = made(first, min(first + DOCUMENT, count))
                writer.put(doc, chunks, raw_sha256=doc.sha256)
        writer.commit(_told)
    return clock(pid) - began


def _told(done: int, total: int) -> None:
    if done % 6400 == 0:
        print(f"{done} of {total}", file=sys.stderr, flush=True)


def made(first: int, end: int) -> tuple[Document, list[Chunk]]:
    """Return a document of some passages, each sentence of which begins with the passage's number."""
    draw = np.random.default_rng(first)
    lines = []
    for n in range(first, end):
        words = (VOCABULARY ** draw.random(WORDS)).astype(int)  # as Zipf: half of all from the first 245
        parts = (words[at : at + SENTENCE] for at in range(0, WORDS, SENTENCE))
        lines.append(" ".join(f"{n} " + " ".join(f"w{word}" for word in part) + "." for part in parts))
    return document(f"d{first:08d}", lines)


def read(settings: Settings, count: int, queries: int, pid: int | None) -> dict[str, object]:
    """Open the index and search it; return the figures."""
    embedder = Synthetic(count)
    wanted, vectors, exact = asked(embedder, queries)
    del embedder.rows
    began = clock(pid)
    store = Store.open(settings, embedder)
    texts = [store.chunks[at].text.split() for at in wanted]
    store.dense(vectors[0], 1)
    store.lexical.search("w1", 1)
    opened = clock(pid) - began
    times, dense_times, hits, found = [], [], 0, hashlib.sha256()
    for vector, text, nearest in zip(vectors, texts, exact, strict=True):
        began = clock(pid)
        passages = search(store, " ".join(text[5:45:10]), 8, vector=vector.tolist())
        times.append(clock(pid) - began)
        began = clock(pid)
        dense = store.dense(vector.tolist(), 120)
        dense_times.append(clock(pid) - began)
        hits += len({int(store.chunks[at].text.split(" ", 1)[0]) for at, _ in dense[:10]} & nearest)
        found.update(json.dumps([(passage.chunk_id, passage.score) for passage in passages]).encode())
    return {
        "open_s": opened,
        "p50_ms": 1000 * float(np.median(times)),
        "p95_ms": 1000 * float(np.percentile(times, 95)),
        "dense_p50_ms": 1000 * float(np.median(dense_times)),
        "recall": hits / (10 * queries),
        "mb": memory_mb(),
        "found": found.hexdigest(),
    }


def lists_alone(folder: Path, count: int, queries: int) -> str:
    """Write the lists of vectors and search them; return the figures."""
    embedder = Synthetic(count)
    vectors, exact = asked(embedder, queries)[1:]
    began = time.process_time()
    write_lists(folder, count, DIMENSION, lambda start, end: embedder.rows[start:end])
    written = time.process_time() - began
    del embedder.rows
    lists, times, hits = Lists(folder), [], 0
    for vector, nearest in zip(vectors, exact, strict=True):
        began = time.process_time()
        found = lists.search(vector.tolist(), 120)
        times.append(1000 * (time.process_time() - began))
        hits += len({at for at, _ in found[:10]} & nearest)
    p50, p95 = np.percentile(times, [50, 95])
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    return (
        f"{count} vectors in lists: written in {written:.0f} s of processor, search p50 {p50:.1f} p95 {p95:.1f} ms of "
        f"processor, recall@10 {hits / (10 * queries):.4f}, memory {memory_mb():.0f} MB, disk {size:.0f} MB"
    )


def asked(
    embedder: Synthetic, queries: int
) -> tuple["NDArray[np.int64]", "NDArray[np.float32]", list[set[int]]]:
    """Return which passages queries are near, their vectors (queries, DIMENSION), and the ten nearest of each."""
    draw = np.random.default_rng(11)
    wanted = draw.integers(len(embedder.rows), size=queries)
    noise = draw.standard_normal((queries, DIMENSION), dtype=np.float32) / np.sqrt(DIMENSION)
    vectors = embedder.rows[wanted] + 0.4 * noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return wanted, vectors, [set(best(embedder.rows @ vector, 10).tolist()) for vector in vectors]


def clock(pid: int | None) -> float:
    """Return the seconds that have gone by; of a process id, those of processor that it and this one have used."""
    if pid is None:
        return time.perf_counter()
    if pid == 0:
        return time.process_time()
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return time.process_time() + sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def memory_mb() -> float:
    """Return the memory this process holds now; the most it has held where the system does not tell."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()
