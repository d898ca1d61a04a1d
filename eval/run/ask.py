"""Ask one case, and keep the answer with the ranking behind it."""

from collections.abc import Sequence
from typing import Protocol

from assistant.core.errors import AssistantError, ModelError
from assistant.core.types import Answer, Message, Passage
from assistant.index.store import Store
from eval.cases.gold import overlaps
from eval.run.types import Case, Ranked, Row

UNAVAILABLE = "model_unavailable"
DEPTH = 10  # chunks of a ranking that are measured


class Pipeline(Protocol):
    """What is evaluated: the assistant, or the plain chain."""

    def ask(self, question: str, history: Sequence[Message] = ()) -> Answer:
        """Answer a question."""
        ...

    def search(self, query: str, k: int) -> list[Passage]:
        """Return the k best passages, best first."""
        ...


def ask(pipeline: Pipeline, store: Store, case: Case) -> Row:
    """Answer a case, or only retrieve for it where only documents are graded; a known error becomes part of the row."""
    relevant, by_document = relevance(case, store)
    answer, error = None, None
    ranking: list[Passage] = []
    try:
        if not case.relevant:
            answer = pipeline.ask(case.question, case.history)
            if answer.reason == UNAVAILABLE:  # what is shown then is not what was to be measured
                raise ModelError(" ".join(answer.notices) or "the model could not be used")
        read = answer.read_as if answer else None
        ranking = pipeline.search(read or case.question, DEPTH * 3 if by_document else DEPTH)
    except AssistantError as problem:
        answer, error = None, str(problem)
    return Row(
        case=case,
        answer=answer,
        ranking=tuple(
            Ranked(
                chunk_id=item.chunk_id, doc_id=item.doc_id, start=item.start, end=item.end, score=item.score
            )
            for item in ranking
        ),
        relevant=relevant,
        by_document=by_document,
        error=error,
    )


def relevance(case: Case, store: Store) -> tuple[dict[str, int], bool]:
    """Return the grades of what is relevant, and whether documents are graded and not chunks.

    A chunk that shares a character with a gold span has grade 1; where no span is known, each gold document has.
    """
    if case.relevant:
        return dict(case.relevant), True
    if case.gold:
        return {
            chunk.chunk_id: 1 for chunk in store.chunks if any(overlaps(chunk, span) for span in case.gold)
        }, False
    return {doc_id: 1 for doc_id in case.gold_docs}, bool(case.gold_docs)
