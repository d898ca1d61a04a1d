"""Find the marks that limit a statement (a doubt, a condition, an aim, an end), and tell which of them a claim loses."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.text.lexicon.lexicon import word_set, word_table
from assistant.text.lexicon.synonyms import Held, held, holds
from assistant.text.words import Token, normalised, tokens

HEDGES = word_table("hedges")
STRONG = word_table("strong")
STRONG_KEPT = word_table("strong_kept_by")
_HARD = re.compile(
    r"\s*;\s*|\s*\|\s*|,?\s+(?:whereas|while|whilst|though|although|yet)\s+"
    r"|,?\s+(?<!anything )(?<!nothing )(?<!all )but\s+(?!for\b)"
)
_AT = r"(?:on|in|at|for|during|with|to|by|from|until|within|between|under|among|before)"
_MEANT = r"(?:(?:meant|supposed|intended|due|set|scheduled|about|going|ready|poised|expected|planned|hoped) to|(?:verge|point|brink) of)"
_COMPARES = re.compile(
    r"(?<!\brather )(?<!\bother )(?<!\bless )(?<!\bmore )\bthan\b|\b(?:more|less) than\b(?! \W?\d)"
)
_CONTRASTS = re.compile(r"\b(?:whereas|while|unlike|compared (?:with|to)|(?:in|by) contrast)\b")
Reach = Literal["whole", "next", "near"]


@dataclass(frozen=True, slots=True)
class _Mark:
    """What limits a stretch, what in a claim shows that it is kept, and on which words it bears.

    On the whole stretch, on the next content word, or on most of the content words around it.
    """

    reach: Reach
    reason: str
    found: re.Pattern[str]
    kept: re.Pattern[str]


def _mark(reach: Reach, reason: str, found: str, kept: str = "") -> _Mark:
    """Make a mark; what it is found by keeps it too, but for the marks of a whole stretch, which say what does."""
    keeping = kept if reach == "whole" else "|".join(filter(None, (found, kept)))
    return _Mark(reach, reason, re.compile(found), re.compile(keeping))


def _any(words: Iterable[str]) -> str:
    return rf"\b(?:{'|'.join(sorted(words))})\b"


_MARKS = (
    _mark(
        "whole", "The evidence says this on a condition that the claim leaves out.",
        r"\b(?:(?<!ask )(?<!asks )(?<!test )(?<!tests )(?<!check )(?<!checks )(?<!see )(?<!know )(?<!even )(?<!as )(?<!what )(?<!only )if(?! (?:any|ever|not)\b)|only (?:if|when|where|after|once)|unless"
        r"|provid(?:ed|ing)(?= that)|(?<=, )provided(?! by)|(?:as|so) long as|on (?:the )?condition|in case"
        r"|in the event|assuming|depend\w* on|subject to)\b",
        r"\b(?:if|unless|when|whenever|where|once|provid(?:ed|ing)|(?:as|so) long as|condition\w*|in case|assum\w+"
        r"|suppos\w+|depend\w*|subject to|with|without|by)\b|^had\b",
    ),
    _mark(
        "whole", "The evidence only supposes this.",
        r"^(?:please |now |just )?(?:suppose|supposing|imagine|assume|assuming|pretend|picture"
        r"|let us (?:say|suppose|assume|imagine))\b|\b(?:hypothetically|in theory|on paper|in principle)\b",
        r"\b(?:suppos\w+|imagin\w+|assum\w+|pretend|if|would|theory|hypothe\w+|picture|paper|principle)\b",
    ),
    _mark(
        "whole", "The evidence names an exception that the claim leaves out.",
        r"\b(?:except(?:ing)?|other than|apart from|save for|excluding|with the exception of|but for)\b",
        r"\b(?:except\w*|other|apart|save|excluding|but|most|nearly|almost|not)\b",
    ),
    _mark(
        "whole", "The evidence says this only within a limit that the claim leaves out.",
        rf"\bonly (?P<own>{_AT}\b[^,]*)|\b(?P<end>{_AT}\b(?:(?!\b{_AT}\b)[^,])*?) only(?=[\s.]*$|,)",
        r"\b(?:only|just|solely|exclusively|alone)\b",
    ),
    _mark(
        "whole", "The evidence speaks of a time that is over, the claim of the present.",
        r"\b(?:until|till)\b(?! (?:now|today)\b)",
        r"\b(?:until|till|ended|closed|had|was|were|formerly|once)\b",
    ),
    _mark(
        "next", "The evidence says that this was meant or about to happen, not that it did.",
        rf"{_any(word_set('intention'))} to\b|\b(?:is|are|was|were|be|been) (?:(?:on the )?{_MEANT}|to(?= (?!be\b)))"
        r"|\b(?:came|comes?) close to\b",
        r"\b(?:to|will|would|plan\w*|aim\w*|want\w*)\b",
    ),
    _mark(
        "next", "The evidence denies this in other words.",
        r"\b(?:far from|anything but|fail(?:s|ed|ing)? to|too [\w-]+ to)\b", r"\b(?:not|never|no)\b",
    ),
    _mark(
        "next", "The evidence says what would be, the claim what is.",
        r"\bwould\b(?! not)", r"\b(?:could|might|may|will|should|if|unless|can|expect\w*|say|said)\b",
    ),
    _mark(
        "next", "The evidence speaks of the future, the claim does not.",
        r"\b(?<!the )(?<!at )(?:will|shall)\b(?! not)",
        r"\b(?:until|till|would|may|might|could|should|to|expect\w*|plan\w*|going)\b",
    ),
    _mark(
        "next", "The evidence speaks of a time that is over, the claim of the present.",
        r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!been )\bused to\b|\b(?:formerly|previously|in the past|no longer)\b",
        r"\b(?:was|were|had|once|past|former|previous)\b",
    ),
    _mark(
        "near", "The evidence says this only as a possibility, the claim as a fact.", _any(HEDGES["possible"])
    ),
    _mark("near", "The evidence says what should be, the claim what is.", _any(HEDGES["advised"])),
    _mark("near", "The evidence limits this to some or most cases, the claim does not.", _any(HEDGES["usual"])),
    _mark("near", "The evidence gives an estimate or a forecast, the claim a fact.", _any(HEDGES["forecast"])),
    _mark(
        "near", "The evidence leaves this open, the claim does not.", rf"{_any(HEDGES['open'])}|\b(?:ask|check|test|see|know|wonder|tell|determine|assess)\w* if\b",
        r"\b(?:if|when|where)\b",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of the evidence between words of contrast, and the rest of the evidence."""

    text: str
    elsewhere: str


