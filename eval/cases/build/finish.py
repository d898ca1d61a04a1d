"""Choose among what was made, evenly over kinds and articles, and write it as cases."""

import hashlib
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from eval.cases.build.questions.misses import Miss
from eval.cases.build.settle import Settled
from eval.run.types import Case

Item = TypeVar("Item")
POLITE = (
    "Hello, could you please tell me: {}",
    "I have a quick question. {} Thank you!",
    "Good morning! {} Thanks in advance.",
    "Please help me with this one: {}",
)


def spread(
    items: Sequence[Item], count: int, rng: random.Random, place: Callable[[Item], tuple[str, str]]
) -> list[Item]:
    """Return `count` items, taken in turn from each kind and in each kind from each article; `place` tells both."""
    groups: dict[str, dict[str, list[Item]]] = {}
    for item in items:
        kind, doc_id = place(item)
        groups.setdefault(kind, {}).setdefault(doc_id, []).append(item)
    queues = [_in_turn(articles, rng) for _, articles in sorted(groups.items())]
    chosen: list[Item] = []
    while len(chosen) < count and any(queues):
        for queue in queues:
            if queue and len(chosen) < count:
                chosen.append(queue.pop(0))
    return sorted(chosen, key=items.index)


def _in_turn(articles: dict[str, list[Item]], rng: random.Random) -> list[Item]:
    for held in articles.values():
        rng.shuffle(held)
    order = sorted(articles)
    rng.shuffle(order)
    longest = max(len(held) for held in articles.values())
    return [articles[doc][turn] for turn in range(longest) for doc in order if turn < len(articles[doc])]


def answerable(item: Settled) -> Case:
    """Return an answerable case with its gold."""
    draft = item.draft
    return Case(
        id=_id(draft.kind, draft.question),
        question=draft.question,
        answerable=True,
        answers=draft.answers,
        key_facts=draft.key_facts,
        gold=tuple(
            replace(sentence.span, answer=str(number) if draft.every else "")
            for number, sentence in enumerate(item.gold, 1)
        ),
        gold_rule="all" if draft.every else "any",
        gold_docs=tuple(sorted({sentence.doc_id for sentence in item.gold})),
        kind=draft.kind,
        origin="generated",
    )


def careless(items: Sequence[Settled], count: int, rng: random.Random) -> list[Case]:
    """Return some of the cases asked carelessly, with the same gold."""
    made: list[Case] = []
    for item in rng.sample(list(items), len(items)):
        asked = item.draft.question
        ways = [mistyped(asked, rng), asked.lower().rstrip("?"), rng.choice(POLITE).format(asked)]
        changed = rng.choice([way for way in ways if way != asked])
        if len(made) < count:
            of = _id("perturbed", changed)
            made.append(replace(answerable(item), id=of, question=changed, kind="perturbed"))
    return made


def mistyped(question: str, rng: random.Random) -> str:
    """Exchange two letters inside one long word that is no name, where there is one."""
    spots = [
        at
        for word in re.finditer(r"(?<= )[a-z]{6,}\b", question)
        for at in range(word.start() + 1, word.end() - 2)
        if question[at] != question[at + 1]
    ]
    if not spots:
        return question
    at = rng.choice(spots)
    return f"{question[:at]}{question[at + 1]}{question[at]}{question[at + 2 :]}"


def unanswerable(miss: Miss) -> Case:
    """Return a case without an answer."""
    return Case(
        id=_id(miss.kind, miss.question), question=miss.question, answerable=False, kind=miss.kind,
        origin="generated",
    )  # fmt: skip


def _id(kind: str, question: str) -> str:
    return f"{kind}-{hashlib.sha256(question.encode()).hexdigest()[:10]}"
