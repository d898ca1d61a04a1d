"""Choose what to show for a question: which evidence, in which order, how much of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.core.types import Evidence, Says
from assistant.text.lexicon.contrasts import terms_in
from assistant.text.terms import stems
from assistant.write.quote.evidence import close_to_best, gives_wanted
from assistant.write.quote.fit.amounts import held, holds_amount
from assistant.write.quote.fit.figures import years_around
from assistant.write.quote.topic.definition import SURE
from assistant.write.quote.topic.section import Section, within

_LIST = re.compile(
    r"\b(?:list|types|kinds|forms|examples|ways|reasons|challenges|risks|advantages|disadvantages|pros|cons|benefits|drawbacks|"
    r"problems|steps|factors|measures|features|criteria|options|services|causes|parts|elements|duties|"
    r"(?:what|which) are the \w+)\b",
    re.I,
)
_MANY = re.compile(
    r"\b(?:differ|differs|difference|differences|compare|compared|versus|vs|what are|which are|disagree|estimates?|"
    r"how (?:big|large|high|much|many|long))\b",
    re.I,
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_ONE = re.compile(r"\b(?:stand|stands|short|abbreviation|acronym) (?:for|of)\b", re.I)
MAY_ANSWER = "This may answer it:"
FAIR = 0.2  # twice the score from which a sentence is quoted beside a section that answers
PERHAPS = 4  # sentences shown at most that only may answer
NEAR = 4  # how much likelier than another of them the best may be: of those further off one in 15 was right
ROW_SURE = 0.8  # score from which a row answers and does not only may
SENTENCES, LIST_ITEMS = 4, 15  # shown at most for a question that wants several; items of one list


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Evidence in the order it is to be shown, how many of it, and whether it is a list."""

    evidence: tuple[Evidence, ...]
    wanted: int
    listed: bool = False
    says: Says | None = None  # what the first of it says to a yes-or-no question
    lead: str = ""  # words of the product's own before the first of it
    left: int = 0  # items of its list that are not shown

    def led_by(self, first: Evidence, says: Says) -> "Choice":
        """Return the same choice with the evidence first that says yes or no."""
        rest = [item for item in self.evidence if item != first]
        return replace(self, evidence=(first, *rest), says=says)


def choose(
    question: str, evidence: Sequence[Evidence], sections: Sequence[Section], floor: float
) -> Choice | None:
    """Return what is worth showing, or None where nothing reaches the floor.

    The best sentence comes first. Where a section is about the question, the rest of that section follows in its own
    order; then what other places say. Left out are table rows, which are no sentences, and what speaks only of
    another side than the question.
    """
    evidence, sections = _of_the_year(question, evidence, sections)
    evidence = [item for item in _of_its_sides(question, evidence) if gives_wanted(question, item)]
    prose = [item for item in evidence if not _is_row(item)]
    listed = bool(_LIST.search(question))
    section = sections[0] if sections else None
    if section is not None and prose:  # it answers: what other places say may be less sure by itself
        floor = FAIR
    relevant = close_to_best(prose, floor)
    if section is None:
        wanted = _wanted(question, listed)
        return Choice(evidence=tuple(relevant), wanted=wanted, listed=listed) if relevant else None
    if section.led and listed:
        return Choice(evidence=section.items[:LIST_ITEMS], wanted=len(section.items), listed=True)
    inside = [item for item in prose if within(item, section)]
    surest = [item for item in prose[:1] if item.score >= SURE]  # a definition, wherever it stands
    best = max([*surest, *inside], key=lambda item: item.score, default=None)
    first = section.items[:1] if listed or best is None or best.score < floor / 2 else (best,)
    chosen = list(first)
    for item in (*section.items, *relevant):
        if not any(overlap(item, one) for one in chosen):
            chosen.append(item)
    is_list = listed and len(section.items) > 1
    wanted = min(len(section.items) + 2, LIST_ITEMS) if is_list else max(_wanted(question, listed), 3)
    if _ONE.search(question):
        wanted = 1
    left = len(section.items) - wanted if is_list else 0
    return Choice(evidence=tuple(chosen), wanted=wanted, listed=listed, left=max(0, left))