def marks_lost(claim: str, sentences: Sequence[str]) -> Iterator[str]:
    """Yield in words each limit that the evidence sets to what the claim takes from it and that the claim leaves out."""
    own = _lowered(claim)
    known = held(own)
    for stretch in _stretches(tuple(sentences)):
        if _taken(own, stretch):
            yield from (
                mark.reason
                for mark in _MARKS
                if not mark.kept.search(own) and _bears(mark, stretch.text, known)
            )


def _bears(mark: _Mark, text: str, known: Held) -> bool:
    """Tell whether a mark of a stretch bears on words that the claim holds."""
    for match in mark.found.finditer(text):
        if mark.reach == "whole":
            limit = _content(" ".join(filter(None, match.groups())))
            return not any(holds(known, token.low) for token in limit)
        before, after = _content(text[: match.start()])[-1:], _content(text[match.end() :])
        around = [*before, *after[:3]] if mark.reach == "near" else after[:1]
        hits = sum(holds(known, token.low) for token in around)
        if hits == len(around) or 2 * hits > len(around):
            return True
    return False


def _lowered(text: str) -> str:
    """Return a text in small letters without the month of May, which is no doubt."""
    return re.sub(r"(?<=\S )May\b", "", normalised(text)).lower()


@lru_cache(maxsize=20_000)
def _stretches(sentences: tuple[str, ...]) -> tuple[_Stretch, ...]:
    parts = [
        part
        for sentence in sentences
        for part in _HARD.split(_lowered(sentence).strip(" \"'"))
        if part and part.strip()
    ]
    return tuple(
        _Stretch(text=part, elsewhere=" . ".join(other for n, other in enumerate(parts) if n != at))
        for at, part in enumerate(parts)
    )


def _taken(claim: str, stretch: _Stretch) -> bool:
    """Tell whether the claim says something that stands in this stretch alone."""
    here, there = held(stretch.text), held(stretch.elsewhere)
    return any(holds(here, word.low) and not holds(there, word.low) for word in _content(claim, numbers=True))


def _content(text: str, *, numbers: bool = False) -> list[Token]:
    return [token for token in tokens(text) if token.content or (numbers and token.number)]


def fewer(claim: str, evidence: str) -> bool:
    """Tell whether a near copy of the evidence holds less of a kind of caution."""
    return any(
        len(re.findall(_any(members), _lowered(claim))) < len(re.findall(_any(members), _lowered(evidence)))
        for members in HEDGES.values()
    )


def compares_alone(claim: str, evidence: str) -> bool:
    """Tell whether a claim sets things against each other ("costs more than") that the evidence does not compare so.

    Its words alone do not say which of them is the more. Evidence that contrasts ("A is quick, whereas B is slow")
    compares too.
    """
    known = _lowered(evidence)
    compared = _COMPARES.search(known) or _CONTRASTS.search(known)
    return bool(_COMPARES.search(_lowered(claim))) and not compared


def strengthened(claim: Iterable[Token], evidence: Iterable[Token]) -> str | None:
    """Return a word of the claim (all, only, must, because ...) that says more than the evidence, or None."""
    own = [token.low for token in claim]
    have = {token.low for token in evidence}
    for name, members in STRONG.items():
        for low in own:
            if low in members and not STRONG_KEPT[name] & have:
                return low
    return None
