"""Read numbered places: "clause 1.2", "§ 7", "step six" in a question, and the numbers before what a document says."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.core.types import Block
from assistant.text.quantities.units import ONES, ORDINALS

Number = tuple[str, ...]  # "4(2)(a)" is ("4", "2", "a")
LAST = ("last",)

_PARTS = "section|sect|sec|clause|article|art|paragraph|para|chapter|part|appendix|annex|schedule|exhibit|title|regulation|rule"
_ENTRIES = "step|item|point|question|stage|phase|principle|requirement|entry|number|task|tip|reason|measure|slide|rule"
_NOUN = rf"(?:{_PARTS}|{_ENTRIES})"
_DIGITS = r"\d{1,3}(?:\.\d{1,3}){0,5}"
_ROMAN = r"[IVXLC]{1,7}"
_SUB = r"(?:\s?\((?:[a-z]|[ivx]{1,5}|\d{1,3})\))*"
_SPOKEN = {word: str(n) for n, word in enumerate(ONES)}
_ASKED = re.compile(
    rf"\b(?P<noun>{_NOUN})s?\.?\s+(?:no\.?\s+|number\s+)?(?P<num>{_DIGITS}|(?-i:{_ROMAN}|[A-Z])|{'|'.join(ONES)})(?P<sub>{_SUB})(?![\w.]*\d)(?!\w)"
    rf"|(?P<sign>§+)\s*(?P<num2>{_DIGITS})(?P<sub2>{_SUB})"
    rf"|\b(?P<ordinal>{'|'.join(ORDINALS)}|last|final|\d{{1,2}}(?:st|nd|rd|th))\s+(?P<noun2>{_NOUN})\b"
    rf"|\bwhat (?:does|is in|is|stands in)\s+(?P<num3>\d{{1,3}}(?:\.\d{{1,3}})+)(?P<sub3>{_SUB})(?=\s*\?|\s+(?:say|state|mean|about|of|in)\b)",
    re.I,
)
_INNER = r"(?:sub-?)?(?:paragraph|section|clause)|para|par|point|item|letter|lit|number|no"
_PART = r"\(?(?P<sub>\d{1,3}|[ivx]{1,5}|[a-z])\)?(?!\w)"
_WHOLE = rf"(?:(?P<noun>{_PARTS})\.?|(?P<sign>§+))\s*(?:no\.?\s+)?(?P<num>{_DIGITS})"
_NESTED = (  # "article 3, paragraph 2", "point (b) of clause 4"
    re.compile(rf"(?<!\w){_WHOLE},?\s+(?:{_INNER})\.?\s+{_PART}", re.I),
    re.compile(rf"\b(?:{_INNER})\.?\s+{_PART}\s+(?:of|in|under)\s+(?:the\s+)?{_WHOLE}(?![\w(])", re.I),
)
_LABEL = re.compile(
    rf"(?:(?P<noun>(?i:{_NOUN})|§+)\.?\s*(?P<num>{_DIGITS}|{_ROMAN}(?![a-z])|[A-Z](?!\w)|(?i:{'|'.join(ONES[1:])})(?!\w))(?P<sub>{_SUB})"
    rf"|(?P<many>\d{{1,3}}(?:\.\d{{1,3}})+)(?P<sub2>{_SUB})"
    rf"|(?P<one>\d{{1,3}}|{_ROMAN}|[A-Z])[.)]"
    r"|\(?(?P<part>\d{1,3}|[a-z]|[ivx]{1,6})[.)])(?=[\s.:)–—-]|$)[.:)]?\s*[–—-]?\s*"
)
_BARE = re.compile(r"(?P<one>\d{1,3})\s+(?=[^\W\d_])")  # of a heading: "2 Fees"
WHICH_PLACE = re.compile(rf"\b(?:which|what)\s+(?P<noun>{_NOUN}|number)s?\b(?!\s+\d)", re.I)
_ABOUT_ITSELF = re.compile(
    r"\b(?:says?|states?|about|reads?|contains?|mean|requires?|regulates?|covers?|provides?)\b|^what(?:'s| is)\b",
    re.I,
)
_KIN = {
    **dict.fromkeys(("sect", "sec", "section", "§", "§§"), "section"),
    **dict.fromkeys(("art", "article"), "article"),
    **dict.fromkeys(("para", "paragraph"), "paragraph"),
    **dict.fromkeys(("appendix", "annex"), "annex"),
}
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A numbered place that a question names: its noun ("" where it has none) and its number."""

    noun: str
    number: Number
    words: str  # as written
    entry: bool  # of a list, such as a step
    ordinal: bool = False  # "the third step"

    def fits(self, label: "Label") -> bool:
        """Tell whether a label is the place: the same number, of a noun that does not speak against it."""
        if label.noun and self.noun and label.noun != self.noun:
            return False
        return self.number == (label.path if self.entry else label.number)


