"""Words of one sort that exclude each other beside the same noun: a month ticket is no week ticket."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from assistant.text.quantities.counted import is_label
from assistant.text.quantities.read import quantities
from assistant.text.quantities.units import ORDINALS

_SORTS = (
    "hour hourly / day daily / week weekly / month monthly / quarter quarterly / year yearly annual",
    "short short-term / long long-term",
    "small little / medium / large big",
    "spring / summer / autumn fall / winter",
    "morning / afternoon / evening / night",
    "north northern / south southern / east eastern / west western",
    "upper top / middle / lower bottom",
    "left / right",
    "new / old used",
    "front / back rear",
    "single / return / double / triple",
    "indoor / outdoor",
    "full-time / part-time",
    "minimum / maximum",
    "gross / net",
    "paid / unpaid",
    "internal / external",
    "domestic national / international foreign",
    "private / public",
    "junior / senior",
    "temporary / permanent",
    "hot / cold",
    "men men's male / women women's female",
    "adult adults adult's / child children children's kids / student students / pensioner pensioners seniors / baby babies infants",
    "red / blue / green / yellow / black / white / grey gray / orange / brown / pink / purple",
    "monday mondays / tuesday tuesdays / wednesday wednesdays / thursday thursdays / friday fridays / saturday saturdays / sunday sundays",
    " / ".join([*ORDINALS, "last final"]),
)
_SORT = {
    word: (number, group)
    for number, line in enumerate(_SORTS)
    for group, words in enumerate(line.split(" / "))
    for word in words.split()
}
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_NAME = re.compile(r"[A-Z]")
_JOINING = frozenset([
    "the", "a", "an", "of", "for", "and", "or", "in", "on", "at", "to", "by", "with", "per", "is", "are",
    "was", "were", "do", "does",
])  # fmt: skip
_AMOUNTS = ("percent", "money", "measure", "time", "day", "month")  # kinds of figures that number nothing
_COUNTS = frozenset(  # words before a figure that counts, and does not tell one thing from another
    re.findall(
        r"\w+",
        """
    has have had get gets got give gives gave pay pays paid cost costs take takes took last lasts lasted hold holds
    held need needs use uses make makes sell sells employ employs include includes contain contains cover covers earn
    earns own owns run runs seat seats weigh weighs measure measures serve serves keep keeps allow allows be been about
    win wins won lose loses lost sold made built bought brought caught sent spent met found ran
    around over under up than least most only nearly almost until till from within after before exactly some all every
    each these those
    """,
    )
)


def of_other_sorts(question: str, told: Sequence[tuple[str, str]]) -> list[bool]:
    """Tell of each sentence, given with its title and headings, whether it speaks of a thing of another sort."""
    return [of_another_sort(question, sentence, around) for sentence, around in told]


def of_another_sort(question: str, sentence: str, around: str = "") -> bool:
    """Tell whether a sentence speaks of a thing of another sort than the question: "week ticket" for "month ticket".

    `around` are the title and headings: what they name holds for the sentence too.
    """
    asked = _pairs(question)
    if not asked:
        return False
    told = _pairs(sentence)
    own = {_root(word) for word in _WORD.findall(f"{sentence} {around}".lower())}
    for noun, marks in asked.items():
        others = told.get(noun, frozenset())
        for mark in marks:
            if _root(mark.lower()) not in own and any(_excludes(mark, other) for other in others):
                return True
    return False


@lru_cache(maxsize=20_000)
def _pairs(text: str) -> dict[str, frozenset[str]]:
    """Return for each noun the words right before it, or the number right after it that tells it from others."""
    spans = list(_WORD.finditer(text))
    told = [item for item in quantities(text) if item.kind in _AMOUNTS]
    amounts = {item.end - len(text[item.start : item.end].lstrip()) for item in told}
    found: dict[str, set[str]] = {}
    for n, (first, second) in enumerate(pairwise(spans)):
        one, other = first[0], second[0]
        if one.lower() in _JOINING or other.lower() in _JOINING:
            continue
        if _sort(one) is not None or (n > 0 and _NAME.match(one)):
            found.setdefault(_root(other.lower()), set()).add(one)
        valued = ":" in text[first.end() : second.start()] and not is_label(
            text, first.end()
        )  # "Members: 412"
        counts = (
            valued or second.start() in amounts or one.lower() in _COUNTS or one.endswith("ed")
        )  # "planted 40"
        if other[0].isdigit() and not counts:
            found.setdefault(_root(one.lower()), set()).add(other)
    return {noun: frozenset(marks) for noun, marks in found.items()}


def _excludes(mark: str, other: str) -> bool:
    """Tell whether two words beside one noun cannot both hold: of one sort, two numbers, or two names."""
    sort, another = _sort(mark), _sort(other)
    if sort is not None or another is not None:
        return sort is not None and another is not None and sort[0] == another[0] and sort[1] != another[1]
    if (mark[0].isdigit(), mark.isupper()) != (other[0].isdigit(), other.isupper()):
        return False
    return _root(mark.lower()) != _root(other.lower())


def _sort(word: str) -> tuple[int, int] | None:
    low = word.lower().replace("’", "'")
    return _SORT.get(low) or _SORT.get(low.removesuffix("'s"))


def _root(word: str) -> str:
    sort = _sort(word)
    if sort is not None:
        return f"sort {sort}"
    return word.removesuffix("'s").removesuffix("s") if len(word) > 3 else word
