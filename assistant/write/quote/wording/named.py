"""Keep to what a question names: a document by its title, "... under the Travel rules 2018", or the thing it is about."""

import re
from collections.abc import Sequence

from assistant.core.types import Evidence, Passage
from assistant.text.terms import content_words, stems, tokens
from assistant.write.quote.fit.figures import YEAR, years_over

_IN = r"(?:according to|as per|under|in|by|per|from|following)"
_YEAR = rf"(?:{YEAR.pattern})"
_THING = re.compile(r"\b(?:the|an?|my|our|your)\s+\w+", re.I)  # "What changed in ...?" has none
_QUOTED = "[\"“”'‘’]?"
NEAR = 160  # characters behind a sentence that names the thing in which "it" may still speak of it
_ABOUT = re.compile(
    r"(?:how (?:long|much|many|often|old|far|high|large|big|deep|wide|tall|heavy)|what|when|where) (?:is|are|was|were) "
    r"(?:(?:the|our|my|your|their|its|an?|each|every)\s+)?(?P<thing>[^?]+?)(?= (?:of|for|in|on|at|from|with|to|by|under|per)\b|[?. ]*$)",
    re.I,
)


def titled(question: str, found: Sequence[Evidence]) -> tuple[str, list[Evidence]]:
    """Return a question without the title it names, and what stands under that title and year; else both as they are."""
    bare = {title: _bare(title) for title in {item.passage.title for item in found}}
    for title in sorted(set(filter(None, bare.values())), key=len, reverse=True):
        named = _pattern(title).search(question)
        if named is None:
            continue
        rest = " ".join(f"{question[: named.start()]} {question[named.end() :]}".split())
        rest = rest.replace(" ?", "?").lstrip(", ")
        years = set(YEAR.findall(named[0]))
        under = [item for item in found if bare[item.passage.title] == title]
        own = [item for item in under if years <= years_over(item.passage)]
        if own and (len(content_words(rest)) > 1 or _THING.search(rest)):
            return rest, own
    return question, list(found)


def _pattern(title: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, title.split()))
    behind = rf"(?:,?\s+(?:of|from|for)?\s*\(?{_YEAR}\)?)?"
    return re.compile(
        rf"\b{_IN}\s+(?:the\s+|our\s+)?{_QUOTED}(?:{_YEAR}\s+)?{words}{_QUOTED}{behind}{_QUOTED}(?!\w)", re.I
    )


def _bare(title: str) -> str:
    """Return a title of two words or more without its year, in lower case; "" for one that says too little."""
    bare = " ".join(YEAR.sub(" ", title).split()).strip(" ,()-–—:").casefold()
    return bare if len(content_words(bare)) > 1 else ""


def of_the_thing(question: str, found: Sequence[Evidence]) -> list[Evidence]:
    """Return what is left without sentences that share no word with the thing asked about, in order.

    That is a name of two words or more which another sentence has as it stands; what follows close behind that one stays.
    """
    asked = _ABOUT.match(question)
    thing = asked["thing"] if asked else ""
    wanted = tokens([thing])[0]
    if len(wanted) < 2:
        return list(found)
    words = r"\s+".join(map(re.escape, thing.split()))
    whole = re.compile(rf"\b{words}\b", re.I)
    named = [item for item in found if whole.search(item.text)]
    if not named:
        return list(found)
    return [
        item for item in found
        if set(wanted) & stems(f"{item.text} {_over(item.passage)}") or _follows(item, named)
    ]  # fmt: skip


def _follows(item: Evidence, named: Sequence[Evidence]) -> bool:
    """Tell whether a sentence stands close behind one that names the thing."""
    return any(
        item.passage.doc_id == one.passage.doc_id and 0 <= item.start - one.start - len(one.text) <= NEAR
        for one in named
    )


def _over(passage: Passage) -> str:
    return f"{passage.title} {passage.section}"
