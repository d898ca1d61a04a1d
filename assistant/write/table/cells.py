"""Read what a corpus says of two sides into cells: clauses and sentences, verbatim, that speak of one side alone.

What cannot be cut safely stays whole and stands for both sides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.index.store import Store
from assistant.text.disclaimers.lead_ins import frame_at
from assistant.text.lexicon.contrasts import Contrast, Named, masked, named
from assistant.text.sentences import sentence_spans
from assistant.write.table.clauses import (
    cut,
    doubts,
    draws_line,
    first_clause,
    is_about_itself,
    label_of,
    leans,
    limits,
    makes_sense,
    sets_apart,
    shares_subject,
    subject_first,
)

Kind = Literal["split", "whole", "alone", "row"]
MAX_WHOLE = 45  # words
_DISPUTED = re.compile(r"\b(?:disagree\w*|contradict\w*|(?:is|are|remains?) disputed)\b", re.I)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """Words of one chunk about one side, or about both; offsets count characters of the document."""

    position: int  # of the chunk in the store
    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """What the corpus says of the first and the second side of one aspect; a whole sentence stands in both."""

    first: Cell | None  # None: not stated
    second: Cell | None
    kind: Kind
    section: str  # title and headings, outermost first
    label: str | None = None  # the aspect as the source itself names it
    disputed: bool = False

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Return the cells there are, a shared one once."""
        both = [cell for cell in (self.first, self.second) if cell is not None]
        return tuple(dict.fromkeys(both))

    @property
    def text(self) -> str:
        """Return the words of its cells, in the order of the source, whichever side comes first."""
        ordered = sorted(self.cells, key=lambda cell: (cell.position, cell.start))
        return " ".join(cell.text for cell in ordered)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alone:
    """A sentence about one side, and its place among the sentences of its chunk."""

    cell: Cell
    side: str
    section: str
    number: int
    mention: Named


@dataclass(kw_only=True)
class Said:
    """Everything a corpus says of two sides, as far as it can stand in a table."""

    pairs: list[Pair] = field(default_factory=list)
    alone: list[Alone] = field(default_factory=list)
    loose: list[Alone] = field(default_factory=list)  # name one side, but not as their subject
    leads: list[Cell] = field(default_factory=list)  # set both sides against each other as a whole
    told: list[tuple[str, str]] = field(default_factory=list)  # (side, sentence): every naming of one side
    aspects: dict[str, str] = field(default_factory=dict)  # label of a table row or column -> its words
    rows: dict[tuple[str, ...], dict[str, dict[str, Cell]]] = field(
        default_factory=dict
    )  # of tables with a row for each side: section and heads -> side -> head -> cell


def read_cells(store: Store, positions: Sequence[int], contrast: Contrast, sides: tuple[str, str]) -> Said:
    """Read some chunks for what they say of two sides of a contrast; nothing is read twice."""
    said = Said()
    seen: set[str] = set()
    for position in positions:
        chunk = store.chunks[position]
        article, title = store.document(chunk.doc_id), store.manifest.documents[chunk.doc_id].title
        section = f"{title} > {chunk.section}" if chunk.section else title
        for number, (start, end) in enumerate(sentence_spans(chunk.text)):
            text = chunk.text[start:end]
            found = named(text, contrast)
            if not found or text.lower() in seen:
                continue
            if frame_at(article.text, article.blocks, chunk.start + start, chunk.start + end, title):
                continue
            seen.add(text.lower())
            cell = Cell(position=position, start=chunk.start + start, end=chunk.start + end, text=text)
            terms = {item.term for item in found}
            if len(terms & set(sides)) == 1:
                said.told.append((min(terms & set(sides)), text))
            if " | " in text:
                _read_row(cell, contrast, sides, section, said)
            elif terms >= set(sides):
                _read_both(cell, contrast, sides, section, said)
            elif len(terms) == 1 and terms < set(sides):
                _read_one(cell, found, section, number, said)
    _pair_rows(sides, said)
    return said


