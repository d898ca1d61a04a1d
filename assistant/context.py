"""Read what another chain answered, and the context it answered from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.documents import Document as LangChainDocument
from langchain_core.messages import BaseMessage

from assistant.errors import InputError
from assistant.retrieve import passage_in
from assistant.sentences import sentence_spans
from assistant.store import digest
from assistant.types import Evidence, Passage

FORM = 'give {"answer": text or message, "context": [documents or texts], "question": text, if there is one}'


@dataclass(frozen=True, kw_only=True)
class Given:
    """What another chain gave: its question, reply and model, and the passages it was to answer from."""

    question: str
    reply: str
    model: str
    passages: tuple[Passage, ...]

    def evidence(self) -> list[Evidence]:
        """Return every sentence of the passages, in order."""
        return [
            Evidence(
                passage=passage,
                start=passage.start + start,
                end=passage.start + end,
                text=passage.text[start:end],
                score=passage.score,
            )
            for passage in self.passages
            for start, end in sentence_spans(passage.text)
        ]


def read_given(given: Any) -> Given:
    """Read {"answer", "context", "question"} of another chain. Raises InputError for another form."""
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
    asked = given.get("question", given.get("input", ""))
    metadata = answer.response_metadata if isinstance(answer, BaseMessage) else {}
    return Given(
        question=asked if isinstance(asked, str) else "",
        reply=answer if isinstance(answer, str) else str(answer.text),
        model=str(metadata.get("model_name") or metadata.get("model") or "unknown"),
        passages=_passages(context),
    )


def _passages(context: Sequence[str | LangChainDocument]) -> tuple[Passage, ...]:
    """Return each text as a passage; two texts never share a document's id, since offsets are within each."""
    passages: list[Passage] = []
    known: dict[str, str] = {}
    for n, one in enumerate(context, start=1):
        document = LangChainDocument(page_content=one) if isinstance(one, str) else one
        passage = _own(document) or _foreign(document, n, known)
        known[passage.doc_id] = passage.doc_sha256
        passages.append(passage)
    return tuple(passages)


def _own(document: LangChainDocument) -> Passage | None:
    """Return the passage where the product's own retriever made the document, whose offsets are the article's."""
    try:
        passage = passage_in(document)
        return passage if passage.end - passage.start == len(passage.text) else None
    except (KeyError, TypeError):
        return None


def _foreign(document: LangChainDocument, n: int, known: Mapping[str, str]) -> Passage:
    data, text = document.metadata, document.page_content
    sha256 = digest(text)
    source = str(data.get("source") or "")
    doc_id = str(document.id or data.get("id") or source or f"context-{n}")
    if known.get(doc_id, sha256) != sha256:
        doc_id = f"{doc_id}#{n}"
    page, score = data.get("page"), data.get("score")
    return Passage(
        chunk_id=f"{doc_id}:0-{len(text)}",
        doc_id=doc_id,
        title=str(data.get("title") or source or doc_id),
        source=source,
        section=str(data.get("section") or ""),
        page=page if isinstance(page, int) else None,
        start=0,
        end=len(text),
        score=float(score) if isinstance(score, int | float) else 0.0,
        text=text,
        doc_sha256=sha256,
        date=str(data["date"]) if data.get("date") else None,
    )
