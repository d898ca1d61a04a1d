"""See whether a sentence gives its content as somebody's statement, and whether a claim keeps that."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

from assistant.check.rules.names import COMMON
from assistant.check.rules.new_words import SAYING
from assistant.text.lexicon.contrasts import BUILT_IN
from assistant.text.lexicon.lexicon import word_set
from assistant.text.words import STOP, Token, normalised, sense, tokens

PLAIN_SAYING = word_set("plain_saying")  # words that also have another sense: "tasks call for expertise"
SPEAKER = word_set("speakers")
SOURCES = word_set("sources")
ATTRIBUTED = re.compile(
    r"\baccording to\b|\bin (?:the|its|his|her|their|one) [\w' -]{0,40}?\b(?:view|opinion|words)\b"
    r"|\b(?:in|for|of) (?:the )?(?:article|author|writer)'?s? (?:view|opinion|account)\b"
)
_SAYS = (
    r"(?:says?|said|claims?|claimed|argues?|argued|asserts?|asserted|insists?|insisted|alleges?|alleged|boasts?"
    r"|boasted|believes?|believed|thinks?|thought|maintains?|maintained|contends?|contended|suggests?|suggested"
    r"|warns?|warned|promises?|promised|announces?|announced|declares?|declared|writes?|wrote|tells?|told|reads?)"
)
REPORTED = re.compile(  # whoever says it: 'The advert says: "..."', "critics say that ...", '"...", it said'
    rf'\b{_SAYS}(?: \w+)?(?: that\b|\s*[,:]\s*[:"]|\s*:|\s+")|",?\s+(?:[\w -]{{1,40}} )?{_SAYS}\b'
    rf'|,"?\s+{_SAYS} (?:the|an?|its?|his|her|their)\b|,\s+[\w -]{{1,40}} {_SAYS}\s*[.]?\s*$'
    r"|\b(?:is|are|was|were) (?:said|believed|thought|claimed|reputed|rumou?red|alleged) to\b"
    r"|\b(?:allegedly|supposedly|purportedly|reputedly)\b"
)
ADDING = frozenset(["add", "added", "adds"])  # of jobs as well as of remarks
TOPICS = frozenset(
    token.low
    for group in BUILT_IN
    for names in group.terms.values()
    for name in names
    for token in tokens(name)
)


@lru_cache(maxsize=20_000)
def attributed(text: str) -> bool:
    """Tell whether a sentence gives its content as somebody's statement."""
    plain = normalised(text).lower()
    if ATTRIBUTED.search(plain) or REPORTED.search(plain):
        return True
    words = tokens(text)
    for at, token in enumerate(words):
        if token.low not in SAYING or at == 0:
            continue
        after = words[at + 1].low if at + 1 < len(words) else ""
        if token.low in ADDING and after not in ("that", ",", ".", ""):
            continue
        if token.low in PLAIN_SAYING and after in ("for", "to", "in", "on", "centre", "centres", "center"):
            continue
        if any(word.low in SPEAKER or _named(word, words) for word in words[max(0, at - 6) : at]):
            return True
    return False


def keeps_source(claim: str, evidence: str) -> bool:
    """Tell whether a claim still shows that somebody states it, or names that source."""
    if attributed(claim):
        return True
    words = tokens(evidence)
    at = next((i for i, token in enumerate(words) if token.low == "according"), None)
    if at is not None:
        own = {token.sense for token in tokens(claim)}
        cited = takewhile(lambda token: token.low not in (",", ".", ";", "("), words[at + 2 :])
        return any(token.content and token.sense in own for token in cited)
    known = {token.low for token in words}
    return any(token.low in SOURCES and token.low in known for token in tokens(claim))


def _named(word: Token, words: Sequence[Token]) -> bool:
    """Tell whether a word may name a speaker: a capital, but not one of the subjects spoken about."""
    if not word.text[0].isupper() or word.low in TOPICS or word.low in STOP:
        return False
    return word is not words[0] or (word.low not in COMMON and sense(word.low) == word.stem)
