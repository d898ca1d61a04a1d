"""Bind what a sentence says to the contrasted subject it is said of, and compare two sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.words import Token, stem, tokens

Key = tuple[frozenset[str], ...]  # subjects of a clause in order of mention; () when none is known


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """Subjects that must not be exchanged, each with the phrases that name it."""

    name: str
    terms: Mapping[str, tuple[str, ...]]

    def __hash__(self) -> int:
        return hash(self.name)


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A word said of one subject in the claim and of another in the evidence."""

    kind: Literal["exchanged", "moved", "unknown"]
    word: str
    claim: str
    evidence: str


CONTRASTS: tuple[Contrast, ...] = (
    Contrast(
        name="kind of outsourcing",
        terms={
            "BPO": ("bpo", "bpos", "business process outsourcing", "business processing outsourcing"),
            "KPO": ("kpo", "kpos", "knowledge process outsourcing", "knowledge processing outsourcing"),
            "ITO": ("ito", "it outsourcing", "information technology outsourcing"),
            "LPO": ("lpo", "legal process outsourcing"),
            "RPO": ("rpo", "recruitment process outsourcing"),
            "HRO": ("hro", "hr outsourcing", "human resources outsourcing"),
            "FPO": ("fpo", "finance process outsourcing", "finance outsourcing", "finance and accounting outsourcing"),
        },
    ),
    Contrast(
        name="owner",
        terms={
            "captive": ("captive", "captives", "shared services", "shared service centre"),
            "third party": ("third party", "third parties", "outside provider", "external provider"),
        },
    ),
    Contrast(
        name="place",
        terms={
            "onshore": ("onshore", "onshoring"),
            "nearshore": ("nearshore", "nearshoring"),
            "offshore": ("offshore", "offshoring"),
        },
    ),
    Contrast(
        name="who does the work",
        terms={"in-house": ("in house", "insourced", "insourcing"), "outsourced": ("outsourced",)},
    ),
    Contrast(
        name="side of the contract",
        terms={
            "client": ("client", "clients", "buyer", "buyers"),
            "provider": ("provider", "providers", "supplier", "suppliers"),
        },
    ),
    Contrast(
        name="standard",
        terms={
            "ISO 27001": ("iso 27001", "iso/iec 27001"),
            "SOC 2": ("soc 2", "soc2"),
            "SOC 1": ("soc 1", "soc1"),
            "ISO 18295": ("iso 18295",),
            "PCI DSS": ("pci dss",),
            "HIPAA": ("hipaa",),
            "GDPR": ("gdpr",),
        },
    ),
    Contrast(name="office", terms={"front office": ("front office",), "back office": ("back office",)}),
    Contrast(name="channel", terms={"non-voice": ("non voice", "non-voice"), "voice": ("voice",)}),
    Contrast(
        name="price model",
        terms={
            "FTE": ("fte", "full time equivalent"),
            "transaction": ("transaction based", "transaction pricing", "per transaction"),
            "fixed price": ("fixed price",),
            "time and materials": ("time and materials",),
            "outcome-based": ("outcome based", "outcome pricing"),
        },
    ),
    Contrast(
        name="size of company",
        terms={
            "large": ("large companies", "large enterprises", "large firms", "large organisations"),
            "small": ("small and medium", "smes", "sme", "small firms", "small companies", "small businesses"),
        },
    ),
    Contrast(
        name="measure",
        terms={
            "AHT": ("aht", "average handle time", "handle time"),
            "FCR": ("fcr", "first call resolution"),
            "CSAT": ("csat", "customer satisfaction"),
            "NPS": ("nps", "net promoter score"),
        },
    ),
)
GLUE = frozenset(
    "and or & / , ( ) both in of the a an for to as well from by with - between either nor neither also its".split()
)
LINKS = frozenset("and or & / nor".split())
LEAD_IN = frozenset("and or , the a an in of for with to by that most some many most".split())
ASIDE = ("unlike", "rather than", "instead of", "compared with", "compared to", "in contrast to", "as opposed to")
ASIDE += ("in contrast with", "contrary to", "than in", "against")
SYMMETRIC = frozenset(
    stem(word)
    for word in """differ different difference between compare comparison versus vs distinguish separate combine together
    contrast alongside mix similar similarity same both alike border line boundary distinction coexist spectrum
    """.split()
)
PRONOUNS = frozenset("it they this these such its their those he she the that".split())
LIGHT = frozenset(
    stem(word)
    for word in """need needs require requires demand call calls use uses have be do make include involve focus
    concentrate aim give offer provide mean means get rely depend work works task tasks process processes service services
    company companies firm business provider providers client clients staff people handle stand stress
    engagement relationship set put take kind level part outsourcing way ways side article""".split()
)


