"""Read what a question names: names inside it, and the subjects that must not be exchanged."""

import re
from dataclasses import dataclass

from assistant.question.clauses import ASKS, order_of
from assistant.text.lexicon.contrasts import ASKED, BUILT_IN, term_patterns
from assistant.text.sentences import sentence_spans
from assistant.text.terms import content_words, names_in

_BY = r"(?:according to|based on|as per|going by)"
_BIDS = r"(?:list|name|describe|explain|summari[sz]e|give|tell|state|outline)\b"
_SOURCE = re.compile(
    rf"(?:(?P<only>{_BY})|in|from|under|per) (?P<name>[^?]+?),? (?P<rest>(?:{ASKS}|{_BIDS}).*)", re.I
)
_SOURCE_LAST = re.compile(rf"(?P<rest>.+?),? (?P<only>{_BY}) (?P<name>[^,?]+)[?.! ]*", re.I)
_SAYS = re.compile(
    r"(?P<rest>(?:what|how much|how many) (?:do|does|did) (?P<name>.+?) (?:say|state|tell|mention|report|require)\b.*)", re.I
)  # fmt: skip
_ABOUT = re.compile(r"^what (?:do|does|did) .+? (?:say|tell(?: \w+)?) (?:about|on) (?P<thing>.+)$", re.I)
_ANY = re.compile(
    r"(?:(?:the|these|those|your|our|my|any) )?(?:articles?|documents?|files?|texts?|sources?|corpus)", re.I
)
_JOINED = re.compile(r",? (?:and|or) ")
_NAME = r"[^\W\d_a-zß-öø-ÿ][\w.&’'-]*"  # a word written as a name, or an initial
_NAMES = rf"(?:the )?{_NAME}(?:,? (?:(?:of|de|the|for|&) )*{_NAME})*"
_LEFT, _RIGHT = re.compile(rf"(?:\bboth )?(?P<names>\b{_NAMES})$"), re.compile(_NAMES)
_FOR = r"(?:for|on|in|about|of|to|from|with)"
_EACH_FOR = re.compile(
    rf"\b(?P<for>{_FOR}) (?P<first>[^,?]+?)(?:, (?P=for) (?P<next>[^,?]+?))?,? and (?P=for) (?P<last>[^,?]+)"
)
_OF_BOTH = re.compile(
    r"\b(?:differ\w*|compar\w+|between|common|same|than|versus|vs)\b", re.I
)  # of none alone
_OF_MANY = re.compile(r"\b(?:do|are|were|have)(?= (?:the )?(?:\w+ )?$)", re.I)
_ONE = {"do": "does", "are": "is", "were": "was", "have": "has"}
_LISTED = re.compile(r"(?P<stem>[^:?]+): (?P<items>[^:?]+?)[?.! ]*")

CONTRASTS = term_patterns(contrast for contrast in BUILT_IN if contrast.name in ASKED)
MAX_ALONE = 5  # things that the same is asked of: each is searched for by itself
MAX_NAMES = 160  # characters of names before "and"
Join = tuple[tuple[int, int], list[str]]  # first and last character, and what is joined there


def asking(question: str) -> str:
    """Return the last sentence of a question, without what is told before it."""
    spans = sentence_spans(question)
    return question[spans[-1][0] :] if spans else question


def names(question: str) -> list[str]:
    """Return words written as names inside the question: capitalised after the first word, or acronyms.

    Names in what is told before the question ("We sit in Berlin. What ...?") are not asked about.
    """
    return names_in(asking(question))


def names_of_contrast(text: str) -> list[str]:
    """Return the contrasted terms a text names (BPO, KPO, captive ...), in order of first mention."""
    found = [
        (match.start(), name)
        for group in CONTRASTS
        for name, pattern in group
        if (match := re.search(rf"\b(?:{pattern})\b", text, re.I))
    ]
    return [name for _, name in sorted(found)]


