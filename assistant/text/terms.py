"""The words of a text as they are searched for: as written, those that carry meaning, and their stems."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

import bm25s
import Stemmer

FILLER = frozenset(  # words that say how a question asks, not what it asks for
    re.findall(
        r"\w+",
        """
    a an and any are as at be been but by can could did do does for from had has have how i if in into
    is it its me more my of on or our please she should so tell than that the their them then there
    these they this those to was we were what when where which who whom whose why will with would you
    your about explain describe give say know want like mean means much many
    """,
    )
)


@cache
def _stemmer() -> Any:
    return Stemmer.Stemmer("english")


def tokens(texts: Sequence[str]) -> list[list[str]]:
    """Return the stemmed words of each text without accents, English stop words and single letters left out."""
    split: list[list[str]] = bm25s.tokenize(
        [_unaccented(text) for text in texts],
        stopwords="en",
        stemmer=_stemmer(),
        return_ids=False,
        show_progress=False,
    )
    return split


def _unaccented(text: str) -> str:
    """Return a text with "é" written as "e", as people type it."""
    if text.isascii():
        return text
    letters = (letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", "".join(letters))


def plain_words(text: str) -> list[str]:
    """Return the words of a text as written, in order: letters and digits, inner hyphens and apostrophes."""
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text)


def word_counts(texts: Sequence[str]) -> list[int]:
    """Return how many words each text has."""
    return [len(plain_words(text)) for text in texts]


def names_in(text: str) -> list[str]:
    """Return the words written as names: capitalised after the first word, or acronyms."""
    first = plain_words(text)[:1]
    return [word for word in content_words(text) if word[0].isupper() and ([word] != first or word.isupper())]


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, as written, in order; "what's" carries none."""
    return [
        word
        for word in plain_words(text)
        if re.split("['’]", word.lower())[0] not in FILLER and len(word) > 1
    ]


def stems(text: str) -> set[str]:
    """Return the stems of a text's words, as `tokens` tells them."""
    return set(tokens([text])[0])


def content_stems(text: str) -> set[str]:
    """Return the stems of a text's words that carry meaning."""
    return set(tokens([" ".join(content_words(text))])[0])
