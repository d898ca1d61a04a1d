"""The rules a claim must pass whatever its score: each objection says in words what does not fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.check.rules.hedging import (
    attributed,
    caution_lost,
    hedges,
    keeps_caution,
    keeps_source,
    strengthened,
    unrealised,
)
from assistant.check.rules.names import missing
from assistant.check.rules.new_words import novel, substituted
from assistant.check.rules.qualifiers import limits_lost
from assistant.check.rules.subjects.binding import CONTRASTS, Contrast
from assistant.check.rules.subjects.exchanged import exchanged_names
from assistant.check.rules.subjects.mixed import mixed
from assistant.check.rules.subjects.roles import exchange
from assistant.check.rules.subjects.statements import without_opening
from assistant.check.rules.support.windows import Window, senses
from assistant.check.rules.words.nearby import common, near
from assistant.check.rules.words.numbers import Quantity, quantities
from assistant.check.rules.words.passive import inverted
from assistant.check.rules.words.polarity import (
    OPPOSITE,
    SAME,
    compound_clash,
    denial_clash,
    opposites,
    prefixed,
    refuted,
)
from assistant.text.words import Token, tokens

MIN_COVERAGE = 0.4  # share of the claim's content words below which no score counts
CAUTION = {
    "possible": "The evidence says this only as a possibility, the claim as a fact.",
    "advised": "The evidence says what should be, the claim what is.",
    "usual": "The evidence limits this to some or most cases, the claim does not.",
    "forecast": "The evidence gives an estimate or a forecast, the claim a fact.",
    "open": "The evidence leaves this open, the claim does not.",
    "condition": "The evidence names a condition that the claim leaves out.",
}


@dataclass(frozen=True, kw_only=True)
class Objection:
    """Why a claim does not follow from its evidence; `contradicts` when the evidence says otherwise."""

    rule: str
    contradicts: bool
    reason: str


def objections(claim: str, window: Window, contrasts: Sequence[Contrast] = CONTRASTS) -> Iterator[Objection]:
    """Yield what speaks against the claim in this window, the plainest first."""
    yield from _number_objections(claim, window)
    exchanged = list(_subject_objections(claim, window, contrasts))
    yield from exchanged or _mixed_objections(claim, window)
    yield from _polarity_objections(claim, window)
    yield from _name_objections(claim, window)
    yield from _order_objections(claim, window)
    yield from _caution_objections(claim, window)
    yield from _limit_objections(claim, window)
    yield from _word_objections(claim, window)


def _number_objections(claim: str, window: Window) -> Iterator[Objection]:
    known = quantities(window.text)
    words, known_words = tokens(claim), tokens(window.text)
    for wanted in quantities(claim):
        same = [item for item in known if wanted.same(item)]
        if not same and (_is_pronoun_one(wanted, words) or _in_acronym(wanted, words, known_words)):
            continue
        rivals = [item for item in known if wanted.rival(item)]
        if not same:
            nearest = max(rivals, key=lambda item: _bond(words, wanted, known_words, item), default=None)
            if nearest is not None and window.coverage >= 0.5:
                reason = f"The claim says {wanted}, the evidence says {nearest}."
                yield Objection(rule="number", contradicts=True, reason=reason)
            else:
                reason = f"The evidence does not say {wanted}."
                yield Objection(rule="number", contradicts=False, reason=reason)
            continue
        if not any(_bound_kept(wanted, item) for item in same):
            reason = f"The claim says {wanted}, the evidence says {same[0]}."
            yield Objection(rule="number", contradicts=False, reason=reason)
        own = max(_bond(words, wanted, known_words, item) for item in same)
        other = max((_bond(words, wanted, known_words, item) for item in rivals), default=0.0)
        if other > own * 1.25 + 0.05:
            reason = f"The evidence says {wanted} of something else."
            yield Objection(rule="number", contradicts=True, reason=reason)


def _is_pronoun_one(wanted: Quantity, words: Sequence[Token]) -> bool:
    return wanted.kind == "count" and wanted.low == wanted.high == 1.0 and words[wanted.start].low == "one"


def _in_acronym(wanted: Quantity, words: Sequence[Token], known: Sequence[Token]) -> bool:
    """Tell whether a word such as "first" belongs to a long form that the evidence gives as an acronym."""
    starts = "".join(token.low[0] for token in words[wanted.start : wanted.start + 3])
    return wanted.kind == "ordinal" and len(starts) == 3 and any(token.low == starts for token in known)


def _bound_kept(claim: Quantity, evidence: Quantity) -> bool:
    return claim.bound == evidence.bound or (claim.bound == "about" and not evidence.bound)


def _bond(words: Sequence[Token], here: Quantity, known: Sequence[Token], there: Quantity) -> float:
    """Weigh the words that stand near a number in the claim and near a number in the evidence."""
    return common(near(words, here.start, here.end), near(known, there.start, there.end))


def _subject_objections(claim: str, window: Window, contrasts: Sequence[Contrast]) -> Iterator[Objection]:
    for contrast in contrasts:
        found = exchange(claim, window.sentences, contrast)
        if found is None:
            continue
        if found.kind == "unknown":
            reason = f"The evidence does not speak of {found.claim}."
            if not found.claim:
                reason = f"The claim does not say whether it means {found.evidence.replace(' and ', ' or ')}."
            yield Objection(rule="subject", contradicts=False, reason=reason)
            continue
        reason = f'The claim says "{found.word}" of {found.claim}, the evidence says it of {found.evidence}.'
        if found.claim == found.evidence:
            reason = f'The claim exchanges the two sides of "{found.word}".'
        yield Objection(rule="subject", contradicts=found.kind == "exchanged", reason=reason)


def _mixed_objections(claim: str, window: Window) -> Iterator[Objection]:
    found = mixed(claim, window.sentences)
    if found is not None:
        reason = f'The evidence says "{found.word}" of "{found.evidence}", not of "{found.claim}".'
        yield Objection(rule="subject", contradicts=False, reason=reason)


def _polarity_objections(claim: str, window: Window) -> Iterator[Objection]:
    words, known = tokens(claim), tokens(window.text)
    close = window.coverage >= 0.5
    denied = denial_clash(claim, window.text)
    if denied is not None:
        word = next((token.text for token in (*words, *known) if token.sense == denied), denied)
        reason = f'One of claim and evidence denies what the other says of "{word}".'
        yield Objection(rule="polarity", contradicts=close, reason=reason)
    if refuted(window.follow):
        reason = "The evidence goes on to say that this is false."
        yield Objection(rule="polarity", contradicts=True, reason=reason)
    for ours, theirs in opposites(words, known):
        reason = f'The claim says "{ours.text}", the evidence says "{theirs.text}".'
        yield Objection(rule="polarity", contradicts=close, reason=reason)
    pair = prefixed(words, known) or compound_clash(words, known)
    if pair is not None:
        reason = f'The claim says "{pair[0]}", the evidence says "{pair[1]}".'
        yield Objection(rule="polarity", contradicts=close, reason=reason)
    yield from _moved_direction(words, known)


def _moved_direction(words: Sequence[Token], known: Sequence[Token]) -> Iterator[Objection]:
    """Object where both directions occur in the evidence and the claim's stands where the other one does."""
    for at, token in enumerate(words):
        others = OPPOSITE.get(token.stem)
        if others is None:
            continue
        beside = near(words, at, at + 1)
        places = [i for i, word in enumerate(known) if word.stem == token.stem]
        rivals = [i for i, word in enumerate(known) if word.stem in others]
        if not places or not rivals:
            continue
        own, other = (max(common(beside, near(known, i, i + 1)) for i in group) for group in (places, rivals))
        if other > own * 1.25 + 0.05:
            reason = f'The evidence says "{token.text}" of something else, here "{known[rivals[0]].text}".'
            yield Objection(rule="polarity", contradicts=True, reason=reason)


