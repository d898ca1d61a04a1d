"""Lay out answers as plain lines, which Word and PDF files draw; foreign text in them is text and nothing else."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.core.plain import lead
from assistant.core.types import Answer, Citation, Claim
from assistant.show.escape import one_line
from assistant.show.phrases import (
    STOPPED,
    asked_of,
    caveat,
    check_line,
    claim_words,
    nearest,
    open_parts,
    place,
    reason_text,
)
from assistant.show.table import UNSTATED, loose_claims
from ui.export.about import NAMED, About, reference_words, references_of
from ui.export.history import SavedTurn

Kind = Literal["title", "question", "text", "item", "declined", "note", "quote", "head", "source"]
_NO_XML = re.compile("[\ufffe\uffff]")  # nor are they characters


@dataclass(frozen=True, kw_only=True)
class Run:
    """Some words of a line, in one look."""

    text: str
    look: Literal["plain", "bold", "italic", "raised"] = "plain"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One paragraph."""

    kind: Kind
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words of all runs."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A comparison: the names of the sides, and for each aspect the paragraphs of its cells."""

    sides: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[Line, ...], ...]], ...]


def outline(turns: Sequence[SavedTurn], title: str, about: Mapping[str, About]) -> Iterator[Line | Grid]:
    """Yield the lines of the answers under their questions, the sources of each after it."""
    single = len(turns) == 1
    yield _line("title", turns[0].question if single else title)
    for turn in turns:
        if not single:
            yield _line("question", turn.question)
        if turn.answer:
            yield from _answer(turn.answer, about)
        else:
            yield _line("declined", turn.error or "Stopped before anything was answered.")
    if named := references_of(turns, about):
        yield _line("head", NAMED)
        for article, references in named.items():
            yield _line("note", article)
            for reference in references:
                yield _line("source", reference_words(reference))


def _answer(answer: Answer, about: Mapping[str, About]) -> Iterator[Line | Grid]:
    if answer.articles:
        yield _line("note", f"Asked of: {asked_of(answer.articles)}")
    if answer.read_as:
        yield _line("note", f"Read as: {answer.read_as}")
    for claim in loose_claims(answer):
        yield _claim(claim, "item" if claim.item else "text")
    if answer.table:
        rows = [
            (_plain(row.aspect), tuple(_cell(answer, cell) for cell in row.cells))
            for row in answer.table.rows
        ]
        yield Grid(sides=tuple(map(_plain, answer.table.sides)), rows=tuple(rows))
    if not answer.claims:
        yield _line("declined", reason_text(answer.reason))
    for part in open_parts(answer):
        yield _line("note", f"Not plainly answered: {part}")
    for note in answer.notices:
        yield _line("note", f"Note: {note}")
    if answer.reason == STOPPED:
        yield _line("note", "Stopped; what stands here had passed the check.")
    if near := nearest(answer):
        yield _line("note", "The nearest passages:")
        for item in near:
            yield _line("quote", f"{item.text} – {place(item)}")
    yield _line("note", f"{check_line(answer)}.")
    if answer.citations:
        yield _line("head", "Sources")
        yield from (_source(item, about) for item in answer.citations)


def _cell(answer: Answer, cell: Sequence[int]) -> tuple[Line, ...]:
    return tuple(_claim(answer.claims[at], "text") for at in cell) or (_line("note", UNSTATED),)


def _claim(claim: Claim, kind: Kind) -> Line:
    own = lead(claim).strip()
    numbers = "".join(f"[{n}]" for n in claim.citations)
    runs = [Run(text=f"{_plain(own)} ", look="bold")] if own else []
    runs += [Run(text=_plain(claim_words(claim)))]
    runs += [Run(text=f" {numbers}", look="raised")] if numbers else []
    runs += [Run(text=f" ({_plain(caveat(claim))})", look="italic")] if caveat(claim) else []
    return Line(kind=kind, runs=tuple(runs))


def _source(citation: Citation, about: Mapping[str, About]) -> Line:
    known = about.get(citation.doc_id)
    address = citation.source if "://" in citation.source else ""  # a path says nothing to a reader
    where = ", ".join(part for part in (place(citation), known.date if known else "", address) if part)
    runs = (
        Run(text=f"[{citation.n}] ", look="bold"),
        Run(text=f"“{_plain(citation.quote)}”"),
        Run(text=f" – {_plain(where)}", look="italic"),
    )
    return Line(kind="source", runs=runs)


def _line(kind: Kind, text: str) -> Line:
    return Line(kind=kind, runs=(Run(text=_plain(text)),))


def _plain(text: str) -> str:
    return _NO_XML.sub("\ufffd", one_line(text))
