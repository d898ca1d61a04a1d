"""Write answers as Markdown with numbered sources; all foreign text is escaped."""

from assistant.show.escape import escape_markdown
from assistant.show.phrases import NEAREST, check_line, claim_words, open_parts, place, reason_text
from assistant.show.table import loose_claims, table_markdown
from assistant.types import Answer, Citation, Claim, lead


def to_markdown(answer: Answer) -> str:
    """Return the answer as Markdown with numbered sources; all foreign text is escaped."""
    parts = [f"**{escape_markdown(answer.question)}**"]
    parts += [f"*Note: {escape_markdown(note)}*" for note in answer.notices]
    if answer.read_as:
        parts.append(f"*Read as: {escape_markdown(answer.read_as)}*")
    parts += [_claim_markdown(claim) for claim in loose_claims(answer)]
    parts += [table_markdown(answer, escape_markdown, _claim_markdown)] if answer.table else []
    if not answer.claims:
        parts.append(escape_markdown(reason_text(answer.reason)))
    parts += [f"Not settled by the articles: {escape_markdown(part)}" for part in open_parts(answer)]
    parts.append(f"*{check_line(answer)}.*")
    if answer.claims:
        parts += [_source_markdown(citation) for citation in answer.citations]
    elif answer.passages:
        parts.append("Nearest passages:")
        parts += [
            f"> {escape_markdown(p.text)} – {escape_markdown(place(p))}" for p in answer.passages[:NEAREST]
        ]
    return "\n\n".join(parts) + "\n"


def _claim_markdown(claim: Claim) -> str:
    numbers = "".join(rf"\[{n}\]" for n in claim.citations)
    bullet = "- " if claim.item else ""
    return f"{bullet}{lead(claim)}{escape_markdown(claim_words(claim))} {numbers}".rstrip()


def _source_markdown(citation: Citation) -> str:
    where = escape_markdown(f"{place(citation)}, {citation.source}")
    return rf"\[{citation.n}\] “{escape_markdown(citation.quote)}” – {where}"
