"""Find the words of a claim that its evidence does not hold in any form."""

from functools import lru_cache

from assistant.check.rules.names import names
from assistant.text.lexicon.lexicon import word_set
from assistant.text.lexicon.synonyms import fillers, held, holds, spelt_out
from assistant.text.words import Token, tokens

SAYING = word_set("saying")


@lru_cache(maxsize=20_000)
def novel(claim: str, text: str) -> tuple[Token, ...]:
    """Return the content words of a claim that a text neither holds nor rephrases, in order.

    Figures have a rule of their own; words that add nothing ("in the case of") do not count.
    """
    known = held(text)
    words = tokens(claim)
    named = {id(token) for token in names(words)}
    return tuple(
        token
        for at, token in enumerate(words)
        if (token.content or _foreign(token) or id(token) in named)
        and token.stem not in fillers()
        and token.low not in SAYING
        and not holds(known, token.low)
        and not spelt_out(words, at, known)
    )


def _foreign(token: Token) -> bool:
    """Tell whether a token is a word in letters that English does without: no other rule looks at those."""
    return token.text[0].isalpha() and not token.low.isascii()


@lru_cache(maxsize=20_000)
def covered(claim: str, text: str) -> float:
    """Return the share of the claim's content words and numbers that a text holds in some form, 0 to 1."""
    known = held(text)
    words = tokens(claim)
    wanted = {token.sense: at for at, token in enumerate(words) if token.content or token.number}
    if not wanted:
        return 0.0
    found = sum(holds(known, words[at].low) or spelt_out(words, at, known) for at in wanted.values())
    return found / len(wanted)
