"""Read a comparison question: the two sides, the aspect it is narrowed to, the contrast they belong to."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.text.lexicon.contrasts import BUILT_IN, Contrast, contrast_of, named, subjects
from assistant.text.terms import content_words

_JOINT = r"(?:,\s*|\s+)(?:and|n|&|with|to|from|against|vs?\.?|versus|or|over)\s+|\s*/\s*"
_PAIR = rf"(?P<x>.+?)(?:{_JOINT})(?P<y>.+)"
_FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        rf"\bdifferen(?:ces?|t)\b.*?\b(?:between|among)\s+{_PAIR}$",
        rf"\bdifferences?\s+(?:of\s+)?{_PAIR}$",
        rf"\b(?:compare|comparing|contrast|comparison (?:of|between))\s+(?:between\s+)?{_PAIR}$",
        rf"\b(?:differentiates?|distinguish(?:es)?|separates?|sets?|tells?)\s+(?:between\s+)?{_PAIR}$",
        rf"\bhow\s+(?:do|does|did|is|are)\s+{_PAIR}\s+(?:differ(?:ent)?|compare)\b(?P<tail>.*)$",
        r"\b(?:do|does|did|is|are)\s+(?P<x>.+?)\s+(?:differ(?:ent)?|compared?)\s+(?:from|to|with|than)\s+(?P<y>.+)$",
        rf"^{_PAIR}\s*[:,-]+\s*(?:what|how)(?:['’]?s)?\b.*\b(?:differ\w*|compar\w*)(?P<tail>)$",
        r"^(?:(?:what about|explain|about)\s+)?(?P<x>.+?)\s+(?:vs?\.?|versus)\s+(?P<y>.+)$",
    )
)
_ALONE = re.compile(
    r"\bhow\s+(?:does|do|is|are)\s+(?P<x>[^,]+?)\s+(?:differ|different)\b(?P<tail>.*)$"
    r"|\bwhat\s+(?:makes|sets|distinguishes)\s+(?P<z>[^,]+?)(?:\s+(?:different|special|apart))?$",
    re.I,
)
_CUE = re.compile(
    r"\b(?:differ\w*|compar(?:e|ed|es|ing|ison|isons)|versus|vs|distinguish\w*|contrast\w*)\b", re.I
)
_SHORT = re.compile(
    r"^(?:which|who|is|are|does|do|can|why|when|where|should|has|have)\b(?!.*\b(?:differences?|differ|compare)\b)"
    r"|\b(?:similar\w*|in common|alike|the same)\b",
    re.I,
)
_TAIL = re.compile(
    r"^(?P<y>.+?)\s+(?:in terms of|with (?:regard|respect) to|when it comes to|regarding|concerning|as (?:to|regards)"
    r"|in|on|for|by|about|at|of)\s+(?P<aspect>.+)$",
    re.I,
)
_TRIM = re.compile(r"^(?:an?|the|both|either|one)\s+|\s+(?:apart|please|briefly|in detail)$", re.I)
_GENERIC = frozenset([
    "outsourcing", "outsourced", "provider", "providers", "work", "process", "processes", "service",
    "services", "model", "models", "centre", "centres", "center", "centers", "company", "companies",
    "industry", "sector", "job", "jobs", "firm", "firms", "bpo", "kind", "type", "terms", "regard", "respect",
    "difference", "differences", "different", "main", "key", "major", "important", "biggest", "basic",
    "table", "chart", "list", "briefly", "detail", "compare", "compared", "comparison", "contrast", "differ",
    "differs", "versus", "vs", "between", "ways", "respects", "two", "sides", "aspects", "aspect",
    "distinguish", "distinguishes", "separates", "makes", "matter", "matters", "most", "projects", "project",
    "both", "each", "other", "approach", "option", "options", "term", "short", "simple", "exactly", "really",
    "there", "diff", "better", "get", "gets",
])  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a comparison question asks: two sides (or one, `second` then None) of a contrast, and an aspect."""

    contrast: Contrast
    first: str
    second: str | None
    aspect: str | None


def read_comparison(
    question: str, contrasts: Sequence[Contrast] = BUILT_IN, holds: Callable[[str], bool] = lambda _: True
) -> Asked | None:
    """Read a comparison question; None where it asks for something else or for a short answer.

    `holds` tells whether the corpus has a phrase; it decides where the name of an unlisted side ends.
    """
    plain = " ".join(question.split()).strip(" ?.!")
    if _SHORT.search(plain):
        return None
    for form in _FORMS:
        match = form.search(plain)
        if match and (asked := _two_sides(plain, match, contrasts, holds)):
            return asked
    alone = _ALONE.search(plain)
    if alone and (asked := _one_side(plain, alone, contrasts)):
        return asked
    return _by_cue(plain, contrasts)


