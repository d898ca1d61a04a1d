"""Write an answer as a chat message: Markdown with numbered footnotes, in pieces that can be sent one by one."""

import re
from collections.abc import Iterable

from assistant.core.plain import lead
from assistant.core.types import Answer, Citation, Claim
from assistant.show.escape import code_span, visible
from assistant.show.phrases import (
    caveat,
    claim_words,
    nearest,
    open_parts,
    place,
    quotes_of,
    reason_text,
    whereabouts,
)
from assistant.show.table import loose_claims, table_markdown

SOURCES = "**Sources**"
_LIVE = re.compile(r"([\\`*_\[\]<>|~$&])")
_ADDRESS = re.compile(r"://|@|www\.|mailto:", re.IGNORECASE)
_OPENS = re.compile(r"(?:[#+=-]|\d+(?=[.)]))")  # what makes a heading, list or rule at the start of a line
_NUMBERS = re.compile(r"(?:\s*\[\d{1,3}\])+")


def to_text(answer: Answer) -> str:
    """Return the answer as a chat message: its sentences, then the rest."""
    cited = answer.citations
    return "".join(claim_text(claim, cited) for claim in loose_claims(answer)) + rest_text(answer)


def claim_text(claim: Claim, citations: Iterable[Citation]) -> str:
    """Return one sentence with its numbers; below one that is not verified stands what it is to be compared with."""
    end = "\n" if claim.item else "\n\n"
    compared = "".join(f"> {_source(item)}\n\n" for item in quotes_of(claim, citations))
    return f"{'- ' if claim.item else ''}{_sentence(claim)}{end}{compared}"


def rest_text(answer: Answer) -> str:
    """Return what follows the sentences: the table, or why there is no answer; notes; the sources."""
    parts = [f"*Note: {quiet(note)}*" for note in answer.notices]
    if answer.table:
        parts.append(table_markdown(answer, quiet, _sentence).strip("\n"))
    if not answer.claims:
        parts.append(quiet(reason_text(answer.reason)))
    if near := nearest(answer):
        parts += ["The nearest passages:", *(f"> {quiet(item.text)} – {quiet(place(item))}" for item in near)]
    if answer.read_as:
        parts.append(f"*Read as: {quiet(answer.read_as)}*")
    parts += [f"Not plainly answered: {quiet(part)}" for part in open_parts(answer)]
    if answer.citations:
        parts += [SOURCES, *(_source(item) for item in answer.citations)]
    lists = any(claim.item for claim in loose_claims(answer)[-1:])
    return ("\n" if lists else "") + "\n\n".join(parts)


def without_footnotes(text: str) -> str:
    """Return a message of ours as it reads without numbers and sources."""
    return _NUMBERS.sub("", text.partition(f"\n{SOURCES}\n")[0]).strip()


def quiet(text: str) -> str:
    """Return foreign text as one line that Markdown shows word for word, with few marks for who reads it plain."""
    line = " ".join(_word(word) for word in visible(text).split())
    opens = _OPENS.match(line)
    if not opens:
        return line
    at = opens.end() if line[0].isdigit() else 0
    return f"{line[:at]}\\{line[at:]}"


def _word(word: str) -> str:
    if not _ADDRESS.search(word):
        return _LIVE.sub(r"\\\1", word)
    return r"\|".join(
        code_span(part) if part else "" for part in word.split("|")
    )  # a bar would end a table's cell


def _sentence(claim: Claim) -> str:
    numbers = "".join(f"[{n}]" for n in claim.citations)
    doubt = f" *({quiet(caveat(claim))})*" if caveat(claim) else ""
    return f"{lead(claim)}{quiet(claim_words(claim))} {numbers}".rstrip() + doubt


def _source(citation: Citation) -> str:
    return f"[{citation.n}] “{quiet(citation.quote)}” – {quiet(whereabouts(citation))}"
