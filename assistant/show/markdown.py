"""Write answers as Markdown with numbered sources; all foreign text is escaped."""

from collections.abc import Mapping, Sequence

from assistant.core.plain import lead
from assistant.core.types import Answer, Citation, Claim, Judgement, Passage
from assistant.show.escape import escape_markdown
from assistant.show.phrases import (
    NO_PASSAGES,
    NO_TURNS,
    TALK,
    asked_of,
    caveat,
    check_line,
    claim_words,
    nearest,
    open_parts,
    place,
    quotes_of,
    reason_text,
    verdict_words,
    whereabouts,
)
from assistant.show.table import loose_claims, table_markdown


def to_markdown(answer: Answer) -> str:
    """Return the answer as Markdown with numbered sources; all foreign text is escaped."""
    parts = [f"**{escape_markdown(answer.question)}**"]
    parts += [f"*Asked of: {escape_markdown(asked_of(answer.articles))}*"] if answer.articles else []
    parts += [f"*Note: {escape_markdown(note)}*" for note in answer.notices]
    if answer.read_as:
        parts.append(f"*Read as: {escape_markdown(answer.read_as)}*")
    for claim in loose_claims(answer):
        parts.append(_claim_markdown(claim))
        quote = "  > " if claim.item else "> "
        parts += [quote + source_markdown(citation) for citation in quotes_of(claim, answer.citations)]
    parts += [table_markdown(answer, escape_markdown, _claim_markdown)] if answer.table else []
    if not answer.claims:
        parts.append(escape_markdown(reason_text(answer.reason)))
    parts += [f"Not plainly answered: {escape_markdown(part)}" for part in open_parts(answer)]
    parts += [f"*{check_line(answer)}.*"] if answer.reason not in TALK else []
    if answer.claims:
        parts += [source_markdown(citation) for citation in answer.citations]
    if near := nearest(answer):
        parts.append("Nearest passages:")
        parts += [f"> {escape_markdown(item.text)} – {escape_markdown(place(item))}" for item in near]
    return "\n\n".join(parts) + "\n"


def passages_markdown(passages: Sequence[Passage]) -> str:
    """Return passages as Markdown, numbered in their order: where each stands, its score, then its words."""
    parts = []
    for n, item in enumerate(passages, start=1):
        where = escape_markdown(whereabouts(item))
        parts += [f"**{n}\\.** {where} (score {item.score:.3f})", f"> {escape_markdown(item.text)}"]
    return "\n\n".join(parts or [NO_PASSAGES]) + "\n"


def judgement_markdown(judgement: Judgement) -> str:
    """Return a verdict in words with its score, and below it the reasons."""
    reasons = [f"- {escape_markdown(reason)}" for reason in judgement.reasons]
    return "\n".join([f"**{verdict_words(judgement)}**", *([""] if reasons else []), *reasons]) + "\n"


def turns_markdown(answers: Sequence[Answer]) -> str:
    """Return the answers of a conversation as Markdown, each under its question."""
    return "\n".join(to_markdown(answer) for answer in answers) or f"{NO_TURNS}\n"


def card_markdown(title: str, facts: Mapping[str, str]) -> str:
    """Return facts about one thing as Markdown: its title, then a line for each fact."""
    lines = [f"- {escape_markdown(name)}: {escape_markdown(fact)}" for name, fact in facts.items()]
    return "\n".join([f"**{escape_markdown(title)}**", "", *lines]) + "\n"


def _claim_markdown(claim: Claim) -> str:
    numbers = "".join(rf"\[{n}\]" for n in claim.citations)
    bullet = "- " if claim.item else ""
    doubt = f" *({escape_markdown(caveat(claim))})*" if caveat(claim) else ""
    return f"{bullet}{lead(claim)}{escape_markdown(claim_words(claim))} {numbers}".rstrip() + doubt


def source_markdown(citation: Citation) -> str:
    """Return the quoted words of a citation and where they stand, on one line."""
    where = escape_markdown(whereabouts(citation))
    return rf"\[{citation.n}\] “{escape_markdown(citation.quote)}” – {where}"
