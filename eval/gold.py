"""Compare what an answer cites and says with what a question's author marked as right."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.store import DocumentEntry
from assistant.types import Citation

_ARTICLE = re.compile(r"\b(?:a|an|the)\b")


@dataclass(frozen=True, kw_only=True)
class Span:
    """Words of a stored document that answer a question: half-open offsets in characters."""

    doc_id: str
    start: int
    end: int
    answer: str = ""  # which of several answers it gives

    def overlaps(self, citation: Citation) -> bool:
        """Tell whether a citation shares a character with the span."""
        same = citation.doc_id == self.doc_id
        return same and citation.start < self.end and self.start < citation.end


def document_names(documents: Mapping[str, DocumentEntry]) -> dict[str, str]:
    """Return the id of each document by its id, its file's name, and that name without its ending."""
    names: dict[str, str] = {}
    for entry in documents.values():
        path = Path(entry.source)
        for name in (path.stem, path.name, entry.source, entry.doc_id):
            names[name] = entry.doc_id
    return names


def read_spans(gold: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[Span]:
    """Return the gold spans of a question. Raises KeyError for a document that `names` does not hold."""
    return [
        Span(
            doc_id=names[str(item["doc"])],
            start=int(item["start"]),
            end=int(item["end"]),
            answer=str(item.get("answer", "")),
        )
        for item in gold
    ]


def cites_any(citations: Sequence[Citation], spans: Sequence[Span]) -> bool:
    """Tell whether some citation overlaps some span."""
    return any(span.overlaps(citation) for span in spans for citation in citations)


def cites_all(citations: Sequence[Citation], spans: Sequence[Span]) -> bool:
    """Tell whether each span is overlapped by some citation."""
    return bool(spans) and all(cites_any(citations, [span]) for span in spans)


def plain_text(text: str) -> str:
    """Write a text for comparison: lower case, no articles, no punctuation, single spaces."""
    words = re.sub(r"[^\w\s]", " ", text.lower())
    return " ".join(_ARTICLE.sub(" ", words).split())


def says(text: str, answers: Iterable[str]) -> bool:
    """Tell whether a text holds one of the answers word for word, whatever case, articles and punctuation."""
    said = f" {plain_text(text)} "
    return any(f" {plain_text(answer)} " in said for answer in answers if plain_text(answer))


def covers(text: str, wanted: str) -> float:
    """Return the share (0 to 1) of the different words of `wanted` that a text holds."""
    words = set(plain_text(wanted).split())
    return len(words & set(plain_text(text).split())) / len(words) if words else 0.0
