"""Write answers for a terminal, wrapped to its width."""

import textwrap
from collections.abc import Iterable, Sequence

from assistant.core.plain import lead, marked
from assistant.core.types import Answer, Citation, Claim, Judgement, Passage
from assistant.show.escape import visible
from assistant.show.phrases import (
    TALK,
    asked_of,
    caveat,
    check_line,
    nearest,
    open_parts,
    quotes_of,
    reason_text,
    verdict_words,
    whereabouts,
)
from assistant.show.table import loose_claims, table_text


def to_text(answer: Answer, width: int = 80) -> str:
    """Return the answer for a terminal, wrapped to `width` columns: its claims, then the rest."""
    claims = [claim_text(claim, width, citations=answer.citations) + "\n" for claim in loose_claims(answer)]
    return "".join(claims) + rest_text(answer, width)


def claim_text(
    claim: Claim, width: int = 80, aspect: str | None = None, citations: Iterable[Citation] = ()
) -> str:
    """Return one sentence with its numbers, wrapped; the source's own words stand in quotation marks.

    `aspect` is the row of a table it belongs to. Below a sentence that is not verified stands what it cites.
    """
    head = f"{aspect}: " if aspect else ""
    lines = [wrap(head + _numbered(claim), width, "- " if claim.item else "")]
    lines += [
        wrap(f'"{item.quote}"', width, f"    compare [{item.n}]: ") for item in quotes_of(claim, citations)
    ]
    return "\n".join(lines)


def _numbered(claim: Claim) -> str:
    if claim.origin == "model":
        return f"{marked(claim)} ({caveat(claim)})" if caveat(claim) else marked(claim)
    return f'{lead(claim)}"{claim.text}" ' + "".join(f"[{n}]" for n in claim.citations)


def rest_text(answer: Answer, width: int = 80) -> str:
    """Return what follows the sentences: table or reason, notes, check line, sources or nearest passages."""
    parts = [] if answer.claims else [[wrap(reason_text(answer.reason), width)]]
    parts += [[table_text(answer, width, wrap, _numbered).rstrip("\n")]] if answer.table else []
    notes = [wrap(asked_of(answer.articles), width, "Asked of: ")] if answer.articles else []
    notes += [wrap(answer.read_as, width, "Read as: ")] if answer.read_as else []
    notes += [wrap(part, width, "Not plainly answered: ") for part in open_parts(answer)]
    parts += [notes + [wrap(note, width, "Note: ") for note in answer.notices]]
    parts.append([wrap(check_line(answer) + ".", width)] if answer.reason not in TALK else [])
    if answer.claims:
        parts.append([wrap(source_text(source), width, f"[{source.n}] ") for source in answer.citations])
    if near := nearest(answer):
        parts.append(["Nearest passages:", passages_text(near, width).rstrip("\n")])
    text = "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"
    return f"\n{text}" if loose_claims(answer) else text


def passages_text(passages: Sequence[Passage], width: int = 80) -> str:
    """Return passages for a terminal, numbered in their order: where each stands, then its words."""
    heads = [wrap(whereabouts(item), width, f"{n}. ") for n, item in enumerate(passages, start=1)]
    words = [textwrap.indent(wrap(item.text, width - 3), "   ") for item in passages]
    return "".join(f"{head}\n{body}\n" for head, body in zip(heads, words, strict=True))


def judgement_text(judgement: Judgement, width: int = 80) -> str:
    """Return a verdict in words with its score, and below it the reasons."""
    lines = [wrap(verdict_words(judgement), width)]
    return "\n".join([*lines, *(wrap(reason, width, "- ") for reason in judgement.reasons)])


def source_text(citation: Citation) -> str:
    """Return the quoted words of a citation and where they stand, on one line that is not wrapped."""
    return f'"{citation.quote}" - {whereabouts(citation)}'


def wrap(text: str, width: int, lead: str = "") -> str:
    """Return text wrapped to `width` columns behind `lead`, with no character that could steer a terminal."""
    words = visible(" ".join(text.split()))
    hanging = len(lead) if len(lead) < 5 else len(lead) - len(lead.lstrip()) + 2
    return textwrap.fill(
        words,
        width,
        initial_indent=lead,
        subsequent_indent=" " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