def _two_sides(
    plain: str, match: re.Match[str], contrasts: Sequence[Contrast], holds: Callable[[str], bool]
) -> Asked | None:
    left, right = _TRIM.sub("", match["x"].strip(" ,'\"")), match["y"].strip(" ,'\"")
    outside = f"{plain[: match.start('x')]} {match.groupdict().get('tail') or ''}"
    for contrast in contrasts:
        one, two = named(left, contrast), named(right, contrast)
        terms = {item.term for item in [*one, *two]}
        if one and two and len(terms) == 2 and one[-1].term != two[0].term:
            told = _joined(left[one[-1].end :], right[two[-1].end :])
            rest = f"{left[: one[0].start]} {outside} {told}"
            return Asked(contrast=contrast, first=one[-1].term, second=two[0].term, aspect=_aspect(rest))
    tail = _TAIL.match(right)
    aspect = f"{outside} {tail['aspect'] if tail else ''}"
    right, dropped = _shortened(_TRIM.sub("", tail["y"] if tail else right), holds)
    left = _with_head(left, right, holds)
    left, lead = _possessed(left, right, holds)
    if not left or not right or left.lower() == right.lower() or max(map(_length, (left, right))) > 5:
        return None
    if not (holds(left) and holds(right)):
        return None
    return Asked(
        contrast=contrast_of(left, right),
        first=left,
        second=right,
        aspect=_aspect(f"{lead} {aspect} {dropped}"),
    )


def _joined(first: str, second: str) -> str:
    """Return what is said of both sides: "earn" of "do KPO people earn vs BPO people", where "people" names the sides."""
    one, two = first.split(), second.split()
    shared = {word.lower() for word in one} & {word.lower() for word in two}
    own = [word for word in [*one, *two] if word.lower() not in shared]
    return " ".join(own) if content_words(" ".join(own)) else second


def _one_side(plain: str, match: re.Match[str], contrasts: Sequence[Contrast]) -> Asked | None:
    text = match["x"] or match["z"]
    for contrast in contrasts:
        found = named(text, contrast)
        if len({item.term for item in found}) == 1 and len(subjects(contrast)) > 1:
            rest = f"{text[: found[0].start]} {text[found[-1].end :]} {match['tail'] or ''}"
            return Asked(contrast=contrast, first=found[0].term, second=None, aspect=_aspect(rest))
    return None


def _by_cue(plain: str, contrasts: Sequence[Contrast]) -> Asked | None:
    """Read any other wording that names exactly two subjects of one contrast and a word of comparing."""
    if not _CUE.search(plain):
        return None
    for contrast in contrasts:
        found = named(plain, contrast)
        terms = list(dict.fromkeys(item.term for item in found))
        if len(terms) == 2:
            rest = f"{plain[: found[0].start]} {plain[found[-1].end :]}"
            return Asked(contrast=contrast, first=terms[0], second=terms[1], aspect=_aspect(rest))
    return None


def _shortened(text: str, holds: Callable[[str], bool]) -> tuple[str, str]:
    """Leave out last words until the corpus holds the phrase: "coffee price" -> "coffee" and "price"."""
    words = text.split()
    for end in range(len(words), 0, -1):
        if holds(" ".join(words[:end])):
            return " ".join(words[:end]), " ".join(words[end:])
    return text, ""


def _with_head(text: str, other: str, holds: Callable[[str], bool]) -> str:
    """Give a side the noun it shares with the other: "innate" (and "adaptive immune system")."""
    head = other.split()[_length(text) :]
    whole = f"{text} {' '.join(head)}"
    return whole if head and holds(whole) else text


def _possessed(text: str, other: str, holds: Callable[[str], bool]) -> tuple[str, str]:
    """Part "the price of tea" (and coffee) into side and aspect."""
    aspect, of, side = text.partition(" of ")
    if of and (" of " not in other or not holds(text)):
        return _TRIM.sub("", side), aspect
    return text, ""


def _aspect(rest: str) -> str | None:
    """Return what is left of a question as a phrase, from its first word that carries meaning to the last."""
    rest = " ".join(rest.split())
    words = [word for word in content_words(rest) if word.lower() not in _GENERIC]
    return rest[rest.index(words[0]) : rest.rindex(words[-1]) + len(words[-1])] if words else None


def _length(phrase: str) -> int:
    return len(phrase.split())
