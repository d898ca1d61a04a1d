"""Make the judge's examples of questions put to a sentence: does it answer them?

A row is one sentence below its headings and what stands before it, and up to ten questions: those it answers, those
that another sentence of the text answers, and near misses that nothing does, each beside the sentence nearest in words.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.models.judge.encode import marked
from assistant.models.reader.tokens import stems
from assistant.text.sentences import sentence_spans
from eval.train.judge.data import Case, Group, groups
from eval.train.reader.claims import NOT_SUPPORTED
from eval.train.reader.data import key, plain
from eval.train.reader.example import Reading
from eval.train.reader.reading_more import more_readings
from eval.train.reader.written.asked import asked_readings
from eval.train.reader.written.hand import hand_readings

WHOLE = 10**6  # words: no text is cut
GOLD = 2  # sentences that answer a question, at most, that it is put to
BESIDE = 0.6  # share of the answered questions that are also put to the nearest sentence that does not answer
ENOUGH = 4  # questions a sentence is asked, where its text has as many
WITHOUT = 0.35  # share kept of the sentences that answer none of the questions put to them
HASTY = 0.15  # share of the questions that are typed in haste


@dataclass
class Text:
    """A text, and the questions on it with the characters that answer each."""

    head: str = ""
    asked: list[tuple[str, tuple[tuple[int, int], ...]]] = field(default_factory=list)


def asked_groups(
    data: Path, rng: random.Random, part: float, hand: float = 1.0, marks: Collection[str] = ()
) -> list[Group]:
    """Return one round: a share of the texts of the public sets, and of those with hand-written questions.

    With `marks` only the questions on everyday documents that have one of these marks.
    """
    public = [*plain(data, rng, WHOLE), *more_readings(data / "reading_more", rng, WHOLE)]
    found: list[Group] = []
    written = [*asked_readings(data, rng), *hand_readings(rng, marked=marks)]
    for readings, share in ((public, part), (written, hand)):
        texts = together(readings)
        for text in sorted(texts):
            if rng.random() < share:
                found += rows_of_text(text, texts[text], rng)
    return found


def together(readings: Sequence[Reading]) -> dict[str, Text]:
    """Return the questions by their text."""
    found: dict[str, Text] = defaultdict(Text)
    for item in readings:
        found[item.text].head = item.head or found[item.text].head
        found[item.text].asked.append((item.question, item.spans))
    return found


def rows_of_text(text: str, own: Text, rng: random.Random) -> list[Group]:
    """Put the questions on a text to its sentences."""
    spans = sentence_spans(text)
    if not spans:
        return []
    sentences = [text[a:b] for a, b in spans]
    words = [set(stem for *_, stem in stems(sentence.lower())) for sentence in sentences]
    rows: dict[int, dict[str, int]] = defaultdict(dict)
    golds: dict[str, set[int]] = {}
    for question, answers in own.asked:
        gold = {n for n, (a, b) in enumerate(spans) if any(a < end and start < b for start, end in answers)}
        golds[question] = gold
        for at in rng.sample(sorted(gold), min(GOLD, len(gold))):
            rows[at][question] = 0
        if not gold or rng.random() < BESIDE:
            others = [n for n in range(len(spans)) if n not in gold]
            asked = set(key(question).split())
            if others:
                nearest = max(others, key=lambda n: len(asked & words[n]) + rng.random())
                rows[nearest][question] = NOT_SUPPORTED
    for at in list(rows):
        row = rows[at] = _fewer(rows[at], rng)
        away = [question for question, gold in golds.items() if at not in gold and question not in row]
        for question in rng.sample(away, min(len(away), max(ENOUGH - len(row), 0))):
            row[question] = NOT_SUPPORTED
    return [
        group
        for at, row in rows.items()
        if 0 in row.values() or rng.random() < WITHOUT
        for group in _groups(marked(sentences[at], sentences[:at], own.head), row, rng)
    ]


def _fewer(row: dict[str, int], rng: random.Random) -> dict[str, int]:
    """Leave out questions of which a sentence answers none, beyond two and twice as many as it answers."""
    right = [question for question, label in row.items() if label == 0]
    wrong = [question for question, label in row.items() if label != 0]
    kept = rng.sample(wrong, min(len(wrong), 2 + 2 * len(right)))
    return {question: row[question] for question in right + kept}


def _groups(evidence: str, row: dict[str, int], rng: random.Random) -> list[Group]:
    cases = [
        Case(
            claim=hasty(question, rng) if rng.random() < HASTY else question,
            evidence=evidence,
            label=label,
            source="asked",
        )
        for question, label in row.items()
    ]
    return [replace(group, asked=True) for group in groups(cases, rng)]


def hasty(question: str, rng: random.Random) -> str:
    """Return a question as typed in haste: small letters, no mark at its end, a slip in one or two of its longer words."""
    words = question.lower().rstrip("?. ").split()
    longer = [at for at, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    for at in rng.sample(longer, min(len(longer), rng.choice((0, 1, 1, 2)))):
        word, place = words[at], rng.randrange(1, len(words[at]) - 1)
        a, b = word[place], word[place + 1]
        words[at] = (
            word[:place] + rng.choice((b + a, b, a + a + b, rng.choice("aeinorst") + b)) + word[place + 2 :]
        )
    return " ".join(words)
