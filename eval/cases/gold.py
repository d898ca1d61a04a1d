"""Compare what an answer cites and says with what a question's author marked as right."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from assistant.core.types import Answer, Chunk, Citation
from assistant.index.manifest import DocumentEntry
from eval.run.types import Case, Span

_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
Stretch = Chunk | Citation | Span  # words of a document


def overlaps(one: Stretch, other: Stretch) -> bool:
    """Tell whether two stretches of words share a character of the same document."""
    return one.doc_id == other.doc_id and one.start < other.end and other.start < one.end


def document_names(documents: Mapping[str, DocumentEntry]) -> dict[str, str]:
    """Return the id of each document by its id, its source and its file's name, with and without their ending.

    A name that fits several documents is left out, unless it is the id of one.
    """
    found: dict[str, set[str]] = {}
    for entry in documents.values():
        path = Path(entry.source)
        for name in (path.stem, path.name, entry.source, path.with_suffix("").as_posix(), entry.read_from):
            found.setdefault(name, set()).add(entry.doc_id)
    names = {name: min(ids) for name, ids in found.items() if len(ids) == 1}
    return names | {doc_id: doc_id for doc_id in documents}


def cites_any(citations: Sequence[Citation], spans: Sequence[Span]) -> bool:
    """Tell whether some citation overlaps some span."""
    return any(overlaps(span, citation) for span in spans for citation in citations)


def right(case: Case, answer: Answer) -> bool:
    """Tell whether an answer's citations are right by what the case marks, whatever the case's gold rule.

    One of them overlaps a gold span; without spans, is of a gold document; without these, quotes an answer; without
    answers, they hold all key facts.
    """
    cited = answer.citations
    if case.gold:
        return cites_any(cited, case.gold)
    if case.gold_docs:
        return any(citation.doc_id in case.gold_docs for citation in cited)
    if case.answers:
        return any(says(citation.quote, case.answers) for citation in cited)
    quoted = "\n".join(citation.quote for citation in cited)
    return bool(case.key_facts) and all(says(quoted, wordings) for wordings in case.key_facts)


def plain_text(text: str) -> str:
    """Write a text for comparison: lower case, no articles, no punctuation, single spaces, "%" as "percent"."""
    words = re.sub(r"[^\w\s]", " ", re.sub(r"%|\bper cent\b", " percent ", text.lower()))
    return " ".join(_ARTICLE.sub(" ", words).split())


def says(text: str, answers: Iterable[str]) -> bool:
    """Tell whether a text holds one of the answers word for word, whatever case, articles and punctuation."""
    said = f" {plain_text(text)} "
    return any(f" {plain_text(answer)} " in said for answer in answers if plain_text(answer))


def covers(text: str, wanted: str) -> float:
    """Return the share (0 to 1) of the different words of `wanted` that a text holds."""
    words = set(plain_text(wanted).split())
    return len(words & set(plain_text(text).split())) / len(words) if words else 0.0
