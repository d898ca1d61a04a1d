"""Prefer what names the thing a question is about: "the paid break" is not in a sentence on pay at the end."""

import re
from collections.abc import Sequence

from assistant.core.types import Passage
from assistant.text.terms import stems, tokens
from assistant.write.quote.wording.placed import Item, Placed

NEAR = 160  # characters behind a sentence that names the thing in which "it" may still speak of it
_ABOUT = re.compile(
    r"(?:how (?:long|much|many|often|old|far|high|large|big|deep|wide|tall|heavy)|what|when|where) (?:is|are|was|were) "
    r"(?:(?:the|our|my|your|their|its|an?|each|every)\s+)?(?P<thing>[^?]+?)(?= (?:of|for|in|on|at|from|with|to|by|under|per)\b|[?. ]*$)",
    re.I,
)


def of_the_thing(question: str, found: Sequence[Item]) -> list[Item]:
    """Return what is left without sentences that share no word with the thing asked about, in order.

    That is a name of two words or more which another sentence has as it stands; what follows close behind that one stays.
    """
    asked = _ABOUT.match(question)
    thing = asked["thing"] if asked else ""
    wanted = tokens([thing])[0]
    if len(wanted) < 2:
        return list(found)
    words = r"\s+".join(map(re.escape, thing.split()))
    whole = re.compile(rf"\b{words}\b", re.I)
    named = [item for item in found if whole.search(item.text)]
    if not named:
        return list(found)
    return [
        item for item in found
        if set(wanted) & stems(f"{item.text} {_over(item.passage)}") or _follows(item, named)
    ]  # fmt: skip


def _follows(item: Placed, named: Sequence[Placed]) -> bool:
    """Tell whether a sentence stands close behind one that names the thing."""
    return any(
        item.passage.doc_id == one.passage.doc_id and 0 <= item.start - one.start - len(one.text) <= NEAR
        for one in named
    )


def _over(passage: Passage) -> str:
    return f"{passage.title} {passage.section}"