def _read_one(cell: Cell, found: Sequence[Named], section: str, number: int, said: Said) -> None:
    """Read a sentence that names one side; a clause that sets it against something else is left out."""
    start = _past_label(cell.text, found)
    mention = next(item for item in found if item.start >= start)
    cell = _part(cell, start, first_clause(cell.text, mention))
    mention = Named(term=mention.term, start=mention.start - start, end=mention.end - start)
    if makes_sense(cell.text):
        one = Alone(cell=cell, side=mention.term, section=section, number=number, mention=mention)
        own = subject_first(cell.text, mention) and not shares_subject(cell.text, mention)
        (said.alone if own else said.loose).append(one)


def _past_label(text: str, found: Sequence[Named]) -> int:
    """Return where the words behind a label begin, if they name the side themselves."""
    label = re.match(r"[^:.;]{1,60}:\s+(?=[A-Z])", text)
    if label is None or doubts(label[0]) or limits(label[0].lower()):
        return 0
    return label.end() if label.end() <= found[-1].start else 0


def _read_both(cell: Cell, contrast: Contrast, sides: tuple[str, str], section: str, said: Said) -> None:
    """Read a sentence that names both sides: cut in two where that is safe, else whole, else as a lead."""
    spans = cut(cell.text, contrast, sides)
    label = label_of(cell.text)
    if spans:
        first, second = (_part(cell, start, end) for start, end in spans)
        said.pairs.append(Pair(first=first, second=second, kind="split", section=section, label=label))
        return
    disputed = bool(_DISPUTED.search(cell.text))
    if leans(cell.text) or len(cell.text.split()) > MAX_WHOLE or cell.text.endswith(("?", ":")):
        return
    only = {item.term for item in named(cell.text, contrast)} == set(sides)
    if only and not disputed and draws_line(cell.text, contrast):
        said.leads.append(cell)
    elif disputed or (sets_apart(cell.text, contrast, sides) and not is_about_itself(cell.text)):
        said.pairs.append(
            Pair(first=cell, second=cell, kind="whole", section=section, label=label, disputed=disputed)
        )


def _read_row(cell: Cell, contrast: Contrast, sides: tuple[str, str], section: str, said: Said) -> None:
    """Read a table row: "Skills: | BPO: basic | KPO: expert" is a pair, "Model: BPO | Cost: low" one side of several."""
    parts: list[tuple[str, str, int, int]] = []  # head, value, start, end
    at = 0
    for part in cell.text.split(" | "):
        head, colon, value = part.partition(": ")
        parts.append((head, value, at, at + len(part)) if colon else ("", part, at, at + len(part)))
        at += len(part) + len(" | ")
    heads = {_only(head, contrast): (start, end) for head, _, start, end in parts[1:]}
    if set(sides) <= set(heads):
        label = parts[0][1]
        first, second = (_part(cell, *heads[side]) for side in sides)
        if masked(first.text, contrast) != masked(second.text, contrast):
            said.pairs.append(Pair(first=first, second=second, kind="row", section=section, label=label))
        said.aspects[label] = f"{said.aspects.get(label, label)}. {first.text}. {second.text}"
    elif (side := _only(parts[0][1], contrast)) in sides:
        own: dict[str, Cell] = {}
        for head, value, _, end in parts[1:]:
            if head:
                said.aspects[head] = f"{said.aspects.get(head, head)}. {value}"
                own[head] = _part(cell, end - len(value), end)
        said.rows.setdefault((section, *own), {}).setdefault(str(side), own)


def _pair_rows(sides: tuple[str, str], said: Said) -> None:
    """Pair the cells below each head of a table that has a row for each side."""
    for (section, *heads), by_side in said.rows.items():
        if set(sides) <= set(by_side):
            for head in heads:
                first, second = (by_side[side][head] for side in sides)
                if first.text.lower() != second.text.lower():
                    said.pairs.append(
                        Pair(first=first, second=second, kind="row", section=section, label=head)
                    )


def _only(text: str, contrast: Contrast) -> str | None:
    """Return the subject that a short text names and little else."""
    found = named(text, contrast)
    if len({item.term for item in found}) != 1 or len(text.split()) > 4:
        return None
    return found[0].term


def _part(cell: Cell, start: int, end: int) -> Cell:
    text = cell.text[start:end]
    return Cell(
        position=cell.position, start=cell.start + start, end=cell.start + start + len(text), text=text
    )
