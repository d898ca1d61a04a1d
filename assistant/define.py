"""Find the sentences that define what a question asks the meaning of: "What is X?" -> "X means ..."."""

import re
from collections.abc import Sequence

import numpy as np

from assistant.contrasts import BUILT_IN, named, phrase_regex
from assistant.index.search import passage_of
from assistant.index.store import Store
from assistant.sentences import sentence_spans
from assistant.standalone import leans
from assistant.types import Evidence

LOOKED_AT = 40  # chunks that hold the term, the closest by words
SURE = 0.99  # score of a definition: that of evidence which hardly ever fails to answer
_ASKED = re.compile(
    r"(?:what(?:'s| is| are| was| were)|define|explain|(?:what is )?the meaning of|what (?:does|do)(?= .* (?:mean|stand for)))\s+"
    r"(?:meant by\s+|the meaning of\s+)?(?:an?\s+|the\s+(?:term\s+)?)?(?P<term>[^,;?]+?)(?:\s+(?:mean|stand for))?",
    re.I,
)
_MEANS = (
    r"(?:means?\b|stands? for\b|allows?\b|lets?\b|refers? to\b|is (?:an?|the(?! (?:right|best|main|only|same|usual|most)\b)|any|another|when|what|normally an?|usually an?)\b|"
    r"are (?!\w+ed\b|not\b|also\b|often\b|usually\b|normally\b)\w+)"
)
_SPELT = re.compile(r"\bstands? for\b", re.I)
MAX_WORDS = 5  # of a term


def asked_term(question: str) -> str | None:
    """Return what a question asks the meaning of, None where it asks something else."""
    match = _ASKED.fullmatch(question.strip().rstrip("?.! "))
    if not match or len(match["term"].split()) > MAX_WORDS:
        return None
    return match["term"]


def defines(term: str, sentence: str) -> bool:
    """Tell whether a sentence says what a term means: the term, its other names too, is what it begins with."""
    names = [phrase_regex(term)]
    for contrast in BUILT_IN:
        found = [item for item in named(term, contrast) if item.end - item.start == len(term)]
        names += [phrase_regex(name) for item in found for name in contrast.terms[item.term]]
    either = "|".join(names)
    start = rf"(?:an? |the (?:term |abbreviation |acronym |letters |initials |word |name )?)?(?:{either})(?: \([^)]*\))?(?:,[^,]+,)? (?:\w+ly )?{_MEANS}"
    return bool(re.match(start, sentence, re.I))


def definitions(store: Store, question: str, vector: Sequence[float]) -> list[Evidence]:
    """Return the sentences of the corpus that define what the question asks for, the closest to it first.

    `vector` is the question's embedding.
    """
    term = asked_term(question)
    if term is None:
        return []
    found: dict[str, Evidence] = {}
    for position, score in store.lexical.search(term, LOOKED_AT):
        passage = passage_of(store, position, score)
        for start, end in sentence_spans(passage.text):
            text = passage.text[start:end]
            if " | " not in text and not leans(text) and defines(term, text):
                found[text] = Evidence(
                    passage=passage,
                    start=passage.start + start,
                    end=passage.start + end,
                    text=text,
                    score=SURE,
                )
    if not found:
        return []
    cosines = store.embedder.encode(list(found)) @ np.asarray(vector)
    spelt = np.array([bool(_SPELT.search(text)) for text in found], dtype=float)
    wanted = 1 if _SPELT.search(question) else -1  # else spelling it out comes after saying what it is
    order = np.argsort(-wanted * spelt - cosines, kind="stable")
    return [list(found.values())[at] for at in order]
