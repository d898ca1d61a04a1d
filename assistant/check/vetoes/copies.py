"""Doubt a claim that is a sentence of its evidence with a word exchanged, moved, added or left out."""

import re
from difflib import SequenceMatcher

from assistant.check.quotation import split
from assistant.words import sense

COPIED = 0.85  # share of the claim's words, in their order, from which it is a copy
MIN_WORDS = 5
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LIGHT = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "as",
        "that",
        "which",
        "who",
        "this",
        "these",
        "those",
        "its",
        "it",
        "their",
        "and",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "also",
    ]
)
# words whose loss changes what is said
_KEPT = frozenset(
    [
        "not",
        "no",
        "never",
        "none",
        "neither",
        "nor",
        "without",
        "cannot",
        "only",
        "may",
        "might",
        "could",
        "can",
        "would",
        "should",
        "often",
        "usually",
        "typically",
        "mostly",
        "mainly",
        "sometimes",
        "generally",
        "seldom",
        "rarely",
        "hardly",
        "about",
        "nearly",
        "almost",
        "around",
        "some",
        "many",
        "most",
        "few",
        "partly",
        "up",
        "over",
        "under",
        "at",
        "least",
        "if",
        "unless",
        "until",
        "except",
        "claims",
        "claimed",
        "says",
        "said",
        "argues",
        "reportedly",
        "allegedly",
    ]
)


def miscopied(claim: str, evidence: str) -> tuple[str, str] | None:
    """Return (the claim's words, those of the evidence in their place) where the claim is a copy with a change, or None.

    Either may be empty. A synonym in its place is no change.
    """
    own = _words(claim)
    if len(own) < MIN_WORDS:
        return None
    best: tuple[float, list[str], SequenceMatcher[str]] | None = None
    for line in split(evidence):
        for sentence in line:
            theirs = _words(sentence)
            matcher = SequenceMatcher(
                None, [sense(w) for w in theirs], [sense(w) for w in own], autojunk=False
            )
            share = sum(block.size for block in matcher.get_matching_blocks()) / len(own)
            if share >= COPIED and (best is None or share > best[0]):
                best = share, theirs, matcher
    if best is None:
        return None
    _, theirs, matcher = best
    for kind, a0, a1, b0, b1 in matcher.get_opcodes():
        if kind == "equal":
            continue
        new = [word for word in own[b0:b1] if word not in _LIGHT]
        gone = theirs[a0:a1]
        lost = [word for word in gone if word in _KEPT]
        inside = a0 > 0 and a1 < len(theirs)  # what is left out at an end may be another statement
        if new or (lost and inside and kind == "delete"):
            return " ".join(own[b0:b1]), " ".join(gone)
    return None


def _words(text: str) -> list[str]:
    return [match.group().lower() for match in _WORD.finditer(text)]
