"""Match a question with those that documents say they answer, and say how surely it asks the same.

Meaning alone confuses near misses ("Name some BPO companies", "Name some BPO services"): sides, names, figures and
denials have to agree, and the judge says of the answers of the surest whether they answer what was asked. Where its
weights are not on this machine, the words of both and what the reader says of the answer are weighed in instead. The
weights were fitted by `python -m eval.train.fit.faq`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from assistant.check.vetoes.sides import CONTRASTS
from assistant.core.types import AskedQuestion, Document, Evidence
from assistant.index.search import passage_at
from assistant.index.store import Store
from assistant.models.judge.judge import LateJudge
from assistant.models.reader.reader import Reader
from assistant.question.kind import kinds
from assistant.question.names import names
from assistant.text.lexicon.contrasts import terms_in
from assistant.text.lexicon.lexicon import lexicon
from assistant.text.terms import stems, tokens
from assistant.write.quote.choose import Choice
from assistant.write.quote.evidence import holds_wanted
from assistant.write.quote.probability import as_judged, sigmoid, weights
from assistant.write.quote.topic.definition import asked_term

SAME = 0.9  # of the surest match; one as sure in another document is shown with it
SURE, UNSURE = 0.6, 0.45  # from which an answer is shown, and shown as what may answer
COVERED, CLOSE = 0.75, 0.9  # share of the question's words told, or cosine, without which nothing is sure
LIKELY = 0.54  # at most then
PLAIN_KINDS = frozenset(
    ["number", "date", "person", "place", "cause"]
)  # of answer, told by the question's words
SAME_QUESTION = 0.97  # cosine of two spellings of one question
NEAREST = 6  # written questions looked at
JUDGED, SENTENCES = 2, 3  # answers the judge is asked about, and sentences of each, at most
CLIPPED = 8.0  # nats; its log odds count up to here
LOW = 0.55  # cosine below which two questions do not ask the same
_DENIES = re.compile(r"\b(?:not|never|no|without|cannot|nor|avoid)\b|n['’]t\b", re.I)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_SORTS = re.compile(
    r"\b(?:kinds|types|forms|sorts|models|examples|categories|varieties) of\b", re.I
)  # not its meaning


@dataclass(frozen=True, kw_only=True)
class Match:
    """A written question, the document that answers it, and how surely it asks what was asked (0 to 1)."""

    doc_id: str
    asked: AskedQuestion
    cosine: float
    fits: bool  # whether it asks for the kind of thing that is asked for: a cause, a date
    sure: float


@dataclass(frozen=True, kw_only=True)
class Near:
    """A written question that agrees with what was asked, and what tells whether it asks the same."""

    document: Document
    asked: AskedQuestion
    features: dict[str, float]  # its closeness, the share of words that are told, the reader's log odds


def matches(
    store: Store, question: str, vector: Sequence[float], reader: Reader | None, judge: LateJudge | None
) -> list[Match]:
    """Return the written questions that ask what was asked, the surest first; of those judged, where there is a judge."""
    wanted = kinds(question) & PLAIN_KINDS
    found: list[Match] = []
    for near in agreeing(store, question, vector, reader):
        fits = wanted <= kinds("\n".join(alike(near.asked, near.document)))
        sure, cosine = _sure(near.features, fits), near.features["cosine"]
        found.append(
            Match(doc_id=near.document.doc_id, asked=near.asked, cosine=cosine, fits=fits, sure=sure)
        )
    found.sort(key=lambda match: -match.sure)
    return judged(store, question, found, judge) if judge else found


def judged(store: Store, question: str, found: Sequence[Match], judge: LateJudge) -> list[Match]:
    """Return those of the surest matches that the judge was asked about, as sure as it makes them, the surest first.

    It is asked of those that are not sure by their words, until one is.
    """
    surest = {(match.doc_id, match.asked.spans): match for match in reversed(found)}  # of each answer
    kept: list[Match] = []
    for first in sorted(surest.values(), key=lambda match: -match.sure)[:JUDGED]:
        for match in (item for item in found if item.asked.question == first.asked.question):
            if match.sure >= SURE:
                kept.append(match)
            elif (odds := told(store, question, match, judge)) is not None:
                kept.append(replace(match, sure=_heard(match, odds)))
            else:
                return list(found)
        if kept[-1].sure >= SURE:
            break
    return sorted(kept, key=lambda match: -match.sure)


def told(store: Store, question: str, match: Match, judge: LateJudge) -> float | None:
    """Return the judge's highest log odds that a sentence of an answer answers a question; None without its weights."""
    said = judge.answers(question, [as_judged(item) for item in evidence_of(store, match)[:SENTENCES]])
    return None if said is None else float(np.clip(max(said), -CLIPPED, CLIPPED))


def agreeing(store: Store, question: str, vector: Sequence[float], reader: Reader | None) -> list[Near]:
    """Return the nearest written questions that agree with a question, closest first; each answer is read once."""
    near = [
        (cosine, asked, store.document(doc_id))
        for cosine, doc_id, asked in store.asked.nearest(vector, NEAREST)
        if cosine >= LOW
    ]
    own = _Named.by(question)
    near = [item for item in near if own.agrees(item[1], item[2])]
    answers = [answer_text(asked, document) for _, asked, document in near]
    told = _covered(
        store, question, [f"{item[1].question} {text}" for item, text in zip(near, answers, strict=True)]
    )
    odds = _read(reader, store, question, vector, list(dict.fromkeys(answers)))
    return [
        Near(
            document=document,
            asked=asked,
            features={
                "cosine": cosine,
                "covered": covered,
                "read": odds[answer],
            },
        )
        for (cosine, asked, document), answer, covered in zip(near, answers, told, strict=True)
    ]