def named_in(text: str) -> set[str]:
    """Return what a heading or a question names: contrasted terms, names, years."""
    words = names(text)
    if len(words) > 1 and len(words) >= len(content_words(text)) - 1:  # A Heading With Capitals Throughout
        words = [word for word in words if word.isupper()]
    return {word.lower() for word in words} | {name.lower() for name in names_of_contrast(text)}


def besides(text: str) -> str:
    """Return the words of a text that say something, the contrasted terms left out."""
    return " ".join(word for word in content_words(text) if not names_of_contrast(word))


@dataclass(frozen=True, kw_only=True)
class Source:
    """A document that a question names, and what is asked of it; `only` where no other document is meant."""

    name: str  # "" for "the articles", which may be any of them
    asked: str
    only: bool


def source_of(question: str) -> Source | None:
    """Read "According to the lease, who pays?" as who pays, asked of the lease; None where no document may be meant."""
    for form in (_SOURCE, _SOURCE_LAST, _SAYS):
        if match := form.fullmatch(question.strip()):
            asked, only = match["rest"].rstrip("?.! "), match.groupdict().get("only", "says")
            about, name = _ABOUT.search(asked), "" if _ANY.fullmatch(match["name"]) else match["name"]
            asked = f"Tell me about {about['thing']}." if about else f"{asked[:1].upper()}{asked[1:]}?"
            return Source(name=name, asked=asked, only=bool(only))
    return None


def each_alone(question: str) -> tuple[str, ...]:
    """Return a question once for each of the things that it asks the same of, none where it asks it of one.

    Those are names ("What do A and B cost?", and side by side "In A and B, who are C and D?"), what stands behind the same
    preposition ("for A, for B and for C"), or behind a colon. What may be settled by yes or no is left as it is.
    """
    if order_of(question) == "verb" or _OF_BOTH.search(question):
        return ()
    joins = _joined_names(question) or _joined_by_preposition(question) or _listed(question)
    counts = {len(names) for _, names in joins}
    if len(counts) != 1 or max(counts) > MAX_ALONE:
        return ()
    alone = []
    for at in range(counts.pop()):
        text = question
        for (start, end), names in reversed(joins):
            text = f"{_OF_MANY.sub(_of_one, text[:start])}{names[at]}{text[end:]}"
        alone.append(re.sub(r",? respectively\b", "", text))
    return tuple(dict.fromkeys(alone))


def _of_one(verb: re.Match[str]) -> str:
    return _ONE[verb[0].lower()]


def _joined_names(question: str) -> list[Join]:
    """Return where names stand side by side, and the names."""
    joins: list[Join] = []
    for cut in _JOINED.finditer(question):
        left = _LEFT.search(question, max(cut.start() - MAX_NAMES, 0), cut.start())
        right = _RIGHT.match(question, cut.end())
        if left is None or right is None or re.fullmatch(ASKS, left["names"].split()[0], re.I):
            continue
        before, behind = left["names"].split(", "), right[0].split(", ")
        whole = len(before) == len(behind) > 1  # "Upton, Georgetown, and Lakewood, Pinehurst"
        names = [left["names"], right[0]] if whole else [*before, right[0]]
        if not any(names_of_contrast(name) for name in names):
            joins.append(((left.start(), right.end()), names))
    return joins


def _joined_by_preposition(question: str) -> list[Join]:
    """Return where things stand side by side behind the same preposition."""
    match = _EACH_FOR.search(question)
    if match is None:
        return []
    things = [match[name].strip() for name in ("first", "next", "last") if match[name]]
    return [(match.span(), [f"{match['for']} {thing}" for thing in things])]


def _listed(question: str) -> list[Join]:
    """Return the things listed behind a colon."""
    match = _LISTED.fullmatch(question)
    things = re.split(r",? and |, ", match["items"]) if match else []
    return [(match.span("items"), things)] if match and len(things) > 2 else []
