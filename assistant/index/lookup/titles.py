"""Tell which documents a phrase names by their titles or file names: "the judgment of the Ashton Court"."""

import math
import re

from assistant.index.store import Store
from assistant.text.terms import content_stems

MOST = 3  # documents a phrase may name; one that fits more of them says too little
_OF_ANY = content_stems("article document file page paper text report record section")  # said of any document


def documents_called(store: Store, phrase: str) -> tuple[str, ...]:
    """Return the ids of the few documents that a phrase names, in order; none where it fits none or too many.

    They share its rarest words in their titles and file names, and hold its other words in their texts.
    """
    asked = content_stems(phrase) - _OF_ANY
    every = {doc_id: called(own.title, own.source) for doc_id, own in store.manifest.documents.items()}
    alike = {doc_id: name for doc_id, name in every.items() if any(word in name.lower() for word in asked)}
    names = {doc_id: content_stems(name) for doc_id, name in alike.items()}
    rarity = {word: _rarity(sum(word in name for name in names.values()), len(every)) for word in asked}
    scores = {doc_id: sum(rarity[word] for word in asked & name) for doc_id, name in names.items()}
    best = max(scores.values(), default=0.0)
    found = [doc_id for doc_id, score in scores.items() if best and score > best - 1e-9]
    if len(found) > min(MOST, len(every) / 2):
        return ()
    return tuple(doc_id for doc_id in found if _holds(store, doc_id, asked - names[doc_id]))


def called(title: str, source: str) -> str:
    """Return what a document may be called by: its title, and its file name in words."""
    file = re.split(r"[/\\]", source)[-1]
    return f"{title} {re.sub('[_.]', ' ', file)}"


def _rarity(held: int, count: int) -> float:
    """Return how rare a word is among names: 0 for one that none holds, or all."""
    return math.log(count / held) if held else 0.0


def _holds(store: Store, doc_id: str, words: set[str]) -> bool:
    """Tell whether a document's text has a word that begins with each stem."""
    text = store.document(doc_id).text if words else ""
    return all(re.search(rf"\b{re.escape(word)}", text, re.I) for word in words)
