"""Compare which subject a claim and its evidence say a thing of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.check.rules.subjects.binding import (
    Clause,
    Contrast,
    Key,
    clauses,
    mentions,
    window_clauses,
)
from assistant.text.lexicon.lexicon import word_set
from assistant.text.words import stem, tokens

LIGHT = frozenset(stem(word) for word in word_set("light") | word_set("saying"))
COMPARING = frozenset({"than", "unlike", "contrast", "compared", "rather", "instead"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A word said of one subject in the claim and of another in the evidence."""

    kind: Literal["exchanged", "moved", "unknown"]
    word: str
    claim: str
    evidence: str


def exchange(claim: str, evidence: Sequence[str], contrast: Contrast) -> Exchange | None:
    """Return the first word that the claim says of another subject than the evidence does, or None.

    `evidence` holds neighbouring sentences. "exchanged": most of a clause fits the other subject;
    "moved": single words do; "unknown": the evidence does not name the claim's subject.
    """
    mislabelled = _labels(claim, contrast) - {pair for text in evidence for pair in _labels(text, contrast)}
    if mislabelled:
        name, label = min(mislabelled)
        return Exchange(kind="exchanged", word=label, claim=name, evidence=label)
    own = clauses(claim, contrast)
    theirs = window_clauses(evidence, contrast)
    named = {term for clause in own for part in clause.key for term in part}
    known = {term for clause in theirs for part in clause.key for term in part}
    if not named:
        return _unnamed(own, theirs, known)
    if named - known:
        return Exchange(kind="unknown", word="", claim=min(named - known), evidence=_say(known))
    terms = _term_senses(contrast)
    where: dict[str, list[Key]] = {}
    for clause in theirs:
        for token in clause.words:
            if clause.key and (token.content or token.number):
                where.setdefault(token.sense, []).append(clause.key)
    for clause in own:
        found = _clash(clause, where, terms)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=20_000)
def _labels(text: str, contrast: Contrast) -> frozenset[tuple[str, str]]:
    """Return the subjects followed by another one in brackets: "business process outsourcing (KPO)"."""
    words = tokens(text)
    named = mentions(words, contrast)
    return frozenset(
        (min(left.terms), min(right.terms))
        for left, right in zip(named, named[1:], strict=False)
        if left.terms != right.terms and [token.low for token in words[left.end : right.start]] == ["("]
    )


def _clash(clause: Clause, where: Mapping[str, list[Key]], terms: frozenset[str]) -> Exchange | None:
    if not clause.key:
        return None
    comparing = any(token.low in COMPARING for token in clause.words)
    clashed, heavy = [], []
    heavy_agreed = 0
    for token in clause.words:
        keys = where.get(token.sense)
        if keys is None or token.sense in terms:
            continue
        light = token.stem in LIGHT
        if any(_agrees(clause.key, key, comparing) for key in keys):
            heavy_agreed += not light
        else:
            clashed.append((token, keys[0]))
            if not light:
                heavy.append((token, keys[0]))
    reversed_order = [pair for pair in clashed if len(clause.key) > 1 and len(pair[1]) > 1]
    if not heavy and not (clashed and not heavy_agreed) and not reversed_order:
        return None
    token, key = (heavy or clashed)[0]
    kind: Literal["exchanged", "moved"] = "exchanged" if len(heavy) >= heavy_agreed else "moved"
    return Exchange(kind=kind, word=token.text, claim=_say(clause.key[0]), evidence=_say(key[0]))


def _unnamed(own: Sequence[Clause], theirs: Sequence[Clause], known: set[str]) -> Exchange | None:
    """Object to a claim without a subject where the evidence tells several apart."""
    subjects = {clause.key[:1] for clause in theirs if clause.key}
    if len(subjects) < 2 or len(known) < 2:
        return None
    words = {token.sense for clause in own for token in clause.words if token.content}
    used = [clause for clause in theirs if clause.key and any(token.sense in words for token in clause.words)]
    sides = {clause.key[:1] for clause in used}
    joint = any(len(side[0]) > 1 for side in sides)
    if not sides or joint:
        return None
    return Exchange(kind="unknown", word="", claim="", evidence=_say(known))


def _agrees(claim: Key, evidence: Key, comparing: bool) -> bool:
    """Tell whether the subjects match; only a comparison may sum up what two clauses say of two."""
    if not claim[0] <= evidence[0]:
        return False
    if len(claim) == 1:
        return True
    return comparing if len(evidence) == 1 else claim[1] <= evidence[1]


@lru_cache(maxsize=256)
def _term_senses(contrast: Contrast) -> frozenset[str]:
    names = [name for group in contrast.terms.values() for name in group]
    return frozenset(token.sense for name in names for token in tokens(name))


def _say(terms: Iterable[str]) -> str:
    return " and ".join(sorted(terms))
