"""Compare what two sentences deny, in which direction they point, and how sure they are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.names import COMMON
from assistant.subjects import CONTRASTS
from assistant.words import STOP, Token, normalised, sense, stem, tokens

NEGATORS = frozenset(
    """not no never none nothing nobody nowhere neither nor without lack lacks lacking lacked fail fails failed
    failing hardly rarely seldom scarcely barely non absent missing refuse refuses refused deny denies denied
    unable cannot avoid avoids avoided prevent prevents prevented stop stops stopped ceased false untrue
    wrong myth unlikely instead""".split()
)
WIDE = re.compile(
    r"\b(?:not (?:true|the case|correct|likely)|untrue|false|wrong|myth|den(?:y|ies|ied)|doubt\w*|unlikely"
    r"|disput\w+|no (?:evidence|proof|sign)|refut\w+|reject\w* (?:the|that))\b(?! only)"
)
NOT_NEGATION = re.compile(r"\bnot (?:only|just|merely)\b(?=.*\bbut\b)|\bnot least\b|\bno (?:doubt|later)\b|\bno\. ?\d|\bfalse premise", re.I)
REFUTED = re.compile(r"^(?:but )?(?:this|that|it|both|which|the claim|the idea)\b[^.]{0,20}\b(?:false|wrong|untrue|not true|not the case|a myth|incorrect|mistaken)\b", re.I)

ANTONYMS = """more / less fewer
most / least fewest
higher / lower
high / low
highest / lowest
increase rise grow raise growth / decrease reduce fall drop decline cut shrink reduction lower
always / never seldom rarely sometimes
often usually / rarely seldom
all every / some few none no several
many / few
cheap cheaper cheapest inexpensive low-cost / expensive dear dearer dearest costly costlier pricier
before prior earlier / after later
include contain / exclude omit
agree / disagree
accept / reject refuse
better best / worse worst
large larger big bigger largest biggest / small smaller smallest
long longer / short shorter
fast faster quick quicker / slow slower
easy easier simple simpler / hard harder difficult complex
strong stronger / weak weaker
early earlier / late later
maximum / minimum
above over / below under
gain win / lose loss
broad broader wide wider / narrow narrower limited
internal inner / external outer
advantage benefit strength / disadvantage drawback weakness
allow permit / forbid prohibit ban prevent
support favour / oppose
begin start open / end finish close stop
buy / sell
skilled / unskilled
routine repetitive standard standardised / complex special customised creative
often frequent / rare infrequent
same similar similarity / different difference
upper top / bottom
front / back
safe secure / risky dangerous unsafe
positive / negative
success succeed / failure fail
up / down
direct / indirect
permanent / temporary
public / private
domestic local / foreign overseas
first / last
likely / unlikely
improve / worsen harm damage hurt
possible / impossible
old older / new newer young younger
hide conceal / reveal disclose
add / remove
keep retain / lose drop
begin / stop
near close nearby / far distant
core / peripheral
major / minor
help / hinder hamper harm
formal / informal
rich / poor
deep deeper / shallow superficial
with / without
fixed / variable flexible
majority / minority
inside / outside
true / false
hot / cold
love / hate
voluntary / involuntary total
present / absent
encourage / discourage
exceed / miss
require need / optional unnecessary
entry-level junior beginner / senior experienced expert
transactional / collaborative strategic
expand / contract shrink""".splitlines()

HEDGES: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "possible": "may might can could possibly perhaps probably likely potentially potential seem seems seemed appear"
        " appears appeared tend tends tended suggest suggests suggested possible chance risk",
        "advised": "should ought recommend recommends recommended advise advises advised advice",
        "usual": "often usually sometimes typically typical generally mostly frequently commonly common mainly largely"
        " normally primarily occasionally many most some several few partly part nearly almost"
        " usual ordinary cases majority rarely seldom tend tends numerous certain",
        "forecast": "estimate estimates estimated estimation forecast forecasts expected expects expect expecting"
        " predicted predicts predict prediction projected projects projection outlook anticipated anticipates"
        " target planned plans plan hoped aimed intends intended promise promises promised",
        "open": "whether disagree disagrees unclear unknown uncertain contested disputed debated",
        "condition": "if unless provided depends depend depending",
    }.items()
}
SAYING = frozenset(
    """say says said saying claim claims claimed argue argues argued state states stated report reports reported
    insist insists insisted conclude concludes concluded warn warns warned believe believes believed think thinks
    describe describes described call calls called write writes wrote contend contends suggest suggests suggested
    maintain maintains maintained assert asserts asserted tell tells told quote quotes quoted name names named list
    lists listed count counts view opinion adds added puts put find finds found observe observes observed mention
    mentions mentioned treat treats regard regards see sees saw""".split()
)
ATTRIBUTED = re.compile(
    r"\baccording to\b|\bin (?:the|its|his|her|their|one) [\w' -]{0,40}?\b(?:view|opinion|words)\b"
    r"|\b(?:in|for|of) (?:the )?(?:article|author|writer)'?s? (?:view|opinion|account)\b"
)
PLAIN_SAYING = frozenset("call calls called name named list lists listed count counts put puts treat see sees saw".split())
TOPICS = frozenset(token.low for group in CONTRASTS for names in group.terms.values() for n in names for token in tokens(n))
SPEAKER = frozenset(
    """article author writer report study survey post forum source sources page site vendor analyst observer expert
    critic book blog paper guide they he she who""".split()
)
STRONG = {
    "all": frozenset("all every always everyone everything entirely completely any each whole".split()),
    "only": frozenset("only solely exclusively".split()),
    "must": frozenset("must guarantee guarantees guaranteed definitely certainly prove proves proved proven".split()),
}
STRONG_OK = {
    "all": STRONG["all"] | {"both", "throughout", "complete", "total", "entire", "none", "no", "anyone"},
    "only": STRONG["only"] | {"just", "alone", "sole", "single", "except", "merely"},
    "must": STRONG["must"] | frozenset("need needs needed require requires required necessary essential has have".split()),
}


def _antonym_table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for line in ANTONYMS:
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

    @property
    def all(self) -> frozenset[str]:
        """Return every sense of the clause."""
        return self.asserted | self.denied | self.either


@lru_cache(maxsize=20_000)
def stances(text: str) -> tuple[Stance, ...]:
    """Return the stance of each clause of a text, in order."""
    plain = NOT_NEGATION.sub(" ", normalised(text))
    wide = WIDE.search(plain.lower())
    whole = wide is not None and wide.start() < len(plain) * 0.6
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
    for token in clause:
        if token.low in NEGATORS:
            fresh, reach = reach < 5, 6 if reach < 5 else 0
            if token.content:
                marks[None].add(token.sense)
        elif token.low in (",", ":", ".", "(", ")") and not fresh:
            reach = 0
        elif token.content:
            mark = True if reach == 0 else False if reach > 4 else None
            marks[mark if mark is None else mark != whole].add(token.sense)
            reach, fresh = max(0, reach - 1), False
            last = [*last[-1:], token.sense]
    if fresh:  # "as BPO has not done": the denial is of what was said before
        for word in last:
            marks[not whole].discard(word)
            marks[whole].add(word)
    return Stance(asserted=frozenset(marks[True]), denied=frozenset(marks[False]), either=frozenset(marks[None]))


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
    clashes = [word for ours, theirs in pairs for word in sorted(_clashing(ours, theirs))]
    return clashes[0] if clashes else None


def _merged(clauses: Sequence[Stance]) -> Stance:
    return Stance(
        asserted=frozenset().union(*(clause.asserted for clause in clauses)),
        denied=frozenset().union(*(clause.denied for clause in clauses)),
        either=frozenset().union(*(clause.either for clause in clauses)),
    )


def _clashing(ours: Stance, theirs: Stance) -> frozenset[str]:
    clash = (ours.asserted - ours.denied - ours.either) & theirs.denied - theirs.asserted - theirs.either
    return clash | (ours.denied - ours.asserted - ours.either) & theirs.asserted - theirs.denied - theirs.either


def refuted(next_sentence: str) -> bool:
    """Tell whether a sentence takes back the one before it ("That is not true.")."""
    return REFUTED.search(normalised(next_sentence)) is not None


def opposites(claim: Sequence[Token], evidence: Sequence[Token]) -> list[tuple[Token, Token]]:
    """Pair each claim word with the evidence words that mean the opposite, where the word itself is not there."""
    have = {token.stem for token in evidence}
    pairs = []
    for token in claim:
        others = OPPOSITE.get(token.stem)
        if others is None or token.stem in have:
            continue
        pairs += [(token, other) for other in evidence if other.stem in others][:1]
    return pairs


def prefixed(claim: Iterable[Token], evidence: Iterable[Token]) -> tuple[str, str] | None:
    """Return a word of one side that is the other side's with un-, in-, non- or dis- before it, or None."""
    own = {token.stem: token.text for token in claim if token.content}
    other = {token.stem: token.text for token in evidence if token.content}
    for ours, theirs in ((own, other), (other, own)):
        for word in ours.keys() - theirs.keys():
            for prefix in ("un", "in", "im", "ir", "il", "dis", "non"):
                bare = word.removeprefix(prefix)
                if bare != word and len(bare) > 3 and bare in theirs and bare not in ours:
                    return own.get(word, own.get(bare, "")), other.get(bare, other.get(word, ""))
    return None


