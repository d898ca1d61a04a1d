"""Exact match and token F1, as SQuAD defines them (Rajpurkar and others 2016, 2018)."""

import re
import string
from collections import Counter
from collections.abc import Iterable

_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def tokens(text: str) -> list[str]:
    """Return the words that are compared: lower case, without punctuation, without a, an and the."""
    return _ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def exact_match(text: str, references: Iterable[str]) -> float:
    """Return 1 where a text's words are those of a reference, in their order, else 0."""
    said = tokens(text)
    return float(any(said == tokens(reference) for reference in references))


def f1(text: str, references: Iterable[str]) -> float:
    """Return the best F1 of a text's words and a reference's, 0 to 1; each word counts as often as it stands."""
    return max((_f1(tokens(text), tokens(reference)) for reference in references), default=0.0)


def _f1(said: list[str], wanted: list[str]) -> float:
    if not said or not wanted:
        return float(said == wanted)
    shared = sum((Counter(said) & Counter(wanted)).values())
    return 2 * shared / (len(said) + len(wanted))
