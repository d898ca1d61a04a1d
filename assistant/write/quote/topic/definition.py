"""Find the sentences that define what a question asks the meaning of: "What is X?" -> "X means ..."."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from assistant.core.types import Evidence
from assistant.index.search import passage_of
from assistant.index.store import Store
from assistant.text.anaphora import leans
from assistant.text.lexicon.contrasts import names_like
from assistant.text.sentences import sentence_spans
from assistant.text.terms import content_words

LOOKED_AT = 40  # chunks that hold the term, the closest by words
SURE = 0.99  # score of a definition: that of evidence which hardly ever fails to answer
_ASKED = re.compile(
    r"(?:what (?:counts|qualifies|is (?:regarded|considered|understood|meant|defined)) (?:as|by)|what(?:'s| is| are| was| were)|define|explain|(?:the )?(?:meaning|definition|full form) of|what (?:does|do)(?= .* (?:mean|stand for)))\s+"
    r"(?:meant by\s+|the (?:meaning|definition|full form) of\s+)?(?:an?\s+|the\s+(?:term\s+)?)?(?P<term>[^,;?]+?)(?:\s+(?:mean|stand for))?",
    re.I,
)
_BARE = re.compile(r"(?P<term>[^,;?]+?)\s+(?:meaning|definition|full form)", re.I)  # "ITES full form"
_MEANS = (
    r"(?:means?\b|stands? for\b|allows?\b|lets?\b|refers? to\b|is (?:an?|the(?! (?:right|best|main|only|same|usual|most)\b)|any|another|one (?:that|which|in|by|for|where|with)|when|what|normally an?|usually an?)\b|"
    r"are (?!\w+ed\b|not\b|also\b|often\b|usually\b|normally\b)\w+)"
)
_SPELT = re.compile(r"\bstands? for\b", re.I)
_IN = re.compile(r"\s+(?:in|under|within|at|according to)\s+(?:the |our |this |that )?", re.I)
_MEANING = (
    r"(?=[^\W\d_]+(?: \S+){2})[^\d?!]+$"  # behind a term in a glossary: "Weir: A low wall across a river."
)
MAX_WORDS = 5  # of a term


def asked_term(question: str) -> str | None:
    """Return what a question asks the meaning of, None where it asks something else."""
    words = question.strip().rstrip("?.! ")
    match = _ASKED.fullmatch(words) or _BARE.fullmatch(words)
    if not match or len(match["term"].split()) > MAX_WORDS:
        return None
    return match["term"]


def _within(question: str) -> tuple[str, str] | None:
    """Return a term and the place it is asked for in: "a fault in the Vell contract"; None where none is named."""
    match = _ASKED.fullmatch(question.strip().rstrip("?.! "))
    parts = _IN.split(match["term"], maxsplit=1) if match else []
    if len(parts) != 2 or len(parts[0].split()) > MAX_WORDS:
        return None
    return parts[0], parts[1]


def defines(term: str, sentence: str) -> bool:
    """Tell whether a sentence says what a term means: the term, its other names too, is what it begins with."""
    return bool(_defining(term).match(sentence))


@lru_cache(maxsize=256)
def _defining(term: str) -> re.Pattern[str]:
    """Compile what a sentence begins with that says what a term means."""
    either = "|".join(names_like(term))
    entry = rf"(?:{either})(?::| [-–—:]|\.) +{_MEANING}"
    said = rf"(?:an? |the (?:term |abbreviation |acronym |letters |initials |word |name )?)?(?:{either})(?: \([^)]*\))?(?:,[^,]+,)? (?:\w+ly )?{_MEANS}"
    return re.compile(f"{entry}|{said}", re.I)


def definitions(store: Store, question: str, vector: Sequence[float]) -> list[Evidence]:
    """Return the sentences of the corpus that define what the question asks for, the closest to it first.

    `vector` is the question's embedding.
    """
    term, within = asked_term(question), _within(question)
    found = _told(store, term) if term else {}
    if not found and within:
        words = [word.lower() for word in content_words(within[1])]
        found = {
            text: item
            for text, item in _told(store, within[0]).items()
            if all(word in store.document(item.passage.doc_id).text.lower() for word in words)
        }
    if not found:
        return []
    cosines = store.embedder.encode(list(found)) @ np.asarray(vector)
    spelt = np.array([bool(_SPELT.search(text)) for text in found], dtype=float)
    wanted = 1 if _SPELT.search(question) else -1  # else spelling it out comes after saying what it is
    order = np.argsort(-wanted * spelt - cosines, kind="stable")
    return [list(found.values())[at] for at in order]


def _entries(term: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a text; one that is the term alone together with the next in its line: "Ford. A shallow place."."""
    spans = sentence_spans(text)
    for n, (start, end) in enumerate(spans):
        alone = text[start:end].rstrip(".").casefold() == term.casefold() and n + 1 < len(spans)
        joined = alone and "\n" not in text[start : spans[n + 1][1]]
        yield start, spans[n + 1][1] if joined else end


def _told(store: Store, term: str) -> dict[str, Evidence]:
    """Return the sentences of the corpus that say what a term means, by their words."""
    found: dict[str, Evidence] = {}
    begins = _defining(term)
    for position, score in store.lexical.search(term, LOOKED_AT):
        whole = store.chunks[position].text
        for start, end in _entries(term, whole):
            text = whole[start:end]
            if " | " not in text and begins.match(text) and not leans(text):
                passage = passage_of(store, position, score)
                found[text] = Evidence(
                    passage=passage,
                    start=passage.start + start,
                    end=passage.start + end,
                    text=text,
                    score=SURE,
                )
    return found
