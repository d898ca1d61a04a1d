"""Tell what `--cases` was given: our files and folders, a qa folder, a SQuAD file, a BEIR folder."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from assistant.core.errors import InputError
from eval.cases.loaders.beir import beir_source, is_beir
from eval.cases.loaders.qa import qa_source
from eval.cases.loaders.source import Source
from eval.cases.loaders.squad import squad_source
from eval.cases.read import read_checked, read_file

_GOLDEN = Path(__file__).resolve().parents[2] / "golden"
BUNDLED = {  # documents brings documents of its own
    "golden": _GOLDEN,
    "everyday": _GOLDEN / "everyday.jsonl",
    "documents": _GOLDEN / "documents",
}
CASES, QUESTIONS, DOCS = "cases.jsonl", "questions.jsonl", "docs"
NEEDED = (
    f"a file of JSON lines, a SQuAD file, or a folder with {CASES}, with {QUESTIONS} and {DOCS}, "
    "or with corpus.jsonl, queries.jsonl and qrels.tsv (BEIR)"
)


def find_source(path: Path, scratch: Path) -> Source:
    """Return what a path holds; the name of a bundled set stands for it where there is no such path.

    Documents that have to be made (SQuAD, BEIR) are written below `scratch`, in a folder of the path's own, the
    same bytes for the same input. Raises InputError for what is none of the known makes, and for bad lines that
    show without the documents.
    """
    if not _exists(path):
        if str(path) not in BUNDLED:
            raise InputError(f"{path} does not exist: give {NEEDED}, or the name {' or '.join(BUNDLED)}.")
        path = BUNDLED[str(path)]
    path = path.absolute()
    if path.is_dir():
        return _folder(path, scratch)
    body = _json(path)
    if isinstance(body, dict) and "data" in body:
        return squad_source(path, body, scratch)
    return _own(path, ())


def is_bundled(source: Source) -> bool:
    """Tell whether a source is one of the bundled sets."""
    return source.path in BUNDLED.values()


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # a folder above it that may not be entered, a name too long
        raise InputError(f"{path} cannot be reached: {error.strerror}; give another path.") from None


def _folder(path: Path, scratch: Path) -> Source:
    docs = (path / DOCS,) if (path / DOCS).is_dir() else ()
    if (path / CASES).is_file():
        return _own(path / CASES, docs)
    if (path / QUESTIONS).is_file() and docs:
        return qa_source(path / QUESTIONS, docs[0])
    if is_beir(path):
        return beir_source(path, scratch)
    raise InputError(f"{path} holds no cases that are known: give {NEEDED}.")


def _own(path: Path, docs: tuple[Path, ...]) -> Source:
    return Source(kind="cases", path=path, documents=docs, whole=False, cases=partial(read_checked, path))


def _json(path: Path) -> Any:
    """Return what a file of one JSON value holds, None for a file of lines."""
    if path.suffix.lower() != ".json":
        return None
    text, _ = read_file(path)
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None  # its lines, if they are cases, are JSON each
    if isinstance(body, list):
        raise InputError(f"{path} is one JSON list: write one JSON object a line, or the SQuAD form.")
    return body
