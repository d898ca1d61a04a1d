"""Turn a sentence into the questions it answers: what its subject is, where, since when, by whom, what for."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.text.anaphora import leans
from assistant.text.lexicon.contrasts import phrase_regex
from assistant.text.lexicon.lexicon import word_set
from assistant.text.terms import stems

_WORD = r"[^\W_][\w'’/-]*"
_TERM = rf"(?P<article>An? |The )?(?P<called>(?:term|abbreviation|letters|name) )?(?P<term>{_WORD}(?: {_WORD}){{0,4}}?)"
_ASIDE = r"(?: \([^)]*\))?(?:, or [^,]+,)?"
_NOUN = (
    r"(?:normally |usually |typically )?(?:an?|any|the|those|when|what)"
    r"(?! (?:right|best|main|only|same|usual|most|first|last|next|one|good|great|bad|better|major|key|common|big"
    r"|bit|lot|must|matter|sign|result|reason|way|case|important|likely|obvious|clear|useful|hard|popular"
    r"|leading|well|rare|less|more|fact|question|\w+est)\b)"
    r"(?! (?:[\w’'-]+ ){0,3}(?:challenge|concern|issue|factor|advantage|disadvantage|benefit|risk|problem|reason|source)\b)"
)
_DEFINES = re.compile(
    rf"{_TERM}{_ASIDE} (?:(?P<be>is|are|was|were) {_NOUN} (?P<what>.+)|(?P<verb>means?|refers? to|stands? for) .+)"
)
_ALSO = re.compile(r" (?:also|often|usually|normally|typically|generally|commonly|sometimes)$")
_BEFORE = r"(?:(?!(?:of|in|about|by|for|that|on|with|from|to|and)\b)[\w’'-]+ ){0,6}?"
_PERSON = re.compile(
    rf"{_BEFORE}(?:student|author|writer|leader|king|queen|duke|emperor|president|general|officer|agent|protagonist|character"
    r"|poet|philosopher|scientist|lawyer|politician|founder|director|actor|actress|noble(?:wo)?man|adventurer|explorer"
    r"|historian|economist|man|woman|son|daughter|brother|sister|monk|priest|mercenary|soldier|knight|detective|musician"
    r"|singer|painter|engineer|professor|theorist|theologian|activist|scholar|pastor|bishop|commander|earl|count|\w+(?:cian|logist|grapher))\b",
    re.I,
)
_PEOPLE = re.compile(
    rf"{_BEFORE}(?:people|peoples|group of people|ethnic group|members|followers|descendants)\b", re.I
)
_INSIDE = re.compile(rf"(?<=[a-z,] ){_WORD}")
_DATED = r"(?:in|on) (?:\w+ )?(?:\d{1,2},? )?(?:1\d|20)\d\d\b"
_LATER = rf"\b(?:(?!\b(?:was|were|and|after|before)\b)[^.;,])*? {_DATED}"
_MADE = (
    r"founded|established|released|signed|discovered|introduced|launched|adopted|abolished|formed|created|invented|revoked"
    r"|published|dissolved|built|born"
)
_BE = r"(?P<be>is|are|was|were) (?:also |often |\w+ly )?"
_PAST = {
    "began": "begin", "started": "start", "ended": "end", "opened": "open", "closed": "close", "died": "die",
}  # fmt: skip
_FACTS = tuple(  # what stands behind the subject, and the question that asks for it
    (re.compile(rf"{_TERM}{_ASIDE} {form}"), question)
    for form, question in (
        (rf"{_BE}(?:first )?(?P<did>{_MADE}){_LATER}", "When {be} {term} {did}?"),
        (rf"(?P<did>{'|'.join(_PAST)}) {_DATED}", "When did {term} {did}?"),
        (r"was (?P<did>founded|discovered|developed|designed|invented|directed|coined|led) by (?:the )?[A-Z]", "Who {did} {term}?"),
        (rf"{_BE}used (?:to|for) ", "What {be} {term} used for?"),
        (rf"{_BE}(?:located|situated) (?:in|on|at|near|between) ", "Where {be} {term} located?"),
        (rf"{_BE}(?:based|headquartered) in [A-Z]", "Where {be} {term} based?"),
        (rf"{_BE}(?:composed|made up) of ", "What {be} {term} made up of?"),
        (rf"{_BE}(?:divided|grouped|classified) into ", "What {be} {term} divided into?"),
        (rf"{_BE}known for ", "What {be} {term} known for?"),
        (rf"{_BE}caused by ", "What {be} {term} caused by?"),
        (rf"{_BE}measured (?:by|as|in|with|against) ", "How {be} {term} measured?"),
        (r"(?P<do>consist(?:s|ed)?) (?:mainly )?of ", "What {do} {term} consist of?"),
        (r"(?P<do>depends?) (?:mainly |largely |mostly )?on ", "What {do} {term} depend on?"),
    )
)  # fmt: skip
_EDGES = (
    word_set("stop")
    | word_set("pronouns")
    | word_set("digits")
    | word_set("tens")
    | {"zero", "there", "another", "what", "who", "today", "one", "two"}
)
_VAGUE = re.compile(
    r"\b(?:(?:aim|goal|answer|point|idea|result|reason|problem|question|author|article|study|report|paper|book|page|step|aspect"
    r"|example|case|part|number|way|meaning)s?|other|rest|latter|former|following|same|first|second|third|last|next|new|old"
    r"|this|that|these|those|its|their|his|her|our|your|my|most|many|some|each|of which|of whom|to|by|which|who|more|if|when"
    r"|while|because|on|in|at|above|below|under|over|near|behind|between|with|from|called|named|known|as|\w+ly|not)\b|['’]s\b",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How words are written in a corpus, wherever a capital letter does not come from the start of a sentence."""

    words: Counter[str]
    text: str

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Usage":
        """Count the words behind a word in lower case or a comma, and keep all in lower case."""
        joined = "\n".join(texts)
        return cls(words=Counter(_INSIDE.findall(joined)), text=joined.lower())

    def count(self, term: str) -> int:
        """Return how often a term occurs, with or without an article."""
        bare = re.sub(r"^(?:an?|the) ", "", term.lower())
        return len(re.findall(rf"(?<!\w){phrase_regex(bare)}(?!\w)", self.text))

    def is_common(self, word: str) -> bool:
        """Tell whether a word is written in lower case more often than with a capital."""
        return word[1:] == word[1:].lower() and self.words[word.lower()] > self.words[word]

    def is_name(self, word: str) -> bool:
        """Tell whether a word is written with a capital inside sentences."""
        return word[1:] != word[1:].lower() or self.words[word] > self.words[word.lower()]