def perhaps(question: str, evidence: Sequence[Evidence]) -> Choice | None:
    """Return the best sentences under a line that says they may answer, None where there is nothing to show.

    Those far less likely than the best are left out; a line whose label the question names goes first: "Amber: ...".
    """
    kept = _of_its_sides(question, evidence)
    fit = [item for item in kept if gives_wanted(question, item)] or kept
    close = close_to_best(fit, 0.0, NEAR)
    close.sort(key=lambda item: not _labelled(question, item.text))
    return Choice(evidence=tuple(close), wanted=PERHAPS, lead=MAY_ANSWER) if close else None


def _labelled(question: str, text: str) -> bool:
    """Tell whether a line begins with a label of one to three words that the question names."""
    match = re.match(r"(?:\w+[ -]?){1,3}(?=:)", text)
    label = stems(match[0]) if match else set()
    return bool(label) and label <= stems(question)


def in_doubt(question: str, choice: Choice, rows: Sequence[Evidence]) -> bool:
    """Tell whether what was chosen only may answer: rows that share too little, no figure of the kind asked for, or another range."""
    if rows:
        told = [f"{item.table or ''} {item.text}" for item in rows]
        return rows[0].score < ROW_SURE or not any(holds_amount(question, text) for text in told)
    shown = [item.text for item in choice.evidence[: max(2, choice.wanted)]]
    return not any(holds_amount(question, text) for text in shown) or held(question, shown).outside


def with_rows(choice: Choice | None, rows: Sequence[Evidence]) -> Choice:
    """Return rows of a table as what is shown; behind the list where one was asked for and found."""
    if choice is None or not choice.listed:
        return Choice(evidence=tuple(rows), wanted=len(rows), listed=len(rows) > 1)
    shown = choice.evidence[: choice.wanted]
    return replace(choice, evidence=(*shown, *rows), wanted=len(shown) + len(rows))


def _of_its_sides(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Leave out what names only other sides of a contrast than the question: BPO where KPO is asked for."""
    sides = terms_in(question)
    told = [zip(sides, terms_in(item.text), strict=True) for item in evidence]
    apart = [any(asked and own and not asked & own for asked, own in pairs) for pairs in told]
    return [item for item, other in zip(evidence, apart, strict=True) if not other]


def _of_the_year(
    question: str, evidence: Sequence[Evidence], sections: Sequence[Section]
) -> tuple[Sequence[Evidence], Sequence[Section]]:
    """Keep what speaks of the years the question names, where anything does."""
    kept = of_years(question, evidence)
    if not kept or not _YEAR.search(question):
        return evidence, sections
    narrowed = [replace(section, items=tuple(of_years(question, section.items))) for section in sections]
    return kept, [section for section in narrowed if section.items]


def for_years(question: str, choice: Choice) -> Choice:
    """Return a choice with what speaks of the years the question names alone, where anything does."""
    kept = tuple(of_years(question, choice.evidence))
    return replace(choice, evidence=kept, wanted=min(choice.wanted, len(kept))) if kept else choice


def of_years(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return what speaks of all years that the question names."""
    years = set(_YEAR.findall(question))
    return [item for item in evidence if years <= years_around(item)]


def _wanted(question: str, listed: bool) -> int:
    """Return how many sentences a question of this form is answered with."""
    return 1 if _ONE.search(question) else SENTENCES if listed or _MANY.search(question) else 2


def _is_row(item: Evidence) -> bool:
    return " | " in item.text


def overlap(one: Evidence, other: Evidence) -> bool:
    """Tell whether two pieces of evidence share words of the same place."""
    return one.passage.doc_id == other.passage.doc_id and one.start < other.end and other.start < one.end
