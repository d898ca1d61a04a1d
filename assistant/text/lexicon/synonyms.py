"""Tell whether a text holds a word, another form of it, or one that means nearly the same."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.text.words import Token, sense, stem, tokens

ENDINGS = (
    r"(?:|is|se|sed|ses|sing|sation|st|sts|s|es|d|ed|en|n|ing|ings|er|ers|or|ors|ion|ions|ation|ations|ition|itions|ment|ments|al|als|ial|ity|ities"
    r"|ive|ance|ence|ances|ences|ant|ent|ants|ents|ancy|ency|ly|able|ible|ise|ize|ised|ized|isation|ization|y|e"
    r"|ist|ists|ism|ic|ical|ness|ship|ful|ate|ated|ates|ating|ify|ified|ification|iness|ier|iest|ically|ative)"
)
FAMILY = 5  # letters that two words of one family share at least
INSIDE = frozenset(["of", "and", "the", "for", "-", "&"])  # may stand inside the long form of an acronym
LONG = {
    acronym: frozenset(words.split())
    for acronym, words in {
        "ai": "artificial intelligence", "it": "information technology", "hr": "human resources",
        "ip": "intellectual property", "us": "united states", "uk": "united kingdom", "eu": "european union",
    }.items()
}  # fmt: skip
OPPOSED = frozenset({"less", "free"})  # endings that turn a meaning round are no forms of a word


@dataclass(frozen=True, slots=True)
class Held:
    """What a text holds: stems and senses of its words, the groups of near synonyms, words, acronyms."""

    keys: frozenset[str]
    groups: frozenset[int]
    lows: frozenset[str]
    acronyms: frozenset[str]
    initials: str  # the first letters of its content words in order, capitals kept, "." where a run ends


@lru_cache(maxsize=1)
def _thesaurus() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        files("assistant.text.lexicon").joinpath("thesaurus.json").read_text("utf-8")
    )
    return loaded


@lru_cache(maxsize=1)
def _roots() -> dict[str, frozenset[str]]:
    """Map the stem of each irregular form to the roots it may have."""
    table: dict[str, set[str]] = {}
    for line in _thesaurus()["irregular"]:
        forms = line.split()
        for form in forms:
            table.setdefault(stem(form), set()).add("=" + forms[0])
    return {form: frozenset(roots) for form, roots in table.items()}


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[int]]:
    """Map each stem to the numbers of its groups of near synonyms."""
    table: dict[str, set[int]] = {}
    for number, line in enumerate(_thesaurus()["near"]):
        for word in line.split():
            table.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in table.items()}


@lru_cache(maxsize=1)
def irregular_participles() -> frozenset[str]:
    """Return what follows "has been" of the irregular verbs: "taken", "kept"."""
    return frozenset(line.split()[-1] for line in _thesaurus()["irregular"])


@lru_cache(maxsize=1)
def fillers() -> frozenset[str]:
    """Return the stems of words that add nothing of their own ("in the case of", "a kind of")."""
    return frozenset(stem(word) for word in _thesaurus()["filler"].split())


@lru_cache(maxsize=50_000)
def forms(word: str) -> frozenset[str]:
    """Return what all forms of a word share: its stem, its sense and the roots of an irregular form."""
    root = stem(word)
    return frozenset({root, sense(word)}) | _roots().get(root, frozenset())


@lru_cache(maxsize=50_000)
def _near(word: str) -> frozenset[int]:
    groups = _groups()
    found = groups.get(stem(word), frozenset())
    for root in _roots().get(stem(word), ()):
        found |= groups.get(stem(root[1:]), frozenset())
    return found


@lru_cache(maxsize=20_000)
def held(text: str) -> Held:
    """Collect what a text holds."""
    words = [token for token in tokens(text) if token.text[0].isalnum()]
    return Held(
        keys=frozenset().union(*(forms(token.low) for token in words)),
        groups=frozenset().union(*(_near(token.low) for token in words)),
        lows=frozenset(token.low for token in words if token.content),
        acronyms=frozenset(_acronym(token) for token in words) - {""},
        initials=_initials(tokens(text)),
    )


def _initials(words: Sequence[Token]) -> str:
    """Return the first letters of the words an acronym may stand for; small words between them are left out."""
    plain = [token for token in words if token.low not in INSIDE]
    return "".join(token.text[0] if token.content else "." for token in plain)


def stands_for(acronym: str, initials: str) -> bool:
    """Tell whether the initials of a text hold an acronym; of two letters only where the words are capitals."""
    if len(acronym) < 2:
        return False
    return acronym.upper() in initials or (len(acronym) > 2 and acronym.lower() in initials.lower())


def _acronym(token: Token) -> str:
    """Return an acronym of two to five letters, plurals too, or ""."""
    bare = token.text.removesuffix("s")
    return bare.lower() if bare.isupper() and 1 < len(bare) < 6 else ""


def holds(known: Held, low: str) -> bool:
    """Tell whether a text holds a word, a form of it, or a near synonym."""
    if not known.keys.isdisjoint(forms(low)) or not known.groups.isdisjoint(_near(low)):
        return True
    return any(family(low, other) for other in known.lows)


@lru_cache(maxsize=200_000)
def family(one: str, other: str) -> bool:
    """Tell whether two words differ in their endings only: analyse and analysis, employ and employment."""
    size = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    inside = size == min(len(one), len(other)) and size >= FAMILY - 1
    if not inside and (size < FAMILY or size < 0.6 * min(len(one), len(other))):
        return False
    return all(
        rest not in OPPOSED and re.fullmatch(ENDINGS, rest) is not None for rest in (one[size:], other[size:])
    )


def spelt_out(words: Sequence[Token], at: int, known: Held) -> bool:
    """Tell whether a word belongs to the long form of an acronym of the text, or is the acronym of a long form."""
    own = _acronym(words[at])
    if own:
        return stands_for(own, known.initials) or not LONG.get(own, frozenset(".")) - known.lows
    if any(words[at].low in LONG.get(acronym, ()) for acronym in known.acronyms):
        return True
    plain = [number for number, token in enumerate(words) if token.low not in INSIDE]
    if not words[at].content:
        return False
    here = plain.index(at)
    letters = _initials(words)
    for acronym in known.acronyms:
        if stands_for(acronym, known.initials):
            continue  # the text spells it out itself
        size = len(acronym)
        runs = (letters[start : start + size] for start in range(max(0, here - size + 1), here + 1))
        if any(len(run) == size and stands_for(acronym, run) for run in runs):
            return True
    return False
