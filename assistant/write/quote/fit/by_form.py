"""Find what a question asks for by its form alone: a numbered place, whose task it is, a checklist's open tasks, a field."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.core.types import Block, Document, Evidence, Passage
from assistant.index.search import passage_at
from assistant.index.store import Store
from assistant.text.disclaimers.boxes import boxes_in
from assistant.text.places import asked_place, asks_about_place, asks_which_place
from assistant.text.terms import content_stems, stems
from assistant.write.quote.choose import Choice
from assistant.write.quote.fit.fields import field_asked
from assistant.write.quote.fit.leads import block_at, lead_of
from assistant.write.quote.fit.place import SCORE, at_place, numbered, place_about

MAX_TASKS = 20
_ASKS = re.compile(r"(?:which|what|list|show|name|give)\b", re.I)
_THINGS = re.compile(
    r"\b(?:tasks?|items?|boxes|options?|points?|steps?|things?|to[- ]?dos?|work|check ?list|is|are|was|were|has|have)\b",
    re.I,
)
_OPEN = re.compile(
    r"\b(?:open|outstanding|pending|missing|left|remain\w*|undone|unfinished|incomplete|un(?:ticked|checked)|to do|to be done|"
    r"not (?:yet )?(?:been )?(?:done|finished|completed?|ticked|checked|selected|chosen))\b",
    re.I,
)
_DONE = re.compile(r"\b(?:done|finished|completed?|ticked|checked|selected|chosen|marked)\b", re.I)
MAX_OF_ONE = 4  # shown
MAX_WORDS = 25  # of a line that is a task
_ASKS_WHOSE = re.compile(
    r"(?:who(?:'s|’s| is| was| are)? (?:responsible for|in charge of|assigned (?:to|for)?|taking care of|looking after|doing|"
    r"handling|dealing with|seeing to|to do|the owner of|on)|"
    r"who (?:does|do|handles|takes care of|deals with|looks after|takes|owns|sees to|will do|will take care of|has to do)|"
    r"whose (?:job|task|duty) is(?: it to)?)\s+(?P<task>[^?]+)",
    re.I,
)
_HEADS_TASKS = re.compile(
    r"\b(?:actions?|action items?|open (?:points?|items?|questions?)|to[- ]?dos?|tasks?|next steps?|duties|responsib\w+|assignments?|"
    r"follow[- ]ups?|who does what|jobs?|rota|roster)\b",
    re.I,
)
_WORD = r"(?:[A-Z][\w'’-]+|[A-Z]\.)"
_NAME = rf"@?{_WORD}(?: {_WORD}){{0,2}}(?:(?:,| and| &|/| \+)\s*@?{_WORD}(?: {_WORD}){{0,2}}){{0,3}}"
_NAMED = (
    re.compile(rf"\((?P<name>{_NAME})(?:[,;:]? [^()]*)?\)"),
    re.compile(rf"(?:[-–—→:>]|->|=>)\s*(?P<name>{_NAME})(?:[,;] [^:]*|,? (?:by|until|till|before) .*| \(.*\))?\.?$"),
    re.compile(rf"^(?:\W*\s)?(?P<name>{_NAME})(?::|\s[-–—→]|\s(?:to|will|does|takes)\s)"),
    re.compile(r"(?P<name>@[\w.-]+)"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ByForm:
    """What was found by the form of a question, or in words what is not there."""

    choice: Choice | None = None
    lacking: str | None = None


def by_form(store: Store, question: str, passages: Sequence[Passage]) -> ByForm | None:
    """Return what stands where a question points by its form; None where its words have to be searched for."""
    asked = asked_place(question)
    if asked is not None:
        items = at_place(store, question, asked, passages)
        if items:
            return ByForm(choice=Choice(evidence=tuple(items), wanted=len(items)))
        told = any(asked.words.casefold() in passage.text.casefold() for passage in passages)
        if asks_about_place(question) and not told and numbered(store, passages, asked):
            return ByForm(lacking=f"The articles found have no {asked.words}.")
    if asks_which_place(question) and (items := place_about(store, question, passages)):
        return ByForm(choice=Choice(evidence=tuple(items), wanted=len(items)))
    if given := assigned(store, question, passages):
        return ByForm(choice=Choice(evidence=tuple(given), wanted=len(given)))
    if tasks := _tasks(store, question, passages):
        return ByForm(choice=Choice(evidence=tuple(tasks), wanted=len(tasks), listed=True))
    field = field_asked(store, question, passages)
    return ByForm(choice=Choice(evidence=(field,), wanted=1)) if field else None


def _tasks(store: Store, question: str, passages: Sequence[Passage]) -> list[Evidence]:
    """Return the ticked or the empty boxes of the likeliest checklist, where those are asked for."""
    wants_open = bool(_OPEN.search(question))
    if not (
        _ASKS.match(question.strip()) and _THINGS.search(question) and (wants_open or _DONE.search(question))
    ):
        return []
    asked = _DONE.sub(" ", _THINGS.sub(" ", _OPEN.sub(" ", question)))
    rest = content_stems(asked)
    best: list[Evidence] = []
    most, lists = -1, 0
    for doc_id in dict.fromkeys(passage.doc_id for passage in passages):
        document = store.document(doc_id)
        items = _boxed(store, document, ticked=not wants_open)
        shared = len(rest & stems(f"{document.title} {document.text[:2000]}"))
        lists += bool(items)
        if items and shared > most:
            best, most = _narrowed(items, document, rest - stems(document.title)), shared
    return best if most > 0 or not rest or lists == 1 else []


def _narrowed(items: list[Evidence], document: Document, rest: set[str]) -> list[Evidence]:
    """Keep the boxes whose heading, lead-in or words have one of the words of a question that their title has not."""
    near = []
    for item in items:
        at = block_at(document.blocks, item.start)
        lead = lead_of(document, at) if at is not None else None
        over = document.blocks[lead] if lead is not None else None
        words = document.text[over.start : over.end] if over else ""
        if rest & stems(f"{item.passage.section} {words} {item.text}"):
            near.append(item)
    return near or items


def _boxed(store: Store, document: Document, *, ticked: bool) -> list[Evidence]:
    """Return the lines of a document with one box each, those that are ticked or those that are not."""
    found = []
    for block in document.blocks:
        words = document.text[block.start : block.end]
        boxes = boxes_in(words) if block.kind != "code" else None
        if boxes is not None and boxes.single and boxes.ticked == ticked:
            passage = passage_at(store, document.doc_id, block.start, SCORE)
            found.append(Evidence(passage=passage, start=block.start, end=block.end, text=words, score=SCORE))
    return found[:MAX_TASKS]


def assigned(store: Store, question: str, passages: Sequence[Passage]) -> list[Evidence]:
    """Return the lines of lists of tasks that give somebody the task a question asks whose it is; empty where none does."""
    asked = _ASKS_WHOSE.match(question.strip())
    wanted = content_stems(asked["task"]) if asked else set()
    if not wanted:
        return []
    found = []
    for doc_id in dict.fromkeys(passage.doc_id for passage in passages):
        document = store.document(doc_id)
        for block in _entries(document):
            words = document.text[block.start : block.end]
            if _gives(words, wanted):
                passage = passage_at(store, doc_id, block.start, SCORE)
                found.append(
                    Evidence(passage=passage, start=block.start, end=block.end, text=words, score=SCORE)
                )
    return found[:MAX_OF_ONE]


def _entries(document: Document) -> Iterator[Block]:
    """Yield the entries of lists that stand under a heading or a line which says they are tasks."""
    for at, block in enumerate(document.blocks):
        if block.kind != "item":
            continue
        lead = lead_of(document, at)
        own = document.blocks[lead] if lead is not None else None
        over = document.text[own.start : own.end] if own else ""
        if _HEADS_TASKS.search(f"{over} {block.section[-1] if block.section else ''}"):
            yield block


def _gives(words: str, wanted: set[str]) -> bool:
    """Tell whether a line names somebody beside a task that has all the words wanted."""
    if len(words.split()) > MAX_WORDS:
        return False
    for pattern in _NAMED:
        for named in pattern.finditer(words):
            rest = f"{words[: named.start('name')]} {words[named.end('name') :]}"
            if wanted <= stems(rest):
                return True
    return False
