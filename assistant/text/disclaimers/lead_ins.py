"""Find the heading or lead-in line that takes back what stands below it: "It is a myth that:", "Do not:", "Critics say:"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.core.types import Block
from assistant.text.sentences import sentence_spans
from assistant.text.terms import content_stems, stems

_VOICES = r"critics|opponents|sceptics|skeptics|fans|advocates|supporters|lobbyists|people|some|many|others|they|adverts"
_SAY = r"(?:says?|said|claim(?:s|ed)?|believe[sd]?|thinks?|thought|argue[sd]?|allege[sd]?|assume[sd]?|assert(?:s|ed)?|insist(?:s|ed)?|suppose[sd]?)"
_DENIES = (
    r"\b(?:myths?|misconceptions?|misunderstandings?|fallac(?:y|ies)|falsehoods?|untruths?|untrue|wrongly|falsely|mistakenly|"
    r"erroneously|incorrectly|not true|no truth)\b|"
    r"\b(?:false|wrong|mistaken|erroneous|incorrect|popular|widespread|common) (?:beliefs?|claims?|ideas?|views?|assumptions?|"
    r"notions?|statements?|opinions?|impressions?)\b|"
    r"\b(?:common|typical|frequent|usual|popular|widespread|classic) (?:errors?|mistakes?)\b|"
    r"\b(?:errors?|mistakes?) (?:about|on|concerning|regarding)\b"
)
_UNREAL = r"^(?:only )?(?:if|unless|provided|providing|suppose|supposing|assume|assuming|imagine|as long as|in case|in theory)\b"
_TIME = r"^(?:before|until|till|up to)\b.*\b\d{4}\b|^(?:in the past|formerly|once)\b"
_FORBIDS = (
    r"^(?:please )?(?:do not|don['’]t|never|avoid|stop|refrain|beware)\b|\b(?:what|things?|practices?) (?:\w+ )?to avoid\b|\bto avoid:?$|\bdon['’]?ts\b|"
    r"\b(?:forbidden|prohibited|banned)\b|\b(?:not|never|n['’]t)(?: \w+){0,2}:?$"
)
_HEADINGS = {
    "denied": re.compile(_DENIES, re.I),
    "said": re.compile(
        rf"\b(?:{_VOICES}) (?:\w+ )?{_SAY}\b|^(?:allegations|rumou?rs|prejudices|claims)\b", re.I
    ),
    "supposed": re.compile(_UNREAL, re.I),
    "past": re.compile(_TIME, re.I),
    "forbidden": re.compile(_FORBIDS, re.I),
}
_LINES = {  # of a line that ends in a colon
    "denied": re.compile(rf"{_DENIES}|\b(?:false|wrong|incorrect)(?: (?:that|to \w+))?:$", re.I),
    "said": re.compile(rf"\b{_SAY}(?: \w+){{0,3}}:$|\baccording to\b[^:]*:$", re.I),
    "supposed": re.compile(
        rf"{_UNREAL}|^(?:when|whenever|where|while)\b|\b(?:if|unless|when|where|while|until|before|after|provided|whether)(?: that)?:$",
        re.I,
    ),
    "past": re.compile(rf"{_TIME}|^(?:before|until|till|after|since|in \d{{4}}|during)\b", re.I),
    "forbidden": re.compile(_FORBIDS, re.I),
}
_ITEMS_ONLY = ("past", "forbidden")  # prose under such a heading says itself what is past or to be avoided
_TRUE = re.compile(r"\b(?:in fact|in truth|in reality|actually|really|the truth|the facts?|instead)\b", re.I)
_CORRECTS = re.compile(
    r"\b(?:in fact|in truth|in reality|the truth|myths?|misconceptions?|fallac(?:y|ies))\b", re.I
)
_ASKS = {
    "denied": re.compile(
        r"\b(?:errors?|mistakes?|mistaken\w*|myths?|misconceptions?|fallac\w+|false\w*|wrong\w*|belie\w+)\b",
        re.I,
    ),
    "said": re.compile(rf"\b(?:{_VOICES}|{_SAY})\b", re.I),
    "forbidden": re.compile(r"\b(?:avoid\w*|not|never|don['’]t|forbidden|prohibited|mistakes?)\b", re.I),
}
_OPEN = re.compile(r"(?:what|which|who|when|list|name|give|tell|show)\b", re.I)
_HEADING = re.compile(r"#{1,6}\s+(?P<words>.*\S)")
_MARK = re.compile(r"\s*(?:[-*•‣◦▪●○–]|\d{1,2}[.)])\s+(?=\S)")


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What takes back a sentence: its kind, its words, and where a lead-in line begins; None for a heading."""

    kind: str
    words: str
    start: int | None = None


