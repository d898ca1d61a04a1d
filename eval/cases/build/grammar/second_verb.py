"""Find the second verb of a statement: a question is asked with the first only."""

import re

from eval.cases.build.grammar.verbs import Form, bases, finite, participles
from eval.cases.build.grammar.wordlists import AUXILIARIES, BE, LINKS, MODALS, OPENERS

_ALSO_NOUNS = frozenset(["may", "might", "must", "will"])
_AND = re.compile(r",? and (?:\w+ly )?(\w+)((?: (?!(?:and|that|which|who|to)\b)[\w'-]+){0,6})")


def later_verb(words: list[str], form: Form | None = None) -> bool:
    """Tell whether a second finite verb follows that nothing opens a clause for: then the first was none."""
    for word in words:
        low = word.lower().strip(",")
        if low in OPENERS:
            return False
        if low in BE | {"has", "had"} | MODALS - _ALSO_NOUNS:
            return True
        found = finite(low)
        if form == "past" and found and (found[1] == "present" or low not in participles()):
            return word.islower()
    return False


def was_participle(words: list[str]) -> bool:
    """Tell whether "reported in 2005 put" goes on with the verb that the participle hid."""
    if words[0].lower() not in participles():
        return False
    match = re.match(r"(?:in|on|by) (?:[A-Z]\w+ )?\d{4} (\w+)", " ".join(words[1:]))
    return match is not None and match[1] not in LINKS | OPENERS | {"under", "during", "against"}


def first_only(rest: str, aux: str, form: Form) -> str | None:
    """Leave out a second verb with what follows it: "driven by volume and relies on" -> "driven by volume".

    None where it cannot be told whether a second verb follows.
    """
    padded = f" {rest}"
    for match in _AND.finditer(padded):
        low = match[1].lower()
        found = finite(low)
        second = low in AUXILIARIES or any(
            word in AUXILIARIES or _sure(word) for word in match[2].lower().split()
        )
        if not second and aux not in MODALS:
            if aux and found is None and low in bases():
                return None
            if found and aux and found[1] != "present":
                return None
            second = found is not None and found[1] != "plural"
        if second and " and " in padded[: match.start()]:
            return None  # which of them joins the clauses is unsure
        if second:
            return padded[: match.start()].strip()
    return rest


def _sure(word: str) -> bool:
    """Tell whether a word is a finite verb wherever it stands."""
    found = finite(word)
    if found is None or found[1] == "present":
        return False
    return word not in participles() or word in ("come", "become", "run")
