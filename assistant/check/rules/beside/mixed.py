"""Find a claim that says of one subject what its evidence says of another one beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.check.rules.beside.statements import Beside, Part, beside
from assistant.check.rules.beside.subject_phrase import ARTICLES, PREPOSITIONS
from assistant.text.lexicon.lexicon import word_set
from assistant.text.lexicon.synonyms import Held, held, holds
from assistant.text.words import Token, stem

LIGHT = frozenset(stem(word) for word in word_set("light"))


@dataclass(frozen=True, slots=True)
class Mixed:
    """A word of the claim, the subject that the evidence says it of, and the one the claim says it of."""

    word: str
    evidence: str
    claim: str


def mixed(claim: str, sentences: Sequence[str]) -> Mixed | None:
    """Return the first word that the claim takes from what is said of a subject it does not name, or None.

    `sentences` are neighbours. Only words that stand in one part of the evidence count; words before the
    first part, or said of several, belong to all.
    """
    theirs = beside(tuple(sentences))
    if sum(bool(part.lead) for part in theirs.parts) < 2:
        return None
    own = beside((claim,))
    for part in own.parts:
        found = _clash([*own.shared, *part.lead, *part.rest], theirs)
        if found is not None:
            return found
    return None


def _clash(words: Sequence[Token], theirs: Beside) -> Mixed | None:
    """Hold one statement of the claim against each two parts of the evidence."""
    at_home = _homes(words, theirs)
    if at_home is None:
        return None
    for own, part in enumerate(theirs.parts):
        if not part.lead:
            continue
        for other, rival in enumerate(theirs.parts):
            if other == own or not rival.lead or not _apart(part, rival):
                continue
            subject = [token for token in words if _names(token, part, rival)]
            named = any(_names(token, rival, part) for token in rival.lead)
            if not subject or not named or any(_names(token, rival, part) for token in words):
                continue
            taken = [n for n, home in enumerate(at_home) if home == other and words[n] not in subject]
            kept = [n for n, home in enumerate(at_home) if home == own and words[n] not in subject]
            heavy = [n for n in taken if words[n].stem not in LIGHT]
            taken = heavy or ([] if kept else taken)
            if not taken:
                continue
            if len(taken) > len(kept) or any(_displaced(words, n, part, rival) for n in taken):
                return Mixed(words[taken[0]].text, _say(rival), _say(part))
    return None


def _homes(words: Sequence[Token], theirs: Beside) -> list[int | None] | None:
    """Return for each word the only part that holds it, or None; None where one part holds all words."""
    shared = _held(theirs.shared)
    parts = [_held((*part.lead, *part.rest)) for part in theirs.parts]
    weighty = [token for token in words if token.content or token.number]
    if any(all(holds(part, token.low) or holds(shared, token.low) for token in weighty) for part in parts):
        return None
    homes: list[int | None] = []
    for token in words:
        found = [at for at, part in enumerate(parts) if holds(part, token.low)]
        weighs = (token.content or token.number) and len(found) == 1 and not holds(shared, token.low)
        homes.append(found[0] if weighs else None)
    return homes


def _apart(one: Part, two: Part) -> bool:
    """Tell whether two parts are set beside each other; of two sentences not every pair is."""
    first, second = (one, two) if one.sentence <= two.sentence else (two, one)
    if first.sentence == second.sentence:
        return True
    if second.takes_up and not first.takes_up:
        return False
    known = _held(first.rest)
    alike = any(holds(known, token.low) for token in second.rest if token.content)
    return alike or second.against


def _names(token: Token, part: Part, other: Part) -> bool:
    """Tell whether a word names the subject of a part and not that of another one."""
    if not (token.content or token.number):
        return False
    return holds(_held(part.lead), token.low) and not holds(_held(other.lead), token.low)


def _displaced(words: Sequence[Token], at: int, part: Part, rival: Part) -> bool:
    """Tell whether a word took the place of another one that follows the same preposition or verb."""
    lead = at - 1
    while lead > 0 and words[lead].low in ARTICLES:
        lead -= 1
    if lead < 0:
        return False
    sign = words[lead]
    if not (sign.low in PREPOSITIONS or sign.content):
        return False
    followed = [_next(part.rest, n) for n, token in enumerate(part.rest) if token.stem == sign.stem]
    claimed = _held(tuple(words))
    there = [n for n, token in enumerate(rival.rest) if token.stem == sign.stem]
    return bool(there) and any(token is not None and not holds(claimed, token.low) for token in followed)


def _next(words: Sequence[Token], at: int) -> Token | None:
    return next((token for token in words[at + 1 : at + 4] if token.content or token.number), None)


@lru_cache(maxsize=20_000)
def _held(words: tuple[Token, ...]) -> Held:
    return held(" ".join(token.text for token in words))


def _say(part: Part) -> str:
    words = [token for token in part.lead if token.text[0].isalnum()]
    return " ".join(token.text for n, token in enumerate(words) if n or token.low not in ARTICLES)
