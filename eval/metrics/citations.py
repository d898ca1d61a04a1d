"""Do the citations point at what the author of a question marked?"""

from collections.abc import Sequence

from assistant.core.types import Answer, Citation
from assistant.text.sentences import sentence_spans
from eval.cases.gold import cites_any, overlaps
from eval.metrics.base.metric import Count, mean, share
from eval.run.types import Case, Row, Span


def citation_precision(row: Row) -> Count | None:
    """Count the share of an answer's citations that overlap a gold span.

    0 to 1, a mean over answers. Where a case marks documents alone, a citation of one of them counts. Over
    answerable cases with gold that were answered with citations; declined ones and cases without gold are left
    out.
    """
    answer = _judged(row)
    return mean(float(hits(row.case, item)) for item in answer.citations) if answer else None


def citation_recall(row: Row) -> Count | None:
    """Count how much of the gold an answer cites, by the case's rule, where it was answered.

    0 to 1, a mean over answers. Rule "any": 1 where one gold span is overlapped by a citation; "all": the share
    of the gold spans; "per_answer": the share of the distinct answers with such a span. Where a case marks
    documents alone: the share of them cited for "all", else 1 for one of them. Over answerable cases with gold
    that were answered; an answer that cites nothing counts as 0.
    """
    answer = _judged(row)
    return Count(part=_recall(row.case, answer)) if answer and answer.claims else None


def citation_recall_all(row: Row) -> Count | None:
    """Count how much of the gold an answer cites, a declined question as 0.

    0 to 1, a mean over all answerable cases with gold; else as `citation_recall`.
    """
    answer = _judged(row)
    return Count(part=_recall(row.case, answer)) if answer else None


def localisation(row: Row) -> Count | None:
    """Count the share of the citations of a gold document that quote only sentences with gold words.

    0 to 1, over all such citations of a run, answerable cases alone: a quote counts where each of its sentences
    overlaps a gold span. Citations of other documents, and cases without gold spans, are left out: this asks
    whether the pointer is right where the article is.
    """
    answer = _judged(row)
    if not answer or not row.case.gold:
        return None
    documents = {span.doc_id for span in row.case.gold}
    near = [item for item in answer.citations if item.doc_id in documents]
    placed = sum(_only_gold(item, row.case.gold) for item in near)
    return Count(part=placed, whole=len(near)) if near else None


METRICS = (
    share("citation_precision", "Citation precision", "citations", "higher", citation_precision),
    share("citation_recall", "Citation recall", "citations", "higher", citation_recall),
    share(
        "citation_recall_all",
        "Citation recall, declined as 0",
        "citations",
        "higher",
        citation_recall_all,
    ),
    share("localisation", "Localisation", "citations", "higher", localisation),
)


def hits(case: Case, citation: Citation) -> bool:
    """Tell whether a citation overlaps a gold span or, where there is none, is of a gold document."""
    if case.gold:
        return cites_any([citation], case.gold)
    return citation.doc_id in case.gold_docs


def _judged(row: Row) -> Answer | None:
    """Return the answer of an answerable case with gold."""
    case = row.case
    return row.answer if case.answerable and (case.gold or case.gold_docs) else None


def _recall(case: Case, answer: Answer) -> float:
    if not case.gold:
        cited = {item.doc_id for item in answer.citations}
        met = [doc in cited for doc in dict.fromkeys(case.gold_docs)]
        return sum(met) / len(met) if case.gold_rule == "all" else float(any(met))
    found = [cites_any(answer.citations, [span]) for span in case.gold]
    if case.gold_rule == "any":
        return float(any(found))
    if case.gold_rule == "all":
        return sum(found) / len(found)
    given: dict[str, bool] = {}
    for span, met_it in zip(case.gold, found, strict=True):
        given[span.answer] = given.get(span.answer, False) or met_it
    return sum(given.values()) / len(given)


def _only_gold(citation: Citation, gold: Sequence[Span]) -> bool:
    parts = [
        Span(doc_id=citation.doc_id, start=citation.start + start, end=citation.start + end)
        for start, end in sentence_spans(citation.quote)
    ]
    return bool(parts) and all(any(overlaps(part, span) for span in gold) for part in parts)
