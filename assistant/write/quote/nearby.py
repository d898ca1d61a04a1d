"""Look for an answer where another part of the same question is answered: there, or right behind.

The second of two questions often leans on the first ("..., and what comes next?"), and then says too little to be
searched by itself. How likely a sentence there answers it is for the judge to say, not for the question's words.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.core.types import Evidence
from assistant.index.store import Store
from assistant.models.judge.judge import LateJudge
from assistant.models.reader.reader import Reader
from assistant.write.quote.choose import overlap
from assistant.write.quote.evidence import candidates, embed
from assistant.write.quote.fit.fitting import fitting
from assistant.write.quote.probability import as_judged, heard, read, sigmoid

BEFORE, BEHIND = 1, 2  # sentences around one that answers another part
PLACES = 4  # sentences that answer another part, around which is looked
ASKED = 2  # sentences the judge is asked about: the likeliest, and the one right behind an answer
Place = tuple[str, int]  # a document, and a sentence's first character in it
FAIR = 0.1  # chance from which one of them is worth weighing against what was found elsewhere


def nearby(
    store: Store, question: str, vector: Sequence[float], answers: Sequence[Evidence],
    reader: Reader | None, judge: LateJudge | None,
) -> list[Evidence]:  # fmt: skip
    """Return the sentences at or around those that answer another part which may answer this one too, best first.

    The score is the chance that they do, and that the other part is answered there at all: the score of `answers`.
    Without the judge's weights there are none.
    """
    around, sure = _around(answers[:PLACES])
    found = fitting(question, around, store.document)
    if judge is None or not found:
        return []
    if reader is not None:
        embedded = embed(store, question, vector, found)
        odds = read(reader, store, question, embedded, found, np.zeros(len(found)))
        found = [found[at] for at in np.argsort(-heard(odds), kind="stable")]
    likeliest = _likeliest(found, answers[0])
    said = judge.answers(question, [as_judged(item) for item in likeliest])
    chances = sigmoid(np.array(said)) if said is not None else ()
    fair = [(item, float(chance)) for item, chance in zip(likeliest, chances, strict=False) if chance >= FAIR]
    near = [replace(item, score=round(chance * sure[_place(item)], 4)) for item, chance in fair]
    return sorted(near, key=lambda item: -item.score)


def joined_with(evidence: Sequence[Evidence], near: Sequence[Evidence]) -> list[Evidence]:
    """Return evidence with what stands nearby among it, best first, each sentence once with its better score."""
    if not near:
        return list(evidence)
    best: list[Evidence] = []
    for item in sorted([*evidence, *near], key=lambda item: -item.score):
        if not any(overlap(item, one) for one in best):
            best.append(item)
    return best


def _around(answers: Sequence[Evidence]) -> tuple[list[Evidence], dict[Place, float]]:
    """Return the sentences of prose at and around some, each once, and the best score of those for each place."""
    found: dict[Place, Evidence] = {}
    sure: dict[Place, float] = {}
    for answer in answers:
        told = [item for item in candidates([answer.passage]) if " | " not in item.text]
        own = [n for n, item in enumerate(told) if item.start < answer.end and answer.start < item.end]
        for item in told[max(own[0] - BEFORE, 0) : own[-1] + BEHIND + 1] if own else ():
            found.setdefault(_place(item), item)
            sure[_place(item)] = max(answer.score, sure.get(_place(item), 0.0))
    return list(found.values()), sure


def _likeliest(found: Sequence[Evidence], answer: Evidence) -> list[Evidence]:
    """Return the first of some sentences, and the one right behind an answer, where it is another; else the second."""
    same = [item for item in found if item.passage.doc_id == answer.passage.doc_id]
    behind = [item for item in same if item.start >= answer.end]
    after = min(behind, key=lambda item: item.start, default=found[0])
    return [found[0], *([after] if after is not found[0] else found[1:])][:ASKED]


def _place(item: Evidence) -> Place:
    return item.passage.doc_id, item.start
