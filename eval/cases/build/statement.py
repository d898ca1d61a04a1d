"""Read a plain statement as subject, verb and rest, and turn it into a question; give up where that is unsure."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from assistant.question.spelling import is_english
from assistant.text.anaphora import leans
from assistant.text.lexicon.synonyms import irregular_participles

Form = Literal["present", "plural", "past"]  # asked with does, do, did


def word_list(text: str) -> frozenset[str]:
    """Return words that blanks part."""
    return frozenset(text.split())


MAX_SUBJECT = 9  # words
BE = word_list("is are was were")
AUXILIARIES = BE | word_list("can could may might must shall should will would cannot has have had")
PRESENT = word_list(  # verbs whose forms in the present are told from nouns after a subject
    """
    accept add affect allow apply argue begin belong borrow bring build carry cause claim come concentrate consist contain cost
    cover create decide depend describe earn employ encourage exceed face focus give go grind grow handle hold include
    involve keep last lead leave lend make mean measure meet need offer open own pay permit prevent produce prohibit
    protect provide reach receive reflect rely remain replace require reveal rise run say sell serve show stand
    start suit supply take teach use weaken weigh write
    """
)
PAST = dict(
    pair.split(":")
    for pair in word_list(
        """
        became:become began:begin bought:buy brought:bring broke:break built:build came:come caught:catch
        chose:choose cost:cost cut:cut drew:draw drove:drive fell:fall fought:fight found:find gave:give got:get
        grew:grow held:hold kept:keep knew:know led:lead left:leave lent:lend lost:lose made:make met:meet paid:pay
        put:put ran:run rose:rise said:say sank:sink saw:see sent:send set:set sold:sell spent:spend spoke:speak
        spread:spread stood:stand taught:teach thought:think told:tell took:take went:go withdrew:withdraw won:win
        wore:wear wrote:write
        """
    )
)
_MARKS = re.compile(r"\s?\[\d{1,3}\]|\s*\([^()]*\)")
_UNSURE = re.compile(r"[:\"“”|?!…*=<>{}\[\]()_/]|\.\.|(?<=\w)\. ")
_LEAD = re.compile(r"(?P<lead>(?:In|By|Since|During) (?:\w+ )?\d{4}), (?=\S)")
_TAIL = re.compile(
    r"(?:,? (?:which|although|though|whereas|while|whilst|but|so)|, (?:who|where|when|because|and(?= the))|;| – )\b.*$"
)
_BREAKS = word_list(
    """
    that which who whom whose because if when where while although though but so since as than what how why whether
    there it they he she we you i this these those its their his her our my your also not no however every after
    before once unless until some other
    """
)
_NOMINAL = word_list("the a an of and to in for by with per no")  # the next word is no verb
_JOINS = re.compile(r"\b(?:and|or) (?![A-Z\d])")
_STRANDED = re.compile(
    r"(?:^|\b(?:of|in|for|to|by|with|from|on|at|and|or|the|a|an|is|are|was|were)|,)$", re.I
)
_ARTICLES = word_list("the a an all each many most")
_PEOPLE = word_list("people men women children staff")


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A statement in parts: "In 2019, KPO needed experts" -> "KPO", "", "need", "needed", "past", "experts", "in 2019"."""

    subject: str
    aux: str = ""  # is, can, has ... or "" where a question needs do
    verb: str = ""  # base form, "" after an auxiliary
    said: str  # verb as written
    form: Form
    rest: str
    lead: str = ""

    def asked(self, wh: str, *, rest: str | None = None) -> str:
        """Return the question that begins with `wh`: "Why" -> "Why did KPO need experts in 2019?"."""
        opening = self.aux or {"present": "does", "plural": "do", "past": "did"}[self.form]
        parts = [wh, opening, self.subject, self.verb, self.rest if rest is None else rest, self.lead]
        return f"{' '.join(' '.join(parts).split())}?"

    @property
    def simple(self) -> bool:
        """Whether no further verb or clause follows in the rest."""
        words = re.findall(r"[\w'’-]+", self.rest.lower())[bool(self.aux) :]  # "is run ..."
        verbs = [word for word in words if finite(word) and (word in PRESENT or not word.endswith("ed"))]
        return not verbs and not set(words) & (AUXILIARIES | _BREAKS) and not _STRANDED.search(self.rest)

    @property
    def whole(self) -> bool:
        """Whether all of the rest belongs to the verb: no list either."""
        return self.simple and not _JOINS.search(self.rest) and ", " not in self.rest


