"""Rows and answers of evaluation runs, built by hand for tests."""

from collections.abc import Mapping, Sequence

from assistant.core.types import Answer, Citation, Claim, Passage, Verdict, Withheld
from eval.run.types import Case, Ranked, Row, Span

Quote = tuple[str, int, str]  # doc_id, start, words


def case(case_id: str = "one", *gold: Quote, answerable: bool = True, **values: object) -> Case:
    """Return a case; gold spans as (doc_id, start, words)."""
    spans = tuple(Span(doc_id=doc, start=at, end=at + len(text), text=text) for doc, at, text in gold)
    values = {"question": f"What of {case_id}?", **values}
    return Case(id=case_id, answerable=answerable, gold=spans, **values)  # type: ignore[arg-type]


def answer(*quotes: Quote, confidence: float = 0.8, **values: object) -> Answer:
    """Return an answer of quotations, one claim with one citation each; none is a declined answer."""
    given: dict[str, object] = {
        "claims": tuple(claim(text, n) for n, (_, _, text) in enumerate(quotes, 1)),
        "citations": tuple(citation(n, quote) for n, quote in enumerate(quotes, 1)),
        "reason": None if quotes else "no_evidence",
        "confidence": confidence,
        "timings_s": {"first_sentence": 0.2, "total": 0.5} if quotes else {"total": 0.1},
    }
    return Answer(question="What?", **(given | values))  # type: ignore[arg-type]


def claim(text: str, *citations: int, verdict: Verdict = "supported", origin: str = "quote") -> Claim:
    """Return a claim that cites these numbers."""
    return Claim(text=text, verdict=verdict, score=1.0, citations=citations, origin=origin)  # type: ignore[arg-type]


def citation(n: int, quote: Quote) -> Citation:
    """Return a citation of words of a document."""
    doc, start, text = quote
    return Citation(
        n=n,
        doc_id=doc,
        title=doc.title(),
        source=f"{doc}.md",
        section="",
        page=None,
        start=start,
        end=start + len(text),
        quote=text,
        doc_sha256="0" * 64,
    )


def passage(doc: str, start: int, text: str, score: float = 0.5) -> Passage:
    """Return a retrieved passage."""
    return Passage(
        chunk_id=f"{doc}:{start}-{start + len(text)}",
        doc_id=doc,
        title=doc.title(),
        source=f"{doc}.md",
        section="",
        page=None,
        start=start,
        end=start + len(text),
        score=score,
        text=text,
        doc_sha256="0" * 64,
    )


def withheld(text: str) -> Withheld:
    """Return a sentence that was withheld."""
    return Withheld(text=text, verdict="unsupported", score=0.1, reasons=("Not in the evidence.",))


def row(
    of: Case,
    given: Answer | None,
    *,
    relevant: Mapping[str, int] | None = None,
    ranking: Sequence[Ranked] = (),
) -> Row:
    """Return the row of a case."""
    return Row(case=of, answer=given, relevant=relevant or {}, ranking=tuple(ranking))
