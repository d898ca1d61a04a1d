"""Judge one claim against evidence that is given: texts, passages, citations or documents."""

import re
from collections.abc import Sequence
from dataclasses import replace

from langchain_core.documents import Document as LangChainDocument

from assistant.check.cite import judged
from assistant.check.pairs import Checker
from assistant.core.errors import InputError
from assistant.core.types import Citation, Judgement, Passage
from assistant.text.disclaimers.kept import headed
from assistant.text.legible import whole_characters

Ground = str | Passage | Citation | LangChainDocument
Grounds = Ground | Sequence[Ground]
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


def verified(checker: Checker, claim: str, evidence: Grounds) -> Judgement:
    """Judge whether the evidence, all of it together, supports a claim.

    Raises InputError for an empty claim, no evidence, or evidence of another type.
    """
    if not isinstance(claim, str) or not claim.strip():
        raise InputError("The claim is empty: give a sentence to check.")
    several = isinstance(evidence, Sequence) and not isinstance(evidence, str)
    texts = [words_of(item) for item in (evidence if several else [evidence])]  # type: ignore[union-attr]
    if not any(text.strip() for text in texts):
        raise InputError("There is no evidence: give a text, a passage, a citation, or several of them.")
    found = judged(checker, whole_characters(claim), [whole_characters(text) for text in texts])
    return replace(found, reasons=said_once(found.reasons))


def said_once(reasons: Sequence[str]) -> tuple[str, ...]:
    """Return the reasons without those that say again, in other words, what another says.

    A reason says again what another says where every quoted word, name and number of it stands in the other; of two
    that do so, the first stays.
    """
    kept: list[str] = []
    for reason in dict.fromkeys(reasons):
        if not any(_again(reason, before) for before in kept):
            kept = [before for before in kept if not _again(before, reason)] + [reason]
    return tuple(kept)


def _again(reason: str, other: str) -> bool:
    """Tell whether a reason says nothing that the other does not."""
    named = _named(reason)
    return bool(named) and named <= _named(other) | frozenset(re.findall(r"\w+", other.casefold()))


def _named(reason: str) -> frozenset[str]:
    """Return the quoted words, names and numbers of a reason, a per cent sign in words."""
    text = reason.replace("%", " per cent")
    quoted = " ".join(found[0] for found in _QUOTED.finditer(text))
    bare = _QUOTED.sub(" ", text)
    named = re.findall(r"(?<=\s)(?:[A-Z][\w-]*|\d[\w.,-]*\w|\d)", bare)
    percent = ["per", "cent"] if re.search(r"\d per cent", bare) else []
    return frozenset(word.casefold() for word in [*re.findall(r"\w[\w.,-]*\w|\w", quoted), *named, *percent])


def words_of(ground: object) -> str:
    """Return the words of a piece of evidence, below a heading that takes them back. Raises InputError for another type."""
    if isinstance(ground, str):
        return ground
    if isinstance(ground, Passage):
        return headed(ground.section, ground.text)
    if isinstance(ground, Citation):
        return headed(ground.section, ground.quote)
    if isinstance(ground, LangChainDocument):
        return ground.page_content
    raise InputError(
        f"The evidence is of type {type(ground).__name__}: give a text, a passage, a citation, or several of them."
    )
