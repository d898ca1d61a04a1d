"""Bind the clauses of a sentence to the contrasted subject they speak of, such as BPO or KPO."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.check.rules.words.subject_phrase import OPENS_WITH, opening_end
from assistant.text.lexicon.contrasts import BUILT_IN
from assistant.text.lexicon.contrasts import Contrast as Contrast
from assistant.text.lexicon.lexicon import lexicon, word_set
from assistant.text.words import Token, stem, tokens

Key = tuple[frozenset[str], ...]  # subjects of a clause in order of mention; () when none is known


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """The words said of one subject, or of several in order of mention."""

    key: Key
    words: tuple[Token, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One naming of a subject; start and end count tokens."""

    terms: frozenset[str]
    start: int
    end: int


CONTRASTS = BUILT_IN
GLUE = word_set("glue")  # words that may stand between two subjects named together
LINKS = frozenset(["and", "or", "&", "/", "nor"])
DISTRIBUTED = frozenset(["as", "to", "under", "for", "in", "of", "by", "with", "from", "on"])
SUBORDINATE = frozenset(["if", "because", "unless", "when"])
LEAD_IN = word_set("lead_in")
ASIDE = tuple(lexicon()["aside"])
SYMMETRIC = frozenset(stem(word) for word in word_set("symmetric"))
PRONOUNS = word_set("pronouns")


@lru_cache(maxsize=256)
def _phrases(contrast: Contrast) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """List the (stems, term) of a contrast by their first stem, the longest first."""
    found: list[tuple[tuple[str, ...], str]] = []
    for term, names in contrast.terms.items():
        for name in names:
            found.append((tuple(_form(token.stem, token.low) for token in tokens(name)), term))
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for item in sorted(found, key=lambda item: -len(item[0])):
        table.setdefault(item[0][0], []).append(item)
    return table


@lru_cache(maxsize=50_000)
def _form(root: str, low: str) -> str:
    """Return the stem with the end of the word, so that "provide" is no "provider"; plurals are alike."""
    return root + "".join(sorted(low.removesuffix("s")[-2:]))


def mentions(words: Sequence[Token], contrast: Contrast) -> list[Mention]:
    """Find the subjects named in some tokens, in order."""
    stems = [_form(token.stem, token.low) for token in words]
    found: list[Mention] = []
    at = 0
    phrases = _phrases(contrast)
    while at < len(stems):
        for phrase, term in phrases.get(stems[at], ()):
            length = _match(stems, at, phrase)
            if length:
                found.append(Mention(terms=frozenset({term}), start=at, end=at + length))
                at += length - 1
                break
        at += 1
    return found


def _match(stems: Sequence[str], at: int, phrase: tuple[str, ...]) -> int:
    """Return how many tokens a phrase takes at a place, hyphens between its words skipped; 0 for none."""
    here = at
    for number, part in enumerate(phrase):
        if number and here < len(stems) and stems[here].startswith("-"):
            here += 1
        if here >= len(stems) or stems[here] != part:
            return 0
        here += 1
    return here - at


@lru_cache(maxsize=20_000)
def clauses(text: str, contrast: Contrast, inherited: Key = ()) -> tuple[Clause, ...]:
    """Split a sentence into clauses, each bound to its subject.

    A clause that names none belongs to the subject before it; a first clause to the one after it, and a phrase
    that opens a sentence on several subjects ("In 2015, ...") to none.
    """
    whole = tokens(text)
    opening = _opening(whole, contrast)
    words = whole[opening:]
    pieces: list[list[Token]] = [[]]
    for number, token in enumerate(words):
        row = token.low in ("|", ";")
        if number and (token.clause != words[number - 1].clause or row):
            pieces.append([])
        pieces[-1].append(token)
    pieces = [part for piece in pieces for part in _split_subordinate(piece, contrast)]
    pieces = [part for piece in pieces for part in _split_coordinated(piece, contrast)]
    table = any(token.low == "|" for token in words)
    begins_with_pronoun = bool(words) and words[0].low in PRONOUNS
    subject: Key = inherited if begins_with_pronoun else ()
    keys = [_key(piece, contrast) for piece in pieces]
    found = [Clause(key=(), words=whole[:opening])] if opening else []
    for number, (piece, key) in enumerate(zip(pieces, keys, strict=True)):
        if not key and not table:
            ahead = keys[number + 1][:1] if number == 0 and len(keys) > 1 and not subject else ()
            key = subject or ahead
        elif (
            subject
            and key
            and _is_object(piece, contrast)
            and not _alike(pieces[number - 1], piece, contrast)
        ):
            key = tuple(dict.fromkeys((*subject, *key)))
        elif key and not _is_aside(piece):
            subject = key[:1]
        found.append(Clause(key=key, words=tuple(piece)))
    return tuple(found)


def _opening(words: Sequence[Token], contrast: Contrast) -> int:
    """Return where a phrase ends that opens a sentence on several subjects and names none, 0 without one."""
    end = opening_end(words) if words and words[0].low not in OPENS_WITH else 0
    named = mentions(words, contrast) if end else []
    several = len({mention.terms for mention in named}) > 1
    return end if several and all(mention.start >= end for mention in named) else 0


