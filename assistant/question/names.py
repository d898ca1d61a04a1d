"""Read what a question names: names inside it, and the subjects that must not be exchanged."""

import re

from assistant.text.lexicon.contrasts import ASKED, BUILT_IN, term_patterns
from assistant.text.sentences import sentence_spans
from assistant.text.terms import content_words, names_in

CONTRASTS = term_patterns(contrast for contrast in BUILT_IN if contrast.name in ASKED)


def asking(question: str) -> str:
    """Return the last sentence of a question, without what is told before it."""
    spans = sentence_spans(question)
    return question[spans[-1][0] :] if spans else question


def names(question: str) -> list[str]:
    """Return words written as names inside the question: capitalised after the first word, or acronyms.

    Names in what is told before the question ("We sit in Berlin. What ...?") are not asked about.
    """
    return names_in(asking(question))


def names_of_contrast(text: str) -> list[str]:
    """Return the contrasted terms a text names (BPO, KPO, captive ...), in order of first mention."""
    found = [
        (match.start(), name)
        for group in CONTRASTS
        for name, pattern in group
        if (match := re.search(rf"\b(?:{pattern})\b", text, re.I))
    ]
    return [name for _, name in sorted(found)]


def named_in(text: str) -> set[str]:
    """Return what a heading or a question names: contrasted terms, names, years."""
    words = names(text)
    if len(words) > 1 and len(words) >= len(content_words(text)) - 1:  # A Heading With Capitals Throughout
        words = [word for word in words if word.isupper()]
    return {word.lower() for word in words} | {name.lower() for name in names_of_contrast(text)}


def besides(text: str) -> str:
    """Return the words of a text that say something, the contrasted terms left out."""
    return " ".join(word for word in content_words(text) if not names_of_contrast(word))
