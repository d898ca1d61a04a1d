"""Tell what kind of answer a question expects, and whether a sentence holds something of that kind."""

import re
from collections.abc import Callable, Sequence

NUMBER = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|dozens?|hundreds?|thousands?|millions?|billions?|half|quarter|"
    r"thirds?|fifths?|tenths?|twice|double|both)\b"
)
_NUMBER = re.compile(NUMBER, re.I)
_DATE = re.compile(
    r"\b(?:1\d|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century|decade)\b",
    re.I,
)
_CAUSE = re.compile(
    r"\b(?:because|due to|since|so that|in order to|as a result|therefore|thus|caused?|led to|reasons?|owing to)\b",
    re.I,
)
_MEANS = re.compile(r"\b(?:by \w+ing|through|using|via|by means|process|method|way|works?)\b", re.I)
_PLACE = re.compile(r"\b(?:in|at|from|near|to|of|on|between|across|throughout|into) (?:the )?[A-Z]\w+")
_DEFINES = re.compile(
    r"\b(?:is|are|was|were|means?|refers? to|stands for|known as|called|defined|termed) ", re.I
)
_NAME = re.compile(r"(?<=\s)[A-Z]\w+")

_ASKS = {
    "number": re.compile(
        r"\bhow (?:much|many|long|old|far|high|large|big|often|tall|deep|fast)\b|"
        r"\bwhat (?:share|percentage|per cent|percent|number|proportion|amount)\b",
        re.I,
    ),
    "date": re.compile(
        r"\bwhen\b|\b(?:what|which|in what) (?:year|date|month|decade|day|century|time)\b", re.I
    ),
    "person": re.compile(
        r"\bwho(?:m|se)?\b|\b(?:what|which) (?:\w+ )?(?:person|leader|author|company|organi[sz]ation|group|team)s?\b",
        re.I,
    ),
    "place": re.compile(
        r"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:place|city|country|town|region|state|continent|location)s?\b",
        re.I,
    ),
    "cause": re.compile(
        r"\bwhy\b|\bwhat (?:\w+ )?(?:caused?|reasons?|led|made)\b|\b(?:cause|purpose) of\b", re.I
    ),
    "means": re.compile(r"\bhow (?!much|many|long|old|far|high|large|big|often|tall|deep|fast)", re.I),
    "meaning": re.compile(
        r"^\s*(?:what|who) (?:is|are|was|were)\b|\bmean(?:s|ing)?\b|\bstands? for\b|\bdefin|\bterm\b|\bcalled\b",
        re.I,
    ),
}
KINDS = tuple(_ASKS)


def kinds(question: str) -> set[str]:
    """Return the kinds of answer (of KINDS) that a question may expect."""
    return {kind for kind, asks in _ASKS.items() if asks.search(question)}


def holds(kind: str, question: str, sentences: Sequence[str]) -> list[bool]:
    """Tell of each sentence whether it holds something of a kind that the question does not name itself."""
    return [_HOLDS[kind](question, sentence) for sentence in sentences]


def _new(pattern: re.Pattern[str], question: str, sentence: str) -> bool:
    named = set(re.findall(r"\w+", question.lower()))
    return any(not set(re.findall(r"\w+", match[0].lower())) <= named for match in pattern.finditer(sentence))


def _number(question: str, sentence: str) -> bool:
    given = set(re.findall(r"\d[\d.,]*", question))
    return bool(_NUMBER.search(re.sub(r"\d[\d.,]*", lambda m: "" if m[0] in given else m[0], sentence)))


_HOLDS: dict[str, Callable[[str, str], bool]] = {
    "number": _number,
    "date": lambda question, sentence: _new(_DATE, question, sentence),
    "person": lambda question, sentence: _new(_NAME, question, sentence),
    "place": lambda question, sentence: _new(_PLACE, question, sentence),
    "cause": lambda question, sentence: bool(_CAUSE.search(sentence)),
    "means": lambda question, sentence: bool(_MEANS.search(sentence)),
    "meaning": lambda question, sentence: bool(_DEFINES.search(sentence)),
}
