"""What is known of a cited article beside its citations: its date, and the sources that it names as its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.core.types import Document, Reference
from ui.export.history import SavedTurn

NAMED = "Sources that the cited articles name"


@dataclass(frozen=True, kw_only=True)
class About:
    """Date and sources of one article."""

    date: str | None = None
    references: tuple[Reference, ...] = ()


def about_cited(turns: Sequence[SavedTurn], find: Callable[[str], Document]) -> dict[str, About]:
    """Return, by id, what is known of the cited articles that are unchanged; `find` raises KeyError for one that is gone."""
    found = {}
    for citation in [item for turn in turns if turn.answer for item in turn.answer.citations]:
        try:
            document = find(citation.doc_id)
        except KeyError:
            continue
        about = About(date=document.date, references=document.references)
        if document.sha256 == citation.doc_sha256 and about != About():
            found[citation.doc_id] = about
    return found


def references_of(turns: Iterable[SavedTurn], about: Mapping[str, About]) -> dict[str, tuple[Reference, ...]]:
    """Return the sources of the cited articles that name some, by the article's title, in the order of citation."""
    cited = {item.doc_id: item.title for turn in turns if turn.answer for item in turn.answer.citations}
    named = {title: about[doc_id].references for doc_id, title in cited.items() if doc_id in about}
    return {title: references for title, references in named.items() if references}


def reference_words(reference: Reference) -> str:
    """Return a source in a line: its title, its kind, its address."""
    kind = f" ({reference.kind})" if reference.kind else ""
    return f"{reference.title}{kind}{f', {reference.url}' if reference.url else ''}"


def to_body(about: Mapping[str, About]) -> dict[str, Any]:
    """Return the dates and the sources as plain JSON types; sources only where there are some."""
    kept = sorted(about.items())
    body: dict[str, Any] = {"dates": {doc_id: one.date for doc_id, one in kept if one.date}}
    named = {doc_id: [asdict(item) for item in one.references] for doc_id, one in kept if one.references}
    return body | ({"references": named} if named else {})


def from_body(body: Mapping[str, Any]) -> dict[str, About]:
    """Read back what `to_body` wrote. Raises KeyError, TypeError or ValueError for another shape."""
    dates = {str(doc_id): str(date) for doc_id, date in dict(body["dates"]).items()}
    named = {
        str(doc_id): tuple(Reference(**{key: _text(value) for key, value in item.items()}) for item in items)
        for doc_id, items in dict(body.get("references", {})).items()
    }
    return {
        doc_id: About(date=dates.get(doc_id), references=named.get(doc_id, ()))
        for doc_id in {**dates, **named}
    }


def _text(value: object) -> Any:
    return None if value is None else str(value)
