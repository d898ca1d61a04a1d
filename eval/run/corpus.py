"""Choose and build the index that an evaluation asks."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from assistant.core.errors import InputError
from assistant.core.settings import BUNDLED_CORPUS, Settings
from assistant.index.served.mirror import generation_in_force
from assistant.models.embedder.embedder import Embedder
from eval.cases.loaders import Source
from eval.cases.loaders.find import is_bundled
from ingest.index import build_index

MEASURED = "eval-"  # how the names of indexes begin that an evaluation made for itself
FIRST_BUILD_S = 600  # for another evaluation, started together, that builds the same index
Progress = Callable[[int, int], None]


def index_for(
    source: Source | None, settings: Settings, corpus: str | None, *, chosen: bool
) -> tuple[str, list[str]]:
    """Return the name of the index to ask, and what has to be indexed in it ([]: it is asked as it is).

    `chosen`: the user named the index in the settings. Cases that bring their own documents are asked on those
    alone, or beside the corpus where they only add to it; bundled ones always on the bundled articles. Raises InputError where index and corpus are both given.
    """
    if corpus is not None and chosen:
        raise InputError(
            "--corpus and --index are both given: give the folder to index, or the index to ask."
        )
    documents = [str(path) for path in source.documents] if source else []
    brought = documents or (source is not None and is_bundled(source))
    if chosen or (corpus is None and not brought):
        missing = settings.index == "default" and generation_in_force(settings) is None
        return settings.index, [str(BUNDLED_CORPUS)] if missing else []
    own = [] if source and source.whole and corpus is None else [corpus or str(BUNDLED_CORPUS)]
    sources = [str(Path(name).expanduser().absolute()) for name in (*own, *documents)]
    key = hashlib.sha256("\n".join(sources).encode()).hexdigest()[:12]
    return f"{MEASURED}{key}", sources


def prepare_index(
    settings: Settings,
    embedder: Embedder,
    sources: list[str],
    reading: Progress | None = None,
    embedding: Progress | None = None,
) -> None:
    """Bring the index of an evaluation up to date with its documents; all of them, or InputError names the first that failed."""
    if not sources:
        return
    report = build_index(
        settings, embedder, sources, reading=reading, embedding=embedding, wait_s=FIRST_BUILD_S
    )
    if report.failed:
        name, reason = report.failed[0]
        more = f", and {len(report.failed) - 1} more" if len(report.failed) > 1 else ""
        raise InputError(f"{name} could not be indexed ({reason}){more}: mend or remove it, then run again.")
