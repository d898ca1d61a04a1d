"""Find the proper names and acronyms of a claim, and the ones its evidence does not hold."""

from collections.abc import Sequence

from assistant.check.rules.words.numbers import MONTHS
from assistant.text.lexicon.lexicon import word_set
from assistant.text.lexicon.synonyms import held, spelt_out
from assistant.text.words import STOP, Token, sense, stem

ALIASES: dict[str, tuple[str, ...]] = {
    "us": ("united", "states", "america", "american"),
    "uk": ("united", "kingdom", "britain", "british"),
}
ALIASES |= {"eu": ("european", "union"), "usa": ("us", "america"), "uae": ("emirates",)}
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


def missing(claim: Sequence[Token], evidence: Sequence[Token]) -> list[str]:
    """Return the names of the claim that the evidence does not hold, as written.

    An acronym may stand for its long form and the other way round; "Indian" may stand for "India".
    """
    lows = [token.low for token in evidence if token.text[0].isalnum()]
    have = set(lows)
    stems = {token.stem for token in evidence}
    capital = {token.low for token in evidence if token.text[0].isupper()}
    gone = []
    for token in names(claim):
        low = token.low
        if low in have or token.stem in stems or any(part in have for part in ALIASES.get(low, ())):
            continue
        if len(low) > 4 and any(_kin(low, other) for other in capital):
            continue
        if any(low in ALIASES.get(other, ()) for other in have) or _spelt(claim, token, evidence):
            continue
        gone.append(token.text)
    return gone


def _spelt(claim: Sequence[Token], token: Token, evidence: Sequence[Token]) -> bool:
    return spelt_out(claim, claim.index(token), held(" ".join(word.text for word in evidence)))


def _kin(one: str, other: str) -> bool:
    """Tell whether two names share their root: India and Indian, Philippines and Philippine."""
    short, long = sorted((one, other), key=len)
    root = short.rstrip("es") if len(short) > 5 else short
    return len(root) > 3 and long.startswith(root) and len(long) - len(root) <= 3 and stem(short) != ""
