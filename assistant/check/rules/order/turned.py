"""Tell whether a claim turns a comparison round and takes the opposite word, which says the same."""

from collections.abc import Sequence

from assistant.check.rules.order.inverted import crossed, measures
from assistant.check.rules.polarity import opposites
from assistant.text.words import Token


def turned(claim: Sequence[Token], evidence: Sequence[Token]) -> bool:
    """Tell whether one is "A is longer than B" and the other "B is shorter than A"."""
    for ours, theirs in opposites(claim, evidence):
        at, there = claim.index(ours), evidence.index(theirs)
        if measures(claim, at) and measures(evidence, there) and crossed(claim, at, evidence, there):
            return True
    return False
