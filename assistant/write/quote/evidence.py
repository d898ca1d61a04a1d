"""Select the sentences that answer a question, and tell whether they are enough.

`python -m eval.bench.find.evidence` measures both on documents kept out of the fitting.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.core.types import Evidence, Passage
from assistant.index.lookup.asked import AskedIndex
from assistant.index.lookup.lexical import LexicalIndex
from assistant.index.store import Store
from assistant.models.judge.judge import LateJudge
from assistant.models.reader.reader import Reader
from assistant.question.kind import NUMBER
from assistant.question.names import asking, names
from assistant.text.commands import are_commands
from assistant.text.disclaimers.boxes import boxes_in
from assistant.text.lexicon.synonyms import held, stands_for
from assistant.text.sentences import sentence_spans
from assistant.text.terms import plain_words, word_counts
from assistant.write.quote.fit.amounts import held as within
from assistant.write.quote.fit.figures import says_otherwise, years_around
from assistant.write.quote.fit.fitting import fitting, is_day
from assistant.write.quote.fit.leads import lists
from assistant.write.quote.match import Embedded, measure
from assistant.write.quote.probability import answer_logit, joined, rank, read, settled, sigmoid, told
from assistant.write.quote.topic.definition import asked_term
from assistant.write.quote.wording.dated import as_dated, dates_it
from assistant.write.quote.wording.named import titled
from assistant.write.quote.wording.said import in_its_words

_OFTEN = r"\b(?:hourly|daily|weekly|monthly|quarterly|yearly|annual(?:ly)?|once|every|each|until|throughout|permanent(?:ly)?)\b"
_DATE = (
    r"\b(?:1[5-9]|20)\d\d\b|"
    r"\b(?-i:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_NAME = r"(?<=[a-z,;:(&] )(?-i:[A-Z][a-z]+\w*(?: [A-Z]\w+)*)"  # a name inside a sentence
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
    (
        re.compile(
            r"\b(?:what|which) (?:are |is )?(?:the |some )?(?:\w+ ){0,4}(?:companies|company|firms?|vendors?|providers?|organi[sz]ations|brands?|banks)"
            r"(?= (?:are|is|in|that|which|offer|provide|do|does|of|have|has|for)\b|[?.! ]*$)",
            re.I,
        ),
        re.compile(_NAME),
    ),
)
_TELLS = re.compile(r"[^\W\d_][\w -]{0,40}: \S")  # "Ticker: OSML"
_SPELT = re.compile(r"\b(?:stands? for|short for|full form)\b", re.I)
NEAR_COPY = 0.9  # cosine from which two sentences with the same figures say the same
MAX_SHORT = 5  # letters of an abbreviation
ODDS = 6  # how much likelier than another the best sentence may be, for both to be worth showing


def candidates(passages: Sequence[Passage]) -> list[Evidence]:
    """Return every sentence of at least three words of the passages, in their order, none twice.

    A line that only introduces a list ("... has three risks:") says nothing by itself and is left out, and so is
    one that gives orders to a language model.
    """
    found: list[Evidence] = []
    seen: set[str] = set()
    for passage in passages:
        replies = passage.section.endswith("?")  # where "No." and "Six days." say something
        spans = sentence_spans(passage.text)
        texts = [passage.text[start:end] for start, end in spans]
        for (start, end), text, words in zip(spans, texts, word_counts(texts), strict=True):
            key = " ".join(text.lower().split())
            says = replies or words > 2 or _TELLS.match(text) or boxes_in(text) is not None
            if says and not text.endswith(":") and key not in seen:
                seen.add(key)
                begin = passage.start
                found.append(Evidence(passage=passage, start=begin + start, end=begin + end, text=text))
    ordering = are_commands([item.text for item in found])
    return [item for item, order in zip(found, ordering, strict=True) if not order]


def select(
    store: Store, question: str, vector: Sequence[float], passages: Sequence[Passage], k: int,
    reader: Reader | None = None, judge: LateJudge | None = None,
) -> list[Evidence]:  # fmt: skip
    """Return up to k evidence sentences, best first, near-copies left out.

    A reader reads the likeliest passages, then a judge is asked about the likeliest sentences.

    The score of the best one is the chance (0 to 1) that it answers the question; the others have its odds,
    divided by how much likelier than they the best one is.
    """
    found = fitting(question, [*candidates(passages), *lists(passages, store.document)], store.document)
    question, found = titled(question, found)
    if not found:
        return []
    places = [(item.passage.doc_id, item.passage.section) for item in found]
    ranged = within(question, [item.text for item in found], places).question
    worded = as_dated(ranged, [(item.text, item.passage) for item in found])
    if worded != question:
        question, vector = worded, store.embedder.embed_query(worded)
    embedded = embed(store, question, vector, found)
    rows = measure(question, embedded, found, store.lexical)
    ranks = rank(question, found, rows)
    odds = read(reader, store, question, embedded, found, ranks) if reader else None
    logit = answer_logit(found, rows, ranks, odds)
    ranks = joined(ranks, odds)
    if judge is not None and (said := told(judge, question, found, ranks)) is not None:
        logit, ranks = settled(logit, ranks, said)
    logit, ranks = in_its_words(question, [item.text for item in found], logit, ranks)
    scores = sigmoid(logit + ranks - ranks.max())
    chosen: list[int] = []
    for i in np.argsort(-ranks, kind="stable"):
        if not any(
            _copies(found[i], found[j], float(embedded.vectors[i] @ embedded.vectors[j])) for j in chosen
        ):
            chosen.append(int(i))
        if len(chosen) == k:
            break
    return [replace(found[i], score=round(float(scores[i]), 4)) for i in chosen]


def _copies(one: Evidence, other: Evidence, cosine: float) -> bool:
    """Tell whether two sentences say the same: alike, and with the same figures."""
    return cosine >= NEAR_COPY and not says_otherwise(one.text, other.text)


def embed(store: Store, question: str, vector: Sequence[float], found: Sequence[Evidence]) -> Embedded:
    """Return question and candidates as vectors; `vector` is the question's embedding."""
    vectors, spelt = store.embedder.encode_tokens([question, *(item.text for item in found)])
    return Embedded(
        question=np.asarray(vector), question_tokens=spelt[0], vectors=vectors[1:], tokens=spelt[1:]
    )


