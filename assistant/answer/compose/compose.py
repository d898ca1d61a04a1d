"""Put an answer together claim by claim: number the citations, keep what was withheld."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer.compose.repeats import held
from assistant.check.cite import Grounded
from assistant.check.grounds import said_once
from assistant.core.types import Citation, Claim, ClaimShown, Evidence, Judgement, Origin, Says, Withheld
from assistant.text.anaphora import points_back
from assistant.text.commands import is_command

CONTEXT = 300  # characters of a passage kept on either side of a quote
_FIRST = re.compile(r"^\S*\s+")
_LAST = re.compile(r"\s+\S*$")


class Composer:
    """The claims, citations and withheld sentences of one answer, in the order they were settled."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []
        self.citations: list[Citation] = []
        self.withheld: list[Withheld] = []

    def quote(
        self,
        evidence: Evidence,
        *,
        item: bool = False,
        says: Says | None = None,
        lead: str = "",
        again: bool = False,
    ) -> ClaimShown | None:
        """Show an evidence sentence word for word; None where it gives orders to a model, or, but for `again`, is cited."""
        if (self.cites(evidence) and not again) or is_command(evidence.text):
            return None
        judgement = Judgement(verdict="supported", score=1.0)
        return self._show(evidence.text, "quote", judgement, [evidence], item, says, lead)

    def accept(
        self,
        text: str,
        judgement: Judgement,
        evidence: Sequence[Evidence],
        *,
        item: bool = False,
        says: Says | None = None,
    ) -> ClaimShown | None:
        """Show a model's checked sentence; None where it repeats what is shown, which is kept as withheld."""
        if is_command(text):
            self.withhold(text, Judgement(verdict="unjudged", score=0.0, reasons=(ORDERS,)))
            return None
        if self.repeats(text):
            self.withhold(
                text, Judgement(verdict=judgement.verdict, score=judgement.score, reasons=(_REPEATS,))
            )
            return None
        return self._show(text, "model", judgement, evidence, item, says)

    def withhold(self, text: str, judgement: Judgement) -> None:
        """Keep a model's sentence that is not shown, with the reasons."""
        reasons = said_once(judgement.reasons)
        self.withheld.append(
            Withheld(text=text, verdict=judgement.verdict, score=judgement.score, reasons=reasons)
        )

    def cites(self, evidence: Evidence) -> bool:
        """Tell whether a citation holds these words."""
        return self.holder(evidence) > 0

    def holder(self, evidence: Evidence) -> int:
        """Return the number of the first citation that holds these words, 0 where none does."""
        return next(
            (
                citation.n
                for citation in self.citations
                if _same_document(citation, evidence)
                and citation.start <= evidence.start
                and evidence.end <= citation.end
            ),
            0,
        )

    def overlaps(self, evidence: Evidence) -> bool:
        """Tell whether a citation shares words of the document with this evidence."""
        return any(
            _same_document(citation, evidence)
            and citation.start < evidence.end
            and evidence.start < citation.end
            for citation in self.citations
        )

    def ends_before(self, evidence: Evidence) -> bool:
        """Tell whether the last words cited stand right before this evidence in the document."""
        last = self.citations[-1] if self.citations else None
        return last is not None and _same_document(last, evidence) and last.end + 1 == evidence.start

    def goes_on(self, evidence: Sequence[Evidence]) -> bool:
        """Tell whether the last claim cites a document that some of the evidence stands in."""
        numbers = self.claims[-1].citations if self.claims else ()
        last = [citation for citation in self.citations if citation.n in numbers]
        return any(_same_document(citation, item) for citation in last for item in evidence)

    def repeats(self, text: str) -> bool:
        """Tell whether the shown claims together hold nearly every word of a sentence."""
        return held(text, [claim.text for claim in self.claims])

    def _show(
        self,
        text: str,
        origin: Origin,
        judgement: Judgement,
        evidence: Sequence[Evidence],
        item: bool = False,
        says: Says | None = None,
        lead: str = "",
    ) -> ClaimShown:
        new = [self._cite(item) for item in evidence if not self._number(item)]
        numbers = [self._number(item) for item in evidence]
        claim = Claim(
            text=text,
            verdict=judgement.verdict,
            score=round(judgement.score, 4),
            citations=tuple(dict.fromkeys(numbers)),
            origin=origin,
            item=item,
            says=says,
            row=origin == "quote" and all(one.table is not None for one in evidence),
            weak=judgement.weak if judgement.verdict == "unverified" else (),
            lead=lead,
        )
        self.claims.append(claim)
        return ClaimShown(claim=claim, new_citations=tuple(new))

    def _cite(self, evidence: Evidence) -> Citation:
        passage = evidence.passage
        prefix, suffix = around(evidence)
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
            date=passage.date,
            prefix=prefix,
            suffix=suffix,
            table=evidence.table,
            scanned=passage.scanned,
        )
        self.citations.append(citation)
        return citation

    def _number(self, evidence: Evidence) -> int:
        """Return the number of the citation of exactly these words, 0 where there is none."""
        place = (evidence.start, evidence.end)
        return next(
            (c.n for c in self.citations if _same_document(c, evidence) and (c.start, c.end) == place), 0
        )


def behind(settled: Grounded, shown: Composer) -> Judgement:
    """Return the verdict on a sentence behind what is shown: one that points back needs a claim on the same document."""
    judgement = settled.judgement
    if judgement.verdict != "supported" or not points_back(settled.text):
        return judgement
    if shown.claims and shown.goes_on(settled.evidence):
        return judgement
    reason = _ADRIFT if shown.claims else _ALONE
    return replace(judgement, verdict="unverified", reasons=(*judgement.reasons, reason))


def _same_document(citation: Citation, evidence: Evidence) -> bool:
    """Tell whether both are of one text: two indexes may give different ones the same id."""
    passage = evidence.passage
    return (citation.doc_id, citation.doc_sha256) == (passage.doc_id, passage.doc_sha256)


def around(evidence: Evidence) -> tuple[str, str]:
    """Return the text of the passage right before and after the words, each cut at a word to `CONTEXT` characters.

    A side is empty where the words reach beyond the passage there.
    """
    text = evidence.passage.text
    start, end = evidence.start - evidence.passage.start, evidence.end - evidence.passage.start
    before = text[:start] if start >= 0 else ""
    after = text[end:] if end >= 0 else ""
    if len(before) > CONTEXT:
        cut = before[-CONTEXT:]
        before = cut if before[-CONTEXT - 1].isspace() else _FIRST.sub("", cut)
    if len(after) > CONTEXT:
        cut = after[:CONTEXT]
        after = cut if after[CONTEXT].isspace() else _LAST.sub("", cut)
    return before, after


_ADRIFT = "It points back at a sentence shown before it, and its evidence is of another document."
_ALONE = "It points back at a sentence, and none is shown before it."
ORDERS = "It gives orders to a model."
_REPEATS = "It repeats what is already shown."