@lru_cache(maxsize=256)
def _phrases(contrast: Contrast) -> tuple[tuple[tuple[str, ...], str], ...]:
    """List the (stems, term) of a contrast, the longest first."""
    found = []
    for term, names in contrast.terms.items():
        for name in names:
            found.append((tuple(token.stem for token in tokens(name)), term))
    return tuple(sorted(found, key=lambda item: -len(item[0])))


def mentions(words: Sequence[Token], contrast: Contrast) -> list[Mention]:
    """Find the subjects named in some tokens, in order."""
    stems = [token.stem for token in words if True]
    found: list[Mention] = []
    at = 0
    phrases = _phrases(contrast)
    while at < len(stems):
        for phrase, term in phrases:
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
        if number and here < len(stems) and stems[here] == "-":
            here += 1
        if here >= len(stems) or stems[here] != part:
            return 0
        here += 1
    return here - at


@lru_cache(maxsize=20_000)
def clauses(text: str, contrast: Contrast, inherited: Key = ()) -> tuple[Clause, ...]:
    """Split a sentence into clauses, each bound to its subject.

    A clause that names none belongs to the subject before it; a first clause to the one after it.
    """
    words = tokens(text)
    pieces: list[list[Token]] = [[]]
    for number, token in enumerate(words):
        row = token.low in ("|", ";")
        if number and (token.clause != words[number - 1].clause or row):
            pieces.append([])
        pieces[-1].append(token)
    pieces = [part for piece in pieces for part in _split_coordinated(piece, contrast)]
    table = any(token.low == "|" for token in words)
    begins_with_pronoun = bool(words) and words[0].low in PRONOUNS
    subject: Key = inherited if begins_with_pronoun else ()
    keys = [_key(piece, contrast) for piece in pieces]
    found = []
    for number, (piece, key) in enumerate(zip(pieces, keys, strict=True)):
        if not key and not table:
            ahead = keys[number + 1][:1] if number == 0 and len(keys) > 1 and not subject else ()
            key = subject or ahead
        elif key and not _is_aside(piece):
            subject = key[:1]
        found.append(Clause(key=key, words=tuple(piece)))
    return tuple(found)


def _is_aside(piece: Sequence[Token]) -> bool:
    head = " ".join(token.low for token in piece[:4]).lstrip(", ")
    return head.startswith(ASIDE)


def _split_coordinated(piece: list[Token], contrast: Contrast) -> list[list[Token]]:
    """Split "BPO handles routine work and KPO handles expert work" at the "and"."""
    named = mentions(piece, contrast)
    if any(token.low in ("both", "alike") for token in piece):
        return [piece]
    cuts = []
    for left, right in zip(named, named[1:], strict=False):
        if left.terms == right.terms or _joint(piece, left, right):
            continue
        start = right.start
        while start > left.end and piece[start - 1].low in LEAD_IN:
            start -= 1
        gap = piece[start : right.start]
        said = any(token.content or token.number for token in piece[left.end : start])
        if said and any(token.low in ("and", ",", "or") for token in gap):
            cuts.append(start)
    edges = [0, *cuts, len(piece)]
    return [piece[a:b] for a, b in zip(edges, edges[1:], strict=False)]


