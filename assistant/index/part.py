"""Read some documents of an index as if it held no others."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.core.errors import InputError
from assistant.core.types import Chunk
from assistant.index.generation import indexed_text
from assistant.index.lookup.asked import AskedIndex
from assistant.index.lookup.lexical import LexicalIndex
from assistant.index.lookup.nearest_sentence import NearestSentence
from assistant.index.manifest import Manifest, is_large
from assistant.index.store import Store, vectors_of
from assistant.models.embedder.embedder import unit_rows

if TYPE_CHECKING:
    import numpy as np
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

MAX_NAMED = 8  # titles in a message


class Part(Store):
    """Some documents of one generation; words are weighed as in an index that holds them alone."""

    def __init__(self, whole: Store, doc_ids: Iterable[str]) -> None:
        """Take the documents of these ids. Raises KeyError for an id that the index does not hold."""
        documents = {doc_id: whole.manifest.documents[doc_id] for doc_id in sorted(set(doc_ids))}
        super().__init__(whole.folder, replace(whole.manifest, documents=documents), whole.embedder)
        self._whole = whole

    @property
    def titles(self) -> dict[str, str]:
        """The title of each document by its id."""
        return {doc_id: entry.title for doc_id, entry in self.manifest.documents.items()}

    @cached_property
    def vectors(self) -> "Chroma":
        """The Chroma collection of the whole index."""
        return self._whole.vectors

    @cached_property
    def chunks(self) -> list[Chunk]:
        """The chunks of these documents, in order of document id and offset."""
        return [chunk for chunk in self._whole.chunks if chunk.doc_id in self.manifest.documents]

    @cached_property
    def lexical(self) -> LexicalIndex:
        """The BM25 index over `chunks`, by position."""
        return LexicalIndex.build([indexed_text(chunk, self.titles[chunk.doc_id]) for chunk in self.chunks])

    @cached_property
    def matrix(self) -> "NDArray[np.float32]":
        """The unit vectors of `chunks`, in their order (chunks, dimension)."""
        if is_large(len(self._whole.chunks)):
            ids = [chunk.chunk_id for chunk in self.chunks]
            return unit_rows(vectors_of(self.vectors, ids, self.folder))
        return self._whole.matrix[self._places]

    @cached_property
    def sentences(self) -> NearestSentence | None:
        """The vectors of the sentences of `chunks`; None where there are none."""
        whole = self._whole.sentences
        return whole.of(self._places) if whole else None

    @cached_property
    def asked(self) -> AskedIndex:
        """The questions that these documents say they answer."""
        rows = self._whole.asked.rows
        kept = [at for at, (doc_id, _) in enumerate(rows) if doc_id in self.manifest.documents]
        return AskedIndex(rows=tuple(rows[at] for at in kept), matrix=self._whole.asked.matrix[kept])

    def dense(self, vector: Sequence[float], k: int) -> list[tuple[int, float]]:
        """Return up to k (position, cosine similarity), best first; every vector is compared, or asked of the server."""
        if not self._whole.served:
            return self._compared(vector, k)
        own = {place: at for at, place in enumerate(self._places)}
        found = self._whole.dense(vector, len(self._whole.chunks))
        return [(own[place], score) for place, score in found if place in own][:k]

    @cached_property
    def _places(self) -> list[int]:
        """Where each of `chunks` stands in the whole index."""
        return [self._whole.positions[chunk.chunk_id] for chunk in self.chunks]


def named(manifest: Manifest, names: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the documents named by id, title or file name, in order, each once.

    Raises InputError for a name that the index does not hold.
    """
    known = _known(manifest)
    found: dict[str, None] = {}
    for name in names:
        if not isinstance(name, str) or (doc_id := known.get(_plain(name))) is None:
            raise InputError(_unknown(name, manifest))
        found[doc_id] = None
    return tuple(found)


def _known(manifest: Manifest) -> Mapping[str, str]:
    """Return the id of each document by all it is called; what two are called names neither, but for an id."""
    known: dict[str, str | None] = {}
    for doc_id, entry in manifest.documents.items():
        for name in {_plain(entry.title), _plain(entry.source), _plain(re.split(r"[/\\]", entry.source)[-1])}:
            known[name] = doc_id if name not in known else None
    known |= {_plain(doc_id): doc_id for doc_id in manifest.documents}
    return {name: doc_id for name, doc_id in known.items() if doc_id is not None}


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _unknown(name: object, manifest: Manifest) -> str:
    titles = sorted(entry.title for entry in manifest.documents.values())
    near = get_close_matches(_plain(str(name)), _known(manifest), 1, cutoff=0.6)
    if near:
        title = next((one for one in titles if _plain(one) == near[0]), near[0])
        hint = f"did you mean {title!r}?"
    elif titles:
        more = "" if len(titles) <= MAX_NAMED else f" and {len(titles) - MAX_NAMED} more"
        hint = f"give the id or the title of one of {'; '.join(titles[:MAX_NAMED])}{more}."
    else:
        hint = "it holds none; add some with `bpo-kpo ingest PATH`."
    return f"The index holds no article {str(name)[:80]!r}: {hint}"
