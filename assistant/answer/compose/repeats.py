"""Tell what says the same: a sentence that another one has said already, and parts of a question that the same sentences answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.core.types import Evidence
from assistant.models.embedder.embedder import Embedder
from assistant.question.names import asking, names_of_contrast
from assistant.text.terms import stems, tokens
from assistant.write.quote.choose import Choice
from assistant.write.quote.fit.figures import denies, figures, says_otherwise

ALIKE = 0.85  # cosine from which two sentences about the same subjects and numbers say the same
HELD = 0.85  # share of a sentence's words held by those before it, from which it adds nothing
_COMPLETED = re.compile(r" \([^()]*\)\?$")  # words of another part, which a part was searched with


def held(text: str, shown: Sequence[str]) -> bool:
    """Tell whether the shown sentences together hold nearly every word of a sentence."""
    words = stems(text)
    known = {word for other in tokens(list(shown)) for word in other} if shown else set()
    if not words or len(words & known) / len(words) < HELD:
        return False
    return figures(text) <= frozenset().union(*map(figures, shown)) and any(
        denies(text) == denies(other) for other in shown
    )


def alike(embedder: Embedder, text: str, shown: Sequence[str]) -> bool:
    """Tell whether a shown sentence means the same, as far as embeddings can tell, of the same subjects and numbers."""
    own = _facts(text) if shown else None
    rivals = [other for other in shown if _facts(other) == own and not says_otherwise(text, other)]
    if not rivals:
        return False
    vectors = embedder.encode([text, *rivals])
    return bool(np.max(vectors[1:] @ vectors[0]) >= ALIKE)


def _facts(text: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(names_of_contrast(text)), frozenset(re.findall(r"\d+(?:[.,]\d+)*", text))


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


def _covers(first: Choice, other: Choice) -> bool:
    """Tell whether one choice shows all that another one would, as surely; a "yes" belongs to its own question."""
    if first.says or other.says or first.lead != other.lead:
        return False
    shown = first.evidence[: first.wanted]
    return all(any(_holds(one, item) for one in shown) for item in other.evidence[: other.wanted])


def _holds(one: Evidence, other: Evidence) -> bool:
    """Tell whether evidence holds the words of other evidence."""
    return one.passage.doc_id == other.passage.doc_id and one.start <= other.start and other.end <= one.end