def close_to_best(evidence: Sequence[Evidence], floor: float, ratio: float = ODDS) -> list[Evidence]:
    """Keep the best if it scores at least `floor`, and what has one in `ratio` of its odds and half the floor; best first."""
    if not evidence or evidence[0].score < floor:
        return []
    odds = [item.score / max(1 - item.score, 1e-6) for item in evidence]
    return [
        item
        for item, own in zip(evidence, odds, strict=True)
        if item.score >= floor / 2 and own >= odds[0] / ratio
    ]


def lacking(
    question: str, best: Sequence[Evidence], lexical: LexicalIndex, asked: AskedIndex | None = None
) -> str | None:
    """Return in words why the evidence cannot settle the question, or None.

    Names and years of the question must occur where the evidence stands (an abbreviation only where its meaning is asked),
    and a question for a number or a date needs one in the evidence: without them a fluent near miss would pass for an answer.
    """
    for word in unheard(question, lexical, asked):
        if not is_short(word) or word == asked_term(question):
            return f"The articles never mention “{_whole_name(word, question)}”."
    around = " ".join(item.passage.text for item in best)
    years = {year for item in best for year in years_around(item)}
    for year in re.findall(r"\b(?:1[5-9]|20)\d\d\b", question):
        if year not in years and year not in around:
            return f"The nearest passages say nothing about {year}."
    short = asked_term(question) or ""
    if (
        best
        and _SPELT.search(question)
        and is_short(short)
        and not any(_spells(short, item) for item in best)
    ):
        return f"The nearest passages do not say what {short} stands for."
    if best and not any(gives_wanted(question, item) for item in best):
        return "The nearest passages hold no figure or date that would answer this."
    return None


def _whole_name(word: str, question: str) -> str:
    """Return the name of several capitalised words that a word stands in: "Blue" of "Blue Prism" -> "Blue Prism"."""
    whole = re.search(rf"\b(?:[A-Z][\w&-]* )*{re.escape(word)}(?: [A-Z][\w&-]*)*", asking(question))
    first = plain_words(asking(question))[:1]
    name = whole[0] if whole else word
    return name.removeprefix(f"{first[0]} ") if first else name


def _spells(short: str, item: Evidence) -> bool:
    """Tell whether words around a sentence begin with the letters of an abbreviation."""
    return stands_for(short, held(f"{item.passage.title}. {item.passage.text}").initials)


def unheard(question: str, lexical: LexicalIndex, asked: AskedIndex | None = None) -> list[str]:
    """Return the names of a question that no article holds, days and months left out."""
    return [
        word for word in names(question)
        if not (is_day(word) or lexical.holds(word) or (asked is not None and asked.holds(word)))
    ]  # fmt: skip


def is_short(word: str) -> bool:
    """Tell whether a word is an abbreviation in capitals: articles may write out what it stands for."""
    return word.isalpha() and word.isupper() and len(word) <= MAX_SHORT


def gives_wanted(question: str, item: Evidence) -> bool:
    """Tell whether a sentence, or a year right over it, is of the kind that the question is for."""
    return holds_wanted(question, item.text) or dates_it(question, item.passage)


def holds_wanted(question: str, sentence: str) -> bool:
    """Tell whether a sentence holds a figure or a date, if the question is for one."""
    needs = [answer for asks, answer in _WANTED if asks.search(question)]
    return not needs or any(answer.search(sentence) for answer in needs)
