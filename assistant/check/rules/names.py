"""Find the proper names and acronyms of a sentence."""

from collections.abc import Sequence

from assistant.text.lexicon.lexicon import word_set
from assistant.text.quantities.units import MONTHS
from assistant.text.words import STOP, Token, sense

COMMON_ENDS = ("ing", "ly", "tion", "ment", "ness", "ity", "ers", "ors", "ies", "ists")
COMMON = word_set("common_starts")


def names(words: Sequence[Token]) -> list[Token]:
    """List the tokens that look like names: capitals inside the sentence, acronyms, letters with digits.

    The first word counts too when it is no common word; the caller sees whether the evidence knows it.
    """
    found = []
    starts = True
    for number, token in enumerate(words):
        first, starts = starts, token.low in (".", "?", "!", ":", "|", ";")
        if not token.text[0].isalpha():
            starts = starts or (first and token.low in ("(", "-"))
            continue
        inner = token.text[1:]
        shaped = any(letter.isupper() or letter.isdigit() or letter == "." for letter in inner)
        if shaped or (token.text[0].isupper() and not first and len(token.text) > 1):
            if shaped or token.low not in STOP:
                found.append(token)
        elif first and token.text[0].isupper() and _unusual(words, number):
            found.append(token)
    return [token for token in found if token.low not in MONTHS]


def _unusual(words: Sequence[Token], number: int) -> bool:
    token = words[number]
    if token.low in STOP or token.low in COMMON or token.low.endswith(COMMON_ENDS) or len(token.text) < 3:
        return False
    return sense(token.low) == token.stem
