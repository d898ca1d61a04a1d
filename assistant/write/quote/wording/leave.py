"""Ask for leave and duty in a document's words: "May I film?" where it answers "Am I allowed to film?"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.core.types import Passage
from assistant.text.terms import stems, tokens

_WHO = r"(?:I|you|we|one|somebody|someone|people)"
_LEAVE = re.compile(
    r"^(?:may|can|could|might)\b"
    r"|^(?:am|is|are|was|were|do|does)\b(?=.*\b(?:allowed|permitted|able|free|welcome|(?:permission|leave|the right) to)\b)"
    r"|^is it (?:possible|all right|alright|ok(?:ay)?|fine)\b|^is [\w ]+ (?:possible|ok(?:ay)?)[ ?]*$",
    re.I,
)
_DUTY = re.compile(
    r"^(?:must|shall)\b|^(?:do|does) .*\b(?:have|need) to\b"
    r"|^(?:am|is|are)\b(?=.*\b(?:required|obliged|obligated|supposed|necessary|mandatory|compulsory|obligatory)\b)",
    re.I,
)
_WORDS = re.compile(
    r"^(?:may|can|could|might|must|shall|am|is|are|was|were|do|does)\b|\b(?:allowed|permitted|able|free|welcome|possible|all right|"
    r"alright|ok|okay|fine|required|obliged|obligated|supposed|necessary|mandatory|compulsory|obligatory)\b"
    r"|\b(?:have )?(?:permission|leave|the right) to\b|\b(?:have|need) to\b",
    re.I,
)
_SMALL = re.compile(
    rf"\b(?:it|to|for|be|been|the|an?|my|our|your|one's|own|get|some|any|please)\b|\b{_WHO}\b", re.I
)
_PASSIVE = re.compile(r"\bbe(?:en)? \w+(?:ed|en|ght)\b", re.I)
_PERSON = re.compile(rf"\b{_WHO}\b|^is it\b", re.I)
_DENIES = re.compile(r"\b(?:not|no|never|cannot|without|except)\b|n['’]t\b", re.I)


@dataclass(frozen=True, kw_only=True)
class _Read:
    """A question for leave or duty: which of the two, and the stems of what it is about, in order."""

    way: str
    stems: tuple[str, ...]
    denied: bool
    passive: bool
    personal: bool


def as_written(question: str, passages: Sequence[Passage]) -> str:
    """Return the question that stands over a passage and asks for the same leave or duty, else the question as it is."""
    asked = _read(question)
    if asked is None:
        return question
    for passage in dict.fromkeys(passages):
        written = _over(passage)
        own = _read(written)
        if own is not None and _same(asked, own, stems(f"{passage.title} {passage.section}")):
            return written
    return question


def asks_otherwise(question: str, passage: Passage) -> bool:
    """Tell whether a question for leave met a passage under a question for duty, or one for duty a passage for leave."""
    asked, own = _read(question), _read(_over(passage))
    return asked is not None and own is not None and asked.way != own.way


def _over(passage: Passage) -> str:
    """Return the question that stands over a passage; "" for another heading."""
    written = passage.section.rsplit(" > ", 1)[-1] or passage.title
    return written if written.rstrip().endswith(("?", "？")) else ""


def _read(question: str) -> _Read | None:
    """Read a question for leave or duty; None for any other."""
    bare = question.strip()
    way = "duty" if _DUTY.match(bare) else "leave" if _LEAVE.match(bare) else ""
    about = tuple(tokens([_SMALL.sub(" ", _WORDS.sub(" ", bare))])[0])
    if not way or not about:
        return None
    return _Read(
        way=way,
        stems=about,
        denied=bool(_DENIES.search(bare)),
        passive=bool(_PASSIVE.search(bare)),
        personal=bool(_PERSON.search(bare)),
    )


def _same(asked: _Read, own: _Read, around: set[str]) -> bool:
    """Tell whether both ask the same; words of the title may stand in the one that was asked."""
    if (asked.way, asked.denied) != (own.way, own.denied):
        return False
    rest = tuple(stem for stem in asked.stems if stem in own.stems or stem not in around)
    turned = asked.passive != own.passive and (own.personal or asked.personal)
    return sorted(rest) == sorted(own.stems) if turned else rest == own.stems
