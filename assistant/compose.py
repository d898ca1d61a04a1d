"""Put an answer together claim by claim: number the citations, keep what was withheld."""

from collections.abc import Sequence

from assistant.lexical import tokens
from assistant.types import Citation, Claim, ClaimShown, Evidence, Judgement, Withheld

REPEATED = 0.85  # share of a sentence's words already shown, above which it adds nothing


class Composer:
    """The claims, citations and withheld sentences of one answer, in the order they were settled."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []
        self.citations: list[Citation] = []
        self.withheld: list[Withheld] = []

    def quote(self, evidence: Evidence) -> ClaimShown | None:
        """Show an evidence sentence word for word; None where the answer already cites it."""
        if self.cites(evidence):
            return None
        judgement = Judgement(verdict="supported", score=1.0)
        return self._show(evidence.text, "quote", judgement, [evidence])

    def accept(self, text: str, judgement: Judgement, evidence: Sequence[Evidence]) -> ClaimShown | None:
        """Show a model's checked sentence; None where it repeats what is shown, which is kept as withheld."""
        if self.repeats(text):
            self.withhold(
                text, Judgement(verdict=judgement.verdict, score=judgement.score, reasons=(_REPEATS,))
            )
            return None
        return self._show(text, "model", judgement, evidence)

    def withhold(self, text: str, judgement: Judgement) -> None:
        """Keep a model's sentence that is not shown, with the reasons."""
        self.withheld.append(
            Withheld(text=text, verdict=judgement.verdict, score=judgement.score, reasons=judgement.reasons)
        )

    def cites(self, evidence: Evidence) -> bool:
        """Tell whether a citation holds exactly these words."""
        return any(self._same(citation, evidence) for citation in self.citations)

    def repeats(self, text: str) -> bool:
        """Tell whether the shown claims together hold nearly every word of a sentence."""
        words = set(tokens([text])[0])
        shown = {word for claim in self.claims for word in tokens([claim.text])[0]}
        return bool(words) and len(words & shown) / len(words) >= REPEATED

    def _show(self, text: str, origin: str, judgement: Judgement, evidence: Sequence[Evidence]) -> ClaimShown:
        new = [self._cite(item) for item in evidence if not self.cites(item)]
        numbers = [c.n for item in evidence for c in self.citations if self._same(c, item)]
        claim = Claim(
            text=text,
            verdict=judgement.verdict,
            score=round(judgement.score, 4),
            citations=tuple(dict.fromkeys(numbers)),
            origin="quote" if origin == "quote" else "model",
        )
        self.claims.append(claim)
        return ClaimShown(claim=claim, new_citations=tuple(new))

    def _cite(self, evidence: Evidence) -> Citation:
        passage = evidence.passage
        citation = Citation(
            n=len(self.citations) + 1,
            doc_id=passage.doc_id,
            title=passage.title,
            source=passage.source,
            section=passage.section,
            page=passage.page,
            start=evidence.start,
            end=evidence.end,
            quote=evidence.text,
            doc_sha256=passage.doc_sha256,
        )
        self.citations.append(citation)
        return citation

    @staticmethod
    def _same(citation: Citation, evidence: Evidence) -> bool:
        return (citation.doc_id, citation.start, citation.end) == (
            evidence.passage.doc_id,
            evidence.start,
            evidence.end,
        )


_REPEATS = "It repeats what is already shown."
