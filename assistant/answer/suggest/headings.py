"""Turn a heading into the question that its section answers: "Challenges of KPO", "What the contract must contain"."""

import re

from assistant.text.terms import content_words, stems

_ASKS = r"(?:what|how|why|when|who|which|where|does|do|is|are|can|should|must|has|have|was|were|did)"
_AUXILIARY = r"is|are|was|were|can|could|must|should|will|would|has|have|may"
_THING = r"(?:(?:the|an?) )?(?:(?:[\w'’/-]+) (?:and )?){0,4}?[\w'’/-]+"
_QUESTION = re.compile(rf"{_ASKS}\b.{{6,}}\?", re.I)
_SUBJECT = re.compile(
    r"(?:who [a-z]+(?:ed|[^s]s)|what (?:separates|makes|causes|drives|happens|goes|belongs|distinguishes|sets|helps|affects))\b.*",
    re.I,
)
_TURNED = re.compile(
    rf"(?P<ask>what|how|why|when|where) (?P<thing>{_THING}) (?P<aux>{_AUXILIARY}) (?P<rest>.+)", re.I
)
_VERB = re.compile(
    rf"(?P<ask>what|how|why|when|where) (?P<thing>{_THING}) "
    r"(?P<verb>means|contains|covers|includes|does|works|begins|ends|differs|involves|requires|needs|costs|becomes|"
    r"changes|affects|matters|happens|grows|develops|looks|comes|measures|protects|pays|saves)\b(?P<rest>.*)",
    re.I,
)
_LISTED = re.compile(
    r"(?:(?:the|some|main|key|common|major|chief|typical|possible|important|hidden|\w+al|\w+ary) ){0,2}"
    r"(?:challenges|risks|dangers|threats|benefits|advantages|disadvantages|drawbacks|merits|limits|limitations|"
    r"causes|effects|consequences|symptoms|signs|types|kinds|forms|examples|features|characteristics|principles|"
    r"reasons|requirements|steps|stages|phases|uses|applications|functions|goals|aims|similarities|differences|"
    r"elements|components|parts|methods|models|measures|criteria|responsibilities|duties|strengths|weaknesses|limits and risks)"
    r" (?:of|in|for|between|to) .+",
    re.I,
)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|he|she|his|her|him|you|your|we|our|us|i|my|me|here|above|below|"
    r"not|the (?:same|two|three|other|others|former|latter|first|second|third|last|next|above|post|article|author|page|study|"
    r"case|report|book|paper|chapter|section|table|figure|text|source|sources|problem|issue|question))\b|\bthe author['’]s",
    re.I,
)


def question_of(heading: str, title: str) -> tuple[str, bool] | None:
    """Return the question a heading asks, and whether its answer is a list; None where it asks none that stands alone.

    `title` is the article's: a question that names nothing of it, nor a name or abbreviation, could be about anything.
    """
    words = " ".join(heading.split()).rstrip(".:; ")
    listed = bool(_LISTED.fullmatch(words))
    asked = _as_list(words) if listed else _as_question(words)
    if asked is None or _POINTS.search(asked) or not _anchored(asked, title):
        return None
    return asked, listed


def _as_question(words: str) -> str | None:
    if words.endswith("?"):
        return words if _QUESTION.fullmatch(words) else None
    if _SUBJECT.fullmatch(words):
        return f"{words}?"
    if match := _TURNED.fullmatch(words):
        return f"{_capital(match['ask'])} {match['aux'].lower()} {match['thing']} {match['rest']}?"
    if (match := _VERB.fullmatch(words)) and not match["thing"].lower().endswith("s"):
        base = "become" if match["verb"] == "becomes" else match["verb"].removesuffix("s")
        base = "do" if base == "doe" else base
        return f"{_capital(match['ask'])} does {match['thing']} {base}{match['rest']}?"
    return None


def _as_list(words: str) -> str:
    opening = words if words[1:2].isupper() else f"{words[:1].lower()}{words[1:]}"
    bare = re.match(r"(?:the|some|examples|typical|common|possible)\b", opening)
    return f"What are {'' if bare else 'the '}{opening}?"


def _capital(word: str) -> str:
    return word.capitalize()


def _anchored(asked: str, title: str) -> bool:
    """Tell whether a question says what it is about, without the article it was taken from."""
    content = content_words(asked)
    if any(word[1:] != word[1:].lower() or any(map(str.isdigit, word)) for word in content):
        return True
    if any(word[0].isupper() for word in content if not asked.startswith(word)):
        return True
    if stems(" ".join(content)) & stems(title):
        return True
    bare = not re.search(r"\bthe\b", asked, re.I)
    return bare and len(content) >= (2 if re.match(r"what (?:is|are)\b", asked, re.I) else 3)
