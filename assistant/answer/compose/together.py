"""Put parts of a question that the same sentences answer under one heading, so that none is told to look elsewhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.core.types import Evidence
from assistant.question.names import asking
from assistant.write.quote.choose import Choice

_COMPLETED = re.compile(r" \([^()]*\)\?$")  # words of another part, which a part was searched with


@dataclass(frozen=True, kw_only=True)
class Together:
    """What is shown for one part, or for several that it answers; the heading asks them all."""

    head: str
    choice: Choice


def together(found: Sequence[tuple[str, Choice]]) -> list[Together]:
    """Return what was found for the parts, those together that show no sentence besides an earlier one's."""
    groups: list[Together] = []
    for part, choice in found:
        at = next((at for at, group in enumerate(groups) if _covers(group.choice, choice)), None)
        if at is None:
            groups.append(Together(head=heading_of(part), choice=choice))
        else:
            groups[at] = replace(groups[at], head=f"{groups[at].head} {heading_of(part)}")
    return groups


def heading_of(part: str) -> str:
    """Return a part as a heading: without what is told before it, and without words it was only searched with."""
    asked = asking(part)
    head = _COMPLETED.sub("?", f"{asked[:1].upper()}{asked[1:]}")
    return head if head.endswith("?") else f"{head}:"


def _covers(one: Choice, other: Choice) -> bool:
    """Tell whether one choice shows all that another one would, as surely; a "yes" belongs to its own question."""
    if one.says or other.says or one.lead != other.lead:
        return False
    shown = one.evidence[: one.wanted]
    return all(any(_holds(held, item) for held in shown) for item in other.evidence[: other.wanted])


def _holds(one: Evidence, other: Evidence) -> bool:
    """Tell whether evidence holds the words of other evidence."""
    return one.passage.doc_id == other.passage.doc_id and one.start <= other.start and other.end <= one.end