def _name_objections(claim: str, window: Window) -> Iterator[Objection]:
    gone = missing(tokens(claim), tokens(window.text))
    if gone:
        reason = f"The evidence does not name {', '.join(dict.fromkeys(gone))}."
        yield Objection(rule="name", contradicts=False, reason=reason)


def _order_objections(claim: str, window: Window) -> Iterator[Objection]:
    words, known = tokens(claim), tokens(window.text)
    placed = without_opening(window.sentences)
    moved = exchanged_names(words, placed) if not missing(words, known) else None
    if moved is not None:
        reason = f"The claim says of {moved[0]} what the evidence says of {moved[1]}."
        yield Objection(rule="order", contradicts=True, reason=reason)
    verb = inverted(words, known)
    if verb is not None:
        reason = f'The claim exchanges the two sides of "{verb}".'
        yield Objection(rule="order", contradicts=True, reason=reason)


def _caution_objections(claim: str, window: Window) -> Iterator[Objection]:
    if window.sentences[-1].rstrip().endswith("?") and not claim.rstrip().endswith("?"):
        yield Objection(rule="modality", contradicts=False, reason="The evidence only asks this.")
    words = tokens(claim)
    wanted = senses(claim)
    stated = {kind for sentence in window.sentences for kind in hedges(tokens(sentence), wanted)}
    lost = {kind for kind in stated if not keeps_caution(kind, words)}
    if len(wanted & senses(window.text)) >= SAME * max(len(wanted), len(senses(window.text))):
        lost |= {kind for kind in [caution_lost(words, tokens(window.text))] if kind}
    for kind in sorted(lost):
        yield Objection(rule="modality", contradicts=False, reason=CAUTION[kind])
    verb = unrealised(words, tokens(window.text))
    if verb is not None:
        reason = f'The evidence does not say that "{verb}" came about, only that somebody meant it to or not.'
        yield Objection(rule="modality", contradicts=False, reason=reason)
    strong = strengthened(words, tokens(window.text))
    if strong is not None:
        reason = f'The claim says "{strong}", which is more than the evidence says.'
        yield Objection(rule="modality", contradicts=False, reason=reason)
    if any(attributed(sentence) for sentence in window.sentences) and not keeps_source(claim, window.text):
        reason = "The evidence gives this as somebody's statement, the claim as a fact."
        yield Objection(rule="attribution", contradicts=False, reason=reason)


def _limit_objections(claim: str, window: Window) -> Iterator[Objection]:
    for reason in limits_lost(claim, window.sentences):
        yield Objection(rule="limit", contradicts=False, reason=reason)


def _word_objections(claim: str, window: Window) -> Iterator[Objection]:
    if window.coverage < MIN_COVERAGE:
        yield Objection(rule="coverage", contradicts=False, reason="The evidence does not speak of this.")
    changed = substituted(tokens(claim), tokens(window.text))
    if changed is not None:
        reason = f'The claim says "{changed[0]}" where the evidence says "{changed[1]}".'
        yield Objection(rule="added", contradicts=False, reason=reason)
    added = novel(claim, window.text)
    if added:
        words = ", ".join(dict.fromkeys(f'"{token.text}"' for token in added))
        yield Objection(rule="added", contradicts=False, reason=f"The evidence says nothing of {words}.")
