"""Find whose task a list of tasks says something is: "Insurance (Chi, until 1 May)", "Ben: order tents", "Ice - Ana"."""

import re
from collections.abc import Iterator, Sequence

from assistant.core.types import Block, Document, Evidence, Passage
from assistant.index.search import passage_at
from assistant.index.store import Store
from assistant.text.terms import content_stems, stems
from assistant.write.quote.fit.leads import lead_of
from assistant.write.quote.fit.place import SCORE

MAX_TASKS = 4  # shown
MAX_WORDS = 25  # of a line that is a task
_ASKS = re.compile(
    r"(?:who(?:'s|’s| is| was| are)? (?:responsible for|in charge of|assigned (?:to|for)?|taking care of|looking after|doing|"
    r"handling|dealing with|seeing to|to do|the owner of|on)|"
    r"who (?:does|do|handles|takes care of|deals with|looks after|takes|owns|sees to|will do|will take care of|has to do)|"
    r"whose (?:job|task|duty) is(?: it to)?)\s+(?P<task>[^?]+)",
    re.I,
)
_TASKS = re.compile(
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


def assigned(store: Store, question: str, passages: Sequence[Passage]) -> list[Evidence]:
    """Return the lines of lists of tasks that give somebody the task a question asks whose it is; empty where none does."""
    asked = _ASKS.match(question.strip())
    wanted = content_stems(asked["task"]) if asked else set()
    if not wanted:
        return []
    found = []
    for doc_id in dict.fromkeys(passage.doc_id for passage in passages):
        document = store.document(doc_id)
        for block in _tasks(document):
            words = document.text[block.start : block.end]
            if _gives(words, wanted):
                passage = passage_at(store, doc_id, block.start, SCORE)
                found.append(
                    Evidence(passage=passage, start=block.start, end=block.end, text=words, score=SCORE)
                )
    return found[:MAX_TASKS]


def _tasks(document: Document) -> Iterator[Block]:
    """Yield the entries of lists that stand under a heading or a line which says they are tasks."""
    for at, block in enumerate(document.blocks):
        if block.kind != "item":
            continue
        lead = lead_of(document, at)
        own = document.blocks[lead] if lead is not None else None
        over = document.text[own.start : own.end] if own else ""
        if _TASKS.search(f"{over} {block.section[-1] if block.section else ''}"):
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