def hedges(words: Iterable[Token]) -> frozenset[str]:
    """Return the kinds of caution in some tokens: possible, advised, usual, forecast, open, condition."""
    lows = {token.low for token in words}
    return frozenset(name for name, members in HEDGES.items() if members & lows)


def strengthened(claim: Iterable[Token], evidence: Iterable[Token]) -> str | None:
    """Return a word of the claim (all, only, must ...) that makes it stronger than the evidence, or None."""
    own = [token.low for token in claim]
    have = {token.low for token in evidence}
    for name, members in STRONG.items():
        for low in own:
            if low in members and not STRONG_OK[name] & have:
                return low
    return None


@lru_cache(maxsize=20_000)
def attributed(text: str) -> bool:
    """Tell whether a sentence gives its content as somebody's statement."""
    plain = normalised(text)
    if ATTRIBUTED.search(plain.lower()):
        return True
    words = tokens(text)
    for at, token in enumerate(words):
        if token.low not in SAYING or at == 0:
            continue
        after = words[at + 1].low if at + 1 < len(words) else ""
        if token.low in PLAIN_SAYING and after in ("for", "to", "in", "on", "centre", "centres", "center"):
            continue
        if any(word.low in SPEAKER or _named(word, words) for word in words[max(0, at - 6) : at]):
            return True
    return False


def _named(word: Token, words: Sequence[Token]) -> bool:
    """Tell whether a word may name a speaker: a capital, but not one of the subjects spoken about."""
    if not word.text[0].isupper() or word.low in TOPICS or word.low in STOP:
        return False
    return word is not words[0] or (word.low not in COMMON and sense(word.low) == word.stem)
