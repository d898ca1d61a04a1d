"""Find what limits a statement (a condition, an aim, an end, a doubt), and tell whether a claim leaves it out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.check.rules.words.causes import added
from assistant.check.rules.words.modality import (
    ENDED,
    aimed,
    brought_back,
    brought_forward,
    negated,
    supposed,
    turned,
)
from assistant.check.rules.words.tense import past_only
from assistant.text.lexicon.synonyms import held, holds, shared_part
from assistant.text.words import Token, normalised, tokens

_HARD = re.compile(
    r"\s*;\s*|\s*\|\s*|,?\s+(?:whereas|while|whilst|though|although|yet)\s+"
    r"|,?\s+(?<!anything )(?<!nothing )(?<!all )but\s+(?!for\b)"
)
_IF = r"(?<!even )(?<!as )(?<!what )(?<!only )if(?! (?:any|ever|not)\b)"
_CONDITION = re.compile(
    rf"\b(?P<mark>{_IF}|only (?:if|when|where|after|once)|unless|provid(?:ed|ing)(?= that)|(?<=, )provided(?! by)|(?:as|so) long as"
    r"|on (?:the )?condition|in case|in the event|assuming|depend\w* on|subject to)\b(?P<own>[^,:]*)"
)
_ASKING = re.compile(r"\b(?:ask|check|test|see|know|wonder|decide|tell|find out|determine|assess)\w*\s+$")
_TURNED_ROUND = re.compile(r"^(?:had (?!to\b)(?P<had>[^,]+), .*\bwould\b|(?:should|without) (?P<own>[^,]+),)")
_WHEN = re.compile(
    r"(?<!, )\b(?P<mark>when|whenever|once)\b(?! (?:per|every|each|more|again|an? (?:day|week|month|quarter|year))\b)(?P<own>[^,]+)"
)
_SUPPOSED = re.compile(
    r"^(?:please |now |just )?(?:suppose|supposing|imagine|assume|assuming|pretend|picture"
    r"|let us (?:say|suppose|assume|imagine))\b|\b(?:hypothetically|in theory|on paper|in principle)\b"
)
_CONDITIONAL = re.compile(
    r"\b(?:if|unless|when|whenever|where|once|provid(?:ed|ing)|(?:as|so) long as|condition\w*|in case"
    r"|assum\w+|suppos\w+|depend\w*|subject to)\b|^had\b"
)
_LOOSE = re.compile(r"\b(?:with|without|by|for|after|until|on|in|given|through|make|makes)\b")
_HYPOTHESIS = re.compile(
    r"\b(?:suppos\w+|imagin\w+|assum\w+|pretend|if|would|theory|hypothe\w+|picture|paper|principle)\b"
)
_EXCEPT = re.compile(
    r"\b(?:except(?:ing)?(?: for)?|other than|apart from|save for|excluding|with the exception of|but for)\b"
    r"(?P<own>[^,]*)"
)
_EXCEPTING = re.compile(r"\b(?:except\w*|other|apart|save|excluding|but|most|nearly|almost|not)\b")
_UNIVERSAL = re.compile(r"\b(?:all|every|everything|everyone|each|any|always|no|none|nobody|nothing|never)\b")
_AT = r"(?:on|in|at|for|during|with|to|by|from|until|within|between|under|among|before)"
_ONLY = re.compile(
    rf"\bonly (?P<own>{_AT}\b[^,]*)|\b(?P<end>{_AT}\b(?:(?!\b{_AT}\b)[^,])*?) only(?=[\s.]*$|,)"
)
REASONS = {
    "condition": "The evidence says this on a condition that the claim leaves out.",
    "turned condition": "The claim turns the condition of the evidence round.",
    "supposed": "The evidence only supposes this.",
    "exception": "The evidence names an exception that the claim leaves out.",
    "only": "The evidence says this only within a limit that the claim leaves out.",
    "aim": "The evidence says that this was meant or about to happen, not that it did.",
    "turned": "The evidence denies this in other words.",
    "would": "The evidence says what would be, the claim what is.",
    "future": "The evidence speaks of the future, the claim does not.",
    "past": "The evidence speaks of a time that is over, the claim of the present.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stretch:
    """A stretch of the evidence between words of contrast, and the rest of the evidence."""

    text: str
    elsewhere: str


def limits_lost(claim: str, sentences: Sequence[str]) -> Iterator[str]:
    """Yield in words each limit that the evidence sets to what the claim says and that the claim leaves out."""
    own = normalised(claim).lower()
    stretches = _stretches(tuple(sentences))
    for stretch in stretches:
        said = _taken(own, stretch)
        if not said:
            continue
        found = {
            "condition": _unconditional(own, stretch.text),
            "turned condition": _turned_condition(own, stretch.text),
            "supposed": bool(_SUPPOSED.search(stretch.text)) and not _HYPOTHESIS.search(own),
            "exception": _without(own, stretch.text),
            "only": _beyond(own, stretch.text),
            "aim": aimed(own, stretch.text),
            "turned": turned(own, stretch.text),
            "would": supposed(own, stretch.text),
            "future": brought_forward(own, stretch.text),
            "past": brought_back(own, stretch.text),
        }
        yield from (REASONS[kind] for kind, lost in found.items() if lost)
    reason = added(own, [stretch.text for stretch in stretches])
    if reason is not None:
        yield reason


def limits(text: str) -> bool:
    """Tell whether some words hold a condition, a supposition, an exception, an "only ..." or an end."""
    low = normalised(text).lower()
    found = any(pattern.search(low) for pattern in (_SUPPOSED, _EXCEPT, _ONLY, _WHEN, ENDED))
    return found or bool(_conditions(low))


@lru_cache(maxsize=20_000)
def _stretches(sentences: tuple[str, ...]) -> tuple[_Stretch, ...]:
    parts = [
        part
        for sentence in sentences
        for part in _HARD.split(normalised(sentence).lower().strip(" \"'"))
        if part and part.strip()
    ]
    return tuple(
        _Stretch(text=part, elsewhere=" . ".join(other for n, other in enumerate(parts) if n != at))
        for at, part in enumerate(parts)
    )


def _taken(claim: str, stretch: _Stretch) -> bool:
    """Tell whether the claim says something that stands in this stretch alone."""
    here, there = held(stretch.text), held(stretch.elsewhere)
    return any(holds(here, word.low) and not holds(there, word.low) for word in _content(claim))


def _content(text: str) -> list[Token]:
    return [token for token in tokens(text) if token.content or token.number]


def _conditions(text: str) -> list[tuple[str, str]]:
    """Return the (mark, words) of each condition in a stretch."""
    found = [
        (match["mark"], match["own"])
        for match in _CONDITION.finditer(text)
        if not _ASKING.search(text[: match.start()])
    ]
    found += [
        (match["mark"], match["own"])
        for match in _WHEN.finditer(text)
        if not past_only(tokens(match["own"])) and not past_only(tokens(text))
    ]
    had = _TURNED_ROUND.search(text)
    return [*found, ("if", had["had"] or had["own"])] if had else found


def _unconditional(claim: str, text: str) -> bool:
    for _, own in _conditions(text):
        share = shared_part(claim, own)
        if not (_CONDITIONAL.search(claim) and share > 0) and not (_LOOSE.search(claim) and share >= 0.5):
            return True
    return False


def _turned_condition(claim: str, text: str) -> bool:
    """Tell whether "unless" has become "if", or the other way, without a denial more or less."""
    theirs = [mark for mark, own in _conditions(text) if shared_part(claim, own) > 0]
    ours = [mark for mark, _ in _conditions(claim)]
    if not theirs or not ours or ("unless" in theirs) == ("unless" in ours):
        return False
    return negated(claim) == negated(text)


def _without(claim: str, text: str) -> bool:
    found = _EXCEPT.search(text)
    if found is None or _EXCEPTING.search(claim):
        return False
    return found[0].startswith("except") or bool(_UNIVERSAL.search(claim))


def _beyond(claim: str, text: str) -> bool:
    found = _ONLY.search(text)
    if found is None or re.search(r"\b(?:only|just|solely|exclusively)\b", claim):
        return False
    return shared_part(claim, found["own"] or found["end"]) == 0
