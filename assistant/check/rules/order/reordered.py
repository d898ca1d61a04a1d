"""Tell whether a claim holds the words of its evidence in another order, so that who does what may differ."""

from assistant.check.rules.order.inverted import voice_differs
from assistant.check.rules.windows import windows
from assistant.text.words import tokens


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
