"""Read a retrieval collection in BEIR's layout (Thakur and others, 2021): documents, queries, judgements."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.core.errors import InputError
from assistant.index.store import Store
from eval.cases.gold import document_names
from eval.cases.loaders.made import document_bytes, folder_for, safe_name, write_documents
from eval.cases.loaders.source import Source
from eval.cases.read import parse, read_lines, refuse
from eval.run.types import Case

CORPUS, QUERIES = "corpus.jsonl", "queries.jsonl"
JUDGEMENTS = (Path("qrels.tsv"), Path("qrels") / "test.tsv")
UNTITLED = "Passage"  # the same for all, so that no file's name is searched as if it were words


@dataclass
class _Set:
    """The names of the documents' files by id, which of them hold text, and the relevant ones of each query."""

    names: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)
    grades: dict[str, dict[str, int]] = field(default_factory=dict)


def is_beir(path: Path) -> bool:
    """Tell whether a folder holds documents and queries as BEIR has them."""
    return (path / CORPUS).is_file() and (path / QUERIES).is_file()


def beir_source(path: Path, scratch: Path) -> Source:
    """Make a text file of each document and a case, for retrieval only, of each query with a relevant document.

    A judgement is relevant from grade 1. A document without words stays relevant, and cannot be found. Raises
    InputError that names every bad line of the first file that has some.
    """
    judged = next((path / name for name in JUDGEMENTS if (path / name).is_file()), None)
    if judged is None:
        raise InputError(f"{path} has no judgements: needed is qrels.tsv or qrels/test.tsv.")
    found = _Set()
    read_lines(path / CORPUS, lambda _, line: _add_document(parse(line), found))
    _, asked_sha256 = read_lines(path / QUERIES, lambda _, line: _add_query(parse(line), found))
    _, judged_sha256 = read_lines(judged, lambda number, line: _add_judgement(number, line, found))
    if not found.grades:
        raise InputError(f"{judged} has no judgement above 0: give at least one.")
    folder = folder_for(path, scratch)
    write_documents(folder, found.files.items())
    sha256 = hashlib.sha256(f"{asked_sha256}{judged_sha256}".encode()).hexdigest()

    def read(store: Store) -> tuple[list[Case], str]:
        return _cases(judged, found, store), sha256

    return Source(kind="beir", path=path, documents=(folder,), whole=True, cases=read)


def _cases(judged: Path, found: _Set, store: Store) -> list[Case]:
    known = document_names(store.manifest.documents)
    wanted = {key for grades in found.grades.values() for key in grades}
    missing = [
        f"document {key!r} is not in the index"
        for key, name in found.names.items()
        if key in wanted and name in found.files and name not in known
    ]
    refuse(judged, missing, "document")
    doc_ids = {key: known.get(name, name) for key, name in found.names.items()}
    return [
        Case(
            id=query,
            question=text,
            answerable=True,
            relevant={doc_ids[key]: grade for key, grade in found.grades[query].items()},
            kind="retrieval",
            origin="public",
        )
        for query, text in found.queries.items()
        if query in found.grades
    ]


def _add_document(body: Mapping[str, Any], found: _Set) -> None:
    key, text, title = _id(body), body.get("text"), body.get("title") or ""
    if not isinstance(text, str) or not isinstance(title, str):
        raise InputError("'text' is missing, or 'text' or 'title' is no text")
    if key in found.names:
        raise InputError(f"its '_id' {key!r} is that of an earlier line too")
    name = found.names[key] = safe_name(key)
    words = " ".join(text.split()) or " ".join(title.split())
    # a line of one # and words would be a heading, and a document of headings holds no text
    data = document_bytes(title or UNTITLED, words) or document_bytes(title or UNTITLED, words.lstrip("# "))
    if data:
        found.files[name] = data


def _add_query(body: Mapping[str, Any], found: _Set) -> None:
    key, text = _id(body), body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise InputError("'text' is missing")
    if key in found.queries:
        raise InputError(f"its '_id' {key!r} is that of an earlier line too")
    found.queries[key] = text


def _add_judgement(number: int, line: str, found: _Set) -> None:
    fields = [part.strip() for part in line.split("\t")]
    if len(fields) != 3:
        raise InputError(
            f"it has {len(fields)} fields: needed are query-id, corpus-id and score between tabs"
        )
    query, key, score = fields
    try:
        grade = int(score)
    except ValueError:
        if number == 1:
            return  # the head of the table
        raise InputError(f"its score {score!r} is no whole number") from None
    if query not in found.queries:
        raise InputError(f"{QUERIES} has no query {query!r}")
    if key not in found.names:
        raise InputError(f"{CORPUS} has no document {key!r}")
    if grade > 0:
        found.grades.setdefault(query, {})[key] = grade


def _id(body: Mapping[str, Any]) -> str:
    key = body.get("_id")
    key = str(key) if type(key) is int else key
    if not isinstance(key, str) or not key.strip():
        raise InputError("'_id' is missing")
    return key.strip()
