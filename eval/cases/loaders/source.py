"""What `--cases` was given: where its questions come from, and the documents it brings."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.index.store import Store
from eval.run.types import Case


@dataclass(frozen=True, kw_only=True)
class Source:
    """Cases that can be read once their documents are indexed.

    `documents`: folders to be indexed; `whole`: they are the whole corpus, else they are asked beside the corpus.
    `cases` returns the cases, checked against the stored documents, and the SHA-256 of what they were read from; it
    raises InputError that names what cannot be used, the first five in full.
    """

    kind: Literal["cases", "qa", "squad", "beir"]
    path: Path
    documents: tuple[Path, ...]
    whole: bool
    cases: Callable[[Store], tuple[list[Case], str]]
