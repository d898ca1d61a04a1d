"""Write an answer as plain text with footnotes, to paste anywhere."""

from collections.abc import Mapping

from assistant.core.plain import lead
from assistant.core.types import Answer, Citation, Claim
from assistant.show.escape import visible
from assistant.show.phrases import asked_of, caveat, open_parts, place, reason_text
from assistant.show.table import UNSTATED, is_shared, loose_claims


def to_text(answer: Answer, dates: Mapping[str, str] | None = None) -> str:
    """Return the answer under its question, a footnote for each citation; `dates` are those of articles, by doc_id."""
    lines = [answer.question, ""]
    lines += [f"Asked of: {asked_of(answer.articles)}", ""] if answer.articles else []
    lines += [f"{'• ' if claim.item else ''}{_words(claim)}" for claim in loose_claims(answer)]
    for row in answer.table.rows if answer.table else ():
        lines += ["", row.aspect]
        sides = answer.table.sides if answer.table else ()
        for side, cell in zip([" / ".join(sides)] if is_shared(row) else sides, row.cells, strict=False):
            said = [_words(answer.claims[at]) for at in cell] or [UNSTATED]
            lines += [f"  {side}: {said[0]}", *(f"  {words}" for words in said[1:])]
    lines += [] if answer.claims else [reason_text(answer.reason)]
    lines += [f"Not plainly answered: {part}" for part in open_parts(answer)]
    lines += [""] if answer.citations else []
    lines += [_footnote(answer, item, dates or {}) for item in answer.citations]
    return "\n".join(visible(line) for line in lines).rstrip() + "\n"


def _words(claim: Claim) -> str:
    numbers = "".join(f"[{n}]" for n in claim.citations)
    doubt = f" ({caveat(claim)})" if caveat(claim) else ""
    return f"{lead(claim)}{claim.text} {numbers}".rstrip() + doubt


def _footnote(answer: Answer, citation: Citation, dates: Mapping[str, str]) -> str:
    """Return where the words stand; the words themselves too, unless every sentence that cites them is those words."""
    parts = [place(citation), citation.date or dates.get(citation.doc_id, "")]
    parts += [citation.source] if "://" in citation.source else []
    where = ", ".join(part for part in parts if part)
    citing = [claim for claim in answer.claims if citation.n in claim.citations]
    verbatim = all(claim.origin == "quote" and claim.text == citation.quote for claim in citing)
    return f"[{citation.n}] {where}" if verbatim else f"[{citation.n}] “{citation.quote}” {where}"
