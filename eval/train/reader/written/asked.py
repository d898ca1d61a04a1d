"""Make training examples for reading out of questions written by hand in everyday words, near misses among them.

`asked.jsonl.gz` holds the questions and the numbers of the sentences that answer; the passages are pieces of public sets
named by their place ("medquad:12:0-180" is of row 12 the characters 0 to 180), so that no text of theirs is shipped.
"""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.train.judge.data import pieces_of
from eval.train.reader.data import lines
from eval.train.reader.example import Reading, held_back, placed

ASKED = Path(__file__).with_name("asked.jsonl.gz")
REPORTED = 6  # one passage in so many takes no part, to measure on
ELSEWHERE = 0.3  # share of the answered questions that are also set beside another passage


def asked_readings(data: Path, rng: random.Random) -> list[Reading]:
    """Return the examples of the passages that take part, and some questions beside a passage that does not answer."""
    made = examples(data, reported=False)
    texts = sorted({item.text for item in made})
    away = [item for item in made if item.spans and rng.random() < ELSEWHERE]
    others = [
        Reading(question=item.question, text=rng.choice([text for text in texts if text != item.text]), spans=())
        for item in away
    ]  # fmt: skip
    return made + others


def examples(data: Path, *, reported: bool) -> list[Reading]:
    """Return one example a question, of the passages kept for reporting or of the others."""
    pieces = pieces_of(data, [ASKED])
    return [
        item
        for row in lines(ASKED)
        if held_back(row["id"], REPORTED) is reported
        for item in _of(row["questions"], pieces[row["id"]])
    ]


def _of(questions: Sequence[Mapping[str, object]], sentences: Sequence[str]) -> list[Reading]:
    """Return the examples of one passage, whose sentences are joined by a blank."""
    text, places = placed(sentences)
    assert [text[a:b] for a, b in places] == list(sentences)
    found = []
    for item in questions:
        numbers = item["a"]
        assert isinstance(numbers, list)
        spans = tuple(places[n - 1] for n in numbers)
        found.append(Reading(question=str(item["q"]), text=text, spans=spans, exact=False))
    return found
