"""Find where the subject of a clause ends and its verb begins, by the shapes of the words."""

from collections.abc import Sequence
from functools import lru_cache

from assistant.text.lexicon.lexicon import word_set
from assistant.text.words import STOP, Token, stem

AUXILIARIES = (
    word_set("auxiliaries") | word_set("be") | frozenset({"has", "have", "had", "do", "does", "did"})
)
VERBS = frozenset(stem(word) for word in word_set("verbs"))
PREPOSITIONS = word_set("prepositions") | frozenset(
    ["under", "through", "during", "after", "before", "without", "between", "among", "against", "across", "over",
     "near", "along", "until", "since", "within", "via", "per", "like", "than"]
)  # fmt: skip
SUBORDINATORS = word_set("subordinators") | frozenset(["as", "so", "until", "that", "which", "who", "whom"])
ARTICLES = frozenset(
    ["a", "an", "the", "its", "their", "his", "her", "our", "some", "most", "many", "few", "all"]
)
DEFINITE = frozenset(["the", "this", "that", "these", "those", "such"])
TAKES_UP = frozenset(
    ["it", "they", "he", "she", "we", "this", "these", "those", "such", "its", "their", "his", "her", "both",
     "each", "others", "another", "one", "ones", "some", "none", "all", "many", "there", "what", "which", "who",
     "that", "where", "to", "not"]
)  # fmt: skip
PLURAL = frozenset(["people", "men", "women", "children", "staff", "police", "teeth", "feet"])
PASTS = word_set("pasts")
OPENS_WITH = frozenset(
    ["while", "whereas", "whilst", "although", "though", "unlike"]
)  # set two clauses apart
LONGEST = 9  # tokens of a subject, at most


def opening_end(words: Sequence[Token]) -> int:
    """Return where a phrase or clause before the first comma ends ("In 2015,"), 0 where there is none."""
    if not words or words[0].low not in PREPOSITIONS | SUBORDINATORS:
        return 0
    return next((at + 1 for at, token in enumerate(words[:16]) if token.low == ","), 0)


def clause_of(words: Sequence[Token]) -> int | None:
    """Return the place of the finite verb after a subject that is named there, or None."""
    if not words or words[0].low in TAKES_UP | SUBORDINATORS | PREPOSITIONS:
        return None
    begins_with_verb = _listed(words[0].low) or words[0].low in PASTS
    named = 0
    for at, token in enumerate(words[: LONGEST + 1]):
        if named and finite_at(words, at):
            return None if begins_with_verb and not _sure(words, at) else at
        if token.low in SUBORDINATORS or token.low in (",", "(", ")", ";") or token.low in AUXILIARIES:
            return None
        named += bool(token.content and not token.low.endswith("ly"))
    return None


def finite_at(words: Sequence[Token], at: int) -> bool:
    """Tell whether the word at a place is likely a finite verb; a noun followed by one is not."""
    if words[at].low in AUXILIARIES:
        return True
    return _verbal(words, at) and not (at + 1 < len(words) and _sure(words, at + 1))


def _sure(words: Sequence[Token], at: int) -> bool:
    """Tell whether a word is a verb by its own form."""
    low = words[at].low
    object_of = low.endswith("s") and not words[at - 1].low.endswith("s")  # "staff follow rules"
    return low in AUXILIARIES or low in PASTS or (_listed(low) and _agrees(words, at) and not object_of)


def _verbal(words: Sequence[Token], at: int) -> bool:
    token, before = words[at], words[at - 1]
    low = token.low
    if not token.content or before.low in ARTICLES | PREPOSITIONS | DEFINITE or before.low == "-":
        return low in STOP and low in PASTS
    if low in PASTS or (low.endswith("ed") and len(low) > 4):
        return True
    if _listed(low) and not low.endswith("ing"):
        return _agrees(words, at) and not (low.endswith("s") and at + 1 == len(words))
    return _agrees(words, at) and _followed(words, at)


def _agrees(words: Sequence[Token], at: int) -> bool:
    """Tell whether a word agrees in number with the noun before it: "owls hunt", "the owl hunts"."""
    low = words[at].low
    nouns = [token for token in words[max(0, at - 3) : at] if token.content and not token.low.endswith("ly")]
    if not nouns or not words[at].content or low.endswith(("ing", "ly")):
        return False
    noun = nouns[-1].low
    plural = (noun.endswith("s") and not noun.endswith(("ss", "us", "is"))) or noun in PLURAL
    third = low.endswith("s") and not low.endswith(("ss", "us", "is"))
    return plural != third


def _followed(words: Sequence[Token], at: int) -> bool:
    """Tell whether what follows a word fits a verb that no list knows."""
    plural = not words[at].low.endswith("s")
    if plural or at + 1 == len(words):
        return plural
    after = words[at + 1]
    return after.text[0].isalnum() and (not after.content or after.low.endswith("ly"))


@lru_cache(maxsize=10_000)
def _listed(low: str) -> bool:
    return stem(low) in VERBS and not low.endswith(("er", "ers", "or", "ors", "ion", "ions", "ment", "ments"))