def asked_by(sentence: str, title: str, usage: Usage) -> Iterator[tuple[str, Literal["definition", "fact"]]]:
    """Yield the questions that one sentence answers: what its subject is, when it was made, by whom."""
    if " | " in sentence or "\n" in sentence or not sentence.endswith(".") or leans(sentence):
        return
    match = _DEFINES.fullmatch(sentence)
    term = _term(match, title, usage) if match else None
    question = _what_is(match, term, title) if match and term else None
    central = term and (usage.count(term) > 1 or stems(term) & stems(title))
    if question and central:  # what is named but once is seldom asked about
        yield question, "definition"
    for pattern, asked in _FACTS:
        if (match := pattern.match(sentence)) and (term := _term(match, title, usage)):
            yield asked.format(term=term, **_asking(match)), "fact"


def _asking(match: re.Match[str]) -> dict[str, str]:
    """Return the verbs of a question, in the form that a question has them."""
    parts = {
        name: found for name, found in match.groupdict().items() if found and name in ("be", "did", "do")
    }
    if "did" in parts:
        parts["did"] = _PAST.get(parts["did"], parts["did"])
    if "do" in parts:
        parts["do"] = "did" if parts["do"].endswith("ed") else "does" if parts["do"].endswith("s") else "do"
    return parts


def _what_is(match: re.Match[str], term: str, title: str) -> str | None:
    """Ask for a definition; None where a bare name may be anybody's or any place's."""
    verb, be = match["verb"], match["be"]
    if verb and verb.startswith("stand"):
        return f"What {'does' if verb == 'stands for' or match['called'] else 'do'} {term} stand for?"
    if verb == "means":
        return f"What does {term} mean?"
    if verb:
        return f"What {'is' if verb == 'refers to' else 'are'} {term}?"
    named = any(map(_is_name, term.split()))
    if _PEOPLE.match(match["what"]) or (named and _PERSON.match(match["what"])):
        return f"Who {be} {term}?"
    own = stems(term) & stems(title)
    the = "the " if be in ("are", "were") and " of " in term else ""
    return f"What {be} {the}{term}?" if own or not named or match["article"] else None


def _term(match: re.Match[str], title: str, usage: Usage) -> str | None:
    """Return the subject of a sentence as it is written inside one, with its article; None where it names no thing."""
    term = _ALSO.sub("", match["term"])
    words = term.split()
    if {words[0].lower(), words[-1].lower()} & _EDGES or _VAGUE.search(term):
        return None
    article = "" if match["called"] else (match["article"] or "").lower()
    if article.startswith("a") and (_is_name(words[0]) or match.groupdict().get("be") in ("was", "were")):
        return None  # a title that begins with "A", or some one thing of a story
    common = usage.is_common(words[0])
    if any(map(_is_name, words[1:])) or (_is_name(words[0]) and len(words) == 1 and not common):
        sure = sum(map(_is_name, words)) > 1 or all(usage.is_name(word) for word in words if _is_name(word))
        return article + term if sure else None
    titled = stems(term) <= stems(title)
    if article == "the " and not titled and (len(words) == 1 or usage.count(term) < 3):
        return None
    if not article and _is_name(words[0]) and (common or len(words) > 1):
        words[0] = words[0].lower()
    return article + " ".join(words)


def _is_name(word: str) -> bool:
    """Tell whether a word is written as a name: a capital in front, none inside."""
    return len(word) > 1 and word[0].isupper() and word[1:] == word[1:].lower()
