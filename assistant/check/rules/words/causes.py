"""Tell whether a claim adds a cause, exchanges cause and effect, or judges a price that its evidence only gives."""

import re
from collections.abc import Sequence

from assistant.text.lexicon.synonyms import shared_part

_CAUSE = re.compile(
    r"\b(?:because|due to|owing to|as a (?:result|consequence)|thanks to|therefore|consequently)\b"
)
_CAUSING = re.compile(
    r"\b(?:because|since|as|so|due|owing|caus\w+|leads?|led|leading|result\w*|reasons?|therefore|thus|hence|mak(?:e|es|ing)|made"
    r"|driv\w+|drove|why|thanks|mean(?:s|t|ing)?|bring\w*|brought|consequen\w+|for|by|from|with|given|through|owes?|stems?"
    r"|to|explain\w*|forc\w+|allow\w*|let|lets|enabl\w+|help\w*|if|when|where|which|who|means?)\b|[;:]"
)
_BECAUSE = re.compile(
    r"^(?P<effect>.+?),? \b(?:because(?: of)?|due to|owing to|as a result of|thanks to) (?P<cause>.+)$"
)
_PRICED = re.compile(r"\b(?:expensive|dear|costly|cheap|inexpensive|affordable|pricey)\b")
_DEGREE = re.compile(
    r"\b(?:expens\w*ive\w*|dear\w*|costl\w+|cheap\w*|inexpensive\w*|affordab\w+|pric(?:e?y|ier|iest)|high\w*|low\w*|more|less|most"
    r"|least|much|great\w*|heav\w+|big\w*|large\w*|small\w*|premium|sav\w+|cut\w*|reduc\w+|econom\w+|above|below|extra)\b"
)


def added(claim: str, texts: Sequence[str]) -> str | None:
    """Return in words which reason or judgement of the claim none of the texts gives, or None."""
    if _CAUSE.search(claim) and not any(_CAUSING.search(text) for text in texts):
        return "The evidence does not say that one is the cause of the other."
    if any(_turned_cause(claim, text) for text in texts):
        return "The claim exchanges cause and effect."
    if _PRICED.search(claim) and not any(_DEGREE.search(text) for text in texts):
        return "The evidence gives a price, not that it is a high or a low one."
    return None


def _turned_cause(claim: str, text: str) -> bool:
    """Tell whether what the claim gives as the cause is the effect in the evidence, and the other way round."""
    ours, theirs = _BECAUSE.search(claim), _BECAUSE.search(text)
    if ours is None or theirs is None:
        return False
    return all(
        shared_part(theirs[other], ours[side]) > shared_part(theirs[side], ours[side])
        for side, other in (("effect", "cause"), ("cause", "effect"))
    )
