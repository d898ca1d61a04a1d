"""Kill what writes at random moments, and count what was lost, torn or left unusable.

    python -m eval.bench.keep.kills [--ingest N] [--replace N] [--shared N] [--server N] [--eval N] [--conversations N]

Each kill is a SIGKILL to a process that writes (`--server`: to the Chroma server it writes to), at a moment drawn from
the time the whole takes. Afterwards a fresh process must find the old state or the new one, all that was acknowledged,
and be able to do the work again. Vectors are of hashed words. Needs `os.fork`.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.core.errors import StoreUnreachable
from assistant.core.settings import Settings, load_settings, silence_libraries
from assistant.core.types import Answer
from assistant.index.served import server
from assistant.index.store import Store
from assistant.index.writer import IndexWriter
from assistant.models.embedder.embedder import HashEmbedder
from eval.bench.keep.texts import document
from eval.run.folder import RunFolder, load_run
from eval.run.types import Case, Row
from ui.export.history import History, SavedTurn

RUN = "import sys, chromadb_rust_bindings as chroma; chroma.cli(sys.argv)"  # `chroma run`, without what it imports first
OLD, NEW = ("old", 12), ("new", 15)  # words of a state, and how many documents it has


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is killed: bring a folder to where the work begins, do the work, check what it left."""

    before: Callable[[Path], None]
    work: Callable[[Path], None]
    check: Callable[[Path], None]


def main() -> None:
    """Print a line for each kind: kills, and what went wrong after them."""
    parser = argparse.ArgumentParser(description=__doc__)
    counts = {"ingest": 200, "replace": 200, "shared": 100, "server": 20, "eval": 240, "conversations": 240}
    for name, count in counts.items():
        parser.add_argument(f"--{name}", type=int, default=count, metavar="N")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    silence_libraries()
    random.seed(arguments.seed)
    import chromadb  # noqa: F401 - here once, not in each process
    import langchain_chroma  # noqa: F401

    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        chroma = Chroma(Path(scratch) / "chroma") if arguments.shared or arguments.server else None
        kinds = kinds_of(chroma)
        for name in counts:
            count = getattr(arguments, name)
            if count:
                wrong = kill_often(
                    kinds[name], Path(scratch) / name, count, chroma if name == "server" else None
                )
                failures += len(wrong)
                print(f"{name:15} {count:5} kills, {len(wrong)} wrong", *wrong[:3], sep="\n    ", flush=True)
        if chroma:
            chroma.kill()
    sys.exit(min(failures, 1))


def kill_often(kind: Kind, folder: Path, count: int, chroma: "Chroma | None") -> list[str]:
    """Kill at `count` moments; return what was wrong afterwards."""
    wrong = []
    for n in range(count + 1):
        place = folder / str(n)
        place.mkdir(parents=True)
        in_process(kind.before, place)
        began = time.perf_counter()
        child = start(kind.work, place)
        if n == 0:  # the whole, to know how long it takes
            os.waitpid(child, 0)
            whole = time.perf_counter() - began
        else:
            time.sleep(random.uniform(0, whole))
            chroma.kill() if chroma else os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        if chroma and n:
            chroma.start()
        if problem := in_process(kind.check, place):
            wrong.append(f"kill {n}: {problem}")
    return wrong


def start(work: Callable[[Path], None], place: Path) -> int:
    """Do the work in a process of its own; return its id."""
    child = os.fork()
    if child:
        return child
    try:
        work(place)
    except BaseException as error:  # noqa: BLE001 - told to the parent
        (place / "problem").write_text(f"{type(error).__name__}: {error}")
        os._exit(1)
    os._exit(0)


def in_process(work: Callable[[Path], None], place: Path) -> str:
    """Do the work in a process of its own and wait; return what went wrong, "" where nothing did."""
    (place / "problem").unlink(missing_ok=True)
    _, status = os.waitpid(start(work, place), 0)
    return (place / "problem").read_text() if status else ""


def kinds_of(chroma: "Chroma | None") -> dict[str, Kind]:
    """Return what can be killed; the last two need a server."""
    nothing: Callable[[Path], None] = lambda place: None  # noqa: E731
    store = chroma.store if chroma else None

    def at(place: Path, shared: bool) -> Settings:
        index = f"i{place.parent.name}-{place.name}" if shared else "default"
        return load_settings(
            data_dir=place / "data", embedder="hash", index=index, store=store if shared else None
        )

    def written(state: tuple[str, int], shared: bool) -> Callable[[Path], None]:
        return lambda place: write(at(place, shared), state)

    def checked(shared: bool, fresh: bool = False) -> Callable[[Path], None]:
        return lambda place: check_index(at(place, shared), fresh)

    def against_a_server(place: Path) -> None:
        try:
            write(at(place, True), NEW)
        except StoreUnreachable:
            return  # the line that it is to say

    return {
        "ingest": Kind(before=nothing, work=written(NEW, False), check=checked(False, fresh=True)),
        "replace": Kind(before=written(OLD, False), work=written(NEW, False), check=checked(False)),
        "shared": Kind(before=written(OLD, True), work=written(NEW, True), check=checked(True)),
        "server": Kind(before=written(OLD, True), work=against_a_server, check=checked(True)),
        "eval": Kind(before=nothing, work=run_cases, check=check_run),
        "conversations": Kind(before=nothing, work=converse, check=check_conversations),
    }


