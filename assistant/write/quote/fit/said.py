"""Tell what the form of a document says to a yes-or-no question: a box, an answer under the same question, a list."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.core.types import Document, Evidence, Says
from assistant.text.disclaimers.boxes import Boxes, boxes_in
from assistant.text.disclaimers.lead_ins import kind_of
from assistant.text.terms import content_stems, stems
from assistant.write.quote.choose import Choice
from assistant.write.quote.fit.by_form import ByForm
from assistant.write.quote.fit.fitting import YES_NO
from assistant.write.quote.fit.leads import block_at, lead_of, question_of
from assistant.write.quote.fit.place import SCORE

COVERED = 0.99  # share of the question's words that have to stand there
SAME = 0.6  # share of the words of another question that this one has to have
_NOT = re.compile(r"\b(?:not|no|never|without|cannot|nobody|nothing|none)\b|n['’]t\b", re.I)
_DENIES = re.compile(
    r"\b(?:forbidden|prohibited|banned|excluded|unacceptable|disallowed|refused|avoid|exceptions?|exclusions)\b",
    re.I,
)
_ALLOWS = re.compile(
    r"\b(?:allowed|permitted|fine|ok|okay|accepted|acceptable|included|covered|welcome|available|offered|possible|eligible|"
    r"supported|required|needed|mandatory)\b",
    re.I,
)
_REPLY = re.compile(
    r"(?:A[.:]\s*|Answer:\s*)?(?P<word>yes|no|of course|certainly|never|sure)\b(?!\s+\w+\s+(?:but|except))",
    re.I,
)
_PRONOUN = re.compile(r"(?:it|they) ", re.I)
_HEDGED = re.compile(
    r"\b(?:but|unless|except|however|only|if|depends|sometimes|mostly|usually|partly)\b", re.I
)


def said(
    question: str, evidence: Sequence[Evidence], document: Callable[[str], Document]
) -> tuple[Says, Evidence] | None:
    """Return what the first piece of evidence that settles a yes-or-no question by its form says, and that piece."""
    if not YES_NO.match(question.strip()) or _NOT.search(question) or re.search(r"\bor\b", question):
        return None
    for item in evidence:
        source = document(item.passage.doc_id)
        says = (
            _by_box(question, item) or _by_reply(question, item, source) or _by_list(question, item, source)
        )
        if says:
            return says, item
    return None


def settled_by_form(
    question: str, evidence: Sequence[Evidence], document: Callable[[str], Document]
) -> ByForm | None:
    """Return the piece of evidence that settles a yes-or-no question by its form, as the whole answer; None where none does."""
    found = said(question, evidence, document)
    if found is None:
        return None
    return ByForm(choice=Choice(evidence=(replace(found[1], score=SCORE),), wanted=1, says=found[0]))


def _by_box(question: str, item: Evidence) -> Says | None:
    boxes = boxes_in(item.text)
    around = f"{item.passage.title} {item.passage.section}"
    if boxes is None or _NOT.search(boxes.lead):
        return None
    ticked = [item.text[option.start : option.end] for option in boxes.options if option.ticked]
    if boxes.single:
        words = item.text[boxes.options[0].start : boxes.options[0].end]
        if _NOT.search(words) or _share(question, f"{words} {boxes.lead}", around) < COVERED:
            return None
        return "yes" if boxes.options[0].ticked else "no"
    if len(ticked) == 1 and _yes_or_no(boxes, item.text) and _share(question, boxes.lead, around) >= COVERED:
        return "yes" if ticked[0].strip().lower().startswith("yes") else "no"
    if len(ticked) == 1 and _share(question, f"{boxes.lead} {ticked[0]}", around) >= COVERED:
        return "no" if _NOT.search(ticked[0]) else "yes"
    return None


def _yes_or_no(boxes: Boxes, text: str) -> bool:
    words = [text[option.start : option.end].lower() for option in boxes.options]
    return all(re.match(r"(?:yes|no|y|n)\b", word) for word in words)


def _by_reply(question: str, item: Evidence, document: Document) -> Says | None:
    """Read the answer under the same question; one with a condition says neither yes nor no."""
    asked = question_of(item, document)
    if asked is None or _NOT.search(asked):
        return None
    reply_text = item.text.removeprefix(asked).strip()
    reply = _REPLY.match(reply_text)
    around = f"{item.passage.title} {' '.join(item.passage.section.split(' > ')[:-1])}"
    if reply is None or _HEDGED.search(reply_text):
        return None
    if _share(question, asked, around) < COVERED or _share(asked, question, around) < SAME:
        return None
    return "no" if reply["word"].lower() in ("no", "never") else "yes"


def _by_list(question: str, item: Evidence, document: Document) -> Says | None:
    """Read a list under a line that allows or denies: "Not allowed:" above what is asked about."""
    for at in _items_of(item, document):
        block, lead = document.blocks[at], lead_of(document, at)
        over = block.section[-1] if block.section else ""
        told = (
            over if lead is None else document.text[document.blocks[lead].start : document.blocks[lead].end]
        )
        words = document.text[block.start : block.end]
        around = f"{item.passage.title} {item.passage.section}"
        says = _told_by(question, told, words, around) or _of_the_subject(question, told, words, around)
        if says:
            return says
    return None


def _of_the_subject(question: str, lead: str, words: str, around: str) -> Says | None:
    """Return yes where an item says what is asked of the thing its heading names: "It smells." below "Wood stove"."""
    taken_back = kind_of(lead, heading=False) or kind_of(lead, heading=True)
    if taken_back or not _PRONOUN.match(words) or _NOT.search(f"{lead} {words}") or _HEDGED.search(words):
        return None
    rest = content_stems(question) - stems(around)
    own = stems(words)
    return "yes" if rest and rest <= own and _share(question, words, around) >= COVERED else None


def _told_by(question: str, lead: str, words: str, around: str) -> Says | None:
    """Return what an item below a lead-in says: whether that allows or denies, against what is asked."""
    own = content_stems(words) & stems(question)
    allows, denies = bool(_ALLOWS.search(lead)), bool(_DENIES.search(lead))
    if not own or _NOT.search(words) or _HEDGED.search(words) or allows == denies:
        return None
    asked = _DENIES.sub(" ", _ALLOWS.sub(" ", question))
    if asked == question or _share(asked, f"{lead} {words}", around) < COVERED:
        return None
    wanted = _ALLOWS.search(question)
    if wanted and allows and wanted[0].lower() not in lead.lower():
        return None  # what is offered need not be required
    against = denies != bool(_NOT.search(lead))
    return "no" if against != bool(_DENIES.search(question)) else "yes"


def _items_of(item: Evidence, document: Document) -> list[int]:
    at = block_at(document.blocks, item.start)
    return [
        n
        for n, block in enumerate(document.blocks)
        if at is not None and n >= at and block.start < item.end and block.kind == "item"
    ]


def _share(question: str, words: str, around: str) -> float:
    """Return the share of a question's words that stand in some words or around them."""
    asked = content_stems(question)
    told = stems(f"{words} {around}")
    return len(asked & told) / len(asked) if asked else 0.0
