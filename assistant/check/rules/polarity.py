"""Compare what two sentences deny, and in which direction they point."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.text.lexicon.lexicon import lexicon, word_set
from assistant.text.words import Token, normalised, stem, tokens

NEGATORS = word_set("negators")
SAME = 0.85  # share of common words from which two clauses count as copies of each other
WIDE = re.compile(
    r"\b(?:not (?:true|the case|correct|likely)|untrue|false|(?:is|are|was|were) wrong|myth"
    r"|den(?:y|ies|ied)|doubt\w*|unlikely"
    r"|disput\w+|no (?:evidence|proof|sign)|refut\w+|reject\w* (?:the|that))\b(?! only)"
)
NOT_NEGATION = re.compile(
    r"\bnot (?:only|just|merely)\b(?=.*\bbut\b)|\bnot least\b"
    r"|\bno (?:doubt|later)\b|\bno\. ?\d|\bfalse premise",
    re.I,
)
QUITTING = frozenset(["fail", "fails", "failed", "stop", "stops", "stopped", "ceased"])
CONTROL = frozenset(
    stem(word) for word in ["forbid", "prohibit", "allow", "permit", "prevent", "require", "need"]
)
PREPOSITIONS = frozenset(
    ["of", "to", "for", "in", "on", "from", "with", "about", "at", "into", "among", "between"]
)
RATHER = re.compile(r"\brather than\b", re.I)


def _antonym_table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for line in lexicon()["antonyms"]:
        left, right = (side.split() for side in line.split("/"))
        for one, other in [(a, b) for a in left for b in right]:
            table.setdefault(stem(one), set()).add(stem(other))
            table.setdefault(stem(other), set()).add(stem(one))
    return {word: frozenset(others) for word, others in table.items()}


OPPOSITE = _antonym_table()


@dataclass(frozen=True, kw_only=True, slots=True)
class Stance:
    """The senses that a clause asserts, denies, and mentions so that they may count either way."""

    asserted: frozenset[str]
    denied: frozenset[str]
    either: frozenset[str]
    negations: int

    @property
    def all(self) -> frozenset[str]:
        """Return every sense of the clause."""
        return self.asserted | self.denied | self.either


@lru_cache(maxsize=20_000)
def stances(text: str) -> tuple[Stance, ...]:
    """Return the stance of each clause of a text, in order."""
    plain = RATHER.sub("instead of", NOT_NEGATION.sub(" ", normalised(text)))
    wide = WIDE.search(plain.lower())
    whole = wide is not None
    if wide is not None:  # it denies the rest as a whole; its own "not" must not count again
        plain = plain[: wide.start()] + plain[wide.end() :]
    clauses: dict[int, list[Token]] = {}
    for token in tokens(plain):
        clauses.setdefault(token.clause, []).append(token)
    return tuple(_stance(clause, whole) for clause in clauses.values())


def _stance(clause: Sequence[Token], whole: bool) -> Stance:
    """Mark the two content words after a negation as denied, the next four as either, up to a comma."""
    marks: dict[bool | None, set[str]] = {True: set(), False: set(), None: set()}
    reach = 0
    fresh = False  # a negation that has not met its word yet
    last: list[str] = []
    mover = False
    for token in clause:
        if token.low in NEGATORS:
            fresh, reach = reach < 5, 6 if reach < 5 else 0
            mover = token.low in QUITTING
            if token.content:
                marks[None].add(token.sense)
        elif token.low == "," and fresh and mover and last:  # "if the provider fails, ..."
            marks[not whole].discard(last[-1])
            marks[whole].add(last[-1])
            fresh, reach = False, 0
        elif token.low in (",", ":", ".", "(", ")", "by") and not fresh:
            reach = 0
        elif token.low in PREPOSITIONS and not fresh:  # "no answer to the question" leaves the question be
            reach = min(reach, 4)
        elif token.content:
            mark = True if reach == 0 else False if reach > 4 else None
            marks[mark if mark is None else mark != whole].add(token.sense)
            reach, fresh = max(0, reach - (2 if reach == 6 and token.stem in CONTROL else 1)), False
            last = [*last[-1:], token.sense]
    if fresh:  # "as BPO has not done": the denial is of what was said before
        for word in last[-1:] if mover else last:
            if sum(token.sense == word for token in clause) == 1:
                marks[not whole].discard(word)
            marks[whole].add(word)
    asserted, denied, either = (frozenset(marks[mark]) for mark in (True, False, None))
    count = sum(token.low in NEGATORS for token in clause)
    return Stance(asserted=asserted, denied=denied, either=either, negations=count)


def denial_clash(claim: str, evidence: str) -> str | None:
    """Return a sense that one side denies and the other asserts, or None.

    Each clause of the claim is held against the clause it resembles most, and the whole against the whole.
    """
    own, known = stances(claim), stances(evidence)
    if not own or not known:
        return None
    pairs = [(_merged(own), _merged(known))]
    for clause in own:
        nearest = max(known, key=lambda other: len(clause.all & other.all))
        if len(clause.all & nearest.all) >= max(2, 0.5 * len(clause.all)):
            pairs.append((clause, nearest))
    for ours, theirs in pairs:
        shared = len(ours.all & theirs.all)
        if ours.negations % 2 != theirs.negations % 2 and shared >= SAME * max(
            len(ours.all), len(theirs.all)
        ):
            return min(ours.all & theirs.all, default=None)
    clashes = [word for ours, theirs in pairs for word in sorted(_clashing(ours, theirs))]
    return clashes[0] if clashes else None


def _merged(clauses: Sequence[Stance]) -> Stance:
    return Stance(
        asserted=frozenset().union(*(clause.asserted for clause in clauses)),
        denied=frozenset().union(*(clause.denied for clause in clauses)),
        either=frozenset().union(*(clause.either for clause in clauses)),
        negations=sum(clause.negations for clause in clauses),
    )


def _clashing(ours: Stance, theirs: Stance) -> frozenset[str]:
    plus, minus = (ours.asserted - ours.denied - ours.either, ours.denied - ours.asserted - ours.either)
    known_plus = theirs.asserted - theirs.denied - theirs.either
    known_minus = theirs.denied - theirs.asserted - theirs.either
    return plus & known_minus | minus & known_plus


def opposites(claim: Sequence[Token], evidence: Sequence[Token]) -> list[tuple[Token, Token]]:
    """Pair each claim word with the evidence words that mean the opposite, if it is not there itself."""
    have = {token.stem for token in evidence}
    pairs = []
    for token in claim:
        others = OPPOSITE.get(token.stem)
        if others is None or token.stem in have:
            continue
        pairs += [(token, other) for other in evidence if other.stem in others][:1]
    return pairs
