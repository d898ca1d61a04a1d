"""Keep to the document that a question names by its title: "... under the Travel rules 2018"."""

import re
from collections.abc import Sequence

from assistant.core.types import Passage
from assistant.text.terms import content_words
from assistant.write.quote.fit.figures import YEAR, years_over
from assistant.write.quote.wording.placed import Item

_IN = r"(?:according to|as per|under|in|by|per|from|following)"
_YEAR = rf"(?:{YEAR.pattern})"
_THING = re.compile(r"\b(?:the|an?|my|our|your)\s+\w+", re.I)  # "What changed in ...?" has none
_QUOTED = "[\"“”'‘’]?"


def titled(question: str, found: Sequence[Item]) -> tuple[str, list[Item]]:
    """Return a question without the title it names, and what stands under that title and year; else both as they are."""
    bare_titles = {bare for item in found if (bare := _bare(item.passage))}
    for title in sorted(bare_titles, key=len, reverse=True):
        named = _pattern(title).search(question)
        if named is None:
            continue
        rest = " ".join(f"{question[: named.start()]} {question[named.end() :]}".split())
        rest = rest.replace(" ?", "?").lstrip(", ")
        years = set(YEAR.findall(named[0]))
        own = [item for item in found if _bare(item.passage) == title and years <= years_over(item.passage)]
        if own and (len(content_words(rest)) > 1 or _THING.search(rest)):
            return rest, own
    return question, list(found)


def _pattern(title: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, title.split()))
    behind = rf"(?:,?\s+(?:of|from|for)?\s*\(?{_YEAR}\)?)?"
    return re.compile(
        rf"\b{_IN}\s+(?:the\s+|our\s+)?{_QUOTED}(?:{_YEAR}\s+)?{words}{_QUOTED}{behind}{_QUOTED}(?!\w)", re.I
    )


def _bare(passage: Passage) -> str:
    """Return a title of two words or more without its year, in lower case; "" for one that says too little."""
    bare = " ".join(YEAR.sub(" ", passage.title).split()).strip(" ,()-–—:").casefold()
    return bare if len(content_words(bare)) > 1 else ""
