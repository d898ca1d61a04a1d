"""Answer by quotation: show the words of the articles, as they were chosen."""

from collections.abc import Iterator
from itertools import islice

from assistant.answer.turn import Turn
from assistant.core.types import ClaimShown
from assistant.index.store import Store
from assistant.write.quote.choose import Choice
from assistant.write.quote.topic.contents import holdings, openings

OPENINGS = 8  # articles quoted; all are named


def introduce(store: Store, turn: Turn) -> Iterator[ClaimShown]:
    """Say what the corpus holds, in the opening words of its articles."""
    turn.notices.append(holdings(sorted(entry.title for entry in store.manifest.documents.values())))
    turn.confidence = 1.0
    evidence = tuple(islice(openings(store), OPENINGS))
    turn.found.append((turn.question, Choice(evidence=evidence, wanted=OPENINGS, listed=True)))
    for item in evidence:
        yield from turn.show(turn.answer.quote(item, item=True))
