"""Tell whether a sentence says what is asked in the question's own words: "Who orders the tents?" "Ben orders the tents"."""

import re
from collections.abc import Sequence

import numpy as np

from assistant.text.quantities.read import quantities
from assistant.text.terms import content_words

CHANCE = 1.4  # least log odds that such a sentence answers; that sure it is quoted as an answer
LEAD = 2.0  # nats by which it goes before others
_ASKS = re.compile(r"(?:who|whose \w+|which \w+|what)\s+(?P<rest>[^?]+?)[\s?.!]*$", re.I)
_NOT_A_VERB = re.compile(r"(?:do|does|did|else|exactly|all|about|if|kind|kinds|sort|sorts)\b", re.I)
_BEING = re.compile(r"(?:is|are|was|were|am|be)\b", re.I)
_SMALL = re.compile(r"\b(?:the|an?|our|my|your|their)\s+", re.I)
_WORD = re.compile(r"[\w'-]+|[?]")
_UNSAID = re.compile(
    r"\b(?:who|whom|whose|which|that|what|if|whether|unless|when|until|before|not|never|nobody|none|no|to|and|or)\b[\w, ]*$|n['’]t\b[\w ]*$|[?]",
    re.I,
)

_UNITS = {
    "long": ("time", "length"), "old": ("time",), "heavy": ("mass",), "large": ("length", "mass", "volume", "data"),
    **dict.fromkeys(("high", "tall", "deep", "wide", "thick"), ("length",)),
}  # fmt: skip
_SIZE = re.compile(
    rf"how (?P<size>{'|'.join(_UNITS)}) (?:is|are|was|were) (?:(?:the|an?|our|my|your|their|its|each|every)\s+)?"
    r"(?P<thing>[^?]+?)[\s?.!]*$",
    re.I,
)
_DENIES = re.compile(r"\b(?:not|no|never|without|instead)\b|n['’]t\b", re.I)


def which_say(question: str, sentences: Sequence[str]) -> list[bool]:
    """Tell of each sentence whether it puts somebody or something where the question asks who or which, word for word.

    A condition, a question and a clause that only describes ("who orders the tents") say nothing of the kind.
    """
    asked = _ASKS.match(question.strip())
    rest = asked["rest"] if asked else ""
    unfit = _NOT_A_VERB.match(rest) or (_BEING.match(rest) and not question.lower().startswith("who"))
    if unfit or len(content_words(rest)) < 2:
        return [False] * len(sentences)
    wanted = _plain(rest).strip()
    return [_puts(wanted, sentence) for sentence in sentences]


def _puts(wanted: str, sentence: str) -> bool:
    """Tell whether a sentence says something of its own before the words wanted."""
    told = _plain(sentence)
    at = told.find(f" {wanted} ")
    before = told[:at].strip() if at > 0 else ""
    return bool(before) and not _UNSAID.search(before) and not sentence.rstrip().endswith("?")


def measures(question: str, sentence: str) -> bool:
    """Tell whether a sentence sizes the very thing whose size is asked: "How long is the break?" "an 8-week break"."""
    asked = _SIZE.match(question.strip())
    if asked is None or _DENIES.search(sentence) or sentence.rstrip().endswith("?"):
        return False
    words = r"[ -]".join(map(re.escape, asked["thing"].split()))
    thing = re.compile(rf"(?:[ -]{asked['size']})? {words}\b", re.I)
    wanted = _UNITS[asked["size"].lower()]
    return any(
        item.kind == "measure" and item.unit in wanted and thing.match(sentence, item.end)
        for item in quantities(sentence)
    )


def _plain(text: str) -> str:
    """Return the words of a text in lower case without articles, a space around each."""
    bare = _SMALL.sub("", text.replace("’", "'"))
    words = " ".join(_WORD.findall(bare.casefold()))
    return f" {words} "


def in_its_words(
    question: str, sentences: Sequence[str], logit: float, ranks: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return the log odds that the best sentence answers, and the ranks, with those that say it in its words ahead."""
    pairs = zip(which_say(question, sentences), sentences, strict=True)
    told = np.array([said or measures(question, text) for said, text in pairs])
    if not told.any():
        return logit, ranks
    ahead = max(0.0, float(ranks.max() - ranks[told].max())) + LEAD
    return max(logit, CHANCE), np.where(told, ranks + ahead, ranks)
