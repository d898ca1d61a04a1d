"""Hold the subjects that must not be exchanged: listed ones, the user's own, and where a text names them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.text.lexicon.lexicon import lexicon


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """Subjects that must not be exchanged, each with the phrases that name it."""

    name: str
    terms: Mapping[str, tuple[str, ...]]

    def __hash__(self) -> int:
        return hash(self.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """One naming of a subject in a text; start and end count characters."""

    term: str
    start: int
    end: int


BUILT_IN = tuple(
    Contrast(name=name, terms={term: tuple(names) for term, names in terms.items()})
    for name, terms in lexicon()["contrasts"].items()
)
ASKED = frozenset(["kind of outsourcing", "owner", "place", "office", "channel"])  # read in follow-ups too
_WORD = re.compile(r"[^\W_]+")


def named(text: str, contrast: Contrast) -> list[Named]:
    """Find the subjects a text names, in order; of phrases that begin alike the longest is taken.

    Hyphens, slashes and spaces between words are alike, and a plural is the same subject.
    """
    pattern, terms = _pattern(contrast)
    return [
        Named(term=terms[match.lastgroup or ""], start=match.start(), end=match.end())
        for match in pattern.finditer(text)
        if not _part_of_another(terms[match.lastgroup or ""], contrast)
    ]


def terms_in(text: str, contrasts: Sequence[Contrast] = BUILT_IN) -> list[set[str]]:
    """Return the subjects that a text names, one set a contrast."""
    return [{item.term for item in named(text, contrast)} for contrast in contrasts]


def by_one_name(texts: Iterable[str]) -> list[str]:
    """Write each subject in one way, so that "knowledge process outsourcing" meets "KPO"."""
    found = list(texts)
    for contrast in BUILT_IN:
        found = [rewritten(text, contrast, lambda item: item.term) for text in found]
    return found


def names_like(term: str) -> list[str]:
    """Return an expression for each name of the subject that a term as a whole names, its own first."""
    alike = [
        name
        for contrast in BUILT_IN
        for item in named(term, contrast)
        if item.end - item.start == len(term)
        for name in contrast.terms[item.term]
    ]
    return [phrase_regex(name) for name in (term, *alike)]


def rewritten(text: str, contrast: Contrast, write: Callable[[Named], str]) -> str:
    """Put other words in the place of each side's names."""
    for item in reversed(named(text, contrast)):
        text = f"{text[: item.start]}{write(item)}{text[item.end :]}"
    return text


def masked(text: str, contrast: Contrast) -> str:
    """Leave the sides' names out of a text, so that what is said of them can be compared."""
    text = rewritten(text, contrast, lambda _: "")
    return re.sub(r"\(\s*\)", "", " ".join(text.split())).strip()


def term_patterns(contrasts: Iterable[Contrast]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return a (term, regular expression) table for each contrast, to be matched without regard to case."""
    return tuple(
        tuple((term, _term_regex(term, contrast)) for term in subjects(contrast)) for contrast in contrasts
    )


def subjects(contrast: Contrast) -> tuple[str, ...]:
    """Return the terms that stand for themselves, not only at the beginning of another one's phrase."""
    return tuple(term for term in contrast.terms if not _part_of_another(term, contrast))


@lru_cache(maxsize=512)
def _part_of_another(term: str, contrast: Contrast) -> bool:
    others = [name for other, names in contrast.terms.items() if other != term for name in names]
    return any(other.startswith(f"{own} ") for own in contrast.terms[term] for other in others)


@lru_cache(maxsize=256)
def _pattern(contrast: Contrast) -> tuple[re.Pattern[str], dict[str, str]]:
    """Compile one expression for all phrases of a contrast, with the term of each of its groups."""
    phrases = sorted(
        ((phrase, term) for term, names in contrast.terms.items() for phrase in names),
        key=lambda item: -len(item[0]),
    )
    terms = {f"g{at}": term for at, (_, term) in enumerate(phrases)}
    either = "|".join(f"(?P<g{at}>{phrase_regex(phrase)})" for at, (phrase, _) in enumerate(phrases))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.I), terms


def phrase_regex(phrase: str) -> str:
    """Return an expression for a phrase: any joint between its words, plural or singular at the end."""
    *head, last = _WORD.findall(phrase) or [re.escape(phrase)]
    if last.endswith("y") and len(last) > 3:
        last = f"{last[:-1]}(?:y|ies)"
    elif not last.endswith("s") and not last.isdigit():
        last = f"{last}s?"
    return r"[\s/\-\u2010-\u2015]+".join([*head, last])


@lru_cache(maxsize=512)
def _term_regex(term: str, contrast: Contrast) -> str:
    """Return the expression of one term; it does not match inside a longer phrase of another term."""
    others = [name for other, names in contrast.terms.items() if other != term for name in names]
    parts = []
    for phrase in contrast.terms[term]:
        before = {
            other.removesuffix(phrase) for other in others if other.endswith(phrase) and other != phrase
        }
        guards = "".join(rf"(?<!{re.escape(lead.rstrip(' -'))}[\s-])" for lead in sorted(before))
        parts.append(guards + phrase_regex(phrase))
    return "|".join(dict.fromkeys(sorted(parts, key=len, reverse=True)))


def contrast_of(first: str, second: str, names: Mapping[str, Sequence[str]] | None = None) -> Contrast:
    """Make a contrast of two subjects; `names` holds further phrases for each."""
    more = names or {}
    return Contrast(
        name=f"{first} / {second}",
        terms={term: tuple(dict.fromkeys([term.lower(), *more.get(term, ())])) for term in (first, second)},
    )
