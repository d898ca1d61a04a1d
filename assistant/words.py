"""Turn a sentence into tokens: lower case, stem, sense shared with synonyms, clause number."""

import re
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

SPELLING = (
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
    r"[A-Za-z]\w*\.(?:com|org|net|in|io|ai|co|uk)\b|[A-Za-z]+\d\w*|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+"
    r"|[$€£₹%;:|(),?/&.!-]"
)
STOP = frozenset(
    """a an the and or of to in on at by for from with as is are was were be been being am it its this that these
    those they them their there here he she his her we our you your i who which what whom whose when where how why
    do does did done doing has have had having so if then than into onto about also too very such own same other
    another others each both either neither nor not no never only just more most less least much many some any all
    every few several may might can could should would will shall must ought while whereas but although though
    however because since during until upon per via among between within without across over under above below
    before after up down out off again further once yet still even ever often usually sometimes always rarely
    seldom hardly generally typically mostly mainly one s t according say says said claim claims claimed argue
    argues argued state states stated report reports reported view author article writer let lets get gets make
    makes made like unlike thus therefore hence namely rather instead well now non""".split()
)
SYNONYMS = """need require demand call necessary
provider vendor supplier
staff worker employee personnel workforce people
company firm organisation enterprise
begin start launch
aim goal objective purpose seek
main chief primary principal
help assist aid
use employ utilise apply
special specialised specialist specialty
focus concentrate centre stress emphasise
job task work activity
routine repetitive repeated
increase rise grow raise boost growth
reduce cut lower decrease decline fall drop reduction
difficult hard challenging tough
challenge difficulty problem issue
demonstrate reveal show
big large
small little
quick fast rapid speedy
buy purchase
differ difference different distinct
type kind sort
share part portion
important significant crucial vital
decide decision
outside external
include cover comprise contain involve
choose select pick
deliver provide supply offer give
hinder hamper impede
rely depend dependence
expensive dear
improve enhance
measure metric indicator
mean stand denote
complex complicated
simple easy straightforward
saving save
hire recruit recruitment
expert expertise specialist
close near
country nation
secret confidential confidentiality
contract agreement
bad poor
quit leave
safe secure
replace substitute
gain benefit profit
limit restrict restricted limited
link tie connect
undated""".splitlines()
CONTRAST = frozenset({"while", "whereas", "whilst", "but", "although", "though", "however", "yet"})
OPENERS = frozenset({"while", "whereas", "whilst", "although", "though", "unlike", "when", "if", "because", "since"})


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
    if len(low) > 5:
        low = re.sub(r"is(e|ed|es|er|ing|ation|ations)$", r"iz\1", low)
    low = re.sub(r"^(cent)re(s?)$", r"\1er\2", re.sub(r"([bvl]o)ur", r"\1r", low))
    return str(_STEMMER.stemWord(low))


_SENSES = {stem(word): stem(line.split()[0]) for line in reversed(SYNONYMS) for word in line.split()}


def sense(word: str) -> str:
    """Return the stem that stands for a word and its synonyms."""
    root = stem(word)
    return _SENSES.get(root, root)


@lru_cache(maxsize=20_000)
def normalised(text: str) -> str:
    """Write quotes, dashes, negations and per cent signs in one way."""
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
        if low in CONTRAST or low in (";", "|") or (low == "unlike" and found):
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
                content=wordy and low not in STOP and len(low) > 1,
            )
        )
    return tuple(found)


def content_senses(text: str) -> tuple[str, ...]:
    """Return the senses of the content words of a text, in order, repeats kept."""
    return tuple(token.sense for token in tokens(text) if token.content)