def _is_object(piece: Sequence[Token], contrast: Contrast) -> bool:
    """Tell whether the first subject named in a later clause follows a preposition."""
    first = mentions(piece, contrast)[0].start
    return first > 4 and piece[first - 1].low in (
        "with",
        "from",
        "to",
        "into",
        "against",
        "by",
        "than",
        "near",
    )


def _alike(before: Sequence[Token], piece: Sequence[Token], contrast: Contrast) -> bool:
    """Tell whether two clauses name their subject after the same preposition."""
    named, first = mentions(before, contrast), mentions(piece, contrast)[0].start
    return bool(named) and bool(named[-1].start) and before[named[-1].start - 1].low == piece[first - 1].low


def _is_aside(piece: Sequence[Token]) -> bool:
    head = " ".join(token.low for token in piece[:4]).lstrip(", ")
    return head.startswith(ASIDE)


def _split_subordinate(piece: list[Token], contrast: Contrast) -> list[list[Token]]:
    """Split "step-in rights help the client if the provider fails" at the "if"."""
    named = mentions(piece, contrast)
    for at in range(2, len(piece) - 2):
        opens = piece[at].low in SUBORDINATE or (piece[at - 1].low == "," and piece[at].low == "and")
        sides = any(m.end <= at for m in named), any(m.start > at for m in named)
        inside = {n for mention in named for n in range(mention.start, mention.end)}
        said = any(piece[n].content for n in range(at) if n not in inside)
        if opens and said and all(sides) and not any(m.start == at + 1 for m in named):
            return [piece[:at], *_split_subordinate(piece[at:], contrast)]
    return [piece]


def _split_coordinated(piece: list[Token], contrast: Contrast) -> list[list[Token]]:
    """Split "BPO handles routine work and KPO handles expert work" at the "and"."""
    named = mentions(piece, contrast)
    if any(token.low in ("both", "alike") for token in piece):
        return [piece]
    cuts: list[int] = []
    for left, right in zip(named, named[1:], strict=False):
        if left.terms == right.terms or _joint(piece, left, right, named):
            continue
        start = right.start
        while start > left.end and piece[start - 1].low in LEAD_IN:
            start -= 1
        shared = piece[left.start - 1].low if left.start else ""
        if shared in DISTRIBUTED and piece[right.start - 1].low == shared:  # "counts A as BPO and B as KPO"
            links = [n for n in range(left.end, right.start) if piece[n].low in ("and", ",")]
            if links and any(token.content or token.low == "not" for token in piece[links[-1] : right.start]):
                cuts.append(links[-1])
                continue
        gap = piece[start : right.start]
        begun = next(mention for mention in named if mention.terms == left.terms).end
        said = any(token.content or token.number for token in piece[begun:start])
        if said and any(token.low in ("and", ",", "or") for token in gap):
            cuts.append(start)
    edges = [0, *cuts, len(piece)]
    return [piece[a:b] for a, b in zip(edges, edges[1:], strict=False)]


def _joint(piece: Sequence[Token], left: Mention, right: Mention, named: Sequence[Mention]) -> bool:
    gap = [token.low for token in piece[left.end : right.start]]
    first = next(other for other in named if other.terms == left.terms)
    twice = any(token.content for token in piece[first.end : left.start])
    if twice and "," in gap and "and" in gap:  # "BPO means business process outsourcing, and KPO means ..."
        return False
    return all(low in GLUE for low in gap) and (any(low in LINKS or low == "," for low in gap))


def _key(piece: Sequence[Token], contrast: Contrast) -> Key:
    """Return the subjects of a clause in order of mention, those of an aside last."""
    named = mentions(piece, contrast)
    if not named:
        return ()
    merged: list[Mention] = []
    for mention in named:
        if merged and _joint(piece, merged[-1], mention, merged):
            last = merged.pop()
            mention = Mention(terms=last.terms | mention.terms, start=last.start, end=mention.end)
        merged.append(mention)
    main: list[frozenset[str]] = []
    aside: list[frozenset[str]] = []
    for mention in merged:
        before = " ".join(token.low for token in piece[max(0, mention.start - 4) : mention.start])
        beside = any(before.endswith((opener, opener + " the", opener + " a")) for opener in ASIDE)
        (aside if beside else main).append(mention.terms)
    key = tuple(dict.fromkeys(main + aside))
    if len(key) > 1 and _symmetric(piece, merged):
        return (frozenset().union(*key),)
    return key


def _symmetric(piece: Sequence[Token], named: Sequence[Mention]) -> bool:
    """Tell whether "differ", "between" and the like stand by the subjects, so that order says nothing."""
    first, last = named[0], named[-1]
    near = [*piece[max(0, first.start - 3) : first.start], *piece[last.end : last.end + 3]]
    if last.start - first.end <= 6:
        near += piece[first.end : last.start]
    return any(token.stem in SYMMETRIC for token in near)


def window_clauses(sentences: Iterable[str], contrast: Contrast) -> list[Clause]:
    """Bind the clauses of neighbouring sentences; a pronoun takes up the subject before."""
    found: list[Clause] = []
    subject: Key = ()
    for sentence in sentences:
        part = clauses(sentence, contrast, subject)
        found += part
        subject = next((clause.key[:1] for clause in part if clause.key), ())
    return found
