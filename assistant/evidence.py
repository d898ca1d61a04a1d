"""Select the sentences that answer a question, and tell whether they are enough.

A sentence's score is a logistic mix of a few features. The weights were set by hand: weights fitted on public
question sets did worse on documents kept out (`python -m eval.bench_evidence` measures them). The bias is
where answering and declining were right equally often on questions people typed into a search engine.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.commands import is_command
from assistant.lexical import LexicalIndex, content_words, plain_words, tokens
from assistant.question import names_of_contrast
from assistant.sentences import sentence_spans
from assistant.store import Store
from assistant.types import Evidence, Passage

_NUMBER = r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|billion|half|quarter)\b"
_DATE = r"\b(?:1[5-9]|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
_WANTED = (  # what a question of this form must find in the sentence that answers it
    (
        re.compile(
            r"\bhow (?:much|many|long|old|far|high|large|big|often)\b|\bwhat (?:share|percentage|per cent|percent|number|proportion)\b",
            re.I,
        ),
        re.compile(_NUMBER, re.I),
    ),
    (
        re.compile(r"\bwhen\b|\b(?:what|which|in what) (?:year|date|month|decade)\b", re.I),
        re.compile(_DATE, re.I),
    ),
)
_COMPARES = re.compile(r"\b(?:differ\w*|compar\w*|contrast\w*|distinguish\w*|versus|vs|unlike|or)\b", re.I)
_CONTRASTS = re.compile(
    r"\b(?:while|whereas|unlike|on the other hand|in contrast|by contrast|than)\b|;| \| ", re.I
)
_ABOUT = re.compile(
    r"(?:the|this) (?:article|author|table|list|section|page|post|text)\b", re.I
)  # not its matter
WEIGHTS = {
    "cosine": 6.0,
    "passage_cosine": 2.0,
    "coverage": 2.5,
    "passage_coverage": 1.5,
    "wanted": 1.0,
    "contrast": 1.5,
    "about": -1.0,
    "rank": 0.3,
    "length": 0.2,
}
FEATURES = tuple(WEIGHTS)
BIAS = -7.2
ODDS = 6  # how much likelier than another the best sentence may be, for both to be worth showing


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A sentence of a retrieved passage."""

    passage: Passage
    start: int
    end: int
    text: str


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


def features(
    question: str, vector: np.ndarray, found: Sequence[Candidate], vectors: np.ndarray, lexical: LexicalIndex
) -> np.ndarray:
    """Return one row a candidate, one column a feature of FEATURES.

    `vector` (d,) and `vectors` (n, d) are the embeddings of the question and of the candidates, length 1.
    """
    asked = set(tokens([" ".join(word for word in content_words(question) if not _COMPARES.match(word))])[0])
    weight = {stem: lexical.idf(stem) for stem in asked}
    order = list(dict.fromkeys(item.passage.chunk_id for item in found))
    rows_of = {key: [i for i, item in enumerate(found) if item.passage.chunk_id == key] for key in order}
    cosine = vectors @ vector
    rows = np.zeros((len(found), len(FEATURES)))
    for rank, key in enumerate(order):
        members = rows_of[key]
        mean = vectors[members].mean(axis=0)
        passage_cosine = float(mean @ vector / (np.linalg.norm(mean) + 1e-9))
        passage = found[members[0]].passage
        head = f"{passage.title} {passage.section}"
        around = _coverage(weight, set(tokens([f"{head} {passage.text}"])[0]))
        for i in members:
            text = found[i].text
            rows[i] = (
                cosine[i],
                passage_cosine,
                _coverage(weight, set(tokens([text])[0])),
                around,
                _wanted(question, text),
                _contrast(question, text),
                float(bool(_ABOUT.match(text)) and not _ABOUT.search(question)),
                1 / (1 + rank),
                min(len(plain_words(text)), 40) / 40,
            )
    return rows


def select(
    store: Store, question: str, vector: Sequence[float], passages: Sequence[Passage], k: int
) -> list[Evidence]:
    """Return up to k evidence sentences, best first, near-copies left out."""
    found = candidates(passages)
    if not found:
        return []
    vectors = store.embedder.encode([item.text for item in found])
    rows = features(question, np.asarray(vector), found, vectors, store.lexical)
    scores = score(rows)
    chosen: list[int] = []
    for i in np.argsort(-scores, kind="stable"):
        if all(float(vectors[i] @ vectors[j]) < 0.9 for j in chosen):
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


def close_to_best(evidence: Sequence[Evidence], floor: float) -> list[Evidence]:
    """Keep what scores at least `floor` and has at least a sixth of the best one's odds; best first."""
    odds = [item.score / max(1 - item.score, 1e-6) for item in evidence]
    return [
        item
        for item, own in zip(evidence, odds, strict=True)
        if item.score >= floor and own >= odds[0] / ODDS
    ]


def score(rows: np.ndarray) -> np.ndarray:
    """Return the probability (0 to 1) that each row's sentence answers the question."""
    logits = rows @ np.array(list(WEIGHTS.values())) + BIAS
    return np.asarray(1 / (1 + np.exp(-logits)))


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
    if best and not any(_wanted(question, item.text) for item in best):
        return "The nearest passages hold no figure or date that would answer this."
    return None


def names(question: str) -> list[str]:
    """Return words written as names inside the question: capitalised after the first word, or acronyms."""
    words = content_words(question)
    first = plain_words(question)[:1]
    return [word for word in words if word[0].isupper() and ([word] != first or word.isupper())]


def _wanted(question: str, sentence: str) -> float:
    needs = [answer for asks, answer in _WANTED if asks.search(question)]
    return 1.0 if not needs else float(any(answer.search(sentence) for answer in needs))


def _contrast(question: str, sentence: str) -> float:
    """Return 1 for a sentence that sets against each other the terms the question compares, else 0."""
    asked = set(names_of_contrast(question))
    if len(asked) < 2 or not _COMPARES.search(question):
        return 0.0
    return float(asked <= set(names_of_contrast(sentence)) and bool(_CONTRASTS.search(sentence)))


def _coverage(weight: dict[str, float], held: set[str]) -> float:
    total = sum(weight.values())
    return sum(value for stem, value in weight.items() if stem in held) / total if total else 0.0