def write(settings: Settings, state: tuple[str, int]) -> None:
    """Bring an index to a state: each of its documents with three chunks."""
    words, count = state
    server.STALE = 0.0  # of a writer that was killed
    with IndexWriter(settings, HashEmbedder(), {"size": 1}, wait_s=5) as writer:
        for n in range(count):
            lines = [f"{words} {part} of {n}" for part in ("beginning", "middle", "end")]
            doc, chunks = document(f"d{n}", lines)
            writer.put(doc, chunks, raw_sha256=doc.sha256)
        for doc_id in set(writer.documents) - {f"d{n}" for n in range(count)}:
            writer.remove(doc_id)
        writer.commit()


def check_index(settings: Settings, fresh: bool) -> None:
    """Find one state whole, then bring the index to the new one."""
    again = settings.model_copy(update={"data_dir": settings.data_dir.with_name("other")})
    readers = [settings, again] if settings.server else [settings]
    if not fresh or (settings.index_dir / "CURRENT").exists():
        states = {look(reader) for reader in readers}
        assert len(states) == 1, f"two readers saw {states}"
        assert states <= {OLD, NEW}, f"found {states}"
    write(settings, NEW)
    assert {look(reader) for reader in readers} == {NEW}, "the work could not be done again"


def look(settings: Settings) -> tuple[str, int]:
    """Return the state of an index, read in every way it is read."""
    store = Store.open(settings, HashEmbedder())
    words = {chunk.text.partition(" ")[0] for chunk in store.chunks}
    assert len(words) == 1, f"a mixture: {words}"
    (word,), count = words, len(store.manifest.documents)
    found = store.dense(HashEmbedder().embed_query(f"{word} middle"), 3 * count)
    assert sorted(at for at, _ in found) == list(range(3 * count)), "vectors are missing"
    assert store.sentences, "vectors of sentences are missing"
    assert len(store.sentences.starts) == 3 * count, "vectors of sentences are of another generation"
    assert len(store.lexical.search("middle", 99)) == count, "words are missing"
    for doc_id in store.manifest.documents:
        assert store.document(doc_id).text.startswith(word), "a text is missing"
    return word, count


def run_cases(place: Path) -> None:
    """Begin an evaluation and keep a row for each case."""
    folder = RunFolder(place / "run")
    about, rows = folder.begin(ABOUT, CASES)
    done = {row.case.id for row in rows}
    for case in CASES:
        if case.id not in done:
            folder.append(Row(case=case, answer=Answer(question=case.question, claims=(), citations=())))
            acknowledge(place, case.id)
    folder.note({**about, "status": "finished"})


def check_run(place: Path) -> None:
    """Go on with a run: every row that was kept is there, and it can be ended."""
    _, rows = RunFolder(place / "run").begin(ABOUT, CASES)
    lost = acknowledged(place) - {row.case.id for row in rows}
    assert not lost, f"rows are lost: {lost}"
    run_cases(place)
    assert len(load_run(place / "run").rows) == len(CASES)


def converse(place: Path) -> None:
    """Keep twelve questions with their answers."""
    history = History(place)
    for n in range(12):
        position = history.begin("talk", f"Question {n}?")
        answer = Answer(question=f"Question {n}?", claims=(), citations=())
        history.finish("talk", position, SavedTurn(question=answer.question, answer=answer))
        acknowledge(place, str(n))


def check_conversations(place: Path) -> None:
    """Find every turn that was kept, in order, and go on."""
    history = History(place)
    turns = history.load("talk")
    assert [turn.question for turn in turns] == [f"Question {n}?" for n in range(len(turns))]
    whole = sum(turn.answer is not None for turn in turns)
    assert whole >= len(acknowledged(place)), "an answer is lost"
    assert len(turns) - whole <= 1, "a turn is torn"
    converse(place)


def acknowledge(place: Path, name: str) -> None:
    """Note that something was kept, beside it."""
    with (place / "kept").open("a") as out:
        out.write(f"{name}\n")


def acknowledged(place: Path) -> set[str]:
    """Return what was noted."""
    path = place / "kept"
    return set(path.read_text().split("\n")[:-1]) if path.exists() else set()


class Chroma:
    """`chroma run`, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder, self.store = folder, f"chroma+http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-c", RUN, "run", "--path", str(self.folder), "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)

    def kill(self) -> None:
        """End it by SIGKILL."""
        self._process.kill()
        self._process.wait()


CASES = [Case(id=str(n), question=f"Question {n}?", answerable=False) for n in range(12)]
ABOUT = {
    "fingerprint": "f",
    "fingerprint_of": {"seed": 7},
    "judges": [],
    "seed": 7,
    "cases": {"file": "cases.jsonl"},
}


if __name__ == "__main__":
    main()