def _joint(piece: Sequence[Token], left: Mention, right: Mention) -> bool:
    gap = [token.low for token in piece[left.end : right.start]]
    return all(low in GLUE for low in gap) and (any(low in LINKS or low == "," for low in gap))


def _key(piece: Sequence[Token], contrast: Contrast) -> Key:
    """Return the subjects of a clause in order of mention, those of an aside last."""
    named = mentions(piece, contrast)
    if not named:
        return ()
    merged: list[Mention] = []
    for mention in named:
        if merged and _joint(piece, merged[-1], mention):
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
    if len(key) > 1 and any(token.stem in SYMMETRIC for token in piece[max(0, merged[0].start - 3) : merged[-1].end + 3]):
        return (frozenset().union(*key),)
    return key


def _agrees(claim: Key, evidence: Key) -> bool:
    if not claim[0] <= evidence[0]:
        return False
    return len(claim) == 1 or len(evidence) == 1 or claim[1] <= evidence[1]


def window_clauses(sentences: Iterable[str], contrast: Contrast) -> list[Clause]:
    """Bind the clauses of neighbouring sentences; one that begins with a pronoun takes up the subject before."""
    found: list[Clause] = []
    subject: Key = ()
    for sentence in sentences:
        part = clauses(sentence, contrast, subject)
        found += part
        subject = next((clause.key[:1] for clause in part if clause.key), ())
    return found


def exchange(claim: str, evidence: Sequence[str], contrast: Contrast) -> Exchange | None:
    """Return the first word that the claim says of another subject than the evidence does, or None.

    `evidence` holds neighbouring sentences. "exchanged": most of a clause fits the other subject;
    "moved": single words do; "unknown": the evidence does not name the claim's subject.
    """
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


def _clash(clause: Clause, where: Mapping[str, list[Key]], terms: frozenset[str]) -> Exchange | None:
    if not clause.key:
        return None
    agreed, clashed = 0, []
    heavy_agreed, heavy = 0, []
    for token in clause.words:
        keys = where.get(token.sense)
        if keys is None or token.sense in terms:
            continue
        light = token.stem in LIGHT
        if any(_agrees(clause.key, key) for key in keys):
            agreed += 1
            heavy_agreed += not light
        else:
            clashed.append((token, keys[0]))
            if not light:
                heavy.append((token, keys[0]))
    reversed_order = [pair for pair in clashed if len(clause.key) > 1 and len(pair[1]) > 1]
    if not heavy and not (clashed and not heavy_agreed) and not reversed_order:
        return None
    token, key = (heavy or clashed)[0]
    kind: Literal["exchanged", "moved"] = "exchanged" if len(clashed) >= agreed else "moved"
    return Exchange(kind=kind, word=token.text, claim=_say(clause.key[0]), evidence=_say(key[0]))


def _unnamed(own: Sequence[Clause], theirs: Sequence[Clause], known: set[str]) -> Exchange | None:
    """Object to a claim without a subject where the evidence tells several apart."""
    subjects = {clause.key[:1] for clause in theirs if clause.key}
    if len(subjects) < 2 or len(known) < 2:
        return None
    words = {token.sense for clause in own for token in clause.words if token.content}
    sides = {clause.key[:1] for clause in theirs for token in clause.words if token.sense in words and clause.key}
    joint = any(len(side[0]) > 1 for side in sides)
    if not sides or joint:
        return None
    return Exchange(kind="unknown", word="", claim="", evidence=_say(known))


@lru_cache(maxsize=256)
def _term_senses(contrast: Contrast) -> frozenset[str]:
    return frozenset(token.sense for names in contrast.terms.values() for name in names for token in tokens(name))


def _say(terms: Iterable[str]) -> str:
    return " and ".join(sorted(terms))
