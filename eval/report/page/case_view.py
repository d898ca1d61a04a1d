"""Gather what a report shows of one case: the answer with its judges beside the evidence and what was marked as right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.core.types import Answer, Citation, Claim, Passage
from assistant.core.types import Row as TableRow
from eval.cases.gold import cites_any, says
from eval.metrics.answers import shown
from eval.metrics.citations import hits
from eval.report.figures import seconds
from eval.report.outcome import Outcome, happened, outcome
from eval.run.types import Case, Label, Opinion, Ranked, Row, Span

AROUND = 240  # characters of the passage shown on each side of a quote
RANKS = 10  # retrieved documents shown where only retrieval was asked for
NEAREST = 3  # passages shown for a declined answer
CUT = 420  # characters shown of each of them


@dataclass(frozen=True, kw_only=True)
class Say:
    """What one judge, or a person, says of a claim."""

    who: str
    verdict: str
    score: str  # "0.98"; "" for a person
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimView:
    """A shown sentence and what is said of it."""

    claim: Claim
    says: tuple[Say, ...]


@dataclass(frozen=True, kw_only=True)
class CitationView:
    """A citation within its passage; `marked` is None where the case has nothing marked."""

    citation: Citation
    before: str
    after: str
    marked: bool | None


@dataclass(frozen=True, kw_only=True)
class RowView:
    """One row of a comparison: for each side its claims; one cell where both sides share them."""

    aspect: str
    cells: tuple[tuple[ClaimView, ...], ...]
    shared: bool


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """One case as the page shows it."""

    at: int  # position in the run, from 1
    case: Case
    answer: Answer | None
    became: Outcome
    happened: str
    claims: tuple[ClaimView, ...]  # outside the table
    table: tuple[RowView, ...]
    citations: tuple[CitationView, ...]
    gold: tuple[tuple[Span, bool], ...]  # words marked as right, and whether a citation touches them
    facts: tuple[tuple[str, bool], ...]  # a fact and whether the answer holds it
    nearest: tuple[tuple[Passage, str], ...]
    ranked: str
    ranking: tuple[tuple[str, bool], ...]  # documents and whether marked, where only retrieval was asked for
    times: str


class Views:
    """Makes views of the rows of one run."""

    def __init__(self, opinions: Sequence[Opinion], labels: Sequence[Label]) -> None:
        self._opinions: dict[tuple[str, int], list[Opinion]] = {}
        for item in opinions:
            self._opinions.setdefault((item.case_id, item.claim), []).append(item)
        self._labels = {(item.case_id, item.claim): item for item in labels}

    def view(self, at: int, row: Row) -> CaseView:
        """Return the view of a row."""
        answer, case = row.answer, row.case
        claims = [self._claim(row, n) for n in range(len(answer.claims))] if answer else []
        rows = answer.table.rows if answer and answer.table else ()
        inside = {n for item in rows for cell in item.cells for n in cell}
        declined = answer is not None and not answer.claims
        return CaseView(
            at=at,
            case=case,
            answer=answer,
            became=outcome(row),
            happened=happened(row),
            claims=tuple(item for n, item in enumerate(claims) if n not in inside),
            table=tuple(_row(item, claims) for item in rows),
            citations=tuple(citation_view(item, case, answer.passages) for item in answer.citations)
            if answer
            else (),
            gold=tuple(
                (item, answer is not None and cites_any(answer.citations, [item])) for item in case.gold
            ),
            facts=tuple(
                (fact[0], says(shown(answer) if answer else "", fact)) for fact in case.key_facts if fact
            ),
            nearest=tuple((item, cut(item.text, CUT)) for item in answer.passages[:NEAREST])
            if answer and declined
            else (),
            ranked=ranked_words(row),
            ranking=tuple((item.doc_id, _is_marked(row, item)) for item in row.ranking[:RANKS])
            if answer is None
            else (),
            times=times_words(answer.timings_s) if answer else "",
        )

    def _claim(self, row: Row, n: int) -> ClaimView:
        assert row.answer is not None
        claim = row.answer.claims[n]
        key = (row.case.id, n)
        said = [
            Say(who=item.judge, verdict=item.verdict, score=f"{item.score:.2f}")
            for item in self._opinions.get(key, ())
            if sorted(item.citations) == sorted(claim.citations)
        ]
        if claim.verdict != "supported":
            said.insert(0, Say(who="check", verdict=claim.verdict, score=f"{claim.score:.2f}"))
        if label := self._labels.get(key):
            said.append(Say(who="person", verdict=label.verdict, score="", note=label.note))
        return ClaimView(claim=claim, says=tuple(said))


def _row(row: TableRow, claims: Sequence[ClaimView]) -> RowView:
    cells = tuple(tuple(claims[n] for n in cell) for cell in row.cells)
    shared = len(cells) > 1 and bool(cells[0]) and len(set(row.cells)) == 1
    return RowView(aspect=row.aspect, cells=cells[:1] if shared else cells, shared=shared)


def citation_view(citation: Citation, case: Case, passages: Sequence[Passage]) -> CitationView:
    """Return a citation with the words round it, as far as a passage of the answer holds them."""
    before = after = ""
    for item in passages:
        if item.doc_id == citation.doc_id and item.start <= citation.start and citation.end <= item.end:
            before = item.text[: citation.start - item.start]
            after = item.text[citation.end - item.start :]
            break
    marked = hits(case, citation) if case.gold or case.gold_docs else None
    return CitationView(citation=citation, before=_tail(before), after=cut(after, AROUND), marked=marked)


def cut(text: str, length: int) -> str:
    """Return the beginning of a text, cut between words, with "…" where more follows."""
    if len(text) <= length:
        return text
    kept = text[:length]
    if not text[length].isspace() and " " in kept.strip():
        kept = kept.rsplit(None, 1)[0]
    return kept.rstrip() + " …"


def _tail(text: str) -> str:
    if len(text) <= AROUND:
        return text
    kept = text[-AROUND:]
    if not text[-AROUND - 1].isspace() and " " in kept.strip():
        kept = kept.split(None, 1)[1]
    return "… " + kept.lstrip()


def ranked_words(row: Row) -> str:
    """Say where the marked chunks or documents stand among those retrieved: "marked ones at 1 and 4 of 10"."""
    if not row.ranking or not row.relevant:
        return ""
    of = "documents" if row.by_document else "passages"
    at = [str(place) for place, item in enumerate(row.ranking, 1) if _is_marked(row, item)]
    if not at:
        return f"None of the marked {of} among the {len(row.ranking)} retrieved."
    places = at[0] if len(at) == 1 else f"{', '.join(at[:-1])} and {at[-1]}"
    return f"Marked {of} retrieved at rank {places} of {len(row.ranking)}."


def _is_marked(row: Row, item: Ranked) -> bool:
    return row.relevant.get(item.doc_id if row.by_document else item.chunk_id, 0) > 0


def times_words(timings: Mapping[str, float]) -> str:
    """Return the times in words: "first sentence 0.18 s, total 0.20 s"."""
    return ", ".join(f"{name.replace('_', ' ')} {seconds(value)} s" for name, value in timings.items())
