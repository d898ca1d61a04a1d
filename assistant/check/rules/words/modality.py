"""Tell whether a claim gives as real and present what its evidence only means, denies, expects or remembers."""

import re

from assistant.check.rules.words.passive import BE
from assistant.check.rules.words.polarity import NEGATORS
from assistant.check.rules.words.tense import dated, past_at, past_only
from assistant.text.lexicon.lexicon import word_set
from assistant.text.lexicon.synonyms import forms
from assistant.text.words import Token, tokens

_MEANT = (
    r"(?:meant|supposed|intended|due|set|scheduled|about|going|ready|poised|expected|planned|hoped) to|"
    r"(?:verge|point|brink) of"
)
_AIM = re.compile(
    rf"\b(?:is|are|was|were|be|been) (?:on the )?(?:{_MEANT})\s+(?P<rest>.+)"
    r"|\b(?:came|come|comes) close to\s+(?P<near>.+)"
)
_TO_BE = re.compile(r"\b(?:is|are|was|were) to\s+(?P<rest>.+)")
_PURPOSE = re.compile(
    r"\b(?:aims?|goals?|purposes?|objectives?|roles?|jobs?|tasks?|ideas?|points?|ways?|steps?|challenges?|key|first"
    r"|function|duty|work|answer|solution|choice|best|what|how|all|approach|focus|option|trick|mission)\b"
)
_INTENDED = re.compile(
    rf"\b(?:{_MEANT}|will|would|shall|may|might|could|should|was to|were to|is to|are to"
    rf"|{'|'.join(sorted(word_set('intention') - {'failed', 'fails', 'refuse', 'refused', 'refuses', 'declined'}))})\b"
)
_TURNED = re.compile(r"\b(?:far from|anything but|fail(?:s|ed|ing)? to|too [\w-]+ to)\s+(?P<rest>.+)")
_TURNING = re.compile(r"\b(?:far from|anything but|fail\w*|too [\w-]+ (?:to|for))\b")
_WOULD = re.compile(r"\bwould\s+(?!not\b)(?P<rest>.+)")
_NOT_REAL = re.compile(r"\b(?:would|could|might|may|will|should|if|unless|can|expect\w*|say|said)\b")
_WILL = re.compile(r"\b(?<!the )(?<!at )(?:will|shall)\s+(?!not\b)(?P<rest>.+)")
_WAS = re.compile(r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )\bused to\s+(?P<rest>.+)")
_FORMERLY = re.compile(
    r"\b(?:formerly|previously|in the past|at one time|(?:was|were|had) once|once (?:was|were|had))\b"
)
ENDED = re.compile(r"\b(?:until|till)\b(?! (?:now|today)\b)(?P<own>[^,]*)")
_OVER = re.compile(r"\b(?:formerly|previously|past|once|used to|until|till|no longer|former|previous|had)\b")
_PAST_BE = re.compile(r"\b(?:was|were|had) (?P<rest>.+)")
_PRESENT_BE = re.compile(r"\b(?:is|are|has|have) (?P<rest>.+)")


def aimed(claim: str, text: str) -> bool:
    """Tell whether the claim states as done what was only meant or about to happen."""
    if _INTENDED.search(claim) or negated(claim):
        return False
    if _in_reach(claim, _AIM, text) is not None:
        return True
    found = _TO_BE.search(text)
    purpose = found is not None and _PURPOSE.search(text[: found.start()])
    return not purpose and _in_reach(claim, _TO_BE, text) is not None


def turned(claim: str, text: str) -> bool:
    """Tell whether the claim states what the text denies with "far from", "too ... to", "failed to" and the like."""
    return not negated(claim) and not _TURNING.search(claim) and _in_reach(claim, _TURNED, text) is not None


def supposed(claim: str, text: str) -> bool:
    """Tell whether the claim states as a fact what only "would" be."""
    return not _NOT_REAL.search(claim) and _in_reach(claim, _WOULD, text) is not None


def negated(text: str) -> bool:
    """Tell whether a text holds an odd number of denials."""
    return sum(token.low in NEGATORS for token in tokens(text)) % 2 == 1


def brought_forward(claim: str, text: str) -> bool:
    """Tell whether the claim says that what "will" be has been, or that what will be at a given time is."""
    word = _in_reach(claim, _WILL, text)
    if word is None or _INTENDED.search(claim):
        return False
    return past_at(tokens(claim), word) or (dated(text) and not dated(claim))


def brought_back(claim: str, text: str) -> bool:
    """Tell whether the claim says in the present what the evidence says of a time that is over."""
    if _OVER.search(claim) or past_only(tokens(claim)):
        return False
    was = _WAS.search(text)
    if was and not re.search(r"\b(?:is|are)\b", was["rest"]) and _in_reach(claim, _WAS, text) is not None:
        return True
    if _no_longer(claim, text):
        return True
    return bool(_FORMERLY.search(text) or (ENDED.search(text) and past_only(tokens(text))))


def _no_longer(claim: str, text: str) -> bool:
    """Tell whether the claim says "is" or "has" of what the evidence says "was" or "had" of."""
    were, are = (
        {token.stem for match in verb.finditer(words) if (token := _reached(verb, words[match.start() :]))}
        for verb, words in ((_PAST_BE, text), (_PRESENT_BE, claim))
    )
    still = {
        token.stem
        for match in _PRESENT_BE.finditer(text)
        if (token := _reached(_PRESENT_BE, text[match.start() :]))
    }
    return bool(were & are - still)


def _reached(pattern: re.Pattern[str], text: str) -> Token | None:
    """Return the first word of weight after a mark: the verb or adjective that it bears on."""
    found = pattern.search(text)
    if found is None:
        return None
    return next(
        (
            token
            for token in tokens(found.groupdict().get("rest") or found["near"])[:5]
            if token.content and token.low not in BE
        ),
        None,
    )


def _in_reach(claim: str, pattern: re.Pattern[str], text: str) -> Token | None:
    """Return the claim's word for what a mark of the evidence bears on, or None."""
    word = _reached(pattern, text)
    if word is None:
        return None
    return next(
        (own for own in tokens(claim) if own.content and not forms(own.low).isdisjoint(forms(word.low))), None
    )
