"""Read a plain statement as subject, verb and rest, and turn it into a question; give up where that is unsure."""

import re
from dataclasses import dataclass, replace

from assistant.text.anaphora import leans
from eval.cases.build.grammar.second_verb import first_only, later_verb, was_participle
from eval.cases.build.grammar.verbs import Form, finite, participles
from eval.cases.build.grammar.wordlists import ADVERBS, AUXILIARIES, BREAKS, LINKS

MAX_SUBJECT = 9  # words
_MARKS = re.compile(r"\s?\[\d{1,3}\]|\s*\([^()]*\)")
_LEAD = re.compile(
    r"^(?P<lead>(?:In|By|Since|During|From|At|On|Around|Until|According to|Between|Under) [^,]{2,45}), (?=\S)"
)
_ASIDE = re.compile(r"^([^,]{2,60}), (?:an? |the |one of |also )[^,]{2,60}, ")
_TAIL = re.compile(
    r"(?:,? (?:which|although|though|whereas|whilst|but|so that|even|while)\b|, (?:who|where|when|so|as|with|making|including|"
    r"such as|or|namely|and|because|if|not|rather|down|up|against|compared|less|more|about|then|nearly|often|usually|following|"
    r"particularly|especially|like|under|after|before|until|since|despite|without|in|at|on|by|for|from|to|mostly|mainly|\w+ing)\b"
    r"|;| [–—] | - ).*$"
)
_ARTICLES = frozenset(["the", "a", "an", "all", "each", "many", "most"])
_HAVE: dict[str, Form] = {"has": "present", "have": "plural", "had": "past"}
_STRANDED = re.compile(
    r"(?:\b(?:of|in|for|to|by|with|from|on|at|than|as|and|or|the|a|an|about|between|into|is|are|was|were|that|its|their|when|where|while|because|if|not)|,)$",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A statement in parts: "In 2019, KPO often needs experts" -> "KPO", "", "need", "present", "often", "experts"."""

    subject: str
    aux: str = ""  # is, can, has ... or "" where a question needs do
    verb: str = ""  # base form, "" after be
    said: str  # verb as written, adverb left out
    form: Form
    adverb: str
    rest: str
    lead: str = ""  # "in 2019", "" where there is none

    @property
    def opening(self) -> str:
        """The word that a question begins with after its wh-word."""
        return self.aux or {"present": "does", "plural": "do", "past": "did"}[self.form]

    def asked(self, wh: str, *, rest: str | None = None) -> str:
        """Return the question that begins with `wh`: "Why" -> "Why does KPO often need experts in 2019?"."""
        tail = self.rest if rest is None else rest
        parts = [wh, self.opening, self.subject, self.adverb, self.verb, tail, self.lead]
        return f"{' '.join(' '.join(parts).split())}?"

    def of_subject(self, who: str) -> str:
        """Return the question for the subject: "Who" -> "Who often needs experts in 2019?"."""
        said = f"{self.said} {self.adverb}" if self.said in AUXILIARIES else f"{self.adverb} {self.said}"
        return f"{' '.join(f'{who} {said} {self.rest} {self.lead}'.split())}?"


def plain(text: str) -> str:
    """Return a sentence without marks of citation, brackets and its final stop."""
    return " ".join(_MARKS.sub("", text).split()).rstrip(". ")


def parse(text: str, common: frozenset[str] | None = None) -> Clause | None:
    """Return the parts of the main clause, None where it is no plain statement.

    `common` holds the words that are written in lower case inside a sentence; the first word is, if it is there.
    """
    text = plain(text)
    if leans(text) or re.search(r"[:\"“”|?!…*=<>{}\[\]()_/]|\.\.|(?<=\w)\. ", text):
        return None
    lead = ""
    if match := _LEAD.match(text):
        lead = match["lead"][0].lower() + match["lead"][1:]
        text = text[match.end() :]
        if not re.search(r"\d|^according", lead) or re.match(_TAIL, f", {text}") or text[:4] == "and ":
            return None
    text = _ASIDE.sub(r"\1 ", text)
    cut = _TAIL.search(text)
    if cut and cut.group().startswith((", and", ", or")) and "," in text[: cut.start()]:
        return None  # the last item of a list, or a second clause: which, is unsure
    text = text[: cut.start()] if cut else text
    clause = _split(text.split())
    if clause is None:
        return None
    rest = first_only(clause.rest, clause.aux, clause.form)
    if rest is None or _STRANDED.search(rest) or not (rest or clause.verb):
        return None
    clause = replace(clause, rest=rest)
    if not lead and common is not None:
        clause = replace(clause, subject=lowered(clause.subject, common))
    return replace(clause, lead=lead)


def lowered(phrase: str, common: frozenset[str]) -> str:
    """Write the first word in lower case where it is no name."""
    first, *others = phrase.split()
    if first.lower() not in _ARTICLES and others and others[0][0].isupper() and others[0][1:].islower():
        return phrase
    low = first.lower()
    known = low in common or (low.endswith("s") and low[:-1] in common) or f"{low}s" in common
    known = known or low in _ARTICLES
    return low + phrase[len(first) :] if known and (first[1:].islower() or len(first) == 1) else phrase


def _split(words: list[str]) -> Clause | None:
    for at, word in enumerate(words[: MAX_SUBJECT + 2]):
        low = word.lower()
        if low in BREAKS or "," in word or (at == 0 and finite(low) and finite(low) != (low, "present")):
            return None
        if at == 0 or (word[0].isupper() and word[0] != "A"):
            continue
        nominal = (
            words[at - 1].lower() in ("the", "a", "an", "of", "and", "to", "their", "per", "no")
            or low in LINKS
        )
        if low in AUXILIARIES and not nominal:
            return _with_auxiliary(words, at)
        form = finite(low)
        if form and not nominal and _fits(words, at, form[1]):
            subject, adverb = _subject(words[:at])
            if subject is None or later_verb(words[at + 1 :], form[1]) or was_participle(words[at:]):
                return None
            rest = " ".join(words[at + 1 :])
            return Clause(subject=subject, verb=form[0], said=low, form=form[1], adverb=adverb, rest=rest)
    return None


def _with_auxiliary(words: list[str], at: int) -> Clause | None:
    low, after = words[at].lower(), [word.lower().strip(",") for word in words[at + 1 : at + 3]]
    subject, adverb = _subject(words[:at])
    if subject is None or not words[at + 1 :] or low == "cannot" or later_verb(words[at + 1 :]):
        return None
    rest = " ".join(words[at + 1 :])
    if low in ("has", "have", "had"):
        helps = any(word in participles() for word in after[:1]) or (
            len(after) > 1 and after[0] in ADVERBS | {"not"} and after[1] in participles()
        )
        if not helps:
            form = _HAVE[low]
            return Clause(subject=subject, verb="have", said=low, form=form, adverb=adverb, rest=rest)
    form = "past" if low in ("was", "were", "had") else "present"
    return Clause(subject=subject, aux=low, said=low, form=form, adverb=adverb, rest=rest)


def _fits(words: list[str], at: int, form: Form) -> bool:
    """Tell whether a form agrees with the noun before it, and does not look like a noun or a participle itself."""
    before = words[at - 1].lower()
    after = words[at + 1].lower() if at + 1 < len(words) else ""
    if (
        after in AUXILIARIES
        or after == "of"
        or (finite(after) and after not in participles() and form != "past")
    ):
        return False
    if before in ADVERBS or before.endswith("ly"):
        before = words[at - 2].lower() if at > 1 else ""
    plural = before.endswith("s") and not before.endswith("ss") and not words[at - 1][:2].isupper()
    plural = plural or " and " in f" {' '.join(words[:at]).lower()} "
    if form == "plural":
        return plural or before in ("people", "men", "women", "children", "staff")
    if form == "present":
        return not plural
    return after not in ("by", "as", "to", "") or words[at].lower() not in participles()


def _subject(words: list[str]) -> tuple[str | None, str]:
    """Return the subject and the adverb after it; None where what stands there is no noun phrase."""
    adverb = ""
    if len(words) > 1 and (words[-1].lower() in ADVERBS or words[-1].endswith("ly")):
        adverb, words = words[-1].lower(), words[:-1]
    lows = [word.lower() for word in words]
    if len(words) > MAX_SUBJECT or set(lows) & (BREAKS - {"no"}) or lows[0] in LINKS or lows[-1] in LINKS:
        return None, ""
    if re.search(r"['’]s?$", words[-1]) or lows[0].endswith("ly") or lows[-1] in ("the", "a", "an"):
        return None, ""
    return " ".join(words), adverb
