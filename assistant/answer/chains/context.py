"""Read what another chain answered, and the context it answered from."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from langchain_core.documents import Document as LangChainDocument
from langchain_core.messages import BaseMessage

from assistant.core.errors import InputError
from assistant.core.types import Document, Evidence, Passage
from assistant.index.manifest import digest
from assistant.index.search import passage_in
from assistant.models.chat.stream import MAX_REPLY_CHARS
from assistant.text.disclaimers.kept import sentences_of
from assistant.text.legible import whole_characters

Lookup = Callable[[str], Document]  # returns a stored document by its id; raises KeyError where there is none
FORM = 'give {"answer": text or message, "context": [documents or texts], "question": text, if there is one}'


@dataclass(frozen=True, kw_only=True)
class Given:
    """What another chain gave: its question, reply and model, and the passages it was to answer from."""

    question: str
    reply: str
    model: str
    passages: tuple[Passage, ...]

    def evidence(self) -> list[Evidence]:
        """Return every sentence of the passages, in order, together with a lead-in that takes it back."""
        return [item for passage in self.passages for item in sentences_of(passage)]


def read_given(given: Any, stored: Lookup | None = None) -> Given:
    """Read {"answer", "context", "question"} of another chain.

    `stored` looks up the articles of the index, where there is one: a document that holds words of an article as
    stored is cited by the article's offsets, any other by those in its own text. Raises InputError for another form,
    or an answer of more than MAX_REPLY_CHARS characters.
    """
    if not isinstance(given, Mapping):
        raise InputError(f"What is to be checked is of type {type(given).__name__}: {FORM}.")
    missing = [key for key in ("answer", "context") if given.get(key) is None]
    if missing:
        raise InputError(
            f"What is to be checked has nothing under {' and '.join(map(repr, missing))}: {FORM}."
        )
    answer, context = given["answer"], given["context"]
    if not isinstance(answer, str | BaseMessage):
        raise InputError(f"The answer to check is of type {type(answer).__name__}: {FORM}.")
    if isinstance(context, str | LangChainDocument):
        context = [context]
    if not isinstance(context, Sequence) or not all(
        isinstance(one, str | LangChainDocument) for one in context
    ):
        raise InputError(f"The context is no list of documents or texts: {FORM}.")
    reply = whole_characters(answer if isinstance(answer, str) else str(answer.text))
    if len(reply) > MAX_REPLY_CHARS:
        raise InputError(
            f"The answer to check has {len(reply):,} characters: give at most {MAX_REPLY_CHARS:,}, a part at a time."
        )
    asked = given.get("question", given.get("input", ""))
    metadata = answer.response_metadata if isinstance(answer, BaseMessage) else {}
    return Given(
        question=whole_characters(asked) if isinstance(asked, str) else "",
        reply=reply,
        model=str(metadata.get("model_name") or metadata.get("model") or "unknown"),
        passages=_passages(context, stored),
    )


def _passages(context: Sequence[str | LangChainDocument], stored: Lookup | None) -> tuple[Passage, ...]:
    """Return each text as a passage; two texts never share a document's id, since offsets are within each."""
    passages: list[Passage] = []
    known: dict[str, str] = {}
    find = lru_cache(stored) if stored else None  # an article is read once
    for n, one in enumerate(context, start=1):
        document = LangChainDocument(page_content=one) if isinstance(one, str) else one
        words = whole_characters(document.page_content)
        if words != document.page_content:
            document = document.model_copy(update={"page_content": words})
        passage = _own(document, find, known) or _foreign(document, n, known)
        known[passage.doc_id] = passage.doc_sha256
        passages.append(passage)
    return tuple(passages)


def _own(document: LangChainDocument, stored: Lookup | None, known: Mapping[str, str]) -> Passage | None:
    """Return the passage where the document holds words of a stored article, at the offsets it gives."""
    data, text = document.metadata, document.page_content
    doc_id, start = data.get("doc_id"), data.get("start")
    if stored is None or not isinstance(doc_id, str) or type(start) is not int or start < 0:
        return None
    try:
        article, passage = stored(doc_id), passage_in(document)
    except KeyError:
        return None
    end = start + len(text)
    if (passage.doc_sha256, passage.end, article.text[start:end]) != (article.sha256, end, text):
        return None
    if known.get(doc_id, article.sha256) != article.sha256:  # another text has taken the id
        return None
    page = passage.page
    return replace(
        passage,
        chunk_id=f"{doc_id}:{start}-{end}",
        title=article.title,
        source=article.source,
        section=passage.section if isinstance(passage.section, str) else "",
        page=page if _counts(page) else None,
        score=_score(passage.score),
        date=article.date,
        scanned=page in article.scanned,
    )


def _foreign(document: LangChainDocument, n: int, known: Mapping[str, str]) -> Passage:
    data, text = document.metadata, document.page_content
    sha256 = digest(text)
    source = str(data.get("source") or "")
    doc_id = str(document.id or data.get("id") or source or f"context-{n}")
    while known.get(doc_id, sha256) != sha256:
        doc_id = f"{doc_id}#{n}"
    return Passage(
        chunk_id=f"{doc_id}:0-{len(text)}",
        doc_id=doc_id,
        title=str(data.get("title") or source or doc_id),
        source=source,
        section=str(data.get("section") or ""),
        page=page_of(data),
        start=0,
        end=len(text),
        score=_score(data.get("score")),
        text=text,
        doc_sha256=sha256,
        date=str(data["date"]) if data.get("date") else None,
    )


def page_of(data: Mapping[str, Any]) -> int | None:
    """Return the page, from 1, that a document's metadata names, or None.

    That is a numeric `page_label`, as printed on the page; else `page`, which the loaders that give `page_label` or
    `total_pages` count from 0.
    """
    label, page = str(data.get("page_label") or ""), data.get("page")
    if re.fullmatch(r"[0-9]{1,6}", label) and int(label):
        return int(label)
    if type(page) is int and ("page_label" in data or "total_pages" in data):
        page += 1
    return page if _counts(page) else None


def _counts(page: object) -> bool:
    """Tell whether a value is a page: a whole number from 1, and no truth value."""
    return type(page) is int and page >= 1


def _score(value: object) -> float:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0
