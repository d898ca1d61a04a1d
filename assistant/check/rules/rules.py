"""The rules a claim must pass: each objection says in words what does not fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.check.rules.attribution import attributed, keeps_source
from assistant.check.rules.beside.mixed import mixed
from assistant.check.rules.figures import figures_off
from assistant.check.rules.marks import compares_alone, fewer, marks_lost, strengthened
from assistant.check.rules.new_words import novel
from assistant.check.rules.order.exchanged import exchanged
from assistant.check.rules.order.inverted import inverted, turned
from assistant.check.rules.order.nearby import common, near
from assistant.check.rules.polarity import OPPOSITE, SAME, denial_clash, opposites
from assistant.check.rules.windows import Window, senses
from assistant.text.lexicon.contrasts import BUILT_IN, Contrast
from assistant.text.words import Token, tokens

CLOSE = 0.5  # share of the claim's words in the evidence from which a denial there is one of the claim


@dataclass(frozen=True, kw_only=True)
class Objection:
    """Why a claim does not follow from its evidence; `contradicts` when the evidence says otherwise."""

    rule: str
    reason: str
    contradicts: bool = False


def objections(claim: str, window: Window, contrasts: Sequence[Contrast] = BUILT_IN) -> Iterator[Objection]:
    """Yield what speaks against the claim in this window, the plainest first."""
    for reason, contradicts in figures_off(claim, window):
        yield Objection(rule="number", contradicts=contradicts, reason=reason)
    same = turned(tokens(claim), tokens(window.text))
    yield from _polarity_objections(claim, window, same=same)
    yield from _order_objections(claim, window, contrasts, same=same)
    yield from _mark_objections(claim, window)
    added = novel(claim, window.text)
    if added:
        words = ", ".join(dict.fromkeys(f'"{token.text}"' for token in added))
        yield Objection(rule="added", reason=f"The evidence says nothing of {words}.")


def _polarity_objections(claim: str, window: Window, *, same: bool) -> Iterator[Objection]:
    words, known = tokens(claim), tokens(window.text)
    close = window.coverage >= CLOSE
    denied = denial_clash(claim, window.text)
    if denied is not None:
        word = next((token.text for token in (*words, *known) if token.sense == denied), denied)
        reason = f'One of claim and evidence denies what the other says of "{word}".'
        yield Objection(rule="polarity", contradicts=close, reason=reason)
    for ours, theirs in () if same else opposites(words, known):
        reason = f'The claim says "{ours.text}", the evidence says "{theirs.text}".'
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


def _order_objections(
    claim: str, window: Window, contrasts: Sequence[Contrast], *, same: bool
) -> Iterator[Objection]:
    moved = exchanged(claim, window.text, tuple(contrasts))
    if moved is not None:
        reason = f"The claim says of {moved[0]} what the evidence says of {moved[1]}."
        yield Objection(rule="order", contradicts=True, reason=reason)
    verb = None if same else inverted(tokens(claim), tokens(window.text))
    if verb is not None:
        reason = f'The claim exchanges the two sides of "{verb}".'
        yield Objection(rule="order", contradicts=True, reason=reason)
    found = mixed(claim, window.sentences)
    if found is not None:
        reason = f'The evidence says "{found.word}" of "{found.evidence}", not of "{found.claim}".'
        yield Objection(rule="order", reason=reason)


def _mark_objections(claim: str, window: Window) -> Iterator[Objection]:
    if window.sentences[-1].rstrip().endswith("?") and not claim.rstrip().endswith("?"):
        yield Objection(rule="mark", reason="The evidence only asks this.")
    for reason in dict.fromkeys(marks_lost(claim, window.sentences)):
        yield Objection(rule="mark", reason=reason)
    own, known = senses(claim), senses(window.text)
    if len(own & known) >= SAME * max(len(own), len(known)) and fewer(claim, window.text):
        yield Objection(rule="mark", reason="The evidence says this with more caution than the claim.")
    if compares_alone(claim, window.text):
        yield Objection(rule="mark", reason="The claim compares, the evidence does not.")
    strong = strengthened(tokens(claim), tokens(window.text))
    if strong is not None:
        reason = f'The claim says "{strong}", which is more than the evidence says.'
        yield Objection(rule="mark", reason=reason)
    if any(attributed(sentence) for sentence in window.sentences) and not keeps_source(claim, window.text):
        reason = "The evidence gives this as somebody's statement, the claim as a fact."
        yield Objection(rule="attribution", reason=reason)
