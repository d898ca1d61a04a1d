"""Turn a sentence into tokens: lower case, stem, sense shared with synonyms, clause number."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from assistant.text.lexicon.lexicon import lexicon, word_set

SPELLING = (
    (re.compile(r"\s?\[\d{1,3}(?:[,\s-]+\d{1,3})*\]"), ""),  # citation marks
    (re.compile(r"[\u2018\u2019\u02bc`]"), "'"),
    (re.compile(r"[\u201c\u201d\u201e\u00ab\u00bb]"), '"'),
    (re.compile(r"[\u00a0\u202f\u2009]"), " "),
    (re.compile(r"[\u2010\u2011\u2012\u2013\u2212]"), "-"),
    (re.compile(r"\u2014"), " ; "),
    (re.compile(r"\b(can)not\b", re.I), r"\1 not"),
    (re.compile(r"\b(wo)n't\b", re.I), "will not"),
    (re.compile(r"\b(ca)n't\b", re.I), "can not"),
    (re.compile(r"n't\b", re.I), " not"),
    (re.compile(r"'(?:s|S)\b"), ""),
    (re.compile(r"\bU\.\s?S\.(?:A\.)?"), "US"),
    (re.compile(r"\bU\.\s?K\."), "UK"),
    (re.compile(r"\b(?:per\s+cent|percent|percentage points?|pct)\b\.?", re.I), "%"),
)
TOKEN = re.compile(
    r"[A-Za-z]\w*\.(?:com|org|net|in|io|ai|co|uk)\b|(?!mid|pre|post)[A-Za-z]+-\d+\b|[A-Za-z]+\d\w*"
    r"|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+"
    r"|[$€£₹%;:|(),?/&.!-]"
)
STOP = word_set("stop")
CONTRAST = frozenset({"while", "whereas", "whilst", "but", "although", "though", "however", "yet"})
OPENERS = frozenset(
    ["while", "whereas", "whilst", "although", "though", "unlike", "when", "if", "because", "since"]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """One word, number or sign of a sentence."""

    text: str
    low: str
    stem: str
    sense: str  # one stem for all words of a synonym group
    clause: int  # counted from 0, split where a contrast begins
    content: bool  # a word that carries meaning of its own, numbers excluded

    @property
    def number(self) -> bool:
        """Tell whether the token is written in digits."""
        return self.text[0].isdigit()


_STEMMER = Stemmer.Stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Stem one word, British and American spelling alike."""
    low = word.lower()
    low = re.sub(r"(?<=\w{3})(?<![aeou])is(e|ed|es|er|ing|ation|ations)$", r"iz\1", low)
    low = re.sub(r"^(cent|met|fib|lit|theat|kilomet|millimet|centimet)re(s?)$", r"\1er\2", low)
    low = re.sub(
        r"(?<=[bcdfghlmnprst])[ao]e(?=[bcdglmnprst])(?=\w{3})", "e", re.sub(r"([bvl]o)ur", r"\1r", low)
    )
    return str(_STEMMER.stemWord(low))


_SENSES = {
    stem(word): stem(line.split()[0]) for line in reversed(lexicon()["synonyms"]) for word in line.split()
}


def sense(word: str) -> str:
    """Return the stem that stands for a word and its synonyms."""
    root = stem(word)
    return _SENSES.get(root, root)


@lru_cache(maxsize=20_000)
def normalised(text: str) -> str:
    """Write quotes, dashes, negations and per cent signs in one way."""
    text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    for pattern, replacement in SPELLING:
        text = pattern.sub(replacement, text)
    return text


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[Token, ...]:
    """Split a sentence into tokens, in order."""
    found: list[Token] = []
    clause, opened = 0, False
    for match in TOKEN.finditer(normalised(text)):
        word = match.group()
        low = word.lower()
        so = low == "so" and bool(found) and found[-1].low == ","
        if so or low in CONTRAST or low in (";", "|") or (low == "unlike" and found):
            clause += bool(found)
            opened = low in OPENERS and (not found or low == "unlike")
        elif low in OPENERS and not found:
            opened = True
        elif low == "," and opened:
            clause, opened = clause + 1, False
        wordy = word[0].isalpha()
        found.append(
            Token(
                text=word,
                low=low,
                stem=stem(low) if wordy else low,
                sense=sense(low) if wordy else low,
                clause=clause,
                content=wordy and low.isascii() and low not in STOP and len(low) > 1,
            )
        )
    return tuple(found)


def content_senses(text: str) -> tuple[str, ...]:
    """Return the senses of the content words of a text, in order, repeats kept."""
    return tuple(token.sense for token in tokens(text) if token.content)
