"""Make training examples for reading out of everyday documents and questions that were written for it.

`hand.jsonl.gz` holds documents as people have them (policies, contracts, minutes, manuals, reports), in sections of
sentences, with questions in their users' words, two in five of which the document does not answer. Those marked
"other_words" share hardly a word with it; a third of them have no answer. Those marked "fragment" are questions of
the same document again, as they are typed in haste.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.index.lookup.lexical import LexicalIndex
from assistant.models.reader.reader import heading
from eval.train.reader.data import lines
from eval.train.reader.example import Reading, Span, held_back, placed

HAND = Path(__file__).with_name("hand.jsonl.gz")
REPORTED = 6  # one document in so many takes no part, to measure on
SIBLINGS = 3  # other sections each question is set beside, the likeliest by their words


def hand_readings(rng: random.Random, *, marked: Collection[str] = ()) -> list[Reading]:
    """Return the examples of the documents that take part, each also beside sections that do not answer.

    With `marked` only the questions with one of these marks.
    """
    rows = [row for row in lines(HAND) if not kept_for_reporting(row)]
    if marked:
        rows = [
            row | {"questions": [item for item in row["questions"] if any(item.get(mark) for mark in marked)]}
            for row in rows
        ]
    return [item if rng.random() < 0.8 else replace(item, head="") for item in examples(rows)]


def kept_for_reporting(row: dict[str, Any]) -> bool:
    """Tell whether a document belongs to those kept out of training."""
    return held_back(str(row["id"]), REPORTED)


def examples(documents: Sequence[dict[str, Any]]) -> list[Reading]:
    """Return each question with the section it is about, and with the nearest others."""
    sections = [_section(row, section) for row in documents for section in row["sections"]]
    index = LexicalIndex.build([f"{head} {text}" for head, text, _ in sections])
    found, first = [], 0
    for row in documents:
        for item in row["questions"]:
            own = first + int(item["s"]) - 1
            head, text, places = sections[own]
            spans = tuple(places[int(n) - 1] for n in item["a"])
            found.append(Reading(question=item["q"], text=text, spans=spans, exact=False, head=head))
            near = [at for at, _ in index.search(item["q"], SIBLINGS + 1) if at != own][:SIBLINGS]
            found += [
                Reading(question=item["q"], text=sections[at][1], spans=(), exact=False, head=sections[at][0])
                for at in near
            ]
        first += len(row["sections"])
    return found


def as_stored(sentence: str) -> str:
    """Return a sentence, or a row of a table ("Head: cell | Head: cell") without its empty cells."""
    return " | ".join(cell for cell in sentence.split(" | ") if not cell.endswith(": –"))


def _section(row: dict[str, Any], section: dict[str, Any]) -> tuple[str, str, list[Span]]:
    """Return heading, text and the place of each sentence; rows of a table have a line each."""
    between = "\n\n" if any(" | " in sentence for sentence in section["sentences"]) else " "
    text, places = placed([as_stored(sentence) for sentence in section["sentences"]], between)
    return heading(row["title"], section["heading"]), text, places
