"""Tell whether a sentence that points back at the one before it still says the same behind what is shown."""

import re
from collections.abc import Sequence

from assistant.cite import judged
from assistant.compose import Composer
from assistant.standalone import leans
from assistant.subject_phrase import clause_of, opening_end
from assistant.types import Claim, Evidence, Judgement
from assistant.verify import Checker
from assistant.words import tokens

_KINDS = (
    r"(?:firm|company|business|organi[sz]ation|corporation|group|agency|bank|institute|school|author|founder|"
    r"man|woman|city|town|village|country|region|port|harbour|building|project)s?"
)
_CONNECTS = re.compile(
    r"(?:and|but|so|yet|then|thus|hence|therefore|however|moreover|furthermore|also|instead|otherwise|nevertheless|"
    r"nonetheless|meanwhile|similarly|likewise|accordingly|consequently|conversely|besides|indeed|additionally|"
    r"in (?:addition|contrast|turn)|by contrast|as a result|for (?:example|instance)|at the same time|"
    r"on the (?:other hand|contrary))\b,?\s*",
    re.I,
)
_KIND = re.compile(  # "The firm employs", not "The firm of Moor" or "The firm that"
    rf"the {_KINDS}(?:['’]s?)? (?!(?:of|in|at|on|for|from|with|by|to|that|which|who|whose)\b)[a-z]", re.I
)
_STANDS_FOR = re.compile(
    rf"(?:it|they|he|she|(?P<whose>its|their|his|her)|the {_KINDS})(?P<s>['’]s?)?\b", re.I
)
_SAID = (
    "It points back at the sentence shown before it, and its evidence does not say this of the same subject."
)
_FIRST = "It points back at a sentence, and none is shown before it."


def points_back(sentence: str) -> bool:
    """Tell whether a sentence names what it speaks of only by pointing back: "It ...", "This ...", "The latter ..."."""
    text = _CONNECTS.sub("", sentence, count=1)
    return leans(text) or bool(_KIND.match(text))


def adrift(checker: Checker, text: str, needed: Sequence[Evidence], shown: Composer) -> Judgement | None:
    """Say why a sentence that points back cannot stand behind what is shown; None where it can, or does not point back.

    It can where its evidence is that of the last claim, or stands right behind it in the same document, and says it of
    the subject that the claims before it name, or points back there itself.
    """
    if not points_back(text) or (not shown.claims and not leans(_CONNECTS.sub("", text, count=1))):
        return None
    if not shown.claims:
        return Judgement(verdict="unsupported", score=0.0, reasons=(_FIRST,))
    named = _with_subject(text, shown.claims)
    if all(shown.goes_on(item) for item in needed):
        behind = [item for item in needed if not shown.cites(item)]
        if behind and all(leans(item.text) for item in behind) and _keeps_subject(shown):
            return None
        if named is None and not behind:
            return None
        words = [item.text for item in needed]
        if named is not None and judged(checker, named, words).verdict == "supported":
            return None
    return Judgement(verdict="unsupported", score=0.0, reasons=(_SAID,))


def _with_subject(text: str, claims: Sequence[Claim]) -> str | None:
    """Write the subject that the claims last named in place of the pronoun; None where either is not found."""
    before = next((claim.text for claim in reversed(claims) if not points_back(claim.text)), "")
    subject = _subject(before)
    bare = _CONNECTS.sub("", text, count=1)
    pronoun = _STANDS_FOR.match(bare)
    if not subject or pronoun is None:
        return None
    owner = "'s" if pronoun["whose"] or pronoun["s"] else ""
    return f"{subject}{owner}{bare[pronoun.end() :]}"


def _keeps_subject(shown: Composer) -> bool:
    """Tell whether the last claim has the subject of the words it cites, which those behind them point back at."""
    last = shown.claims[-1]
    if last.origin == "quote" or points_back(last.text):
        return True
    quotes = [citation.quote for citation in shown.citations if citation.n in last.citations]
    subject = _subject(last.text).lower()
    return bool(subject) and all(_subject(quote).lower() == subject for quote in quotes)


def _subject(sentence: str) -> str:
    """Return the words before the verb, less an opening phrase; "" where no verb is found."""
    words = tokens(sentence)
    words = words[opening_end(words) :]
    verb = clause_of(words)
    return " ".join(token.text for token in words[:verb]) if verb else ""
