"""Tell what a number without a unit counts: years of age, or things by their names; and which is but a label."""

import re

from assistant.text.terms import content_words, stems

_GROUP = r"groups?|part(?:y|ies)|famil(?:y|ies)|class(?:es)?|teams?|crowds?"
_PEOPLE = (
    r"child(?:ren)?|kids?|bab(?:y|ies)|toddlers?|infants?|teen(?:ager)?s?|youths?|adults?|people|persons?|seniors?|pensioners?|boys?|"
    r"girls?|m[ae]n|wom[ae]n|members?|students?|pupils?|readers?|visitors?|guests?|passengers?|travell?ers?|customers?|drivers?|riders?|"
    r"cyclists?|players?|swimmers?|patients?|staff|employees?|workers?|applicants?|residents?|citizens?|tenants?|users?|someone|"
    r"somebody|anyone|anybody|everyone|everybody|those|whoever|sons?|daughters?|mother|father|mum|dad|wife|husband|partner|brother|"
    r"sister|nephew|niece|uncle|aunt|friend|cousin|grand\w+"
)
_BOUNDED = r"(?: (?:aged?|of|from|between|over|under|above|below|up to|at least|the|age|than|older|younger|who|that|is|am|are|turns?|and))*"
_OF_AGE_BEFORE = re.compile(
    rf"\b(?:aged?|ages){_BOUNDED}:? *$|\b(?:{_PEOPLE}){_BOUNDED} +$|\b(?:older|younger) than *$", re.I
)
_IS_BEFORE = re.compile(
    rf"\b(?:I|you|he|she|who|{_PEOPLE})(?: am| is| are| was|['’](?:m|s|re)) (?:only |just |now )?$", re.I
)
_OF_AGE_AFTER = re.compile(
    r"[- ]?(?:(?:years?|months?|weeks?)[- ])?(?:olds?\b|of age\b)|(?: years?)? (?:or|and) (?:older|younger)\b",
    re.I,
)
_SAID = re.compile(r"(?: (?:years?|months?|weeks?))?\s*(?:[.,;:!?]|$|(?:and|or|now|but)\b)", re.I)
_SPENT = re.compile(r" (?:of|in|with|at) (?!age)", re.I)  # "two years of service"
_AGE_OVER = re.compile(r"\b(?:ages?|aged|old|older)\b", re.I)
_LABEL = re.compile(
    r"(?:§+|\b(?:sections?|paragraphs?|clauses?|articles?|chapters?|rules?|parts?|pages?|lines?|steps?|items?|numbers?|no\.?|nr\.?|"
    r"tables?|figures?|levels?|floors?|rooms?|gates?|platforms?|versions?|appendix|annex|form|question|zone|building|unit|bus|tram|flight|"
    r"train)) *$",
    re.I,
)  # fmt: skip
_THING_BEFORE = re.compile(
    r"([^\W\d_]+)(?: (?:of|with|at least|over|under|more than|from|between|up to))+ *$", re.I
)
_THING_AFTER = re.compile(r"[- ]?°?([^\W\d_]+)")
A_WEEK = 604800.0


def is_label(text: str, start: int) -> bool:
    """Tell whether a number only names a place: "section 4"."""
    return bool(_LABEL.search(text[:start]))


def is_age(text: str, start: int, end: int, over: str = "") -> bool:
    """Tell whether a number, or a span of years, is how old somebody or something is; `over` is its column's heading."""
    if not text[start:end].isdigit() and _SPENT.match(text, end):
        return False
    before = text[max(0, start - 60) : start]
    told = _IS_BEFORE.search(before) and _SAID.match(text, end)
    return bool(
        told or _OF_AGE_BEFORE.search(before) or _OF_AGE_AFTER.match(text, end) or _AGE_OVER.search(over)
    )


def things(text: str, start: int, end: int, over: str = "") -> frozenset[str]:
    """Return the stems of what a number counts: the words right before and behind it, and of its column's heading."""
    near = [
        match[1]
        for match in (_THING_BEFORE.search(text[:start]), _THING_AFTER.match(text, end))
        if match is not None
    ]
    words = " ".join([*content_words(" ".join(near)), *content_words(over)])
    people = re.search(rf"\b(?:{_PEOPLE}|{_GROUP})\b", words, re.I) or re.match(r" of us\b", text[end:])
    return frozenset(stems(words)) | ({"people"} if people else frozenset())
