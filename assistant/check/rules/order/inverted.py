"""See whether a claim exchanges the two sides of a verb, passive and active held against each other."""

from collections.abc import Sequence

from assistant.check.rules.polarity import opposites
from assistant.check.rules.windows import windows
from assistant.text.lexicon.lexicon import word_set
from assistant.text.lexicon.synonyms import forms
from assistant.text.words import STOP, Token, stem, tokens

BE = word_set("be")
PARTICIPLES = word_set("participles")
BREAKS = word_set("breaks") | frozenset(",;:|()")
PREPOSITIONS = word_set("prepositions")
MUTUAL = frozenset(stem(word) for word in word_set("symmetric") | word_set("mutual"))
SIDE = 4  # content words looked at on each side of a verb


def voice_differs(claim: Sequence[Token], evidence: Sequence[Token]) -> bool:
    """Tell whether a verb is passive, with the doer named by "by", on one side only."""
    own, known = _passives(claim), _passives(evidence)
    for ours, words, theirs in ((own, evidence, known), (known, claim, own)):
        others = frozenset().union(*(forms(token.low) for token in words if token.content))
        if any(not verb.isdisjoint(others) for verb in ours - theirs):
            return True
    return False


def _passives(words: Sequence[Token]) -> frozenset[frozenset[str]]:
    return frozenset(forms(token.low) for at, token in enumerate(words) if _passive_at(words, at, by=True))


def _passive_at(words: Sequence[Token], at: int, *, by: bool) -> bool:
    low = words[at].low
    shaped = (
        low.endswith(("ed", "en", "wn", "ught", "old", "ade", "ept", "uilt", "led")) or low in PARTICIPLES
    )
    doer = any(word.low == "by" for word in words[at + 1 : at + 4])
    return shaped and (doer or (not by and any(word.low in BE for word in words[max(0, at - 3) : at])))


def inverted(claim: Sequence[Token], evidence: Sequence[Token]) -> str | None:
    """Return a verb whose two sides the claim exchanges ("demand outruns supply"), or None."""
    for at, token in enumerate(claim):
        if not token.content or token.stem in MUTUAL or token.text[0].isupper():
            continue
        places = [i for i, other in enumerate(evidence) if not forms(token.low).isdisjoint(forms(other.low))]
        if len(places) != 1 or sum(not forms(token.low).isdisjoint(forms(word.low)) for word in claim) != 1:
            continue
        there = places[0]
        turned = _passive_at(claim, at, by=False), _passive_at(evidence, there, by=False)
        if turned[0] != turned[1]:
            if not (_passive_at(claim, at, by=True) or _passive_at(evidence, there, by=True)):
                continue
        elif _other_frame(claim, at, evidence, there):
            continue
        swapped = crossed(claim, at, evidence, there, flip=turned[0] != turned[1])
        if swapped and not _chained(claim, at) and not _chained(evidence, there):
            return token.text
    return None


def crossed(
    claim: Sequence[Token], at: int, evidence: Sequence[Token], there: int, *, flip: bool = False
) -> bool:
    """Tell whether what stands on one side of a word of the claim stands on the other side of one of the evidence.

    `flip` looks at the claim's sides the other way round, as for a passive held against an active.
    """
    left, right = (_side(claim, at, step) for step in ((1, -1) if flip else (-1, 1)))
    before, after = _side(evidence, there, -1), _side(evidence, there, 1)
    if measures(claim, at) and measures(evidence, there):
        both = left & right | before & after  # "clay soil ... than sandy soil": they tell no side
        left, right, before, after = (side - both for side in (left, right, before, after))
    kept = left & before and right & after
    return bool((left & after) - before and (right & before) - after and not kept)


def measures(words: Sequence[Token], at: int) -> bool:
    """Tell whether something is measured against another behind a word ("drains faster than")."""
    return any(word.low == "than" for word in words[at + 1 :])


def _side(words: Sequence[Token], at: int, step: int) -> frozenset[str]:
    """Return the senses of the nearest content words on one side, up to the end of the phrase."""
    found: list[str] = []
    here = at + step
    while 0 <= here < len(words) and len(found) < SIDE and words[here].clause == words[at].clause:
        token = words[here]
        if token.low in BREAKS:
            break
        if token.content:
            found.append(token.sense)
        here += step
    return frozenset(found)


def _other_frame(claim: Sequence[Token], at: int, evidence: Sequence[Token], there: int) -> bool:
    """Tell whether a verb takes another preposition, as in "credited with" and "credited to"."""
    ours, theirs = (
        words[i + 1].low if i + 1 < len(words) else "" for words, i in ((claim, at), (evidence, there))
    )
    return ours != theirs and ours in PREPOSITIONS and theirs in PREPOSITIONS


def _chained(words: Sequence[Token], at: int) -> bool:
    """Tell whether a word only joins nouns ("the director of research of the firm")."""
    skipped = ("the", "a", "an", "its", "their")
    before = next((token.low for token in reversed(words[:at]) if token.low not in skipped), "")
    after = words[at + 1].low if at + 1 < len(words) else ""
    return before in PREPOSITIONS and (after in PREPOSITIONS or after in STOP or after in BREAKS)


def turned(claim: Sequence[Token], evidence: Sequence[Token]) -> bool:
    """Tell whether one is "A is longer than B" and the other "B is shorter than A"."""
    for ours, theirs in opposites(claim, evidence):
        at, there = claim.index(ours), evidence.index(theirs)
        if measures(claim, at) and measures(evidence, there) and crossed(claim, at, evidence, there):
            return True
    return False


def reordered(claim: str, evidence: str) -> bool:
    """Return whether words of the claim stand in another order in its nearest evidence, or a verb in another voice."""
    words, known = tokens(claim), tokens(windows(claim, evidence)[0].text)
    places: dict[str, int] = {}
    for at, token in enumerate(known):
        if token.content or token.number:
            places.setdefault(token.sense, at)
    order = [
        places[token.sense] for token in words if token.sense in places and (token.content or token.number)
    ]
    return order != sorted(order) or voice_differs(words, known)
