"""Select the sentences that answer a question, and tell whether they are enough.

`python -m eval.bench.evidence` measures both on documents kept out of the fitting.
"""

import re
from collections.abc import Sequence

import numpy as np

from assistant.commands import is_command
from assistant.expected import NUMBER
from assistant.index.lexical import LexicalIndex, content_words, plain_words
from assistant.index.store import Store
from assistant.likely import answer_logit, joined, rank, read, sigmoid
from assistant.match import Candidate, Embedded, measure
from assistant.reader import Reader
from assistant.sentences import sentence_spans
from assistant.types import Evidence, Passage

_OFTEN = r"\b(?:hourly|daily|weekly|monthly|quarterly|yearly|annual(?:ly)?|once|every|each|until|throughout|permanent(?:ly)?)\b"
_DATE = (
    r"\b(?:1[5-9]|20)\d\d\b|"
    r"\b(?-i:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_WANTED = (  # what a question of this form must find in the sentence that answers it
    (
        re.compile(
            r"\bhow (?:much|many|old|far|high|large|big)\b|\bwhat (?:share|percentage|per cent|percent|number|proportion)\b",
            re.I,
        ),
        re.compile(NUMBER, re.I),
    ),
    (re.compile(r"\bhow (?:long|often)\b", re.I), re.compile(f"{NUMBER}|{_OFTEN}", re.I)),
    (
        re.compile(
            r"\bwhen (?:did|was|were|had)\b|\b(?:what|which|in what) (?:year|date|month|decade)\b", re.I
        ),
        re.compile(_DATE, re.I),
    ),
)
ODDS = 6  # how much likelier than another the best sentence may be, for both to be worth showing


def candidates(passages: Sequence[Passage]) -> list[Candidate]:
    """Return every sentence of at least three words of the passages, in their order, none twice.

    A line that only introduces a list ("... has three risks:") says nothing by itself and is left out, and so is
    one that gives orders to a language model.
    """
    found: list[Candidate] = []
    seen: set[str] = set()
    for passage in passages:
        for start, end in sentence_spans(passage.text):
            text = passage.text[start:end]
            key = " ".join(text.lower().split())
            says = len(plain_words(text)) > 2 and not text.endswith(":") and not is_command(text)
            if says and key not in seen:
                seen.add(key)
                found.append(
                    Candidate(
                        passage=passage, start=passage.start + start, end=passage.start + end, text=text
                    )
                )
    return found


def select(
    store: Store, question: str, vector: Sequence[float], passages: Sequence[Passage], k: int,
    reader: Reader | None = None,
) -> list[Evidence]:  # fmt: skip
    """Return up to k evidence sentences, best first, near-copies left out; a reader reads the likeliest passages.

    The score of the best one is the chance (0 to 1) that it answers the question; the others have its odds,
    divided by how much likelier than they the best one is.
    """
    found = candidates(passages)
    if not found:
        return []
    embedded = embed(store, question, vector, found)
    rows = measure(question, embedded, found, store.lexical)
    ranks = rank(question, found, rows)
    odds = read(reader, store, question, embedded, found, ranks) if reader else None
    logit = answer_logit(found, rows, ranks, odds)
    ranks = joined(ranks, odds)
    scores = sigmoid(logit + ranks - ranks.max())
    chosen: list[int] = []
    for i in np.argsort(-ranks, kind="stable"):
        if all(float(embedded.vectors[i] @ embedded.vectors[j]) < 0.9 for j in chosen):
            chosen.append(int(i))
        if len(chosen) == k:
            break
    return [
        Evidence(
            passage=found[i].passage,
            start=found[i].start,
            end=found[i].end,
            text=found[i].text,
            score=round(float(scores[i]), 4),
        )
        for i in chosen
    ]


def embed(store: Store, question: str, vector: Sequence[float], found: Sequence[Candidate]) -> Embedded:
    """Return question and candidates as vectors; `vector` is the question's embedding."""
    vectors, spelt = store.embedder.encode_tokens([question, *(item.text for item in found)])
    return Embedded(
        question=np.asarray(vector), question_tokens=spelt[0], vectors=vectors[1:], tokens=spelt[1:]
    )


def close_to_best(evidence: Sequence[Evidence], floor: float) -> list[Evidence]:
    """Keep the best if it scores at least `floor`, and what has a sixth of its odds and half the floor; best first."""
    if not evidence or evidence[0].score < floor:
        return []
    odds = [item.score / max(1 - item.score, 1e-6) for item in evidence]
    return [
        item
        for item, own in zip(evidence, odds, strict=True)
        if item.score >= floor / 2 and own >= odds[0] / ODDS
    ]


def lacking(question: str, best: Sequence[Evidence], lexical: LexicalIndex) -> str | None:
    """Return in words why the evidence cannot settle the question, or None.

    Names and years of the question must occur where the evidence stands, and a question for a number or a
    date needs one in the evidence: without them a fluent near miss would pass for an answer.
    """
    for word in names(question):
        if not lexical.holds(word):
            return f"The corpus never mentions {word!r}."
    around = " ".join(f"{item.passage.title} {item.passage.section} {item.passage.text}" for item in best)
    for year in re.findall(r"\b(?:1[5-9]|20)\d\d\b", question):
        if year not in around:
            return f"The nearest passages say nothing about {year}."
    if best and not any(holds_wanted(question, item.text) for item in best):
        return "The nearest passages hold no figure or date that would answer this."
    return None


def names(question: str) -> list[str]:
    """Return words written as names inside the question: capitalised after the first word, or acronyms."""
    words = content_words(question)
    first = plain_words(question)[:1]
    return [word for word in words if word[0].isupper() and ([word] != first or word.isupper())]


def holds_wanted(question: str, sentence: str) -> bool:
    """Tell whether a sentence holds a figure or a date, if the question is for one."""
    needs = [answer for asks, answer in _WANTED if asks.search(question)]
    return not needs or any(answer.search(sentence) for answer in needs)
