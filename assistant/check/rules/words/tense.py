"""See whether a sentence speaks of the past, and whether it gives a time to come."""

import re
from collections.abc import Sequence

from assistant.text.lexicon.lexicon import word_set
from assistant.text.words import Token

PASTS = word_set("pasts")
WAS = frozenset(["was", "were", "had", "did"])
IS = frozenset(["is", "are", "has", "have", "does", "do", "am"])
_DATED = re.compile(
    r"\b(?:20\d\d|next (?:year|month|week|spring|summer|autumn|winter)|soon|tomorrow|later this|in future"
    r"|in the future|one day|eventually)\b"
)


def past_at(words: Sequence[Token], word: Token) -> bool:
    """Tell whether a verb stands in the past: by its form or by a helping verb up to two words before it."""
    at = words.index(word)
    helpers = {token.low for token in words[max(0, at - 3) : at]}
    if helpers & WAS or helpers & {"has", "have", "been"}:
        return True
    return _shaped(word) and not helpers & {"is", "are", "be", "being"}


def past_only(words: Sequence[Token]) -> bool:
    """Tell whether a sentence holds a verb in the past and none of "is", "has", "does" and the like."""
    lows = {token.low for token in words}
    return not lows & IS and (bool(lows & WAS) or any(_shaped(token) for token in words))


def dated(text: str) -> bool:
    """Tell whether a text names a year of this century or a time to come."""
    return _DATED.search(text.lower()) is not None


def _shaped(word: Token) -> bool:
    return word.low in PASTS or (word.low.endswith("ed") and len(word.low) > 4)