def kind_of(words: str, *, heading: bool) -> str | None:
    """Return how a heading or a line takes back what stands below it, None where it does not.

    One that goes on behind a colon ("Myth 1: KPO is cheap") says itself what is meant, and a question takes nothing back.
    """
    words = " ".join(words.split())
    if words.endswith("?") or (heading and ":" in words.rstrip(": ")):
        return None
    kinds = _HEADINGS if heading else _LINES
    return next((kind for kind, pattern in kinds.items() if pattern.search(words)), None)


def frame_at(text: str, blocks: Sequence[Block], start: int, end: int, title: str = "") -> Frame | None:
    """Return what takes back the sentence from `start` to `end`: a lead-in line before its list, or a heading.

    An article's title takes back only the list right below it: its sections mostly set the errors right.
    """
    at = next((n for n, block in enumerate(blocks) if block.start <= start < block.end), None)
    if at is None or blocks[at].kind == "heading":
        return None
    lifted = bool(_CORRECTS.search(text[start:end]))
    found = None
    for lead_start, words in _leads(text, blocks, at):
        colon = words.endswith(":")
        kind = kind_of(words, heading=not colon)
        if kind and (colon or kind not in _ITEMS_ONLY):
            found = Frame(kind=kind, words=words, start=lead_start)
        lifted = lifted or bool(not kind and _TRUE.search(words))
    found = found or _headed(blocks[at], title)
    return None if found and found.kind == "denied" and lifted else found


def _leads(text: str, blocks: Sequence[Block], at: int) -> Iterator[tuple[int, str]]:
    """Yield the lines that lead up to a block, the nearest first: items that end in a colon, the line before the list."""
    listed = blocks[at].kind in ("item", "row")
    for block in reversed(blocks[:at]):
        if block.kind in ("heading", "code") or block.section != blocks[at].section:
            return
        if block.kind != "paragraph" and text[block.end - 1] != ":":
            if not listed:
                return
            continue
        spans = sentence_spans(text[block.start : block.end])
        start, end = (block.start + spans[-1][0], block.start + spans[-1][1]) if spans else (block.start,) * 2
        words = text[start:end]
        above = block.kind == "paragraph"
        if words.endswith(":") or (above and listed):
            yield start, words
        if above or not listed:
            return


def _headed(block: Block, title: str) -> Frame | None:
    """Return the heading that takes back a block; one that lets prose stand takes back items alone."""
    listed = block.kind in ("item", "row")
    for depth, words in enumerate(block.section):
        kind = kind_of(words, heading=True)
        is_title = depth == 0 and words.casefold() == title.casefold()
        stands = is_title and len(block.section) > 1
        if kind and not stands and (listed or not (is_title or kind in _ITEMS_ONLY)):
            return Frame(kind=kind, words=words)
    return None


def asks_for(question: str, frame: Frame) -> bool:
    """Tell whether a question asks for what a heading announces: "What are common errors about ports?"."""
    asks = _ASKS.get(frame.kind)
    if not _OPEN.match(question.strip()):
        return False
    if asks is not None:
        return bool(asks.search(question))
    return content_stems(frame.words) <= stems(question)


def blocks_in(text: str, section: tuple[str, ...] = ()) -> tuple[Block, ...]:
    """Read the headings, lines and items of a text that comes without blocks, one a line.

    A list without marks, as in stored articles, begins behind a colon and ends at the next such line or heading.
    """
    found: list[Block] = []
    at, blank, marked = 0, True, False
    for line in text.split("\n"):
        start, end = at + len(line) - len(line.lstrip()), at + len(line.rstrip())
        at += len(line) + 1
        if not line.strip():
            blank = True
            continue
        heading, mark = _HEADING.match(line.strip()), _MARK.match(line)
        before = found[-1] if found else None
        opens = line.rstrip().endswith(":") and blank
        follows = before is not None and (
            text[before.end - 1] == ":" or (before.kind == "item" and not (blank and (marked or opens)))
        )
        if heading:
            section = (heading["words"],)
        listed = bool(mark) or follows
        marked = bool(mark) or (marked and listed)
        kind = "heading" if heading else "item" if listed else "paragraph"
        found.append(Block(kind=kind, start=start, end=end, section=section))  # type: ignore[arg-type]
        blank = False
    return tuple(found)
