"""Mend misspelt words of a question by close words of the corpus."""

import difflib
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from assistant.index.lookup.lexical import LexicalIndex
from assistant.text.terms import FILLER, plain_words

ALIKE = 0.8  # share of letters in common, of both words: one wrong letter of five


class Vocabulary:
    """The words of a corpus as written, for mending misspellings; built on first use."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts
        self._words: dict[str, list[str]] | None = None

    def closest(self, word: str) -> str | None:
        """Return the corpus word most like a lower-case word, same first letter, or None."""
        if self._words is None:
            words = {word.lower() for text in self._texts for word in plain_words(text) if len(word) > 3}
            self._words = {}
            for known in sorted(words):
                self._words.setdefault(known[0], []).append(known)
        near = [known for known in self._words.get(word[0], []) if abs(len(known) - len(word)) <= 2]
        found = difflib.get_close_matches(word, near, n=1, cutoff=ALIKE)
        inflected = found and word.startswith(found[0])  # "cheaper" beside "cheap" is no misspelling
        return found[0] if found and not inflected else None


def mend(question: str, lexical: LexicalIndex, vocabulary: Vocabulary) -> str:
    """Replace words the corpus does not hold by close ones it does; names and words of English stay."""

    def mended(match: re.Match[str]) -> str:
        word = match[0]
        inside_name = match.start() > 0 and word[0].isupper()
        if inside_name or word.lower() in FILLER or lexical.holds(word):
            return word
        close = vocabulary.closest(word.lower())
        if close is None or is_english(word.lower()):
            return word
        return close.capitalize() if word[0].isupper() else close

    return re.sub(r"\b[^\W\d_]{5,}\b", mended, question)


def is_english(word: str) -> bool:
    """Tell whether a lower-case word is in the English dictionary."""
    return bool(_dictionary().known([word]))


@cache
def _dictionary() -> Any:
    from spellchecker import SpellChecker

    return SpellChecker(language="en")