def plain(text: str) -> str:
    """Return a sentence without marks of citation, brackets and its final stop."""
    return " ".join(_MARKS.sub("", text).split()).rstrip(". ")


@cache
def _present() -> dict[str, tuple[str, Form]]:
    found: dict[str, tuple[str, Form]] = {}
    for verb in PRESENT:
        stem = f"{verb[:-1]}ie" if re.search(r"[^aeo]y$", verb) else verb
        found[f"{stem}es" if re.search(r"(?:s|sh|ch|x|o)$", verb) else f"{stem}s"] = (verb, "present")
        found[verb] = (verb, "plural")
    return found


@cache
def finite(word: str) -> tuple[str, Form] | None:
    """Return the base and tense of a verb's form in lower case, None for any other word."""
    if word in PAST:
        return PAST[word], "past"
    if not word.endswith("ed") or word.endswith("eed"):
        return _present().get(word)
    # "hop" is no base of "hoped", as its letter would be doubled
    short = re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", word[:-2])
    bases = [f"{word[:-3]}y" if word[-3] == "i" else word[:-1], "" if short else word[:-2]]
    bases += [word[:-3] if word[-4:-3] == word[-3] else ""]
    return next(((base, "past") for base in bases if len(base) > 2 and is_english(base)), None)


def parse(text: str, common: frozenset[str] = frozenset()) -> Clause | None:
    """Return the parts of the main clause, None where it is no plain statement.

    `common` holds the words that are written in lower case inside a sentence; the first word is, if it is there.
    """
    text = re.sub(r"^\d+(?:\.\d+)+ ", "", plain(text))  # the number of a clause
    if leans(text) or _UNSURE.search(text):
        return None
    lead = ""
    if match := _LEAD.match(text):
        lead, text = match["lead"][0].lower() + match["lead"][1:], text[match.end() :]
    words = _TAIL.sub("", text).split()
    for at, word in enumerate(words[: MAX_SUBJECT + 1]):
        if word.lower() in _BREAKS or "," in word:
            return None
        if at and words[at - 1].lower() not in _NOMINAL and (found := _verb(words, at)):
            subject = " ".join(words[:at])
            if re.search(r"['’]s?$|ly$", subject) or words[0].lower().endswith(("ly", "ing")):
                return None
            aux, verb, form = found
            shown = subject if lead else lowered(subject, common)
            rest = " ".join(words[at + 1 :])
            return Clause(subject=shown, aux=aux, verb=verb, said=word, form=form, rest=rest, lead=lead)
    return None


def _verb(words: list[str], at: int) -> tuple[str, str, Form] | None:
    """Return auxiliary, base and form of the word there, None where it is no verb that agrees with its subject."""
    word, before = words[at], words[at - 1].lower()
    after = words[at + 1] if at + 1 < len(words) else ""
    has = word in ("has", "have", "had")
    helps = after.endswith("ed") or after in irregular_participles() | {"been", "not"}
    if has and not helps:
        return "", "have", "past" if word == "had" else "present" if word == "has" else "plural"
    if word in AUXILIARIES:
        return (word, "", "past" if word in ("was", "were", "had") else "present") if after else None
    found = finite(word)
    if found is None or after == "of" or after in AUXILIARIES:
        return None
    plural = before in _PEOPLE or (before.endswith("s") and not before.endswith("ss"))
    plural = plural or "and" in words[:at]
    if found[1] == "past":
        return ("", *found) if after not in ("", "by", "as", "to") else None
    return ("", *found) if plural == (found[1] == "plural") else None


def lowered(phrase: str, common: frozenset[str]) -> str:
    """Write the first word in lower case where it is no name."""
    first, *others = phrase.split()
    low = first.lower()
    if low not in _ARTICLES and others and others[0].istitle():
        return phrase
    known = low in _ARTICLES or not common.isdisjoint({low, low.removesuffix("s"), f"{low}s"})
    return low + phrase[len(first) :] if known and (first[1:].islower() or len(first) == 1) else phrase