def choice_of(store: Store, found: Sequence[Match]) -> Choice | None:
    """Return the sentences that answer the surest written question, and those of another document as sure of it."""
    if not found:
        return None
    first = found[0]
    same = [
        item for item in found[1:]
        if item.asked.question == first.asked.question and item.sure >= SAME * first.sure
    ]  # fmt: skip
    evidence = [item for match in (first, *same) for item in evidence_of(store, match)]
    document = store.document(first.doc_id)
    items = {(block.start, block.end) for block in document.blocks if block.kind == "item"}
    inside = [any(a <= start and end <= b for a, b in items) for start, end in first.asked.spans]
    listed = len(inside) > 2 and sum(inside) > len(inside) / 2
    return Choice(evidence=tuple(evidence), wanted=len(evidence), listed=listed)


@dataclass(frozen=True, kw_only=True)
class _Named:
    """What a question names and counts, read once: what asks the same names it too."""

    question: str
    sides: list[set[str]]  # of each contrast
    words: list[str]  # names and figures

    @classmethod
    def by(cls, question: str) -> "_Named":
        """Read a question."""
        words = [*names(question), *_FIGURE.findall(question)]
        return cls(question=question, sides=terms_in(question, CONTRASTS), words=words)

    def agrees(self, asked: AskedQuestion, document: Document) -> bool:
        """Tell whether a written question names the same sides, and neither leaves out what the other counts or denies."""
        question, written = self.question, asked.question
        for own, other in zip(self.sides, terms_in(written, CONTRASTS), strict=True):
            if own != other and not (own and own < other):
                return False
        text = " ".join([*alike(asked, document), document.title, answer_text(asked, document)])
        if any(word.lower().removesuffix("s") not in text.lower() for word in self.words):
            return False
        if turned_round(question, written) or not holds_wanted(question, text):
            return False
        if _SORTS.search(question) and asked_term(written) and not _SORTS.search(written):
            return False
        return bool(_DENIES.search(question)) == bool(_DENIES.search(written))


def evidence_of(store: Store, match: Match) -> list[Evidence]:
    """Return the sentences that answer a written question, in order."""
    text = store.document(match.doc_id).text
    return [
        Evidence(
            passage=passage_at(store, match.doc_id, start, match.sure),
            start=start,
            end=end,
            text=text[start:end],
            score=round(match.sure, 4),
        )
        for start, end in match.asked.spans
    ]


def alike(asked: AskedQuestion, document: Document) -> list[str]:
    """Return all questions written for the same answer."""
    return [other.question for other in document.questions if other.spans == asked.spans]


def turned_round(one: str, other: str) -> bool:
    """Tell whether one text has a word for which the other has an opposite alone: "advantages", "drawbacks"."""
    first, second = map(set, tokens([one, other]))
    return any(
        first & here and second & there and not first & there and not second & here
        for sides in _opposites()
        for here, there in (sides, sides[::-1])
    )


@lru_cache(maxsize=1)
def _opposites() -> list[tuple[set[str], set[str]]]:
    """Return the stems of each pair of opposite word groups."""
    pairs = [line.split(" / ") for line in lexicon()["antonyms"]]
    return [(stems(one), stems(other)) for one, other in pairs]


def _covered(store: Store, question: str, texts: Sequence[str]) -> list[float]:
    """Return the share of a question's content words, by rarity, that each text tells; 1 where it has none."""
    weight = store.lexical.weights(question)
    total = sum(weight.values())
    held = tokens(texts) if texts else []
    return [sum(weight[stem] for stem in weight if stem in own) / total if weight else 1.0 for own in held]


def _read(
    reader: Reader | None, store: Store, question: str, vector: Sequence[float], answers: Sequence[str]
) -> dict[str, float]:
    """Return the reader's log odds, from -6 to 6, that each answer answers; 0 without a reader."""
    if reader is None:
        return dict.fromkeys(answers, 0.0)
    heard = reader.read(question, np.asarray(vector, dtype=np.float32), answers, store.embedder.encode)
    best = [max((value for _, value in own), default=0.0) for own in heard]
    return {answer: float(np.clip(value, -6, 6)) for answer, value in zip(answers, best, strict=True)}


def answer_text(asked: AskedQuestion, document: Document) -> str:
    """Return the sentences that answer a written question, in order."""
    return " ".join(document.text[start:end] for start, end in asked.spans)


def _heard(match: Match, odds: float) -> float:
    """Return how surely a written question asks what was asked, from the judge's log odds of its answer."""
    fitted = weights()["faq_told"]
    logit = fitted["bias"] + fitted["cosine"] * match.cosine + fitted["told"] * odds
    return min(float(sigmoid(np.array(logit))), 1.0 if match.fits else LIKELY)


def _sure(values: dict[str, float], fit: bool) -> float:
    fitted = weights()["faq"]
    logit = fitted["bias"] + sum(fitted[name] * value for name, value in values.items())
    if values["cosine"] >= SAME_QUESTION:
        return SAME_QUESTION
    told = fit and (values["covered"] >= COVERED or values["cosine"] >= CLOSE)
    return min(float(sigmoid(np.array(logit))), 1.0 if told else LIKELY)
