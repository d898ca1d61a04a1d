"""Write the second version of an index, and die by SIGKILL at a file event: for test_store.py.

python write_and_die.py      reads lines "N DATA_DIR", does each in a process of its own, and prints how it ended and
                             how many file events there were; with N = 0 it lives

What the writer imports is imported once, for all of them.
"""

import os
import signal
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import chromadb  # noqa: E402, F401
import langchain_chroma  # noqa: E402, F401
from helpers import chunks_of, document, settings_in  # noqa: E402

from assistant.index.store import open_vectors  # noqa: E402, F401
from assistant.index.writer import IndexWriter  # noqa: E402
from assistant.models.embedder.embedder import HashEmbedder  # noqa: E402

EVENTS = {
    "open",
    "os.rename",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "shutil.copytree",
    "shutil.rmtree",
    "shutil.copyfile",
}


def write(folder: Path, last: int) -> int:
    """Write the second version of the index in a folder and return how many events there were; die at the last."""
    count = 0

    def count_and_die(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in EVENTS and any(str(folder) in str(argument) for argument in arguments):
            count += 1
            if count == last:
                os.kill(os.getpid(), signal.SIGKILL)

    settings = settings_in(folder)
    sys.addaudithook(count_and_die)
    with IndexWriter(settings, HashEmbedder(), {"size": 1}) as writer:
        for doc_id in ("a", "b"):
            changed = document(doc_id, f"new words of {doc_id}", "a second line of it")
            writer.put(changed, chunks_of(changed), raw_sha256=changed.sha256)
        writer.commit()
    return count


def in_process(folder: Path, last: int) -> str:
    """Write in a process of its own; return how it ended and what it counted."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(write(folder, last)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        counted = told.read() or "0"
    return f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])} {counted}"


for line in sys.stdin:
    number, _, name = line.rstrip("\n").partition(" ")
    print(in_process(Path(name), int(number)), flush=True)
