"""Compare how sure two sentences are, and whose statement they give."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import takewhile

from assistant.check.rules.names import COMMON
from assistant.check.rules.subjects.binding import CONTRASTS
from assistant.text.lexicon.lexicon import word_set, word_table
from assistant.text.lexicon.synonyms import forms
from assistant.text.words import STOP, Token, normalised, sense, stem, tokens

HEDGES = word_table("hedges")
_KINDS = {
    word: frozenset(name for name, members in HEDGES.items() if word in members)
    for word in frozenset().union(*HEDGES.values())
}
STRONG = word_table("strong")
STRONG_KEPT = word_table("strong_kept_by")
SAYING = word_set("saying")
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
INTENTION = word_set("intention")
INTENDING = frozenset(stem(word) for word in INTENTION)
TOPICS = frozenset(
    token.low
    for group in CONTRASTS
    for names in group.terms.values()
    for name in names
    for token in tokens(name)
)


def hedges(words: Sequence[Token], wanted: frozenset[str] | None = None) -> frozenset[str]:
    """Return the kinds of caution in some tokens: possible, advised, usual, forecast, open, condition.

    With `wanted`, only caution that stands next to words of these senses counts.
    """
    found: set[str] = set()
    for at, token in enumerate(words):
        kinds = None if _month(words, at) else _KINDS.get(token.low)
        if kinds and (wanted is None or _next_to(words, at, wanted)):
            found |= kinds
    return frozenset(found)


def _month(words: Sequence[Token], at: int) -> bool:
    """Tell whether a word is the month of May: with a capital inside a sentence."""
    return at > 0 and words[at].text == "May"


def _next_to(words: Sequence[Token], at: int, wanted: frozenset[str]) -> bool:
    """Tell whether most of the content words around a place are wanted: one before, three after.

    Words that another clause, closer to what is wanted, holds too do not tell.
    """
    clauses: dict[int, set[str]] = {}
    for word in words:
        if word.content:
            clauses.setdefault(word.clause, set()).add(word.sense)
    own = clauses.pop(words[at].clause, set())
    closer = [other for other in clauses.values() if len(other & wanted) > len(own & wanted)]
    telling = wanted.difference(*closer)
    same = [word for word in words if word.clause == words[at].clause and word.content]
    after = [word.sense for word in words[at + 1 : at + 10] if word in same]
    before = [word.sense for word in words[max(0, at - 4) : at] if word in same]
    near = before[-1:] + after[:3]
    if near and telling.isdisjoint(near):
        return False
    return 2 * sum(word in wanted for word in near) >= len(near)


def unrealised(claim: Sequence[Token], evidence: Sequence[Token]) -> str | None:
    """Return a verb that the evidence only wants, offers or refuses to do and the claim states, or None."""
    if any(token.low in INTENTION or token.stem in INTENDING for token in claim):
        return None
    open_there = _wanted(evidence)
    for at, token in enumerate(evidence):
        if at not in open_there:
            continue
        stated = any(_same(token, word) for word in claim)
        if stated and not any(_same(token, word) for i, word in enumerate(evidence) if i not in open_there):
            return token.text
    return None


def _same(one: Token, other: Token) -> bool:
    return other.content and not forms(one.low).isdisjoint(forms(other.low))


def _wanted(words: Sequence[Token]) -> frozenset[int]:
    """Return the places of the verbs that depend on a word of intention: "offers to work", "plans to cut"."""
    found = set()
    for at, token in enumerate(words):
        if token.low == "to" and any(word.low in INTENTION for word in words[max(0, at - 2) : at]):
            found |= {next((i for i in range(at + 1, min(len(words), at + 3)) if words[i].content), -1)}
    return frozenset(found - {-1})


def caution_lost(claim: Sequence[Token], evidence: Sequence[Token]) -> str | None:
    """Return the kind of caution a near copy of the evidence holds less often, or None."""
    for kind, members in HEDGES.items():
        own, known = (
            sum(token.low in members and not _month(words, at) for at, token in enumerate(words))
            for words in (claim, evidence)
        )
        if own < known:
            return kind
    return None


def keeps_caution(kind: str, claim: Sequence[Token]) -> bool:
    """Tell whether a claim shows a kind of caution, or one that means the same."""
    lows = {token.low for token in claim}
    if kind in ("open", "condition"):
        return bool(lows & (HEDGES[kind] | {"if", "when", "whether", "where"}))
    return kind in hedges(claim)


def strengthened(claim: Iterable[Token], evidence: Iterable[Token]) -> str | None:
    """Return a word of the claim (all, only, must ...) that makes it stronger than the evidence, or None."""
    own = [token.low for token in claim]
    have = {token.low for token in evidence}
    for name, members in STRONG.items():
        for low in own:
            if low in members and not STRONG_KEPT[name] & have:
                return low
    return None


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
