"""Hold the figures and dates of a claim against those of its evidence: value, bound, and what they are said of."""

from collections.abc import Iterator

from assistant.check.rules.order.nearby import common, near, place_of
from assistant.check.rules.windows import Window
from assistant.text.quantities.read import Quantity, quantities
from assistant.text.words import tokens

NEAR = 0.5  # share of the claim's words in the evidence from which another figure there stands in its place


def figures_off(claim: str, window: Window) -> Iterator[tuple[str, bool]]:
    """Yield in words what is wrong with each figure of a claim, and whether the evidence says otherwise."""
    known = quantities(window.text)
    yield from _unread(claim, window.text)
    for item in quantities(claim):
        same = [other for other in known if item.same(other)]
        rivals = [other for other in known if _rival(item, other)]
        if not same:
            if not _counts_nothing(item, claim, window.text):
                yield _missing(item, claim, rivals, window)
            continue
        if not any(_bound_kept(item, other) for other in same):
            yield f"The claim says {_said(item)}, the evidence says {_said(same[0])}.", False
        own = max(_bond(claim, item, window.text, other) for other in same)
        if max((_bond(claim, item, window.text, other) for other in rivals), default=0.0) > own * 1.25 + 0.05:
            yield f"The evidence says {item} of something else.", True


def _unread(claim: str, evidence: str) -> Iterator[tuple[str, bool]]:
    """Yield what is wrong with digits that are no figure by themselves ("mid-2001", "post-16")."""
    read = {token.low for item in quantities(claim) for token in tokens(item.shown)}
    held = {token.low for token in tokens(evidence)}
    for token in tokens(claim):
        if token.number and token.low not in read | held:
            yield f"The evidence does not say {token.text}.", False


def _missing(item: Quantity, claim: str, rivals: list[Quantity], window: Window) -> tuple[str, bool]:
    nearest = max(rivals, key=lambda other: _bond(claim, item, window.text, other), default=None)
    if nearest is None or window.coverage < NEAR:
        return f"The evidence does not say {_said(item)}.", False
    return f"The claim says {_said(item)}, the evidence says {_said(nearest)}.", True


def _counts_nothing(item: Quantity, claim: str, evidence: str) -> bool:
    """Tell whether words only look like a figure: "one" for a thing, "a day", the "first" of a known acronym."""
    if item.shown.lower() == "one" or (item.unit == "time" and item.words and item.low == item.factor):
        return True
    start = place_of(claim, item.start, item.end)[0]
    letters = "".join(token.low[0] for token in tokens(claim)[start : start + 3])
    return (
        item.kind == "ordinal" and len(letters) == 3 and letters in {token.low for token in tokens(evidence)}
    )


def _rival(one: Quantity, other: Quantity) -> bool:
    return one.kind == other.kind and (one.low, one.high) != (other.low, other.high)


def _bound_kept(claim: Quantity, evidence: Quantity) -> bool:
    return claim.bound == evidence.bound or (claim.bound == "about" and not evidence.bound)


def _said(item: Quantity) -> str:
    return f"{item.bound} {item}".strip()


def _bond(claim: str, here: Quantity, evidence: str, there: Quantity) -> float:
    """Weigh the words that stand near a figure in the claim and near a figure in the evidence."""
    around = near(tokens(claim), *place_of(claim, here.start, here.end))
    return common(around, near(tokens(evidence), *place_of(evidence, there.start, there.end)))