@dataclass(frozen=True, kw_only=True)
class Label:
    """The number of a block: as written before its words, and with the numbers above it; its noun if it has one."""

    at: int  # number of the block
    noun: str
    number: Number  # "(a)" below "1.2" is ("1", "2", "a")
    path: Number  # as it is written: ("a",)
    start: int  # first character of the label in the text


def asked_place(question: str) -> Asked | None:
    """Return the numbered place that a question names, None where it names none."""
    inner = next((found for pattern in _NESTED if (found := pattern.search(question))), None)
    if inner is not None:
        number = _number(inner["num"], f"({inner['sub']})")
        return Asked(noun=_kin(inner["noun"] or inner["sign"]), number=number, words=inner[0], entry=False)
    match = _ASKED.search(question)
    if match is None:
        return None
    noun = _kin(match["noun"] or match["sign"] or match["noun2"] or "")
    if match["ordinal"]:
        spoken = match["ordinal"].lower()
        number = LAST if spoken in ("last", "final") else (_ordinal(spoken),)
    else:
        number = _number(
            match["num"] or match["num2"] or match["num3"],
            match["sub"] or match["sub2"] or match["sub3"] or "",
        )
    entry = bool(re.fullmatch(_ENTRIES, noun)) if noun else False
    if match["ordinal"] and not entry:
        return None
    words = " ".join((match["num3"] or match[0]).split())
    return Asked(noun=noun, number=number, words=words, entry=entry, ordinal=bool(match["ordinal"]))


def asks_which_place(question: str) -> bool:
    """Tell whether a question wants to know the number of a place: "Which clause is about ...?"."""
    return bool(WHICH_PLACE.search(question)) and asked_place(question) is None


def asks_about_place(question: str) -> bool:
    """Tell whether a question is about what stands at the place it names, not one that mentions it in passing."""
    return bool(_ABOUT_ITSELF.search(question))


def labels(text: str, blocks: Sequence[Block]) -> Iterator[Label]:
    """Yield the numbers before the blocks of a document, in order; "(a)" takes over the number above it."""
    above = _Above()
    for at, block in enumerate(blocks):
        if block.kind in ("code", "row"):
            continue
        start = text.rfind("\n", 0, block.start) + 1
        start += len(text[start : block.start]) - len(text[start : block.start].lstrip())
        match = _LABEL.match(text, start, block.end) or (
            _BARE.match(text, start, block.end) if block.kind == "heading" else None
        )
        if match is None:
            continue
        found = match.groupdict()
        written = found.get("num") or found.get("many") or found.get("one") or found["part"]
        path = _number(written, found.get("sub") or found.get("sub2") or "")
        noun = _kin(found.get("noun") or "")
        full = bool(noun or found.get("many")) or (block.kind == "heading" and not found.get("part"))
        yield Label(
            at=at, noun=noun, number=above.enter(path, full=full, named=bool(noun)), path=path, start=start
        )


class _Above:
    """The numbers in force: of a clause or heading, of an item below it, of its letter."""

    def __init__(self) -> None:
        self._levels: list[Number] = [(), (), ()]
        self._single: Number = ()
        self._tops = False  # whether "1." stands over "1.1"

    def enter(self, path: Number, *, full: bool, named: bool = False) -> Number:
        """Return a number with those above it: "(a)" below "1.2" is ("1", "2", "a"), "(i)" below that its part."""
        self._tops = not named and (self._tops or (len(path) > 1 and path[:1] == self._single))
        depth = 0 if full or (self._tops and path[0].isdigit()) else 1 if path[0].isdigit() else 2
        self._single = path if len(path) == 1 and path[0].isdigit() else self._single
        if depth == 2 and self._levels[2] and _is_below(path[0], self._levels[2][0]):
            return (*self._levels[0], *self._levels[1], *self._levels[2], *path)
        self._levels[depth:] = [path, *((),) * (2 - depth)]
        return tuple(part for level in self._levels[: depth + 1] for part in level)


def _is_below(letters: str, before: str) -> bool:
    """Tell whether letters after "(a)" are a small Roman number, and not the next letter."""
    return bool(re.fullmatch(r"[ivx]+", letters)) and (len(letters) > 1 or ord(letters) - ord(before[0]) != 1)


def _number(written: str, sub: str) -> Number:
    parts = written.split(".") if written[0].isdigit() else [_plain(written)]
    return (*parts, *(part.lower() for part in re.findall(r"\((\w+)\)", sub)))


def _plain(written: str) -> str:
    low = written.lower()
    if low in _SPOKEN:
        return _SPOKEN[low]
    if re.fullmatch(_ROMAN, written) and written not in ("C", "D", "L", "M"):
        return str(_roman(low))
    return low


def _roman(letters: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in letters]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _ordinal(spoken: str) -> str:
    return str(int(ORDINALS[spoken])) if spoken in ORDINALS else re.sub(r"\D", "", spoken)


def _kin(noun: str) -> str:
    low = noun.lower().rstrip(".")
    return _KIN.get(low, low)
