"""Take out of a sentence what only leads to a contrast: marks, sources, the subject that it does not speak of."""

from assistant.check.rules.beside.subject_phrase import PREPOSITIONS
from assistant.check.rules.new_words import SAYING
from assistant.text.words import Token

Named = tuple[tuple[Token, ...], tuple[Token, ...]]  # a subject, and what is said of it
SET_AGAINST = (
    "on the other hand", "by contrast", "in contrast", "in turn", "for their part", "for its part", "however",
    "meanwhile", "instead", "conversely",
)  # fmt: skip
OTHERS = (
    "unlike", "in contrast to", "in contrast with", "as opposed to", "compared with", "compared to",
    "contrary to",
)  # fmt: skip
PHRASE = 6  # words, at most, of a phrase that names the other subject


def without_marks(words: list[Token]) -> tuple[list[Token], bool]:
    """Leave out "on the other hand" and the like; tell whether one stood there."""
    lows = [token.low for token in words]
    for mark in SET_AGAINST:
        phrase = mark.split()
        for at in range(len(lows) - len(phrase) + 1):
            end = at + len(phrase)
            if lows[at:end] != phrase or lows[end : end + 1] in (["to"], ["with"]):
                continue
            if at and lows[at - 1] not in (",", ";", "and", "but", "while", "whereas"):
                continue
            start = at - (bool(at) and lows[at - 1] == ",")
            end += lows[end : end + 1] == [","]
            return words[:start] + words[end:], True
    return words, False


def frame(words: list[Token]) -> tuple[list[Token], list[Token]]:
    """Part "the report said that" or a closing "according to ..." from what is said: (frame, said)."""
    for at, token in enumerate(words[:12]):
        if token.low == "that" and at and words[at - 1].low in SAYING:
            return words[: at + 1], words[at + 1 :]
    for at in range(3, len(words) - 1):
        if words[at].low == "according" and words[at - 1].low == ",":
            return words[at:], words[: at - 1]
    return [], words


def others(words: list[Token]) -> tuple[list[Token], Named | None]:
    """Take out "unlike coffee" or "compared with four for coffee": the subject named there and what is said of it."""
    lows = [token.low for token in words]
    for opener in OTHERS:
        phrase = opener.split()
        for at in range(len(lows) - len(phrase)):
            start = at + len(phrase)
            if lows[at:start] != phrase:
                continue
            stops = [n for n in range(start, len(lows)) if lows[n] in (",", ";")]
            end = stops[0] if stops else len(lows)
            if not 0 < end - start <= PHRASE or (not at and not stops):
                return words, None
            named = words[start:end]
            split = next((n for n, token in enumerate(named) if n and token.low in PREPOSITIONS), None)
            lead, rest = (named, []) if split is None else (named[split + 1 :], named[:split])
            if not any(token.content for token in lead):
                return words, None
            before = words[: at - (bool(at) and lows[at - 1] == ",")]
            return before + words[end + (not before) :], (tuple(lead), tuple(rest))
    return words, None
