"""Write the second version of an index, and die by SIGKILL at the n-th file event: for test_store.py.

python write_and_die.py DATA_DIR N      N = 0 lives and prints how many events there were
"""

import os
import signal
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from helpers import chunks_of, document, settings_in  # noqa: E402

from assistant.index.store import open_vectors  # noqa: E402, F401  (imported before the counting starts)
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
FOLDER, LAST = Path(sys.argv[1]), int(sys.argv[2])
count = 0


def count_and_die(event: str, arguments: tuple[object, ...]) -> None:
    global count
    if event in EVENTS and any(str(FOLDER) in str(argument) for argument in arguments):
        count += 1
        if count == LAST:
            os.kill(os.getpid(), signal.SIGKILL)


import chromadb  # noqa: E402, F401
import langchain_chroma  # noqa: E402, F401

settings = settings_in(FOLDER)
sys.addaudithook(count_and_die)
with IndexWriter(settings, HashEmbedder(), {"size": 1}) as writer:
    for doc_id in ("a", "b"):
        changed = document(doc_id, f"new words of {doc_id}", "a second line of it")
        writer.put(changed, chunks_of(changed), raw_sha256=changed.sha256)
    writer.commit()
print(count)
