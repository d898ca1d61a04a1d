"""Find the words of a claim that its evidence does not hold in any form."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from assistant.check.rules.hedging import SAYING
from assistant.check.rules.names import names
from assistant.text.lexicon.synonyms import fillers, held, holds, spelt_out
from assistant.text.words import Token, tokens

COPIED = 0.75  # share of the claim's words that make it a near copy


@lru_cache(maxsize=20_000)
def novel(claim: str, text: str) -> tuple[Token, ...]:
    """Return the content words of a claim that a text neither holds nor rephrases, in order.

    Names and numbers have rules of their own; words that add nothing ("in the case of") do not count.
    """
    known = held(text)
    words = tokens(claim)
    named = {id(token) for token in names(words)}
    return tuple(
        token
        for at, token in enumerate(words)
        if (token.content or _foreign(token))
        and id(token) not in named
        and token.stem not in fillers()
        and token.low not in SAYING
        and not holds(known, token.low)
        and not spelt_out(words, at, known)
    )


def _foreign(token: Token) -> bool:
    """Tell whether a token is a word in letters that English does without: no other rule looks at those."""
    return token.text[0].isalpha() and not token.low.isascii()


def substituted(claim: Sequence[Token], evidence: Sequence[Token]) -> tuple[str, str] | None:
    """Return a word that stands in a near copy of the evidence in place of one that means something else.

    Most words of the claim are copied there. A place counts where at least two words on each side are the
    same and one content word differs.
    """
    lows = [token.low for token in claim]
    blocks = SequenceMatcher(
        None, lows, [token.low for token in evidence], autojunk=False
    ).get_matching_blocks()
    if sum(size for *_, size in blocks) < COPIED * len(claim):
        return None
    named = {id(token) for token in (*names(claim), *names(evidence))}
    for (a, b, size), (next_a, next_b, next_size) in zip(blocks, blocks[1:], strict=False):
        ours, theirs = (
            [token for token in words if token.content or token.number]
            for words in (claim[a + size : next_a], evidence[b + size : next_b])
        )
        if min(size, next_size) < 2 or len(ours) != 1 or len(theirs) != 1:
            continue
        one, other = ours[0], theirs[0]
        apart = one.content and other.content and id(one) not in named and id(other) not in named
        light = one.stem in fillers() and other.stem in fillers()
        elsewhere = (
            [token.low for token in claim if token is not one],
            [t.low for t in evidence if t is not other],
        )
        moved = other.low in elsewhere[0] and one.low in elsewhere[1]
        if apart and not light and not moved and not holds(held(other.low), one.low):
            return one.text, other.text
    return None


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
